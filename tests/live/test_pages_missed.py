"""Callers who hung up before anybody answered, at the desk's page, on a real Redis."""

import time
from dataclasses import replace
from itertools import takewhile

from gateway.desk.duty import Duty
from gateway.desk.key import ENTER
from gateway.desk.put_back import PuttingBack
from gateway.desk.screen.view import View
from gateway.desk.terminal import Terminal
from gateway.incident.timeline import Entry, Kind
from gateway.messages.replies import Answers
from gateway.rules import load
from gateway.settings import ROOT
from tests.live.pages_desk import Followed, answered, at_desk, call, ended, written
from tests.live.wait import until

BOOK = load(ROOT / "routing_rules.yaml")


def hung_up(incident="c1", step="queue 110", follow_up="call_back", at=0.0):
    data = {"step": step, "follow_up": follow_up, "why": "policy"}
    channel = f"sip-{incident}"
    return Entry(incident, Kind.ABANDONED, at or time.time(), data, f"{incident}:abandoned:{at}", channel)


def missed(incident="c1", queue="110", **more):
    """What is told of a caller who hung up in a queue."""
    follow_up = "nothing" if more.get("nature") == "violence" else "call_back"
    return [*call(incident, queue, **more), hung_up(incident, f"queue {queue}", follow_up)]


def lists(feed, fits=lambda _lists: True):
    return feed.has("lists", fits)


def incidents(rows):
    return [row["incident"] for row in rows]


def test_a_caller_whom_nobody_answered_is_listed_taken_by_one_desk_and_ended_by_it(pages):
    siti, joko = at_desk(pages, "siti", "110-1"), at_desk(pages, "joko", "110-2")
    feed = Followed(pages, siti)
    pages.store.add(missed())
    row = lists(feed, lambda each: each["missed"])["missed"][0]
    assert (row["incident"], row["nature"], row["follow_up"]) == ("c1", "crime", {"what": "call_back", "outcome": ""})
    assert siti.get("/api/cases/c1").get_json()["rights"]["accept"]
    assert siti.post("/api/cases/c1/accept").get_json() == {"done": True}
    late = joko.post("/api/cases/c1/accept")
    assert (late.status_code, late.get_json()["error"]["why"]) == (409, "taken")
    assert siti.post("/api/cases/c1/accept").get_json() == {"done": True}
    assert [e.kind for e in pages.store.timeline("c1")].count(Kind.TAKEN) == 1
    assert incidents(lists(feed, lambda each: each["mine"] and not each["missed"])["mine"]) == ["c1"]
    assert siti.get("/api/cases/c1").get_json()["no_trunk"], "it may, but the rules as shipped name no trunk"
    assert not any(joko.get("/api/cases/c1").get_json()["rights"].values())
    assert siti.post("/api/cases/c1/close", {"outcome": "no_answer"}).get_json() == {"done": True}
    lists(feed, lambda each: not each["mine"] and not each["missed"])
    feed.close()


def test_who_rings_again_is_answered_or_written_with_is_no_longer_missed(pages):
    siti = at_desk(pages, "siti", "110-1")
    pages.store.add([*missed("c1"), *missed("c2"), *missed("c3")])
    feed = Followed(pages, siti)
    lists(feed, lambda each: len(each["missed"]) == 3)
    again = [replace(entry, key="", channel_id="sip-again") for entry in call("c1")[:1]]
    pages.store.add([*again, answered(incident="c2"), ended("c2")])
    lists(feed, lambda each: incidents(each["missed"]) == ["c3"])
    pages.store.add([replace(hung_up("c1", at=time.time()), channel_id="sip-again"), *written("c3")])
    lists(feed, lambda each: set(incidents(each["missed"])) == {"c1", "c3"})
    siti.post("/api/cases/c3/accept")
    lists(feed, lambda each: incidents(each["missed"]) == ["c1"])
    feed.close()


