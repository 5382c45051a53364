"""What a call taker does with a case, also where it cannot be done: what was typed stays, and the page says why."""

from __future__ import annotations

import os
import time
from pathlib import Path

from gateway.incident.timeline import Entry, Kind
from tests.live.desk_browser import DeskCity, DeskPage, Desks, said
from tests.live.wait import until

SHOTS = os.environ.get("SHOTS", "")


def shot(desk: DeskPage, name: str) -> None:
    if SHOTS:
        desk.page.screenshot(path=str(Path(SHOTS) / f"{name}.png"))


def writes(city: DeskCity, text: str) -> tuple[str, str]:
    """Somebody writes; the number, and the incident that it became."""
    number = city.number()
    city.network.write(number, text)
    return number, city.incident(number)


def accepts(desk: DeskPage, incident: str, of: str = "waiting") -> None:
    desk.row(incident, of).click()
    desk.page.locator(f'.whole[data-incident="{incident}"]').wait_for()
    desk.case.locator('button [data-say="act.accept"]').click()
    desk.row(incident, "mine").wait_for()


def close(desk: DeskPage) -> None:
    desk.press("act.close")
    desk.answer_dialog(outcome="helped")
    desk.sees(said("done.close"), "#said")


def hangs_up(city: DeskCity, keys: str = "4") -> str:
    """A caller who waits for a desk, and hangs up before one answers."""
    number = city.number()
    caller = city.call(number=number).answered()
    caller.voice.press(keys)
    incident = city.incident(number)
    until(lambda: city.told(incident, Kind.QUEUED), what="the caller waits")
    caller.hang_up()
    until(lambda: city.told(incident, Kind.ABANDONED), what="the caller is gone")
    return incident


def test_who_was_taken_on_is_given_back_and_by_itself_when_the_page_dies(desk_city: DeskCity, at: Desks) -> None:
    first = at("110-2")
    incident = hangs_up(desk_city)
    accepts(first, incident, "missed")
    shot(first, "taken")
    first.press("act.release")
    shot(first, "release")
    first.answer_dialog(why="ganti sif")
    first.row(incident, "missed").wait_for()
    first.sees(said("done.release"), "#said")
    shot(first, "released")
    accepts(first, incident, "missed")
    second = at("110-3")
    first.tab.crash()
    second.row(incident, "missed").wait_for(timeout=30_000)
    accepts(second, incident, "missed")
    kinds = [entry.kind for entry in desk_city.store.timeline(incident)]
    assert (kinds.count(Kind.TAKEN), kinds.count(Kind.PUT_BACK)) == (3, 2)


def test_each_word_that_could_betray_a_victim_is_named_and_enter_alone_sends_nothing(
    desk_city: DeskCity, at: Desks
) -> None:
    desk = at("110-2")
    number, incident = writes(desk_city, "tolong suami saya mukul saya terus, saya di cipinang melayu")
    accepts(desk, incident)
    desk.page.keyboard.press("F9")
    desk.page.keyboard.type("Polisi sedang menuju ke Cipinang Melayu, sabar ya bu Rina")
    desk.page.keyboard.press("Enter")
    desk.dialog.wait_for()
    shot(desk, "betrays")
    words = desk.dialog.inner_text()
    for named in ("agency", "promise", "place", "name"):
        assert said(f"fault_of.{named}") in words
    assert "“menuju ke Cipinang Melayu”" in words
    desk.page.keyboard.press("Enter")
    desk.dialog.wait_for(state="detached")
    assert desk.page.locator("#write").input_value().startswith("Polisi sedang")
    desk.page.fill("#write", "Masih di ruang tengah?")
    desk.page.keyboard.press("Enter")
    line = desk.page.locator(".thread .message").filter(has_text="ruang tengah")
    line.filter(has_text=said("status.delivered")).wait_for()
    assert "Polisi" not in str(desk_city.network.arrived(number))
    close(desk)


