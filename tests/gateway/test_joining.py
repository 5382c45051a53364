"""Whose request it is that the edge copied."""

from types import SimpleNamespace

import pytest

from gateway.evidence.table import Table
from gateway.incident.timeline import Entry, Kind
from gateway.locator import joining
from gateway.locator.capture import Capture
from gateway.locator.joining import KEPT_S, TOLD_AFTER_S, Joining
from gateway.locator.leader import trunk_fits
from gateway.rules.rulebook import Trunk
from gateway.settings import SETTINGS, Settings
from gateway.store import GATEWAY, StoreAway
from tests.hep_copy import pidf, sip

NOW = 1_767_323_045.0
ALLOWED = "https://lis.example.invalid/1"


class Book:
    """A journal of paper."""

    def __init__(self):
        self.entries = []

    def add(self, entries):
        keys = {entry.key for entry in self.entries}
        self.entries += [entry for entry in entries if entry.key not in keys]

    def timeline(self, incident):
        return [entry for entry in self.entries if entry.incident == incident]


class Fetcher:
    """Fetches what is allowed some time."""

    def __init__(self):
        self.asked = []

    def refusals(self, urls):
        return {url: "" if url == ALLOWED else "not allowed" for url in urls}

    def ask(self, call, urls, is_over, identifier):
        self.asked += [(call.incident, url, is_over) for url in urls]


class Site:
    """Requests and contacts as they come; trunk ``t1`` is at 192.0.2.1."""

    def __init__(self, folder):
        self.book, self.fetcher, self.devices, self.count = Book(), Fetcher(), [], 0
        self.cells = Table(folder / "cells.sqlite")
        self.begin()

    def begin(self):
        fits = {("t1", "192.0.2.1"), ("t2", "192.0.2.2")}
        self.joining = Joining(
            self.book, self.cells, lambda trunk, source: (trunk, source) in fits, self.fetcher, self.device
        )

    def device(self, imei, incident, at):
        self.devices.append((imei, incident, at))
        raise StoreAway("a replica")

    def copy(self, request, source="192.0.2.1", at=NOW):
        self.count += 1
        self.joining.captured(f"{self.count}-0", Capture(source, at, request).entry().data)

    def open(self, incident, call_id="c", trunk="t1", at=NOW + 0.1, tag="tag1", **more):
        data = {"call_id": call_id, "trunk": trunk, "from_tag": tag, **more}
        opened = Entry(incident, Kind.OPENED, at, data, f"sip:{incident}:opened", f"ch-{incident}")
        self.book.add([opened])
        self.joining.happened(opened)

    def told(self, incident):
        return [entry for entry in self.book.timeline(incident) if entry.kind is not Kind.OPENED]

    def latitudes(self, incident):
        return [entry.data["shape"]["lat"] for entry in self.told(incident) if entry.kind is Kind.EVIDENCE]


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path)


def place(lat=-6.2, call_id="c", **how):
    return sip(call_id, "Content-Type: application/pidf+xml", body=pidf(lat), **how)


def test_it_joins_whichever_comes_first(site):
    site.copy(place(-6.1))
    site.open("i1")
    site.copy(place(-6.2, to_tag="ours"))
    assert site.latitudes("i1") == [-6.1, -6.2]
    assert site.joining.done == ["1-0", "2-0"]
    assert {entry.channel_id for entry in site.told("i1")} == {"ch-i1"}


@pytest.mark.parametrize(
    "foreign", [{"source": "192.0.2.2"}, {"source": "192.0.2.9"}, {"tag": "other"}, {"call_id": "another"}]
)
def test_what_is_not_of_this_call_joins_it_neither_before_nor_after(site, foreign):
    request = place(call_id=foreign.get("call_id", "c"), from_tag=foreign.get("tag", "tag1"))
    site.copy(request, foreign.get("source", "192.0.2.1"))
    site.open("i1")
    site.copy(request, foreign.get("source", "192.0.2.1"))
    assert site.told("i1") == []


def test_two_calls_with_one_call_id_get_each_its_own(site):
    site.copy(place(-6.1))
    site.copy(place(-6.2, from_tag="tag2"))
    site.copy(place(-6.3), "192.0.2.2")
    site.open("i2", tag="tag2")
    site.open("i3", trunk="t2")
    site.open("i1")
    assert [site.latitudes(incident) for incident in ("i1", "i2", "i3")] == [[-6.1], [-6.2], [-6.3]]


def test_where_the_tag_is_unknown_the_first_request_before_the_call_has_it(site):
    site.copy(place(-6.1))
    site.copy(place(-6.2, from_tag="a stranger's"))
    site.open("i1", tag="")
    site.copy(place(-6.3, from_tag="a stranger's"))
    site.copy(place(-6.4, to_tag="ours"))
    assert site.latitudes("i1") == [-6.1, -6.4]


def test_where_the_tag_is_unknown_a_later_request_or_one_within_a_dialog_has_it_not(site):
    site.copy(place(-6.1, to_tag="somebody's"))
    site.copy(place(-6.2), at=NOW - 100)
    site.open("i1", tag="")
    site.copy(place(-6.3), at=NOW + 5)
    assert site.told("i1") == []


def test_whose_it_is_survives_a_restart(site):
    site.copy(place(-6.1))
    site.open("i1", tag="")
    opened = site.book.entries[0]
    site.begin()
    site.joining.happened(opened)
    site.copy(place(-6.2, from_tag="a stranger's"))
    site.copy(place(-6.3, to_tag="ours"))
    assert site.latitudes("i1") == [-6.1, -6.3]


