"""What a browser holds of a call of violence: at the desks of other agencies while it goes on, at its own after."""

from __future__ import annotations

import json

from playwright.sync_api import Page, Response, WebSocket

from tests.live.caller import Caller
from tests.live.desk_browser import DeskCity, DeskPage, Desks, grouped
from tests.live.wait import until

NUMBER = "+628120077777"
SENDER = f'"Kanari" <sip:{NUMBER}@127.0.0.1>'
CANARIES = ("120077777", grouped(NUMBER), "anari", "violence", "kekerasan", "ppa-", "110-2")

HELD = """
async () => {
  const databases = await indexedDB.databases();
  const kept = await caches.keys();
  return JSON.stringify({
    local: { ...localStorage }, session: { ...sessionStorage }, databases, kept, title: document.title,
    url: location.href, state: history.state, name: window.name, cookie: document.cookie,
  });
}
"""
"""All that a page can leave in its browser, and what stands in its frame."""


class Witness:
    """All that came to a page and was said by it, from now on."""

    def __init__(self, page: Page):
        self._page = page
        self._said: list[str] = []
        self._console: list[str] = []
        self._answers: list[Response] = []
        page.on("console", lambda message: self._console.append(message.text))
        page.on("websocket", self._speaks)
        page.on("response", self._answered)
        # What came to a document that was left can be read no more.
        page.on("framenavigated", lambda _frame: self._answers.clear())

    def _speaks(self, line: WebSocket) -> None:
        line.on("framereceived", lambda frame: self._said.append(str(frame)))

    def _answered(self, response: Response) -> None:
        if "/api/" in response.url and "/api/feed" not in response.url and "/api/map" not in response.url:
            self._answers.append(response)

    def told(self) -> dict[str, str]:
        """By what it is."""
        answers = [f"{each.url} {each.all_headers()} {each.text()}" for each in self._answers if each.ok]
        return {
            "screen": self._page.inner_text("body"),
            "held": str(self._page.evaluate(HELD)),
            "cookies": json.dumps(self._page.context.cookies()),
            "console": "\n".join(self._console),
            "sip": "\n".join(self._said),
            "answers": "\n".join(answers),
        }

    def sings(self) -> list[str]:
        return [f"{name} of {each!r}" for name, text in self.told().items() for each in CANARIES if each in text]


def calls(city: DeskCity) -> Caller:
    caller = city.call(sender=SENDER).answered()
    caller.voice.press("12")
    return caller


def asks_the_ambulance(police: DeskPage) -> None:
    """To come beside them."""
    police.page.keyboard.press("F8")
    police.answer_dialog(agency="118", way="conference")


def test_a_page_that_may_not_know_holds_nothing_of_it(desk_city: DeskCity, at: Desks) -> None:
    police, fire, ambulance = at("110-2"), at("113-2"), at("118-2")
    witnesses = [Witness(page.page) for page in (fire, ambulance)]
    for page, desk in ((fire, "113-2"), (ambulance, "118-2")):
        page.page.reload()  # so that its SIP is heard from the beginning
        page.page.locator('.duty .state[data-state="on"]').wait_for()
        until(lambda page=page, desk=desk: page.is_free(desk), what=f"{desk} is on duty again")  # type: ignore[misc]
    calls(desk_city)
    incident = police.takes_call()
    asks_the_ambulance(police)
    ambulance.takes_call()
    police.hears()
    assert ambulance.open_incident == incident
    assert [witness.sings() for witness in witnesses] == [[], []]
    assert incident not in repr(witnesses[0].told()), "the fire brigade was told nothing"
    heard = witnesses[1].told()
    assert all(f"X-Incident-ID: {incident}" in heard["sip"] and incident in heard[name] for name in ("sip", "answers"))


def test_after_the_police_have_signed_out_their_browser_holds_nothing_of_it(desk_city: DeskCity, at: Desks) -> None:
    police = at("110-2")
    caller = calls(desk_city)
    police.takes_call()
    police.sees(grouped(NUMBER), ".facts .number")
    caller.hang_up()
    police.has_call("none")
    police.page.locator('form[action="/logout"] button, [data-say="top.log_out"]').first.click()
    police.answer_dialog()
    police.page.wait_for_url("**/login")
    held = str(police.page.evaluate(HELD)) + police.page.content()
    police.page.go_back()
    held += police.page.content()
    assert [each for each in ("120077777", grouped(NUMBER), "anari", "violence", "kekerasan") if each in held] == []
