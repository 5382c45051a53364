"""Trying the gateway out: the dialogue without a server, and a real call with a desk of our own."""
