"""The map of a desk's page in a real browser: with no internet, with a server of tiles, and with one that is away."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

import pytest
from playwright.sync_api import expect

from gateway.evidence import keyed_code
from gateway.evidence.table import replace
from gateway.gazetteer import facilities
from gateway.gazetteer.facility import entry
from gateway.incident.shape import Area, Circle
from tests.live.browser import Browser
from tests.live.map_page import MapPage, called, open_pages, told
from tests.live.redis_server import RedisServer
from tests.live.test_desk_screens import AXE, CHECK
from tests.live.tile_server import BROKEN, SLOW, TileServer
from tests.live.wait import until
from tests.pages_in_process import Pages

HERE = Circle(-6.2475, 106.8910, 12.0)
WHOSE = "Peta: Dinas Contoh <b>& rekan</b>"
TILES_SHOWN = "() => [...document.querySelectorAll('img.leaflet-tile')].filter((each) => each.naturalWidth).length"
BROKEN_SHOWN = """
() => [...document.images].filter((each) => each.complete && !each.naturalWidth
  && getComputedStyle(each).visibility !== "hidden").length
"""
WIDTH_M = """
() => {
  const [scale, map] = [document.querySelector(".leaflet-control-scale-line"), document.querySelector(".map")];
  const metres = parseFloat(scale.textContent) * (scale.textContent.includes("km") ? 1000 : 1);
  return metres * map.clientWidth / scale.offsetWidth;
}
"""


@pytest.fixture
def opened(server: RedisServer, tmp_path: Path) -> Iterator[Callable[..., Pages]]:
    """``opened(pages_tiles=…)``: the pages, with these settings."""
    with ExitStack() as stack:
        yield lambda **settings: stack.enter_context(open_pages(server, tmp_path, **settings))


@pytest.fixture
def tiles() -> Iterator[TileServer]:
    server = TileServer()
    yield server
    server.stop()


def lines(desk: MapPage, where: str = "ul.near:not(details *)") -> list[str]:
    return [" ".join(text.split()) for text in desk.place.locator(f"{where} p").all_inner_texts()]


def test_of_violence_a_desk_reads_four_of_help_and_how_far_each_is_for_sure(
    opened: Callable[..., Pages], browser: Browser
) -> None:
    pages = opened()
    desk = MapPage(pages, browser.tab()).opens(called(pages, HERE))
    expect(desk.place.locator("ul.near:not(details *) li")).to_have_count(4)
    assert lines(desk) == [
        "Polsek Makasar, wilayah kecamatan ini",
        "RSUD Duren Sawit, ± 1,8 km (menurut kelurahan), visum",
        "Puskesmas Kecamatan Makasar, wilayah kecamatan ini, visum",
        "Polres Jakarta Timur, wilayah kota ini",
    ]
    assert desk.page.locator(".near-more").get_attribute("open") is None
    desk.place.locator(".near-more summary").press("Enter")
    assert "Sektor Pemadam Makasar, wilayah kecamatan ini" in lines(desk, ".near-more")


def test_what_a_map_shows_at_a_guess_is_hollow_and_says_so(opened: Callable[..., Pages], browser: Browser) -> None:
    pages = opened()
    desk = MapPage(pages, browser.tab()).opens(called(pages, Area("31.75.07.1002", "Pondok Bambu"), nature="medical"))
    guessed = desk.page.get_by_role("img", name="RSUD Duren Sawit, visum, perkiraan: pusat kelurahan")
    guessed.wait_for()
    assert guessed.evaluate("(mark) => getComputedStyle(mark).borderTopStyle") == "dashed"
    assert desk.page.locator(".pin.facility:not(.approximate)").count() == 0, "nothing here has a position of its own"
    assert lines(desk)[0] == "RSUD Duren Sawit, kelurahan ini, visum"


def brought(folder: Path) -> None:
    """What an operator imports: a police station, cameras, a stop with a code."""
    rows = [
        {"kind": "polsek", "name": "Polsek Contoh", "area": "31.75.08", "lat": "-6.2500", "lon": "106.8890",
         "serves": "31.75.08"},
        {"kind": "camera", "name": "Kamera Contoh", "area": "31.75.08", "lat": "-6.2470", "lon": "106.8930"},
        {"kind": "camera", "name": "Kamera Jauh", "area": "31.75.08", "lat": "-6.2800", "lon": "106.8930"},
    ]  # fmt: skip
    replace(folder / facilities.FILE, ((key, json.dumps(asdict(one))) for key, one in map(entry, rows)))
    stop = {"kind": "stop", "label": "Halte Contoh", "lat": "-6.2490", "lon": "106.8925", "radius_m": "15"}
    replace(folder / keyed_code.FILE, [keyed_code.entry({"code": "1008", **stop})])


def test_what_the_operator_brought_is_on_the_map_and_in_the_list_with_its_distance(
    opened: Callable[..., Pages], browser: Browser, tmp_path: Path
) -> None:
    brought(tmp_path)
    pages = opened()
    desk = MapPage(pages, browser.tab()).opens(called(pages, HERE))
    desk.page.get_by_role("img", name="polsek, Polsek Contoh").wait_for()
    for name in ("kamera, Kamera Contoh", "pos, Halte Contoh"):
        assert desk.page.get_by_role("img", name=name, exact=True).count() == 1, name
    assert lines(desk)[0] == "Polsek Contoh, wilayah kecamatan ini, 356 m"
    desk.place.locator(".near-more summary").click()
    desk.page.evaluate(AXE.read_text(encoding="utf-8"))
    assert desk.page.evaluate(CHECK) == []
    more = lines(desk, ".near-more")
    assert {"Halte Contoh, pos, 236 m", "Kamera Contoh, kamera, 228 m"} < set(more), more
    assert not any("Kamera Jauh" in line for line in more)


def test_with_no_server_of_tiles_the_map_has_names_of_kelurahan_about_a_kilometre_around(
    opened: Callable[..., Pages], browser: Browser
) -> None:
    pages = opened()
    desk = MapPage(pages, browser.tab()).opens(called(pages, HERE))
    desk.page.locator(".area-name.kelurahan span").first.wait_for()
    names = set(desk.page.locator(".area-name.kelurahan span").all_inner_texts())
    assert {"Kebon Pala", "Cipinang Melayu"} <= names
    assert 1000 < desk.page.evaluate(WIDTH_M) < 2500
    kecamatan = desk.page.locator(".area-name.kecamatan span")

    def further() -> int:
        desk.page.locator(".leaflet-control-zoom-out").click()
        return kecamatan.count()

    until(further, what="from further away there are names of kecamatan")
    assert {"Duren Sawit", "Jatinegara", "Makasar", "Cipayung"} & set(kecamatan.all_inner_texts())


def test_a_place_that_is_not_known_names_no_line_and_leads_nowhere(
    opened: Callable[..., Pages], browser: Browser
) -> None:
    pages = opened()
    desk = MapPage(pages, browser.tab()).opens(called(pages))
    expect(desk.place.locator(".words")).to_have_text("lokasi tidak diketahui")
    assert "exchange" not in desk.place.inner_text()
    expect(desk.place.locator('button:has([data-say="place.back"])')).to_be_hidden()
    expect(desk.place.locator(".near-more")).to_be_hidden()


def test_a_claim_whose_time_nobody_knows_is_told_when_it_came_and_not_as_of_just_now(
    opened: Callable[..., Pages], browser: Browser
) -> None:
    pages = opened()
    incident = called(pages)
    told(pages, Circle(-6.2475, 106.8910, 30.0), "pidf_lo", incident, observed_at=None)
    desk = MapPage(pages, browser.tab()).opens(incident)
    expect(desk.place.locator(".claims li")).to_contain_text("masuk ")
    expect(desk.place.locator(".hint").first).to_contain_text("waktu tidak diketahui")
    assert "baru saja" not in desk.place.locator(".hint").first.inner_text()


def test_tiles_of_the_server_that_is_set_are_shown_with_whose_they_are_and_from_no_other(
    opened: Callable[..., Pages], browser: Browser, tiles: TileServer
) -> None:
    pages = opened(pages_tiles=tiles.url, pages_tiles_attribution=WHOSE)
    tab = browser.tab()
    desk = MapPage(pages, tab).opens(called(pages, HERE))
    until(lambda: desk.page.evaluate(TILES_SHOWN) > 3, what="tiles are shown")
    expect(desk.place.locator(".leaflet-control-attribution")).to_have_text(WHOSE)
    expect(desk.page.locator(".area-name")).to_have_count(0)
    desk.page.locator(".pin.fused").wait_for()
    assert 700 < desk.page.evaluate(WIDTH_M) < 1500
    assert all(not referer for _, referer in tiles.asked), "the server does not learn of the page"

    policy = desk.page.evaluate("fetch('/desk').then((answer) => answer.headers.get('Content-Security-Policy'))")
    assert f"img-src 'self' data: {tiles.origin};" in policy
    other = TileServer()
    tab.expected.append(f"127.0.0.1:{other.origin.rpartition(':')[2]}")
    desk.page.evaluate("(url) => { new Image().src = url }", f"{other.origin}/0/0/0.png")
    until(lambda: desk.page.evaluate("breaches.length"), what="another origin is refused")
    other.stop()
    assert other.asked == []


@pytest.mark.parametrize("how", [SLOW, BROKEN, "dead"])
def test_a_server_of_tiles_that_is_away_leaves_the_map_as_without(
    opened: Callable[..., Pages], browser: Browser, tiles: TileServer, how: str
) -> None:
    tiles.mode = how
    if how == "dead":
        tiles.stop()
    pages = opened(pages_tiles=tiles.url, pages_tiles_attribution=WHOSE)
    tab = browser.tab()
    # A browser tells of each picture that did not come, whatever a page does.
    tab.expected.append(tiles.origin)
    desk = MapPage(pages, tab).opens(called(pages, HERE))
    desk.page.locator(".area-name.kelurahan span", has_text="Kebon Pala").wait_for()
    desk.page.locator(".pin.fused").wait_for()
    if how != SLOW:
        expect(desk.page.locator("img.leaflet-tile")).to_have_count(0)
    assert desk.page.evaluate(BROKEN_SHOWN) == 0
    assert lines(desk)[0] == "Polsek Makasar, wilayah kecamatan ini"


def test_a_server_of_tiles_that_comes_back_is_asked_again(
    opened: Callable[..., Pages], browser: Browser, tiles: TileServer
) -> None:
    tiles.mode = BROKEN
    pages = opened(pages_tiles=tiles.url, pages_tiles_attribution=WHOSE)
    tab = browser.tab()
    tab.expected.append(tiles.origin)
    tab.page.clock.install()
    desk = MapPage(pages, tab).opens(called(pages, HERE))
    expect(desk.page.locator("img.leaflet-tile")).to_have_count(0)
    asked = len(tiles.asked)
    tiles.mode = "orderly"
    tab.page.clock.fast_forward(61_000)
    until(lambda: desk.page.evaluate(TILES_SHOWN) > 3, what="tiles are shown")
    assert len(tiles.asked) > asked
    expect(desk.page.locator(".area-name")).to_have_count(0)
