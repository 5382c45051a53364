"""A call taker and a place, on a real Redis: whom he has on the line, where they are, and what he says of it."""

import re
import time

import pytest

from gateway.desk.duty import Duty
from gateway.desk.key import ENTER, ESCAPE
from gateway.desk.near import near
from gateway.desk.not_done import NotDone
from gateway.desk.screen import frame
from gateway.desk.screen.view import View
from gateway.desk.terminal import Terminal
from gateway.gazetteer import gazetteer
from gateway.gazetteer.facilities import Facilities
from gateway.incident.evidence import Evidence
from gateway.incident.shape import Circle
from gateway.incident.timeline import Entry, Kind
from gateway.journal import open_journal
from gateway.messages.replies import Answers
from gateway.queues.figures import Figures
from gateway.queues.snapshot import Snapshot
from gateway.queues.state import DeskState, QueueState, Readiness, TalkingCall
from gateway.rules import load
from gateway.settings import ROOT
from gateway.store import Store, connect

BOOK = load(ROOT / "routing_rules.yaml")
CIPINANG, BEKASI = (-6.2475, 106.8910), (-6.2350, 107.0000)


@pytest.fixture
def store(server):
    connect(server.settings()).flushall()
    return Store(server.settings())


@pytest.fixture
def duty(server, store, tmp_path):
    journal = open_journal(server.settings(), "test")
    nearby = near(Facilities(tmp_path / "none", gazetteer()))
    answers = Answers(journal, lambda: BOOK.policies)
    return lambda name: Duty(name, store, lambda: BOOK, answers, gazetteer(), nearby=nearby)


def call(store, incident="i1", desk="110-1", nature="violence", *, over=False):
    """What the timeline has of a call that a desk answered."""
    now = time.time() - 10
    told = [
        (Kind.OPENED, {"medium": "call", "channel": "sip", "number": None, "trunk": "contoh"}),
        (Kind.FILED, {"nature": nature}),
        (Kind.HANDED_OFF, {"medium": "call", "queue": desk.partition("-")[0], "priority": 1, "inform": []}),
        (Kind.ANSWERED, {"queue": desk.partition("-")[0], "desk": desk}),
        *([(Kind.ENDED, {"seconds": 9})] if over else []),
    ]
    store.add([Entry(incident, kind, now, data, f"{incident}:{kind}", f"sip:{incident}") for kind, data in told])


def on_the_line(store, *calls, at=None):
    """What whoever watches the queues saw of them."""
    talking = tuple(TalkingCall(incident, incident, desk) for incident, desk in calls)
    desks = tuple(DeskState(desk, Readiness.BUSY) for _, desk in calls)
    seen = Snapshot(at or time.time(), (QueueState("110", (), desks, talking),), Figures(after="0"))
    store.put_snapshot(seen.text())


def learns(store, place, radius=20.0, source="aml", incident="i1", **fields):
    claim = Evidence(source, Circle(*place, radius), time.time(), time.time(), **fields)
    store.add([Entry(incident, Kind.EVIDENCE, time.time(), claim.as_dict(), f"{incident}:{source}:{radius}")])


class Screen:
    def __init__(self, duty):
        self.terminal = Terminal(duty, View(duty.desk, "Instansi"))

    def types(self, text, *keys):
        for key in (*text, *(keys or (ENTER,))):
            self.terminal.press(key)

    @property
    def text(self):
        self.terminal.look()
        return re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(frame(self.terminal.view, 160, 40)))


def test_a_desk_has_its_callers_on_top_and_opens_them(store, duty):
    call(store)
    call(store, "i2", "112-1")
    on_the_line(store, ("i1", "110-1"), ("i2", "112-1"))
    assert [listed.case.incident for listed in duty("110-1").calls()] == ["i1"]
    screen = Screen(duty("110-1"))
    assert screen.text.index("PENELEPON ANDA") < screen.text.index("MENUNGGU")
    screen.types("1")
    assert "telepon dengan meja 110-1" in screen.text
    learns(store, CIPINANG)
    assert "radius 20 m" in screen.text
    assert "Terdekat" in screen.text
    assert "visum" in screen.text


def test_who_is_no_longer_on_the_line_or_was_long_ago_seen_so_is_not_listed(store, duty):
    call(store)
    on_the_line(store, ("i1", "110-1"), at=time.time() - 60)
    assert duty("110-1").calls() == []
    on_the_line(store)
    assert duty("110-1").calls() == []
    assert duty("110-1").open("i1").incident == "i1", "whose call it was may open it later"


def test_a_place_is_said_after_a_question_and_is_what_everybody_sees(store, duty):
    call(store)
    on_the_line(store, ("i1", "110-1"))
    screen = Screen(duty("110-1"))
    assert screen.text
    screen.types("1")
    screen.types("/lokasi -6.2475,106.8910,40")
    assert "Lokasi: -6.24750 106.89100 radius 40 m (" in screen.text
    screen.types("", ESCAPE)
    assert duty("110-1").open("i1").source == ""
    screen.types("/lokasi -6.2475,106.8910,40")
    screen.types("y")
    assert duty("110-1").open("i1").source == "desk"
    assert "radius 40 m" in screen.text


