"""Cases, acts and the live feed of the desk's page, on a real Redis."""

import pytest

from gateway.incident.timeline import Kind
from gateway.store import connect
from tests.live.pages_desk import Followed, answered, at_desk, call, ended, written
from tests.pages_in_process import PAGES, Pages


@pytest.fixture
def pages(server):
    if server.process is None:
        server.start()
    connect(server.settings()).flushall()
    found = Pages(server.settings(**PAGES))
    yield found
    if found.parts.floor:
        found.parts.floor.hub.stop()


def kinds(pages, incident):
    return [entry.kind for entry in pages.store.timeline(incident)]


def test_who_waits_is_in_the_list_and_once_accepted_is_the_desks(pages):
    siti = at_desk(pages, "siti", "110-1")
    feed = Followed(pages, siti)
    pages.store.add(written())
    row = feed.has("lists", lambda lists: lists["waiting"])["waiting"][0]
    assert (row["incident"], row["medium"], row["nature"]) == ("m1", "message", "crime")
    assert siti.post("/api/cases/m1/accept").get_json() == {"done": True}
    assert [each["incident"] for each in feed.has("lists", lambda lists: lists["mine"])["mine"]] == ["m1"]
    assert Kind.ACCEPTED in kinds(pages, "m1")
    feed.close()


def test_a_case_that_is_open_is_told_whole_and_each_entry_of_it_once(pages):
    siti = at_desk(pages, "siti", "110-1")
    pages.store.add([*call(), answered()])
    feed = Followed(pages, siti, "open=c1")
    case = feed.has("case")
    assert (case["incident"], case["number"], case["rights"]["close"]) == ("c1", "+6281200000001", False)
    assert [line["kind"] for line in case["timeline"]] == ["opened", "filed", "handed_off", "queued", "answered"]
    pages.store.add([ended()])
    entry = feed.has("entry")
    assert (entry["incident"], entry["kind"]) == ("c1", "ended")
    assert feed.has("case", lambda case: case["rights"]["close"])["timeline"][-1]["id"] == entry["id"]
    feed.close()
