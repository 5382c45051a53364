"""Violence that needs an ambulance, from its first text on: who has the words, and what the writer is told of it."""

import pytest

from gateway.incident.summary import add_up
from gateway.incident.timeline import Entry, Kind
from tests.journeys.test_messages import Town

ILL = "bapak saya sesak napas berat, di kel cipinang melayu rt 3 rw 5"
BEATEN = "sebenernya dia dipukulin abang saya, sekarang abang saya ngamuk"


@pytest.fixture
def town():
    return Town()


def accepted(town, desk, part=""):
    data = {"medium": "message", "queue": desk[:3], "desk": desk, **({"part": part} if part else {})}
    town.journal.add([Entry("i1", Kind.ACCEPTED, town.now, data)])
    found = town.answers.consider("i1", town.now + 1)
    if found.phrase:
        town.sent()
    return found.phrase


def test_who_bleeds_of_violence_has_the_ambulance_for_the_wound_and_the_police_for_the_words(town):
    town.write("suami saya nusuk saya, darahnya banyak banget")
    (parted,) = town.of(Kind.PARTED)
    assert (parted.data["from"], parted.data["queue"]) == ("118", "110")
    accepted(town, "118-1", "task")
    town.write("cepat")
    assert len(town.of(Kind.PARTED)) == 1
    assert "read" not in [entry.data["phrase"] for entry in town.of(Kind.REPLY)]


def test_what_becomes_violence_with_the_ambulance_is_not_said_to_be_read_by_anybody(town):
    town.write(ILL)
    assert town.handed_off[0] == "118"
    assert accepted(town, "118-1") == "accepted"
    assert town.of(Kind.PARTED) == []
    assert town.write(BEATEN) == "safe"
    assert [entry.data["queue"] for entry in town.of(Kind.PARTED)] == ["110"]
    assert {"110", "ppa"} <= {job.arguments[1] for job in town.journal.jobs}
    assert add_up("i1", town.journal.timeline("i1")).desk == ""
    town.write("aman pak")
    assert accepted(town, "110-1", "words") == "read"


def test_who_calls_the_police_in_words_needs_nothing_apart(town):
    town.write("suami saya mukulin saya")
    assert town.of(Kind.PARTED) == []
