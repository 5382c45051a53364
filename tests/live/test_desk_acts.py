"""What a call taker does with a case, also where it cannot be done: what was typed stays, and the page says why."""

from __future__ import annotations

import os
import time
from pathlib import Path

from gateway.incident.timeline import Kind
from tests.live.browser import Browser
from tests.live.desk_browser import DeskCity, DeskPage, Desks, said
from tests.live.wait import until

SHOTS = os.environ.get("SHOTS", "")


def shot(desk: DeskPage, name: str) -> None:
    if SHOTS:
        desk.page.screenshot(path=str(Path(SHOTS) / f"{name}.png"))


def writes(city: DeskCity, text: str) -> tuple[str, str]:
    """Somebody writes; the number, and the incident that it became."""
    number = city.number()
    city.network.write(number, text)
    return number, city.incident(number)


def accepts(desk: DeskPage, incident: str, of: str = "waiting") -> None:
    desk.row(incident, of).click()
    desk.page.locator(f'.whole[data-incident="{incident}"]').wait_for()
    desk.case.locator('button [data-say="act.accept"]').click()
    desk.row(incident, "mine").wait_for()


def hangs_up(city: DeskCity, keys: str = "4") -> str:
    """A caller who waits for a desk, and hangs up before one answers."""
    number = city.number()
    caller = city.call(number=number).answered()
    caller.voice.press(keys)
    incident = city.incident(number)
    until(lambda: city.told(incident, Kind.QUEUED), what="the caller waits")
    caller.hang_up()
    until(lambda: city.told(incident, Kind.ABANDONED), what="the caller is gone")
    return incident


def test_who_was_taken_on_is_given_back_and_by_itself_when_the_page_dies(desk_city: DeskCity, at: Desks) -> None:
    first = at("110-2")
    incident = hangs_up(desk_city)
    accepts(first, incident, "missed")
    shot(first, "taken")
    first.press("act.release")
    shot(first, "release")
    first.answer_dialog(why="ganti sif")
    first.row(incident, "missed").wait_for()
    first.sees(said("done.release"), "#said")
    shot(first, "released")
    accepts(first, incident, "missed")
    second = at("110-3")
    first.tab.crash()
    second.row(incident, "missed").wait_for(timeout=30_000)
    accepts(second, incident, "missed")
    kinds = [entry.kind for entry in desk_city.store.timeline(incident)]
    assert (kinds.count(Kind.TAKEN), kinds.count(Kind.PUT_BACK)) == (3, 2)
