"""What `gateway112 watch` shows, from the state of the queues."""

import io
import json

import pytest
from rich.console import Console

from gateway.incident.evidence import Evidence
from gateway.incident.shape import Circle
from gateway.incident.timeline import Entry, Kind
from gateway.queues.messages import message_lines
from gateway.queues.places import HELD_SECONDS, STORE_AWAY, UNKNOWN_PLACE, Places
from gateway.queues.state import DeskState, QueueState, Readiness, TalkingCall, WaitingCall, read
from gateway.queues.talking import talking_calls
from gateway.queues.watch import Watcher, off_duty, picture
from gateway.rules import load
from gateway.settings import ROOT
from gateway.store import StoreAway
from gateway.store.duty import Seat
from gateway.store.waiting import Wait
from tests.gateway.waiting_room import WaitingRoom
from tests.gateway_in_process import made_up_settings

NOW = 1_750_000_000.0
AGENCIES = load(ROOT / "routing_rules.yaml").agencies


class Shelf:
    """A store with timelines, or away."""

    def __init__(self, **places):
        self.places, self.away, self.asked = places, False, 0
        self.waits = WaitingRoom()
        self.more = []

    def timeline(self, incident):
        self.asked += 1
        if self.away:
            raise StoreAway("Redis: ConnectionError")
        place = self.places.get(incident)
        return [] if place is None else [Entry(incident, Kind.HANDED_OFF, NOW, {"place": place}), *self.more]


def call(incident="a" * 24, *, queue="110", prio=50, waited=5.0, bound=None, silent=False, position=1):
    channel = f"PJSIP/trial-{incident}"
    return WaitingCall(channel, incident, incident, queue, position, prio, NOW - waited, bound, silent)


def shown(*states, places=None, **others):
    console = Console(width=120, record=True, file=io.StringIO())
    console.print(picture(list(states), places or {}, NOW, AGENCIES, **others))
    return console.export_text()


def line_with(text, word):
    return next(line for line in text.splitlines() if word in line)


def test_a_waiting_caller_is_shown_with_priority_wait_and_place():
    text = shown(
        QueueState("110", (call(waited=75, silent=True),)),
        places={"a" * 24: "Kelurahan Cipinang Melayu, radius 50 meter"},
    )
    line = line_with(text, "aaaaaaaa")
    for word in ("110", "1:15", "silent", "Kelurahan Cipinang Melayu"):
        assert word in line
    assert "a" * 9 not in line, "the identifier is short"


def test_a_raised_call_says_so_and_an_unknown_place_too():
    line = line_with(shown(QueueState("118", (call(queue="118", prio=60),))), "raised")
    assert UNKNOWN_PLACE in line


def test_queues_stand_in_the_order_of_the_rules_with_their_desks():
    desks = (DeskState("113-1", Readiness.BUSY), DeskState("113-2", Readiness.UNREACHABLE))
    text = shown(QueueState("ppa"), QueueState("113", (), desks), QueueState("112"))
    assert text.index("Operator") < text.index("Damkar") < text.index("PPA")
    assert "113-1 busy  113-2 unreachable" in text
    assert "no caller is waiting" in text


def test_the_next_to_be_served_stands_first():
    text = shown(QueueState("110", (call("b" * 24, position=2), call("c" * 24, position=1))))
    assert text.index("cccc") < text.index("bbbb")


def test_a_place_is_text_and_nothing_in_it_is_obeyed():
    places = Places(Shelf(**{"a" * 24: "[red]Jl. Mawar[/red]\x1b[31m\n7"}))
    text = shown(QueueState("110", (call(),)), places=places.of(["a" * 24]))
    assert "[red]Jl. Mawar[/red]" in text
    assert "\x1b" not in text


def test_with_the_store_away_who_waits_is_shown_all_the_same():
    shelf = Shelf()
    shelf.away = True
    places = Places(shelf)
    calls = [call("a" * 24), call("b" * 24, position=2)]
    found = places.of(call.incident for call in calls)
    assert found == {"a" * 24: STORE_AWAY}
    assert shelf.asked == 1, "a store that is away is asked once a look"
    text = shown(QueueState("110", tuple(calls)), places=found, store_away=places.away)
    assert "bbbbbbbb" in text
    assert "the store is away" in text


def test_a_known_place_is_asked_of_the_store_once():
    shelf = Shelf(**{"a" * 24: "Kelurahan Senen"})
    places = Places(shelf)
    assert places.of(["a" * 24]) == places.of(["a" * 24]) == {"a" * 24: "Kelurahan Senen"}
    assert shelf.asked == 1


def test_what_is_heard_of_a_place_is_asked_for_anew_and_told_with_its_proposals_and_telephones_near_by():
    shelf = Shelf(**{"a" * 24: "lokasi tidak diketahui"})
    places = Places(shelf, now=lambda: NOW)
    assert places.of(["a" * 24]) == {"a" * 24: "lokasi tidak diketahui"}
    evidence = Evidence("aml", Circle(-6.2, 106.8, 20.0), NOW, NOW).as_dict()
    near = Evidence("aml_unmatched", Circle(-6.3, 106.9, 30.0), NOW, NOW, confidence=20.0).as_dict()
    proposal = {"what": "neighbour", "to": "32.75", "name": "Kota Bekasi"}
    told = [(Kind.EVIDENCE, evidence), (Kind.EVIDENCE, near), (Kind.PROPOSED, proposal)]
    shelf.more = [Entry("a" * 24, kind, NOW, data) for kind, data in told]
    assert places.of(["a" * 24]) == {"a" * 24: "lokasi tidak diketahui"}, "nothing was heard"
    assert not places.heard([Entry("a" * 24, Kind.RANG, NOW)])
    assert places.heard(shelf.more)
    place, proposed, offer = places.of(["a" * 24])["a" * 24].splitlines()
    assert "radius 20 m" in place
    assert "112 Kota Bekasi" in proposed
    assert "-6.30000 106.90000" in offer


