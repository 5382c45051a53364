"""A text that waits with the operators is taken by a desk of its own agency that comes on duty, in browsers."""

from __future__ import annotations

from gateway.incident.timeline import Kind
from tests.live.desk_browser import DeskCity, Desks, said
from tests.live.wait import until


def test_a_victims_text_that_went_on_is_taken_and_answered_by_the_police_who_are_there_again(
    desk_city: DeskCity, at: Desks
) -> None:
    operators = at("112-2")
    number = desk_city.number()
    desk_city.network.write(number, "tolong saya dipukul suami di cipinang melayu")
    incident = desk_city.incident(number)
    operators.row(incident, "waiting").wait_for()
    until(lambda: desk_city.told(incident, Kind.OVERFLOWED), what="nobody is at the police")
    police = at("110-2")
    police.row(incident, "waiting").wait_for()
    assert operators.row(incident, "waiting").count() == 1
    police.row(incident, "waiting").locator("button.open").click()  # F2 takes what is open, whatever else waits
    police.case.locator(f'.whole[data-incident="{incident}"]').wait_for()
    police.page.keyboard.press("F2")
    police.row(incident, "mine").wait_for()
    operators.row(incident).wait_for(state="detached")
    police.sees("dipukul suami", ".thread")
    police.page.keyboard.press("F9")
    police.page.keyboard.type("Lagi sendirian?")
    police.page.keyboard.press("Enter")
    police.page.locator(".thread .message").filter(has_text="Lagi sendirian?").wait_for()
    until(lambda: "Lagi sendirian?" in str(desk_city.network.arrived(number)), what="the answer is there")
    [accepted] = desk_city.told(incident, Kind.ACCEPTED)
    assert (accepted.data["queue"], accepted.data["desk"]) == ("110", "110-2")
    police.press("act.close")
    police.answer_dialog(outcome="helped")
    police.sees(said("done.close"), "#said")
