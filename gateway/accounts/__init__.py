"""Accounts of the people at the desk page: who they are, how they come in, what they may do, what they did."""
