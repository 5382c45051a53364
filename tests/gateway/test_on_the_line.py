"""What a desk's page shows of a call that rings there, as the timeline goes on."""

import pytest

from gateway.desk.happened import happening
from gateway.desk.on_the_line import ENDED, INVITED, RINGING, TALKING, on_the_line
from gateway.incident.timeline import Entry, Kind
from gateway.queues.events import UNSEEN
from gateway.rules import load
from gateway.settings import ROOT

AGENCIES = load(ROOT / "routing_rules.yaml").agencies


def entry(kind, **data):
    return Entry("abc", kind, 1000.0, data, f"sip:1.1:{kind}", "1.1")


RANG = entry(Kind.RANG, queue="118", desk="118-2")


def state(*entries):
    return on_the_line("118-2", entries).state


@pytest.mark.parametrize("why", ["refused", "no_answer"])
def test_a_desk_that_does_not_take_a_waiting_call_is_rung_again(why):
    assert state(RANG, entry(Kind.DECLINED, queue="118", desk="118-2", why=why)) == RINGING


def test_another_desk_of_the_agency_that_does_not_take_it_ends_no_ring_here():
    for why in ("refused", "no_answer", "not_accepted"):
        assert state(RANG, entry(Kind.DECLINED, queue="118", desk="118-1", why=why)) == RINGING


def test_what_was_answered_and_not_accepted_rings_no_more():
    assert state(RANG, entry(Kind.DECLINED, queue="118", desk="118-2", why="not_accepted")) == ENDED


def test_a_caller_who_was_called_home_and_has_gone_back_rings_no_more():
    home = entry(Kind.MOVED, queue="112", to="118", by="gateway", medium="call")
    back = entry(Kind.MOVED, queue="118", to="112", by="gateway", medium="call")
    assert state(home, RANG) == RINGING
    assert state(home, RANG, back) == ENDED
    assert state(home, RANG, entry(Kind.ANSWERED, queue="118", desk="118-2")) == TALKING


def test_a_call_back_whose_caller_has_answered_is_a_call_like_any_other():
    taken = Entry("abc", Kind.ANSWERED, 1002.0, {"queue": "118", "desk": "118-2"}, "taken", "callback-1.1-1;2")

    def told(outcome, channel="callback-1.1-1"):
        return Entry("abc", Kind.FOLLOW_UP, 1003.0, {"what": "call_back", "outcome": outcome}, outcome, channel)

    assert not on_the_line("118-2", [taken, told("reached")]).is_back
    for other in (told("not_reached"), told("asked", "1.1"), told("reached", "callback-1.1-0")):
        assert on_the_line("118-2", [taken, other]).is_back


def test_a_call_back_is_told_from_a_callers_call():
    back = Entry("abc", Kind.RANG, 1001.0, {"queue": "118", "desk": "118-2"}, "callback-1.1-1:rang", "callback-1.1-1")
    taken = Entry("abc", Kind.ANSWERED, 1002.0, back.data, "callback-1.1-1:answered", "callback-1.1-1")
    seen = [on_the_line("118-2", entries) for entries in ([RANG], [back], [back, taken], [back, taken, RANG])]
    assert [line.is_back for line in seen] == [False, True, True, True]
    gone = entry(Kind.ABANDONED, queue="118")
    assert on_the_line("118-2", [RANG, gone, back]).is_back


def test_a_desk_that_refuses_an_invitation_does_not_speak_for_its_agency():
    answered = entry(Kind.ANSWERED, queue="118", desk="118-2")
    invited = entry(Kind.INVITED, queue="110", desk="118-2", why="conference")
    refused = entry(Kind.DECLINED, queue="110", desk="110-1", why="refused")
    [peer] = on_the_line("118-2", [answered, invited, refused]).peers
    assert peer.state == INVITED


@pytest.mark.parametrize(
    ("kind", "data", "words"),
    [
        (Kind.MOVED, {"to": "118", "by": "gateway"}, ("dialihkan otomatis ke 118", "moved by itself to 118")),
        (
            Kind.MOVED,
            {"to": "118", "by": "supervisor"},
            ("dipindahkan penyelia ke 118", "a supervisor moved it to 118"),
        ),
        (
            Kind.DECLINED,
            {"queue": "118", "desk": "118-2", "why": "refused"},
            ("meja 118-2 tidak menerima: ditolak", "desk 118-2 did not take it: refused"),
        ),
        (
            Kind.DECLINED,
            {"queue": "118", "why": UNSEEN},
            ("118 tidak menerima: tidak diketahui sebabnya", "118 did not take it: it is not known why"),
        ),
    ],
)
def test_a_line_says_who_and_why(kind, data, words):
    told = [happening("1", entry(kind, **data), AGENCIES["112"], language) for language in ("id", "en")]
    assert tuple(each.text for each in told) == words
