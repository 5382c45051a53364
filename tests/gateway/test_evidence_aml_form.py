"""AML over HTTPS: the form, and the same fields as JSON."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.evidence import aml, aml_form
from gateway.incident.errors import EvidenceRefused
from gateway.incident.evidence import Evidence
from gateway.incident.shape import Circle, Ellipsoid, Point

NOW = 1_772_338_795.0
FIELDS = {
    "v": "1",
    "emergency_number": "112",
    "source": "CALL",
    "thunderbird_version": "2800",
    "time": "1772338755000",
    "gt_location_latitude": "-6.9",
    "gt_location_longitude": "106.1",
    "location_latitude": "-6.2437",
    "location_longitude": "106.8925",
    "location_time": "1772338775250",
    "location_accuracy": "18.5",
    "location_confidence": "0.6827",
    "location_source": "wifi",
    "device_number": "%2B6281200000001",
    "device_imei": "350000000000006",
    "cell_network_mcc": "510",
    "cell_network_mnc": "10",
}


def form(**changes):
    return "&".join(f"{name}={value}" for name, value in {**FIELDS, **changes}.items()).encode()


def read(**changes):
    [claim] = aml.read_any(form(**changes), NOW)
    return claim


def test_a_form_is_read_with_all_that_it_says():
    claim = read()
    assert claim.shape == Circle(-6.2437, 106.8925, 18.5)
    assert (claim.observed_at, claim.confidence, claim.method) == (1_772_338_775.25, 68.27, "802.11")
    assert (claim.original, claim.received_at) == (form(), NOW)
    [told] = aml_form.read(form(), NOW)
    assert (told.said.number, told.said.imei, told.said.emergency_number) == (
        "+6281200000001",
        "350000000000006",
        "112",
    )


def test_altitude_floor_and_their_accuracy_are_kept():
    whole = read(location_altitude="31.5", location_vertical_accuracy="4.5", location_floor="B+2")
    assert whole.shape == Ellipsoid(-6.2437, 106.8925, 31.5, 18.5, 18.5, 4.5, 0.0)
    assert whole.label == "lantai B 2"
    assert read(location_altitude="31.5").shape == Circle(-6.2437, 106.8925, 18.5, 31.5)
    assert read(location_accuracy="").shape == Point(-6.2437, 106.8925)
    assert Evidence.from_dict(whole.as_dict()) == whole


@pytest.mark.parametrize(
    ("stated", "percent"),
    [
        ("0.6827", 68.27),
        ("68", 68.0),
        ("1", 100.0),
        ("0.95", 95.0),
        ("", 95.0),
        ("0", None),
        ("200", None),
        ("high", None),
        ("-1", None),
    ],
)
def test_a_confidence_is_a_share_or_a_percentage(stated, percent):
    assert read(location_confidence=stated).confidence == percent


def test_an_older_name_of_the_confidence_is_known():
    assert read(location_confidence="", location_certainty="83").confidence == 83.0


@pytest.mark.parametrize("time", ["1772338775250", "1772338775.25"])
def test_times_are_milliseconds_or_seconds(time):
    assert read(location_time=time).observed_at == 1_772_338_775.25
    assert read(location_time="yesterday").observed_at is None


@pytest.mark.parametrize(
    "changes",
    [
        {"location_latitude": "", "location_longitude": ""},
        {"location_latitude": "0.0", "location_longitude": "0.0"},
        {"location_latitude": "NaN", "location_longitude": "null"},
    ],
)
def test_no_fix_is_refused_and_tells_the_network_but_no_telephone(changes):
    refused = read(**changes)
    assert isinstance(refused, EvidenceRefused)
    assert "no fix (network 510-10)" in refused.why
    assert "62812" not in refused.why


@pytest.mark.parametrize("lat", ["x", "-96.2", "1e1", "٦", "-6,24,37"])
def test_a_latitude_that_is_none_is_refused_by_its_name(lat):
    refused = read(location_latitude=lat)
    assert isinstance(refused, EvidenceRefused)
    assert refused.where == "AML over HTTPS"


def test_a_comma_may_be_the_decimal_mark():
    assert read(
        location_latitude="-6%2C2437", location_longitude="106%2C8925", location_accuracy="18%2C5"
    ).shape == Circle(-6.2437, 106.8925, 18.5)


def test_latitude_and_longitude_that_changed_places_are_put_right_and_it_is_said():
    claim = read(location_latitude="106.8925", location_longitude="-6.2437", location_floor="5")
    assert claim.shape == Circle(-6.2437, 106.8925, 18.5)
    assert claim.label.startswith("lantai 5; lintang dan bujur tertukar")


BEFORE = "v=1&emergency_number=112&time=1772338755000&location_latitude=-6.2437"
HERE = f"{BEFORE}&location_longitude=106.89250"


@pytest.mark.parametrize(
    ("text", "shape", "observed_at"),
    [
        (f"{HERE}&location_accuracy=1", Point(-6.2437, 106.8925), None),
        (f"{HERE}&location_accuracy=1&", Circle(-6.2437, 106.8925, 1.0), None),
        (f"{HERE}&location_accuracy=1&device_imei=", Circle(-6.2437, 106.8925, 1.0), None),
        (f"device_number=%2B6281200000001&{HERE}&location_accuracy=1", Point(-6.2437, 106.8925), None),
        (f"{HERE}&location_accuracy=1&device_number=%2B6281200000001", Circle(-6.2437, 106.8925, 1.0), None),
        (f"{HERE}&location_time=1772338775", Point(-6.2437, 106.8925), None),
        (f"{HERE}&location_time=1772338775250", Point(-6.2437, 106.8925), 1_772_338_775.25),
    ],
)
def test_of_a_form_that_ends_in_the_middle_only_what_is_whole_is_told(text, shape, observed_at):
    [claim] = aml.read_any(text.encode(), NOW)
    assert (claim.shape, claim.observed_at) == (shape, observed_at)


def test_a_form_that_ends_within_the_longitude_has_no_position():
    [refused] = aml.read_any(f"{BEFORE}&location_longitude=106.8".encode(), NOW)
    assert isinstance(refused, EvidenceRefused)
    assert "its end is missing" in refused.why


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_form_in_parts_is_read(end):
    lines = []
    for name, value in {**FIELDS, "device_number": "+6281200000001"}.items():
        lines += ["--Bound=ary", f'Content-Disposition: form-data; name="{name}"', "", value]
    body = end.join([*lines, "--Bound=ary--", ""])
    [claim] = aml.read_any(body.encode(), NOW)
    assert (claim.shape, claim.observed_at) == (Circle(-6.2437, 106.8925, 18.5), 1_772_338_775.25)
    assert aml_form.read(body.encode(), NOW)[0].said.number == "+6281200000001"
    cut = body[: body.index("--Bound=ary", body.index('"location_longitude"'))].removesuffix(end)[:-2]
    [refused] = aml.read_any(cut.encode(), NOW)
    assert isinstance(refused, EvidenceRefused)


def test_json_is_read_flat_nested_and_in_lists():
    flat = {
        "location_latitude": -6.2437,
        "location_longitude": 106.8925,
        "location_accuracy": 18.5,
        "device_number": None,
    }
    nested = {"location": {"latitude": -6.2437, "longitude": 106.8925, "accuracy": 18.5}}
    for body in (flat, nested, [flat, nested]):
        for claim in aml.read_any(json.dumps(body).encode(), NOW):
            assert claim.shape == Circle(-6.2437, 106.8925, 18.5)
    assert len(aml_form.bodies(json.dumps([flat, nested]).encode())) == 2


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"[1]",
        b"null",
        b"a=1",
        b"{" * 5000,
        b"[" * 5000,
        b'{"location": 5}',
        b"a&" * 5000,
        b"\xff" * 99,
    ],
)
def test_what_has_no_field_of_ours_is_none(body):
    assert aml.read_any(body, NOW) is None
    aml_form.bodies(body)


def test_only_the_last_field_can_sign():
    assert not aml_form.is_genuine(form(), ["key"])
    assert not aml_form.is_genuine(b"hmac=" + b"0" * 40 + b"&" + form(), ["key"])
    assert not aml_form.is_genuine(b"", [""])


values = st.one_of(st.none(), st.booleans(), st.floats(), st.text(max_size=20), st.lists(st.integers(), max_size=3))
objects = st.dictionaries(st.sampled_from([*FIELDS, "location", "hmac", ""]), values, max_size=8)


@given(st.one_of(objects, st.lists(objects, max_size=4)))
def test_any_json_is_read_or_refused(found):
    body = json.dumps(found).encode()
    for claim in aml.read_any(body, NOW) or ():
        claim.as_dict()
    aml_form.bodies(body)


@given(st.binary(max_size=300), st.text("location_lateud=&-.0123%", max_size=200))
def test_any_body_is_read_or_refused(body, like):
    for form in (body, like.encode()):
        aml.read_any(form, NOW)
        aml_form.is_genuine(form, ["key"])
