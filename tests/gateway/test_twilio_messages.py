"""Twilio's messages: requests as its reference gives them, what is made of each, and what it answers to ours."""

import base64
import hashlib
import hmac
import json
import socket
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from twilio.http import HttpClient
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response

from gateway.channels import twilio_messages
from gateway.messages.channel import Forbidden, Malformed, NotSent, Outgoing, Request, Uncertain
from tests.gateway_in_process import PUBLIC, TOKEN, made_up_settings
from tests.ports import free_port

RECORDED = Path(__file__).parent.parent / "recorded" / "twilio"
SERVICE_NUMBER, WRITER, TEXT = "+622100000112", "+6281200000001", "Halo, boleh tahu di mana?"
NOW = 1_750_000_000.0
SID = "SM" + "0" * 31


def situations(folder):
    files = sorted((RECORDED / folder).glob("*.json"))
    return [pytest.param(json.loads(file.read_text(encoding="utf-8")), id=file.stem) for file in files]


@pytest.fixture
def settings(tmp_path):
    return made_up_settings(tmp_path, sms_number=SERVICE_NUMBER)


def posted(form, path="/messages/twilio/incoming", token=TOKEN):
    """A webhook's request, signed as Twilio's documentation says: HMAC-SHA1 over the URL and the sorted parameters."""
    signed = PUBLIC + path + "".join(name + form[name] for name in sorted(form))
    signature = base64.b64encode(hmac.digest(token.encode(), signed.encode(), hashlib.sha1)).decode()
    headers = {"content-type": "application/x-www-form-urlencoded; charset=UTF-8", "x-twilio-signature": signature}
    return Request(path, body=urlencode(form).encode(), headers=headers)


@pytest.mark.parametrize("recorded", situations("incoming"))
def test_a_message_as_twilio_announces_it(settings, recorded):
    (part,) = twilio_messages.incoming(settings, posted(recorded["form"]), NOW)
    assert (part.source, part.connector, part.id) == (
        recorded["source"],
        recorded["connector"],
        recorded["form"]["MessageSid"],
    )
    assert (part.body.decode(part.charset), part.total, part.at) == (recorded["text"], 1, NOW)


@pytest.mark.parametrize("recorded", situations("receipt"))
def test_a_receipt_as_twilio_tells_of_it(settings, recorded):
    path = "/messages/twilio/receipt/a-token"
    receipt = twilio_messages.receipt(settings, posted(recorded["form"], path), NOW)
    assert (receipt.status, receipt.why) == (recorded["status"], recorded["why"])


def test_who_is_not_twilio_is_refused(settings):
    form = situations("incoming")[0].values[0]["form"]
    with pytest.raises(Forbidden, match="public_url and twilio_auth_tokens"):
        twilio_messages.incoming(settings, posted(form, token="another"), NOW)


def test_a_body_that_is_no_form_is_refused_though_its_signature_fits_an_empty_one(settings):
    signed = posted({})
    forged = Request(signed.path, body=b'{"Body": "x"}', headers=signed.headers | {"content-type": "application/json"})
    with pytest.raises(Forbidden):
        twilio_messages.incoming(settings, forged, NOW)


def test_without_tokens_everything_is_refused(tmp_path):
    with pytest.raises(Forbidden, match="twilio_auth_tokens is empty"):
        twilio_messages.incoming(made_up_settings(tmp_path, twilio_auth_tokens=""), posted({}), NOW)


@pytest.mark.parametrize("sid", ["", "SM1", "SM" + "g" * 32, "SM" + "0" * 33, "SM" + "0" * 31 + "\n"])
def test_a_message_without_an_id_is_malformed(settings, sid):
    with pytest.raises(Malformed, match="MessageSid"):
        twilio_messages.incoming(settings, posted({"MessageSid": sid, "Body": "x", "From": WRITER}), NOW)


