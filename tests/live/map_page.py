"""A desk's page with its map, on a real Redis: pages in this process, cases made of entries, no Asterisk."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Locator
from werkzeug.serving import make_server

from gateway.accounts.account import Role
from gateway.incident.evidence import Evidence
from gateway.incident.shape import Shape
from gateway.incident.timeline import Entry, Kind
from gateway.settings import read
from gateway.setup.page import bundle
from gateway.web.pages.application import build_pages
from gateway.web.pages.parts import parts_of
from tests.live.board_scene import Switch
from tests.live.browser import Tab
from tests.live.pages_desk import answered, call
from tests.live.redis_server import RedisServer
from tests.pages_in_process import PAGES, PASSWORD, Pages
from tests.ports import free_port

DESK = "110-1"


class SilentPages(Pages):
    """With an Asterisk that says yes to everything, and has no calls."""

    def __post_init__(self) -> None:
        self.parts = parts_of(self.settings, self.clock)
        self.parts.manager = Switch()
        self.app = build_pages(self.settings, self.parts)
        self.app.config["SERVER_NAME"] = f"127.0.0.1:{self.settings.number('pages_port')}"


@contextmanager
def open_pages(server: RedisServer, folder: Path, **settings: str) -> Iterator[Pages]:
    """The pages, answering at their port."""
    natives = read().natives
    bundle(natives)
    given = server.settings(**PAGES, state=str(folder), natives=str(natives), pages_port=free_port(), **settings)
    pages = SilentPages(given)
    pages.store.redis.flushdb()
    door = make_server("127.0.0.1", given.number("pages_port"), pages.app, threaded=True)
    threading.Thread(target=door.serve_forever, daemon=True).start()
    try:
        yield pages
    finally:
        door.shutdown()


def told(pages: Pages, shape: Shape, source: str = "aml", incident: str = "c1", **more: object) -> None:
    """One more claim of where a caller is."""
    now = time.time()
    claim = Evidence(source, shape, now, **{"observed_at": now, "confidence": 90.0, **more})  # type: ignore[arg-type]
    key = f"{incident}:{source}:{now}"
    pages.store.add([Entry(incident, Kind.EVIDENCE, now, claim.as_dict(), key, f"sip-{incident}")])


def called(pages: Pages, *shapes: Shape, nature: str = "violence", incident: str = "c1") -> str:
    """A caller whom the desk answered, with what is told of the place; the incident."""
    pages.store.add([*call(incident, nature=nature), answered(DESK, incident)])
    for shape in shapes:
        told(pages, shape, incident=incident)
    return incident


class MapPage:
    """A call taker's page.

    Attributes:
        place: the part with the map.
    """

    def __init__(self, pages: Pages, tab: Tab, language: str = "id"):
        self.tab, self.page = tab, tab.page
        agency = DESK.partition("-")[0]
        pages.account("siti", Role.CALL_TAKER, agency, language=language, title="Siti Contoh")
        self.page.goto(f"http://127.0.0.1:{pages.settings.number('pages_port')}/desk")
        self.page.fill("#name", "siti")
        self.page.fill("#password", PASSWORD)
        self.page.press("#password", "Enter")
        self.page.wait_for_url("**/desk")
        self.page.locator("select.desks").or_(self.page.locator('button [data-say="duty.on"]')).first.wait_for()
        if self.page.locator("select.desks").is_visible():
            self.page.locator("select.desks").select_option(DESK)
        self.page.locator('button [data-say="duty.on"]').click()
        self.page.locator('.duty .state[data-state="on"]').wait_for()
        self.place: Locator = self.page.locator("aside.place")

    def opens(self, incident: str) -> MapPage:
        self.page.locator(f'li.row[data-incident="{incident}"] button.open').first.press("Enter")
        self.page.locator(f'.whole[data-incident="{incident}"]').wait_for()
        return self
