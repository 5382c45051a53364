"""What `gateway112 watch` shows, from the state of the queues."""

import io

import pytest
from rich.console import Console

from gateway.incident.timeline import Entry, Kind
from gateway.queues.messages import message_lines
from gateway.queues.places import STORE_AWAY, UNKNOWN_PLACE, Places
from gateway.queues.state import DeskState, QueueState, Readiness, WaitingCall
from gateway.queues.watch import Watcher, picture
from gateway.rules import load
from gateway.settings import ROOT
from gateway.store import StoreAway
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

    def timeline(self, incident):
        self.asked += 1
        if self.away:
            raise StoreAway("Redis: ConnectionError")
        place = self.places.get(incident)
        return [] if place is None else [Entry(incident, Kind.HANDED_OFF, NOW, {"place": place})]


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
