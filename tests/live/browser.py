"""A real browser without a screen: Debian's Chromium, whose microphone beeps once a second or speaks a file."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Playwright,
    Request,
    expect,
    sync_playwright,
)

from gateway.settings import read
from tests.live.wait import PATIENCE_SECONDS

ARGUMENTS = (
    "--disable-background-networking", "--disable-component-update", "--disable-domain-reliability", "--disable-sync",
    "--metrics-recording-only", "--no-first-run", "--no-pings",
    # No name is found but our own, so that nothing a page asks for leaves this machine.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1",
    "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
)  # fmt: skip
PATIENCE_MS = PATIENCE_SECONDS * 1000
"""What a page shows in the end is waited for so long."""
expect.set_options(timeout=PATIENCE_MS)

SCREEN = {"width": 1366, "height": 768}
OURS = ("http://127.0.0.1:", "https://127.0.0.1:", "http://localhost:", "data:", "blob:", "about:")

WATCH = """
window.breaches = [];
addEventListener("securitypolicyviolation", (e) => breaches.push(`${e.violatedDirective}: ${e.blockedURI}`), true);
window.connections = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...given) { super(...given); connections.push(this); }
};
"""
AUDIO = """
async () => {
  const whole = { sent: 0, received: 0, energy: 0 };
  for (const connection of connections.filter((each) => each.connectionState === "connected"))
    for (const each of (await connection.getStats()).values()) {
      if (each.type === "outbound-rtp") whole.sent += each.packetsSent;
      if (each.type === "inbound-rtp") {
        whole.received += each.packetsReceived;
        whole.energy += each.totalAudioEnergy ?? 0;
      }
    }
  return whole;
}
"""


@dataclass(frozen=True)
class Audio:
    """Of the calls a tab is in: packets sent and received, and the energy heard (sum of level squared times seconds,
    level 1 being the loudest). It grows by sound alone: silence, or a muted other side, adds nothing."""

    sent: int
    received: int
    energy: float


class Tab:
    """One page with cookies and permissions of its own.

    Attributes:
        page: Playwright's page, for all that is done and seen in it.
        expected: parts of errors that the test itself brings about.
    """

    def __init__(self, context: BrowserContext):
        self.expected: list[str] = []
        self._context = context
        self._errors: list[str] = []
        context.add_init_script(WATCH)
        context.on("request", self._asked)
        self.page: Page = context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self._errors.append(f"uncaught: {error}"))

    @property
    def audio(self) -> Audio:
        return Audio(**self.page.evaluate(AUDIO))

    @property
    def faults(self) -> list[str]:
        """What went wrong unseen: on the console, against the page's security policy, or asked for from elsewhere."""
        breaches: list[str] = []
        with contextlib.suppress(Error):  # a page that was closed or has crashed tells no more
            breaches = [f"policy: {each}" for each in self.page.evaluate("window.breaches ?? []")]
        return [fault for fault in self._errors + breaches if not any(part in fault for part in self.expected)]

    def close(self) -> None:
        """As a person closes it: the page may still say that it goes."""
        self.page.close(run_before_unload=True)

    def crash(self) -> None:
        """Its process dies, and says nothing any more."""
        with contextlib.suppress(Error):
            self.page.goto("chrome://crash")

    def go_offline(self, offline: bool = True) -> None:
        """Its HTTP requests fail from now on (WebSockets that are open stay so)."""
        self._context.set_offline(offline)

    def end(self) -> None:
        self._context.close()

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._errors.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith(OURS):
            self._errors.append(f"outside: {request.url}")


class Browser:
    """One Chromium; each tab in it is a person's of its own.

    Args:
        voice: a WAV file that the microphone speaks, over and over; otherwise it beeps once a second.
    """

    def __init__(self, voice: Path | None = None):
        program = read().natives / "bin" / "chromium"
        assert program.exists(), "no chromium: run `.venv/bin/gateway112 setup --for-tests` first"
        spoken = [f"--use-file-for-fake-audio-capture={voice}"] if voice else []
        self._tabs: list[Tab] = []
        self._playwright = sync_playwright().start()
        try:
            self._chromium = self._playwright.chromium.launch(
                executable_path=program, args=[*ARGUMENTS, *spoken], handle_sigint=False
            )
        except Error:
            self._playwright.stop()
            raise

    @property
    def playwright(self) -> Playwright:
        return self._playwright

    def tab(self, hides_addresses: bool = True, language: str = "id-ID", dark: bool = False) -> Tab:
        """A new tab of 1366×768.

        Args:
            hides_addresses: it tells no addresses of this machine in its SDP, as a browser does that has not been told
                for good that the page may use the microphone.
        """
        context = self._chromium.new_context(
            viewport=SCREEN,
            locale=language,
            timezone_id="Asia/Jakarta",
            color_scheme="dark" if dark else "light",
            permissions=[] if hides_addresses else ["microphone"],
            ignore_https_errors=True,
        )
        tab = Tab(context)
        self._tabs.append(tab)
        return tab

    def clear(self) -> None:
        """Close all tabs; none of them may have had a fault."""
        faults = [fault for tab in self._tabs for fault in tab.faults]
        for tab in self._tabs:
            tab.end()
        self._tabs = []
        assert faults == [], faults

    def stop(self) -> None:
        self._chromium.close()
        self._playwright.stop()


def answers_by_enter(page: Page) -> None:
    """Enter, once it counts as an answer: one sooner than anybody reads does not."""
    page.locator("dialog[open]").wait_for()
    asked = page.evaluate("performance.now()")
    page.wait_for_function("(asked) => performance.now() > asked + 400", arg=asked)
    page.keyboard.press("Enter")
