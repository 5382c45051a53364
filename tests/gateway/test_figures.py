"""Figures counted from entries, as a feed brings them."""

import json

import pytest

from gateway.incident.timeline import Entry, Kind
from gateway.queues.events import HUNG_UP, UNSEEN
from gateway.queues.figures import WAIT_BOUNDS, Figures


def counted(*told):
    figures = Figures()
    for number, (kind, data) in enumerate(told, 1):
        figures.count(f"{number}-0", Entry("incident", kind, 0.0, data))
    return figures


def test_answers_are_counted_by_how_long_the_caller_waited():
    figures = counted(*[(Kind.ANSWERED, {"queue": "110", "waited": waited}) for waited in (3.0, 10.0, 16.0, 400.0)])
    within = dict(zip(WAIT_BOUNDS, figures.waits["110"].within, strict=True))
    assert (within[10.0], within[15.0], within[20.0], within[300.0]) == (2, 2, 3, 3)
    assert (figures.waits["110"].count, figures.waits["110"].seconds) == (4, 429.0)


def test_only_a_caller_who_hung_up_is_counted_as_one():
    figures = counted((Kind.LEFT, {"queue": "110", "why": HUNG_UP}), (Kind.LEFT, {"why": UNSEEN}))
    assert figures.hung_up == {"110": 1}


def test_nobody_waits_in_a_call_back():
    figures = Figures()
    for number, kind in enumerate((Kind.QUEUED, Kind.RAISED, Kind.OVERFLOWED, Kind.ANSWERED, Kind.LEFT), 1):
        data = {"queue": "110", "waited": 48.0, "why": HUNG_UP}
        figures.count(f"{number}-0", Entry("incident", kind, 0.0, data, channel_id="callback-1-1"))
    assert not any((figures.queued, figures.raised, figures.overflowed, figures.waits, figures.hung_up))
    assert figures.periods.last_hour("110", 0.0).answered == figures.periods.last_hour("110", 0.0).hung_up == 0


def test_an_entry_without_the_usual_data_is_counted_all_the_same():
    figures = counted((Kind.ANSWERED, {}), (Kind.ENDED, {}), (Kind.OPENED, {"channel": None}))
    assert not figures.waits, "seen too late to know the wait"
    assert figures.ended == {"unknown": 1}


def test_messages_are_counted_apart_from_calls():
    figures = counted(
        (Kind.RAISED, {"queue": "110", "medium": "message"}),
        (Kind.OVERFLOWED, {"queue": "110", "medium": "message"}),
        (Kind.ACCEPTED, {"queue": "110", "waited": 4.0, "medium": "message"}),
        (Kind.RAISED, {"queue": "110"}),
    )
    assert (figures.messages_raised, figures.messages_overflowed) == ({"110": 1}, {"110": 1})
    assert (figures.raised, figures.overflowed) == ({"110": 1}, {})
    assert (figures.accepts["110"].seconds, figures.waits) == (4.0, {})


def test_figures_kept_before_there_were_messages_are_counted_on():
    old = {name: value for name, value in Figures(alarms=3).as_dict().items() if "message" not in name}
    del old["accepts"]
    assert Figures.from_dict(old).alarms == 3


def test_counting_goes_on_where_it_stood():
    figures = counted(
        (Kind.OPENED, {"channel": "sip"}),
        (Kind.QUEUED, {"queue": "110"}),
        (Kind.ANSWERED, {"queue": "110", "waited": 1.5}),
        (Kind.ABANDONED, {"step": "start"}),
        (Kind.ALARM, {"what": "a fault"}),
    )
    assert Figures.from_dict(json.loads(json.dumps(figures.as_dict()))) == figures
    assert figures.after == "5-0"


@pytest.mark.parametrize(
    "data", [{}, {"after": "0"}, {"waits": 3}, Figures().as_dict() | {"waits": {"110": [[1], 1, 1.0]}}]
)
def test_what_is_no_figures_is_refused(data):
    with pytest.raises(ValueError, match=r"not figures|other bounds"):
        Figures.from_dict(data)


def test_the_nature_of_a_case_is_in_no_figure():
    figures = counted(
        (Kind.FILED, {"nature": "violence", "silent": True}),
        (Kind.ABANDONED, {"step": "can_you_talk"}),
        (Kind.HANDED_OFF, {"queue": "110", "rule": "violence_silent"}),
    )
    assert "violence" not in json.dumps(figures.as_dict())
    assert "can_you_talk" not in json.dumps(figures.as_dict())
