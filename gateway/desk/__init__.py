"""What a desk can do with the messages that wait for its agency.

    duty.py       the acts: see who waits, accept, read, write, unmute, release, close, leave
    case.py       an incident as this desk may see it; pure
    rights.py     who may see and do what; pure
    presence.py   says that a desk is there, until its process ends
    words.py      what desks read, in Indonesian and English
    plain.py      the acts as lines of words and JSON, for scripts
    terminal.py   the acts as keys of a terminal; screen.py draws it

The acts know nothing of a terminal, and every fault of theirs is a sentence.
"""