def test_who_hung_up_in_the_dialogue_is_the_operators(pages):
    siti, wati = at_desk(pages, "siti", "110-1"), at_desk(pages, "wati", "112-1")
    pages.store.add([*call()[:2], hung_up(step="nature")])
    feed = Followed(pages, wati)
    assert incidents(lists(feed, lambda each: each["missed"])["missed"]) == ["c1"]
    assert siti.get("/api/cases/c1").status_code == 409
    feed.close()


def test_the_gravest_are_to_be_reached_first_and_of_these_who_has_waited_longest(pages):
    siti, at = at_desk(pages, "siti", "112-1"), time.time() - 60
    for name, priority in (("c1", 3), ("c2", 2), ("c3", 3), ("c4", 2)):
        pages.store.add(missed(name, "112", nature="crime", priority=priority, at=at))
    feed = Followed(pages, siti)
    rows = lists(feed, lambda each: len(each["missed"]) == 4)["missed"]
    assert incidents(rows) == ["c2", "c4", "c1", "c3"]
    duty = Duty("112-1", pages.store, pages.parts.rulebook, Answers(pages.parts.journal, lambda: BOOK.policies))
    assert [listed.case.incident for listed in duty.missed()] == incidents(rows)
    feed.close()


def test_of_two_whom_an_ambulance_missed_nothing_tells_which_one_is_violence(pages):
    fira = at_desk(pages, "fira", "118-1")
    at = time.time() - 60
    pages.store.add([*missed("c1", "118", nature="violence", inform=("110",), at=at)])
    pages.store.add([*missed("c2", "118", nature="other", at=at, number="+6281200000002")])
    feed = Followed(pages, fira)
    rows = lists(feed, lambda each: len(each["missed"]) == 2)["missed"]
    assert {row["incident"] for row in rows} == {"c1", "c2"}
    shown = [{**row, "incident": "", "since": 0, "observed_at": 0, "nature": ""} for row in rows]
    assert shown[0] == shown[1]
    assert all(row["follow_up"] is None and row["discreet"] for row in rows)
    assert "violence" not in str(rows)
    feed.close()


def test_violence_that_an_ambulance_missed_is_two_its_task_and_the_caller_for_who_may_know(pages):
    fira, siti = at_desk(pages, "fira", "118-1"), at_desk(pages, "siti", "110-1")
    ayu = at_desk(pages, "ayu", "ppa-1")
    told = [Entry("c1", Kind.INFORMED, time.time(), {"agency": agency}) for agency in ("110", "ppa")]
    pages.store.add([*missed("c1", "118", nature="violence", inform=("110", "ppa")), *told])
    crew, police, shelter = (Followed(pages, each) for each in (fira, siti, ayu))
    lists(crew, lambda each: incidents(each["missed"]) == ["c1"])
    lists(police, lambda each: incidents(each["missed"]) == ["c1"] and not each["informed"])
    assert lists(shelter, lambda each: each["informed"])["missed"] == []
    assert siti.post("/api/cases/c1/accept").get_json() == {"done": True}
    # Whoever talks with the victim, the ambulance's task is still to be done.
    pages.store.add([answered(), ended()])
    assert fira.post("/api/cases/c1/accept").get_json() == {"done": True}
    lists(crew, lambda each: incidents(each["mine"]) == ["c1"] and not each["missed"])
    # A call that nobody asked for needs the caller's word that it is safe.
    assert not siti.get("/api/cases/c1").get_json()["rights"]["call_back"]
    assert fira.post("/api/cases/c1/close", {"outcome": "helped"}).get_json() == {"done": True}
    lists(crew, lambda each: not each["mine"] and not each["missed"])
    assert siti.get("/api/cases/c1").get_json()["rights"]["close"]
    for feed in (crew, police, shelter):
        feed.close()


def test_what_becomes_violence_afterwards_is_for_who_may_know_too(pages):
    siti = at_desk(pages, "siti", "110-1")
    pages.store.add(missed("c1", "118", nature="medical", inform=("110",)))
    feed = Followed(pages, siti)
    assert lists(feed)["missed"] == []
    pages.store.add([Entry("c1", Kind.NATURE, time.time(), {"nature": "violence", "by": "desk:110-1"})])
    lists(feed, lambda each: incidents(each["missed"]) == ["c1"])
    feed.close()


