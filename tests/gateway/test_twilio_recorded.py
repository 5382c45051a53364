"""Requests in the form that Twilio's reference gives them, with invented numbers, and what is made of each."""

import json
from pathlib import Path
from typing import Any

import pytest

from gateway.incident.timeline import Kind
from tests.gateway_in_process import PUBLIC, GatewayInProcess
from tests.twiml import parse

RECORDED = Path(__file__).parent.parent / "recorded" / "twilio"


def situations(folder: str) -> list[Any]:
    files = sorted((RECORDED / folder).glob("*.json"))
    return [pytest.param(json.loads(file.read_text(encoding="utf-8")), id=file.stem) for file in files]


@pytest.fixture
def gateway(tmp_path):
    return GatewayInProcess(tmp_path)


def document(gateway, url, form):
    answer = gateway.twilio.post(url, form)
    assert answer.status == 200
    return parse(answer)


@pytest.mark.parametrize("recorded", situations("voice"))
def test_a_call_as_twilio_announces_it_is_kept_and_asked(gateway, recorded):
    verbs = document(gateway, f"{PUBLIC}/twilio/voice", recorded["form"])
    opened = gateway.journal.of_kind(Kind.OPENED)[0].data
    assert [verb.tag for verb in verbs] == recorded["verbs"]
    assert (opened["number"], opened["as_given"]) == (recorded["number"], recorded["as_given"])


@pytest.mark.parametrize("recorded", situations("key"))
def test_a_key_as_twilio_tells_of_it(gateway, recorded):
    question = document(gateway, f"{PUBLIC}/twilio/voice", recorded["form"])
    verbs = document(gateway, question[0].get("action"), recorded["form"])
    assert [verb.tag for verb in verbs] == recorded["verbs"]
    filed = [entry.data["steps"] for entry in gateway.journal.of_kind(Kind.FILED)]
    assert filed == ([recorded["steps"]] if recorded["steps"] else [])


@pytest.mark.parametrize("recorded", situations("dialled"))
def test_the_end_of_a_dialled_leg_as_twilio_tells_of_it(gateway, recorded):
    question = document(gateway, f"{PUBLIC}/twilio/voice", recorded["form"])
    dial = document(gateway, question[0].get("action"), recorded["form"] | {"Digits": "2"})
    after = document(gateway, dial[0].get("action"), recorded["form"])
    assert recorded["next"] in [element.tag for element in after.iter()]


@pytest.mark.parametrize("recorded", situations("status"))
def test_a_status_as_twilio_tells_of_it(gateway, recorded):
    assert gateway.twilio.post(f"{PUBLIC}/twilio/voice/status", recorded["form"]).status == 204
    ended = [entry.data for entry in gateway.journal.of_kind(Kind.ENDED)]
    assert ended == ([recorded["ended"]] if recorded["ended"] else [])