def test_a_status_nobody_knows_is_malformed(settings):
    with pytest.raises(Malformed, match="MessageStatus"):
        twilio_messages.receipt(settings, posted({"MessageSid": SID + "1", "MessageStatus": "evaporated"}), NOW)


def test_the_channel_is_off_without_an_account_a_token_or_a_number(tmp_path):
    on = {"sms_number": SERVICE_NUMBER}
    assert twilio_messages.connectors(made_up_settings(tmp_path, **on)) == [SERVICE_NUMBER]
    for name in ("twilio_account_sid", "twilio_auth_tokens", "sms_number"):
        assert twilio_messages.connectors(made_up_settings(tmp_path, **on | {name: ""})) == []


class MessagesService(HttpClient):
    """Twilio's REST service for messages, with the answers it is told to give."""

    def __init__(self, *answers):
        super().__init__(logger=None, is_async=False)
        self.answers, self.asked = list(answers), []

    def request(
        self, method, url, params=None, data=None, headers=None, auth=None, timeout=None, allow_redirects=False
    ):
        self.asked.append((method, urlsplit(url).path, data or params, auth))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        status, body = answer
        return Response(status, json.dumps(body))


SENT = (201, {"sid": "SM1", "status": "queued"})


def reply(**others):
    values = {
        "incident": "i1", "reply": "r1", "connector": SERVICE_NUMBER, "to": WRITER, "sender": "", "text": TEXT,
        "valid_until": 4e9, "receipt_url": f"{PUBLIC}/messages/twilio/receipt/x",
    }  # fmt: skip
    return Outgoing(**values | others)


def refusal(status, code):
    return status, {"status": status, "code": code, "message": f"'{WRITER}' is not valid: {TEXT}"}


def test_a_reply_goes_out_with_its_validity_and_where_its_receipts_go(settings):
    service = MessagesService(SENT)
    assert twilio_messages.send(settings, reply(), service) == "SM1"
    method, path, data, _ = service.asked[0]
    assert (method, path) == ("POST", f"/2010-04-01/Accounts/{'AC' + '0' * 32}/Messages.json")
    assert {name: value for name, value in data.items() if value} == {
        "To": WRITER,
        "From": SERVICE_NUMBER,
        "Body": TEXT,
        "ValidityPeriod": 36_000,
        "StatusCallback": f"{PUBLIC}/messages/twilio/receipt/x",
    }


def test_a_reply_that_is_nearly_over_is_given_the_least_validity(settings):
    service = MessagesService(SENT)
    twilio_messages.send(settings, reply(valid_until=1.0), service)
    assert service.asked[0][2]["ValidityPeriod"] == 1


def test_a_callback_that_is_not_public_is_left_out(settings):
    service = MessagesService(SENT)
    twilio_messages.send(settings, reply(receipt_url="http://127.0.0.1:8112/x"), service)
    assert not service.asked[0][2].get("StatusCallback")


def test_a_messaging_service_may_be_the_sender(settings):
    service = MessagesService(SENT)
    twilio_messages.send(settings, reply(sender="MG" + "0" * 32), service)
    assert service.asked[0][2]["MessagingServiceSid"] == "MG" + "0" * 32


def test_without_an_account_the_fault_is_ours(tmp_path):
    with pytest.raises(NotSent) as refused:
        twilio_messages.send(made_up_settings(tmp_path, twilio_account_sid=""), reply(), MessagesService())
    assert refused.value.ours


def test_while_tokens_are_rotated_the_second_is_tried(tmp_path):
    settings = made_up_settings(tmp_path, sms_number=SERVICE_NUMBER, twilio_auth_tokens="old, new")
    service = MessagesService(refusal(401, 20003), SENT)
    assert twilio_messages.send(settings, reply(), service) == "SM1"
    assert [auth[1] for *_, auth in service.asked] == ["old", "new"]


