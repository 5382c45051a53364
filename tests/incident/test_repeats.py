import pytest

from gateway.incident.repeats import (
    before_of,
    never_lowered,
    with_earlier_agencies,
    with_earlier_silence,
    with_what_is_known,
)
from gateway.incident.report import Nature, Report
from gateway.incident.routing import Condition, Route, Rule, Rules
from gateway.incident.summary import Before, Incident

VIOLENCE_BEFORE = Incident("i1", nature="violence", queue="110", priority=1, inform=("ppa",))
PRIORITIES = {Nature.VIOLENCE: 1, Nature.MEDICAL: 2, Nature.FIRE: 2, Nature.CRIME: 3, Nature.NOT_EMERGENCY: 5}
EACH = [
    Rule(nature, Condition(frozenset({nature})), Route("q", at), Report(nature)) for nature, at in PRIORITIES.items()
]
SILENT = Rule(
    "silent",
    Condition(frozenset({Nature.UNKNOWN}), silent=True),
    Route("112", 2, wait_at_most=30),
    Report(silent=True),
)
RULES = Rules((*EACH, SILENT, Rule("anything", Condition(), Route("112", 3), Report())))
FIRE_BEFORE = Incident("i2", nature="fire", queue="113", priority=2)


def test_a_first_call_is_taken_as_it_is():
    report = Report(nature=Nature.MEDICAL)
    assert with_what_is_known(report, None) is report


def test_who_calls_again_and_says_nothing_is_known_by_the_call_before():
    assert with_what_is_known(Report(silent=True), FIRE_BEFORE) == Report(nature=Nature.FIRE, silent=True)


def test_who_calls_the_police_after_violence_and_says_nothing_is_known_by_it():
    silent = Report(nature=Nature.CRIME, silent=True)
    assert with_what_is_known(silent, VIOLENCE_BEFORE) == Report(nature=Nature.VIOLENCE, silent=True)
    assert with_what_is_known(silent, FIRE_BEFORE) == silent
    assert with_what_is_known(Report(nature=Nature.CRIME), VIOLENCE_BEFORE).nature is Nature.CRIME


def test_no_emergency_after_violence_may_be_another_hand_and_stays_violence():
    assert with_what_is_known(Report(nature=Nature.NOT_EMERGENCY), VIOLENCE_BEFORE).nature is Nature.VIOLENCE


def test_no_emergency_after_a_fire_is_believed():
    assert with_what_is_known(Report(nature=Nature.NOT_EMERGENCY), FIRE_BEFORE).nature is Nature.NOT_EMERGENCY


def test_a_fire_reported_from_a_shared_telephone_is_a_fire():
    assert with_what_is_known(Report(nature=Nature.FIRE), VIOLENCE_BEFORE).nature is Nature.FIRE


def test_who_knew_of_violence_is_told_of_the_next_call_and_it_is_as_urgent():
    route = with_earlier_agencies(Route("113", 2, wait_at_most=30), VIOLENCE_BEFORE, RULES)
    assert (route.queue, route.priority, route.inform) == ("113", 1, ("110", "ppa"))


def test_the_agency_that_takes_the_call_is_not_informed_of_it_as_well():
    assert with_earlier_agencies(Route("110", 1, inform=("ppa",)), VIOLENCE_BEFORE, RULES).inform == ("ppa",)


def test_a_nature_that_an_older_version_wrote_changes_nothing():
    report = Report(nature=Nature.MEDICAL)
    assert with_what_is_known(report, Incident("i3", nature="flood?")) == report


@pytest.mark.parametrize(
    ("before", "now", "kept"),
    [
        ("violence", Nature.NOT_EMERGENCY, Nature.VIOLENCE),
        ("violence", Nature.FIRE, Nature.VIOLENCE),
        ("fire", Nature.CRIME, Nature.FIRE),
        ("fire", Nature.MEDICAL, Nature.MEDICAL),
        ("fire", Nature.VIOLENCE, Nature.VIOLENCE),
        ("unknown", Nature.NOT_EMERGENCY, Nature.NOT_EMERGENCY),
        ("not_emergency", Nature.CRIME, Nature.CRIME),
        ("flood?", Nature.CRIME, Nature.CRIME),
    ],
)
def test_more_words_of_a_thread_can_make_it_something_as_urgent_and_nothing_less(before, now, kept):
    assert never_lowered(Report(now), Incident("i", nature=before), RULES).nature is kept


def test_after_a_silence_words_take_nothing_back():
    silent = Incident("i", silent=True, priority=2, queue="112", wait_at_most=30)
    assert never_lowered(Report(), silent, RULES) == Report(silent=True)
    assert never_lowered(Report(Nature.NOT_EMERGENCY), silent, RULES) == Report(silent=True)
    assert never_lowered(Report(Nature.CRIME), silent, RULES) == Report(Nature.CRIME, silent=True)
    crime = with_earlier_silence(Route("110", 3, wait_at_most=60), silent, RULES)
    assert (crime.queue, crime.priority, crime.wait_at_most) == ("110", 2, 30)
    assert with_earlier_silence(Route("110", 1), silent, RULES).priority == 1
    assert with_earlier_silence(crime, FIRE_BEFORE, RULES) == crime


def test_what_the_next_case_must_know_of_this_one():
    assert before_of(None) is None
    assert before_of(FIRE_BEFORE) is None
    assert before_of(VIOLENCE_BEFORE) == Before("i1", "violence", agencies=("110", "ppa"))
    assert before_of(Incident("i3", nature="fire", queue="113", muted="opt_out")) == Before(
        "i3", "fire", False, "opt_out"
    )
    chained = Incident("i4", nature="not_emergency", queue="112", before=before_of(VIOLENCE_BEFORE))
    assert before_of(chained) == Before("i4", "violence", agencies=("110", "ppa"))


def test_the_case_after_one_of_violence_is_no_less_urgent_than_silence_and_who_knew_is_told():
    earlier = Incident("i5", before=before_of(VIOLENCE_BEFORE))
    assert with_what_is_known(Report(Nature.NOT_EMERGENCY), earlier) == Report()
    assert with_what_is_known(Report(Nature.FIRE), earlier) == Report(Nature.FIRE)
    route = with_earlier_agencies(Route("112", 5, wait_at_most=300), earlier, RULES)
    assert (route.priority, route.wait_at_most, route.inform) == (2, 30, ("110", "ppa"))
    assert with_earlier_agencies(Route("110", 1), earlier, RULES).inform == ("ppa",)


def test_an_agency_that_did_its_task_in_a_case_of_violence_does_not_learn_of_the_next_one():
    over = Incident("i1", nature="violence", queue="118", inform=("110", "ppa"), priority=1)
    earlier = Incident("i5", before=before_of(over))
    route = with_earlier_agencies(Route("112", 4, wait_at_most=120), earlier, RULES, discreet=("113", "118"))
    assert route.inform == ("110", "ppa")


def test_the_case_after_a_silent_one_is_no_less_urgent_than_silence():
    earlier = Incident("i5", silent=True, before=Before("i4", silent=True))
    route = with_earlier_silence(Route("110", 3, wait_at_most=60), earlier, RULES)
    assert (route.queue, route.priority, route.wait_at_most, route.inform) == ("110", 2, 30, ())
    assert with_what_is_known(Report(Nature.NOT_EMERGENCY), earlier).nature is Nature.NOT_EMERGENCY


def test_a_threat_to_life_that_was_seen_stays_one():
    assert never_lowered(Report(Nature.FIRE), Incident("i", nature="fire", life_threat=True), RULES).life_threat
