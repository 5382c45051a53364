"""The cases whose time limits run out, as the page of who may know of violence shows them, and no other page does."""

from __future__ import annotations

import secrets
import time

from gateway.incident.limits import HOUR
from gateway.incident.timeline import Entry, Kind
from tests.live.desk_browser import DeskCity, Desks, said


def violence(city: DeskCity, hours: float, *inform: str, queue: str = "110") -> str:
    """A call of so many hours ago, ended; its incident."""
    incident, at = secrets.token_hex(12), time.time() - hours * HOUR
    handed = {"medium": "call", "queue": queue, "priority": 1, "inform": list(inform)}
    told = [
        (Kind.OPENED, {"medium": "call", "channel": "asterisk", "number": city.number(), "trunk": "exchange"}),
        (Kind.FILED, {"medium": "call", "nature": "violence", "silent": False, "language": "id"}),
        (Kind.HANDED_OFF, handed),
        (Kind.ANSWERED, {"queue": queue, "desk": f"{queue}-1", "waited": 2.0}),
        (Kind.ENDED, {"seconds": 30, "cause": "16"}),
    ]
    channel = f"sip-{incident}"
    entries = [Entry(incident, kind, at, data, f"{incident}:{kind}", channel) for kind, data in told]
    to = [Entry(incident, Kind.INFORMED, at, {"agency": each}, f"{incident}:informed:{each}") for each in inform]
    city.store.add([*entries, *to])
    return incident


def test_the_list_names_what_is_due_first_and_is_shorter_by_what_is_done(desk_city: DeskCity, at: Desks) -> None:
    late = violence(desk_city, 25, "ppa", "118")
    near = violence(desk_city, 20, "ppa", "118")
    ppa = at("ppa-2")
    ambulance = at("118-2")
    listed = ppa.page.locator(".list.limits li.row")
    listed.nth(1).wait_for()
    order = [row.get_attribute("data-incident") for row in listed.all()]
    assert order.index(late) < order.index(near)
    row = ppa.row(late, "limits")
    assert said("timer.protection") in row.inner_text()
    assert said("care.timer_over").partition(" {")[0] in row.inner_text()
    assert "late" in (row.get_attribute("class") or "")
    assert "late" not in (ppa.row(near, "limits").get_attribute("class") or "")
    row.locator("button.open").click()
    ppa.case.locator(".timers").wait_for()
    assert ppa.open_incident == late
    ppa.press("care.timer_do")
    row.wait_for(state="detached")
    assert ppa.row(near, "limits").is_visible()
    ambulance.row(near).first.wait_for()
    assert not ambulance.page.locator(".list.limits").is_visible()
    assert ambulance.page.locator(".list.limits li.row").count() == 0
