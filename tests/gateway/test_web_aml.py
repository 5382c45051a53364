"""The door by which telephones bring their location over HTTPS."""

import hmac
import io
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.evidence import aml, aml_command, aml_door
from gateway.incident.timeline import Kind
from gateway.messages.part import Part
from gateway.settings import SettingsRefused
from gateway.web.aml import Allowance
from tests.gateway_in_process import PUBLIC, GatewayInProcess, made_up_settings

NUMBER = "+6281200000001"
FORM = (
    "v=1&emergency_number=112&source=CALL&time=1772338755000&location_latitude=-6.2437&location_longitude=106.8925&"
    "location_time=1772338775000&location_accuracy=18.5&location_confidence=0.6827&location_source=gps&"
    "device_number=%2B6281200000001&device_imei=350000000000006"
)
NOWHERE = "v=1&time=1772338755000&device_number=%2B6281200000001&cell_network_mcc=510&cell_network_mnc=10"
TYPE = {"content_type": "application/x-www-form-urlencoded"}


def signed(key, body=FORM, digest="sha1"):
    return f"{body}&hmac={hmac.digest(key, body.encode(), digest).hex()}"


class Door:
    def __init__(self, folder, **others):
        self.gateway = GatewayInProcess(folder, aml_seed="a seed for tests", **others)
        self.web = self.gateway.app.test_client()
        self.path = aml_door.url(self.gateway.settings).removeprefix(PUBLIC)

    def post(self, body, path="", **how):
        return self.web.post(path or self.path, data=body, **{**TYPE, **how})

    @property
    def parts(self):
        return [Part.from_dict(entry.data) for entry in self.gateway.journal.of_kind(Kind.RECEIVED)]

    @property
    def refused(self):
        files = sorted((self.gateway.settings.state / "quarantine").glob("*.json"))
        return [json.loads(file.read_text(encoding="utf-8")) for file in files]

    @property
    def alarms(self):
        return self.gateway.journal.alarms


@pytest.fixture
def door(tmp_path):
    return Door(tmp_path)


def test_a_location_is_kept_as_it_came_before_it_is_answered(door):
    answer = door.post(FORM)
    assert (answer.status_code, answer.json) == (200, {"status": "kept", "messages": [{"positions": 1}]})
    (part,) = door.parts
    assert (part.channel, part.source, part.destination, part.body) == ("aml", NUMBER, "112", FORM.encode())
    (claim,) = aml.read_any(part.body, part.at)
    assert (claim.shape.radius_m, claim.confidence, claim.observed_at) == (18.5, 68.27, 1772338775.0)


def test_a_form_in_parts_is_taken(door):
    answer = door.post(dict(part.split("=") for part in FORM.split("&")), content_type="multipart/form-data")
    assert (answer.status_code, answer.json) == (200, {"status": "kept", "messages": [{"positions": 1}]})
    (part,) = door.parts
    assert aml.read_any(part.body, part.at)[0].shape.radius_m == 18.5


def test_a_redelivery_adds_nothing(door):
    assert [door.post(FORM).status_code for _ in range(3)] == [200, 200, 200]
    assert len(door.parts) == 1
    door.post(FORM.replace("18.5", "9.5"))
    assert len(door.parts) == 2


def test_json_and_texts_are_taken_too_and_a_list_may_be_of_several_telephones(door):
    one = {"location_latitude": -6.2, "location_longitude": 106.8, "device_number": NUMBER, "location_accuracy": 9}
    assert door.post(json.dumps(one), content_type="application/json").status_code == 200
    others = [{**one, "device_number": "+6281200000002"}, {"location": {"latitude": -6.3, "longitude": 106.9}}]
    assert len(door.post(json.dumps(others), content_type="application/json").json["messages"]) == 2
    assert door.post('A"ML=1;lt=-6.24370;lg=+106.89250;rd=18;ml=39', content_type="text/plain").status_code == 200
    assert [part.source for part in door.parts] == [NUMBER, "+6281200000002", "", ""]


def test_what_tells_no_position_is_taken_for_its_telephone_can_do_nothing_about_it(door):
    answer = door.post(NOWHERE)
    assert answer.status_code == 200
    assert answer.json["messages"][0]["positions"] == 0
    assert "no fix" in answer.json["messages"][0]["why"][0]
    assert len(door.parts) == 1


