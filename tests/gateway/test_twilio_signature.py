"""Whose requests are taken for Twilio's. The signatures are computed here, as Twilio's security page describes them."""

import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from gateway.channels.twilio import is_genuine
from tests.gateway_in_process import PUBLIC, TOKEN, made_up_settings

PATH = "/twilio/voice?x=1"
FORM = {"CallSid": "CA" + "1" * 32, "From": "+6281200000001", "Digits": "1"}


def sign(text: str, token: str = TOKEN) -> str:
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def signed(url: str, form: dict[str, str]) -> str:
    return sign(url + "".join(name + form[name] for name in sorted(form)))


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return made_up_settings(tmp_path_factory.mktemp("state"))


def test_a_request_signed_over_the_public_url_is_twilios(settings):
    assert is_genuine(settings, PATH, FORM, b"", signed(PUBLIC + PATH, FORM))


@given(form=st.dictionaries(st.text(min_size=1), st.text(), min_size=1))
def test_whatever_the_parameters_hold_their_signature_fits(settings, form):
    try:
        signature = signed(PUBLIC + PATH, form)
    except UnicodeEncodeError:
        return
    assert is_genuine(settings, PATH, form, b"", signature)


@pytest.mark.parametrize(
    "url",
    ["http://gateway.test", "https://gateway.test:8443", "https://127.0.0.1:8112", "https://gateway.test.evil.test"],
)
def test_a_signature_over_another_host_scheme_or_port_does_not_fit(settings, url):
    # 443 is not another port: Twilio is known to sign with it and without.
    assert not is_genuine(settings, PATH, FORM, b"", signed(url + PATH, FORM))


@pytest.mark.parametrize(
    "public", ["https://[2001:db8::112]:8443", "https://gateway.test:8443", "https://city.test/112"]
)
def test_the_public_url_may_have_a_port_a_path_or_be_an_ipv6_address(tmp_path, public):
    settings = made_up_settings(tmp_path, public_url=public)
    assert is_genuine(settings, PATH, FORM, b"", signed(public + PATH, FORM))
    assert not is_genuine(settings, PATH, FORM, b"", signed("https://other.test" + PATH, FORM))


def test_one_changed_parameter_spoils_the_signature(settings):
    signature = signed(PUBLIC + PATH, FORM)
    for name in FORM:
        assert not is_genuine(settings, PATH, FORM | {name: FORM[name] + "0"}, b"", signature)
    assert not is_genuine(settings, PATH, FORM | {"Another": ""}, b"", signature)
    assert not is_genuine(settings, PATH + "&y=2", FORM, b"", signature)


def test_repeated_parameters_are_signed_sorted_and_once(settings):
    form = MultiDict([("Sid", "CA123"), ("SidAccount", "AC123"), ("Digits", "5"), ("Digits", "1"), ("Digits", "5")])
    signature = sign(PUBLIC + PATH + "Digits1Digits5SidCA123SidAccountAC123")
    assert is_genuine(settings, PATH, form, b"", signature)


def test_both_tokens_count_while_they_are_rotated(tmp_path):
    settings = made_up_settings(tmp_path, twilio_auth_tokens="old-token, new-token")
    for token in ("old-token", "new-token"):
        assert is_genuine(settings, PATH, {}, b"", sign(PUBLIC + PATH, token))
    assert not is_genuine(settings, PATH, {}, b"", sign(PUBLIC + PATH, "third-token"))


def test_no_token_makes_nobody_twilio(tmp_path):
    for tokens in ("", ",", " , "):
        settings = made_up_settings(tmp_path, twilio_auth_tokens=tokens)
        assert not is_genuine(settings, PATH, FORM, b"", signed(PUBLIC + PATH, FORM))
        assert not is_genuine(settings, PATH, {}, b"", sign(PUBLIC + PATH, ""))


@pytest.mark.parametrize("signature", ["", "=", "ÿ" * 28, "x" * 10_000, "\x00"])
def test_what_is_no_signature_does_not_fit(settings, signature):
    assert not is_genuine(settings, PATH, FORM, b"", signature)


class TestJsonBodies:
    BODY = b'{"property": "value"}'
    PATH = "/twilio/voice?bodySHA256=" + hashlib.sha256(BODY).hexdigest()

    def test_a_body_whose_hash_is_in_the_signed_url_is_twilios(self, settings):
        assert is_genuine(settings, self.PATH, {}, self.BODY, sign(PUBLIC + self.PATH))

    @pytest.mark.parametrize("body", [b'{"property": "other"}', b"", b"\xff\xfe", b"&", BODY + b" "])
    def test_another_body_under_the_same_signature_is_not(self, settings, body):
        assert not is_genuine(settings, self.PATH, {}, body, sign(PUBLIC + self.PATH))

    def test_a_form_under_the_same_signature_is_not(self, settings):
        assert not is_genuine(settings, self.PATH, FORM, b"CallSid=CA1", sign(PUBLIC + self.PATH))

    def test_a_body_without_a_hash_is_not(self, settings):
        assert not is_genuine(settings, PATH, {}, self.BODY, sign(PUBLIC + PATH))
