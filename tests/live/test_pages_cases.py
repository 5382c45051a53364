"""Cases, acts and the live feed of the desk's page, on a real Redis."""

import itertools
import time

from gateway.incident.timeline import Entry, Kind
from gateway.web.pages.catch_up import missed
from gateway.web.pages.floor import floor_of
from gateway.web.pages.hub import MOST_OF_ONE_ACCOUNT
from gateway.web.pages.stream import MOST_ENTRIES, Stream
from tests.live.pages_desk import NUMBER, Followed, answered, at_desk, call, ended, sit, written
from tests.live.wait import until
from tests.pages_in_process import Pages

numbers = itertools.count()


def alarm(incident="c1"):
    """An entry that changes nothing."""
    return Entry(incident, Kind.ALARM, time.time(), {"what": "a trial"}, f"alarm:{next(numbers)}")


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


def test_no_entry_is_missed_or_told_twice_over_reconnections_while_more_come(pages):
    siti = at_desk(pages, "siti", "110-1")
    pages.store.add([*call(), answered()])
    told, after = [], ""
    for _ in range(4):
        feed = Followed(pages, siti, f"open=c1&after={after}")
        feed.has("case")
        before = len(feed.entries())
        pages.store.add([alarm() for _ in range(20)])
        until(lambda feed=feed, before=before: len(feed.entries()) > before)
        feed.close()
        told, after = told + feed.entries(), feed.last_id
        pages.store.add([alarm() for _ in range(5)])
    feed = Followed(pages, siti, f"open=c1&after={after}")
    until(lambda: len(told) + len(feed.entries()) >= 100)
    feed.close()
    told += feed.entries()
    assert len(told) == len(set(told)) == 100
    lines = siti.get("/api/cases/c1").get_json()["timeline"]
    assert told == [line["id"] for line in lines if line["kind"] == "alarm"]


def test_a_pages_process_that_is_started_again_goes_on_where_the_page_was(pages):
    siti = at_desk(pages, "siti", "110-1")
    pages.store.add([*call(), answered()])
    first = Followed(pages, siti, "open=c1")
    first.has("case")
    pages.store.add([alarm()])
    first.has("entry")
    first.close()
    pages.parts.floor.hub.stop()
    pages.store.add([alarm(), alarm()])
    again = Pages(pages.settings)
    joko = again.person("siti", "call_taker", "110")
    second = Followed(again, joko, f"open=c1&after={first.last_id}")
    until(lambda: len(second.entries()) >= 2)
    pages.store.add([alarm()])
    until(lambda: len(second.entries()) >= 3)
    told = [*first.entries(), *second.entries()]
    assert len(told) == len(set(told)) == 4
    again.parts.floor.hub.stop()


def test_while_the_store_is_away_the_page_says_so_and_then_catches_up(server, pages):
    siti = at_desk(pages, "siti", "110-1")
    pages.store.add([*call(), answered()])
    feed = Followed(pages, siti, "open=c1")
    feed.has("case")
    server.kill()
    feed.has("standing", lambda standing: standing["standing"] == "store_away")
    server.start()
    until(lambda: pages.store.redis.ping())
    pages.store.add([alarm(), alarm()])
    until(lambda: len(feed.entries()) >= 2)
    until(lambda: feed.of("standing")[-1]["standing"] == "here")
    feed.close()
    assert len(feed.entries()) == len(set(feed.entries())) == 2


def test_who_comes_again_after_more_than_the_feed_holds_is_told_that_something_is_missing(pages):
    siti = at_desk(pages, "siti", "110-1")
    pages.store.add([*call(), answered()])
    for after in ("1-1", "nonsense", "99999999999999-0"):
        feed = Followed(pages, siti, f"open=c1&after={after}")
        until(lambda feed=feed: feed.of("gap"))
        feed.has("case")
        feed.close()


