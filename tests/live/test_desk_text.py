"""Messages at the desk, through a real Kannel; duty; what strangers write; what others must not see; the keyboard."""

from __future__ import annotations

import json

import pytest

from gateway.accounts.account import Role
from gateway.incident.timeline import Kind
from tests.live.browser import Browser, answers_by_enter
from tests.live.desk_browser import DeskCity, DeskPage, Desks, said
from tests.live.wait import until

MARKUP = "<img src=x onerror=window.hit=1><script>window.hit=1</script>\"'&amp;"
TURNED = "\u202egnarp\u202c \u2066x\u2069"
FED = """
window.fed = [];
window.EventSource = class extends EventSource {
  addEventListener(name, act) {
    super.addEventListener(name, (event) => { fed.push(event.data ?? ""); act(event); });
  }
};
"""
"""Keeps all that the live feed brought."""


def writes(city: DeskCity, text: str) -> tuple[str, str]:
    """Somebody writes; the number, and the incident that it became."""
    number = city.number()
    city.network.write(number, text)
    return number, city.incident(number)


def accepts(desk: DeskPage, incident: str) -> None:
    desk.row(incident, "waiting").locator('[data-say="act.accept"]').click()
    desk.row(incident, "mine").wait_for()
    desk.case.locator("h1").wait_for()


def close(desk: DeskPage) -> None:
    desk.press("act.close")
    desk.answer_dialog(outcome="helped")
    desk.sees(said("done.close"), "#said")


def test_a_text_is_accepted_answered_with_a_warning_and_told_to_be_delivered(desk_city: DeskCity, at: Desks) -> None:
    desk = at("110-2")
    number, incident = writes(desk_city, "tolong ada begal di pasar senen")
    accepts(desk, incident)
    desk.sees("begal di pasar senen", ".thread")
    desk.page.keyboard.press("F9")
    desk.page.keyboard.type("Polisi segera ke sana, di mana Anda?")
    desk.page.keyboard.press("Enter")
    desk.dialog.wait_for()
    assert said("fault_of.agency") in desk.dialog.inner_text()
    assert "Polisi" not in str(desk_city.network.arrived(number)), "nothing leaves before it is confirmed"
    desk.answer_dialog()
    line = desk.page.locator(".thread .message").filter(has_text="Polisi segera")
    line.filter(has_text=said("status.delivered")).wait_for()
    assert [each.text for each in desk_city.network.arrived(number) if "Polisi segera" in each.text]
    assert desk.page.locator("#write").input_value() == ""
    close(desk)


def test_who_said_stop_is_written_to_only_after_a_warning(desk_city: DeskCity, at: Desks) -> None:
    desk = at("110-2")
    number, incident = writes(desk_city, "ada pencuri di rumah tetangga saya di tebet")
    accepts(desk, incident)
    desk_city.network.write(number, "STOP")
    desk.sees(said("warning.muted_opt_out"), ".warnings")
    desk.page.fill("#write", "Baik, terima kasih.")
    desk.press("write.send")
    desk.dialog.wait_for()
    assert said("write.muted") in desk.dialog.inner_text()
    desk.press("act.cancel")
    assert desk.page.locator("#write").input_value() == "Baik, terima kasih."
    close(desk)
    assert "Baik" not in str(desk_city.network.arrived(number))


def test_what_strangers_write_is_shown_as_text(desk_city: DeskCity, at: Desks) -> None:
    name = desk_city.account("nakal", "110", title=MARKUP)
    desk = at("110-2", name)
    _, incident = writes(desk_city, f"tolong ada begal {MARKUP} {TURNED}")
    accepts(desk, incident)
    desk.sees(MARKUP, ".thread")
    assert desk.page.locator(".thread .text").first.get_attribute("dir") == "auto"
    assert MARKUP in desk.page.locator(".top .who").inner_text()
    desk.page.fill("#place-search", MARKUP)
    desk.page.press("#place-search", "Enter")
    desk.sees(MARKUP, "dialog")
    desk.press("act.cancel")
    desk.press("act.close")
    desk.answer_dialog(outcome="helped", note=MARKUP)
    [closed] = until(lambda: desk_city.told(incident, Kind.CLOSED), what="it is closed")
    assert closed.data["note"] == MARKUP
    assert desk.page.evaluate("window.hit") is None
    assert desk.page.locator("img[src='x']").count() == 0


def test_a_callers_display_name_is_text_too(desk_city: DeskCity, at: Desks) -> None:
    desk = at("110-2")
    sender = f'"{MARKUP.replace(chr(34), "")}" <sip:{desk_city.number()}@[local_ip]:[local_port]>'
    desk_city.call(sender=sender).answered().voice.press("4")
    desk.takes_call()
    assert desk.page.evaluate("window.hit") is None


def test_a_case_of_violence_is_nowhere_in_another_agencys_page(
    desk_city: DeskCity, browser: Browser, at: Desks
) -> None:
    tab = browser.tab()
    tab.page.add_init_script(FED)
    fire = desk_city.page(tab).log_in(desk_city.account("damkar", "113")).on_duty("113-2")
    police = at("110-2")
    canary = "kenarikuning"
    number, incident = writes(desk_city, f"tolong saya dipukul suami {canary} di cipinang melayu")
    accepts(police, incident)
    police.sees(canary, ".thread")
    _, own = writes(desk_city, "kebakaran di pasar senen")
    fire.row(own, "waiting").wait_for()
    told = fire.page.content() + fire.page.title() + json.dumps(fire.page.evaluate("fed"))
    assert own in told
    for secret in (canary, number, incident, said("nature.violence"), "violence"):
        assert secret not in _without_words(told, secret), secret
    tab.expected.append("409")
    assert fire.page.evaluate("async (id) => (await fetch(`/api/cases/${id}`)).status", incident) == 409
    close(police)


