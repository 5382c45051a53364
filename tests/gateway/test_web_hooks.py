"""What the webhooks refuse, how, and that nothing hostile becomes an error."""

import json
import stat
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as rigour
from hypothesis import strategies as st

from gateway import tokens
from gateway.channels.ticket import Asked, seal
from gateway.incident.timeline import Kind
from ivr.steps import Position
from tests.gateway_in_process import PUBLIC, GatewayInProcess
from tests.twilio_stand_in import HANG_UP
from tests.twiml import parse

VOICE = f"{PUBLIC}/twilio/voice"
FORM = "application/x-www-form-urlencoded"
SID = "CA" + "1" * 32


@pytest.fixture
def gateway(tmp_path):
    return GatewayInProcess(tmp_path)


def kept(gateway):
    files = sorted((gateway.settings.state / "quarantine").glob("*.json"))
    return [json.loads(file.read_text(encoding="utf-8")) for file in files]


def test_a_wrong_signature_is_refused_kept_and_told_of(gateway):
    answer = gateway.twilio.post(VOICE, gateway.twilio.form(SID, "+6281200000001"), signature="wrong")
    assert (answer.status, answer.content_type) == (403, "text/plain; charset=utf-8")
    assert b"check the settings public_url and twilio_auth_tokens" in answer.body
    assert gateway.journal.entries == []
    assert len(gateway.journal.alarms) == 1
    (request,) = kept(gateway)
    assert (request["status"], request["method"], request["path"]) == (403, "POST", "/twilio/voice")
    assert "From=%2B6281200000001" in request["body"]


@pytest.mark.parametrize("path", ["", "/key", "/dialled", "/status", "/last-resort"])
def test_every_webhook_is_closed_for_who_is_not_twilio(gateway, path):
    assert gateway.twilio.post(VOICE + path, gateway.twilio.form(SID, "x"), signature="").status == 403
    assert gateway.app.test_client().post(f"/twilio/voice{path}").status_code == 403


def test_forwarded_headers_are_not_believed(gateway):
    form = gateway.twilio.form(SID, "+6281200000001")
    headers = {
        "X-Twilio-Signature": gateway.twilio.sign("https://proxy.test/twilio/voice", form),
        "Host": "proxy.test", "X-Forwarded-Host": "proxy.test", "X-Forwarded-Proto": "https", "Content-Type": FORM,
    }  # fmt: skip
    answer = gateway.app.test_client().post("/twilio/voice", data=urlencode(form), headers=headers)
    assert answer.status_code == 403
    assert kept(gateway)[0]["X-Forwarded-Host"] == "proxy.test"


def test_behind_a_proxy_the_public_url_counts_not_the_host_that_was_asked(gateway):
    form = gateway.twilio.form(SID, "+6281200000001")
    headers = {"X-Twilio-Signature": gateway.twilio.sign(VOICE, form), "Host": "10.0.0.7:8112", "Content-Type": FORM}
    assert gateway.app.test_client().post("/twilio/voice", data=urlencode(form), headers=headers).status_code == 200


def test_a_proxy_may_ask_by_the_whole_address(gateway):
    form = gateway.twilio.form(SID, "+6281200000001")
    headers = {"X-Twilio-Signature": gateway.twilio.sign(VOICE, form), "Content-Type": FORM}
    answer = gateway.app.test_client().post(
        "/twilio/voice", data=urlencode(form), headers=headers,
        environ_overrides={"RAW_URI": "http://10.0.0.7:8112/twilio/voice"},
    )  # fmt: skip
    assert answer.status_code == 200


def test_twilio_switched_off_says_so(tmp_path):
    gateway = GatewayInProcess(tmp_path, twilio_auth_tokens="")
    answer = gateway.twilio.post(VOICE, gateway.twilio.form(SID, "+6281200000001"))
    assert (answer.status, b"Twilio is off" in answer.body) == (403, True)


@pytest.mark.parametrize("sid", [None, "", "CA 1", "CA1\n", "../../etc", "C" * 65, "CA１"])
def test_a_request_of_twilio_without_a_call_is_refused_kept_and_told_of(gateway, sid):
    form = gateway.twilio.form(SID, "+6281200000001") | {"CallSid": sid or ""}
    if sid is None:
        del form["CallSid"]
    assert gateway.twilio.post(VOICE, form).status == 400
    assert [request["status"] for request in kept(gateway)] == [400]
    assert len(gateway.journal.alarms) == 1


@pytest.mark.parametrize("size", [64 * 1024 + 1, 5_000_000])
def test_a_body_too_large_is_refused_kept_and_told_of(gateway, size):
    answer = gateway.app.test_client().post("/twilio/voice", data=b"x" * size, content_type=FORM)
    assert (answer.status_code, answer.mimetype) == (413, "text/plain")
    assert [request["status"] for request in kept(gateway)] == [413]
    assert len(gateway.journal.alarms) == 1


def test_thousands_of_parameters_harm_nobody(gateway):
    answer = gateway.twilio.post(VOICE, gateway.twilio.form(SID, "1") | {f"p{number}": "" for number in range(5000)})
    assert answer.status in (200, 413)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"])
