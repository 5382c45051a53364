"""What a desk can do with the messages that wait for its agency.

    sight.py      what it sees: who waits, what it has, whom it has on the line
    duty.py       the acts: accept, say where somebody is, release, close
    writing.py    likewise: write, send a link, unmute, call back; calling_back.py rings
    telling.py    likewise: correct the nature, keep consent and time limits, inform agencies
    place.py      where somebody is, as it sees it
    placing.py    where somebody is, as it says it
    draft.py      what is about to be written, and what speaks against it
    case.py       an incident as this desk may see it; pure
    task.py       what another agency does about it, where its words are apart from that; pure
    parts.py      what a desk takes and ends of a case; pure
    rights.py     who may see and do what; why_not.py: why not; pure
    care.py       consent, and what the law wants in time; pure
    shown.py      a case as a page gets it: chart.py its map, outline.py what is drawn, happened.py its timeline,
                  on_the_line.py its call, earlier.py the number's others; rows.py the lists
    glance.py     what pages ask of the store again and again, asked once; timelines.py what the feed keeps true
    presence.py   says that a desk is there, until its process ends
    feed.py       tells when something happens
    words.py      what desks read, in Indonesian and English
    plain.py      the acts as lines of words and JSON, for scripts
    terminal.py   the acts as keys; commands.py, lists.py and keyboard.py belong to it, screen/ draws it
    command.py    `gateway112 desk`

The acts know nothing of a terminal, and what cannot be done is a sentence (not_done.py, words.py).
"""
