"""What a raw SIP request says of a place, however oddly it says it."""

import base64
import quopri
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.evidence import pidf_lo
from gateway.evidence.additional import Additional
from gateway.evidence.table import Table
from gateway.incident.errors import EvidenceRefused
from gateway.incident.evidence import Evidence
from gateway.incident.shape import Circle, Point
from gateway.locator import sip_request
from gateway.locator.body import DEEPEST, MOST_PARTS, Part, parts
from gateway.locator.capture import Capture
from gateway.locator.reading import MOST_LOCATORS, Reference, digest, read
from tests.hep_copy import multipart, part, pidf, sip

NOW = 1_767_323_045.0
PIDF = "Content-Type: application/pidf+xml"
SDP = part(b"v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\n", "Content-Type: application/sdp")
MIXED = 'Content-Type: multipart/mixed; boundary="b1"'


@pytest.fixture
def cells(tmp_path):
    return Table(tmp_path / "cells.sqlite")


@pytest.fixture
def found(cells):
    return lambda request: list(read(Capture("192.0.2.1", NOW, request), cells).found)


def latitudes(found):
    return [round(one.shape.lat, 4) for one in found if isinstance(one, Evidence)]


def refusals(found):
    return [one.why for one in found if isinstance(one, EvidenceRefused)]


def urls(found):
    return [one.url for one in found if isinstance(one, Reference)]


# --- headers -------------------------------------------------------------------------------------------------------


def test_folded_and_compact_headers_are_read():
    raw = b"INVITE sip:112@a.invalid SIP/2.0\nF: <sip:a@b.invalid>\n ;tag=x1\ni:\tcall-1\nGEOLOCATION : <https://a.invalid/1>,\n\t<https://a.invalid/2>\n\nbody"
    request = sip_request.read(raw)
    assert (request.call_id, request.from_tag, request.body) == ("call-1", "x1", b"body")
    assert request.values("geolocation") == ["<https://a.invalid/1>", "<https://a.invalid/2>"]


def test_commas_in_quotes_and_angle_brackets_part_no_values():
    text = '<https://a.invalid/?p=1,2>;inserted-by="a, b", "c, d" <https://a.invalid/3>'
    assert sip_request.split(text, ",") == [
        '<https://a.invalid/?p=1,2>;inserted-by="a, b"',
        '"c, d" <https://a.invalid/3>',
    ]
    assert sip_request.split(r'"a\",b",c', ",") == [r'"a\",b"', "c"]


@pytest.mark.parametrize("raw", [b"", b"SIP/2.0 200 OK\r\nCall-ID: a\r\n\r\n", b"INVITE SIP/2.0\r\n\r\n", b"\xff" * 99])
def test_what_is_no_request_is_refused(raw):
    with pytest.raises(EvidenceRefused, match="first line"):
        sip_request.read(raw)


def test_a_request_that_lost_its_first_line_or_its_call_id_or_was_indented_tells_its_place_all_the_same(found):
    whole = sip("c", "Geolocation: <cid:a@x.invalid>", MIXED, body=multipart(SDP, part(pidf(), PIDF)))
    _, _, rest = whole.partition(b"\r\n")
    indented = b"\n".join(b"    " + line for line in whole.split(b"\r\n"))
    for request in (rest, whole.replace(b"Call-ID: c\r\n", b""), indented):
        assert latitudes(found(request)) == [-6.2]


def test_a_request_within_a_dialog_is_known_by_its_to_tag():
    assert not sip_request.read(sip("call-1")).is_within_dialog
    assert sip_request.read(sip("call-1", to_tag="ours")).is_within_dialog


@pytest.mark.parametrize("told", ["11", "5", "999999", "-1", "x", "", "5 5"])
def test_a_wrong_length_of_the_body_costs_at_most_what_follows_a_document(found, told):
    raw = (
        b"INVITE sip:112@a.invalid SIP/2.0\r\nCall-ID: 1\r\nContent-Length: "
        + told.encode()
        + b"\r\n\r\n<a>1234</a>more"
    )
    assert sip_request.read(raw).body == (b"<a>1234</a>" if told == "11" else b"<a>1234</a>more")
    parted = sip("c", MIXED, f"l: {told}", body=multipart(SDP, part(pidf(), PIDF))).replace(
        b"Content-Length", b"X-None"
    )
    assert latitudes(found(parted)) == [-6.2]


# --- Geolocation ---------------------------------------------------------------------------------------------------


