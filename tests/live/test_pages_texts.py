"""Who has, or had, a caller on the line writes to them from the page, on a real Redis."""

import pytest

from gateway.incident.timeline import Kind
from gateway.settings import Settings
from gateway.store import connect
from tests.live.pages_desk import answered, at_desk, call, ended, written
from tests.pages_in_process import PAGES, Pages

LINES = {"kannel": "yes", "sms_channel": "kannel", "link_url": "https://g112.id", "signing_key": "invented"}


@pytest.fixture
def pages(server):
    if server.process is None:
        server.start()
    connect(server.settings()).flushall()
    return Pages(Settings({**server.settings(**PAGES), **LINES}))


def replies(pages):
    return [entry.data for entry in pages.store.timeline("c1") if entry.kind is Kind.REPLY]


@pytest.mark.parametrize("over", [False, True], ids=["on the line", "gone"])
def test_who_answered_writes_to_the_callers_telephone_though_nobody_wrote(pages, over):
    siti = at_desk(pages, "fira", "118-1")
    pages.store.add([*call(queue="118", nature="medical"), answered("118-1"), *([ended()] if over else [])])
    assert siti.get("/api/cases/c1").get_json()["rights"]["write"]
    assert siti.post("/api/cases/c1/write", {"text": "Masih di sana?"}).get_json() == {"done": True}
    assert [(each["to"], each["by"]) for each in replies(pages)] == [("+6281200000001", "desk:118-1")]


def test_a_victim_who_never_wrote_is_written_to_only_after_a_yes(pages):
    siti = at_desk(pages, "siti", "110-1")
    pages.store.add([*call(nature="violence"), answered()])
    warned = siti.post("/api/cases/c1/write", {"text": "Masih di sana?"}).get_json()["warned"]
    assert (warned["risk"], replies(pages)) == ("violence", [])
    assert siti.post("/api/cases/c1/confirm", {"draft": warned["draft"]}).get_json() == {"done": True}
    assert [each["to"] for each in replies(pages)] == ["+6281200000001"]


def test_what_nobody_can_read_on_a_fixed_telephone_is_not_offered(pages):
    siti = at_desk(pages, "siti", "110-1")
    pages.store.add([*call(number="+622100000001"), answered()])
    rights = siti.get("/api/cases/c1").get_json()["rights"]
    assert (rights["write"], rights["link"]) == (False, False)
    warned = siti.post("/api/cases/c1/write", {"text": "Masih di sana?"}).get_json()["warned"]
    refused = siti.post("/api/cases/c1/confirm", {"draft": warned["draft"]})
    assert (refused.status_code, refused.get_json()["error"]["why"]) == (409, "unreachable")


def test_an_ambulance_that_answered_a_victim_does_not_write(pages):
    fira = at_desk(pages, "fira", "118-1")
    pages.store.add([*call(queue="118", nature="violence"), answered("118-1")])
    assert not fira.get("/api/cases/c1").get_json()["rights"]["write"]
    assert fira.post("/api/cases/c1/write", {"text": "Masih di sana?"}).status_code == 409


def test_texts_that_come_for_an_answered_call_are_read_and_answered_by_its_desk(pages):
    siti, joko = at_desk(pages, "siti", "110-1"), at_desk(pages, "joko", "110-2")
    pages.store.add([*call(), answered(), *written("c1")])
    assert siti.get("/api/cases/c1").get_json()["rights"]["write"]
    assert not joko.get("/api/cases/c1").get_json()["rights"]["write"]
