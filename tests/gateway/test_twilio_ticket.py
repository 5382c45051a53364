from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway import tokens
from gateway.channels.ticket import LIVES_SECONDS, Asked, Dialled, read_asked, read_dialled, seal
from ivr.steps import Position
from tests.gateway_in_process import made_up_settings

NOW = 1_750_000_000
ASKED = Asked("CA1", "incident", NOW, Position("can_you_talk", 1, "en", True), ("start", "can_you_talk"))
DIALLED = Dialled("CA1", "incident", NOW, '["packed"]', "Kelurahan Ancol", True, "id", 2)


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return made_up_settings(tmp_path_factory.mktemp("state"))


def test_a_ticket_says_what_was_put_in(settings):
    assert read_asked(settings, seal(settings, ASKED), "CA1", NOW) == ASKED
    assert read_dialled(settings, seal(settings, DIALLED), "CA1", NOW) == DIALLED


def test_a_ticket_is_good_for_its_own_call_alone(settings):
    assert read_asked(settings, seal(settings, ASKED), "CA2", NOW) is None
    assert read_dialled(settings, seal(settings, DIALLED), "CA2", NOW) is None


def test_a_ticket_for_one_purpose_is_none_for_another(settings):
    assert read_asked(settings, seal(settings, DIALLED), "CA1", NOW) is None
    assert read_dialled(settings, seal(settings, ASKED), "CA1", NOW) is None


def test_a_ticket_lives_as_long_as_the_longest_call(settings):
    assert read_asked(settings, seal(settings, ASKED), "CA1", NOW + 24 * 3600) == ASKED
    assert read_asked(settings, seal(settings, ASKED), "CA1", NOW + LIVES_SECONDS) is None


def test_a_ticket_made_with_another_key_is_forged(settings, tmp_path):
    other = made_up_settings(tmp_path, signing_key="another key")
    assert read_asked(settings, seal(other, ASKED), "CA1", NOW) is None


@given(token=st.text())
def test_garbage_is_no_ticket(settings, token):
    assert read_asked(settings, token, "CA1", NOW) is None
    assert read_dialled(settings, token, "CA1", NOW) is None


@pytest.mark.parametrize(
    "text", ['["CA1"]', '["CA1",1,2,3,4]', '["CA1","i",1,["start",0,"id",false,"",0,"new"],[]]', "[]"]
)
def test_a_ticket_of_another_version_of_ours_is_none(settings, text):
    for purpose in ("position", "dial"):
        token = tokens.make(settings, purpose, text, NOW + 60)
        assert read_asked(settings, token, "CA1", NOW) is None
        assert read_dialled(settings, token, "CA1", NOW) is None


def test_a_ticket_of_the_version_before_this_one_is_read(settings):
    token = tokens.make(settings, "position", '["CA1","i",1,["start",1,"en",true],["start"]]', NOW + 60)
    assert read_asked(settings, token, "CA1", NOW) == Asked("CA1", "i", 1, Position("start", 1, "en", True), ("start",))


def test_a_ticket_with_the_longest_place_fits_into_a_url(settings):
    longest = replace(DIALLED, place="é" * 300, order="x" * 120, incident="f" * 24, call_sid="CA" + "f" * 32)
    assert len(seal(settings, longest)) < 3000
