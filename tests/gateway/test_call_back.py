"""What the channels of calls back are called, and what is read of that."""

import pytest

from gateway.channels.call_back import called_back, is_call_back, is_outward, named


@pytest.mark.parametrize("contact", ["1750000000.12", "sip-a1b2", "CA0123-4"])
@pytest.mark.parametrize("end", ["", ";1", ";2"])
def test_a_call_back_names_the_contact_it_is_for(contact, end):
    channel_id = named(contact, 2) + end
    assert is_call_back(channel_id)
    assert called_back(channel_id) == contact


def test_a_desks_call_back_is_for_no_contact_of_that_name():
    channel_id = named("110-2", "c0ffee")
    assert is_call_back(channel_id)
    assert called_back(channel_id) == ""


@pytest.mark.parametrize("channel_id", ["1750000000.12", "", "sip-callback-1-1"])
def test_a_callers_call_is_no_call_back(channel_id):
    assert not is_call_back(channel_id)
    assert called_back(channel_id) == ""


def test_of_a_call_backs_two_ends_one_leads_to_the_caller():
    assert is_outward("Local/s@g112-callback-00000001;1")
    assert not is_outward("Local/s@g112-callback-00000001;2")
    assert not is_outward("PJSIP/trial-00000001")
