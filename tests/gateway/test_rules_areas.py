"""Areas in the rules: conditions on where a place certainly lies, and the cities around."""

import pytest

from gateway.incident.report import Nature, Report
from gateway.proposals import in_words
from gateway.rules import load
from gateway.settings import ROOT
from tests.gateway.test_rules import GOOD, faults_of, write

AREA = ("    when: {}\n", "    when: {area: [31.75, 31.71.01]}\n")
EAST = """\
  - name: east
    when: {area: [31.75, 31.71.01]}
    queue: 110
    priority: 3
    wait_at_most: 60
    proof: {nature: fire, area: 31.75.08}
  - name: rest
"""


def line_of(text, word):
    return text.split(word)[0].count("\n") + 1


def with_rule(text=EAST):
    return GOOD.replace("  - name: rest\n", text)


def test_a_rule_for_areas_takes_what_certainly_lies_in_one_of_them(tmp_path):
    rules = load(write(tmp_path, with_rule())).rules
    chosen = {
        area: rules.choose(Report(Nature.FIRE, area=area)).name for area in ("31.75.08.1001", "31.71.01", "31.71", "")
    }
    assert chosen == {"31.75.08.1001": "east", "31.71.01": "east", "31.71": "rest", "": "rest"}


def test_violence_keeps_its_own_priority_in_every_area(tmp_path):
    """A rule for an area above that of violence would take it: nobody could see it in a report without a place."""
    text = GOOD.replace("rules:\n", "rules:\n" + EAST.removesuffix("  - name: rest\n"))
    file = write(tmp_path, text)
    with pytest.raises(Exception, match=r"rule 'east' gives violence priority 3: 1 is for violence"):
        load(file)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("area: [31.75, 31.71.01]", "area: [31.99]"), "'area' has '31.99', which the gazetteer does not know"),
        (("area: [31.75, 31.71.01]", "area: [East]"), "'area' cannot be 'East': an official code such as 31 or 31.75"),
        (("area: [31.75, 31.71.01]", "area: [31.75, 31.75]"), "'area' names '31.75' twice"),
        (("area: [31.75, 31.71.01]", "area: {a: 31}"), "'area' must be text"),
        ((", area: 31.75.08}", "}"), "the proof of rule 'east' does not fit the rule itself"),
        ((", area: 31.75.08}", ", area: 31.71}"), "the proof of rule 'east' does not fit the rule itself"),
        ((", area: 31.75.08}", ", area: x}"), "'area' cannot be 'x'"),
        (("area: [31.75, 31.71.01]", "areas: [31.75]"), "has no field 'areas': did you mean 'area'?"),
    ],
)
def test_a_faulty_area_is_refused_with_its_line(tmp_path, change, why):
    text = with_rule().replace(*change)
    faults = faults_of(tmp_path, ("  - name: rest\n", EAST), change)
    where, reason = faults[0]
    assert why in reason
    name = "name: east" if "the proof of rule" in why else change[1]
    assert where.endswith(f":{line_of(text, name)}")


NEIGHBOURS = """\
neighbours:
  32.75: {say: "+62 21 0000 0001"}
  36.71: {trunk: partner, number: "112"}
  36.74: {}
  18.71: {name: Kota Contoh}
"""


def test_neighbours_have_names_and_a_way_or_none(tmp_path):
    found = load(write(tmp_path, GOOD + NEIGHBOURS)).neighbours
    told = {code: (one.name, one.trunk, one.number, one.say) for code, one in found.items()}
    assert told == {
        "32.75": ("Kota Bekasi", None, None, "+62 21 0000 0001"),
        "36.71": ("Kota Tangerang", "partner", "112", ""),
        "36.74": ("Kota Tangerang Selatan", None, None, ""),
        "18.71": ("Kota Contoh", None, None, ""),
    }


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("31.75: {say: x}", "31.75 lies in DKI Jakarta, which this gateway serves: it is no neighbour"),
        ("18.71: {say: x}", "the gazetteer does not know 18.71: give it a 'name'"),
        ("Bekasi: {say: x}", "'Bekasi' cannot be a name here: an official code"),
        ("32.75: {trunk: partner}", "'trunk' and 'number' belong together"),
        ('32.75: {number: "112"}', "'trunk' and 'number' belong together"),
        ('32.75: {trunk: nobody, number: "112"}', "'trunk' names 'nobody', which is no trunk here"),
        ('32.75: {trunk: partner, number: "112", say: x}', "over a 'trunk', or as 'say' says: give one"),
        ('32.75: {trunk: partner, number: "a"}', "'number' cannot be 'a'"),
        ('32.75: {say: "<b>"}', "'say' cannot be"),
        ("32.75: {phone: x}", "has no field 'phone'"),
        ("32.75: yes", "must be a mapping"),
    ],
)
def test_a_faulty_neighbour_is_refused_with_its_line(tmp_path, line, why):
    faults = faults_of(tmp_path, ("trunks:\n", f"neighbours:\n  {line}\ntrunks:\n"))
    where, reason = faults[0]
    assert why in reason
    text = GOOD.replace("trunks:\n", f"neighbours:\n  {line}\ntrunks:\n")
    assert where.endswith(f":{line_of(text, line)}")


def test_as_shipped_nothing_is_said_of_neighbours_that_is_not_certain():
    book = load(ROOT / "routing_rules.yaml")
    assert not any(one.trunk or one.number or one.say for one in book.neighbours.values())
    assert not any(rule.when.areas for rule in book.rules.rules)


# in words


@pytest.mark.parametrize(
    ("proposal", "told"),
    [
        ({"what": "reroute", "to": "110"}, "pindahkan ke 110"),
        (
            {"what": "neighbour", "to": "32.75", "name": "Kota Bekasi", "say": "021 x"},
            "112 Kota Bekasi (021 x); jangan",
        ),
        (
            {"what": "neighbour", "to": "32.75", "name": "Kota Bekasi", "trunk": "bks", "number": "112"},
            "(112 lewat trunk bks)",
        ),
        ({"what": "neighbour", "to": "32.75", "name": "Kota Bekasi"}, "belum diisi"),
        ({"what": "neighbour", "to": "", "name": ""}, "kota tetangga tidak diketahui"),
        ({"what": "of a later version", "to": "x"}, "of a later version: x"),
        ({}, ""),
    ],
)
def test_a_proposal_is_told_in_words(proposal, told):
    assert told in in_words(proposal, "id")
    assert in_words(proposal, "en")


def test_no_word_tells_a_caller_to_redial():
    assert "jangan minta penelepon menelepon ulang" in in_words({"what": "neighbour", "name": "Kota Depok"}, "id")
    assert "do not ask the caller to redial" in in_words({"what": "neighbour", "name": "Kota Depok"}, "en")
