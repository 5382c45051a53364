"""Each page as people see it: nothing that axe-core finds against WCAG 2.2 AA, and all that is needed in sight.

With SCREENSHOTS=yes in the environment, what is seen becomes docs/screenshots/.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from gateway.accounts.account import EVERY_AGENCY, Role
from gateway.settings import ROOT, read
from tests.live.browser import SCREEN, Browser
from tests.live.desk_browser import DeskCity, DeskPage, Desks, said
from tests.live.picture import small
from tests.live.wait import until

AXE = read().natives / "page/node_modules/axe-core/axe.min.js"
CHECK = """
async () => {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
  const { violations } = await axe.run(document, { runOnly: { type: "tag", values: tags } });
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
}
"""
BEYOND = """
([width, height]) => [...document.querySelectorAll("button, input, textarea, h1, .place .words")].filter((each) => {
  const box = each.getBoundingClientRect();
  const scrolls = each.closest(".scrolls, .lists, .map, dialog");
  return box.width && !scrolls && (box.right > width || box.bottom > height || box.left < 0);
}).map((each) => each.outerHTML.slice(0, 100))
"""
"""What one would have to scroll to."""

IN_ENGLISH = ("messages", "call-of-violence")
"""Shown in the dark, and in English, too."""

BOTH = pytest.mark.parametrize("language", ["id", "en"])


@dataclass
class Seen:
    """Looks at pages: light in Indonesian, dark in English."""

    language: str

    def __call__(self, desk: DeskPage, name: str) -> None:
        if not desk.page.evaluate("Boolean(window.axe)"):
            desk.page.evaluate(AXE.read_text(encoding="utf-8"))
        for scheme in ("dark", "light") if self.language == "id" else ("light", "dark"):
            desk.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            assert desk.page.evaluate(CHECK) == [], f"{name}, {self.language}, {scheme}"
        if os.environ.get("SCREENSHOTS") and (self.language == "id" or name in IN_ENGLISH):
            folder = ROOT / "docs" / "screenshots"
            folder.mkdir(exist_ok=True)
            picture = small(desk.page.context, desk.page.screenshot(animations="disabled"))
            (folder / f"{name}-{self.language}.png").write_bytes(picture)


@pytest.fixture
def seen(language: str) -> Seen:
    return Seen(language)


@pytest.fixture
def enter(desk_city: DeskCity, browser: Browser, language: str) -> Callable[..., DeskPage]:
    """Somebody of this role at a page."""

    def begin(path: str, role: Role, *agencies: str, name: str = "") -> DeskPage:
        name = desk_city.account(name or f"{role}-{language}", *agencies, role=role, language=language, title="Rini P.")
        return desk_city.page(browser.tab()).log_in(name, path)

    return begin


@pytest.fixture
def sits(desk_city: DeskCity, enter: Callable[..., DeskPage], language: str) -> Desks:
    """Somebody at a desk."""

    def begin(desk: str) -> DeskPage:
        agency = desk.partition("-")[0]
        return enter("/desk", Role.CALL_TAKER, agency, name=f"meja-{desk}-{language}").on_duty(desk)

    return begin


def writes(city: DeskCity, text: str) -> str:
    number = city.number()
    city.network.write(number, text)
    return city.incident(number)


@BOTH
def test_signing_in(desk_city: DeskCity, browser: Browser, seen: Seen, language: str) -> None:
    desk = desk_city.page(browser.tab())
    desk.page.goto(f"{desk_city.settings.pages_url}/login?language={language}")
    seen(desk, "login")


@BOTH
def test_a_desk_with_messages_has_all_that_is_needed_in_sight(desk_city: DeskCity, sits: Desks, seen: Seen) -> None:
    desk = sits("110-2")
    incidents = [
        writes(desk_city, text)
        for text in (
            "tolong, ada begal di depan stasiun cipinang, dua orang bawa celurit",
            "maling masuk rumah tetangga di kebon melati",
            "ada pencuri di rumah tetangga saya di tebet timur",
        )
    ]
    for incident in incidents:
        desk.row(incident, "waiting").wait_for()
    desk.row(incidents[0], "waiting").locator('[data-say="act.accept"]').click()
    desk.row(incidents[0], "mine").wait_for()
    desk.case.locator("h1").wait_for()
    desk.page.fill("#write", "Polisi segera ke sana")
    assert desk.page.evaluate(BEYOND, list(SCREEN.values())) == []
    seen(desk, "messages")
    desk.press("write.send")
    desk.dialog.wait_for()
    seen(desk, "warning-before-sending")
    desk.press("act.cancel")
    for incident in incidents:
        _close(desk, incident)


@BOTH
def test_cases_that_were_found(desk_city: DeskCity, sits: Desks, seen: Seen) -> None:
    desk = sits("110-2")
    incidents = [
        writes(desk_city, text)
        for text in ("ada maling motor di parkiran stasiun tebet", "tetangga saya di tebet timur kemalingan motor")
    ]
    for incident in incidents:
        desk.row(incident, "waiting").wait_for()
    desk.row(incidents[0], "waiting").locator('[data-say="act.accept"]').click()
    desk.row(incidents[0], "mine").wait_for()
    _close(desk, incidents[0])
    desk.page.keyboard.press("Shift+F3")
    desk.page.keyboard.type("motor tebet")
    desk.page.keyboard.press("Enter")
    for incident in incidents:
        desk.row(incident, "found").wait_for()
    desk.row(incidents[0], "found").locator(".open").click()
    desk.case.locator(f'.whole[data-incident="{incidents[0]}"]').wait_for()
    assert desk.page.evaluate(BEYOND, list(SCREEN.values())) == []
    seen(desk, "found")
    _close(desk, incidents[1])


def _close(desk: DeskPage, incident: str) -> None:
    if desk.row(incident, "waiting").is_visible():
        desk.row(incident, "waiting").locator('[data-say="act.accept"]').click()
        desk.row(incident, "mine").wait_for()
    desk.press("act.close")
    desk.answer_dialog(outcome="helped")
    # A row under the pointer stays for a moment, so that nobody presses the next one.
    desk.page.mouse.move(0, 0)
    desk.row(incident, "mine").wait_for(state="detached")
    desk.row(incident, "waiting").wait_for(state="detached")


@BOTH
def test_a_call_of_violence_and_its_transfer(desk_city: DeskCity, sits: Desks, seen: Seen) -> None:
    first, second = sits("110-2"), sits("118-2")
    number = desk_city.number()
    desk_city.call(number=number).answered().voice.press("11")
    first.has_call("ringing")
    seen(first, "ringing")
    first.takes_call()
    desk_city.network.write(number, 'A"ML=1;lt=-6.24400;lg=+106.89250;rd=25;lc=68;pm=G;ei=350000000000006;mcc=510;ml=9')
    first.page.locator(".map path.fused").wait_for(state="attached")
    assert first.page.evaluate(BEYOND, list(SCREEN.values())) == []
    seen(first, "call-of-violence")
    first.page.keyboard.press("F8")
    first.dialog.wait_for()
    seen(first, "transfer")
    first.answer_dialog(agency="118", way="transfer")
    second.takes_call()
    first.page.locator('.peers li[data-state="joined"]').wait_for()
    seen(first, "transfer-joined")
    assert second.page.evaluate(BEYOND, list(SCREEN.values())) == []
    seen(second, "need-and-place-only")


@BOTH
def test_the_keys_and_the_blank_screen(sits: Desks, seen: Seen) -> None:
    desk = sits("110-3")
    desk.page.keyboard.press("F1")
    desk.dialog.wait_for()
    seen(desk, "keys")
    desk.page.keyboard.press("Escape")
    desk.page.keyboard.press("F10")
    desk.page.locator(".blank").wait_for()
    seen(desk, "blank")


@BOTH
def test_the_board_tells_how_many_and_never_what(
    desk_city: DeskCity, enter: Callable[..., DeskPage], sits: Desks, seen: Seen
) -> None:
    board = enter("/board", Role.SUPERVISOR, EVERY_AGENCY)
    desk = sits("110-2")
    caller = desk_city.call(number=desk_city.number()).answered()
    caller.voice.press("11")
    incident = desk.takes_call()
    board.page.locator("body").filter(has_text="110-2").wait_for()
    until(lambda: "110-2" in board.page.inner_text("body"))
    text = board.page.inner_text("body").lower()
    assert said("nature.violence") not in text
    assert "violence" not in text
    seen(board, "board")
    board.page.click("#tab-contacts")
    board.page.locator("#panel-contacts .what").filter(has_text="P1").first.wait_for()
    seen(board, "board-contacts")
    assert desk_city.with_whom(incident) == {"110-2"}


@BOTH
def test_accounts_the_audit_and_ones_own_account(enter: Callable[..., DeskPage], seen: Seen) -> None:
    seen(enter("/accounts", Role.ADMINISTRATOR, EVERY_AGENCY), "accounts")
    audit = enter("/audit", Role.AUDITOR, EVERY_AGENCY)
    audit.page.locator("td").first.wait_for()
    seen(audit, "audit")
    audit.page.goto(f"{audit.city.settings.pages_url}/account")
    seen(audit, "account")
    audit.page.goto(f"{audit.city.settings.pages_url}/password")
    seen(audit, "password")


@BOTH
def test_the_telephone_for_drills(enter: Callable[..., DeskPage], seen: Seen) -> None:
    phone = enter("/phone", Role.CALL_TAKER, "110")
    phone.button("phone.dial").wait_for()
    seen(phone, "phone")


@pytest.mark.parametrize("language", ["id"])
@pytest.mark.parametrize("path", ["/board", "/accounts", "/audit"])
def test_a_call_taker_is_shown_that_a_page_is_not_his(enter: Callable[..., DeskPage], seen: Seen, path: str) -> None:
    desk = enter("/desk", Role.CALL_TAKER, "110")
    desk.tab.expected.append("403")
    answer = desk.page.goto(f"{desk.city.settings.pages_url}{path}")
    assert answer
    assert answer.status == 403
    seen(desk, "refused")