def test_the_next_hang_up_of_who_was_taken_on_is_listed_again(pages):
    siti, joko = at_desk(pages, "siti", "110-1"), at_desk(pages, "joko", "110-2")
    pages.store.add(missed())
    siti.post("/api/cases/c1/accept")
    again = [replace(entry, key="", channel_id="sip-again", at=time.time()) for entry in call("c1")[:1]]
    pages.store.add([*again, replace(hung_up("c1", at=time.time()), channel_id="sip-again")])
    feed = Followed(pages, joko)
    lists(feed, lambda each: incidents(each["missed"]) == ["c1"])
    assert joko.post("/api/cases/c1/accept").get_json() == {"done": True}
    feed.close()


def test_after_a_day_nobody_is_listed(pages):
    siti = at_desk(pages, "siti", "110-1")
    old = time.time() - 25 * 3600
    pages.store.add([*call(at=old), hung_up(at=old + 60), *missed("c2")])
    feed = Followed(pages, siti)
    assert incidents(lists(feed, lambda each: each["missed"])["missed"]) == ["c2"]
    feed.close()


def test_the_board_counts_whom_no_desk_has_taken_on(pages):
    tuti, joko = at_desk(pages, "tuti", "110-1", role="supervisor"), at_desk(pages, "joko", "110-2")
    pages.store.add([*missed("c1"), *missed("c2"), *missed("c3", "113")])
    pages.store.add([*call("c4"), answered(incident="c4"), ended("c4")])
    shown = lambda: [line["missed"] for line in tuti.get("/api/board").get_json()["queues"]]  # noqa: E731 - named
    assert shown() == [2]
    joko.post("/api/cases/c1/accept")
    until(lambda: shown() == [1])


def test_the_terminal_lists_them_and_takes_one_on_by_its_number(pages):
    duty = Duty("110-1", pages.store, pages.parts.rulebook, Answers(pages.parts.journal, lambda: BOOK.policies))
    terminal = Terminal(duty, View("110-1", "110", "en"))
    pages.store.add(missed())
    terminal.look()
    row = next(row for row in terminal.view.rows if row.section == "missed")
    for key in (str(row.number), ENTER):
        terminal.press(key)
    assert (terminal.incident, terminal.view.case.number) == ("c1", "+6281200000001")
    taken = [entry.data["desk"] for entry in pages.store.timeline("c1") if entry.kind is Kind.TAKEN]
    assert taken == ["110-1"]
    terminal.look()
    assert [row.section for row in terminal.view.rows] == ["missed"]
    assert replace(duty, desk="110-2").missed() == []
    duty.close("c1", "no_answer")
    assert duty.missed() == []


def test_who_was_taken_on_and_put_back_stands_where_he_stood(pages):
    siti, joko = at_desk(pages, "siti", "110-1"), at_desk(pages, "joko", "110-2")
    pages.store.add(missed())
    feed = Followed(pages, joko)
    before = lists(feed, lambda each: each["missed"])["missed"][0]
    siti.post("/api/cases/c1/accept")
    lists(feed, lambda each: not each["missed"])
    assert siti.get("/api/cases/c1").get_json()["rights"]["release"]
    assert siti.post("/api/cases/c1/release", {"why": "  "}).get_json()["error"]["why"] == "no_why"
    assert siti.post("/api/cases/c1/release", {"why": "shift ends"}).get_json() == {"done": True}
    again = lists(feed, lambda each: each["missed"] and feed_after(feed, each))["missed"][0]
    assert again["since"] == before["since"]
    told = siti.get("/api/cases/c1").get_json()
    assert "shift ends" in told["timeline"][-1]["text"]
    assert (told["rights"]["accept"], told["rights"]["release"], told["rights"]["close"]) == (True, False, False)
    assert siti.post("/api/cases/c1/release", {"why": "once more"}).status_code == 409
    assert joko.post("/api/cases/c1/accept").get_json() == {"done": True}
    assert siti.post("/api/cases/c1/accept").get_json()["error"]["why"] == "taken"
    kinds = [entry.kind for entry in pages.store.timeline("c1")]
    assert (kinds.count(Kind.TAKEN), kinds.count(Kind.PUT_BACK)) == (2, 1)
    mine = Followed(pages, siti)
    assert lists(mine)["mine"] == []
    for each in (feed, mine):
        each.close()


