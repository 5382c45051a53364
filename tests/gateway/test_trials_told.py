"""What a trial call has its network and its telephone tell, before anything is sent."""

from __future__ import annotations

import argparse
import contextlib
import time
from pathlib import Path

import pytest

from gateway import settings as table
from gateway.evidence import aml, aml_form, pidf_lo
from gateway.gazetteer.typed import take_positions
from gateway.incident import service_urn
from gateway.incident.errors import Refused
from gateway.incident.evidence import Evidence
from gateway.incident.shape import Circle, Point
from gateway.incident.timeline import Entry, Kind
from gateway.trials import late, told, whereabouts
from tests.ports import free_port


def read(*words: str) -> told.Told:
    parser = argparse.ArgumentParser()
    told.add_arguments(parser)
    take_positions(parser)
    return told.read(parser.parse_args(words))


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("-6.2475,106.8915", Point(-6.2475, 106.8915)),
        ("-6.2475, 106.8915 ,30", Circle(-6.2475, 106.8915, 30.0)),
        ("-6.2475,106.8915,0", Point(-6.2475, 106.8915)),
    ],
)
def test_a_place_is_told_as_it_was_given_and_no_more(text: str, shape: object) -> None:
    network = read("--place", text)
    [(kind, name, document)] = network.parts
    assert kind == "application/pidf+xml"
    assert network.headers[0] == f"Geolocation: <cid:{name}>"
    [claim] = pidf_lo.parse(document, time.time())
    assert isinstance(claim, Evidence)
    assert (claim.shape, claim.method, claim.civic, claim.provided_by) == (shape, "", (), "")


@pytest.mark.parametrize("text", ["", "x", "-6.2", "-6.2,106.8,", "-6.2,106.8,1,2", "-6.2,106.8,-1", "-6.2,106.8,nan"])
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="LAT,LON"):
        told.place_of(text, "--place")


@pytest.mark.parametrize("name", ["sos.fire", "urn:service:sos.fire", "SOS.fire"])
def test_a_service_is_called_by_its_urn(name: str) -> None:
    assert read("--service", name).dialled == "urn:service:sos.fire"


@pytest.mark.parametrize(("name", "is_test"), [("test.sos", True), ("urn:service:test.sos.fire", True), ("sos", False)])
def test_a_test_of_the_line_is_known_from_an_emergency(name: str, is_test: bool) -> None:
    assert read("--service", name).is_test is is_test
    assert not service_urn.is_test("test.sosial")


def test_without_anything_told_112_is_called_by_a_plain_telephone() -> None:
    network = read()
    assert network.is_nothing
    assert network.dialled == "112"
    assert not network.tells_place


@pytest.mark.parametrize("place", [Circle(-6.2475, 106.8915, 12.0), Point(-6.2475, 106.8915)])
def test_the_telephones_message_is_aml_by_either_way(place: Circle | Point) -> None:
    text = late._text(place)
    assert f";ml={len(text)}" in text
    body = aml_form.signed(late._form(place, "+628120000001"), "a key")
    assert aml_form.is_genuine(body, ["a key"])
    assert not aml_form.is_genuine(body, ["another"])
    for message in (text.encode(), body):
        [claim] = aml.read_any(message, time.time()) or []
        assert isinstance(claim, Evidence)
        assert (claim.shape, claim.method) == (place, ""), "how it was found is not made up"


def test_a_late_place_that_nobody_takes_is_refused_with_advice(tmp_path: Path) -> None:
    ports = {f"GATEWAY112_{name}_PORT": str(free_port()) for name in ("WEB", "TRIAL_SMSC")}
    settings = table.read({"GATEWAY112_STATE": str(tmp_path), "GATEWAY112_AML_SEED": "a seed", **ports})
    with contextlib.ExitStack() as stack, pytest.raises(Refused, match="is `make run` running"):
        late.Late(settings, "+628120000001", Point(-6.2, 106.8), stack).send()


@pytest.mark.parametrize(
    ("observed_at", "end"),
    [(None, "of no stated time"), (999_990.0, "within 30 m"), (999_850.0, "2 minutes old"), (500_000.0, "6 days old")],
)
def test_a_claim_is_told_with_its_age(tmp_path: Path, observed_at: float | None, end: str) -> None:
    claim = Evidence("pidf_lo", Circle(-6.2475, 106.8915, 30.0), 1_000_000.0, observed_at)
    entry = Entry("i1", Kind.EVIDENCE, 1_000_000.0, claim.as_dict())
    words = whereabouts.claim_words(table.read({"GATEWAY112_STATE": str(tmp_path)}), entry)
    assert words.startswith("pidf_lo claims: about Kec. Makasar, Jakarta Timur; -6.24750 106.89150; within 30 m")
    assert words.endswith(end)


def test_a_claim_that_cannot_be_read_is_no_place(tmp_path: Path) -> None:
    settings = table.read({"GATEWAY112_STATE": str(tmp_path)})
    for data in ({}, {"source": "pidf_lo"}, {"source": 1, "shape": None}):
        assert whereabouts.claim_words(settings, Entry("i1", Kind.EVIDENCE, 0.0, data)) == "a claim that cannot be read"
