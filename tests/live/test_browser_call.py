"""A desk in a browser: it registers over a WebSocket, is rung by its queue, and hears and is heard, encrypted."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.calls.credentials import Credentials
from gateway.channels.ami import Manager
from tests.live.browser import Browser, Tab
from tests.live.city import City
from tests.live.rtp import linear
from tests.live.site import Site, bundled
from tests.live.stand_in import StandIn
from tests.live.wait import until

DESK = "112-2"

# As little of a softphone as there can be: it answers whatever rings.
SOFTPHONE = """
import JsSIP from "jssip";
window.told = [];
window.start = (url, name, password) => {
  const socket = new JsSIP.WebSocketInterface(url);
  const uri = `sip:${name}@127.0.0.1`;
  const phone = new JsSIP.UA({ sockets: [socket], uri, password, session_timers: false });
  phone.on("registered", () => told.push("registered"));
  phone.on("newRTCSession", ({ session }) => {
    window.session = session;
    session.on("ended", () => told.push("ended"));
    session.on("peerconnection", ({ peerconnection }) => {
      peerconnection.addEventListener("track", ({ streams }) => {
        document.querySelector("audio").srcObject = streams[0];
      });
    });
    // To Asterisk no address at all, as a browser writes that hides its own, means that it is put on hold.
    session.on("sdp", (e) => {
      if (e.originator === "local") e.sdp = e.sdp.replace(/c=IN IP4 0\\.0\\.0\\.0/g, "c=IN IP4 127.0.0.1");
    });
    session.answer({ mediaConstraints: { audio: true, video: false }, pcConfig: { iceServers: [] } });
  });
  phone.start();
};
"""


@pytest.fixture
def site(city: City, tmp_path: Path) -> Iterator[Site]:
    files = bundled(tmp_path, SOFTPHONE)
    script = next(name for name in files if name.endswith(".js"))
    page = f'<!doctype html><title>-</title><audio autoplay></audio><script type="module" src="/{script}"></script>'
    site = Site({f"/{name}": body for name, body in files.items()} | {"/": page.encode()}, server(city))
    yield site
    site.stop()


def server(city: City) -> str:
    return f"ws://127.0.0.1:{city.settings.number('asterisk_http_port')}"


@pytest.fixture(params=[True, False], ids=["its addresses hidden", "its addresses told"])
def tab(request: pytest.FixtureRequest, city: City, browser: Browser, site: Site) -> Tab:
    """A desk that is on duty, registered, and known to be free to its queue."""
    tab = browser.tab(hides_addresses=request.param)
    tab.page.goto(site.url("/"))
    with Manager(city.settings) as manager:
        account = Credentials(manager).mint(DESK, time.time())
        manager.pause(DESK, False)
    tab.page.evaluate("(given) => start(...given)", [f"{server(city)}/ws", account.user, account.password])
    until(lambda: f"{DESK} (PJSIP/{DESK}) (ringinuse disabled) (Not in use)" in city.asterisk.console("queue show 112"))
    return tab


def test_caller_and_desk_hear_each_other(city: City, stand_in: StandIn, tab: Tab) -> None:
    stand_in.hand_off("112")
    caller = city.call().answered()
    until(lambda: tab.audio.energy > 0.1, what="the desk hears the caller")
    start = len(caller.voice.heard)
    until(lambda: max(map(linear, caller.voice.heard[start:]), default=0) > 2000, what="the caller hears the beep")


def test_a_hold_is_none_until_the_desk_holds_and_ends_with_it(city: City, stand_in: StandIn, tab: Tab) -> None:
    stand_in.hand_off("112")
    city.call().answered()
    until(lambda: tab.audio.energy > 0.1, what="the desk hears the caller")
    tab.page.evaluate("session.hold()")
    until(lambda: tab.page.evaluate("connections[0].getTransceivers()[0].currentDirection") == "sendonly")
    tab.page.evaluate("session.unhold()")
    until(lambda: tab.page.evaluate("connections[0].getTransceivers()[0].currentDirection") == "sendrecv")
    before = tab.audio.energy
    until(lambda: tab.audio.energy > before + 0.1, what="the desk hears the caller again")


@pytest.mark.parametrize("tab", [True], indirect=True, ids=["its addresses hidden"])
def test_a_desk_whose_tab_dies_in_a_call_keeps_no_caller(city: City, stand_in: StandIn, tab: Tab) -> None:
    stand_in.hand_off("112")
    city.call().answered()
    until(lambda: tab.audio.energy > 0.1, what="the desk hears the caller")
    tab.crash()
    tab.expected.append("crashed")
    until(lambda: f"PJSIP/{DESK}" not in city.asterisk.console("core show channels concise"), what="its leg has ended")
