"""Another agency comes to a caller, beside the first desk or in its place. Whatever fails, somebody has the caller."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gateway.calls.conference import CallRefused, Calls, Why
from gateway.channels.ami import Manager
from tests.live.caller import Caller
from tests.live.calls_city import calls_city, heard, on_duty, talking
from tests.live.city import City
from tests.live.desk import Desk
from tests.live.stand_in import StandIn
from tests.live.wait import until


@pytest.fixture(scope="module")
def whole_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with calls_city(tmp_path_factory.mktemp("calls")) as city:
        yield city


ALONE = 7
"""The step of the caller's way at which it enters the room, whoever is there."""


def with_whom(calls: Calls) -> set[str]:
    """The desks that the caller talks with."""
    return {desk for contact in calls.all() for desk in contact.talking}


def joined(city: City, stand_in: StandIn, calls: Calls, first: Desk, second: Desk, why: Why) -> Caller:
    caller = talking(city, stand_in, first)
    calls.invite(first.name, "abc123", second.name.partition("-")[0], why)
    until(lambda: [contact for contact in calls.all() if contact.together], what="they are together")
    until(lambda: with_whom(calls) == {first.name, second.name})
    heard(first, second)
    return caller


def test_an_agency_comes_beside_and_each_hears_the_caller(city: City, stand_in: StandIn, calls: Calls) -> None:
    first, second = on_duty(city, "110-1"), on_duty(city, "118-1")
    caller = joined(city, stand_in, calls, first, second, Why.CONFERENCE)
    assert caller.there


def test_the_first_desk_stays_until_the_second_has_accepted(city: City, stand_in: StandIn, calls: Calls) -> None:
    first, second = on_duty(city, "110-1"), on_duty(city, "118-1", None)
    talking(city, stand_in, first)
    calls.invite("110-1", "abc123", "118", Why.TRANSFER)
    until(lambda: second.invitations)
    heard(first)
    assert with_whom(calls) == {"110-1"}


def test_after_the_first_desk_left_the_second_has_the_caller(city: City, stand_in: StandIn, calls: Calls) -> None:
    first, second = on_duty(city, "110-1"), on_duty(city, "118-1")
    caller = joined(city, stand_in, calls, first, second, Why.TRANSFER)
    calls.leave("110-1", "abc123")
    until(lambda: not first.talks)
    heard(second)
    assert caller.there
    until(lambda: with_whom(calls) == {"118-1"})


def test_when_the_caller_hangs_up_all_are_free(city: City, stand_in: StandIn, calls: Calls) -> None:
    first, second = on_duty(city, "110-1"), on_duty(city, "118-1")
    caller = joined(city, stand_in, calls, first, second, Why.TRANSFER)
    caller.hang_up()
    until(city.asterisk.idle)
    until(lambda: not first.talks and not second.talks)


def test_who_is_invited_is_told_what_its_agency_may_know(city: City, stand_in: StandIn, calls: Calls) -> None:
    first = on_duty(city, "110-1")
    order = {"NEED": "violence", "DISCREET_NEED": "other", "LOCATION_TEXT": "rumah suami", "DISCREET_TEXT": "Gambir"}
    told = {"118": ("other", "Gambir"), "ppa": ("violence", "rumah suami")}
    talking(city, stand_in, first, **order)
    for agency, (need, place) in told.items():
        desk = on_duty(city, f"{agency}-1", None)
        calls.invite("110-1", "abc123", agency, Why.CONFERENCE)
        until(lambda: desk.invitations)  # noqa: B023 at once
        headers = desk.call.header
        assert (headers("X-Need"), headers("X-Location")) == (need, place)
        assert headers("X-Incident-ID") == "abc123"
        # Who has the case would tell what it is.
        assert headers("X-Invited-By") == ("110-1" if agency == "ppa" else "")
        assert ("+628120000001" in str(desk.call.invite.headers)) == (agency == "ppa")
        calls.cancel("110-1", "abc123")
        until(lambda: not desk.ringing)  # noqa: B023


def test_a_guest_takes_the_caller_from_nobody_and_alone_may_do_all(city: City, stand_in: StandIn, calls: Calls) -> None:
    first, second = on_duty(city, "110-1"), on_duty(city, "118-1")
    caller = joined(city, stand_in, calls, first, second, Why.CONFERENCE)
    for act in (lambda: calls.requeue("118-1", "abc123", "113"), lambda: calls.end("118-1", "abc123")):
        with pytest.raises(CallRefused) as refused:
            act()
        assert refused.value.where == "guest"
    assert with_whom(calls) == {"110-1", "118-1"}
    calls.leave("110-1", "abc123")
    until(lambda: with_whom(calls) == {"118-1"})
    calls.end("118-1", "abc123")
    until(lambda: not caller.there)


