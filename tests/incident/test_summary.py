"""What a timeline's entries add up to, whatever order and company they come in."""

import pytest

from gateway.incident.summary import Before, Incident, add_up
from gateway.incident.timeline import Entry, Kind


def entry(kind, at=1.0, **data):
    return Entry("i1", kind, at, data)


OPENED = entry(Kind.OPENED, 10.0, medium="call", number="+6281200000001", trunk="trial")
FILED = entry(Kind.FILED, 12.0, nature="fire", silent=False)
HANDED_OFF = entry(Kind.HANDED_OFF, 12.0, rule="fire", queue="113", priority=2, inform=["110"])


def test_no_entries_add_up_to_an_incident_of_which_nothing_is_known():
    assert add_up("i1", []) == Incident("i1")


def test_a_call_that_was_answered_adds_up_to_who_what_where_and_by_whom():
    incident = add_up("i1", [OPENED, FILED, HANDED_OFF, entry(Kind.ANSWERED, 20.0, queue="113", desk="113-1")])
    assert (incident.number, incident.trunk, incident.nature) == ("+6281200000001", "trial", "fire")
    assert (incident.rule, incident.queue, incident.priority, incident.inform) == ("fire", "113", 2, ("110",))
    assert (incident.opened_at, incident.last_at, incident.answered_by) == (10.0, 20.0, "113-1")
    assert not incident.closed


def test_every_contact_of_an_incident_is_counted_and_the_first_number_kept():
    again = entry(Kind.OPENED, 99.0, number="+6281200000002", trunk="other")
    incident = add_up("i1", [OPENED, again])
    assert (incident.contacts, incident.number, incident.trunk) == (2, "+6281200000001", "trial")


def test_a_number_that_was_withheld_at_first_is_taken_from_a_later_contact():
    assert add_up("i1", [entry(Kind.OPENED, number=None), OPENED]).number == "+6281200000001"


def test_who_got_as_far_as_the_question_that_only_violence_leads_to_has_told_of_it():
    asked = entry(Kind.ASKED, step="can_you_talk", nature="violence")
    assert add_up("i1", [OPENED, asked]).nature == "violence"
    assert add_up("i1", [asked, FILED]).nature == "violence"
    assert add_up("i1", [OPENED, entry(Kind.ASKED, step="start", nature="unknown")]).nature == "unknown"


def test_violence_once_reported_marks_the_incident_for_good():
    filed = [entry(Kind.FILED, nature="violence", silent=True), entry(Kind.FILED, nature="not_emergency")]
    assert add_up("i1", filed).nature == "violence"


def test_who_could_not_speak_is_known_whatever_comes_after():
    filed = [entry(Kind.FILED, nature="unknown", silent=True), entry(Kind.FILED, nature="unknown", silent=False)]
    assert add_up("i1", filed).silent


def test_a_case_that_may_go_on_is_silent_and_muted_as_the_one_before_until_a_desk_unmutes_it():
    before = Before("i0", "violence", True, "opt_out", ("110", "ppa"))
    opened = entry(Kind.OPENED, before=before.as_dict())
    incident = add_up("i1", [opened, FILED])
    assert (incident.before, incident.silent, incident.muted, incident.nature) == (before, True, "opt_out", "fire")
    assert add_up("i1", [opened, entry(Kind.UNMUTED)]).muted == ""


@pytest.mark.parametrize("odd", [None, "i0", ["i0"], {}, {"agencies": "110", "silent": None}])
def test_a_case_before_that_cannot_be_read_is_no_error(odd):
    assert not add_up("i1", [entry(Kind.OPENED, before=odd)]).silent


@pytest.mark.parametrize(
    ("before", "may_be"),
    [
        (Before("i0", "violence"), True),
        (Before("i0", "fire", muted="takeover"), True),
        (Before("i0", "fire", muted="opt_out"), True),
        (Before("i0", "fire", muted="loop"), False),
        (Before("i0", "unknown", silent=True), False),
    ],
)
def test_the_next_case_may_be_violence_where_it_was_or_another_hand_was_feared(before, may_be):
    assert before.may_be_violence is may_be


def test_evidence_is_kept_in_the_order_it_came():
    found = [entry(Kind.EVIDENCE, source="network_cell"), entry(Kind.EVIDENCE, source="aml")]
    assert [one["source"] for one in add_up("i1", found).evidence] == ["network_cell", "aml"]


def test_a_hang_up_or_an_alarm_closes_nothing():
    left = [OPENED, entry(Kind.ABANDONED, step="start"), entry(Kind.ENDED), entry(Kind.ALARM, what="late")]
    assert not add_up("i1", left).closed
    assert add_up("i1", [*left, entry(Kind.CLOSED, by="112-1", outcome="done")]).closed


def test_an_entry_of_every_kind_without_its_data_adds_up_to_no_error():
    for kind in Kind:
        add_up("i1", [entry(kind)])


def test_the_time_of_the_last_entry_is_the_latest_whatever_the_order():
    assert add_up("i1", [FILED, OPENED]).last_at == 12.0


def test_a_message_whose_parts_came_late_is_one_message():
    told = [
        entry(Kind.MESSAGE, message="m1", missing=[2]),
        entry(Kind.MESSAGE, message="m1"),
        entry(Kind.MESSAGE, message="m2"),
    ]
    assert add_up("i1", told).messages == 2


def test_a_desk_has_the_thread_from_its_acceptance_to_its_release_or_the_end():
    accepted = entry(Kind.ACCEPTED, queue="110", desk="110-1")
    assert add_up("i1", [OPENED, accepted]).desk == "110-1"
    assert add_up("i1", [OPENED, accepted, entry(Kind.RELEASED, desk="110-1")]).desk == ""
    assert add_up("i1", [OPENED, accepted, entry(Kind.CLOSED, by="desk:110-1")]).desk == ""


def test_what_was_muted_is_so_until_a_desk_unmutes_it():
    muted = [OPENED, entry(Kind.MUTED, why="opt_out")]
    assert add_up("i1", muted).muted == "opt_out"
    assert add_up("i1", [*muted, entry(Kind.UNMUTED, by="desk:110-1")]).muted == ""