def test_what_nobody_came_for_is_told_without_what_it_says_and_still_joins_late(site):
    site.copy(place(-6.1))
    site.joining.look(NOW + TOLD_AFTER_S - 1)
    assert site.told(GATEWAY) == []
    site.joining.look(NOW + TOLD_AFTER_S + 1)
    site.joining.look(NOW + TOLD_AFTER_S + 2)
    [told] = site.told(GATEWAY)
    assert (told.kind, told.data["original"]) == (Kind.EVIDENCE_REFUSED, "")
    assert "106.8" not in str(told.data)
    site.open("i1", at=NOW + 300)
    assert site.latitudes("i1") == [-6.1]


def test_after_a_while_a_request_is_let_go(site):
    site.copy(place(-6.1))
    site.joining.look(NOW + KEPT_S + 1)
    assert site.joining.done == ["1-0"]
    site.open("i1", at=NOW + KEPT_S + 2)
    assert site.told("i1") == []


def test_what_waits_is_bounded_in_bytes_and_the_oldest_goes_first(site, monkeypatch):
    size = len(place(-6.1))
    monkeypatch.setattr(joining, "MOST_BYTES", 3 * size)
    for number in range(5):
        site.copy(place(-6.1, call_id=str(number)))
    site.joining.look(NOW)
    assert site.joining.done == ["1-0", "2-0"]


def test_a_request_that_says_nothing_of_a_place_or_cannot_be_read_is_let_go_at_once(site):
    site.copy(sip("c"))
    site.copy(b"nothing")
    site.joining.captured("3-0", {"request": "?"})
    assert site.joining.done == ["1-0", "2-0", "3-0"]


def test_a_message_gets_what_its_request_says(site):
    site.copy(place(-6.1, call_id="m-1@x.invalid"))
    data = {"channel": "sip_message", "connector": "t1", "message": "sip_message:t1:m-1@x.invalid-7"}
    message = Entry("i1", Kind.MESSAGE, NOW + 0.2, data, "m", "thread")
    site.joining.happened(message)
    site.joining.happened(message)
    assert site.latitudes("i1") == [-6.1]


def test_references_are_told_each_with_its_state_and_fetched_where_they_may_be(site):
    site.open("i1")
    site.copy(sip("c", f"Geolocation: <{ALLOWED}>, <sip:a@x.invalid>"))
    assert {e.data["url"]: e.data["why"] for e in site.told("i1")} == {ALLOWED: "", "sip:a@x.invalid": "not allowed"}
    [(incident, url, is_over)] = site.fetcher.asked
    assert (incident, url, is_over()) == ("i1", ALLOWED, False)
    assert site.joining.done == []
    site.joining.happened(Entry("i1", Kind.ENDED, NOW, {}, "", "ch-i1"))
    assert is_over()


def test_the_telephone_is_known_to_be_the_callers_and_costs_nothing_while_the_store_is_away(site):
    site.open("i1")
    site.copy(
        sip("c", 'Contact: <sip:a@x>;+sip.instance="<urn:gsma:imei:35899900-000001-0>"', f"Geolocation: <{ALLOWED}>")
    )
    assert site.devices == [("358999000000010", "i1", NOW)]
    assert site.fetcher.asked


def test_a_cell_that_the_call_itself_told_is_told_once(site):
    header = "P-Access-Network-Info: 3GPP-E-UTRAN-FDD;utran-cell-id-3gpp=510101A2B2B8F2D1"
    site.copy(sip("other", header))
    site.open("other-call", "other")
    [first] = site.told("other-call")
    site.book.add([Entry("i1", first.kind, NOW, first.data, "sip:ch-i1:evidence:0", "ch-i1")])
    site.open("i1")
    site.copy(sip("c", header))
    assert len(site.told("i1")) == 1


def test_a_fault_in_one_request_costs_no_other(site):
    site.fetcher.ask = None
    site.open("i1")
    site.copy(sip("c", f"Geolocation: <{ALLOWED}>"))
    site.copy(place(-6.1))
    assert site.latitudes("i1") == [-6.1]
    assert site.joining.done == ["1-0", "2-0"]


RULES = SimpleNamespace(
    trunks={
        "exchange": Trunk("exchange", ("192.0.2.0/24", "2001:db8::1")),
        "partner": Trunk("partner", username="partner-user"),
        "odd": Trunk("odd", ("nonsense",)),
    }
)


@pytest.mark.parametrize(
    ("trunk", "source", "fits"),
    [
        ("exchange", "192.0.2.77", True),
        ("exchange", "2001:db8::1", True),
        ("exchange", "198.51.100.1", False),
        ("exchange", "nonsense", False),
        ("partner", "198.51.100.1", True),
        ("partner", "192.0.2.77", False),
        ("trial", "127.0.0.1", True),
        ("trial", "192.0.2.77", False),
        ("anonymous", "198.51.100.1", True),
        ("anonymous", "127.0.0.1", False),
        ("odd", "192.0.2.77", False),
    ],
)
def test_an_address_belongs_to_its_trunk(trunk, source, fits):
    settings = Settings({setting.name: setting.default for setting in SETTINGS})
    assert trunk_fits(settings, lambda: RULES)(trunk, source) is fits
