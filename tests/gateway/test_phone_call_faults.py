"""Faults of ours, hostile callers, and legs of calls handled elsewhere: every one of them reaches a person."""

import pytest
from answering import SETTINGS, Gateway
from test_intake import NOW

from gateway import tokens
from gateway.contact import pack
from gateway.incident.report import Nature, Report
from gateway.incident.timeline import Kind

OPERATORS = {"G112_QUEUE": "112", "G112_PRIO": "40", "G112_PRIORITY": "2"}


@pytest.fixture
def gateway():
    with Gateway() as running:
        yield running


# --- faults of ours -------------------------------------------------------------------


def test_a_missing_prompt_costs_the_caller_nothing_and_is_told_once(gateway):
    for _ in range(3):
        channel = gateway.call("2", missing_sounds=("g112/id/menu",))
        assert channel.variables["G112_QUEUE"] == "118"
    gateway.__exit__()
    assert gateway.alarms == [("Asterisk cannot play g112/id/menu: run `gateway112 sounds`", "")]


def test_a_call_that_cannot_be_opened_goes_to_the_operators(gateway):
    gateway.city.intake.open = None
    channel = gateway.call("3")
    assert channel.variables.items() >= OPERATORS.items()
    assert channel.sounds == []


def test_a_call_that_cannot_be_decided_goes_to_the_operators_with_what_the_caller_told(gateway):
    gateway.city.intake.hand_off = None
    channel = gateway.call("1", "2")
    told = {"G112_NEED": "violence", "G112_DISCREET_NEED": "other", "G112_SILENT": "1"}
    assert channel.variables.items() >= (OPERATORS | told).items()
    assert channel.variables["G112_INCIDENT"] == gateway.city.journal.entries[0].incident


def test_no_fault_of_ours_shows_a_caller_in_the_log(gateway, capfd):
    gateway.city.intake.hand_off = None
    gateway.call("3", header={"callerid": "+6281200000001", "calleridname": "Siti Aminah"})
    gateway.__exit__()
    logged = capfd.readouterr().err
    assert "could not be led" in logged
    assert "6281200000001" not in logged
    assert "Siti" not in logged


def test_a_script_that_we_do_not_have_sets_nothing(gateway):
    assert gateway.call("3", script="shell").commands == []
    assert len(gateway.alarms) == 1


# --- hostile callers ------------------------------------------------------------------


@pytest.mark.parametrize(
    "hostile",
    ["", "unknown", "anonymous", "9" * 300, "٠٨١٢٠٠٠٠٠٠٠١", "08x2", '"; SYSTEM', "${SHELL(id)}", "+", "%0A%0A", "\x00"],
)
def test_a_number_that_is_none_is_none_and_the_call_goes_on(gateway, hostile):
    channel = gateway.call("3", header={"callerid": hostile}, arguments=["trial", "", "", "", hostile])
    assert channel.variables["G112_QUEUE"] == "113"
    assert gateway.entry(Kind.OPENED)["number"] is None


def test_a_number_comes_from_the_argument_that_is_never_cut(gateway):
    header = "%3Csip:+6281200000009@192.0.2.1%3E"
    gateway.call("3", arguments=["trial", "", header, "", "081200000001"])
    assert gateway.entry(Kind.OPENED)["number"] == "+6281200000001"


def test_a_from_header_that_may_have_been_cut_is_no_number(gateway):
    gateway.call("3", arguments=["trial", "", "%3Csip:+6281200000009@192.0.2.1%3E"])
    assert gateway.entry(Kind.OPENED)["number"] is None


def test_a_name_with_quotes_and_newlines_is_one_plain_line_on_the_timeline(gateway):
    name = "%22Siti%22%0AX-Evil:%20%3Csip:x@y%3E%5C"
    gateway.call("3", arguments=["trial", "", name], header={"calleridname": 'Siti "\\"'})
    assert gateway.entry(Kind.OPENED)["as_given"] == "Siti X-Evil: sip:x@y"


def test_a_call_without_any_argument_is_a_call(gateway):
    assert gateway.call("3", arguments=()).variables["G112_QUEUE"] == "113"


# --- the leg of a call handled elsewhere ----------------------------------------------


def handed_off(gateway):
    contact = gateway.city.call()
    order = gateway.city.intake.hand_off(contact, Report(Nature.VIOLENCE, silent=True, language="en"), [], NOW)
    return order, tokens.make(SETTINGS, "handoff", pack(order), NOW + 60)


def test_a_leg_with_our_token_enters_the_queue_that_was_decided(gateway):
    order, token = handed_off(gateway)
    channel = gateway.call(script="resume", arguments=["twilio", order.incident, token])
    assert channel.answered
    told = {"G112_QUEUE": "110", "G112_SILENT": "1", "G112_LANGUAGE": "en"}
    assert channel.variables.items() >= (told | {"G112_INCIDENT": order.incident}).items()


def test_a_leg_whose_rule_is_gone_goes_to_the_operators(gateway):
    token = tokens.make(SETTINGS, "handoff", '["0123456789abcdef01234567","gone","fire",false,"id"]', NOW + 60)
    channel = gateway.call(script="resume", arguments=["twilio", "x", token])
    assert channel.answered
    assert channel.variables.items() >= OPERATORS.items()


@pytest.mark.parametrize("token", ["", "forged", "A" * 300, "é"])
def test_a_leg_with_a_token_that_is_not_ours_sets_nothing(gateway, token):
    assert gateway.call(script="resume", arguments=["twilio", "x", token]).commands == []
    assert len(gateway.alarms) == 1
