"""The dialogue of a call: pure talk.

The law of this folder: nothing here plays a sound, opens a socket, reads a file or a clock. The table in flow.py is
data; what performs it (AGI, TwiML) lives in gateway/channels/. Prompts are text in prompts/, one file per language.
"""