def test_of_several_places_of_a_name_the_number_chooses(store, duty):
    call(store)
    on_the_line(store, ("i1", "110-1"))
    screen = Screen(duty("110-1"))
    assert screen.text
    screen.types("1")
    screen.types("/lokasi Jatinegara")
    page = screen.text
    assert "Yang mana?" in page
    screen.types("2")
    screen.types("y")
    chosen = duty("110-1").open("i1")
    assert chosen.source == "desk"
    second = next(line for line in page.splitlines() if line.strip().startswith("2 "))
    assert "Jatinegara" in second


def test_a_guess_is_chosen_by_its_number_and_no_yes_keeps_it_before(store, duty):
    call(store)
    screen = Screen(duty("110-1"))
    screen.terminal.incident = "i1"
    assert screen.text
    screen.types("/lokasi monas")
    page = screen.text
    assert "Tempat dengan nama itu tidak dikenal" in page
    assert "Kel. Kayu Manis (Kec. Matraman, Jakarta Timur) - TEBAKAN" in page
    assert "Lokasi:" not in page, "no question that a yes would answer"
    screen.types("2")
    assert "HANYA KATA-KATA" in screen.text
    screen.types("y")
    seen = duty("110-1").open("i1")
    assert (seen.source, seen.is_placed, seen.named) == ("", False, {"said": "monas"})
    assert "kata petugas: monas" in screen.text


def test_words_that_name_no_area_are_told_to_nobody_who_may_not_know_of_violence(store, duty):
    call(store, desk="118-1")
    [choice] = duty("118-1").places("i1", "jl contoh rumah mantan suami")
    duty("118-1").place("i1", choice.chosen())
    seen = duty("118-1").open("i1")
    assert (seen.discreet, seen.named) == (True, {})
    call(store, "i2", desk="110-1")
    duty("110-1").place("i2", duty("110-1").places("i2", "jl contoh 5")[0])
    assert duty("110-1").open("i2").named == {"said": "jl contoh 5"}
    [area] = duty("110-1").places("i2", "kel kebon pala")
    duty("110-1").place("i2", area)
    assert duty("110-1").open("i2").named == {}, "the area that was said since goes before"


def test_a_telephone_near_by_is_offered_and_taken_by_its_number(store, duty):
    call(store)
    on_the_line(store, ("i1", "110-1"))
    learns(store, CIPINANG, 25.0, "aml_unmatched", confidence=20.0)
    screen = Screen(duty("110-1"))
    assert screen.text
    screen.types("1")
    assert "mungkin telepon ini (AML, belum cocok): -6.24750 106.89100 ±25 m" in screen.text
    screen.types("/lokasi")
    assert "telepon di dekat (AML)" in screen.text
    screen.types("1")
    screen.types("y")
    assert duty("110-1").open("i1").radius_m == 25.0


def test_another_desk_says_nothing_of_a_call_that_was_not_its_own(store, duty):
    call(store)
    for act in (lambda: duty("110-2").places("i1", "-6.2,106.8"), lambda: duty("110-2").open("i1")):
        with pytest.raises(NotDone) as refused:
            act()
        assert refused.value.what == "not_for_you"


def test_a_call_that_was_answered_and_ended_is_closed_by_who_answered(store, duty):
    call(store, over=True)
    screen = Screen(duty("110-1"))
    screen.terminal.incident = "i1"
    assert "telepon dijawab meja 110-1, sudah selesai" in screen.text
    screen.types("/tutup 1")
    screen.types("y")
    assert "ditutup" in screen.text
    assert store.incident("i1").closed


def test_a_closed_case_stays_where_it_was(store, duty):
    call(store)
    [choice] = duty("110-1").places("i1", "-6.2,106.8")
    store.add([Entry("i1", Kind.CLOSED, time.time(), {"by": "desk:110-1"})])
    with pytest.raises(NotDone) as refused:
        duty("110-1").place("i1", choice)
    assert refused.value.what == "over"


def test_an_ambulance_that_has_a_caller_of_violence_on_the_line_sees_need_and_place_alone(store, duty):
    call(store, desk="118-1")
    learns(store, BEKASI)
    store.add([Entry("i1", Kind.PROPOSED, time.time(), {"what": "reroute", "to": "ppa"}, "p1")])
    seen = duty("118-1").open("i1")
    assert seen.discreet
    assert seen.nature == "other"
    assert seen.proposals == ()
    assert seen.radius_m == 20.0
    [choice] = duty("118-1").places("i1", "-6.2,106.8")
    duty("118-1").place("i1", choice)
    assert duty("118-1").open("i1").source == "desk"
