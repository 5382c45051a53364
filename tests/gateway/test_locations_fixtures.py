"""Every location of tests/fixtures/locations is understood as the file beside it says, and survives being written."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.evidence import rfc3339
from gateway.evidence.pidf_document import ledger
from gateway.evidence.pidf_lo import parse
from gateway.incident.evidence import Evidence
from gateway.incident.shape_json import KINDS, as_dict, from_dict

FOLDER = Path(__file__).parents[1] / "fixtures" / "locations"
FILES = sorted(FOLDER.glob("*.xml"))
NOW = 1_772_339_000.0

UNSTATED = {"confidence": 95, "pdf": "", "provided_by": "", "civic": [], "label": "", "reference": ""}


def told(found):
    """A claim or refusal in the terms of the files."""
    if not isinstance(found, Evidence):
        return {"problem": f"{found.where}: {found.why}"}
    return {
        "shape": as_dict(found.shape),
        "observed_at": None if found.observed_at is None else rfc3339.written(found.observed_at),
        "civic": [list(element) for element in found.civic],
        **{name: getattr(found, name) for name in UNSTATED if name != "civic"},
        **{name: getattr(found, name) for name in ("method", "holder")},
    }


def expected(file):
    wanted = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
    return [one if "problem" in one else {**UNSTATED, **one} for one in wanted]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_location_is_understood(file):
    body = file.read_bytes()
    found = parse(body, NOW)
    for one, wanted in zip(map(told, found), expected(file), strict=True):
        if "problem" in wanted:
            assert wanted["problem"] in one["problem"]
        else:
            assert one == wanted
    assert all(one.original == body for one in found)
    assert all(one.received_at == NOW for one in found if isinstance(one, Evidence))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_is_understood_survives_a_timeline_and_a_ledger(file):
    claims = [one for one in parse(file.read_bytes(), NOW) if isinstance(one, Evidence)]
    assert [Evidence.from_dict(json.loads(json.dumps(claim.as_dict()))) for claim in claims] == claims
    if claims:
        again = parse(ledger(claims, "abc"), NOW)
        # A label may tell how it was read, or what moves: that is no part of the place. A tuple has to have a name.
        named = [
            replace(one, label="", holder=claim.holder and one.holder) for one, claim in zip(again, claims, strict=True)
        ]
        assert [told(one) for one in named] == [told(replace(claim, label="")) for claim in claims]


def test_every_file_has_its_other_half_and_every_shape_is_among_them():
    stems = {file.stem for file in FILES}
    assert stems == {file.stem for file in FOLDER.glob("*.json")}
    shapes = {one["shape"]["kind"] for file in FILES for one in expected(file) if "shape" in one}
    assert shapes == set(KINDS)
    assert all(from_dict(one["shape"]) for file in FILES for one in expected(file) if "shape" in one)


NUMBERS = [b"nan", b"1e308", b"1e-320", b"-0", b"90", b"-180", b"360", b"1e16", b"9" * 400, b""]
DAMAGE = [
    *NUMBERS,
    b"<",
    b">",
    b"/",
    b'"',
    b"\0",
    b"\xff\xfe",
    b"&#0;",
    b" ",
    b"<gml:pos>1 2</gml:pos>",
    b'srsName="a"',
]
edits = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 40), st.sampled_from(DAMAGE)), min_size=1, max_size=6)


@given(st.sampled_from(FILES), edits)
def test_a_damaged_document_is_told_or_refused_and_never_a_fault(file, edits):
    body = file.read_bytes()
    for share, length, damage in edits:
        start = int(share * len(body))
        body = body[:start] + damage + body[start + length :]
    found = parse(body, NOW)
    assert found
    for claim in (one for one in found if isinstance(one, Evidence)):
        assert Evidence.from_dict(json.loads(json.dumps(claim.as_dict(), allow_nan=False))) == claim
        assert parse(ledger([claim], "abc"), NOW)[0].shape == claim.shape
