"""All sources together: asked in order, none of them stops the call."""

import json

import pytest

from gateway.contact import IncomingCall
from gateway.evidence import Sources
from gateway.evidence.network_cell import FILE as CELLS
from gateway.evidence.registered_number import FILE as REGISTERED
from gateway.evidence.registered_number import Registry
from gateway.evidence.table import replace
from gateway.incident.errors import EvidenceRefused
from gateway.incident.location import Evidence, fuse
from gateway.incident.report import Caller
from gateway.incident.shape import Area, Circle
from gateway.incident.shape_json import as_dict
from gateway.rules.rulebook import Trunk
from gateway.settings import read, write_missing_secrets

NOW = 1_750_000_000.0
NUMBER = "+62210000001"
HEADER = "3GPP-GERAN;cgi-3gpp=51001006400C8"


class Book:
    """The part of the rules that the sources read."""

    trunks = {"contoh": Trunk("contoh", area="31.75", area_name="Jakarta Timur"), "plain": Trunk("plain")}  # noqa: RUF012 - never written


def call(number=NUMBER, trunk="contoh", network_info=HEADER):
    return IncomingCall("sip", "1.1", Caller(number, trunk), NOW, network_info=network_info)


@pytest.fixture
def settings(tmp_path):
    write_missing_secrets(tmp_path)
    settings = read({"GATEWAY112_STATE": str(tmp_path)})
    replace(tmp_path / CELLS, [("GERAN/510/01/64/c8", json.dumps([-6.25, 106.89, 1500.0, 95.0]))])
    content = {"label": "Gedung Contoh", "address": "Jl. Contoh", "shape": as_dict(Circle(-6.2476, 106.891, 40.0))}
    Registry(settings).write({NUMBER: content})
    return settings


@pytest.fixture
def sources(settings):
    return Sources(settings, Book)


def test_every_source_is_asked_in_order(sources):
    found = sources.gather(call())
    assert [claim.source for claim in found] == ["network_cell", "registered_number", "trunk_area"]
    assert all(isinstance(claim, Evidence) for claim in found)
    location = fuse(found, NOW, names=sources.names)
    assert (location.source, location.doubts) == ("registered_number", ())


def test_a_call_that_says_nothing_gives_nothing(sources):
    assert sources.gather(call(None, "plain", "")) == []
    assert sources.gather(call(None, "unheard of", "")) == []


def test_the_area_of_the_trunk_is_an_area(sources):
    [claim] = sources.gather(call(None, "contoh", ""))
    assert claim.shape == Area("31.75", "Jakarta Timur")
    assert claim.confidence < 95


@pytest.mark.parametrize("file", [CELLS, REGISTERED])
def test_a_damaged_table_costs_only_its_own_claim(settings, sources, file):
    (settings.state / file).write_bytes(b"damaged" * 1000)
    found = sources.gather(call())
    assert sum(isinstance(claim, EvidenceRefused) for claim in found) == 1
    assert sum(isinstance(claim, Evidence) for claim in found) == 2


@pytest.mark.parametrize("file", [CELLS, REGISTERED])
def test_a_table_that_is_something_else_altogether_costs_only_its_own_claim(settings, sources, file):
    (settings.state / file).unlink()
    (settings.state / file).mkdir()
    found = sources.gather(call())
    assert sum(isinstance(claim, Evidence) for claim in found) == 2


def test_rules_that_fail_cost_only_the_trunk_s_claim(settings):
    def broken():
        raise RuntimeError(NUMBER)

    found = Sources(settings, broken).gather(call())
    assert [claim.source for claim in found] == ["network_cell", "registered_number", "trunk_area"]
    assert isinstance(found[-1], EvidenceRefused)
    assert NUMBER not in str(found[-1])


def test_a_missing_key_leaves_registered_numbers_out_and_the_rest_in(settings):
    keyless = read({"GATEWAY112_STATE": str(settings.state), "GATEWAY112_REGISTRY_KEY": ""})
    assert [claim.source for claim in Sources(keyless, Book).gather(call())] == [
        "network_cell",
        "trunk_area",
    ]


def test_a_fault_s_log_line_holds_no_number_and_no_place(settings, sources, capfd):
    (settings.state / CELLS).unlink()
    (settings.state / CELLS).mkdir()
    sources.gather(call())
    assert NUMBER not in capfd.readouterr().err


HOSTILE = ["\x00", '"; DROP TABLE entries;--', "\ud800", "é" * 3000, "|" * 3000, "<" * 3000, "%00%ff", "\r\n\r\n"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_anywhere_never_raises_and_never_becomes_a_place(sources, text):
    found = sources.gather(call(text, text, text))
    assert all(isinstance(claim, EvidenceRefused) for claim in found)
    for claim in found:
        json.dumps(claim.as_dict())
