"""What a person wrote in a SIP MESSAGE, whatever it comes in; and the edge's door, which is open to the edge alone."""

import base64

import pytest

from gateway.channels import sip_message
from gateway.channels.kamailio_conf import password
from gateway.channels.sip_text import text
from gateway.locator.sip_request import read
from gateway.messages.channel import Forbidden, Malformed, Request
from tests.gateway_in_process import made_up_settings

NOW = 1_750_000_100.0
ACK = bytes([2, 9])


def message(kind, body, *headers):
    lines = [
        "MESSAGE sip:112@gateway.example SIP/2.0", "From: <sip:+6281200000001@ims.example>;tag=1",
        "To: <urn:service:sos>", "Call-ID: a1b2", "CSeq: 7 MESSAGE", f"Content-Type: {kind}", *headers, "", "",
    ]  # fmt: skip
    return "\r\n".join(lines).encode() + body


def multipart(*parts):
    blocks = (f"--b\r\nContent-Type: {kind}\r\n\r\n".encode() + body + b"\r\n" for kind, body in parts)
    return message("multipart/mixed;boundary=b", b"".join(blocks) + b"--b--\r\n")


def said(raw):
    found = text(read(raw))
    return None if found is None else found.body.decode(found.charset)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (message("text/plain", b"tolong"), "tolong"),
        (message("text/plain;charset=ISO-8859-1", b"n\xe9"), "né"),
        (message("text/plain;charset=utf-8", b"n\xe9"), "né"),
        (message("text/plain;charset=UTF-16", "né".encode("utf-16-be")), "né"),
        (message("text/html", b"<b>tolong</b>"), "<b>tolong</b>"),
        (multipart(("application/pidf+xml", b"<presence/>"), ("text/plain", b"tolong")), "tolong"),
        (multipart(("text/plain", b"tolong"), ("text/plain", b"kami")), "tolong\nkami"),
        (multipart(("text/plain", b"tolong"), ("image/png", b"\x89")), "tolong"),
        (message("application/pidf+xml", b"<presence/>"), ""),
        (message("text/plain", b""), ""),
    ],
)
def test_what_a_person_wrote_is_read(raw, words):
    assert said(raw) == words


@pytest.mark.parametrize("kind", ["application/im-iscomposing+xml", "message/imdn+xml"])
def test_what_telephones_tell_each_other_is_no_message(kind):
    assert said(message(kind, b"<x/>")) is None
    assert said(message("message/cpim", f"From: <sip:a@b>\r\n\r\nContent-Type: {kind}\r\n\r\n<x/>".encode())) is None


def test_an_acknowledged_sms_is_no_message():
    assert said(message("application/vnd.3gpp.sms", ACK)) is None


@pytest.mark.parametrize("kind", ["image/png", "application/vnd.3gpp.sms", "application/octet-stream"])
def test_what_cannot_be_read_says_what_it_was(kind):
    assert kind in said(message(kind, b"\0\0\0"))


@pytest.fixture
def settings(tmp_path):
    return made_up_settings(tmp_path, edge_seed="seed")


def request(settings, raw, token=None):
    headers = {"x-g112-token": token or password(settings, "messages"), "x-g112-trunk": "telkom"}
    return Request("/messages/sip_message/incoming", {}, base64.b64encode(raw), headers)


def test_the_edge_brings_a_message_with_its_writer_and_its_trunk(settings):
    raw = message("text/plain", b"tolong", "P-Asserted-Identity: <tel:+6281200000009>")
    (part,) = sip_message.incoming(settings, request(settings, raw), NOW)
    assert (part.connector, part.id, part.source, part.body) == ("telkom", "a1b2-7", "+6281200000009", b"tolong")


def test_nobody_else_brings_messages(settings):
    raw = message("text/plain", b"tolong")
    for token in ("", "wrong", "é"):
        with pytest.raises(Forbidden):
            sip_message.incoming(settings, request(settings, raw, token or " "), NOW)


@pytest.mark.parametrize("raw", [b"", b"hello", message("text/plain", b"x").replace(b"Call-ID", b"X-Call")])
def test_what_is_no_sip_request_is_refused(settings, raw):
    with pytest.raises(Malformed):
        sip_message.incoming(settings, request(settings, raw), NOW)


def test_what_is_no_base64_is_refused(settings):
    with pytest.raises(Malformed):
        sip_message.incoming(settings, Request("/", {}, b"***", request(settings, b"").headers), NOW)
