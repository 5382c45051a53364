"""People at desks: a city whose whole gateway runs, and a desk's page in a browser, used as a call taker uses it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page

from gateway.accounts import password
from gateway.accounts.account import Account, Role
from gateway.calls.conference import Calls
from gateway.channels import kannel_conf
from gateway.channels.ami import Manager
from gateway.incident.timeline import Entry, Kind
from gateway.settings import ROOT
from gateway.setup.page import bundle
from gateway.store import Store
from gateway.store.accounts import Accounts
from tests.live.browser import PATIENCE_MS, Tab
from tests.live.caller import Caller
from tests.live.city import HERE, City
from tests.live.kannel_server import KannelServer, MobileNetwork
from tests.live.parts import Parts
from tests.live.rtp import linear
from tests.live.wait import until
from tests.pages_in_process import PASSWORD

PROCESSES = ("agi", "ami", "replay", "web", "messages", "sender", "kannel", "pages")
WORDS = json.loads((ROOT / "gateway/web/page/src/words.id.json").read_text(encoding="utf-8"))

LINE = """\
group = smsc
smsc = fake
smsc-id = operator-a
port = {port}
host = 127.0.0.1
our-host = 127.0.0.1
connect-allow-ip = "127.0.0.1"
"""


class DeskCity(City):
    """A city whose calls and messages come by lines that are no drill's, and go to desks' pages.

    Attributes:
        parts: the gateway's own processes, each of which can be killed and started again.
    """

    def __init__(self, folder: Path, **settings: str):
        super().__init__(
            folder,
            HERE / "rules_of_desks.yaml",
            **({"trial_trunk": "no", "trial_smsc": "no", "phone": "yes"} | settings),
        )
        self._telephones = iter(f"+62812000{number:05}" for number in range(70_001, 80_000))
        self.parts = Parts(self.settings, self.environ, self.redis)
        line = kannel_conf.local_file(self.settings)
        line.parent.mkdir(parents=True)
        line.write_text(LINE.format(port=self.settings.number("trial_smsc_port")), encoding="utf-8")
        self.kannel = KannelServer(self.settings)
        self.store = Store(self.settings)
        self._manager = Manager(self.settings)
        self._network: MobileNetwork | None = None
        self._kept = password.hashed(PASSWORD)

    def start(self) -> DeskCity:
        bundle(self.settings.natives)
        self.asterisk.start()
        self.kannel.start()
        self.parts.start("redis", *PROCESSES)
        self._manager.connect()
        return self

    def stop(self) -> None:
        self._manager.close()
        if self._network:
            self._network.close()
        self.parts.stop()
        self.kannel.stop()
        self.asterisk.stop()

    @property
    def network(self) -> MobileNetwork:
        """The telephones that write."""
        if self._network is None:
            self._network = self.kannel.network()
        return self._network

    def number(self) -> str:
        """A telephone that nobody has called from."""
        return next(self._telephones)

    def account(self, name: str, *agencies: str, role: Role = Role.CALL_TAKER, **more: Any) -> str:
        Accounts(self.store.redis).add(Account(name, role, agencies, self._kept, **more))
        return name

    def page(self, tab: Tab) -> DeskPage:
        return DeskPage(self, tab)

    def call_taker(self, desk: str) -> str:
        """The account of whoever sits at this desk."""
        return self.account(f"petugas-{desk}", desk.partition("-")[0], title=f"Petugas {desk}")

    def incident(self, number: str) -> str:
        """The newest one of this number, waited for."""
        return until(lambda: next((each.id for each in self.store.recent(200) if each.number == number), ""))

    def told(self, incident: str, kind: Kind) -> list[Entry]:
        return [entry for entry in self.store.timeline(incident) if entry.kind is kind]

    def with_whom(self, incident: str) -> set[str]:
        """The desks that this caller talks with, as Asterisk has it."""
        return {desk for each in Calls(self._manager).all() if each.incident == incident for desk in each.talking}

    def is_queued(self, queue: str) -> bool:
        return "No Callers" not in self.asterisk.console(f"queue show {queue}")


class DeskPage:
    """One call taker's page. Elements are found by what they are for, in whatever language the page is.

    Attributes:
        tab: the browser's tab; page: Playwright's.
    """

    def __init__(self, city: DeskCity, tab: Tab):
        self.city, self.tab = city, tab
        self.page: Page = tab.page
        self.page.set_default_timeout(PATIENCE_MS)
        self.call = self.page.locator("section.call")
        self.case = self.page.locator("#case")
        self.dialog = self.page.locator("dialog[open]")

    def log_in(self, name: str, path: str = "/desk") -> DeskPage:
        self.page.goto(f"{self.city.settings.pages_url}{path}")
        self.page.fill("#name", name)
        self.page.fill("#password", PASSWORD)
        self.page.press("#password", "Enter")
        self.page.wait_for_url(f"**{path}")
        return self

    def on_duty(self, desk: str) -> DeskPage:
        """Go on duty; returns when calls would ring here."""
        on, begin = self.page.locator('.duty .state[data-state="on"]'), self.button("duty.on")
        on.or_(begin).or_(self.dialog).first.wait_for()
        chosen = self.page.locator("select.desks")
        if begin.is_visible() and not self.dialog.is_visible():
            if chosen.is_visible():
                chosen.select_option(desk)
            begin.click()
        on.or_(self.dialog).first.wait_for()
        if self.dialog.is_visible():  # somebody sat here a moment ago, and the page asks
            self.tab.expected.append("/api/duty")
            self.answer_dialog()
        on.wait_for()
        until(lambda: self.is_free(desk), what=f"{desk} is free to its queue")
        return self

    def is_free(self, desk: str) -> bool:
        queue = self.city.asterisk.console(f"queue show {desk.partition('-')[0]}")
        return any(
            f"{desk} (" in line and "(Not in use)" in line and "paused" not in line for line in queue.split("\n")
        )

    def button(self, word: str) -> Locator:
        return self.page.locator(f'button [data-say="{word}"]:visible, button[data-say="{word}"]:visible').first

    def press(self, word: str) -> None:
        """A button, by the name of its word."""
        self.button(word).click()

    def answer_dialog(self, **values: str) -> None:
        """Fill what a question asks, choices by their values, and say yes."""
        self.dialog.wait_for()
        for name, value in values.items():
            field = self.dialog.locator(f'[name="{name}"]')
            if field.first.get_attribute("type") == "radio":
                self.dialog.locator(f'[name="{name}"][value="{value}"]').check()
            else:
                field.fill(value)
        self.dialog.locator('button[value="yes"]').click()
        self.dialog.wait_for(state="detached")

    def has_call(self, state: str) -> DeskPage:
        """Waits until a call rings here, is talked on, or is held; ``none``: there is none any more."""
        self.page.locator(f'section.call[data-state="{state}"]').wait_for()
        return self

    def takes_call(self) -> str:
        """Answer what rings, and see the case; its incident."""
        self.has_call("ringing").press("call.answer")
        self.has_call("talking").case.locator("h1").wait_for()
        return self.open_incident

    @property
    def open_incident(self) -> str:
        return self.case.locator(".whole").get_attribute("data-incident") or ""

    def row(self, incident: str, of: str = "") -> Locator:
        return self.page.locator(f'.list{f".{of}" if of else ""} li.row[data-incident="{incident}"]')

    def sees(self, words: str, where: str = "body") -> None:
        """Waits until these words are to be read there."""
        self.page.locator(where).filter(has_text=words).first.wait_for()

    def top_of(self, where: str) -> float:
        """How far down something that is shown stands, in pixels."""
        box = self.page.locator(where).bounding_box()
        assert box, f"{where} is not shown"
        return box["y"]

    def story(self) -> list[str]:
        """The kinds in the open case's timeline, as it names them, the newest first."""
        return self.page.locator(".story .kind").all_text_contents()

    def hears(self) -> None:
        """From now on there is something to hear."""
        before = self.tab.audio.energy
        until(lambda: self.tab.audio.energy > before + 0.05, what="the desk hears somebody")


def hears(caller: Caller) -> None:
    """The caller hears a desk's microphone, from now on."""
    start = len(caller.voice.heard)
    until(lambda: max(map(linear, caller.voice.heard[start:]), default=0) > 2000, what="the caller hears the desk")


def grouped(number: str) -> str:
    """A mobile number as the page shows it."""
    return f"+62 {number[3:6]}-{number[6:10]}-{number[10:]}"


def said(word: str) -> str:
    """A word of the page in Indonesian."""
    return str(WORDS[word])


Desks = Callable[..., DeskPage]
"""What the fixture ``at`` is: ``at("110-2")``."""
