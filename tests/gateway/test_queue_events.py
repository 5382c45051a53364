"""Timelines from what a real Asterisk said, situation by situation."""

from pathlib import Path

import pytest

from gateway.incident.timeline import Kind
from gateway.queues.catching_up import Found, end_unseen, found_elsewhere
from gateway.queues.events import HUNG_UP, UNSEEN, WANTED, QueueEvents
from gateway.queues.state import since

RECORDED = Path(__file__).parents[1] / "recorded" / "queues"
INCIDENT = "0123456789abcdef01234567"
SITUATIONS = sorted(path.stem for path in RECORDED.glob("*.txt"))


def dialogue(situation):
    """The recorded events, as the manager hands them on."""
    for block in (RECORDED / f"{situation}.txt").read_text().strip().split("\n\n"):
        event = {}
        for line in block.splitlines():
            name, _, value = line.partition(": ")
            if name.endswith("ChanVariable"):
                variable, _, value = value.partition("=")
                name = f"{name}({variable})"
            event[name] = value
        yield event


def entries_of(situation, queues=None):
    queues = queues or QueueEvents()
    return [entry for event in dialogue(situation) for entry in queues.take(event, float(event["Timestamp"]))]


def story(situation):
    return [(entry.kind, dict(entry.data)) for entry in entries_of(situation)]


def test_a_call_that_a_desk_answers_was_queued_rang_and_is_ended_with_its_cause():
    assert story("answered") == [
        (Kind.QUEUED, {"queue": "110", "position": 1}),
        (Kind.RANG, {"queue": "110", "desk": "110-1"}),
        (Kind.ANSWERED, {"queue": "110", "waited": 0.0, "desk": "110-1", "rang": 0}),
        (Kind.ENDED, {"seconds": 2, "cause": "Normal Clearing"}),
    ]


def test_a_caller_who_hangs_up_in_a_queue_has_left_it():
    assert story("abandoned") == [
        (Kind.QUEUED, {"queue": "110", "position": 1}),
        (Kind.LEFT, {"queue": "110", "waited": 2.0, "why": HUNG_UP}),
        (Kind.ENDED, {"seconds": 2, "cause": "Unknown"}),
    ]


def test_a_desk_that_lets_it_ring_again_and_again_rang_once():
    told = story("rings_out")
    assert [kind for kind, _ in told] == [Kind.QUEUED, Kind.RANG, Kind.DECLINED, Kind.LEFT, Kind.ENDED]
    assert told[2][1] == {"queue": "110", "desk": "110-1", "why": "no_answer"}


def test_time_over_in_a_queue_is_an_overflow_and_nobody_hung_up():
    entries = story("overflowed")
    assert [kind for kind, _ in entries] == [
        Kind.QUEUED, Kind.OVERFLOWED, Kind.QUEUED, Kind.RANG, Kind.ANSWERED, Kind.ENDED,
    ]  # fmt: skip
    assert entries[1][1] == {"queue": "110", "waited": 2.0, "to": "112"}
    answered = entries[4][1]
    assert answered["desk"] == "112-1"
    assert answered["waited"] == pytest.approx(2.0, abs=0.1), "the wait counts over both queues"


def test_an_overflow_to_a_trunk_is_answered_by_whom_the_trunk_leads_to():
    assert story("overflowed_to_a_trunk")[1:3] == [
        (Kind.OVERFLOWED, {"queue": "110", "waited": 2.0, "to": "partner"}),
        (Kind.ANSWERED, {"queue": "110", "waited": 2.0, "desk": "partner"}),
    ]


def test_who_hangs_up_while_the_desk_hears_the_whisper_was_answered():
    assert Kind.ANSWERED in [kind for kind, _ in story("caller_hangs_up_in_the_whisper")]


@pytest.mark.parametrize("situation", [name for name in SITUATIONS if name != "last_resort"])
def test_every_entry_belongs_to_the_incident_and_names_the_callers_channel(situation):
    entries = entries_of(situation)
    caller = next(dialogue(situation))["Uniqueid"]
    assert {entry.incident for entry in entries} == {INCIDENT}
    assert {entry.channel_id for entry in entries} == {caller}


@pytest.mark.parametrize("situation", SITUATIONS)
def test_what_is_seen_by_two_watchers_has_the_same_keys(situation):
    keys = [entry.key for entry in entries_of(situation)]
    assert len(set(keys)) == len(keys)
    assert keys == [entry.key for entry in entries_of(situation)]


@pytest.mark.parametrize("situation", SITUATIONS)
def test_no_number_gets_into_what_happens_in_a_queue(situation):
    assert "081200000001" not in repr(entries_of(situation))


