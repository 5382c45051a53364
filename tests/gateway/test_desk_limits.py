"""What the law wants of a case before long, and who is shown it."""

import pytest

from gateway.desk.limits import NEAR_SECONDS, running_out
from gateway.incident.limits import LIMITS
from gateway.incident.summary import add_up
from gateway.incident.timeline import Entry, Kind
from gateway.rules import load
from gateway.settings import ROOT

BOOK = load(ROOT / "routing_rules.yaml")
NOW = 1_760_000_000.0


def entry(kind, after=0.0, **data):
    return Entry("i1", kind, NOW + after, data)


def told(*more, nature="violence", trunk="telkom"):
    opened = entry(Kind.OPENED, -60, medium="call", number="+6281200000001", trunk=trunk)
    filed = entry(Kind.FILED, nature=nature, medium="call")
    return [opened, filed, entry(Kind.HANDED_OFF, 1, queue="110", inform=["ppa"]), *more]


def due(entries, after, agency="ppa"):
    found = running_out(BOOK.agencies[agency], add_up("i1", entries), entries, NOW + after)
    return [(each.what, each.due_at - NOW) for each in found]


def test_a_limit_is_shown_from_half_a_day_before_its_end_until_it_is_told_as_done():
    protection, report = LIMITS["protection"], LIMITS["police_report"]
    assert due(told(), protection - NEAR_SECONDS - 1) == []
    assert due(told(), protection - NEAR_SECONDS) == [("protection", protection)]
    assert due(told(), report + 9 * 86400) == [("protection", protection), ("police_report", report)]
    done = entry(Kind.TIMER, 30, what="protection", by="desk:ppa-1")
    assert due(told(done), report) == [("police_report", report)]
    assert due(told(done, entry(Kind.TIMER, 40, what="police_report", by="desk:110-1")), report) == []


def test_a_closed_case_owes_what_the_law_wants_all_the_same():
    assert due(told(entry(Kind.CLOSED, 90, outcome="helped", by="desk:110-1")), LIMITS["protection"])


@pytest.mark.parametrize("agency", ["118", "113"])
def test_who_may_not_know_of_violence_is_shown_none_also_of_a_case_of_its_own(agency):
    own = told(entry(Kind.ANSWERED, 5, queue=agency, desk=f"{agency}-1"))
    assert due(own, LIMITS["protection"], agency) == []
    assert due(own, LIMITS["protection"], "110")


def test_whom_a_case_does_not_concern_is_shown_none():
    assert due(told(), LIMITS["protection"], "112") == []


def test_another_nature_and_a_drill_have_no_limits():
    assert due(told(nature="crime"), LIMITS["protection"]) == []
    drill = [entry(Kind.OPENED, -60, medium="call", number="+6281200000001", trunk="trial"), *told()[1:]]
    assert due(drill, LIMITS["protection"]) == []
