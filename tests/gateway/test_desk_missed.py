"""Who hung up before anybody answered, and what was done about it since."""

from gateway.desk.missed import has_taken, missed, missed_for, taken
from gateway.desk.rights import has_answered
from gateway.incident.follow_up import needless
from gateway.incident.routing import WITHOUT_CONSENT
from gateway.incident.summary import add_up
from gateway.incident.timeline import Entry, Kind
from gateway.rules import load
from gateway.settings import ROOT

BOOK = load(ROOT / "routing_rules.yaml")
NOW = 1_760_000_000.0


def entry(kind, after, channel="a", **data):
    return Entry("i1", kind, NOW + after, data, channel_id=channel)


OPENED = entry(Kind.OPENED, 0, medium="call", number="+6281200000001")
HUNG_UP = entry(Kind.ABANDONED, 9, step="queue 110", follow_up="call_back")
TAKEN = entry(Kind.TAKEN, 20, "", queue="110", desk="110-1")


def of(agency, *entries):
    return missed_for(BOOK.agencies[agency], add_up("i1", entries), entries, BOOK)


def test_who_hung_up_is_for_the_agency_of_the_queue_alone():
    found = of("110", OPENED, HUNG_UP)
    assert (found.queue, found.since, found.what, found.takers) == ("110", NOW + 9, "call_back", ())
    assert [of(agency, OPENED, HUNG_UP) for agency in ("112", "118", "ppa")] == [None] * 3


def test_what_became_of_the_follow_up_is_told_with_it():
    asked = entry(Kind.FOLLOW_UP, 15, what="call_back", outcome="asked")
    assert of("110", OPENED, HUNG_UP, asked).outcome == "asked"


def test_who_hangs_up_a_second_line_while_a_desk_talks_on_the_first_is_not_missed():
    answered = entry(Kind.ANSWERED, 3, queue="110", desk="110-1")
    second = entry(Kind.OPENED, 4, "b", medium="call")
    told = [OPENED, answered, second, entry(Kind.ABANDONED, 6, "b", step="queue 110"), entry(Kind.ENDED, 30)]
    assert missed(told) is None


def test_while_another_call_of_the_caller_goes_on_nobody_is_to_be_reached():
    second = entry(Kind.OPENED, 4, "b", medium="call")
    assert missed([OPENED, second, HUNG_UP]) is None
    assert missed([OPENED, second, HUNG_UP, entry(Kind.ENDED, 12, "b")]) is not None


def test_the_gateway_calls_nobody_back_whom_a_desk_is_to_reach():
    assert needless([OPENED, HUNG_UP], "a", "call_back") == ""
    assert needless([OPENED, HUNG_UP, TAKEN], "a", "call_back") == "a desk is to reach the caller"


def test_whom_a_desk_puts_back_any_desk_may_take_on_again():
    back = entry(Kind.PUT_BACK, 30, "", queue="110", desk="110-1", since=NOW + 9, why="shift ends")
    told = [OPENED, HUNG_UP, TAKEN, back]
    assert has_answered("110-1", told[:3])
    assert not has_answered("110-1", told)
    found = of("110", *told)
    assert (found.takers, found.since, found.put_back) == ((), NOW + 9, 1)
    assert needless(told, "a", "call_back") == ""
    again = taken(BOOK.agencies["110"], "110-2", "i1", found, NOW + 40)
    assert again.key != taken(BOOK.agencies["110"], "110-2", "i1", of("110", OPENED, HUNG_UP), NOW + 40).key
    assert of("110", *told, again).taken_by(BOOK.agencies["110"]) == "110-2"


def test_whom_somebody_has_reached_no_desk_puts_back():
    reached = entry(Kind.ANSWERED, 25, "callback", queue="110", desk="110-2")
    known = add_up("i1", [OPENED, HUNG_UP, TAKEN, reached])
    assert has_taken(BOOK.agencies["110"], "110-1", known, [OPENED, HUNG_UP, TAKEN], BOOK)
    assert not has_taken(BOOK.agencies["110"], "110-1", known, [OPENED, HUNG_UP, TAKEN, reached], BOOK)


def test_a_desk_that_rang_or_wrote_has_tried():
    rang = entry(Kind.FOLLOW_UP, 25, "", what="call_back", outcome="asked", by="desk:110-1")
    assert of("110", OPENED, HUNG_UP, TAKEN, rang).tried == ("110-1",)
    assert of("110", OPENED, HUNG_UP, TAKEN, entry(Kind.REPLY, 25, "", by="gateway")).tried == ()


def test_whom_no_call_is_safe_for_the_gateway_does_not_call_back():
    said = entry(Kind.CONSENT, 20, "", safe_to_call="no", share="unknown", by="desk:110-1")
    assert needless([OPENED, HUNG_UP, said], "a", "call_back") == WITHOUT_CONSENT


def test_an_ambulances_task_stays_whoever_else_talks_with_the_caller():
    hung_up = entry(Kind.ABANDONED, 9, step="queue 118", follow_up="nothing")
    filed = entry(Kind.FILED, 2, nature="violence")
    reached = entry(Kind.ANSWERED, 20, "callback", queue="110", desk="110-1")
    assert of("110", OPENED, filed, hung_up)
    assert of("118", OPENED, filed, hung_up)
    told = (OPENED, filed, hung_up, reached)
    assert of("118", *told)
    assert not of("110", *told)
    own = entry(Kind.ANSWERED, 25, "callback", queue="118", desk="118-1")
    assert not of("118", *told, own)
