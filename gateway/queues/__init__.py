"""The agencies' queues as Asterisk tells of them: what happens to a waiting call becomes entries and figures.

The law of this folder: what an event means is decided without I/O (events, story, state, raising); listener.py is the
one process that listens and acts.
"""
