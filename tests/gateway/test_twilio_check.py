from dataclasses import replace

import pytest

from gateway.channels.twilio import write_fallback
from gateway.check.twilio import problems
from gateway.rules.rulebook import Trunk
from gateway.settings import SettingsRefused
from tests.gateway_in_process import RULEBOOK, made_up_settings

BOOK = replace(RULEBOOK, trunks={"twilio": Trunk("twilio", ("203.0.113.0/30",), twilio=True)})


def told(settings, book=BOOK):
    return [problem.partition(":")[0] for problem in problems(settings, book)]


def test_a_twilio_that_is_set_up_has_no_problems(tmp_path):
    settings = made_up_settings(tmp_path)
    write_fallback(settings)
    assert told(settings) == []


def test_a_target_that_is_this_machine_itself_is_told(tmp_path):
    settings = made_up_settings(tmp_path, twilio_sip_target="", sip_port=5070)
    write_fallback(settings)
    assert told(settings) == ["Twilio is on, and would call 127.0.0.1"]


def test_rules_without_a_trunk_for_twilio_are_told(tmp_path):
    settings = made_up_settings(tmp_path)
    write_fallback(settings)
    assert told(settings, replace(BOOK, trunks={})) == ["Twilio is on, and no trunk in the rules has `twilio"]
    assert told(settings, None) == []


def test_a_fallback_document_of_other_settings_or_none_is_told(tmp_path):
    write_fallback(made_up_settings(tmp_path, twilio_sip_target="old.gateway.test"))
    words = ["Twilio's fallback document does not follow from the settings"]
    assert told(made_up_settings(tmp_path)) == words
    assert told(made_up_settings(tmp_path / "elsewhere")) == words


def test_a_target_that_is_none_is_refused(tmp_path):
    with pytest.raises(SettingsRefused):
        told(made_up_settings(tmp_path, twilio_sip_target="?"))
