"""A text that nobody at its agency took in time: its desks may take it still, wherever it waits, on a real Redis."""

import json
import time

from gateway.accounts.account import Role
from gateway.incident.timeline import Entry, Kind
from gateway.queues.figures import Figures
from gateway.queues.messages import message_lines
from gateway.rules import load
from gateway.settings import ROOT
from gateway.web.pages.floor import floor_of
from gateway.web.pages.stream import Whose
from tests.live.pages_desk import at_desk, written
from tests.live.twins import twins

BOOK = load(ROOT / "routing_rules.yaml")
VIOLENCE = {"queue": "110", "nature": "violence", "priority": 1, "inform": ("ppa",)}


def went_on(incident="m1", queue="110", to="112", at=0.0, **data):
    about = {"medium": "message", "queue": queue, "to": to, "waited": 20.0, "why": "nobody accepted it", **data}
    return Entry(incident, Kind.OVERFLOWED, at or time.time(), about, f"{incident}:{queue}:{to}")


def sees(pages, person):
    """The waiting rows of whoever it is, as the page is told them."""
    floor = floor_of(pages.parts)
    floor.hub.glance.forget()
    desk = floor.desks()[person.account]
    told = json.loads(floor.hub.views.lists(Whose(person.account, desk.partition("-")[0], desk, "id"), ()).data)
    assert told["waiting_count"] == len(told["waiting"])
    return {name: [row["incident"] for row in told[name]] for name in ("waiting", "mine", "informed")}


def may(person, incident="m1"):
    return person.get(f"/api/cases/{incident}").get_json()["rights"]


def act(person, doing, incident="m1", **values):
    return person.post(f"/api/cases/{incident}/{doing}", {"tab": "t1", **values})


def kinds(pages, incident="m1"):
    return [(entry.kind, entry.data) for entry in pages.store.timeline(incident)]


def test_the_police_take_and_answer_a_victims_text_that_has_gone_on_to_the_operators(pages):
    siti, operator = at_desk(pages, "siti", "110-2"), at_desk(pages, "rina", "112-2")
    pages.store.add([*written(**VIOLENCE), went_on()])
    for person in (siti, operator):
        assert sees(pages, person) == {"waiting": ["m1"], "mine": [], "informed": []}
        assert may(person)["accept"]
    assert act(siti, "accept").status_code == 200
    assert (sees(pages, siti)["mine"], sees(pages, operator)["waiting"]) == (["m1"], [])
    assert may(siti)["write"]
    late = act(operator, "accept")
    assert (late.status_code, late.get_json()["error"]["why"]) == (409, "taken")
    assert "110-2" in late.get_data(as_text=True)
    told = kinds(pages)
    assert [data for kind, data in told if kind is Kind.MOVED] == [
        {"medium": "message", "queue": "112", "to": "110", "by": "desk"}
    ]
    assert [(data["queue"], data["desk"]) for kind, data in told if kind is Kind.ACCEPTED] == [("110", "110-2")]
    assert any("diambil kembali ke 110" in line["text"] for line in siti.get("/api/cases/m1").get_json()["timeline"])


def test_who_was_slower_than_the_operators_is_told_so_and_has_no_row(pages):
    siti, operator = at_desk(pages, "siti", "110-2"), at_desk(pages, "rina", "112-2")
    pages.store.add([*written(**VIOLENCE), went_on()])
    assert act(operator, "accept").status_code == 200
    assert sees(pages, siti)["waiting"] == []
    assert not may(siti)["accept"]
    late = act(siti, "accept")
    assert (late.status_code, late.get_json()["error"]["why"]) == (409, "taken")
    assert [kind for kind, _ in kinds(pages)].count(Kind.ACCEPTED) == 1


