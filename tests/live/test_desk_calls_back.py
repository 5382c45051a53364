"""A desk calls somebody back, on the real Asterisk: its own telephone first, then the caller's."""

import pytest

from gateway.desk.calling_back import CallingBack
from gateway.desk.duty import Duty
from gateway.desk.not_done import NotDone
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
    entry = [entry.data for entry in store.timeline("b1") if entry.kind is Kind.FOLLOW_UP][-1]
    assert (entry["what"], entry["outcome"], entry["by"]) == ("call_back", "asked", "desk:112-1")


def test_while_nothing_was_said_of_its_being_safe_no_victim_is_rung(city, store, duty):
    desk = city.desk("112-1", None)
    store.add([*call("b2", queue="112", nature="violence"), answered("112-1", "b2"), ended("b2")])
    with pytest.raises(NotDone) as refused:
        duty.call_back("b2")
    assert refused.value.what == "no_consent_to_call"
    assert desk.invitations == []
