"""Alarms as desks and boards read them."""

import ast

import pytest

from gateway.desk.alarm_words import SENTENCES, in_language
from gateway.desk.happened import happening
from gateway.incident.timeline import Entry, Kind
from gateway.rules import load
from gateway.settings import ROOT

AGENCY = load(ROOT / "routing_rules.yaml").agencies["112"]


@pytest.mark.parametrize(
    ("what", "told"),
    [
        (
            "call_back to a caller who hung up: no desk took the call back",
            "telepon balik ke penelepon yang menutup telepon: tidak ada meja yang mengambil telepon balik",
        ),
        ("no reply leaves by kannel: it is off: {0}", "tidak ada balasan yang keluar lewat kannel: it is off: {0}"),
        ("a reply is uncertain: 504", "balasan TIDAK PASTI: mungkin tidak sampai, tidak diulang: 504"),
    ],
)
def test_an_alarm_is_told_in_indonesian(what, told):
    assert in_language(what, "id") == (told, "id")
    assert in_language(what, "en") == (what, "en")
    entry = Entry("i", Kind.ALARM, 1.0, {"what": what})
    assert happening("1", entry, AGENCY, "id").text == f"ALARM: {told}"
    assert happening("1", entry, AGENCY, "en").text == f"ALARM: {what}"


def test_what_nobody_put_into_indonesian_is_told_as_it_is():
    assert in_language("something new is wrong", "id") == ("something new is wrong", "en")


def _texts(path):
    """The sentences of a file, their gaps as in SENTENCES."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)


def test_each_sentence_is_one_that_the_gateway_says():
    """One that was worded anew would stay English, seen by nobody."""
    said = {text for path in (ROOT / "gateway").rglob("*.py") if path.name != "alarm_words.py" for text in _texts(path)}
    assert [each for each in SENTENCES if not any(text.startswith(each) for text in said)] == []
