"""Who is called home, by which desk and how often; and who goes on where nobody is any more."""

import itertools

from gateway.queues.deserted import Deserted
from gateway.queues.homeward import (
    AGAIN_SECONDS,
    PATIENCE_SECONDS,
    ROUND_SECONDS,
    UNANSWERED_SECONDS,
    Homeward,
)
from gateway.queues.state import DeskState, QueueState, Readiness, WaitingCall, read

FREE, RINGING, BUSY, PAUSED = Readiness.AVAILABLE, Readiness.RINGING, Readiness.BUSY, Readiness.PAUSED


class Room:
    """Queues at a moment that moves on, as the watch sees them."""

    def __init__(self):
        self.homeward, self.now = Homeward(), 1000.0
        self.desks = {"112": {"112-1": BUSY}, "118": {"118-1": PAUSED}, "110": {"110-1": PAUSED}}
        self.callers = {"112": [], "118": [], "110": []}
        self.events = {}

    def caller(self, name, homes="118/", queue="112", tried=""):
        self.callers[queue].append(name)
        self.events[name] = {"ChanVariable(G112_HOMES)": homes, "ChanVariable(G112_HOMED)": tried}

    def states(self):
        return [
            QueueState(
                queue,
                tuple(
                    WaitingCall(f"PJSIP/{name}", name, name, queue, position, 30, 900.0)
                    for position, name in enumerate(self.callers[queue], 1)
                ),
                tuple(DeskState(desk, readiness) for desk, readiness in desks.items()),
            )
            for queue, desks in self.desks.items()
        ]

    def look(self, seconds=1.0):
        self.now += seconds
        return [(call.incident, to) for call, to in self.homeward.look(self.states(), self.events, self.now)]

    def is_home(self, name, queue="118"):
        """It rings there."""
        self.callers["112"].remove(name)
        self.callers[queue].append(name)
        self.events[name]["ChanVariable(G112_HOMED)"] += f"/{queue}:{int(self.now)}"

    def is_back(self, name, queue="118"):
        self.callers[queue].remove(name)
        self.callers["112"].insert(0, name)


def settled(*callers):
    room = Room()
    for caller in callers:
        room.caller(caller)
    assert room.look() == []
    return room


def test_a_desk_that_rings_is_told_from_one_that_talks_though_asterisk_calls_both_busy():
    members = [
        {"Event": "QueueMember", "Queue": "112", "Name": name, "Status": "3", "Paused": "0"}
        for name in ("112-1", "112-2")
    ]
    [operators] = read([{"Event": "QueueParams", "Queue": "112"}, *members], {}, 1000.0, ringing={"112-1"})
    assert [desk.readiness for desk in operators.desks] == [RINGING, BUSY]


def test_a_desk_that_comes_calls_who_waits_with_the_operators():
    room = settled("ani")
    room.desks["118"]["118-1"] = FREE
    assert room.look() == [("ani", "118")]
    assert room.look() == [], "once"


def test_who_has_only_just_come_to_the_operators_is_left_a_moment_and_nobody_behind_it_goes_first():
    room = settled()
    room.desks["118"]["118-1"] = FREE
    room.caller("ani")
    room.caller("budi")
    assert room.look() == []
    assert room.look() == [("ani", "118")]


def test_as_many_are_called_as_desks_are_free_the_head_of_the_queue_first():
    room = settled("ani", "budi", "citra")
    room.desks["118"] |= {"118-1": FREE, "118-2": FREE}
    assert room.look() == [("ani", "118"), ("budi", "118")]


def test_a_desk_is_for_its_own_queue_first():
    room = settled("ani")
    room.caller("budi", queue="118")
    room.desks["118"]["118-1"] = FREE
    assert room.look() == []


def test_whom_an_operator_can_take_is_left_to_the_operators_for_a_round_of_ringing():
    room = settled("ani", "budi")
    room.desks["112"]["112-1"], room.desks["118"]["118-1"] = RINGING, FREE
    assert room.look() == [("budi", "118")]
    room.is_home("budi")
    room.callers["118"].clear()
    assert room.look() == []
    assert room.look(PATIENCE_SECONDS) == [("ani", "118")]


def not_taken(room, name):
    """It was called home, and nobody there took it."""
    room.is_home(name)
    room.desks["118"]["118-1"] = RINGING
    assert room.look(ROUND_SECONDS) == []
    room.is_back(name)
    room.desks["118"]["118-1"] = FREE


def test_who_was_not_taken_goes_again_and_again_while_no_operator_is_free():
    room = settled("ani")
    room.desks["118"]["118-1"] = FREE
    begun = [room.now + 1 for _ in room.look()]
    for _ in range(5):
        not_taken(room, "ani")
        while not (calls := room.look()):
            assert room.now - begun[-1] < AGAIN_SECONDS + 2
        assert calls == [("ani", "118")]
        begun.append(room.now)
    assert all(later - earlier >= AGAIN_SECONDS - 1 for earlier, later in itertools.pairwise(begun))


def test_between_two_calls_home_another_caller_has_the_desk():
    room = settled("ani", "budi")
    room.desks["118"]["118-1"] = FREE
    assert room.look() == [("ani", "118")]
    not_taken(room, "ani")
    assert [*room.look(), *room.look()] == [("budi", "118")]


