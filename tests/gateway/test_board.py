"""What boards show: desks as they are, contacts by their waiting, alarms once. Pure."""

from __future__ import annotations

import pytest

from gateway.desk.supervision import may_listen, may_move, may_move_words
from gateway.incident.summary import add_up
from gateway.incident.timeline import Entry, Kind
from gateway.queues.alarms import MOST, Troubles, acknowledged
from gateway.queues.board import DeskIs, OnDuty, Seen, contact_lines, desk_lines, is_old, queue_lines
from gateway.queues.drills import Drills
from gateway.queues.figures import Figures
from gateway.queues.state import DeskState, QueueState, Readiness, TalkingCall, WaitingCall
from gateway.rules import load
from gateway.settings import ROOT
from gateway.store.waiting import TASK, WORDS, Wait

NOW = 1_790_000_000.0
BOOK = load(ROOT / "routing_rules.yaml")
POLICE, AMBULANCE, FIRE, OPERATORS, PPA = (BOOK.agencies[name] for name in ("110", "118", "113", "112", "ppa"))


def waits(incident: str, queue: str, ago: float, **more: object) -> Wait:
    return Wait(incident, queue, queue, 1, NOW - ago, NOW - ago, **more)  # type: ignore[arg-type]


def calls(incident: str, ago: float, prio: int = 5) -> WaitingCall:
    return WaitingCall("PJSIP/x", f"{ago}.1", incident, "110", 1, prio, NOW - ago)


@pytest.mark.parametrize(
    ("readiness", "duty", "state"),
    [
        (Readiness.AVAILABLE, None, DeskIs.FREE),
        (Readiness.AVAILABLE, OnDuty("on"), DeskIs.FREE),
        (Readiness.RINGING, OnDuty("on"), DeskIs.RINGING),
        (Readiness.BUSY, None, DeskIs.TALKING),
        (Readiness.AVAILABLE, OnDuty("pause", "break"), DeskIs.PAUSED),
        (Readiness.PAUSED, OnDuty("pause", "break"), DeskIs.PAUSED),
        (Readiness.PAUSED, None, DeskIs.OFF),
        (Readiness.UNREACHABLE, None, DeskIs.OFF),
        (Readiness.UNREACHABLE, OnDuty("on"), DeskIs.LOST),
        (None, None, DeskIs.OFF),
    ],
)
def test_a_desk_is_shown_as_it_is(readiness: Readiness | None, duty: OnDuty | None, state: DeskIs) -> None:
    desks = (DeskState("110-2", readiness),) if readiness else ()
    lines = desk_lines(QueueState("110", (), desks), POLICE, {"110-2": duty} if duty else {})
    assert [(line.id, line.state) for line in lines] == [("110-1", DeskIs.OFF), ("110-2", state)]


def test_a_desk_that_talks_while_it_pauses_talks() -> None:
    state = QueueState("110", (), (DeskState("110-2", Readiness.PAUSED),), (TalkingCall("1.1", "i", "110-2", NOW - 5),))
    line = desk_lines(state, POLICE, {"110-2": OnDuty("pause")})[1]
    assert (line.state, line.since) == (DeskIs.TALKING, NOW - 5)


def test_who_waits_longest_stands_first_and_not_who_goes_first() -> None:
    seen = Seen(NOW, (QueueState("110", (calls("a-violent", 3, prio=50), calls("b-other", 9))),))
    assert [line.incident for line in contact_lines(seen, {"110"})] == ["b-other", "a-violent"]


def test_two_parts_of_a_case_in_one_queue_are_one_contact_as_old_as_the_older() -> None:
    parts = (waits("i", "112", 9, part=TASK, violent=True), waits("i", "112", 30, part=WORDS, violent=True))
    (line,) = contact_lines(Seen(NOW, waits=parts), {"112"})
    assert (line.medium, line.since) == ("message", NOW - 30)
    (shown,) = queue_lines(Seen(NOW, waits=parts), {"112": OPERATORS}, "en", NOW)
    assert shown["messages"] == {"waiting": 1, "since": NOW - 30, "held": 0}


def test_a_queue_that_nobody_has_seen_is_none_that_is_empty() -> None:
    (line,) = queue_lines(Seen(NOW), {"110": POLICE}, "id", NOW)
    assert (line["seen"], line["hour"], line["messages"]) == (False, None, None)


def test_what_was_seen_seconds_ago_is_old() -> None:
    assert not is_old(Seen(NOW - 3), NOW)
    assert is_old(Seen(NOW - 6), NOW)
    assert is_old(Seen(), NOW)


