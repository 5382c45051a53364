"""A desk sends a link by which a telephone tells its place: never by one key, and asked twice where it may betray."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest

from gateway.desk.duty import Duty
from gateway.desk.key import ENTER, ESCAPE
from gateway.desk.linking import Linking
from gateway.desk.not_done import NotDone
from gateway.desk.screen.view import View
from gateway.desk.terminal import Terminal
from gateway.incident.timeline import Entry, Kind
from gateway.journal import open_journal
from gateway.location_link import LIVES_SECONDS
from gateway.messages.replies import Answers
from gateway.rules import load
from gateway.settings import ROOT, Settings
from gateway.store import Store, connect
from tests.live.plain_desk import PlainDesk
from tests.live.redis_server import RedisServer
from tests.live.test_desk_messages import last, thread

BOOK = load(ROOT / "routing_rules.yaml")
HOST = "https://lokasi.example"


@pytest.fixture
def settings(server: RedisServer) -> Settings:
    connect(server.settings()).flushall()
    return Settings({**server.settings(), "link_url": HOST, "signing_key": "invented", "sms_channel": "kannel"})


@pytest.fixture
def store(settings: Settings) -> Store:
    return Store(settings)


@pytest.fixture
def desk(settings: Settings, store: Store) -> Callable[[str], Duty]:
    answers = Answers(open_journal(settings, "test"), lambda: BOOK.policies)
    return lambda name: Duty(name, store, lambda: BOOK, answers, linking=Linking(settings))


def typed(terminal: Terminal, *keys: str) -> str:
    for key in keys:
        terminal.press(key)
    return terminal.view.question


def opened(duty: Duty, incident: str = "i1") -> Terminal:
    duty.accept(incident)
    terminal = Terminal(duty, View(duty.desk, "x", "en"))
    terminal.incident = incident
    terminal.look()
    return terminal


def links(store: Store, incident: str = "i1") -> list[object]:
    return [entry.data["text"] for entry in store.timeline(incident) if entry.data.get("link")]


def called(incident: str, nature: str, number: str | None = "+6281200000001") -> list[Entry]:
    """A call that desk 118-1 has answered."""
    told: list[tuple[Kind, dict[str, object]]] = [
        (Kind.OPENED, {"medium": "call", "channel": "sip", "number": number, "trunk": "trial"}),
        (Kind.FILED, {"nature": nature, "language": "en"}),
        (Kind.HANDED_OFF, {"queue": "118", "priority": 2, "inform": []}),
        (Kind.ANSWERED, {"queue": "118", "desk": "118-1"}),
    ]
    return [Entry(incident, kind, time.time(), data, channel_id="c1") for kind, data in told]


def test_a_link_is_shown_and_sent_on_yes_alone(store: Store, desk: Callable[[str], Duty]) -> None:
    store.add(thread(nature="fire", queue="113"))
    terminal = opened(desk("113-1"))
    assert HOST in typed(terminal, *"/link", ENTER)
    assert typed(terminal, ESCAPE) == ""
    assert links(store) == []
    typed(terminal, *"/tautan", ENTER, "y", ENTER)
    [text] = links(store)
    assert f"{HOST}/h/" in str(text)
    assert last(store, Kind.REPLY)["by"] == "desk:113-1"


def test_in_a_case_of_violence_a_desk_is_asked_twice(store: Store, desk: Callable[[str], Duty]) -> None:
    store.add(thread(nature="violence", priority=1, bound=None))
    terminal = opened(desk("110-1"))
    assert "A CASE OF VIOLENCE" in typed(terminal, *"/link", ENTER)
    assert HOST in typed(terminal, "y", ENTER)
    assert links(store) == []
    typed(terminal, "y", ENTER)
    assert len(links(store)) == 1


def test_one_no_of_two_is_no(store: Store, desk: Callable[[str], Duty]) -> None:
    store.add(thread(nature="violence", priority=1, bound=None))
    terminal = opened(desk("110-1"))
    typed(terminal, *"/link", ENTER, ENTER)
    assert terminal.view.question == ""
    typed(terminal, *"/link", ENTER, "y", ENTER, ENTER)
    assert links(store) == []


def test_a_desk_that_answered_a_call_sends_its_caller_a_link(store: Store, desk: Callable[[str], Duty]) -> None:
    store.add(called("i2", "medical"))
    duty = desk("118-1")
    draft = duty.draft_link("i2")
    assert (draft.risk, draft.language, draft.segments) == ("", "en", 1)
    duty.write(draft)
    duty.write(draft)
    assert len(links(store, "i2")) == 1
    reply = last(store, Kind.REPLY, "i2")
    assert reply["to"] == "+6281200000001"
    assert float(str(reply["valid_until"])) < time.time() + LIVES_SECONDS / 2


@pytest.mark.parametrize(
    ("name", "entries", "why"),
    [
        ("118-2", called("i2", "medical"), "not_yours"),
        ("118-1", called("i2", "violence"), "not_readable"),
        ("118-1", called("i2", "medical", "+622150000001"), "no_mobile"),
        ("118-1", called("i2", "medical", None), "no_mobile"),
        ("118-1", [*called("i2", "medical"), Entry("i2", Kind.CLOSED, time.time() + 1, {"by": "x"})], "over"),
    ],
)
def test_who_may_not_or_cannot_send_one_is_told_why(
    store: Store, desk: Callable[[str], Duty], name: str, entries: list[Entry], why: str
) -> None:
    store.add(entries)
    with pytest.raises(NotDone) as refused:
        desk(name).draft_link("i2")
    assert refused.value.what == why


def test_without_an_https_url_there_is_no_link(settings: Settings, store: Store, desk: Callable[[str], Duty]) -> None:
    store.add(called("i2", "medical"))
    duty = desk("118-1")
    duty.linking = Linking(Settings({**settings, "link_url": "http://plain.example"}))
    with pytest.raises(NotDone) as refused:
        duty.draft_link("i2")
    assert refused.value.what == "no_link"


def test_a_phrase_with_a_link_is_in_no_list_and_sent_by_no_number(store: Store, desk: Callable[[str], Duty]) -> None:
    store.add(thread(nature="fire", queue="113"))
    terminal = opened(desk("113-1"))
    typed(terminal, *"/phrases", ENTER)
    assert "{link}" not in terminal.view.page
    with pytest.raises(NotDone):
        terminal.duty.draft_phrase("i1", "here")


def test_line_by_line_a_link_is_told_with_its_risk_and_waits_for_a_confirmation(
    server: RedisServer, settings: Settings, store: Store
) -> None:
    store.add(thread(nature="violence", priority=1, bound=None))
    names = ("state", "redis_url", "number_key", "signing_key", "link_url")
    environ = {f"GATEWAY112_{name.upper()}": str(settings[name]) for name in names}
    plain = PlainDesk(environ, "110-1")
    try:
        plain.say("accept i1")
        plain.hear("done", command="accept")
        plain.say("link i1")
        warned = plain.hear("warned")
        assert warned["risk"] == "violence"
        assert HOST in json.dumps(warned)
        assert links(store) == []
        plain.say("confirm")
        plain.hear("done", command="confirm")
        assert len(links(store)) == 1
    finally:
        plain.end()
