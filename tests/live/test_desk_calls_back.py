"""A desk calls somebody back, on the real Asterisk: its own telephone first, then the caller's."""

import io
import json

import pytest

from gateway.desk.calling_back import CallingBack
from gateway.desk.duty import Duty
from gateway.desk.key import ENTER
from gateway.desk.not_done import NotDone
from gateway.desk.plain import Plain
from gateway.desk.presence import Presence
from gateway.desk.screen.view import View
from gateway.desk.terminal import Terminal
from gateway.incident.timeline import Kind
from gateway.journal import open_journal
from gateway.messages.replies import Answers
from gateway.rules import load
from gateway.store import Store
from tests.live.pages_desk import answered, call, ended
from tests.live.wait import until


@pytest.fixture
def store(city, parts):
    parts.start("redis")
    return Store(city.settings)


@pytest.fixture
def duty(city, store):
    book = load(city.settings.rules)
    answers = Answers(open_journal(city.settings, "test"), lambda: book.policies)
    return Duty("112-1", store, lambda: book, answers, calling_back=CallingBack(city.settings))


def test_its_own_telephone_rings_first_and_tells_of_whom_and_then_the_caller(city, store, duty):
    desk, caller = city.desk("112-1", None), city.neighbour()
    other = city.desk("112-2", None)
    store.add([*call("b1", queue="112"), answered("112-1", "b1"), ended("b1")])
    duty.call_back("b1")
    until(lambda: desk.invitations, what="the desk rings")
    assert desk.call.header("X-Incident-ID") == "b1"
    assert caller.invitations == []
    desk.answer(desk.call)
    until(lambda: caller.invitations, what="the caller is rung")
    assert "+6281200000001" in caller.call.invite.start
    until(lambda: caller.call.answered_at)
    assert other.invitations == []
    asked, *_ = followed = [entry.data for entry in store.timeline("b1") if entry.kind is Kind.FOLLOW_UP]
    assert (asked["what"], asked["outcome"], asked["by"]) == ("call_back", "asked", "desk:112-1")
    assert [entry["outcome"] for entry in followed[1:]] in ([], ["reached"])


def test_while_nothing_was_said_of_its_being_safe_no_victim_is_rung(city, store, duty):
    desk = city.desk("112-1", None)
    store.add([*call("b2", queue="112", nature="violence"), answered("112-1", "b2"), ended("b2")])
    with pytest.raises(NotDone) as refused:
        duty.call_back("b2")
    assert refused.value.what == "no_consent_to_call"
    assert desk.invitations == []


def test_a_desk_whose_telephone_is_away_or_in_use_is_told_so(city, store, duty):
    store.add([*call("b3", queue="112"), answered("112-1", "b3"), ended("b3")])
    with pytest.raises(NotDone) as refused:
        duty.call_back("b3")
    assert refused.value.what == "desk_away"
    desk = city.desk("112-1", None)
    duty.call_back("b3")
    until(lambda: desk.invitations, what="the desk rings")
    with pytest.raises(NotDone) as refused:
        duty.call_back("b3")
    assert refused.value.what == "desk_busy"
    assert [entry.kind for entry in store.timeline("b3")].count(Kind.FOLLOW_UP) == 1


def test_in_the_terminal_a_call_back_is_asked_about_and_never_to_a_victim_who_has_not_said_that_it_is_safe(
    city, store, duty
):
    desk, caller = city.desk("112-1", None), city.neighbour()
    duty.language = "en"
    terminal = Terminal(duty, View("112-1", "112", "en"))
    store.add([*call("b4", queue="112", nature="violence"), answered("112-1", "b4"), ended("b4")])
    terminal.incident = "b4"
    terminal.look()

    def typed(line):
        for key in (*line, ENTER):
            terminal.press(key)
        return terminal.view.question or terminal.view.notice

    assert "has not said that a call is safe" in typed("/call")
    assert "/safe yes" in typed("/safe perhaps")
    assert "is safe" in typed("/safe yes in the afternoon")
    assert store.incident("b4").safe_to_call == "yes"
    assert "+6281200000001" in typed("/call")
    typed("")
    assert desk.invitations == []
    assert "this desk rings now" in (typed("/call") and typed("y"))
    until(lambda: desk.invitations, what="the desk rings")
    desk.answer(desk.call)
    until(lambda: caller.invitations, what="the caller is rung")


def test_line_by_line_a_call_back_is_asked_about_too(city, store, duty):
    desk = city.desk("112-1", None)
    store.add([*call("b5", queue="112"), answered("112-1", "b5"), ended("b5")])
    out = io.StringIO()
    plain = Plain(duty, Presence(store.waits, "112-1", "s"))
    plain.run(["safe b5 no", "call_back b5", "call_back b5 yes", "leave yes"], out)
    told = [json.loads(line) for line in out.getvalue().splitlines()]
    of = [event for event in told if event.get("command") in ("safe", "call_back")]
    assert [(each["event"], each.get("why", "")) for each in of] == [
        ("refused", "no_danger"), ("asked", ""), ("done", ""),
    ]  # fmt: skip
    until(lambda: desk.invitations, what="the desk rings")