def told(nature: str, desk: str, handed_to: str) -> list[Entry]:
    filed, handed = Entry("i", Kind.FILED, NOW, {"nature": nature}), {"queue": handed_to}
    return [
        Entry("i", Kind.OPENED, NOW, {"medium": "call"}), filed, Entry("i", Kind.HANDED_OFF, NOW, handed),
        Entry("i", Kind.ANSWERED, NOW, {"desk": desk}),
    ]  # fmt: skip


def test_who_may_not_know_of_violence_listens_to_none() -> None:
    for agency, nature, handed_to, may in (
        (POLICE, "violence", "110", True), (AMBULANCE, "violence", "110", False), (AMBULANCE, "medical", "118", True),
        (AMBULANCE, "violence", "118", False),
        # Else a refusal would tell which of the calls that came to it from elsewhere is one of violence.
        (AMBULANCE, "medical", "112", False),
    ):  # fmt: skip
        entries = told(nature, f"{agency.id}-1", handed_to)
        assert may_listen(agency, add_up("i", entries), entries) is may, (agency.id, nature)
    assert not may_listen(AMBULANCE, add_up("i", []), [])


def test_violence_is_moved_only_to_who_may_know() -> None:
    assert [may_move(POLICE, to, violent=True) for to in (OPERATORS, PPA, AMBULANCE, FIRE)] == [
        True,
        True,
        False,
        False,
    ]
    assert not may_move(POLICE, POLICE, violent=False)
    assert may_move(AMBULANCE, FIRE, violent=True) is may_move(AMBULANCE, FIRE, violent=False) is True


def test_a_task_goes_anywhere_and_words_of_violence_do_not() -> None:
    assert may_move_words(AMBULANCE, FIRE, waits("i", "118", 1, part=TASK, violent=True))
    assert not may_move_words(POLICE, FIRE, waits("i", "110", 1, part=WORDS, violent=True))
    assert may_move_words(POLICE, FIRE, waits("i", "110", 1))


def alarm(what: str, at: float, incident: str = "gateway") -> Entry:
    return Entry(incident, Kind.ALARM, at, {"what": what, "process": "ami"})


def test_an_alarm_is_one_line_for_each_sentence_and_case() -> None:
    troubles = Troubles("gateway")
    for at, entry in enumerate([alarm("a", 1), alarm("b", 2), alarm("a", 3), alarm("a", 4, "i")]):
        troubles.take(f"{at}-0", entry)
    lines = [(each.what, each.incident, each.count, each.first, each.last) for each in troubles.alarms.values()]
    assert lines == [("b", "", 1, 2, 2), ("a", "", 2, 1, 3), ("a", "i", 1, 4, 4)]


def test_an_acknowledgement_holds_until_the_alarm_comes_again() -> None:
    troubles = Troubles("gateway")
    troubles.take("1-0", alarm("a", 1))
    (line,) = troubles.alarms.values()
    seen = {line.id: {"by": "agus", "at": 2.0}}
    assert acknowledged(line, seen) == {"by": "agus", "at": 2.0}
    troubles.take("2-0", alarm("a", 3))
    assert acknowledged(line, seen) is None


def test_so_many_troubles_are_kept_the_latest() -> None:
    troubles = Troubles("gateway")
    for number in range(MOST + 10):
        troubles.take("1-0", alarm(f"fault {number:04}", float(number)))
    assert len(troubles.alarms) == MOST
    assert next(iter(troubles.alarms.values())).what == "fault 0010"


def test_a_reply_that_arrived_after_all_is_no_trouble() -> None:
    troubles = Troubles("gateway")
    for status in ("sent", "failed"):
        troubles.take("1-0", Entry("i", Kind.DELIVERY, NOW, {"reply": "r", "status": status}))
    assert [each.status for each in troubles.unsent.values()] == ["failed"]
    troubles.take("2-0", Entry("i", Kind.DELIVERY, NOW, {"reply": "r", "status": "delivered"}))
    assert not troubles.unsent


def test_callers_to_be_reached_are_counted_without_drills():
    figures = Figures(drills=Drills({"a-drill": None}))
    seen = Seen(NOW, figures=figures, missed={"110": ["a-drill", "c1", "c2"]})
    (line,) = queue_lines(seen, {"110": POLICE}, "id", NOW)
    assert line["missed"] == 2
    (line,) = queue_lines(Seen(NOW), {"110": POLICE}, "id", NOW)
    assert line["missed"] is None
