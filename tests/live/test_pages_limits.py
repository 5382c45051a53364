"""What the law wants of cases of violence before long, in the lists of who may know of them, on a real Redis."""

import time

import pytest

from gateway.desk.duty import Duty
from gateway.desk.plain import listed_plainly
from gateway.desk.screen import frame
from gateway.desk.screen.view import View
from gateway.desk.terminal import Terminal
from gateway.incident.limits import HOUR, LIMITS
from gateway.incident.timeline import Entry, Kind
from gateway.messages.replies import Answers
from gateway.rules import load
from gateway.settings import ROOT
from gateway.store import connect
from tests.gateway.test_desk_screen import STYLE
from tests.live.pages_desk import Followed, at_desk, call
from tests.pages_in_process import PAGES, Pages

BOOK = load(ROOT / "routing_rules.yaml")


@pytest.fixture
def pages(server):
    if server.process is None:
        server.start()
    connect(server.settings()).flushall()
    found = Pages(server.settings(**PAGES))
    yield found
    if found.parts.floor:
        found.parts.floor.hub.stop()


def violence(incident, hours, queue="110", inform=("ppa",), **more):
    """Told so many hours ago."""
    at = time.time() - hours * HOUR
    return call(incident, queue, nature="violence", inform=inform, at=at, **more)


def rows(lists):
    return [(row["incident"], [(each["what"], each["late"]) for each in row["limits"]]) for row in lists["limits"]]


def duty(pages, desk):
    return Duty(desk, pages.store, pages.parts.rulebook, Answers(pages.parts.journal, lambda: BOOK.policies))


def test_what_is_due_first_stands_first_until_a_desk_tells_it_as_done_though_the_case_is_closed(pages):
    siti = at_desk(pages, "siti", "ppa-1")
    for incident, hours in (("c1", 13), ("c2", 25), ("c3", 2), ("c4", 71)):
        pages.store.add(violence(incident, hours))
    pages.store.add([Entry("c4", Kind.CLOSED, time.time(), {"outcome": "helped", "by": "desk:110-1"}, "c4:closed")])
    pages.store.add(call("c5", "110", nature="crime", inform=("ppa",), at=time.time() - 25 * HOUR))
    feed = Followed(pages, siti)
    listed = feed.has("lists", lambda each: len(each["limits"]) == 3)
    late = ("protection", True)
    assert rows(listed) == [("c4", [late, ("police_report", False)]), ("c2", [late]), ("c1", [("protection", False)])]
    due = [each["due_at"] for row in listed["limits"] for each in row["limits"] if each["what"] == "protection"]
    told = [pages.store.timeline(incident)[1].at for incident in ("c4", "c2", "c1")]
    assert due == pytest.approx([at + LIMITS["protection"] for at in told], abs=1)
    assert siti.post("/api/cases/c2/timer", {"what": "protection", "done": True}).get_json() == {"done": True}
    feed.has("lists", lambda each: [row["incident"] for row in each["limits"]] == ["c4", "c1"])
    assert siti.post("/api/cases/c4/timer", {"what": "protection", "done": True}).get_json() == {"done": True}
    feed.has("lists", lambda each: rows(each)[:1] == [("c4", [("police_report", False)])])
    feed.close()


def test_who_may_not_know_of_violence_or_has_no_part_in_it_has_an_empty_list_as_ever(pages):
    pages.store.add(violence("c1", 25, queue="118", inform=("118", "113", "110")))
    for name, desk in (("siti", "118-1"), ("joko", "113-1"), ("wati", "112-1")):
        feed = Followed(pages, at_desk(pages, name, desk))
        assert feed.has("lists")["limits"] == []
        assert duty(pages, desk).limits() == []
        feed.close()
    assert [each.case.incident for each in duty(pages, "110-1").limits()] == ["c1"]


def test_what_becomes_violence_later_is_counted_from_then_on(pages):
    pages.store.add(call("c1", "110", nature="crime", inform=("ppa",), at=time.time() - 30 * HOUR))
    pages.store.add([Entry("c1", Kind.NATURE, time.time() - 14 * HOUR, {"nature": "violence", "by": "desk:110-1"})])
    pages.store.add([Entry("c1", Kind.NATURE, time.time() - 1 * HOUR, {"nature": "violence", "by": "desk:110-1"})])
    [listed] = duty(pages, "110-1").limits()
    assert [(each.what, round((each.due_at - time.time()) / HOUR)) for each in listed.limits] == [("protection", 10)]


def test_of_more_than_are_listed_those_stay_whose_time_has_not_run_out_longest(pages):
    for number in range(60):
        pages.store.add(violence(f"c{number:02}", 13 + number))
    found = [each.case.incident for each in duty(pages, "ppa-1").limits()]
    assert found == [f"c{number:02}" for number in range(49, -1, -1)]


def test_what_is_late_by_more_than_a_month_is_asked_for_no_more(pages):
    pages.store.add(violence("old", 40 * 24))
    pages.store.add(violence("new", 25))
    assert [each.case.incident for each in duty(pages, "ppa-1").limits()] == ["new"]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("id", ("TENGGAT UU TPKS", "perlindungan LEWAT 1:00:", "lapor polisi 1:5")),
        ("en", ("TIME LIMITS (UU TPKS)", "protection LATE BY 1:00:", "report to the police 1:5")),
    ],
)
def test_the_terminal_lists_them_with_how_much_time_there_is(pages, language, words):
    pages.store.add(violence("c1", 25))
    pages.store.add(violence("c2", 70))
    at_ppa = duty(pages, "ppa-1")
    terminal = Terminal(at_ppa, View("ppa-1", "PPA", language))
    terminal.look()
    limits = [row.listed.case.incident for row in terminal.view.rows if row.section == "limits"]
    assert limits == ["c2", "c1"]
    screen = "\n".join(frame(terminal.view, 200, 30))
    assert [each for each in words if each not in STYLE.sub("", screen)] == []
    assert [each["what"] for each in listed_plainly(at_ppa.limits()[0])["limits"]] == ["protection", "police_report"]