def test_a_call_handed_off_without_the_gateway_keeps_the_incident_it_is_given_later():
    queues = QueueEvents()
    entries = []
    for event in dialogue("last_resort"):
        if event["Event"] == "QueueCallerJoin":
            assert event["ChanVariable(G112_INCIDENT)"] == ""
            event["ChanVariable(G112_INCIDENT)"] = INCIDENT
        entries += queues.take(event, float(event["Timestamp"]))
    assert [entry.kind for entry in entries] == [Kind.QUEUED, Kind.RANG, Kind.ANSWERED, Kind.ENDED]
    assert {entry.incident for entry in entries} == {INCIDENT}


def test_a_call_found_waiting_and_then_heard_of_joined_once():
    queues = QueueEvents()
    join = next(dialogue("abandoned"))
    assert queues.take(join, 1000.0)
    assert not queues.take(join, 1001.0)
    assert queues.knows(join["Uniqueid"], "110")


def test_a_second_visit_to_the_same_queue_is_not_the_first_one_seen_twice():
    queues = QueueEvents()
    join, _, leave, _ = dialogue("abandoned")
    first = queues.take(join, 1000.0)
    queues.take(leave, 1010.0)
    again = queues.take(join, 1010.0)
    assert [entry.kind for entry in again] == [Kind.OVERFLOWED, Kind.QUEUED]
    assert again[1].key != first[0].key


def test_a_call_that_a_desk_passes_on_to_another_queue_has_not_overflowed():
    queues = QueueEvents()
    *events, _, _ = (event for event in dialogue("answered") if event["Event"] in WANTED)
    for event in events:
        queues.take(event, 1000.0)
    passed_on = queues.take({**events[0], "Queue": "112"}, 1060.0)
    assert [entry.kind for entry in passed_on] == [Kind.QUEUED]


def test_a_trunk_that_does_not_answer_has_answered_nobody():
    queues, kinds = QueueEvents(), []
    for event in dialogue("overflowed_to_a_trunk"):
        status = {"DialStatus": "BUSY"} if event["Event"] == "DialEnd" else {}
        kinds += [entry.kind for entry in queues.take({**event, **status}, 1000.0)]
    assert kinds == [Kind.QUEUED, Kind.OVERFLOWED, Kind.LEFT, Kind.ENDED]


def test_the_wait_counts_from_the_first_queue_also_after_a_restart():
    join = next(dialogue("abandoned"))
    noted = float(join["ChanVariable(G112_SINCE)"])
    queues = QueueEvents()
    queues.take(join, noted + 40)
    assert queues.calls[join["Uniqueid"]].since == noted
    assert since(join, noted + 0.7) == noted + 0.7, "within the second it was noted in, the event is the better clock"
    assert since({}, 1000.0) == 1000.0


def test_an_answer_that_is_told_is_not_found_once_more():
    queues = QueueEvents()
    for event in list(dialogue("answered"))[:-2]:
        queues.take(event, 1000.0)
    caller = {**next(dialogue("answered")), "BridgeId": "b"}
    desk = {"Uniqueid": "9.9", "Linkedid": caller["Uniqueid"], "Channel": "PJSIP/110-1-00000001", "BridgeId": "b"}
    channels = {each["Uniqueid"]: each for each in (caller, desk)}
    assert not found_elsewhere(queues, Found(channels, {}, 1001.0))


def test_a_call_that_ended_while_nobody_watched_has_left_unseen():
    queues = QueueEvents()
    join = next(dialogue("abandoned"))
    queues.take(join, 1000.0)
    assert not end_unseen(queues, Found({join["Uniqueid"]: join}, {}, 1005.0))
    assert [(entry.kind, entry.data["why"]) for entry in end_unseen(queues, Found({}, {}, 1010.0))] == [
        (Kind.LEFT, UNSEEN),
        (Kind.ENDED, UNSEEN),
    ]
    assert not queues.calls


def test_a_call_that_ended_in_the_dialogue_is_known_by_its_incident_alone():
    hangup = list(dialogue("abandoned"))[-1]
    assert [entry.kind for entry in QueueEvents().take(hangup, 1000.0)] == [Kind.ENDED]


def test_a_desks_own_channel_ends_nothing():
    desk = next(event for event in dialogue("answered") if event["Event"] == "Hangup" and "110-1" in event["Channel"])
    assert not QueueEvents().take(desk, 1000.0)


def test_everything_of_the_recordings_that_is_understood_is_asked_for():
    silent = QueueEvents()
    for situation in SITUATIONS:
        for event in dialogue(situation):
            if event["Event"] not in WANTED:
                assert not silent.take(event, 1000.0)