def test_only_one_agency_is_rung_at_a_time(city: City, stand_in: StandIn, calls: Calls) -> None:
    first, second = on_duty(city, "110-1"), on_duty(city, "118-1", None)
    talking(city, stand_in, first)
    calls.invite("110-1", "abc123", "118", Why.TRANSFER)
    until(lambda: second.invitations)
    with pytest.raises(CallRefused) as refused:
        calls.invite("110-1", "abc123", "ppa", Why.TRANSFER)
    assert refused.value.where == "invited_already"


def test_a_third_agency_comes_to_the_two(city: City, stand_in: StandIn, calls: Calls) -> None:
    first, second, third = on_duty(city, "110-1"), on_duty(city, "118-1"), on_duty(city, "ppa-1")
    joined(city, stand_in, calls, first, second, Why.CONFERENCE)
    calls.invite("110-1", "abc123", "ppa", Why.CONFERENCE)
    until(lambda: with_whom(calls) == {"110-1", "118-1", "ppa-1"})
    heard(first, second, third)


def test_a_caller_who_is_left_alone_after_all_is_brought_back(city: City, stand_in: StandIn, calls: Calls) -> None:
    first = on_duty(city, "110-1")
    caller = talking(city, stand_in, first)
    first.answers_after = None
    [contact] = calls.all()
    # What no dialplan does: into the room of a conference that is over.
    calls.manager.setvar(contact.channel, "G112_TRIES", "0")
    calls.manager.send({
        "Action": "Redirect", "Channel": contact.channel, "Context": "g112-conference", "Exten": "caller",
        "Priority": ALONE,
    })  # fmt: skip
    until(lambda: calls.stranded() == {contact.channel})
    calls.bring_back(contact.channel)
    until(lambda: city.asterisk.waiting("110"))
    assert caller.there


def test_a_desk_does_nothing_to_another_desks_call(city: City, stand_in: StandIn, calls: Calls) -> None:
    first = on_duty(city, "110-1")
    on_duty(city, "118-1", None)
    talking(city, stand_in, first)
    for act in (calls.leave, calls.end, calls.cancel):
        with pytest.raises(CallRefused):
            act("118-1", "abc123")
    with pytest.raises(CallRefused):
        calls.leave("110-1", "abc123")
    assert with_whom(calls) == {"110-1"}


# Until which step it goes well; what happens then; and who has the caller afterwards: desks, the queue at whose head it
# waits, or nobody, where the call is over.
FIRST, SECOND, BROWSER, SECOND_BROWSER, WITH_KEY = "110-1", "118-1", "110-2", "118-2", "110-3"
HASTY = "119-1"
CONFERENCE, TRANSFER = Why.CONFERENCE, Why.TRANSFER
STEPS = [
    ("ringing", CONFERENCE, FIRST, SECOND, "the first hangs up", "queue 110"),
    ("ringing", TRANSFER, FIRST, SECOND, "the first hangs up", "queue 118"),
    ("ringing", CONFERENCE, FIRST, SECOND, "the first vanishes", "queue 110"),
    ("ringing", TRANSFER, FIRST, SECOND, "the first vanishes", "queue 118"),
    ("ringing", CONFERENCE, BROWSER, SECOND, "the first hangs up", "queue 110"),
    ("ringing", CONFERENCE, FIRST, SECOND, "the first is rescued", "queue 110"),
    ("ringing", TRANSFER, FIRST, HASTY, "the second refuses", FIRST),
    ("ringing", TRANSFER, FIRST, HASTY, "the second vanishes", FIRST),
    ("ringing", TRANSFER, FIRST, HASTY, "nobody answers", FIRST),
    ("ringing", TRANSFER, FIRST, SECOND, "it is cancelled", FIRST),
    ("ringing", TRANSFER, FIRST, SECOND, "it is requeued", "queue 110"),
    ("ringing", TRANSFER, FIRST, SECOND, "it is ended", "nobody"),
    ("ringing", TRANSFER, FIRST, SECOND, "the caller hangs up", "nobody"),
    ("ringing", TRANSFER, FIRST, SECOND, "the manager dies, the second answers", f"{FIRST} {SECOND}"),
    ("ringing", TRANSFER, FIRST, SECOND, "the manager dies, the first hangs up", "queue 118"),
    ("told", TRANSFER, SECOND, WITH_KEY, "the second presses no key", SECOND),
    ("told", TRANSFER, SECOND, WITH_KEY, "the second hangs up", SECOND),
    ("told", TRANSFER, SECOND, WITH_KEY, "the second vanishes", SECOND),
    ("told", TRANSFER, SECOND, WITH_KEY, "the first hangs up", "queue 110"),
    ("together", TRANSFER, FIRST, SECOND, "the first hangs up", SECOND),
    ("together", TRANSFER, FIRST, SECOND, "the first vanishes", SECOND),
    ("together", TRANSFER, BROWSER, SECOND, "the first hangs up", SECOND),
    ("together", TRANSFER, FIRST, SECOND, "the first leaves", SECOND),
    ("together", TRANSFER, FIRST, SECOND, "the first is rescued", SECOND),
    ("together", TRANSFER, FIRST, SECOND, "the second hangs up", FIRST),
    ("together", TRANSFER, FIRST, SECOND, "the second vanishes", FIRST),
    ("together", TRANSFER, FIRST, SECOND, "the manager dies, the first hangs up", SECOND),
    ("together", CONFERENCE, FIRST, SECOND, "it is requeued", "queue 110"),
    ("together", TRANSFER, FIRST, SECOND, "it is ended", "nobody"),
    ("together", TRANSFER, FIRST, SECOND, "the caller hangs up", "nobody"),
    ("passed on", TRANSFER, FIRST, SECOND, "the second hangs up", "nobody"),
    ("passed on", TRANSFER, FIRST, SECOND, "the second vanishes", "queue 118"),
    ("passed on", TRANSFER, FIRST, SECOND_BROWSER, "the second hangs up", "queue 118"),
    ("passed on", CONFERENCE, FIRST, SECOND_BROWSER, "the second hangs up", "queue 110"),
    ("passed on", TRANSFER, FIRST, SECOND_BROWSER, "the second is rescued", "queue 118"),
    ("passed on", TRANSFER, FIRST, SECOND, "the caller hangs up", "nobody"),
]


