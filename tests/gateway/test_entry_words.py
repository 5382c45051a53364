"""An entry in words, for a terminal that anybody may look at."""

import pytest

from gateway.incident.timeline import Entry, Kind
from gateway.trials.entry_words import entry_words

CANARY = "canary"
HIDDEN = ("number", "as_given", "dialled", "text", "to", "sender", "note", "body", "source", "words", "sent_at")
SAID = {
    Kind.OPENED: ({"medium": "message", "trunk": "a"}, "the message came by a"),
    Kind.RECEIVED: ({"channel": "kannel"}, "a part of a message came by kannel"),
    Kind.MESSAGE: ({"channel": "kannel", "missing": [2]}, "a message by kannel, parts of it are missing"),
    Kind.FILED: (
        {"nature": "violence", "child": True, "why": [{"words": CANARY}]},
        "nature violence, child",
    ),
    Kind.PARTED: ({"from": "118", "queue": "110"}, "its words wait in queue 110, its task in 118"),
    Kind.DONE: ({"queue": "118", "desk": "118-1", "outcome": "helped"}, "desk 118-1 of 118 ends its task: helped"),
    Kind.ACCEPTED: ({"queue": "110", "desk": "110-1", "waited": 3}, "desk 110-1 of 110 accepted it after 3 s"),
    Kind.RELEASED: (
        {"queue": "110", "desk": "110-1", "why": CANARY, "part": "words"},
        "desk 110-1 gave its words back to 110",
    ),
    Kind.REPLY: ({"by": "desk:110-1", "segments": 1}, "desk:110-1 writes free text, 1 SMS"),
    Kind.DELIVERY: ({"status": "failed", "why": "30003"}, "a reply is failed: 30003"),
    Kind.MUTED: ({"why": "opt_out"}, "nothing is answered of itself: opt_out"),
    Kind.UNMUTED: ({"by": "desk:110-1"}, "desk:110-1 allows automatic answers"),
    Kind.CLOSED: ({"by": "desk:110-1", "outcome": "helped"}, "by desk:110-1: helped"),
}


@pytest.mark.parametrize("kind", SAID)
def test_what_happens_to_messages_is_said_without_their_words_and_numbers(kind):
    data, words = SAID[kind]
    hidden = dict.fromkeys(HIDDEN, CANARY)
    assert entry_words(Entry("i1", kind, 0.0, hidden | data)) == words


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_words_even_without_its_data(kind):
    assert entry_words(Entry("i1", kind, 0.0))
