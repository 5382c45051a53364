from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.channels import twilio
from gateway.channels.twilio import Speech
from gateway.channels.twilio_target import Target, targets
from gateway.settings import SettingsRefused
from tests.gateway_in_process import OPERATORS, made_up_settings
from tests.twilio_network import Answer
from tests.twiml import parse, read_leg

SIP = Target(sip="sip.gateway.test")
HEADERS = {"X-Incident-ID": "0123456789abcdef01234567", "X-Handoff": "A" * 200, "X-Location": "Kelurahan Ancol"}


def read(document: str) -> ElementTree.Element:
    return parse(Answer(200, "text/xml", document.encode()))


def leg_of(document: str):
    return read_leg(read(document)[0])


def test_a_question_takes_any_one_key_and_tells_of_none():
    gather, after = read(twilio.ask(Speech("id", "Bisa bicara?"), 4.0, "https://gateway.test/key?at=x"))
    assert (gather.get("numDigits"), gather.get("finishOnKey"), gather.get("actionOnEmptyResult")) == ("1", "", "true")
    assert (after.tag, after.text) == ("Redirect", gather.get("action"))


@pytest.mark.parametrize(("wait", "timeout"), [(4.0, "4"), (4.2, "5"), (6, "6")])
def test_a_caller_never_has_less_time_than_the_table_says(wait, timeout):
    assert read(twilio.ask(Speech("id", "x"), wait, "/key"))[0].get("timeout") == timeout


def test_a_hand_off_may_last_as_long_as_twilio_allows():
    assert read(twilio.dial(SIP, HEADERS, "/dialled"))[0].get("timeLimit") == "86400"


def test_headers_arrive_as_they_were_put_in():
    hostile = {"X-Location": 'a "b" <c> & d=e?\r\nX-Evil: 1 % é 🚨'}
    assert leg_of(twilio.dial(SIP, hostile, "/dialled")).headers == hostile


@given(place=st.text(max_size=2000))
def test_a_place_of_any_length_and_letters_never_spoils_the_hand_off(place):
    headers = leg_of(twilio.dial(SIP, HEADERS | {"X-Location": place}, "/dialled")).headers
    assert {name: headers[name] for name in ("X-Incident-ID", "X-Handoff")} == {
        name: HEADERS[name] for name in ("X-Incident-ID", "X-Handoff")
    }
    assert place.startswith(headers.get("X-Location", ""))


@pytest.mark.parametrize("letter", ["a", "é", "🚨", " "])
def test_a_place_too_long_for_twilio_is_cut_between_letters(letter):
    place = leg_of(twilio.dial(SIP, HEADERS | {"X-Location": letter * 2000}, "/dialled")).headers["X-Location"]
    assert 0 < len(place) < 2000
    assert set(place) == {letter}


def test_the_last_resort_names_no_incident_and_asks_nobody(tmp_path):
    settings = made_up_settings(tmp_path, twilio_sip_target="one.gateway.test,two.gateway.test")
    *dials, _, again = read(twilio.last_resort(settings, "voice.xml"))
    legs = [read_leg(dial) for dial in dials]
    assert [leg.to for leg in legs] == ["sip:112@one.gateway.test", "sip:112@two.gateway.test", OPERATORS]
    assert all(leg.headers == {} for leg in legs)
    assert all(dial.get("action") is None for dial in dials)
    assert (again.tag, again.text) == ("Redirect", "voice.xml")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("twilio_sip_target", "gateway test"),
        ("twilio_sip_target", "host?X-Evil=1"),
        ("twilio_sip_target", "112@host"),
        ("twilio_sip_target", "one.test,,two.test"),
        ("twilio_operators_number", "112"),
        ("twilio_operators_number", "021 0000 0001"),
        ("twilio_operators_number", "+62<x>"),
    ],
)
def test_a_target_that_cannot_be_dialled_is_refused_with_its_setting(tmp_path, name, value):
    with pytest.raises(SettingsRefused, match=name):
        targets(made_up_settings(tmp_path, **{name: value}))


@pytest.mark.parametrize("target", ["sip.test", "sip.test:5061;transport=tls", "192.0.2.1:5060", "[2001:db8::1]:5060"])
def test_hosts_addresses_ports_and_transports_can_be_dialled(tmp_path, target):
    (first, *_) = targets(made_up_settings(tmp_path, twilio_sip_target=target))
    assert leg_of(twilio.dial(first, {}, "/dialled")).to == f"sip:112@{target}"


def test_without_a_sip_target_asterisk_is_reached_where_trunks_reach_it(tmp_path):
    settings = made_up_settings(tmp_path, twilio_sip_target="", sip_address="192.0.2.7", sip_port=5070)
    assert targets(settings)[0] == Target(sip="192.0.2.7:5070")


def test_a_fallback_document_replaces_the_old_one_whole(tmp_path):
    settings = made_up_settings(tmp_path)
    file = twilio.write_fallback(settings)
    first = file.read_text()
    twilio.write_fallback(made_up_settings(tmp_path, twilio_sip_target="other.test"))
    assert "sip.gateway.test" in first
    assert "sip:112@other.test" in file.read_text()
    assert [path.name for path in file.parent.iterdir()] == ["voice.xml"]


def test_a_malformed_setting_leaves_the_fallback_document_as_it_was(tmp_path):
    file = twilio.write_fallback(made_up_settings(tmp_path))
    before = file.read_text()
    with pytest.raises(SettingsRefused):
        twilio.write_fallback(made_up_settings(tmp_path, twilio_sip_target="?"))
    assert file.read_text() == before


def test_half_a_letter_in_a_place_spoils_nothing():
    assert leg_of(twilio.dial(SIP, {"X-Location": "Ancol \ud800"}, "/dialled")).headers == {"X-Location": "Ancol ?"}