@pytest.mark.parametrize(("step", "why", "first", "second", "failure", "afterwards"), STEPS)
def test_whatever_fails_the_caller_is_with_a_person_or_at_a_queues_head(
    city: City, stand_in: StandIn, calls: Calls, step: str, why: Why, first: str, second: str, failure: str,
    afterwards: str,
) -> None:  # fmt: skip
    one, other = on_duty(city, first), on_duty(city, second, 0.0 if step != "ringing" else None)
    caller = talking(city, stand_in, one)
    one.answers_after = None
    calls.invite(first, "abc123", second.partition("-")[0], why)
    go_on_to(step, calls, one, other)
    happens(failure, calls, caller, one, other)
    until(lambda: found(city, calls, caller) == afterwards, what=afterwards)
    if afterwards in (first, second):
        heard(one if afterwards == first else other)
    if afterwards in ("nobody", first) and other.open:
        until(lambda: not other.ringing, what="nobody else is rung any more")


def go_on_to(step: str, calls: Calls, one: Desk, other: Desk) -> None:
    until(lambda: other.invitations)
    other.answers_after = None
    if step == "told":
        until(lambda: other.talks)
    if step in ("together", "passed on"):
        until(lambda: with_whom(calls) == {one.name, other.name})
        heard(one, other)
    if step == "passed on":
        one.hang_up()
        until(lambda: with_whom(calls) == {other.name})


def happens(failure: str, calls: Calls, caller: Caller, one: Desk, other: Desk) -> None:
    if failure.startswith("the manager dies, "):
        calls.manager.close()  # type: ignore[attr-defined]  # the actions of a Manager
        failure = failure.removeprefix("the manager dies, ")
    acts = {
        "the first hangs up": one.hang_up,
        "the first vanishes": one.close,
        "the first is rescued": lambda: calls.rescue(one.name),
        "the first leaves": lambda: calls.leave(one.name, "abc123"),
        "the second hangs up": other.hang_up,
        "the second answers": lambda: other.answer(other.call),
        "the second refuses": lambda: other.refuse(486),
        "the second vanishes": other.close,
        "the second is rescued": lambda: calls.rescue(other.name),
        "the second presses no key": lambda: None,
        "nobody answers": lambda: None,
        "the caller hangs up": caller.hang_up,
        "it is cancelled": lambda: calls.cancel(one.name, "abc123"),
        "it is requeued": lambda: calls.requeue(one.name, "abc123", "110"),
        "it is ended": lambda: calls.end(one.name, "abc123"),
    }
    acts[failure]()


def found(city: City, calls: Calls, caller: Caller) -> str:
    """Who has the caller, as Asterisk tells it; empty while it is on its way."""
    if not caller.there:
        return "nobody"
    with Manager(city.settings) as manager:
        contacts = Calls(manager).all()
    waiting = [queue for queue in ("110", "118", "112") if city.asterisk.waiting(queue)]
    # Who is rung for a caller that has a desk waits in a queue, too; and what was to be over is not over yet.
    if waiting and not any(contact.talking or contact.invitations for contact in contacts):
        return f"queue {waiting[0]}"
    if any(contact.invitations and not contact.together for contact in contacts):
        return ""
    return " ".join(sorted({desk for contact in contacts for desk in contact.talking}))
