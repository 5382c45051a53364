"""The door of messages: what is kept, what is refused, and what the provider is told."""

import json
import time

import pytest

from gateway.incident.timeline import Kind
from gateway.messages import channel as channels
from gateway.messages.part import Part
from gateway.messages.replies import receipt_url
from tests.gateway_in_process import PUBLIC, GatewayInProcess

OPEN = {"X-Password": "open"}
DOOR = "/messages/paper/incoming"


@pytest.fixture
def gateway(tmp_path, monkeypatch):
    monkeypatch.setitem(channels.CHANNELS, "paper", "tests.gateway.paper_channel")
    return GatewayInProcess(tmp_path)


@pytest.fixture
def web(gateway):
    return gateway.app.test_client()


def kept(gateway):
    files = sorted((gateway.settings.state / "quarantine").glob("*.json"))
    return [json.loads(file.read_text(encoding="utf-8")) for file in files]


def parts(gateway):
    return [Part.from_dict(entry.data) for entry in gateway.journal.of_kind(Kind.RECEIVED)]


def test_a_message_is_kept_as_it_came_and_then_acknowledged(gateway, web):
    answer = web.post(DOOR, data={"id": "7", "text": "tolong"}, headers=OPEN)
    assert (answer.status_code, answer.data, answer.mimetype) == (200, b"taken", "text/plain")
    (part,) = parts(gateway)
    assert (part.id, part.body, part.source) == ("7", b"tolong", "+6281200000001")
    assert [entry.kind for entry in gateway.journal.entries] == [Kind.RECEIVED]


def test_bytes_that_are_no_text_come_through_in_query_and_form(gateway, web):
    web.get(f"{DOOR}?id=1&text=%ff%00+%C3", headers=OPEN)
    web.post(DOOR, data="id=2&text=%fe%00%27", headers=OPEN, content_type="application/x-www-form-urlencoded")
    assert [part.body for part in parts(gateway)] == [b"\xff\x00 \xc3", b"\xfe\x00'"]


def test_a_redelivery_is_acknowledged_and_adds_nothing(gateway, web):
    assert [web.get(f"{DOOR}?id=1&text=a", headers=OPEN).status_code for _ in range(3)] == [200, 200, 200]
    assert len(parts(gateway)) == 1


def test_what_can_be_kept_nowhere_is_not_acknowledged(gateway, web):
    gateway.journal.full = True
    assert web.get(f"{DOOR}?id=1&text=a", headers=OPEN).status_code == 503


def test_who_is_not_the_provider_is_refused_kept_and_told_of(gateway, web):
    answer = web.get(f"{DOOR}?id=1&text=tolong")
    assert (answer.status_code, b"see the setting paper" in answer.data) == (403, True)
    assert (len(gateway.journal.alarms), parts(gateway)) == (1, [])
    assert kept(gateway)[0]["path"] == f"{DOOR}?id=1&text=tolong"


@pytest.mark.parametrize(("query", "status"), [("text=a", 400), ("id=odd&text=a", 500), ("&a" * 300, 400)])
def test_what_is_not_understood_is_refused_kept_and_told_of(gateway, web, query, status):
    assert web.get(f"{DOOR}?{query}", headers=OPEN).status_code == status
    assert kept(gateway)[0]["status"] == status
    assert gateway.journal.alarms


@pytest.mark.parametrize(
    "path", ["/messages/pigeon/incoming", "/messages/twilio/incoming", "/messages/paper/receipt/x"]
)
def test_an_unknown_door_a_channel_that_is_off_and_a_forged_receipt_are_refused(web, path):
    assert web.get(path, headers=OPEN).status_code in (403, 404)


def receipt_path(gateway, incident="i1", reply="r1"):
    return receipt_url(gateway.settings, "paper", incident, reply, time.time() + 60).removeprefix(PUBLIC)


def test_a_receipt_is_told_of_its_reply_once(gateway, web):
    path = receipt_path(gateway)
    answers = [web.get(f"{path}?status={status}") for status in ("sent", "delivered", "delivered")]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    told = [(entry.incident, entry.data["reply"], entry.data["status"]) for entry in gateway.journal.entries]
    assert told == [("i1", "r1", "sent"), ("i1", "r1", "delivered")]
    assert gateway.journal.entries[0].data["provider_id"] == "their-id"


def test_a_receipt_that_says_nothing_is_acknowledged_and_forgotten(gateway, web):
    assert web.get(f"{receipt_path(gateway)}?status=unknown").status_code == 200
    assert gateway.journal.entries == []
