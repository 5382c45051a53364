import json
import socket
from urllib.parse import urlsplit

import pytest
from twilio.http import HttpClient
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response

from gateway.channels.twilio import SmsNotSent, SmsUncertain, send_neutral_sms
from tests.gateway_in_process import made_up_settings

NUMBER, TEXT = "+6281200000001", "112: Anda dapat menelepon kembali kapan saja."


class MessagesService(HttpClient):
    """Twilio's REST service for messages, with the answers it is told to give."""

    def __init__(self, *answers):
        super().__init__(logger=None, is_async=False)
        self.answers, self.asked = list(answers), []

    def request(
        self, method, url, params=None, data=None, headers=None, auth=None, timeout=None, allow_redirects=False
    ):
        self.asked.append((method, urlsplit(url).path, data, auth))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        status, body = answer
        return Response(status, json.dumps(body))


@pytest.fixture
def settings(tmp_path):
    return made_up_settings(tmp_path, sms_number="+622100000112", twilio_auth_tokens="old,new")


SENT = (201, {"sid": "SM1", "status": "queued"})


def refusal(status, code):
    return status, {"status": status, "code": code, "message": f"'{NUMBER}' is not valid: {TEXT}"}


def test_an_sms_is_sent_from_the_number_in_the_settings(settings):
    service = MessagesService(SENT)
    assert send_neutral_sms(settings, NUMBER, TEXT, service) == "SM1"
    method, path, data, auth = service.asked[0]
    assert (method, path, auth[1]) == ("POST", f"/2010-04-01/Accounts/{'AC' + '0' * 32}/Messages.json", "old")
    assert {name: value for name, value in data.items() if value} == {
        "To": NUMBER,
        "From": "+622100000112",
        "Body": TEXT,
    }


def test_a_messaging_service_may_be_the_sender(tmp_path):
    service = MessagesService(SENT)
    send_neutral_sms(made_up_settings(tmp_path, sms_number="MG" + "0" * 32), NUMBER, TEXT, service)
    assert service.asked[0][2]["MessagingServiceSid"] == "MG" + "0" * 32


@pytest.mark.parametrize("empty", ["twilio_account_sid", "sms_number"])
def test_without_an_account_or_a_sender_nothing_is_sent(tmp_path, empty):
    values = {"sms_number": "+622100000112"} | {empty: ""}
    service = MessagesService()
    assert send_neutral_sms(made_up_settings(tmp_path, **values), NUMBER, TEXT, service) is None
    assert service.asked == []


def test_while_tokens_are_rotated_the_second_is_tried(settings):
    service = MessagesService(refusal(401, 20003), SENT)
    assert send_neutral_sms(settings, NUMBER, TEXT, service) == "SM1"
    assert [auth[1] for *_, auth in service.asked] == ["old", "new"]


@pytest.mark.parametrize(("status", "retryable"), [(400, False), (401, False), (403, False), (429, True), (503, True)])
def test_a_refusal_says_whether_to_try_again_and_names_no_number(settings, status, retryable):
    with pytest.raises(SmsNotSent) as refused:
        send_neutral_sms(settings, NUMBER, TEXT, MessagesService(*[refusal(status, 21211)] * 2))
    assert refused.value.retryable is retryable
    assert str(refused.value) == f"Twilio answered {status}, its error 21211"


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_fault_of_twilio_leaves_it_uncertain_whether_an_sms_left(settings, status):
    service = MessagesService(refusal(status, None))
    with pytest.raises(SmsUncertain):
        send_neutral_sms(settings, NUMBER, TEXT, service)
    assert len(service.asked) == 1


@pytest.mark.parametrize("fault", [ConnectionRefusedError(NUMBER), socket.gaierror(NUMBER)])
def test_a_twilio_that_cannot_be_reached_is_worth_another_try(settings, fault):
    with pytest.raises(SmsNotSent) as away:
        send_neutral_sms(settings, NUMBER, TEXT, MessagesService(fault))
    assert away.value.retryable
    assert NUMBER not in str(away.value)


@pytest.mark.parametrize("fault", [ConnectionResetError(NUMBER), TimeoutError(NUMBER), OSError(NUMBER)])
def test_an_sms_whose_answer_was_lost_is_never_said_not_to_have_left(settings, fault):
    with pytest.raises(SmsUncertain) as lost:
        send_neutral_sms(settings, NUMBER, TEXT, MessagesService(fault))
    assert NUMBER not in str(lost.value)


def test_a_real_client_that_finds_nobody_says_so(settings):
    http = TwilioHttpClient(timeout=2, proxy={"https": "http://127.0.0.1:9"})
    with pytest.raises(SmsNotSent) as away:
        send_neutral_sms(settings, NUMBER, TEXT, http)
    assert away.value.retryable
