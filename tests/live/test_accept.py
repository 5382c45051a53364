"""A hand-off counts when it is accepted: until then the caller is the queue's, and another desk is rung."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.channels.ami import Manager
from gateway.queues.snapshot import ask
from gateway.trials.desk import trial_desk
from tests.live.calls_city import calls_city, heard
from tests.live.city import City
from tests.live.desk import Desk
from tests.live.stand_in import StandIn
from tests.live.wait import until


@pytest.fixture(scope="module")
def whole_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with calls_city(tmp_path_factory.mktemp("accept")) as city:
        yield city


def two_desks(city: City) -> tuple[Desk, Desk]:
    return city.desk("110-3", None), city.desk("110-4", None)


def first_of(desks: tuple[Desk, Desk]) -> tuple[Desk, Desk]:
    """The desk that rings, and the other."""
    until(lambda: any(desk.ringing for desk in desks), what="a desk rings")
    one, other = desks
    return (one, other) if one.ringing else (other, one)


def test_a_telephone_that_presses_the_key_has_the_caller(city: City, stand_in: StandIn) -> None:
    desk = city.desk("110-3")
    desk.keys = "1"
    stand_in.hand_off("110")
    caller = city.call().answered()
    until(lambda: desk.talks)
    until(lambda: talking(city) == ["110-3"])
    heard(desk)
    assert caller.there


@pytest.mark.parametrize("how", ["no key", "another key", "it hangs up", "it refuses", "it does not answer"])
def test_what_is_not_accepted_goes_to_the_next_desk_and_not_to_the_same_one_first(
    city: City, stand_in: StandIn, how: str
) -> None:
    desks = two_desks(city)
    stand_in.hand_off("110")
    caller = city.call().answered()
    one, other = first_of(desks)
    other.answers_after, other.keys = 0.0, "1"
    one.keys = "5" if how == "another key" else ""
    if how == "it refuses":
        one.refuse(486)
    elif how != "it does not answer":
        one.answer(one.call)
    if how == "it hangs up":
        one.hang_up()
    until(lambda: talking(city) == [other.name], what="the other desk has the caller")
    heard(other)
    assert caller.there
    assert len(one.invitations) == 1


def test_a_desk_that_is_alone_is_asked_again_until_its_time_is_over(city: City, stand_in: StandIn) -> None:
    desk = city.desk("119-1", None)
    operator = city.desk("112-1", None)
    stand_in.hand_off("119")
    caller = city.call().answered()
    until(lambda: desk.ringing)
    desk.refuse(486)
    until(lambda: operator.ringing, what="after the seconds of the rule the operators are rung")
    assert len(desk.invitations) > 1
    assert caller.there


def test_a_trial_desk_accepts_as_a_person_would(city: City, stand_in: StandIn, tmp_path: Path) -> None:
    book = city.asterisk.rulebook
    desks = tuple(desk for desk in book.agencies["110"].desks if desk.id == "110-3")
    keyed = replace(book, agencies={"110": replace(book.agencies["110"], desks=desks)})
    found = trial_desk(city.settings, keyed, "110", tmp_path / "desk")
    assert found
    with found[1]:
        until(lambda: "110-3 (PJSIP/110-3) (ringinuse disabled) (Not in use)" in city.asterisk.console("queue show"))
        stand_in.hand_off("110")
        city.call().answered()
        until(lambda: talking(city) == ["110-3"])


def talking(city: City) -> list[str]:
    with Manager(city.settings) as manager:
        return [call.desk for state in ask(manager, 0.0) for call in state.talking]
