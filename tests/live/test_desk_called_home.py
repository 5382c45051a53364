"""A caller who waits with the operators, as the page of a desk of its own agency sees it from going on duty."""

from __future__ import annotations

from gateway.incident.timeline import Kind
from tests.live.desk_browser import DeskCity, Desks, said
from tests.live.wait import until


def waits_with_operators(city: DeskCity) -> None:
    city.call(number=city.number()).answered().voice.press("2")
    until(lambda: len(city.asterisk.waiting("112")) == 1, what="nobody is at a desk of its agency")


def test_a_page_that_goes_on_duty_rings_for_who_waits_elsewhere_and_takes_the_call(
    desk_city: DeskCity, at: Desks
) -> None:
    waits_with_operators(desk_city)
    desk = at("118-2")
    desk.has_call("ringing")
    desk.sees(said("nature.medical"), "section.call")
    incident = desk.takes_call()
    desk.hears()
    [answered] = until(lambda: desk_city.told(incident, Kind.ANSWERED))
    assert answered.data["queue"] == "118"
    until(lambda: [entry.data["to"] for entry in desk_city.told(incident, Kind.MOVED)] == ["118"])


def test_a_page_that_does_not_take_it_rings_no_more_and_shows_no_call(desk_city: DeskCity, at: Desks) -> None:
    waits_with_operators(desk_city)
    desk = at("118-2")
    desk.has_call("ringing")
    desk.page.locator(".list.calls .row").wait_for()
    until(lambda: desk_city.asterisk.waiting("112"), what="it is back with the operators")
    desk.has_call("none")
    until(lambda: desk.page.locator(".list.calls .row").count() == 0, what="its list has no call")