def _without_words(told: str, secret: str) -> str:
    """Without the page's own vocabulary, which has a word for every nature."""
    return told if secret != "violence" else told.replace("violence_", "")


@pytest.mark.parametrize("what", ["pages", "redis"])
def test_what_happens_while_a_process_is_away_is_seen_once_after_it(desk_city: DeskCity, at: Desks, what: str) -> None:
    desk = at("110-2")
    desk.tab.expected += ["Failed to load resource", "net::ERR", "503", "500"]
    number, incident = writes(desk_city, "ada begal di tanah abang")
    accepts(desk, incident)
    desk.sees("tanah abang", ".thread")
    desk_city.parts.kill(what)
    light = {"pages": 0, "redis": 2}[what]
    desk.page.locator('.lights li[data-state="away"]').nth(0).wait_for(timeout=40_000)
    assert desk.page.locator(".lights li").nth(light).get_attribute("data-state") == "away"
    desk.page.locator(".alert").wait_for()
    for count in range(3):
        desk_city.network.write(number, f"kabar ke {count}")
    desk_city.parts.start(what)
    desk.page.locator(".alert").wait_for(state="hidden", timeout=40_000)
    desk.sees("kabar ke 2", ".thread")
    kept = "async (id) => (await (await fetch(`/api/cases/${id}`)).json())"
    desk.page.locator("[role=tab]").nth(1).click()
    until(lambda: len(desk.story()) == len(desk.page.evaluate(kept, incident)["timeline"]), what="nothing is missing")
    texts = desk.page.locator(".thread .text").all_inner_texts()
    assert [texts.count(f"kabar ke {count}") for count in range(3)] == [1, 1, 1]
    close(desk)


def test_a_desk_pauses_comes_back_and_leaves(desk_city: DeskCity, at: Desks) -> None:
    desk = at("110-2")
    desk.press("duty.pause")
    desk.answer_dialog(reason="break")
    until(lambda: not desk.is_free("110-2"), what="nobody is rung")
    desk.sees(said("duty.is_pause"), ".duty")
    desk.press("duty.back")
    until(lambda: desk.is_free("110-2"), what="it is rung again")
    desk.press("duty.off")
    desk.answer_dialog()
    until(lambda: not desk.is_free("110-2"), what="nobody is rung any more")
    desk.sees(said("duty.is_off"), ".duty")


def test_another_page_takes_the_desk_and_the_first_says_so(desk_city: DeskCity, browser: Browser, at: Desks) -> None:
    first = at("110-2")
    first.tab.expected.append("409")
    second = desk_city.page(browser.tab()).log_in("petugas-110-2")
    second.on_duty("110-2")
    first.sees(said("alert.taken").format(desk="110-2"), ".alert")
    first.button("duty.on").wait_for()


def test_the_main_way_needs_no_mouse(desk_city: DeskCity, browser: Browser) -> None:
    desk_city.account("jari", "110", role=Role.CALL_TAKER)
    desk = desk_city.page(browser.tab()).log_in("jari")
    desk.button("duty.on").wait_for()
    _tab_to(desk, "duty.on")
    desk.page.keyboard.press("Enter")
    desk.page.locator('.duty .state[data-state="on"]').wait_for()
    _, incident = writes(desk_city, "tolong ada begal")
    desk.row(incident, "waiting").wait_for()
    _arrows_to(desk, incident)
    desk.page.keyboard.press("Enter")
    desk.page.locator(f'li.row[data-incident="{incident}"] [aria-current="true"]').wait_for()
    desk.page.keyboard.press("F2")
    desk.row(incident, "mine").wait_for()
    desk.page.keyboard.press("F3")
    desk.page.keyboard.type("Cipinang Melayu")
    desk.page.locator("#place-found [role=option]").first.wait_for()
    desk.page.keyboard.press("ArrowDown")
    desk.page.keyboard.press("Enter")
    desk.dialog.wait_for()
    answers_by_enter(desk.page)
    desk.sees("Cipinang Melayu", ".place .words")
    _tab_to(desk, "act.close")
    desk.page.keyboard.press("Enter")
    desk.dialog.wait_for()
    desk.page.keyboard.press("Space")
    answers_by_enter(desk.page)
    until(lambda: desk_city.told(incident, Kind.CLOSED), what="it is closed")


def _tab_to(desk: DeskPage, word: str) -> None:
    """Press Tab until this button has the focus."""
    here = "(word) => Boolean(document.activeElement?.matches(`[data-say='${word}'], :has(> [data-say='${word}'])`))"
    for _ in range(80):
        if desk.page.evaluate(here, word):
            return
        desk.page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not come to {word}")


def _arrows_to(desk: DeskPage, incident: str) -> None:
    """Come into the lists by Tab and to this row by the arrows: what other tests left may wait before it."""
    in_lists = "() => Boolean(document.activeElement?.matches('.lists button.open'))"
    here = "(incident) => document.activeElement?.closest('li')?.dataset.incident === incident"
    for _ in range(80):
        if desk.page.evaluate(in_lists):
            break
        desk.page.keyboard.press("Tab")
    desk.page.keyboard.press("Home")
    for _ in range(80):
        if desk.page.evaluate(here, incident):
            return
        desk.page.keyboard.press("ArrowDown")
    raise AssertionError(f"the arrows do not come to {incident}")