def test_a_page_that_is_too_slow_is_cut_and_comes_again(pages):
    siti = at_desk(pages, "siti", "110-1")
    pages.store.add([*call(), answered()])
    answer = siti.client.get("/api/feed?tab=slow&open=c1", buffered=False)
    chunks = answer.iter_encoded()
    next(chunks)
    for _ in range(12):
        pages.store.add([alarm() for _ in range(MOST_ENTRIES // 10)])
    until(lambda: all(stream.cut for stream in pages.parts.floor.hub.streams()))
    rest = b"".join(chunks).decode()
    assert rest.count("event: entry") == 0
    feed = Followed(pages, siti, "open=c1&after=0-0")
    until(lambda: len(feed.entries()) >= MOST_ENTRIES * 12 // 10)
    feed.close()


def test_what_another_agency_has_is_told_to_nobody_who_asks_for_it(pages):
    budi = at_desk(pages, "budi", "113-1")
    pages.store.add([*call(queue="112", nature="violence"), answered("112-1")])
    feed = Followed(pages, budi, "open=c1,nothing,..%2f,c1%00")
    assert feed.has("case") == {"incident": "c1", "gone": True}
    pages.store.add([alarm(), ended()])
    feed.has("beat", lambda _: len(feed.of("beat")) > 1)
    assert feed.entries() == []
    assert NUMBER not in str(feed.events)
    assert "violence" not in str(feed.events)
    feed.close()


def test_a_case_that_becomes_violence_under_an_ambulances_eyes_tells_nothing_of_it(pages):
    budi = at_desk(pages, "budi", "118-1")
    pages.store.add(written(queue="118", nature="medical", text="sakit"))
    assert budi.post("/api/cases/m1/accept").status_code == 200
    feed = Followed(pages, budi, "open=m1")
    assert feed.has("case")["number"] == NUMBER
    told = {
        "medium": "message",
        "nature": "violence",
        "why": [{"what": "violence", "words": "suamiku", "rule": "attack"}],
    }
    text = {"channel": "kannel", "connector": "a", "message": "m1-2", "text": "suamiku", "parts": 1, "missing": []}
    pages.store.add([
        Entry("m1", Kind.MESSAGE, time.time(), text, channel_id="kannel:a:m1"),
        Entry("m1", Kind.FILED, time.time(), told, channel_id="kannel:a:m1"),
        Entry("m1", Kind.INFORMED, time.time(), {"agency": "ppa"}),
    ])  # fmt: skip
    shown = feed.has("case", lambda case: case["discreet"])
    since = str(feed.events[feed.events.index(("case", shown)) :])
    feed.close()
    assert [canary for canary in ("suamiku", "violence", "kekerasan", "ppa", NUMBER) if canary in since] == []
    assert all(entry["kind"] == "opened" for entry in feed.of("entry"))


def test_who_goes_off_duty_is_shown_no_more(pages):
    siti = at_desk(pages, "siti", "110-1")
    pages.store.add([*call(), answered()])
    feed = Followed(pages, siti, "open=c1")
    feed.has("case")
    sit(pages.store, "siti", "110-1", "off")
    feed.has("case", lambda case: case.get("gone"))
    pages.store.add([alarm()])
    seen = len(feed.of("beat"))
    feed.has("beat", lambda _: len(feed.of("beat")) > seen)
    assert feed.entries() == []
    sit(pages.store, "siti", "110-1")
    until(lambda: not feed.of("case")[-1].get("gone"))
    pages.store.add([alarm()])
    until(lambda: len(feed.entries()) == 1)
    feed.close()


def test_a_session_that_is_over_ends_its_streams(pages, monkeypatch):
    monkeypatch.setattr("gateway.web.pages.feed.SESSION_SECONDS", 0.0)
    siti = at_desk(pages, "siti", "110-1")
    feed = Followed(pages, siti)
    feed.has("beat")
    pages.parts.accounts.change("siti", lambda account: account.__class__(**{**account.as_dict(), "disabled": True}))
    until(lambda: not pages.parts.floor.hub.streams())


def test_a_page_opens_and_closes_cases_while_it_is_there(pages):
    siti = at_desk(pages, "siti", "110-1")
    pages.store.add([*call("c1"), answered("110-1", "c1"), *call("c2"), answered("110-1", "c2")])
    feed = Followed(pages, siti)
    siti.post("/api/open", {"tab": "t1", "incident": "c2", "open": True})
    assert feed.has("case")["incident"] == "c2"
    pages.store.add([alarm("c1"), alarm("c2")])
    assert feed.has("entry")["incident"] == "c2"
    siti.post("/api/open", {"tab": "t1", "incident": "c2", "open": False})
    pages.store.add([alarm("c2")])
    siti.post("/api/open", {"tab": "t1", "incident": "c1", "open": True})
    feed.has("case", lambda case: case["incident"] == "c1")
    assert len(feed.entries()) == 1
    feed.close()


def test_a_caller_is_told_as_ringing_talking_and_gone(pages):
    siti = at_desk(pages, "siti", "110-1")
    feed = Followed(pages, siti)
    rang = Entry("c1", Kind.RANG, time.time() - 1, {"queue": "110", "desk": "110-1"}, "r", "sip-c1")
    pages.store.add([*call(), rang])
    states = lambda: [told["call"]["state"] for told in feed.of("call")]  # noqa: E731
    until(lambda: states() == ["ringing"])
    pages.store.add([answered()])
    assert feed.has("lists", lambda lists: lists["calls"] and lists["calls"][0]["call"]["state"] == "talking")
    pages.store.add([ended()])
    until(lambda: states() == ["ringing", "talking", "ended"])
    assert feed.has("lists", lambda lists: feed.of("lists")[-1]["calls"] == [])
    feed.close()


def test_a_timeline_with_odd_figures_holds_up_nothing(pages):
    siti = at_desk(pages, "siti", "110-1")
    pages.store.add([*call("c1"), answered("110-1", "c1"), *call("c2"), answered("110-1", "c2")])
    feed = Followed(pages, siti, "open=c2,c1")
    feed.has("case", lambda case: case["incident"] == "c1")
    odd = {"medium": "call", "queue": "110", "priority": "odd", "inform": []}
    pages.store.add([Entry("c2", Kind.HANDED_OFF, time.time(), odd), alarm("c2"), alarm("c1")])
    feed.has("entry", lambda entry: entry["incident"] == "c1")
    pages.store.add([ended("c1")])
    assert feed.has("case", lambda case: case["incident"] == "c1" and case["rights"]["close"])
    feed.close()


def test_whom_else_an_ambulance_has_in_a_call_is_in_no_event(pages):
    budi = at_desk(pages, "budi", "118-1")
    invited = Entry(
        "c1", Kind.INVITED, time.time(), {"queue": "118", "desk": "110-1", "why": "conference"}, "", "sip-c1"
    )
    joined = Entry("c1", Kind.JOINED, time.time(), {"queue": "118", "desk": "118-1"}, "", "sip-c1")
    feed = Followed(pages, budi, "open=c1")
    pages.store.add([*call(nature="violence", inform=("ppa",)), answered(), invited, joined])
    feed.has("case", lambda case: case.get("call"))
    feed.has("call", lambda told: told["call"]["together"])
    feed.has("lists", lambda lists: lists["calls"])
    feed.close()
    told = str(feed.events)
    assert [canary for canary in ("110", "ppa", "violence", NUMBER) if canary in told] == []


def test_one_login_holds_few_streams_the_newest_and_one_of_each_tab(pages):
    siti = at_desk(pages, "siti", "110-1")
    feeds = [siti.client.get(f"/api/feed?tab={tab}", buffered=False) for tab in ("t1", "t1", "t2", "t3", "t4")]
    assert {feed.status_code for feed in feeds} == {200}
    going = [stream.tab for stream in pages.parts.floor.hub.streams() if not stream.cut]
    assert going == ["t2", "t3", "t4"]
    for feed in feeds:
        feed.close()
    until(lambda: not pages.parts.floor.hub.streams())


def test_who_opens_streams_without_end_is_refused_while_others_are_served(pages):
    budi = at_desk(pages, "budi", "113-1")
    told = [budi.client.get(f"/api/feed?tab=t{number}", buffered=False) for number in range(30)]
    assert [feed.status_code for feed in told].count(503) == 30 - MOST_OF_ONE_ACCOUNT
    feed = Followed(pages, at_desk(pages, "siti", "110-1"))
    feed.has("lists")
    feed.close()
    for each in told:
        each.close()
    until(lambda: not pages.parts.floor.hub.streams())


def test_a_case_that_is_followed_is_a_line_of_the_audit_once_and_one_that_is_not_shown_too(pages):
    siti = at_desk(pages, "siti", "110-1")
    pages.store.add([*call("c1"), answered("110-1", "c1"), *call("c2", queue="112")])
    for _ in range(2):
        feed = Followed(pages, siti, "open=c1,c2")
        until(lambda feed=feed: len(feed.of("case")) == 2)
        feed.close()

    def lines():
        told = [line for _, line in pages.parts.stream.newest() if line["act"] == "view"]
        return sorted((line["incident"], line["outcome"], line["about"]) for line in told)

    until(lambda: lines() == [("c1", "done", "110-1"), ("c2", "refused", "110-1")])


def test_a_calls_case_stays_with_the_desk_that_answered_until_it_is_closed(pages):
    siti = at_desk(pages, "siti", "110-1")
    pages.store.add([*call(), answered(), ended(), *call("c2"), answered("110-2", "c2"), ended("c2")])
    feed = Followed(pages, siti)
    mine = feed.has("lists", lambda lists: lists["mine"])["mine"]
    assert [(row["incident"], row["medium"]) for row in mine] == [("c1", "call")]
    assert siti.post("/api/cases/c1/close", {"outcome": "helped"}).status_code == 200
    until(lambda: feed.of("lists")[-1]["mine"] == [])
    feed.close()


def test_an_ambulances_ended_task_is_no_longer_its_own_though_the_case_goes_on(pages):
    budi = at_desk(pages, "budi", "118-1")
    pages.store.add([*call(queue="118", nature="violence"), answered("118-1"), ended()])
    feed = Followed(pages, budi)
    feed.has("lists", lambda lists: lists["mine"])
    budi.post("/api/cases/c1/close", {"outcome": "helped"})
    until(lambda: feed.of("lists")[-1]["mine"] == [])
    assert not pages.store.incident("c1").closed
    feed.close()


def test_a_numbers_earlier_contacts_are_told_to_who_may_know_of_them(pages):
    siti, budi = at_desk(pages, "siti", "110-1"), at_desk(pages, "budi", "118-1")
    first = call("c0", nature="violence", at=time.time() - 900)
    closed = Entry("c0", Kind.CLOSED, time.time() - 800, {"by": "desk:110-2", "outcome": "helped"})
    strangers = call("c9", number="+6281200000009", at=time.time() - 700)
    pages.store.add(
        [*first, closed, *strangers, *call(queue="118"), answered("118-1"), *call("c2"), answered(incident="c2")]
    )
    told = siti.get("/api/cases/c2").get_json()["earlier"]
    assert [(each["incident"], each["nature"], each["medium"], each["outcome"]) for each in told if each["closed"]] == [
        ("c0", "violence", "call", "helped")
    ]
    assert "c9" not in str(told)
    assert budi.get("/api/cases/c1").get_json()["earlier"] == []


def test_what_comes_between_joining_the_feed_and_catching_up_is_told_once(pages):
    at_desk(pages, "siti", "110-1")
    pages.store.add([*call(), answered()])
    floor = floor_of(pages.parts)
    hub = floor.hub.start()
    stream = Stream(hub.views.whose("siti", "110-1", "id"), "t1")
    stream.open_case("c1")
    after = pages.store.lines.ends()[1]
    pages.store.add([alarm()])
    begun = pages.store.lines.ends()[1]
    until(lambda: hub.follows() == begun)
    assert hub.join(stream)
    pages.store.add([alarm()])
    until(lambda: stream.position > begun)
    found, gap = missed(hub.views, stream, after, stream.begins)
    live = [text for text in stream.take(1.0)[0] if "event: entry" in text]
    assert (len(found), gap, len(live)) == (1, False, 1)