@pytest.mark.parametrize("body", ["", "tolong", "a=1&b=2", "{", "[]", "[1,2]", "\0" * 50, "location=here"])
def test_what_is_no_aml_is_refused_with_what_it_should_be_and_kept(door, body):
    answer = door.post(body)
    assert (answer.status_code, answer.json["error"]["name"]) == (400, "Bad Request")
    assert "location_latitude" in answer.json["error"]["why"]
    assert (door.parts, len(door.refused), len(door.alarms)) == ([], 1, 1)


def test_too_much_is_refused_before_it_is_read(door):
    answer = door.post("location_latitude=" + "1" * 20_000)
    assert (answer.status_code, answer.json["error"]["status"]) == (413, 413)
    assert door.parts == []


def test_too_much_is_refused_also_where_its_length_is_not_told(door):
    body = io.BytesIO(b"location_latitude=" + b"1" * 20_000)
    told = {"wsgi.input": body, "wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    answer = door.web.open(door.path, method="POST", environ_overrides=told, **TYPE)
    assert (answer.status_code, door.parts) == (413, [])


def test_another_address_is_none_and_nothing_is_kept_of_whoever_tries(door):
    for word in ("0" * 32, "x", "%00", "é"):
        assert door.post(FORM, path=f"/aml/{word}").status_code == 404
    assert (door.parts, door.refused) == ([], [])
    assert door.web.get(door.path).status_code == 405


def test_without_its_secret_there_is_no_door(tmp_path):
    gateway = GatewayInProcess(tmp_path)
    guessed = hmac.digest(b"", b"aml door", "sha256").hex()[:32]
    for token in (guessed, "0" * 32):
        assert gateway.app.test_client().post(f"/aml/{token}", data=FORM, **TYPE).status_code == 404
    with pytest.raises(SettingsRefused, match="aml_seed"):
        aml_door.url(gateway.settings)


def test_what_can_be_kept_nowhere_is_brought_again(door):
    door.gateway.journal.full = True
    answer = door.post(FORM)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")


def test_of_two_keys_either_signs_and_what_is_signed_wrongly_is_refused_kept_and_told(tmp_path):
    door = Door(tmp_path, aml_hmac_keys="first-key-of-tests, 00112233445566778899")
    assert door.post(signed(b"first-key-of-tests")).status_code == 200
    assert door.post(signed(bytes.fromhex("00112233445566778899"), digest="sha256")).status_code == 200
    right = signed(b"first-key-of-tests")
    for body in (FORM, signed(b"another"), right.replace("-6.2437", "-6.9999"), f"{right}&device_number=x", right[:-1]):
        answer = door.post(body)
        assert answer.status_code == 403
        assert "aml_hmac_keys" in answer.json["error"]["why"]
    assert len(door.parts) == 2
    assert len(door.alarms) == 1
    assert FORM in {kept["body"] for kept in door.refused}


def test_a_known_signature_of_a_real_sender_s_form_is_right(tmp_path):
    # Made with another program: SHA-1 over all before the field, in hexadecimal.
    door = Door(tmp_path, aml_hmac_keys="kunci")
    body = "v=1&location_latitude=-6.2437&location_longitude=106.8925&hmac=23abc2616c1d0c1a24fc1d34e21e8b0112af8807"
    assert door.post(body).status_code == 200


def test_a_flood_is_told_to_come_again(tmp_path, monkeypatch):
    monkeypatch.setattr("gateway.web.aml.AT_ONCE", 2.0)
    monkeypatch.setattr("gateway.web.aml.PER_SECOND", 0.0)
    door = Door(tmp_path)
    answers = [door.post(f"{FORM}&n={number}") for number in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
    assert (answers[-1].headers["Retry-After"], len(door.parts), door.refused) == ("1", 2, [])


def test_so_many_are_taken_a_second_and_some_more_at_once():
    now = [0.0]
    allowance = Allowance(per_second=2, at_once=3, clock=lambda: now[0])
    assert [allowance.take() for _ in range(4)] == [True, True, True, False]
    now[0] = 1.0
    assert [allowance.take() for _ in range(3)] == [True, True, False]


def test_the_operator_is_told_the_address(tmp_path, capsys):
    settings = made_up_settings(tmp_path, aml_seed="a seed for tests")
    for url in (True, False):
        assert aml_command.run(type("Arguments", (), {"url": url})(), settings) == 0
    first, second, third = capsys.readouterr().out.splitlines()
    assert first == aml_door.url(settings)
    assert second == f"POST {first}"
    assert "aml_hmac_keys" in third


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(body=st.one_of(st.binary(max_size=300), st.text('location_lateud=&-.0123%{}[]":', max_size=200)))
def test_whatever_is_brought_is_answered(door, body):
    assert door.post(body).status_code in (200, 400)