def test_what_is_too_old_is_shown_as_the_last_known_place():
    shelf = Shelf(**{"a" * 24: "lokasi tidak diketahui"})
    stale = Evidence("aml", Circle(-6.2, 106.8, 20.0), NOW, NOW - 1200).as_dict()
    shelf.more = [Entry("a" * 24, Kind.EVIDENCE, NOW, stale)]
    told = Places(shelf, now=lambda: NOW).of(["a" * 24])["a" * 24]
    assert told.startswith("lokasi tidak diketahui; terakhir diketahui 20 menit lalu, SUDAH LAMA; ")


def test_what_was_not_heard_is_asked_for_all_the_same_after_a_while():
    shelf, clock = Shelf(**{"a" * 24: "Senen"}), [NOW]
    places = Places(shelf, now=lambda: clock[0])
    places.of(["a" * 24])
    clock[0] += HELD_SECONDS + 1
    places.of(["a" * 24])
    assert shelf.asked == 2


def test_calls_that_desks_have_are_shown_with_their_places():
    state = QueueState("110", talking=(TalkingCall("1.1", "a" * 24, "110-1"),))
    line = line_with(shown(state, places={"a" * 24: "Kelurahan Senen"}), "110-1")
    assert "aaaaaaaa" in line
    assert "Kelurahan Senen" in line


def test_a_talk_is_a_caller_joined_with_a_desk():
    def channel(name, uniqueid, bridge, linked="1.1"):
        told = {"Channel": name, "Uniqueid": uniqueid, "Linkedid": linked, "BridgeId": bridge}
        return {**told, "ChanVariable(G112_INCIDENT)": "i1"}

    caller, desk = channel("PJSIP/trial-1", "1.1", "b1"), channel("PJSIP/110-1-2", "1.2", "b1")
    waiting = channel("PJSIP/trial-3", "1.3", "", "1.3")
    alone = channel("PJSIP/trial-4", "1.4", "b4", "1.4")
    assert talking_calls([desk, caller, waiting, alone]) == [TalkingCall("1.1", "i1", "110-1")]
    status = [
        {"Event": "QueueParams", "Queue": "110"},
        {"Event": "QueueMember", "Queue": "110", "Name": "PJSIP/110-1", "Status": "2", "Paused": "0"},
        {"Event": "QueueParams", "Queue": "112"},
    ]
    states = read(status, {}, NOW, talking_calls([caller, desk]))
    assert [len(state.talking) for state in states] == [1, 0]
    assert [QueueState.from_dict(json.loads(json.dumps(state.as_dict()))) for state in states] == states
    older = {name: value for name, value in states[1].as_dict().items() if name != "talking"}
    assert QueueState.from_dict(older) == states[1]


def test_messages_are_shown_by_agency_with_the_desks_that_are_there():
    waits = [Wait("i1", "110", "110", 1, NOW - 75, NOW), Wait("i2", "110", "110", 1, NOW, NOW, desk="110-1", at=NOW)]
    lines = message_lines(WaitingRoom(waits, ["110-1", "113-2"]), AGENCIES, NOW)
    text = shown(QueueState("110"), messages=lines)
    assert [word for word in line_with(text, "1:15").split() if word.isalnum() or ":" in word or "-" in word] == [
        "110", "1", "1:15", "1", "110-1",
    ]  # fmt: skip
    assert "113-2" in text
    assert "118" not in text


def test_without_asterisk_messages_are_shown_all_the_same(tmp_path):
    shelf = Shelf()
    shelf.waits = WaitingRoom([Wait("i1", "ppa", "ppa", 1, NOW, NOW)])
    watcher = Watcher(made_up_settings(tmp_path, ami_port=1, ami_secret="secret"), Places(shelf), AGENCIES)
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(watcher.look())
    assert "ppa" in console.export_text()


def test_without_asterisk_it_says_what_is_missing(tmp_path):
    settings = made_up_settings(tmp_path, ami_port=1, ami_secret="secret")
    watcher = Watcher(settings, Places(Shelf()), AGENCIES)
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(watcher.look())
    assert "is Asterisk running?" in console.export_text()
    assert watcher.blind


@pytest.mark.parametrize(("waited", "clock"), [(0, "0:00"), (59.9, "0:59"), (61, "1:01"), (3661, "61:01")])
def test_waits_are_told_in_minutes_and_seconds(waited, clock):
    assert clock in line_with(shown(QueueState("110", (call(waited=waited),))), "aaaaaaaa")


def test_a_desk_that_nobody_is_at_is_off_duty_and_not_paused():
    desks = (DeskState("110-2", Readiness.PAUSED), DeskState("110-3", Readiness.PAUSED))
    text = shown(QueueState("110", (), desks), empty={"110-2"})
    assert "110-2 off duty  110-3 paused" in text


class Room:
    """Who sits where."""

    def __init__(self, *seats):
        self.seats = {seat.desk: seat for seat in seats}

    def of(self, desks):
        return {desk: self.seats[desk] for desk in desks if desk in self.seats}


def test_of_the_desks_that_are_passed_over_a_seat_tells_who_pauses():
    desks = [DeskState(f"110-{number}", Readiness.PAUSED) for number in (1, 2, 3)]
    state = QueueState("110", (), (*desks, DeskState("110-4", Readiness.AVAILABLE)))
    seats = Room(Seat("110-1", "siti", "pause"), Seat("110-2", "budi", "off"))
    assert off_duty([state], seats) == {"110-2", "110-3"}
