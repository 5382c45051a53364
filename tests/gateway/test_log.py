"""Logs tell what the gateway does, and nothing of who called."""

import json
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.log import KEYS, MASK, configure, get_logger, scrub

CANARY_NUMBER = "+6281299999998"
CANARY_TEXT = "kanari-tolong-saya"


def fail(kind):
    raise kind(f"{CANARY_TEXT} {CANARY_NUMBER}")


@pytest.fixture
def lines(capsys):
    configure("debug")

    def read():
        return [json.loads(line) for line in capsys.readouterr().err.splitlines()]

    yield read
    configure()


def test_a_line_is_one_json_object_that_names_its_part(lines):
    get_logger("agi").info("call opened", incident="ab12", count=3)
    (line,) = lines()
    assert (line["log"], line["level"], line["event"], line["incident"], line["count"]) == (
        "agi", "info", "call opened", "ab12", 3,
    )  # fmt: skip
    assert line["at"].endswith("Z")


@pytest.mark.parametrize(
    "values",
    [
        {"number": CANARY_NUMBER},
        {"words": CANARY_TEXT},
        {"why": f"no such trunk for {CANARY_NUMBER}"},
        {"why": "0812 9999 9998"},
        {"why": "0812-9999-9998"},
        {"why": "(0812)9999.9998"},
        {"why": "٠٨١٢٩٩٩٩٩٩٩٨"},
        {"count": 6281299999998},
        {"channel_id": CANARY_NUMBER},
        {"incident": "081299999998"},
        {"incident": f"i {CANARY_NUMBER}"},
        {"steps": ["start", CANARY_NUMBER]},
        {"steps": {"x": CANARY_NUMBER}},
        {CANARY_NUMBER: "x"},
        {"where": f"line\n{CANARY_NUMBER}"},
    ],
)
def test_no_way_of_logging_lets_a_number_or_a_text_through(lines, values):
    get_logger("canary").error("something happened", **values)
    told = json.dumps(lines(), ensure_ascii=False)
    assert CANARY_TEXT not in told
    assert "9999" not in told
    assert "٩٩٩٩" not in told


def test_a_number_in_the_sentence_itself_is_masked(lines):
    get_logger("canary").error(f"call from {CANARY_NUMBER} failed")
    assert lines()[0]["event"] == f"call from +{MASK} failed"


def test_an_exception_is_told_by_its_kind_and_place_without_its_text(lines):
    try:
        fail(ValueError)
    except ValueError as fault:
        get_logger("canary").exception("it failed")
        get_logger("canary").error("it failed", fault=fault)
        get_logger("canary").exception("it failed", fault=fault)
    for line in lines():
        assert line["fault"] == "ValueError"
        assert "test_log.py:" in line["fault_at"]
        assert CANARY_TEXT not in json.dumps(line)
        assert "left_out" not in line


def test_a_fault_of_ours_is_told_with_the_place_in_our_code(lines):
    try:
        scrub(None)
    except TypeError:
        get_logger("canary").exception("it failed")
    assert lines()[0]["fault_at"].startswith("gateway/log.py:")


def test_other_packages_are_under_the_same_guards(lines):
    try:
        fail(RuntimeError)
    except RuntimeError:
        logging.getLogger("rq.worker").exception("job for %s", CANARY_NUMBER)
    (line,) = lines()
    assert (line["log"], line["event"], line["fault"]) == ("rq.worker", f"job for +{MASK}", "RuntimeError")


def test_a_line_that_cannot_be_formed_stops_nothing_and_tells_no_value(lines):
    ours = next(handler for handler in logging.getLogger().handlers if type(handler).__module__ == "gateway.log")
    ours.handle(logging.makeLogRecord({"name": "rq", "levelname": "ERROR", "msg": "%d", "args": (CANARY_TEXT,)}))
    (line,) = lines()
    assert "could not be written" in line["event"]
    assert CANARY_TEXT not in json.dumps(line)


def test_a_key_that_is_not_allowed_is_named_so_that_its_writer_notices(lines):
    get_logger("canary").info("hello", shelter="x")
    assert lines()[0]["left_out"] == ["shelter"]
    assert "shelter" not in KEYS


def test_our_own_identifiers_stay_readable(lines):
    get_logger("canary").info("hello", incident="0b9c1f22aa0034", channel_id="1763747000.123")
    line = lines()[0]
    assert (line["incident"], line["channel_id"]) == ("0b9c1f22aa0034", "1763747000.123")


@given(st.text(max_size=2000))
def test_a_scrubbed_text_is_short_and_has_no_long_row_of_digits(text):
    told = scrub(text)
    assert len(told) <= 300
    row = 0
    for letter in told:
        row = row + 1 if letter.isdecimal() else 0
        assert row < 5