def test_another_method_than_post_is_refused_in_plain_text(gateway, method):
    answer = gateway.app.test_client().open("/twilio/voice", method=method)
    if method == "OPTIONS":
        assert answer.status_code == 200
    else:
        assert (answer.status_code, answer.mimetype) == (405, "text/plain")
        assert set(answer.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}


def test_an_unknown_webhook_is_refused_in_plain_text(gateway):
    answer = gateway.app.test_client().post("/twilio/voice/nothing")
    assert (answer.status_code, answer.mimetype) == (404, "text/plain")


def test_a_flood_of_refusals_rings_once_and_fills_no_disk(gateway):
    for _ in range(120):
        gateway.twilio.post(VOICE, {"CallSid": SID, "Body": "x" * 20_000}, signature="wrong")
    assert len(gateway.journal.alarms) == 1
    assert len(kept(gateway)) == 50
    assert all(len(request["body"]) <= 8 * 1024 for request in kept(gateway))


def test_what_is_kept_is_for_its_owner_alone(gateway):
    gateway.twilio.post(VOICE, {"CallSid": SID}, signature="wrong")
    folder = gateway.settings.state / "quarantine"
    modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert (stat.S_IMODE(folder.stat().st_mode), modes) == (0o700, {0o600})


def test_a_refusal_that_cannot_be_kept_is_told_of_all_the_same(gateway):
    (gateway.settings.state / "quarantine").write_text("a file where the folder should be")
    assert gateway.twilio.post(VOICE, {"CallSid": SID}, signature="wrong").status == 403
    assert len(gateway.journal.alarms) == 1


def forged(gateway) -> dict[str, str]:
    """Tickets that are none: by what is wrong with them."""
    mine = Asked(SID, "incident", 1_750_000_000, Position(), ("start",))
    good = seal(gateway.settings, Asked(SID, "incident", 4_000_000_000, Position(), ("start",)))
    return {
        "none": "",
        "garbage": "?at=%00%ff'\"<>",
        "long": "?at=" + "A" * 6000,
        "changed": f"?at={good[:-1]}{'A' if good[-1] != 'A' else 'B'}",
        "expired": f"?at={seal(gateway.settings, mine)}",
        "another call's": f"?at={seal(gateway.settings, Asked('CA2', 'x', 4_000_000_000, Position(), ('start',)))}",
        "another purpose's": f"?at={tokens.make(gateway.settings, 'location', 'x', 4e9)}",
        "twice": f"?at=x&at={good}",
    }


@pytest.mark.parametrize("path", ["/key", "/dialled"])
@pytest.mark.parametrize("what", ["none", "garbage", "long", "changed", "expired", "another call's", "twice"])
def test_a_forged_position_leads_to_the_operators(gateway, path, what):
    form = gateway.twilio.form(SID, "+6281200000001") | {"Digits": "1"}
    answer = gateway.twilio.post(VOICE + path + forged(gateway)[what], form)
    assert answer.status == 200
    assert parse(answer)[0].tag == "Dial"
    assert gateway.journal.of_kind(Kind.HANDED_OFF)[0].data["queue"] == "112"
    assert len(gateway.journal.alarms) == 1


@pytest.mark.parametrize("step", ["", "no_such_step", "operator", "<Hangup/>", "english", "x" * 2000])
def test_an_unknown_step_in_a_ticket_of_ours_leads_on_or_to_the_operators(gateway, step):
    ticket = seal(gateway.settings, Asked(SID, "incident", 4_000_000_000, Position(step, -5, "xx"), (step,)))
    form = gateway.twilio.form(SID, "+6281200000001") | {"Digits": "*"}
    answer = gateway.twilio.post(f"{VOICE}/key?at={ticket}", form)
    assert (answer.status, parse(answer)[0].tag) == (200, "Gather" if step == "english" else "Dial")


@rigour(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    path=st.sampled_from(["", "/key", "/dialled", "/status", "/last-resort"]),
    form=st.dictionaries(
        st.sampled_from(["From", "To", "Digits", "CallStatus", "DialCallStatus", "CallDuration", "CallerName"]),
        st.text(st.characters(codec="utf-8"), max_size=50),
    ),
)
def test_nothing_in_a_signed_request_becomes_an_error(gateway, path, form):
    answer = gateway.twilio.post(VOICE + path, {"CallSid": SID} | form)
    assert answer.status in (200, 204)
    if answer.status == 200:
        assert parse(answer)[-1].tag in ("Redirect", "Dial", "Hangup")


@rigour(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    path=st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=40),
    body=st.binary(max_size=200),
    kind=st.sampled_from([FORM, "application/json", "multipart/form-data; boundary=x", "", "x" * 300]),
)
def test_nothing_in_an_unsigned_request_becomes_an_error(gateway, path, body, kind):
    address = "/twilio/voice?" + path
    answer = gateway.app.test_client().post(
        address, data=body, headers={"Content-Type": kind, "X-Twilio-Signature": path}
    )
    assert answer.status_code == 403


def test_a_number_in_a_request_is_in_no_log(gateway, capfd):
    gateway.twilio.call(["1", HANG_UP], caller="+6281200000001")
    gateway.twilio.post(VOICE, gateway.twilio.form(SID, "+6281200000001"), signature="wrong")
    gateway.twilio.post(VOICE + "/key?at=x", gateway.twilio.form(SID, "+6281200000001"))
    assert "81200000001" not in capfd.readouterr().err
