"""What a desk can do with the messages that wait for its agency.

    sight.py      what it sees: who waits, what it has, whom it has on the line
    duty.py       the acts: accept, write, say where somebody is, unmute, release, close
    place.py      where somebody is, as it sees it
    placing.py    where somebody is, as it says it
    draft.py      what is about to be written, and what speaks against it
    case.py       an incident as this desk may see it; pure
    task.py       what another agency does about it, where its words are apart from that; pure
    parts.py      what a desk takes and ends of a case; pure
    rights.py     who may see and do what; pure
    presence.py   says that a desk is there, until its process ends
    feed.py       tells when something happens
    words.py      what desks read, in Indonesian and English
    plain.py      the acts as lines of words and JSON, for scripts
    terminal.py   the acts as keys; commands.py, lists.py and keyboard.py belong to it, screen/ draws it
    command.py    `gateway112 desk`

The acts know nothing of a terminal, and what cannot be done is a sentence (not_done.py, words.py).
"""
