"""Figures of today and of the last hour, and drills, which are in none."""

import json
from datetime import timedelta, timezone

import pytest

from gateway.incident.timeline import Entry, Kind
from gateway.queues.drills import MOST, is_drill
from gateway.queues.events import HUNG_UP
from gateway.queues.figures import Figures
from gateway.queues.periods import Periods

WIB = timezone(timedelta(hours=7))
NOON = 1_790_000_000.0 // 86_400 * 86_400 + 5 * 3600
"""12:00 in Jakarta."""
MIDNIGHT = NOON + 12 * 3600


def counted(*told, figures=None):
    figures = figures or Figures()
    for number, (kind, at, data) in enumerate(told, 1):
        figures.count(f"{number}-0", Entry(str(data.pop("incident", "i")), kind, at, data), WIB)
    return figures


def answered(waited, at=NOON, **more):
    return Kind.ANSWERED, at, {"queue": "110", "waited": waited, **more}


def opened(trunk, **more):
    return Kind.OPENED, NOON, {"medium": "call", "channel": "sip", "trunk": trunk, **more}


def test_answers_of_today_are_counted_within_10_15_and_20_seconds():
    periods = counted(*map(answered, (3.0, 10.0, 14.9, 20.0, 21.0))).periods
    today = periods.of_today("110", NOON, WIB)
    assert (today.answered, today.within) == (5, [2, 3, 4])
    assert periods.last_hour("110", NOON + 60) == today


def test_who_hangs_up_is_counted_beside_the_answers():
    left = (Kind.LEFT, NOON, {"queue": "110", "waited": 30.0, "why": HUNG_UP})
    assert counted(left, answered(1.0)).periods.last_hour("110", NOON).hung_up == 1


def test_the_day_ends_at_midnight_of_the_city():
    periods = counted(answered(3.0, MIDNIGHT - 1)).periods
    assert periods.of_today("110", MIDNIGHT - 1, WIB).answered == 1
    assert periods.of_today("110", MIDNIGHT + 1, WIB).answered == 0
    assert periods.last_hour("110", MIDNIGHT + 1).answered == 1


def test_what_is_told_late_is_not_taken_for_today():
    periods = counted(answered(3.0, MIDNIGHT + 1), answered(3.0, MIDNIGHT - 1)).periods
    assert periods.of_today("110", MIDNIGHT + 1, WIB).answered == 1
    assert periods.last_hour("110", MIDNIGHT + 1).answered == 2


def test_an_hour_forgets_what_is_older():
    periods = counted(answered(3.0, NOON), answered(3.0, NOON + 3000), answered(3.0, NOON + 4000)).periods
    assert periods.last_hour("110", NOON + 4000).answered == 2
    assert periods.last_hour("110", NOON + 9000).answered == 0
    assert len(periods.slots) == 2


def test_a_message_that_a_desk_accepts_is_no_answered_call():
    accepted = (Kind.ACCEPTED, NOON, {"queue": "110", "waited": 3.0, "medium": "message"})
    assert counted(accepted).periods.last_hour("110", NOON).answered == 0


def test_a_drill_is_in_no_figure_but_its_own():
    left = (Kind.LEFT, NOON, {"queue": "110", "waited": 30.0, "why": HUNG_UP})
    rest = [(kind, NOON, {"queue": "110"}) for kind in Kind if kind not in (Kind.OPENED, Kind.ALARM)]
    figures = counted(opened("trial"), answered(3.0), left, *rest)
    counters = ("opened", "queued", "overflowed", "raised", "hung_up", "ended", "waits", "accepts", "abandoned")
    assert [getattr(figures, name) for name in counters] == [*({},) * 8, 0]
    assert figures.periods.of_today("110", NOON, WIB).answered == 0
    assert figures.periods.drills_of_today(NOON, WIB) == 1
    assert figures.periods.drills_of_today(MIDNIGHT, WIB) == 0
    assert figures.after == f"{3 + len(rest)}-0"


def test_an_alarm_in_a_drill_is_an_alarm():
    assert counted(opened("trial"), (Kind.ALARM, NOON, {"what": "a fault"})).alarms == 1


def test_a_real_contact_makes_a_drill_none():
    figures = counted(opened("trial"), opened("exchange", repeat=True), answered(3.0))
    assert figures.periods.of_today("110", NOON, WIB).answered == 1


def test_a_trial_call_into_a_real_case_makes_no_drill_of_it():
    figures = counted(opened("exchange"), opened("trial", repeat=True), answered(3.0))
    assert (figures.opened.total(), figures.periods.of_today("110", NOON, WIB).answered) == (2, 1)


def test_so_many_drills_are_kept_in_mind():
    figures = counted(*(opened("trial", incident=str(number)) for number in range(MOST + 5)))
    assert len(figures.drills.incidents) == MOST
    assert "0" not in figures.drills.incidents


def test_a_case_is_a_drill_while_nobody_real_came_into_it():
    told = [Entry("i", *opened(trunk)) for trunk in ("trial", "exchange")]
    assert is_drill(told[:1])
    assert not is_drill(told)
    assert not is_drill([])


def test_counting_goes_on_over_a_restart():
    figures = counted(opened("exchange"), answered(3.0), opened("trial", incident="j"))
    again = Figures.from_dict(json.loads(json.dumps(figures.as_dict())))
    assert again == figures
    assert counted(answered(3.0), figures=again).periods.of_today("110", NOON, WIB).answered == 2


def test_figures_kept_before_there_were_periods_are_counted_on():
    old = {name: value for name, value in counted(answered(3.0)).as_dict().items() if name not in ("periods", "drills")}
    again = Figures.from_dict(old)
    assert (again.waits["110"].count, again.periods) == (1, Periods())


@pytest.mark.parametrize("periods", [3, {}, {"day": "", "today": {"110": [1, 2]}, "slots": {}, "drills": 0}])
def test_what_is_no_periods_is_refused(periods):
    with pytest.raises(ValueError, match=r"not figures|other bounds|unpack"):
        Figures.from_dict(Figures().as_dict() | {"periods": periods})