def test_who_was_not_taken_and_whom_an_operator_can_take_goes_when_a_desk_has_become_free_since():
    room = settled("ani")
    room.desks["118"]["118-1"] = FREE
    room.look()
    not_taken(room, "ani")
    room.desks["112"]["112-1"] = FREE
    assert [room.look() for _ in range(16)] == [[]] * 16
    room.desks["118"]["118-1"] = BUSY
    room.look()
    room.desks["118"]["118-1"] = FREE
    assert room.look() == [("ani", "118")]


def test_whom_operators_who_are_there_let_ring_goes_again_and_again_after_as_long_as_a_desk_has():
    room = settled("ani")
    room.desks["118"]["118-1"] = FREE
    room.look()
    for _ in range(3):
        not_taken(room, "ani")
        room.desks["112"]["112-1"] = FREE
        room.look()
        for each in range(1, UNANSWERED_SECONDS):
            room.desks["112"]["112-1"] = FREE if each % 11 else RINGING
            assert room.look() == []
        assert room.look() == [("ani", "118")]


def test_an_operator_who_has_only_just_come_has_as_long_as_one_who_was_there():
    room = settled("ani")
    room.desks["118"]["118-1"] = FREE
    room.look()
    not_taken(room, "ani")
    room.desks["118"]["118-1"] = PAUSED
    room.look(120)
    room.desks["112"]["112-1"] = FREE
    room.look()
    room.homeward.there["118-1"] = 0.0  # as if it had been free all the time
    room.desks["118"]["118-1"] = FREE
    assert [room.look() for _ in range(UNANSWERED_SECONDS - 1)] == [[]] * (UNANSWERED_SECONDS - 1)
    assert room.look() == [("ani", "118")]


def test_a_desk_that_comes_and_goes_calls_a_caller_no_oftener_than_so():
    room = settled("ani")
    calls = []
    for _ in range(120):
        room.desks["118"]["118-1"] = PAUSED if room.desks["118"]["118-1"] is FREE else FREE
        for name, to in room.look():
            calls.append(room.now)
            room.is_home(name, to)
            room.look()
            room.is_back(name, to)
    assert len(calls) > 1
    assert all(later - earlier >= AGAIN_SECONDS for earlier, later in itertools.pairwise(calls))


def test_another_agency_that_had_the_caller_calls_when_the_first_one_did_not_take_it():
    room = settled()
    room.caller("ani", homes="118/110", tried="/118:1000")
    room.desks["110"]["110-1"] = room.desks["118"]["118-1"] = FREE
    room.look()
    assert room.look() == [("ani", "110")]


def test_a_watch_that_was_started_anew_knows_from_the_channel_who_was_called_and_when():
    room = Room()
    room.desks["118"]["118-1"] = FREE
    room.caller("ani", tried="/118:995")
    room.caller("budi")
    assert [*room.look(), *room.look(), *room.look()] == [("budi", "118")]


def test_a_watch_that_was_started_anew_knows_of_no_desk_that_it_is_new():
    room = Room()
    room.desks |= {"112": {"112-1": FREE}, "118": {"118-1": FREE}}
    room.caller("ani", tried="/118:900")
    assert [room.look() for _ in range(UNANSWERED_SECONDS)] == [[]] * UNANSWERED_SECONDS


def test_who_has_no_home_or_only_the_operators_stays():
    room = settled()
    room.desks["118"]["118-1"] = FREE
    for homes in ("", "/", "112/", "999/", "112/112"):
        room.caller(f"caller {homes}", homes=homes)
    room.look()
    assert room.look() == []


def test_who_waits_at_home_for_nobody_goes_back_at_once_and_the_queues_own_callers_stay():
    room = settled("ani")
    room.caller("budi", queue="118")
    room.desks["118"] |= {"118-1": FREE, "118-2": FREE}
    assert room.look() == [("ani", "118")]
    room.is_home("ani")
    room.desks["118"] = {"118-1": BUSY, "118-2": PAUSED}
    assert room.look() == [("ani", "112")]


def test_callers_go_on_from_a_queue_that_all_desks_have_left_and_from_no_other():
    room, deserted = Room(), Deserted()
    room.caller("ani", queue="118")
    room.caller("budi", queue="110")
    room.caller("citra")
    room.desks["110"]["110-1"] = BUSY
    room.desks["112"]["112-1"] = PAUSED
    assert deserted.look(room.states(), 5.0, 1000.0) == []
    assert [call.incident for call in deserted.look(room.states(), 5.0, 1005.0)] == ["ani"]


def test_a_desk_that_was_away_for_a_moment_sends_nobody_on():
    room, deserted = Room(), Deserted()
    room.caller("ani", queue="118")
    deserted.look(room.states(), 5.0, 1000.0)
    room.desks["118"]["118-1"] = BUSY
    assert deserted.look(room.states(), 5.0, 1004.0) == []
    room.desks["118"]["118-1"] = PAUSED
    assert deserted.look(room.states(), 5.0, 1006.0) == []
