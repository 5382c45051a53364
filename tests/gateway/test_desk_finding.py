"""What a search looks for, and who may find what. Pure."""

import time
from dataclasses import replace

import pytest

from gateway.desk.findable import LONGEST, findable
from gateway.desk.finding import standing
from gateway.desk.rights import may_find
from gateway.desk.shown import told
from gateway.desk.term import MOST_WORDS, Looks, read_term
from gateway.incident.evidence import Evidence
from gateway.incident.shape import Area
from gateway.incident.timeline import Entry, Kind
from gateway.rules import load
from gateway.settings import ROOT
from gateway.store.lines import Line
from gateway.store.waiting import Wait
from tests.live.pages_desk import answered, call, ended, written

BOOK = load(ROOT / "routing_rules.yaml")
NOW = time.time()


def known(entries, incident="m1"):
    return told(incident, [Line(str(at), (entry.at, at), entry) for at, entry in enumerate(entries)])


def fits(entries, term, incident="m1"):
    return findable(known(entries, incident), None, NOW).fits(read_term(term))


@pytest.mark.parametrize(
    "term",
    ["081200000001", "+6281200000001", "0812-0000-0001", "+62 812 0000 0001", "6281200000001", "0001", "00000001"],
)
def test_a_number_is_found_however_it_is_written_and_by_its_last_digits(term):
    assert read_term(term).looks is Looks.NUMBER
    assert fits(written(), term)


@pytest.mark.parametrize("term", ["081200000002", "0002", "1200000", "812000", "00000000001"])
def test_another_number_is_not_found(term):
    assert not fits(written(), term)


@pytest.mark.parametrize(
    "term", ["begal", "ADA BEGAL", "bega", "kejahatan", "crime", "begal kejahatan", "BÉGAL", "begal!?", "begal\0ada"]
)
def test_a_case_is_found_by_words_of_its_texts_and_its_nature_in_both_languages(term):
    assert fits(written(), term)


@pytest.mark.parametrize("term", ["egal", "begal kebakaran", "fire", ".*", "be.al", "%egal"])
def test_all_words_have_to_be_there_and_none_is_a_pattern(term):
    assert not fits(written(), term)


def test_a_case_is_found_by_its_name_and_its_beginning():
    name = "5f0c9a1e2b3d4c5f60718293"
    assert read_term("5f0c9a1e").looks is Looks.CASE
    assert fits(written(name), "5f0c9a1e", name)
    assert fits(written(name), name.upper(), name)
    assert not fits(written(name), "9a1e2b3d", name)


def test_a_case_is_found_by_what_its_place_is_called():
    place = Evidence("desk", Area("31.75.08.1001"), NOW, NOW, label="dekat warung Kanari")
    told_place = Entry("m1", Kind.EVIDENCE, NOW, place.as_dict())
    named = {"street": "Jalan Melati", "kelurahan": "Cipinang Melayu"}
    entries = written()
    entries = [replace(e, data={**e.data, "place": named}) if e.kind is Kind.FILED else e for e in entries]
    for term in ("kanari", "cipinang melayu", "melati"):
        assert fits([*entries, told_place], term)


@pytest.mark.parametrize(
    "term",
    [
        "", " ", "a", "ab", "12", "123", "🙂", "\0", "\u202e\u2066", "....", "(a+)+$", "' OR 1=1 --",
        "<script>alert(1)</script>", "x" * 10_000, "9" * 10_000, "kata " * 2000, "\ud800", "+" * 200, "٠٨١٢٠٠٠٠٠٠٠١",
    ],
)  # fmt: skip
def test_whatever_is_typed_is_read_and_bounded(term):
    found = read_term(term)
    assert len(found.wanted) <= MOST_WORDS
    assert all(len(each.word) <= 120 and each.word.isascii() for each in found.wanted)
    assert not fits(written(), term)


def test_of_a_flood_of_texts_a_case_keeps_a_bounded_number_of_words():
    flood = [replace(e, data={**e.data, "text": " ".join(f"kata{n}" for n in range(5000))}) for e in written()]
    assert len(findable(known(flood), None, NOW).words) <= LONGEST


def taken(desk, incident="m1"):
    data = {"medium": "message", "queue": desk.rpartition("-")[0], "desk": desk, "waited": 1.0}
    return Entry(incident, Kind.ACCEPTED, NOW, data)


@pytest.mark.parametrize(
    ("desk", "nature", "queue", "by", "inform", "finds"),
    [
        ("110-1", "crime", "110", "", (), True),
        ("110-1", "violence", "110", "110-2", (), True),
        ("112-1", "crime", "110", "110-2", (), False),
        ("112-1", "crime", "110", "110-2", ("112",), True),
        ("ppa-1", "violence", "110", "110-2", ("ppa",), True),
        ("118-1", "medical", "118", "118-1", (), True),
        # Which of two that wait, or that a colleague took, is not found would tell which one is violence.
        ("118-1", "medical", "118", "", (), False),
        ("118-1", "medical", "118", "118-2", (), False),
        ("118-1", "medical", "110", "110-1", ("118",), False),
        ("118-1", "violence", "118", "118-1", (), False),
        ("118-1", "violence", "118", "118-2", (), False),
        ("118-1", "violence", "110", "110-1", ("118",), False),
    ],
)
def test_who_may_find_a_case(desk, nature, queue, by, inform, finds):
    found = known([*written(nature=nature, queue=queue, inform=inform), *([taken(by)] if by else [])])
    agency = next(each for each in BOOK.agencies.values() if desk in {one.id for one in each.desks})
    assert may_find(agency, desk, found.incident, found.entries) is finds
    kept = findable(found, None, NOW)
    assert may_find(agency, desk, kept.incident, kept.entries) is finds, "the same by what the search keeps of it"


def test_how_a_case_stands():
    wait = Wait("m1", "110", "110", 3, NOW, NOW)
    assert standing(known(written()), [wait]).state == "waiting"
    assert standing(known(written()), [replace(wait, desk="110-2")]).desk == "110-2"
    assert standing(known(written()), []).state == "open"
    assert standing(known(call(), "c1"), []).queue == "110"
    assert standing(known([*call(), answered()], "c1"), []).state == "call"
    assert standing(known([*call(), answered(), ended()], "c1"), []).state == "ended"
    closed = Entry("m1", Kind.CLOSED, NOW, {"by": "desk:110-1", "outcome": "helped"})
    assert standing(known([*written(), closed]), []).state == "closed"
