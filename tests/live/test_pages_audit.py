"""Who did what, as the auditor reads it."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from gateway.accounts.account import Role
from gateway.web.pages import audit_page
from gateway.web.pages.audit_words import ACTS
from gateway.web.pages.guard import declared
from tests.live.redis_server import RedisServer
from tests.live.wait import until
from tests.pages_in_process import Clock, Pages

INCIDENT, OTHER = "a1" * 12, "b2" * 12
JAKARTA = ZoneInfo("Asia/Jakarta")


@pytest.fixture
def clock() -> Clock:
    return Clock()


def shown(at: float, between: str = "T", until: str = "minutes") -> str:
    return datetime.fromtimestamp(at, JAKARTA).replace(tzinfo=None).isoformat(between, until)


def rows(page: str) -> list[list[str]]:
    return [re.findall(r"<td>(.*?)</td>", row) for row in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)][1:]


def test_an_auditor_reads_who_did_what_and_finds_it_by_person_case_and_time(pages: Pages, clock: Clock) -> None:
    auditor = pages.person("tuti", Role.AUDITOR, "*", language="en")
    write = pages.parts.audit.write
    write("siti", "call_taker", "view", incident=INCIDENT, agency="110")
    begun, clock.now = clock.now, clock.now + 7200
    write("budi", "call_taker", "accept", incident=OTHER, agency="118", outcome="refused:409")
    everything = rows(auditor.get("/audit").get_data(as_text=True))
    assert [row[3] for row in everything][:2] == ["accepted a case", "saw a case"]
    assert everything[0] == [
        shown(clock.now, " ", "seconds"),
        "budi",
        "call taker",
        "accepted a case",
        OTHER,
        "118",
        "",
        "refused: not possible now (409)",
    ]
    found = rows(auditor.get(f"/audit?incident={INCIDENT}").get_data(as_text=True))
    assert [row[1] for row in found] == ["siti"]
    found = rows(auditor.get("/audit?account=budi").get_data(as_text=True))
    assert [row[3] for row in found] == ["accepted a case"]
    asked = f"/audit?since={shown(begun - 60)}&until={shown(begun + 3600)}"
    assert {row[1] for row in rows(auditor.get(asked).get_data(as_text=True))} == {"siti", "tuti"}
    # What was brought late stands among later lines; it is found by when it was all the same.
    clock.now = begun - 7200
    write("wati", "call_taker", "view", agency="110")
    asked = f"/audit?since={shown(begun - 7260)}&until={shown(begun - 3600)}"
    assert {row[1] for row in rows(auditor.get(asked).get_data(as_text=True))} == {"wati"}


def test_an_auditor_of_one_agency_reads_of_that_agency_alone(pages: Pages) -> None:
    auditor = pages.person("tuti", Role.AUDITOR, "110")
    pages.parts.audit.write("siti", "call_taker", "view", incident=INCIDENT, agency="110")
    pages.parts.audit.write("budi", "call_taker", "view", incident=OTHER, agency="118")
    pages.parts.audit.write("admin", "administrator", "account_add")
    page = auditor.get("/audit").get_data(as_text=True)
    assert {row[5] for row in rows(page)} == {"110"}
    assert OTHER not in page


def test_older_lines_follow_page_by_page_and_none_twice(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_page, "ON_A_PAGE", 7)
    auditor = pages.person("tuti", Role.AUDITOR, "*")
    for number in range(20):
        pages.parts.audit.write("siti", "call_taker", f"act{number}", agency="110")
    seen: list[str] = []
    address = "/audit?account=siti"
    while address:
        page = auditor.get(address).get_data(as_text=True)
        seen += [row[3] for row in rows(page) if len(row) == 8]
        following = re.search(r'href="(/audit\?[^"]*before=[^"]*)"', page)
        address = following[1].replace("&amp;", "&") if following else ""
    assert seen == [f"act{number}" for number in reversed(range(20))]


def test_a_search_through_much_stops_and_says_so(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_page, "LOOKED_THROUGH", 10)
    auditor = pages.person("tuti", Role.AUDITOR, "*", language="en")
    pages.parts.audit.write("siti", "call_taker", "view", agency="110")
    for _ in range(30):
        pages.parts.audit.write("budi", "call_taker", "view", agency="110")
    page = auditor.get("/audit?account=siti").get_data(as_text=True)
    assert "The search stopped here" in page
    assert "before=" in page


@pytest.mark.parametrize(
    "asked",
    ["account=<script>", "since=x", "since=9999-12-31T23:59", "before=1-1;x", "before=-", "incident=%00", "x=1"],
)
def test_odd_questions_have_an_answer(pages: Pages, asked: str) -> None:
    auditor = pages.person("tuti", Role.AUDITOR, "*")
    answer = auditor.get(f"/audit?{asked}")
    assert answer.status_code == 200
    assert "<script>" not in answer.get_data(as_text=True)


def test_what_is_no_word_is_not_written(pages: Pages) -> None:
    pages.parts.audit.write("siti", "call_taker", "view", incident="081200000001", about="tolong saya di Cipinang")
    pages.parts.audit.write("siti", "call_taker", "view", incident="+62 812-0000-0001", outcome="x" * 65)
    written = str(pages.store.redis.xrange("audit"))
    assert "0812" not in written
    assert "tolong" not in written
    assert "xxx" not in written


def test_what_was_done_while_the_store_was_away_is_written_when_it_is_back(pages: Pages, server: RedisServer) -> None:
    server.kill()
    try:
        for number in range(1200):
            pages.parts.audit.write("siti", "call_taker", f"act{number}")
    finally:
        server.start()
    pages.parts.audit.write("siti", "call_taker", "after")
    until(lambda: pages.store.redis.xlen("audit") == 1201, what="every line is written")
    written = [fields[b"act"].decode() for _, fields in pages.store.redis.xrange("audit")]
    assert [act for act in written if act != "after"] == [f"act{number}" for number in range(1200)]
    pages.parts.audit.write("siti", "call_taker", "later")
    until(lambda: pages.store.redis.xlen("audit") == 1202, what="the next one, too")


def test_each_look_at_the_audit_stands_in_it(pages: Pages) -> None:
    auditor = pages.person("tuti", Role.AUDITOR, "*")
    auditor.get("/audit")
    assert rows(auditor.get("/audit").get_data(as_text=True))[0][3] == "membaca catatan ini"


def test_each_act_that_a_page_keeps_has_words(pages: Pages) -> None:
    needed = [declared(view) for view in pages.app.view_functions.values()]
    assert sorted({each.act for each in needed if each and each.act} - set(ACTS)) == []