def test_every_geolocation_header_and_every_value_of_it_is_read(found):
    headers = (
        'Geolocation: <https://lis.example.invalid/a;b?c=d,e>;inserted-by="x", <sip:place@example.invalid>',
        "Geolocation: https://lis.example.invalid/bare;routing-allowed=yes",
        "geolocation: <helds:lis.example.invalid/h>,<pres:a@example.invalid>",
    )
    assert urls(found(sip("c", *headers))) == [
        "https://lis.example.invalid/a;b?c=d,e",
        "sip:place@example.invalid",
        "https://lis.example.invalid/bare",
        "helds:lis.example.invalid/h",
        "pres:a@example.invalid",
    ]


@pytest.mark.parametrize(
    "value", ["<cid:pl%61ce@example.invalid>", "cid:place@example.invalid", "<CID:Place@Example.invalid>;inserted-by=x"]
)
def test_a_document_is_found_by_its_content_id_with_brackets_or_without(found, value):
    body = multipart(SDP, part(pidf(), PIDF, "Content-ID: <place@example.invalid>"))
    everything = found(sip("c", f"Geolocation: {value}", MIXED, body=body))
    assert latitudes(everything) == [-6.2]
    assert refusals(everything) == []


def test_what_headers_point_to_comes_first_and_nothing_comes_twice(found):
    first, second = (
        part(pidf(-6.1), PIDF, "Content-ID: <a@x.invalid>"),
        part(pidf(-6.2), PIDF, "Content-ID: b@x.invalid"),
    )
    headers = ("Geolocation: <cid:b@x.invalid>", "Geolocation: <cid:b@x.invalid>, <cid:a@x.invalid>")
    assert latitudes(found(sip("c", *headers, MIXED, body=multipart(first, second)))) == [-6.2, -6.1]


def test_a_document_that_no_header_points_to_is_read_too(found):
    assert latitudes(found(sip("c", MIXED, body=multipart(SDP, part(pidf(), PIDF))))) == [-6.2]
    assert latitudes(found(sip("c", PIDF, body=pidf()))) == [-6.2]


def test_a_header_that_points_nowhere_or_to_what_we_do_not_know_is_told(found):
    told = found(sip("c", "Geolocation: <cid:nobody@x.invalid>, <ftp://x.invalid/>, <>", MIXED, body=multipart(SDP)))
    assert refusals(told) == [
        "the part it points to is not there",
        *["it is no cid, geo, http, https, held, sip or pres URI"] * 2,
    ]


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        ("<geo:-6.1754,106.8272;u=35>", Circle(-6.1754, 106.8272, 35.0)),
        ("<GEO:-6.1754,106.8272;crs=wgs84;U=35>;inserted-by=x", Circle(-6.1754, 106.8272, 35.0)),
        ("geo:-6.1754%2C106.8272", Point(-6.1754, 106.8272)),
        ("<geo:-6.1754,106.8272,12;u=0>", Point(-6.1754, 106.8272, 12.0)),
        ("<geo:-6.1754,106.8272;crs=moon2000>", None),
        ("<geo:0,0>", None),
        ("<geo:91,106.8272>", None),
        ("<geo:-6.1754>", None),
        ("<geo:-6.1754,x;u=5>", None),
        ("<geo:-6.1754,106.8272,x;u=35>", Circle(-6.1754, 106.8272, 35.0)),
    ],
)
def test_a_geo_uri_tells_its_place_and_stays_a_reference(found, value, shape):
    told = found(sip("c", f"Geolocation: {value}"))
    assert [one.shape for one in told if isinstance(one, Evidence)] == ([shape] if shape else [])
    assert [one.source for one in told if isinstance(one, EvidenceRefused)] == ([] if shape else ["pidf_lo"])
    assert len(urls(told)) == 1


@pytest.mark.parametrize("uncertainty", ["x", "-5", "1e300", "nan"])
def test_of_a_geo_uri_an_uncertainty_that_is_none_costs_no_position(found, uncertainty):
    told = found(sip("c", f"Geolocation: <geo:-6.1754,106.8272;u={uncertainty}>"))
    assert [one.shape for one in told if isinstance(one, Evidence)] == [Point(-6.1754, 106.8272)]
    assert refusals(told) == ["it is no uncertainty; its position is used"]


def test_a_thousand_headers_are_bounded(found):
    headers = [f"Geolocation: <https://lis.example.invalid/{n}>" for n in range(1000)]
    told = found(sip("c", *headers))
    assert len(urls(told)) == MOST_LOCATORS
    assert refusals(told) == [f"there are more than {MOST_LOCATORS}: the rest is not read"]


