"""A caller goes from desk to desk; pages are closed, crash, or lose their network; and nobody is left alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gateway.incident.timeline import Kind
from tests.live.caller import Caller
from tests.live.desk import Desk
from tests.live.desk_browser import DeskCity, DeskPage, Desks, hears, said
from tests.live.wait import until


def close(page: DeskPage) -> None:
    """Its person closes it, and says that he means it where he has a caller."""
    page.page.on("dialog", lambda asked: asked.accept())
    with page.page.expect_event("close"):
        page.tab.close()


GOES: dict[str, Callable[[DeskPage], None]] = {
    "closed": close,
    "crashed": lambda page: page.tab.crash(),
    "offline": lambda page: page.tab.go_offline(),
}


def calls(city: DeskCity, keys: str = "4") -> Caller:
    caller = city.call(number=city.number()).answered()
    caller.voice.press(keys)
    return caller


def goes(page: DeskPage, how: str) -> None:
    """What happens to a page that nobody cares for any more."""
    page.tab.expected += ["crashed", "ERR_INTERNET_DISCONNECTED", "Failed to load", "net::"]
    GOES[how](page)


def invited(first: DeskPage, agency: str = "118", way: str = "transfer") -> None:
    first.page.keyboard.press("F8")
    first.answer_dialog(agency=agency, way=way)


def peer(page: DeskPage, state: str) -> None:
    page.page.locator(f'.peers li[data-state="{state}"]').wait_for()


def has_him(telephone: Desk, caller: Caller) -> None:
    """The desk's telephone has the caller, who never had to call again."""
    until(lambda: telephone.talks, what="another desk has the caller")
    voice = telephone.call.voice
    assert voice
    start = len(voice.heard)
    until(lambda: len(voice.heard) > start + 4000, what="it hears him")
    assert caller.there


def test_a_warm_transfer_ends_with_the_other_agency(desk_city: DeskCity, at: Desks) -> None:
    first, second = at("110-2"), at("118-2")
    caller = calls(desk_city, "11")
    incident = first.takes_call()
    invited(first)
    peer(first, "invited")
    second.takes_call()
    peer(first, "joined")
    first.hears()
    second.hears()
    assert desk_city.with_whom(incident) == {"110-2", "118-2"}
    number = first.page.locator(".facts .number dd").inner_text()
    seen = second.page.inner_text("body")
    assert said("nature.violence") not in seen.lower()
    assert number not in seen
    second.sees(said("fact.number_hidden"), ".facts .number")
    first.press("call.leave")
    first.answer_dialog()
    first.has_call("none")
    until(lambda: desk_city.with_whom(incident) == {"118-2"})
    second.hears()
    hears(caller)
    departed = until(lambda: desk_city.told(incident, Kind.DEPARTED), what="it is told who left")
    assert [entry.data["desk"] for entry in departed] == ["110-2"]


def test_a_transfer_that_is_refused_not_answered_or_taken_back_leaves_the_caller_with_the_first(
    desk_city: DeskCity,
    at: Desks,
) -> None:
    first, second = at("110-2"), at("118-2")
    # Who asks for the case in the moment in which it is no longer his is told so.
    second.tab.expected.append("/api/cases")
    caller = calls(desk_city)
    incident = first.takes_call()
    invited(first)
    second.has_call("ringing").press("call.refuse")
    peer(first, "declined")
    first.hears()
    invited(first)
    second.has_call("ringing")
    first.press("call.take_back")
    second.has_call("none")
    until(lambda: desk_city.told(incident, Kind.DECLINED)[1:], what="it is told that it was taken back")
    first.hears()
    hears(caller)
    assert desk_city.with_whom(incident) == {"110-2"}


@pytest.mark.parametrize("how", ["closed", "crashed"])
def test_a_call_that_rings_at_a_page_that_goes_rings_at_the_next_desk(desk_city: DeskCity, at: Desks, how: str) -> None:
    page = at("110-2")
    caller = calls(desk_city)
    page.has_call("ringing")
    telephone = desk_city.desk("110-1")
    goes(page, how)
    has_him(telephone, caller)


@pytest.mark.parametrize("how", GOES)
def test_a_caller_who_talks_with_a_page_that_goes_is_answered_by_the_next_desk(
    desk_city: DeskCity,
    at: Desks,
    how: str,
) -> None:
    page = at("110-2")
    caller = calls(desk_city)
    page.takes_call()
    telephone = desk_city.desk("110-1")
    goes(page, how)
    has_him(telephone, caller)
    until(lambda: not page.is_free("110-2"), what="the desk of the page is off duty")


def test_a_page_that_is_closed_while_another_agency_is_rung_leaves_the_caller_to_the_next_desk(
    desk_city: DeskCity,
    at: Desks,
) -> None:
    first, second = at("110-2"), at("118-2")
    caller = calls(desk_city)
    incident = first.takes_call()
    invited(first)
    second.has_call("ringing")
    goes(first, "closed")
    until(lambda: not desk_city.with_whom(incident), what="nobody has him")
    second.has_call("ringing").press("call.answer")
    second.has_call("talking").hears()
    hears(caller)
    assert desk_city.with_whom(incident) == {"118-2"}


@pytest.mark.parametrize("who", ["the first", "the second"])
def test_whoever_closes_his_page_after_joining_the_other_still_has_the_caller(
    desk_city: DeskCity,
    at: Desks,
    who: str,
) -> None:
    first, second = at("110-2"), at("118-2")
    caller = calls(desk_city)
    incident = first.takes_call()
    invited(first, way="conference")
    second.takes_call()
    peer(first, "joined")
    stays, leaves = (second, first) if who == "the first" else (first, second)
    goes(leaves, "closed")
    until(lambda: len(desk_city.with_whom(incident)) == 1, what="one of them is left")
    stays.hears()
    hears(caller)
