"""A place that Asterisk read is none where the same request was read by the gateway, be it in vain."""

import pytest

from gateway.hand_off import evidence_of
from gateway.incident.evidence import Evidence
from gateway.incident.location import fuse
from gateway.incident.shape import Circle
from gateway.incident.summary import add_up
from gateway.incident.timeline import Entry, Kind
from gateway.locator.capture import Capture
from gateway.locator.reading import read
from gateway.locator.telling import Named, entries, mark
from tests.hep_copy import pidf, sip

NOW = 1_772_339_000.0
BY_ASTERISK = Evidence("pidf_lo_asterisk", Circle(-6.2475, 106.8910, 30.0), NOW)


@pytest.fixture
def told_by_asterisk():
    return [Entry("i1", Kind.EVIDENCE, NOW, BY_ASTERISK.as_dict(), "sip:1:evidence:0", "1")]


def read_of(document):
    reading = read(Capture("192.0.2.1", NOW, sip("c", "Content-Type: application/pidf+xml", body=document)), None)
    return entries(Named("i1", "1", "c", mark("tag1")), reading.found, NOW, {}, [])


@pytest.mark.parametrize(
    "document",
    [
        pidf().replace(b"EPSG::4326", b"EPSG::3857"),
        pidf().replace(b"?>", b'?><!DOCTYPE presence [<!ENTITY a "1">]>'),
        pidf().replace(b"-6.2 106.8", b"nowhere"),
    ],
)
def test_what_the_raw_reading_refused_is_no_place_by_asterisk_s_reading(told_by_asterisk, document):
    raw = read_of(document)
    assert [entry.kind for entry in raw] == [Kind.EVIDENCE_REFUSED]
    incident = add_up("i1", [*told_by_asterisk, *raw])
    assert fuse(evidence_of(incident), NOW).shape is None


def test_until_the_request_is_read_asterisk_s_reading_stands(told_by_asterisk):
    assert fuse(evidence_of(add_up("i1", told_by_asterisk)), NOW).shape == BY_ASTERISK.shape
    cell = Entry("i1", Kind.EVIDENCE_REFUSED, NOW, {"source": "network_cell", "where": "x", "why": "y"}, "k", "1")
    assert fuse(evidence_of(add_up("i1", [*told_by_asterisk, cell])), NOW).shape == BY_ASTERISK.shape