def test_a_caller_is_called_back_and_a_victim_only_once_that_is_safe(desk_city: DeskCity, at: Desks) -> None:
    other, desk = desk_city.neighbour(), at("110-2")
    incident = hangs_up(desk_city, "11")
    accepts(desk, incident, "missed")
    assert not desk.button("act.call_back").is_visible()
    shot(desk, "care")
    desk.page.locator('input[name="care-safe_to_call"][value="yes"]').check()
    desk.button("act.call_back").wait_for()
    desk.press("act.call_back")
    shot(desk, "call-back-asked")
    desk.page.keyboard.press("Enter")
    desk.dialog.wait_for(state="detached")
    assert not desk_city.told(incident, Kind.FOLLOW_UP)
    desk.press("act.call_back")
    desk.answer_dialog()
    desk.has_call("ringing")
    shot(desk, "call-back-rings")
    desk.press("call.answer")
    until(lambda: other.invitations, what="the caller is rung")
    desk.has_call("talking")
    until(lambda: other.talks, what="they talk")
    desk.sees(said("state.call_mine"), ".whole .state")
    assert not desk.button("act.call_back").is_visible()
    desk.hears()
    shot(desk, "call-back-talks")
    desk.press("call.end")
    desk.answer_dialog()
    desk.has_call("none")
    until(lambda: not other.talks, what="the call has ended")
    shot(desk, "call-back-over")
    desk.page.locator('input[name="care-safe_to_call"][value="no"]').check()
    desk.button("act.call_back").wait_for(state="hidden")
    desk.sees(said("warning.muted_not_safe"), ".warnings")
    desk.page.locator('input[name="care-share"][value="no"]').check()
    desk.sees("bagikan tidak", ".story")
    desk.press("act.inform")
    desk.sees(said("care.not_to_be_shared"), "dialog")
    shot(desk, "not-to-be-shared")
    desk.press("act.cancel")
    desk.press("act.close")
    desk.sees(said("act.close_timer").format(what=said("timer.police_report"), at="")[:-2], "dialog")
    shot(desk, "close-violence")
    desk.answer_dialog(outcome="helped")
    desk.sees(said("done.close"), "#said")


def test_what_another_desk_closed_meanwhile_is_told_and_stays_closed(desk_city: DeskCity, at: Desks) -> None:
    first, second = at("110-2"), at("ppa-2")
    _, incident = writes(desk_city, "tolong suami saya mukul saya terus, saya di cipinang melayu")
    accepts(first, incident)
    desk_city.store.add([Entry(incident, Kind.INFORMED, time.time(), {"agency": "ppa"})])
    second.row(incident, "informed").click()
    second.case.locator("h1").wait_for()
    second.page.fill("#write", "Masih di sana?")
    second.press("write.phrases")
    second.dialog.wait_for()
    first.press("act.close")
    first.dialog.locator('button[value="yes"]').click()
    assert first.dialog.is_visible(), "without an outcome nothing is closed"
    outcome = first.dialog.locator('[name="outcome"]').first
    assert outcome.evaluate("(input) => input.validationMessage") == said("act.choose_one")
    shot(first, "no-outcome")
    first.answer_dialog(outcome="helped")
    first.sees(said("done.close"), "#said")
    second.dialog.locator("input").first.check()
    second.dialog.locator('button[value="yes"]').click()
    second.tab.expected.append("/api/cases")
    second.sees(said("write.nothing_sent").format(why="sudah ditutup"), "#said")
    shot(second, "closed-meanwhile")
    shot(first, "closed")


def test_what_cannot_reach_the_gateway_is_told_and_what_was_typed_stays(desk_city: DeskCity, at: Desks) -> None:
    desk = at("110-2")
    _, incident = writes(desk_city, "ada pencuri di rumah tetangga saya di tebet")
    accepts(desk, incident)
    desk.page.fill("#write", "Masih di sana?")
    desk.tab.expected += ["ERR_INTERNET_DISCONNECTED", "Failed to load", "net::"]
    desk.tab.go_offline()
    desk.press("write.link")
    desk.sees(said("fault.away"), "#said")
    shot(desk, "offline-link")
    desk.press("write.send")
    desk.sees(said("fault.away"), "#said")
    assert desk.page.locator("#write").input_value() == "Masih di sana?"
    desk.press("act.release")
    desk.answer_dialog(why="x")
    shot(desk, "offline-release")
    # Away for longer than some seconds it loses the case, too.
    desk.tab.go_offline(False)
    desk.page.locator('.duty .state[data-state="on"]').wait_for()


