"""By which channel an SMS goes to a caller who never wrote one."""

import pytest

from gateway.channels.kannel_conf import lines_file
from gateway.messages.chosen import chosen_way
from gateway.messages.thread import Way
from tests.gateway_in_process import made_up_settings

NUMBER = "+6281200000001"
OFF = {"kannel": False, "twilio_account_sid": "", "sms_number": ""}
TWILIO = {"twilio_account_sid": "AC" + "0" * 32, "sms_number": "+622100000112"}


@pytest.mark.parametrize(
    ("values", "way"),
    [
        (OFF, None),
        (OFF | TWILIO, Way("twilio", "+622100000112", NUMBER)),
        (OFF | TWILIO | {"kannel": True, "trial_smsc": True}, Way("twilio", "+622100000112", NUMBER)),
        (OFF | {"kannel": True, "trial_smsc": True}, None),
        (OFF | {"kannel": True, "trial_smsc": True, "sms_channel": "kannel"}, Way("kannel", "trial", NUMBER)),
        (OFF | TWILIO | {"sms_channel": "kannel"}, None),
        (OFF | TWILIO | {"sms_channel": "pigeon"}, None),
    ],
)
def test_the_channel_set_or_the_first_that_reaches_callers_is_taken(tmp_path, values, way):
    assert chosen_way(made_up_settings(tmp_path, **values), NUMBER) == way


def test_the_operators_line_is_taken_before_the_trial_one(tmp_path):
    settings = made_up_settings(tmp_path, **OFF | {"kannel": True, "trial_smsc": True})
    lines = lines_file(settings)
    lines.parent.mkdir(parents=True)
    lines.write_text("group = smsc\nsmsc = smpp\nsmsc-id = operator\n", encoding="utf-8")
    assert chosen_way(settings, NUMBER) == Way("kannel", "operator", NUMBER)