# --- bodies --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["\r\n", "\n"])
@pytest.mark.parametrize("kind", ["mixed", "related", "alternative", "x-odd"])
def test_parts_are_found_in_every_kind_of_container_and_line_end(found, end, kind):
    body = multipart(part(pidf(), PIDF, end=end), SDP, end=end)
    assert latitudes(found(sip("c", f"Content-Type: multipart/{kind};boundary=b1", body=body, end=end))) == [-6.2]


def test_containers_are_nested_in_any_order(found):
    inner = part(
        multipart(SDP, part(pidf(-6.1), PIDF), boundary="b11"), "Content-Type: multipart/alternative; boundary=b11"
    )
    outer = part(
        multipart(part(pidf(-6.2), PIDF), inner, boundary="b1 x"), 'Content-Type: multipart/related; boundary="b1 x"'
    )
    assert latitudes(found(sip("c", MIXED, body=multipart(outer, part(pidf(-6.3), PIDF), SDP)))) == [-6.2, -6.1, -6.3]


@pytest.mark.parametrize(
    ("header", "boundary"),
    [
        ('multipart/mixed; charset=x; BOUNDARY="a b;c=\\"d"', 'a b;c="d'),
        ("multipart/mixed;boundary=--", "--"),
        ("multipart/mixed; boundary=(+?.*[]", "(+?.*[]"),
        ("MULTIPART/Mixed ; boundary = gc0pJq0M:08jU534c0p", "gc0pJq0M:08jU534c0p"),
        ("multipart/mixed", "nobody-told"),
        ('multipart/mixed; boundary="wrong"', "right"),
        ('multipart/mixed; boundary="unquoted', "unquoted"),
    ],
)
def test_odd_boundaries_hide_nothing(found, header, boundary):
    body = multipart(SDP, part(pidf(), PIDF), boundary=boundary)
    assert latitudes(found(sip("c", f"Content-Type: {header}", body=body))) == [-6.2]


def test_a_body_cut_before_its_last_boundary_is_read_to_its_end(found):
    body = multipart(SDP, part(pidf(), PIDF))
    assert latitudes(found(sip("c", MIXED, body=body[: body.rindex(b"--b1--")]))) == [-6.2]


@pytest.mark.parametrize("kind", ["message/sip", "Message/SIPfrag;version=2.0", "message/rfc822"])
def test_a_request_within_a_request_is_looked_into(found, kind):
    inner = sip("other", MIXED, body=multipart(SDP, part(pidf(), PIDF)))
    assert latitudes(found(sip("c", MIXED, body=multipart(SDP, part(inner, f"Content-Type: {kind}"))))) == [-6.2]


def test_requests_within_requests_without_end_are_bounded(found):
    inner = part(pidf(), PIDF)
    for _ in range(DEEPEST + 1):
        inner = part(inner, "Content-Type: message/sip")
    assert refusals(found(sip("c", MIXED, body=multipart(inner)))) == [
        f"its parts are nested deeper than {DEEPEST}: the rest is not read"
    ]


def test_a_fault_of_ours_in_one_document_costs_no_other(found, monkeypatch):
    def parse(document, at):
        if b"-6.1" in document:
            raise RuntimeError("fault")
        return pidf_lo.parse_element(pidf_lo.root(document), at, document)

    monkeypatch.setattr("gateway.locator.reading.pidf_lo.parse", parse)
    told = found(sip("c", MIXED, body=multipart(part(pidf(-6.1), PIDF), part(pidf(-6.2), PIDF))))
    assert latitudes(told) == [-6.2]
    assert refusals(told) == ["our own fault: RuntimeError"]


def test_a_fault_of_ours_in_a_header_costs_no_document(found, monkeypatch):
    def fails(*_):
        raise RuntimeError("fault")

    monkeypatch.setattr("gateway.locator.reading.network_cell.from_headers", fails)
    told = found(sip("c", PIDF, "P-Access-Network-Info: 3GPP-NR", body=pidf()))
    assert (latitudes(told), refusals(told)) == ([-6.2], ["our own fault: RuntimeError"])


def test_an_address_without_a_word_costs_no_other_document(found):
    empty = pidf().partition(b"<gs:Circle")[0] + (
        b'<c:civicAddress xmlns:c="urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr" xml:lang="id"><c:country/>'
        b"</c:civicAddress></gp:location-info></gp:geopriv></status></tuple></presence>"
    )
    told = found(sip("c", MIXED, body=multipart(part(empty, PIDF), part(pidf(), PIDF))))
    assert latitudes(told) == [-6.2]
    assert len(refusals(told)) == 1