def test_what_a_desk_took_on_that_is_gone_is_put_back_unless_it_tried_to_reach_the_caller(pages):
    siti, joko = at_desk(pages, "siti", "110-1"), at_desk(pages, "joko", "110-2")
    waits, looks = pages.store.waits, PuttingBack(pages.store, pages.parts.rulebook)
    for desk in ("110-1", "110-2"):
        waits.arrive(desk, desk)
    pages.store.add([entry for name in ("c1", "c2", "c3", "c4") for entry in missed(name)])
    siti.post("/api/cases/c1/accept")
    siti.post("/api/cases/c2/accept")
    joko.post("/api/cases/c3/accept")
    siti.post("/api/cases/c4/accept")
    rang = {"what": "call_back", "outcome": "asked", "by": "desk:110-1"}
    pages.store.add([Entry("c2", Kind.FOLLOW_UP, time.time(), rang), answered("110-2", "c4"), ended("c4")])
    at = time.time() - 5
    waits.leave("110-1", "110-1")
    looks.tick(at)
    looks.tick(at + 3)
    assert not [e for e in pages.store.timeline("c1") if e.kind is Kind.PUT_BACK]
    looks.tick(at + 5)
    looks.tick(time.time())
    told = {
        name: [e.data for e in pages.store.timeline(name) if e.kind is Kind.PUT_BACK]
        for name in ("c1", "c2", "c3", "c4")
    }
    assert [each["why"] for each in told["c1"]] == ["the desk is gone"]
    assert [told[name] for name in ("c2", "c3", "c4")] == [[], [], []]
    assert joko.post("/api/cases/c1/accept").get_json() == {"done": True}
    assert "meja tidak lagi bertugas" in str(joko.get("/api/cases/c1").get_json()["timeline"])


def test_an_ambulances_task_that_was_put_back_is_listed_there_alone(pages):
    fira, siti = at_desk(pages, "fira", "118-1"), at_desk(pages, "siti", "110-1")
    pages.store.add(missed("c1", "118", nature="violence", inform=("110",)))
    crew, police = Followed(pages, fira), Followed(pages, siti)
    fira.post("/api/cases/c1/accept")
    siti.post("/api/cases/c1/accept")
    lists(crew, lambda each: not each["missed"])
    lists(police, lambda each: not each["missed"])
    assert fira.post("/api/cases/c1/release", {"why": "no car"}).get_json() == {"done": True}
    lists(crew, lambda each: incidents(each["missed"]) == ["c1"] and feed_after(crew, each))
    assert "no car" not in str(fira.get("/api/cases/c1").get_json()["timeline"])
    assert siti.post("/api/cases/c1/release", {"why": "shift ends"}).get_json() == {"done": True}
    lists(police, lambda each: incidents(each["missed"]) == ["c1"] and feed_after(police, each))
    for feed in (crew, police):
        feed.close()


def feed_after(feed, event):
    """Whether it came after the caller was in no list."""
    before = takewhile(lambda each: each is not event, feed.of("lists"))
    return any(not each["missed"] for each in before)


def test_in_the_terminal_a_first_text_to_a_victim_is_asked_about(pages):
    duty = Duty("110-1", pages.store, pages.parts.rulebook, Answers(pages.parts.journal, lambda: BOOK.policies))
    terminal = Terminal(duty, View("110-1", "110", "en"))
    pages.store.add(missed(nature="violence"))
    duty.accept("c1")
    terminal.incident = "c1"
    terminal.look()
    for key in (*"Halo", ENTER):
        terminal.press(key)
    assert "A CASE OF VIOLENCE" in terminal.view.question
    terminal.press(ENTER)
    assert terminal.view.typed == "Halo"
    assert not [entry for entry in pages.store.timeline("c1") if entry.kind is Kind.REPLY]
