"""A desk's own machine: a browser in a process of its own, which can sleep, and whose page can be out of sight."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import CDPSession, Playwright

from gateway.settings import read
from tests.live.browser import ARGUMENTS, Tab
from tests.live.wait import until
from tests.ports import free_port

INTENSE = "--enable-features=IntensiveWakeUpThrottling:grace_period_seconds/1"
"""What a page meets after five minutes out of sight it meets after one second: timers once a minute."""

STILL = """
const real = window.setInterval;
window.setInterval = (act, ...given) => real(() => document.hidden || act(), ...given);
"""
"""The same for sure: Chromium spares a page that somebody has clicked in. A worker's timers are its own."""


class Machine:
    """Nothing is told the browser that only tests tell it: its page is hidden as any other, and its timers stand still.

    Attributes:
        tab: its one page.
    """

    def __init__(self, playwright: Playwright, folder: Path):
        port = free_port()
        program = read().natives / "bin" / "chromium"
        home = [f"--user-data-dir={folder}", f"--remote-debugging-port={port}"]
        given = [*ARGUMENTS, *home, INTENSE, "--no-sandbox", "--window-size=1366,768"]
        self._process = subprocess.Popen(
            [program, *given], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        self._near = f"http://127.0.0.1:{port}"
        until(self._answers, what="the browser is there")
        self._browser = playwright.chromium.connect_over_cdp(self._near, no_defaults=True)
        self._browser.contexts[0].add_init_script(STILL)
        self.tab = Tab(self._browser.contexts[0])

    def hide(self) -> None:
        """Its page is out of sight from now on, as behind another tab, and its timers are slowed."""
        self._become("frozen")
        self._become("active")
        assert self.tab.page.evaluate("document.hidden")

    def freeze(self) -> None:
        """The browser puts its hidden page aside: nothing in it runs."""
        self._become("frozen")

    def thaw(self) -> None:
        self._become("active")

    def sleep(self) -> None:
        """As a laptop whose lid is shut."""
        os.killpg(self._process.pid, signal.SIGSTOP)

    def wake(self) -> None:
        os.killpg(self._process.pid, signal.SIGCONT)

    def stop(self) -> None:
        self.wake()
        with contextlib.suppress(Exception):
            self._browser.close()
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    @property
    def devtools(self) -> CDPSession:
        return self.tab.page.context.new_cdp_session(self.tab.page)

    def _become(self, state: str) -> None:
        self.devtools.send("Page.setWebLifecycleState", {"state": state})

    def _answers(self) -> bool:
        try:
            with urlopen(f"{self._near}/json/version", timeout=1):
                return True
        except OSError:
            return False
