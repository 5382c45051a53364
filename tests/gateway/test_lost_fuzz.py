"""LoST asked anything at all: always a well-formed answer, one of those that the standard has, in bounded time."""

from __future__ import annotations

import time
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.gazetteer import gazetteer
from gateway.lost.server import Lost
from tests.gateway.test_lost import BOOK, LOST, NOW, SHAPES, civic, geodetic, query, service
from tests.gateway_in_process import made_up_settings

KNOWN = {
    f"{LOST}{name}"
    for name in (
        "errors", "findServiceResponse", "listServicesResponse", "listServicesByLocationResponse",
        "getServiceBoundaryResponse",
    )
}  # fmt: skip
WHOLE = [
    query(geodetic() + service("sos.fire"), attributes='serviceBoundary="value"'),
    query(civic(country="ID", A1="DKI Jakarta", A3="Koja", RD="Jalan Contoh"), attributes='validateLocation="true"'),
    query(geodetic(shape=SHAPES["arc band"]) + service("sos"), "listServicesByLocation"),
    query("", "getServiceBoundary", 'key="31-0"'),
]
FUZZ = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def lost(tmp_path_factory):
    return Lost(made_up_settings(tmp_path_factory.mktemp("fuzz")), lambda: BOOK, gazetteer(), lambda: NOW)


def answered(lost: Lost, document: bytes) -> ElementTree.Element:
    began = time.monotonic()
    root = ElementTree.fromstring(lost.answer(document))
    assert root.tag in KNOWN
    assert "internalError" not in (root[0].tag if len(root) else "")
    assert time.monotonic() - began < 5
    return root


@FUZZ
@given(st.binary(max_size=2000))
def test_bytes(lost, document):
    answered(lost, document)


@FUZZ
@given(st.sampled_from(WHOLE), st.integers(0, 2000), st.integers(0, 60), st.binary(max_size=60))
def test_queries_in_which_something_is_replaced(lost, whole, start, length, other):
    answered(lost, whole[:start] + other + whole[start + length :])


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="<&>\"'"), max_size=80)


@FUZZ
@given(st.dictionaries(st.sampled_from([f"A{n}" for n in range(1, 7)] + ["country", "RD", "PC", "NAM"]), WORDS), WORDS)
def test_addresses_and_services_of_any_words(lost, elements, name):
    answered(lost, query(civic(**elements) + service(name), attributes='validateLocation="true"'))


@FUZZ
@given(st.sampled_from([*SHAPES.values()]), st.floats(), st.floats(), st.floats().map(str))
def test_positions_of_any_numbers(lost, shape, lat, lon, length):
    text = shape.replace(">200<", f">{length}<").replace(">80<", f">{length}<").replace(">400<", f">{length}<")
    answered(lost, query(geodetic(f"{lat} {lon}", shape=text) + service("sos.police")))
