"""A call taker writes the place: the page first says what it would keep, and a guess is a person's choice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from gateway.incident.shape import Area, Circle, Civic, Point
from gateway.incident.timeline import Kind
from tests.live.browser import Browser, answers_by_enter
from tests.live.map_page import MapPage, called, open_pages, told
from tests.live.redis_server import RedisServer
from tests.live.wait import until
from tests.pages_in_process import Pages

CELL = Circle(-6.2700, 106.8700, 694.0)
GUESS = "TEBAKAN: hanya mirip namanya"


@pytest.fixture
def pages(server: RedisServer, tmp_path: Path) -> Iterator[Pages]:
    with open_pages(server, tmp_path) as opened:
        yield opened


@pytest.fixture
def desk(pages: Pages, browser: Browser) -> MapPage:
    incident = called(pages, nature="medical")
    told(pages, CELL, "network_cell", incident)
    return MapPage(pages, browser.tab()).opens(incident)


def said_by_desks(pages: Pages) -> list[dict[str, object]]:
    entries = [entry for entry in pages.store.timeline("c1") if entry.kind is Kind.EVIDENCE]
    return [dict(entry.data) for entry in entries if str(entry.data["source"]).startswith("desk")]


def kept(pages: Pages) -> dict[str, object]:
    """What the desk has said: its one claim."""
    [claim] = until(lambda: said_by_desks(pages), what="the place is kept")
    return claim


def writes(desk: MapPage, text: str) -> Locator:
    """Type a place and press Enter; the question that comes."""
    desk.page.keyboard.press("F3")
    desk.page.fill("#place-search", text)
    desk.page.press("#place-search", "Enter")
    dialog = desk.page.locator("dialog")
    dialog.locator("button[value=yes]").wait_for()
    return dialog


def test_what_is_no_name_is_told_so_and_is_no_place_by_enter_alone(desk: MapPage, pages: Pages) -> None:
    dialog = writes(desk, "monas")
    expect(dialog.locator("h2")).to_have_text("Tempat dengan nama itu tidak dikenal")
    guess, words = dialog.locator("label.choice").all()
    expect(guess).to_contain_text("Kel. Kayu Manis (Kec. Matraman, Jakarta Timur)")
    expect(guess).to_contain_text(GUESS)
    expect(words).to_contain_text("hanya kata-kata: lokasi tidak berubah")
    assert dialog.locator("input:checked").count() == 0
    for _ in range(3):
        answers_by_enter(desk.page)
    expect(dialog).to_be_visible()
    assert said_by_desks(pages) == []
    words.click()
    answers_by_enter(desk.page)
    claim = kept(pages)
    assert (claim["source"], claim["label"], claim["shape"]) == (
        "desk_words",
        "monas",
        {"kind": "civic", "words": "monas"},
    )
    expect(desk.place.locator(".named")).to_contain_text("kata petugas monas")
    expect(desk.place.locator(".words")).not_to_contain_text("Kayu Manis")


def test_a_guess_that_a_person_chose_is_kept_with_what_was_typed(desk: MapPage, pages: Pages) -> None:
    dialog = writes(desk, "cpnang mlayu")
    dialog.locator("label.choice", has_text="Kel. Cipinang Melayu").click()
    answers_by_enter(desk.page)
    claim = kept(pages)
    assert (claim["source"], claim["label"]) == ("desk", "cpnang mlayu")
    expect(desk.place.locator(".words")).to_contain_text("Kel. Cipinang Melayu")
    expect(desk.place.locator(".how, .hint").first).to_contain_text("cpnang mlayu")


def test_another_name_is_asked_by_what_will_be_kept_and_a_yes_is_enough(desk: MapPage, pages: Pages) -> None:
    dialog = writes(desk, "benhil")
    expect(dialog).to_contain_text("Kel. Bendungan Hilir (Kec. Tanah Abang, Jakarta Pusat)")
    expect(dialog).to_contain_text("juga disebut begitu")
    answers_by_enter(desk.page)
    shape = kept(pages)["shape"]
    assert isinstance(shape, dict)
    assert (shape["kind"], shape["name"]) == ("area", "Bendungan Hilir")


def test_a_street_is_kept_as_words_and_moves_nobody(desk: MapPage, pages: Pages) -> None:
    before = desk.place.locator(".words").inner_text()
    dialog = writes(desk, "jl raya bogor km 20")
    expect(dialog).to_contain_text("hanya kata-kata: lokasi tidak berubah")
    answers_by_enter(desk.page)
    assert kept(pages)["source"] == "desk_words"
    expect(desk.place.locator(".named")).to_contain_text("kata petugas jl raya bogor km 20")
    expect(desk.place.locator(".words")).to_have_text(before)
    shown = desk.place.locator(".claims li", has_text="Kata petugas")
    expect(shown).to_contain_text("jl raya bogor km 20")
    expect(shown).to_contain_text("kata-kata saja, bukan posisi")
    assert "USANG" not in shown.inner_text()
    assert not [entry for entry in pages.store.timeline("c1") if entry.kind is Kind.PROPOSED]
    expect(desk.page.locator(".story")).to_contain_text("jl raya bogor km 20")


def test_a_forgotten_minus_is_asked_about_in_words(desk: MapPage, pages: Pages) -> None:
    dialog = writes(desk, "6.2,106.8")
    choice = dialog.locator("label.choice")
    expect(choice).to_contain_text("-6.20000 106.80000")
    expect(choice).to_contain_text("minus ditambahkan")
    answers_by_enter(desk.page)
    assert said_by_desks(pages) == []
    choice.click()
    answers_by_enter(desk.page)
    assert kept(pages)["shape"] == {"kind": "point", "lat": -6.2, "lon": 106.8}


def test_one_taken_of_the_list_is_kept_by_its_code_whatever_was_typed(desk: MapPage, pages: Pages) -> None:
    desk.page.keyboard.press("F3")
    desk.page.keyboard.type("jatineg")
    option = desk.page.locator("#place-found [role=option]", has_text="Kel. Jatinegara (Kec. Cakung")
    option.click()
    dialog = desk.page.locator("dialog")
    expect(dialog).to_contain_text("Kel. Jatinegara (Kec. Cakung, Jakarta Timur)")
    expect(dialog).to_contain_text("Diketik: jatineg")
    answers_by_enter(desk.page)
    claim = kept(pages)
    assert (claim["shape"], claim["label"]) == (
        {"kind": "area", "code": "31.75.06.1001", "name": "Jatinegara"},
        "jatineg",
    )


def test_a_list_of_completions_marks_what_is_only_like_it(desk: MapPage) -> None:
    desk.page.keyboard.press("F3")
    desk.page.keyboard.type("bandengan")
    expect(desk.page.locator("#place-found [role=option]").first).to_contain_text(GUESS)


def test_ages_above_and_below_are_one_and_what_is_replaced_stands_apart(pages: Pages, browser: Browser) -> None:
    incident = called(pages)
    first, second = Circle(-6.2475, 106.8910, 40.0), Circle(-6.2476, 106.8911, 12.0)
    told(pages, first, incident=incident, holder="device d1")
    told(pages, second, incident=incident, holder="device d1")
    told(pages, Civic(" "), "pidf_lo", incident)
    told(pages, Point(-6.0, 106.0), "desk", incident)
    told(pages, Area("31.75.08", "Makasar"), "desk", incident)
    desk = MapPage(pages, browser.tab()).opens(incident)
    gone = desk.place.locator(".claims-gone")
    expect(gone.locator("summary")).to_have_text("Digantikan (2)")
    assert [each.inner_text() for each in desk.place.locator("ol.claims >> li .number").all()][:3] == ["2", "3", "5"]
    empty = desk.place.locator(".claims li", has_text="Jaringan operator")
    expect(empty).to_contain_text("tidak menyebut tempat apa pun")
    assert "95" not in empty.inner_text()
    assert "radius" not in empty.inner_text()
    above, below = desk.place.locator("p.hint").first, desk.place.locator("ol.claims li", has_text="±12 m").first
    same = """([above, below]) => { const age = /\\d+ detik lalu/; const one = age.exec(above.textContent)?.[0];
      return Boolean(one) && one === age.exec(below.textContent)?.[0]; }"""
    pair = [above.element_handle(), below.element_handle()]
    until(lambda: desk.page.evaluate(same, pair), what="both have an age of seconds, and it is one")
    ages: set[str] = set()

    def grows() -> bool:
        assert desk.page.evaluate(same, pair), "two ages of one claim"
        ages.add(below.inner_text())
        return len(ages) > 3

    until(grows, 9.0, what="the age below grows with each second, as the one above")
