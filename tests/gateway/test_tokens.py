import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway import settings as settings_table
from gateway import tokens

NOW = 1_750_000_000.0


@pytest.fixture(scope="module")
def settings():
    return settings_table.read({"GATEWAY112_SIGNING_KEY": "a key for tests", "GATEWAY112_STATE": "no-such-folder"})


@given(text=st.text())
def test_a_token_says_what_was_put_in(settings, text):
    assert tokens.read(settings, "location", tokens.make(settings, "location", text, NOW + 1), NOW) == text


def test_an_expired_token_says_nothing(settings):
    assert tokens.read(settings, "location", tokens.make(settings, "location", "x", NOW), NOW) is None


def test_a_token_of_one_purpose_is_none_of_another(settings):
    assert tokens.read(settings, "handoff", tokens.make(settings, "location", "x", NOW + 1), NOW) is None


def test_a_changed_letter_anywhere_spoils_a_token(settings):
    token = tokens.make(settings, "location", "incident", NOW + 60)
    for place, letter in enumerate(token):
        forged = token[:place] + ("A" if letter != "A" else "B") + token[place + 1 :]
        assert tokens.read(settings, "location", forged, NOW) is None


@given(token=st.text())
def test_whatever_is_no_token_says_nothing(settings, token):
    assert tokens.read(settings, "location", token, NOW) is None


def test_without_a_key_no_token_is_made():
    keyless = settings_table.read({"GATEWAY112_STATE": "no-such-folder"})
    with pytest.raises(settings_table.SettingsRefused, match="signing_key is empty"):
        tokens.make(keyless, "location", "x", NOW)