def test_a_document_without_any_header_or_empty_line_is_read(found):
    assert latitudes(found(sip("c", MIXED, body=multipart(SDP, pidf())))) == [-6.2]
    assert latitudes(found(sip("c", "Content-Type: multipart/mixed; boundary=gone", body=pidf()))) == [-6.2]


@pytest.mark.parametrize(
    "kind", ["", "text/xml", "application/xml", "application/octet-stream", "APPLICATION/PIDF+XML;x=y"]
)
def test_a_document_is_known_by_what_stands_in_it_where_its_type_is_wrong(found, kind):
    headers = (f"Content-Type: {kind}",) if kind else ()
    assert latitudes(found(sip("c", MIXED, body=multipart(SDP, part(pidf(), *headers))))) == [-6.2]


@pytest.mark.parametrize(
    ("encoding", "encode"),
    [
        ("base64", base64.encodebytes),
        ("BASE64", base64.b64encode),
        ("quoted-printable", quopri.encodestring),
        ("8bit", bytes),
    ],
)
def test_transfer_encodings_are_undone(found, encoding, encode):
    body = multipart(part(encode(pidf()), PIDF, f"Content-Transfer-Encoding: {encoding}"))
    [claim] = found(sip("c", MIXED, body=body))
    assert claim.original == pidf()


def test_a_compressed_body_is_read_and_a_bomb_is_bounded(found):
    assert latitudes(found(sip("c", PIDF, "Content-Encoding: gzip", body=zlib.compress(pidf())))) == [-6.2]
    told = found(sip("c", PIDF, "e: gzip", body=zlib.compress(pidf() + b" " * 100_000_000)))
    assert len(told) >= 1


@pytest.mark.parametrize("charset", ["iso-8859-1", "UTF-16", "utf-8", "nonsense", "rot13", "base64"])
def test_a_stated_charset_is_followed_where_the_document_names_none(found, charset):
    text = pidf().decode().partition("?>")[2].strip()
    try:
        raw = text.encode(charset)
    except LookupError:
        raw = text.encode()
    [claim] = found(sip("c", f"{PIDF}; charset={charset}", body=raw))
    assert latitudes([claim]) == [-6.2]
    assert claim.original == raw


def test_ten_thousand_parts_are_bounded_and_what_came_first_is_kept(found):
    body = multipart(part(pidf(), PIDF), *[b"\r\nx"] * 10_000)
    told = found(sip("c", MIXED, body=body))
    assert latitudes(told) == [-6.2]
    assert refusals(told) == [f"it has more than {MOST_PARTS} parts: the rest is not read"]


def test_containers_within_containers_without_end_are_bounded(found):
    body = b""
    for depth in range(500):
        body = multipart(part(body, f"Content-Type: multipart/mixed; boundary=n{depth}"), boundary=f"n{depth + 1}")
    told = found(sip("c", "Content-Type: multipart/mixed; boundary=n500", body=body))
    assert refusals(told) == ["its parts are nested deeper than 8: the rest is not read"]


def test_a_large_document_and_a_bomb_of_entities_are_refused_whole(found):
    bomb = b'<!DOCTYPE p [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><presence>&b;geopriv</presence>'
    assert refusals(found(sip("c", PIDF, body=bomb)))
    with pytest.raises(EvidenceRefused, match="larger than"):
        found(sip("c", PIDF, body=b"x" * 10_000_000))


def test_quotes_that_never_end_are_read_to_their_end(found):
    assert not urls(found(sip("c", 'Geolocation: "' + '\\"' * 70_000, "Contact: " + "<" * 50_000 + '"' * 50_000)))


@settings(max_examples=150)
@given(st.data())
def test_no_request_raises_anything_but_its_refusal(tmp_path_factory, data):
    good = sip(
        "c",
        "Geolocation: <cid:a@x.invalid>",
        MIXED,
        body=multipart(SDP, part(pidf(), PIDF, "Content-ID: <a@x.invalid>")),
    )
    place = data.draw(st.integers(0, len(good)))
    noise = data.draw(
        st.one_of(st.binary(max_size=30), st.sampled_from([b"--b1", b"\r\n\r\n", b'"', b"<", b"\0", b"\xff"]))
    )
    raw = good[:place] + noise + good[place + data.draw(st.integers(0, 60)) :]
    try:
        told = read(Capture("192.0.2.1", NOW, raw), Table(tmp_path_factory.getbasetemp() / "none")).found
    except EvidenceRefused:
        return
    for one in told:
        digest(one)