def test_a_link_is_asked_about_and_sent(desk_city: DeskCity, at: Desks) -> None:
    desk = at("110-2")
    number, incident = writes(desk_city, "ada pencuri di rumah tetangga saya di tebet")
    accepts(desk, incident)
    desk.press("write.link")
    desk.dialog.wait_for()
    shot(desk, "link")
    desk.answer_dialog()
    until(lambda: [each for each in desk_city.network.arrived(number) if "http" in each.text], what="the link arrives")
    close(desk)


def test_an_act_pressed_twice_is_done_once(desk_city: DeskCity, at: Desks) -> None:
    desk = at("110-2")
    _, incident = writes(desk_city, "ada pencuri di rumah tetangga saya di tebet")
    desk.row(incident, "waiting").click()
    desk.case.locator('button [data-say="act.accept"]').dblclick()
    desk.row(incident, "mine").wait_for()
    desk.page.fill("#write", "Masih di sana?")
    desk.page.evaluate("() => { const b = document.querySelector('.typing button'); b.click(); b.click(); }")
    line = desk.page.locator(".thread .message").filter(has_text="Masih di sana")
    line.filter(has_text=said("status.delivered")).wait_for()
    desk.press("act.inform")
    desk.answer_dialog(agency="118")
    desk.sees(said("done.inform"), "#said")
    desk.press("act.inform")
    desk.dialog.wait_for()
    shot(desk, "inform-again")
    assert not desk.dialog.locator('[value="118"]').count()
    desk.press("act.cancel")
    desk.press("act.nature")
    desk.dialog.locator('[name="nature"][value="fire"]').check()
    desk.page.evaluate("() => { const b = document.querySelector('dialog button[value=yes]'); b.click(); b.click(); }")
    desk.sees(said("done.nature"), "#said")
    shot(desk, "nature")
    counted = [entry.kind for entry in desk_city.store.timeline(incident)]
    assert [counted.count(kind) for kind in (Kind.ACCEPTED, Kind.NATURE)] == [1, 1]
    assert len([e for e in desk_city.told(incident, Kind.REPLY) if e.data["by"] == "desk:110-2"]) == 1
    assert len([e for e in desk_city.told(incident, Kind.INFORMED) if e.data["agency"] == "118"]) == 1
    close(desk)


def test_acts_on_a_call_that_has_ended_meanwhile_say_so(desk_city: DeskCity, at: Desks) -> None:
    desk, other = at("110-2"), at("118-2")
    caller = desk_city.call(number=desk_city.number()).answered()
    caller.voice.press("4")
    incident = desk.takes_call()
    desk.page.keyboard.press("F8")
    desk.dialog.locator('[name="agency"][value="118"]').check()
    desk.dialog.locator('button[value="yes"]').click()
    other.has_call("ringing")
    desk.page.keyboard.press("F8")
    desk.answer_dialog(agency="112")
    desk.tab.expected.append("/api/calls")
    desk.sees("sedang dihubungi", "#said")
    shot(desk, "invited-twice")
    desk.press("call.keypad")
    desk.page.keyboard.type("12#")
    desk.sees("12#", "dialog .pressed")
    shot(desk, "keypad")
    desk.page.keyboard.press("Escape")
    desk.page.keyboard.press("F8")
    desk.dialog.wait_for()
    desk.dialog.locator('[name="agency"][value="113"]').check()
    caller.hang_up()
    desk.has_call("none")
    desk.dialog.locator('button[value="yes"]').click()
    desk.sees("tidak sedang memegang telepon", "#said")
    shot(desk, "invite-after-end")
    other.has_call("none")
    desk.press("act.close")
    desk.answer_dialog(outcome="helped", note="patroli tiba")
    desk.sees(said("done.close"), "#said")
    desk.sees("tertangani – patroli tiba", ".story")
    shot(desk, "closed-after-call")
    assert len(desk_city.told(incident, Kind.CLOSED)) == 1
