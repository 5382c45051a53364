"""Who did what, as the auditor reads it."""

from __future__ import annotations

import re

import pytest

from gateway.accounts.account import Role
from gateway.web.pages import audit_page
from tests.live.redis_server import RedisServer
from tests.pages_in_process import PAGES, Clock, Pages

INCIDENT, OTHER = "a1" * 12, "b2" * 12
AT = 1_800_000_000.0  # 2027-01-15 15:00 in Jakarta


@pytest.fixture
def clock() -> Clock:
    return Clock(AT)


@pytest.fixture
def pages(server: RedisServer, clock: Clock) -> Pages:
    pages = Pages(server.settings(**PAGES), clock)
    pages.store.redis.flushall()
    return pages


def rows(page: str) -> list[list[str]]:
    return [re.findall(r"<td>(.*?)</td>", row) for row in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)][1:]


def test_an_auditor_reads_who_did_what_and_finds_it_by_person_case_and_time(pages: Pages, clock: Clock) -> None:
    auditor = pages.person("tuti", Role.AUDITOR, "*", language="en")
    write = pages.parts.audit.write
    write("siti", "call_taker", "view", incident=INCIDENT, agency="110")
    clock.now += 3600
    write("budi", "call_taker", "accept", incident=OTHER, agency="118", outcome="refused:409")
    everything = rows(auditor.get("/audit").get_data(as_text=True))
    assert [row[3] for row in everything][:2] == ["accept", "view"]
    assert everything[0] == ["2027-01-15 16:00:00", "budi", "call taker", "accept", OTHER, "118", "", "refused:409"]
    found = rows(auditor.get(f"/audit?incident={INCIDENT}").get_data(as_text=True))
    assert [row[1] for row in found] == ["siti"]
    found = rows(auditor.get("/audit?account=budi").get_data(as_text=True))
    assert [row[3] for row in found] == ["accept"]
    found = rows(auditor.get("/audit?until=2027-01-15T15:30&since=2027-01-15T14:00").get_data(as_text=True))
    assert {row[1] for row in found} == {"siti", "tuti"}
    assert not [row for row in found if row[1] == "budi"]


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
        for number in range(5):
            pages.parts.audit.write("siti", "call_taker", f"act{number}")
    finally:
        server.start()
    pages.parts.audit.write("siti", "call_taker", "after")
    written = [fields[b"act"] for _, fields in pages.store.redis.xrange("audit")][-6:]
    assert written == [b"act0", b"act1", b"act2", b"act3", b"act4", b"after"]


def test_each_look_at_the_audit_stands_in_it(pages: Pages) -> None:
    auditor = pages.person("tuti", Role.AUDITOR, "*")
    auditor.get("/audit")
    assert rows(auditor.get("/audit").get_data(as_text=True))[0][3] == "audit"
