"""The browser of the tests: it opens pages, hears and speaks without a sound card, and sees what a page does wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Error

from tests.live.browser import Browser, Tab
from tests.live.site import Site, bundled
from tests.live.wait import until

AREA = """
import L from "leaflet";
import "leaflet/dist/leaflet.css";
import JsSIP from "jssip";
const map = L.map("map", { zoomControl: true, attributionControl: false }).setView([-6.2475, 106.8915], 15);
const corners = [[106.888, -6.25], [106.895, -6.25], [106.895, -6.244], [106.888, -6.25]];
const shape = { type: "Polygon", coordinates: [corners] };
L.geoJSON({ type: "Feature", properties: {}, geometry: shape }).addTo(map);
L.circle([-6.2475, 106.8915], { radius: 80 }).addTo(map);
document.title = JsSIP.version;
"""

LOOP = """
async () => {
  const [here, there] = [new RTCPeerConnection(), new RTCPeerConnection()];
  here.onicecandidate = (e) => there.addIceCandidate(e.candidate);
  there.onicecandidate = (e) => here.addIceCandidate(e.candidate);
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  for (const track of stream.getAudioTracks()) here.addTrack(track, stream);
  there.ontrack = (e) => {
    window.player = new Audio();
    player.srcObject = e.streams[0];
    player.play();
  };
  await here.setLocalDescription();
  await there.setRemoteDescription(here.localDescription);
  await there.setLocalDescription();
  await here.setRemoteDescription(there.localDescription);
}
"""


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site({"/favicon.ico": b"", "/": b"<!doctype html><title>Meja 110</title><p>Menunggu"})
    yield site
    site.stop()


def opened(browser: Browser, site: Site, html: str = "", **how: bool) -> Tab:
    if html:
        site.files["/"] = html.encode()
    tab = browser.tab(**how)
    tab.page.goto(site.url("/"))
    return tab


def test_a_page_opens(browser: Browser, site: Site) -> None:
    tab = opened(browser, site)
    assert tab.page.title() == "Meja 110"
    assert tab.page.evaluate("[innerWidth, innerHeight, navigator.language]") == [1366, 768, "id-ID"]


def test_tabs_share_nothing(browser: Browser, site: Site) -> None:
    one, other = opened(browser, site), opened(browser, site)
    one.page.evaluate("document.cookie = 'who=110-1'")
    assert other.page.evaluate("document.cookie") == ""


def test_two_ends_of_a_call_hear_each_other_without_a_sound_card(browser: Browser, site: Site) -> None:
    tab = opened(browser, site, hides_addresses=False)
    tab.page.evaluate(LOOP)
    until(lambda: tab.audio.energy > 0.01, what="the beep is heard")
    heard = tab.audio
    assert heard.sent > 0
    assert heard.received > 0


def test_a_browser_may_hide_where_it_is_or_tell_it(browser: Browser, site: Site) -> None:
    told = {}
    for hides in (True, False):
        tab = opened(browser, site, hides_addresses=hides)
        tab.page.evaluate(LOOP)
        until(lambda tab=tab: tab.page.evaluate("connections[0].iceGatheringState") == "complete")
        sdp = tab.page.evaluate("connections[0].localDescription.sdp")
        told[hides] = ".local " not in sdp and "c=IN IP4 0.0.0.0" not in sdp
    assert told == {True: False, False: True}


def test_a_map_is_drawn_with_no_network_under_the_strict_policy(browser: Browser, site: Site, tmp_path: Path) -> None:
    files = bundled(tmp_path, AREA)
    site.files |= {f"/{name}": body for name, body in files.items()}
    script, style = (next(name for name in files if name.endswith(ending)) for ending in (".js", ".css"))
    styles = "".join(f'<link rel="stylesheet" href="/{name}">' for name in (style, "size.css"))
    body = f'<div id="map"></div><script type="module" src="/{script}"></script>'
    tab = opened(browser, site, f"<!doctype html><title>-</title>{styles}{body}")
    shapes = tab.page.locator("#map svg path")
    assert shapes.count() == 2
    assert all((box := shape.bounding_box()) and box["width"] > 20 and box["height"] > 20 for shape in shapes.all())
    assert tab.page.title().startswith("3.")
    assert tab.faults == []


WRONG = {
    "<script>document.title = 'inline'</script>": "policy: script-src-elem: inline",
    "<p style='color: red'>x": "policy: style-src-attr: inline",
    "<img src='http://elsewhere.invalid/tile.png'>": "policy: img-src: http://elsewhere.invalid/tile.png",
    "<script src='/fault.js'></script>": "uncaught: unknown is not defined",
    "<script src='/says.js'></script>": "error: this is wrong",
    "<script src='/missing.js'></script>": "404",
}


def test_what_a_page_does_wrong_unseen_is_a_fault(browser: Browser, site: Site) -> None:
    site.files |= {"/fault.js": b"unknown()", "/says.js": b"console.error('this is wrong')"}
    tab = opened(browser, site, f"<!doctype html><title>-</title>{''.join(WRONG)}")
    for fault in WRONG.values():
        until(lambda fault=fault: any(fault in each for each in tab.faults), what=fault)
    with pytest.raises(AssertionError):
        browser.clear()


def test_a_fault_that_the_test_brings_about_is_none(browser: Browser, site: Site) -> None:
    tab = opened(browser, site, "<!doctype html><title>-</title><script src='/missing.js'></script>")
    until(lambda: tab.faults)
    tab.expected.append("404")
    assert tab.faults == []


def test_a_tab_can_crash_and_the_browser_goes_on(browser: Browser, site: Site) -> None:
    tab, other = opened(browser, site), opened(browser, site)
    tab.crash()
    with pytest.raises(Error):
        tab.page.evaluate("1")
    assert other.page.evaluate("1") == 1