KINDS = [
    (400, 21211, False, False),  # no such number
    (400, 21610, False, False),  # the receiver has opted out
    (400, 21606, False, True),  # the sender is none of ours
    (400, 21408, False, False),  # the receiver's country is not allowed
    (400, 21612, False, False),  # the receiver is out of our sender's reach
    (401, 20003, False, True),
    (403, 20403, False, True),
    (429, 20429, True, False),
    (503, 20503, True, False),
]


@pytest.mark.parametrize(("status", "code", "retryable", "ours"), KINDS)
def test_a_refusal_says_whether_to_try_again_and_whose_fault_it_is(settings, status, code, retryable, ours):
    with pytest.raises(NotSent) as refused:
        twilio_messages.send(settings, reply(), MessagesService(refusal(status, code)))
    assert (refused.value.retryable, refused.value.ours) == (retryable, ours)
    assert WRITER not in str(refused.value)
    assert TEXT not in str(refused.value)


@pytest.mark.parametrize("answer", [refusal(500, 20500), ConnectionResetError(), TimeoutError()])
def test_what_may_have_left_is_uncertain(settings, answer):
    with pytest.raises(Uncertain):
        twilio_messages.send(settings, reply(), MessagesService(answer))


@contextmanager
def full_port():
    """Where a connection is neither taken nor refused."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(full.getsockname())
        yield full.getsockname()[1]
        for each in waiting:
            each.close()


def tried(url):
    """Send by the package's own HTTP client, to another place than Twilio's."""
    http = TwilioHttpClient(timeout=0.5)
    ask = http.request
    http.request = lambda method, _url, *others, **more: ask(method, url, *others, **more)
    return http


def assert_away(settings, http):
    with pytest.raises(NotSent) as away:
        twilio_messages.send(settings, reply(), http)
    assert away.value.retryable
    assert not away.value.ours


# The broadcast address has no way for TCP: ENETUNREACH or EACCES, as where a network is gone.
@pytest.mark.parametrize(
    "host", [f"127.0.0.1:{free_port()}", "nowhere.invalid", "255.255.255.255"], ids=["refused", "unknown", "no way"]
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_where_nobody_can_be_reached_nothing_has_left(settings, scheme, host):
    assert_away(settings, tried(f"{scheme}://{host}/"))


def test_where_nobody_takes_a_connection_nothing_has_left(settings):
    with full_port() as port:
        assert_away(settings, tried(f"http://127.0.0.1:{port}/"))


def test_where_a_proxy_cannot_be_reached_nothing_has_left(settings, monkeypatch):
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    assert_away(settings, TwilioHttpClient(timeout=2))


def test_who_took_a_connection_and_says_nothing_may_have_taken_a_reply(settings):
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(Uncertain):
        twilio_messages.send(settings, reply(), tried(f"http://127.0.0.1:{silent.getsockname()[1]}/"))


def message(number, direction="inbound", **others):
    values = {
        "sid": f"{SID}{number}", "from": WRITER, "to": SERVICE_NUMBER, "body": "asap tebal", "direction": direction,
        "date_sent": "Sun, 15 Jun 2025 15:06:40 +0000", "status": "received", "num_segments": "1",
    }  # fmt: skip
    return values | others


def test_what_twilio_delivered_is_listed_with_the_ids_its_webhooks_had(settings):
    outgoing = message(2, "outbound-api")
    page = (200, {"messages": [message(1), outgoing], "next_page_uri": None, "page": 0, "page_size": 50})
    service = MessagesService(page)
    parts = list(twilio_messages.delivered(settings, NOW - 60, service))
    assert [(part.id, part.source, part.body, part.sent_at) for part in parts] == [
        (f"{SID}1", WRITER, b"asap tebal", 1_750_000_000.0)
    ]
    assert service.asked[0][2]["To"] == SERVICE_NUMBER
    (webhook,) = twilio_messages.incoming(
        settings, posted({"MessageSid": f"{SID}1", "From": WRITER, "To": SERVICE_NUMBER, "Body": "asap tebal"}), NOW
    )
    assert (webhook.connector, webhook.id) == (parts[0].connector, parts[0].id)