# --- besides the place ---------------------------------------------------------------------------------------------


def test_cells_of_several_headers_are_asked_for_in_the_table(found):
    headers = (
        "P-Access-Network-Info: 3GPP-E-UTRAN-FDD;utran-cell-id-3gpp=510101A2B2B8F2D1",
        "P-Access-Network-Info: 3GPP-GERAN;cgi-3gpp=5101012341234;network-provided",
        "Cellular-Network-Info: 3GPP-NR-FDD;utran-cell-id-3gpp=51010ABCDEF123456789;cell-info-age=5",
    )
    told = found(sip("c", *headers))
    assert len(told) == 3
    assert all("table of cells" in why for why in refusals(told))


PROVIDER = b"""<?xml version="1.0"?>
<ad:EmergencyCallData.ProviderInfo xmlns:ad="urn:ietf:params:xml:ns:EmergencyCallData:ProviderInfo">
<ad:DataProviderReference>1@example.invalid</ad:DataProviderReference>
<ad:DataProviderString>Contoh Telekomunikasi</ad:DataProviderString></ad:EmergencyCallData.ProviderInfo>"""
DEVICE = b"""<ad:EmergencyCallData.DeviceInfo xmlns:ad="urn:ietf:params:xml:ns:EmergencyCallData:DeviceInfo">
<ad:DeviceClassification>mobile</ad:DeviceClassification>
<ad:UniqueDeviceID TypeOfDeviceID="IMEI">35-not-one</ad:UniqueDeviceID>
<ad:UniqueDeviceID TypeOfDeviceID="IMEI">358999000000017</ad:UniqueDeviceID></ad:EmergencyCallData.DeviceInfo>"""
SUBSCRIBER = b"""<ad:EmergencyCallData.SubscriberInfo xmlns:ad="urn:ietf:params:xml:ns:EmergencyCallData:SubscriberInfo"
 xmlns="urn:ietf:params:xml:ns:vcard-4.0"><ad:SubscriberData><vcard><fn><text>Contoh Orang</text></fn></vcard>
</ad:SubscriberData></ad:EmergencyCallData.SubscriberInfo>"""


def test_additional_data_are_kept_as_they_came_with_what_a_desk_may_need(found):
    kinds = {"ProviderInfo": PROVIDER, "DeviceInfo": DEVICE, "SubscriberInfo": SUBSCRIBER, "Comment": b"<broken"}
    body = multipart(
        SDP, *[part(xml, f"Content-Type: application/EmergencyCallData.{name}+xml") for name, xml in kinds.items()]
    )
    call_info = "Call-Info: <cid:1@x.invalid>;purpose=EmergencyCallData.ProviderInfo, <https://x.invalid/s>;purpose=EmergencyCallData.ServiceInfo"
    told = {one.what: one for one in found(sip("c", MIXED, call_info, body=body)) if isinstance(one, Additional)}
    assert told["ProviderInfo"].provided_by == "Contoh Telekomunikasi"
    assert told["DeviceInfo"].imei == "358999000000017"
    assert told["SubscriberInfo"].label == "Contoh Orang"
    assert told["Comment"].original == b"<broken"
    assert told["ServiceInfo"].url == "https://x.invalid/s"
    assert all(told[name].original == xml for name, xml in kinds.items())


def test_a_telephone_is_known_by_the_instance_in_its_contact(cells):
    contact = 'Contact: <sip:a@192.0.2.1>;+sip.instance="<urn:gsma:imei:35899900-000001-0>"'
    told = read(Capture("192.0.2.1", NOW, sip("c", contact)), cells)
    assert list(told.imeis) == ["358999000000010"]


def test_a_part_that_is_no_document_of_a_place_says_nothing(found):
    assert found(sip("c", MIXED, body=multipart(SDP, part(b"hello", "Content-Type: text/plain")))) == []


def test_the_same_said_again_has_the_same_digest_whenever_it_came(cells):
    request = sip("c", PIDF, body=pidf())
    first, later = (read(Capture("192.0.2.1", at, request), cells).found for at in (NOW, NOW + 9))
    assert [digest(one) for one in first] == [digest(one) for one in later]
    assert digest(first[0]) != digest(read(Capture("", NOW, sip("c", PIDF, body=pidf(-6.9))), cells).found[0])


def test_parts_keep_their_order():
    request = sip_request.read(sip("c", MIXED, body=multipart(SDP, part(pidf(), PIDF))))
    assert [one.type for one in parts(request) if isinstance(one, Part)] == ["application/sdp", "application/pidf+xml"]