def test_every_agency_that_it_came_through_sees_it_and_no_other(pages):
    people = [at_desk(pages, f"orang-{desk}", desk) for desk in ("ppa-1", "110-1", "112-1", "118-1", "113-1")]
    way = [went_on(queue="ppa", to="110"), went_on(queue="110", to="112")]
    pages.store.add([*written(**(VIOLENCE | {"queue": "ppa", "inform": ("110",)})), *way])
    assert [sees(pages, person)["waiting"] for person in people] == [["m1"], ["m1"], ["m1"], [], []]
    assert sees(pages, people[1])["informed"] == []


def test_it_is_counted_where_it_waits_and_nowhere_else(pages):
    siti, chief = at_desk(pages, "siti", "110-2"), pages.person("kepala", "supervisor", "110", "112")
    pages.store.add([*written(**VIOLENCE), went_on()])
    lines = {line.queue: line.waiting for line in message_lines(pages.store.waits, BOOK.agencies, time.time())}
    assert (lines["110"], lines["112"]) == (0, 1)
    board = {line["queue"]: line["messages"]["waiting"] for line in chief.get("/api/board").get_json()["queues"]}
    assert (board["110"], board["112"]) == (0, 1)
    act(siti, "accept")
    figures = Figures()
    for place, entry in enumerate(pages.store.timeline("m1")):
        figures.count(str(place), entry)
    assert {queue: waits.count for queue, waits in figures.accepts.items()} == {"110": 1}
    assert dict(figures.messages_overflowed) == {"110": 1}


def test_an_ambulance_takes_back_its_task_alone(pages):
    budi = at_desk(pages, "budi", "118-1")
    pages.store.add(written(**(VIOLENCE | {"queue": "118", "inform": ("110",)})))
    parted = {"medium": "message", "from": "118", "queue": "110", "priority": 1}
    pages.store.add([Entry("m1", Kind.PARTED, time.time(), parted, "m1:parted")])
    pages.store.add([went_on(queue="118", part="task"), went_on(part="words")])
    assert sees(pages, budi)["waiting"] == ["m1"]
    shown = budi.get("/api/cases/m1").get_json()
    assert (shown["discreet"], shown["lines"], shown["nature"]) == (True, [], "other")
    assert act(budi, "accept").status_code == 200
    assert {(wait.part, wait.desk, wait.queue) for wait in pages.store.waits.of_each(["m1"])} == {
        ("task", "118-1", "118"),
        ("words", "", "112"),
    }


def test_what_became_violence_with_the_operators_leaves_its_words_with_who_may_read_them(pages):
    fire = at_desk(pages, "damkar", "113-1")
    pages.store.add([*written(queue="113", nature="fire"), went_on(queue="113")])
    pages.store.add([Entry("m1", Kind.FILED, time.time(), {"nature": "violence", "medium": "message"})])
    assert sees(pages, fire)["waiting"] == ["m1"]
    assert act(fire, "accept").status_code == 200
    waits = {(wait.part, wait.desk, wait.queue) for wait in pages.store.waits.of_each(["m1"])}
    assert waits == {("task", "113-1", "113"), ("words", "", "110")}
    shown = fire.get("/api/cases/m1").get_json()
    assert (shown["discreet"], shown["lines"], shown["rights"]["write"]) == (True, [], False)


def test_who_may_not_know_of_violence_gets_the_same_row_of_it_as_of_any_case_that_has_gone_on(tmp_path):
    with twins(tmp_path) as both:
        at = both.clock.now - 60
        given = {"queue": "113", "priority": 2, "at": at}
        tell = [[*written(**given, nature=each), went_on(queue="113", at=at + 20)] for each in ("violence", "other")]
        both.tell(*tell)
        assert both.compare_lists("113-1", "m1", ("violence", "begal")) == []
        visitors = both.visitors(Role.CALL_TAKER, "113", desk="113-1")
        assert all(may(visitor)["accept"] for visitor in visitors)
        asked = [("POST", f"/api/cases/m1/{name}", {}) for name in ("write", "place", "close", "inform")]
        assert both.compare(visitors, [("GET", "/api/cases/m1", None), *asked], ("violence", "begal")) == []
