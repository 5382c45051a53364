"""``gateway112 locate``: every form is recognised, several to a file, and what is not understood is said."""

import base64
import json
import sys
from io import BytesIO, TextIOWrapper

import pytest

from gateway.__main__ import main
from gateway.evidence.table import Table
from gateway.incident.errors import EvidenceRefused
from gateway.incident.evidence import Evidence
from gateway.incident.shape import Area, Circle, Point
from gateway.locate import recognition
from gateway.locator.reading import Reference
from tests.gateway.test_locations_fixtures import FOLDER

NOW = 1_772_339_000.0
HALIM = (-6.2475, 106.8910)
PRESENCE = (FOLDER / "circle.xml").read_text(encoding="utf-8")
AML = (
    'A"ML=1;lt=-6.24370;lg=+106.89250;rd=18;top=20260301041935;lc=68;pm=G;si=001010000000001;ei=350000000000006;ml=128'
)
POINT = '<gml:Point xmlns:gml="http://www.opengis.net/gml"><gml:pos>-6.2475 106.8910</gml:pos></gml:Point>'
CIVIC = (
    '<civicAddress xmlns="urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr"><A2>Jakarta Timur</A2><A3>Makasar</A3>'
    "</civicAddress>"
)
HELD = "urn:ietf:params:xml:ns:geopriv:held"
INVITE = (
    "INVITE urn:service:sos SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"
    "From: <sip:a@contoh.example>;tag=1\r\n"
    "To: <urn:service:sos>\r\nCall-ID: contoh-1\r\nCSeq: 1 INVITE\r\nGeolocation: <cid:tempat@contoh.example>\r\n"
    "Geolocation: <https://lis.contoh.example/a>\r\n"
    "Content-Type: multipart/mixed; boundary=batas\r\n\r\n"
)
BODY = (
    "--batas\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n--batas\r\nContent-Type: application/pidf+xml\r\n"
    f"Content-ID: <tempat@contoh.example>\r\n\r\n{PRESENCE}\r\n--batas--\r\n"
)


def found(body, tmp_path):
    return recognition.found(body.encode() if isinstance(body, str) else body, NOW, Table(tmp_path / "cells.sqlite"))


@pytest.mark.parametrize(
    ("body", "shapes"),
    [
        (PRESENCE, [Circle(*HALIM, 30)]),
        (PRESENCE.encode("utf-16"), [Circle(*HALIM, 30)]),
        (PRESENCE + PRESENCE, [Circle(*HALIM, 30)] * 2),
        (POINT, [Point(*HALIM)]),
        (CIVIC, [Area("31.75.08", "Makasar")]),
        (f"<location-info>{POINT}</location-info>", [Point(*HALIM)]),
        (f"<geopriv><location-info>{POINT}{CIVIC}</location-info></geopriv>", [Point(*HALIM)]),
        (f'<locationResponse xmlns="{HELD}">{PRESENCE.partition("?>")[2]}</locationResponse>', [Circle(*HALIM, 30)]),
        (
            f'<findService xmlns="urn:ietf:params:xml:ns:lost1"><location id="1">{POINT}</location>'
            f'<location id="2" profile="civic">{CIVIC}</location><service>urn:service:sos</service></findService>',
            [Point(*HALIM), Area("31.75.08", "Makasar")],
        ),
        (f"<soap:Envelope><soap:Body>{PRESENCE.partition('?>')[2]}</soap:Body></soap:Envelope>", [Circle(*HALIM, 30)]),
        (BODY, [Circle(*HALIM, 30)]),
        (f"Content-Type: application/pidf+xml\r\n\r\n{PRESENCE}", [Circle(*HALIM, 30)]),
        (AML, [Circle(-6.2437, 106.8925, 18)]),
        (AML.encode().hex(), [Circle(-6.2437, 106.8925, 18)]),
        (base64.b64encode(AML.encode()), [Circle(-6.2437, 106.8925, 18)]),
        (base64.encodebytes(AML.encode()), [Circle(-6.2437, 106.8925, 18)]),
        (f"{AML}\n\n{AML.replace('rd=18', 'rd=40')}\n", [Circle(-6.2437, 106.8925, 18), Circle(-6.2437, 106.8925, 40)]),
        (
            "v=1&location_latitude=-6.2437&location_longitude=106.8925&location_accuracy=18&location_source=gps&",
            [Circle(-6.2437, 106.8925, 18)],
        ),
        (f"Bu, hp saya kirim {AML}", [Circle(-6.2437, 106.8925, 18)]),
        (f"di kec makasar {AML}", [Circle(-6.2437, 106.8925, 18), Area("31.75.08", "Makasar")]),
        (
            '--X\nContent-Disposition: form-data; name="location_latitude"\n\n-6.2437\n--X\n'
            'Content-Disposition: form-data; name="location_longitude"\n\n106.8925\n--X--\n',
            [Point(-6.2437, 106.8925)],
        ),
        (
            '<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><Point><coordinates>106.8910,-6.2475,0'
            "</coordinates></Point></Placemark></kml>",
            [Point(*HALIM, 0.0)],
        ),
        (
            '<kml xmlns="http://earth.google.com/kml/2.1"><Point><coordinates>20.5,-6.2</coordinates></Point></kml>',
            [Point(-6.2, 20.5)],
        ),
        (f"HTTP/1.1 200 OK\r\nContent-Type: application/pidf+xml\r\n\r\n{PRESENCE}", [Circle(*HALIM, 30)]),
        ("tolong, kel cipinang melayu kec makasar", [Area("31.75.08.1005", "Cipinang Melayu")]),
        ("di sini https://maps.google.com/?q=-6.2475,106.8910", [Point(*HALIM)]),
        ("-6.2475, 106.8910", [Point(*HALIM)]),
        ("-6.2475, 106.8910\nkec makasar", [Point(*HALIM), Area("31.75.08", "Makasar")]),
    ],
)
def test_each_form_is_recognised(tmp_path, body, shapes):
    told = found(body, tmp_path)
    assert [one.shape for one in told if isinstance(one, Evidence)] == shapes
    assert len(told) == len(shapes)


INDENTED = "\n".join(f"    {line}" for line in (INVITE + BODY).splitlines())


@pytest.mark.parametrize(
    "body",
    [
        INDENTED,
        INDENTED.replace("\n", "\r\n"),
        INVITE.partition("\r\n")[2] + BODY,
        (INVITE + BODY).replace("Call-ID: contoh-1\r\n", ""),
        (INVITE + BODY).replace("\r\n", "\n"),
        "\r\n\r\n" + INVITE + BODY,
        (INVITE + BODY).replace("INVITE urn:service:sos SIP/2.0", "SIP/2.0 183 Session Progress"),
    ],
)
def test_a_request_that_somebody_pasted_is_put_right(tmp_path, body):
    claim, reference = found(body, tmp_path)
    assert (claim.shape, reference.url) == (Circle(*HALIM, 30), "https://lis.contoh.example/a")


@pytest.mark.parametrize(
    "body",
    [
        f"catatan petugas:\n\n{PRESENCE}\nselesai",
        (INVITE + BODY).replace("application/pidf+xml", "application/x").replace("multipart/mixed", "text/x"),
        f"<skenario><kirim><![CDATA[{INVITE}{BODY}]]></kirim></skenario>",
        f"x: 1\n{PRESENCE}",
    ],
)
def test_a_document_is_found_in_whatever_surrounds_it(tmp_path, body):
    assert Circle(*HALIM, 30) in [one.shape for one in found(body, tmp_path) if isinstance(one, Evidence)]


def test_lines_that_tell_nothing_are_one_refusal_and_beside_others_one_each(tmp_path):
    [refused] = found("halo\napa kabar\nbaik", tmp_path)
    assert (refused.where, refused.why) == ("text", recognition.NOTHING)
    first, second = found("halo\nkec makasar", tmp_path)
    assert (first.where, second.shape) == ("line 1", Area("31.75.08", "Makasar"))


def test_prose_that_speaks_of_places_is_one_refusal_and_a_list_of_messages_is_not(tmp_path):
    prose = ["Petunjuk untuk petugas baru.", "", "kec makasar disebut di sini.", *["Baris biasa saja."] * 30]
    [refused] = found("\n".join(prose), tmp_path)
    assert refused.where == "text"
    assert "a text of 32 lines" in refused.why
    assert "(line 3)" in refused.why
    messages = found("\n".join([*["tolong cepat"] * 20, *["kec makasar"] * 5]), tmp_path)
    assert len([one for one in messages if isinstance(one, Evidence)]) == 5
    beside = found("\n".join([*prose, AML]), tmp_path)
    assert [type(one) for one in beside] == [Evidence, EvidenceRefused], "what a machine wrote stands beside prose"


def test_a_whole_request_tells_its_documents_and_references(tmp_path):
    claim, reference = found(INVITE + BODY, tmp_path)
    assert (claim.shape, claim.holder) == (Circle(*HALIM, 30), "tuple t1")
    assert reference == Reference("https://lis.contoh.example/a")


def test_the_boundary_of_a_service_is_nobody_s_place(tmp_path):
    boundary = f'<serviceBoundary profile="geodetic-2d">{POINT}</serviceBoundary>'
    answer = (
        f'<findServiceResponse xmlns="urn:ietf:params:xml:ns:lost1"><mapping>{boundary}</mapping></findServiceResponse>'
    )
    [refused] = found(answer, tmp_path)
    assert refused.why == recognition.NOTHING


@pytest.mark.parametrize(
    ("body", "url"),
    [
        ("Geolocation: <https://lis.contoh.example/a>;inserted-by=x", "https://lis.contoh.example/a"),
        (
            f'<locationResponse xmlns="{HELD}"><locationUriSet expires="2026-03-01T05:00:00Z"><locationURI>'
            "https://lis.contoh.example/b</locationURI></locationUriSet></locationResponse>",
            "https://lis.contoh.example/b",
        ),
        (
            f'<locationUriSet xmlns="{HELD}"><locationURI>https://a.example/c</locationURI></locationUriSet>',
            "https://a.example/c",
        ),
    ],
)
def test_a_reference_is_told_and_not_fetched(tmp_path, body, url):
    assert [one.url for one in found(body, tmp_path)] == [url]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "empty"),
        (b" \n\0 ", "empty"),
        (b"x" * (recognition.LARGEST + 1), "larger than"),
        (bytes(range(256)) * 8, "binary"),
        ("halo apa kabar", "nothing in it tells a place"),
        ("<catatan>tolong</catatan>", "nothing in it tells a place"),
        ("<presence>", "broken"),
        (f'<error xmlns="{HELD}" code="locationUnknown"/>', "locationUnknown"),
        ("P-Access-Network-Info: 3GPP-E-UTRAN-FDD; utran-cell-id-3gpp=5101012345678901", "cell"),
        ("INVITE sip:112@contoh.example SIP/2.0\r\nCall-ID: a\r\n\r\n", "nothing in it tells a place"),
        ('A"ML=1;lt=+00.00000;lg=+000.00000;rd=N', "no fix"),
        ("x" * 5000, "longer than"),
    ],
)
def test_what_tells_no_place_is_one_refusal_with_its_reason(tmp_path, body, why):
    [refused] = found(body, tmp_path)
    assert isinstance(refused, EvidenceRefused)
    assert why in f"{refused.where}: {refused.why}"


# --- the command


def rows(capsys):
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_row_has_the_keys_in_their_order_and_says_what_is_known(tmp_path, capsys):
    file = tmp_path / "a.xml"
    file.write_bytes((FOLDER / "civic_and_circle.xml").read_bytes())
    assert main(["locate", str(file)]) == 0
    [row] = rows(capsys)
    assert list(row)[:8] == ["shape", "lat", "lon", "radius_m", "observed_at", "method", "area", "problem"]
    assert (row["shape"], row["lat"], row["lon"], row["radius_m"]) == ("circle", *HALIM, 30)
    assert (row["observed_at"], row["method"], row["problem"]) == ("2026-03-01T04:19:35Z", "GPS", None)
    assert "Jakarta Timur" in row["area"]
    assert row["civic"][1] == ["country", "ID"]
    assert row["claimed"] == {"kind": "circle", "lat": -6.2475, "lon": 106.891, "radius_m": 30.0}


def test_an_address_and_an_area_have_names_and_no_position(tmp_path, capsys):
    main(["locate", str(FOLDER / "civic.xml"), str(FOLDER / "civic_of_an_unknown_area.xml")])
    area, civic = rows(capsys)
    assert (area["shape"], area["lat"], area["area"]) == (
        "area",
        None,
        "Kel. Cipinang Melayu, Kec. Makasar, Jakarta Timur",
    )
    assert area["code"] == "31.75.08.1005"
    assert (civic["shape"], civic["lat"], civic["radius_m"]) == ("civic", None, None)
    assert civic["area"].endswith("Kota Contoh, Provinsi Contoh, ID")


def test_several_files_are_told_apart_and_one_that_is_missing_stops_none(tmp_path, capsys):
    good = str(FOLDER / "point.xml")
    assert main(["locate", str(tmp_path / "none"), str(tmp_path), good]) == 0
    missing, folder, point = rows(capsys)
    assert missing["problem"].startswith("file: it cannot be read")
    assert folder["problem"].startswith("file: it cannot be read")
    assert (point["file"], point["problem"]) == (good, None)


def test_nothing_understood_is_exit_code_1_and_no_file_at_all_is_2(tmp_path, capsys):
    file = tmp_path / "a.txt"
    file.write_text("halo")
    assert main(["locate", str(file)]) == 1
    with pytest.raises(SystemExit) as asked_wrongly:
        main(["locate"])
    assert asked_wrongly.value.code == 2


def test_standard_input_is_read(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(AML.encode())))
    assert main(["locate", "-"]) == 0
    [row] = rows(capsys)
    assert (row["shape"], row["observed_at"], row["confidence"]) == ("circle", "2026-03-01T04:19:35Z", 68)


def test_a_text_has_no_time_of_its_own(tmp_path, capsys):
    file = tmp_path / "a.txt"
    file.write_text("kec makasar")
    main(["locate", str(file)])
    assert rows(capsys)[0]["observed_at"] is None


def test_a_cell_is_looked_up_in_the_operator_s_table_and_has_no_time_of_its_own(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("GATEWAY112_STATE", str(tmp_path))
    table, header = tmp_path / "cells.csv", tmp_path / "a.txt"
    table.write_text(
        "access,mcc,mnc,area,cell,lat,lon,radius_m,azimuth,opening\nLTE,510,10,0x1A2B,0x2B9045D,-6.2475,106.8910,800,90,120\n"
    )
    header.write_text("P-Access-Network-Info: 3GPP-E-UTRAN-FDD; utran-cell-id-3gpp=510101A2B2B9045D\n")
    assert main(["cells", "import", str(table)]) == 0
    capsys.readouterr()
    assert main(["locate", str(header)]) == 0
    [row] = rows(capsys)
    assert (row["shape"], row["source"], row["method"]) == ("arc_band", "network_cell", "Cell")
    assert (row["observed_at"], row["problem"]) == (None, None)
    assert row["claimed"]["outer_m"] == 800


def test_every_fixture_gives_a_row_for_each_claim_and_refusal(capsys):
    for file in sorted(FOLDER.glob("*.xml")):
        main(["locate", str(file)])
        wanted = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
        told = rows(capsys)
        assert [row["shape"] for row in told] == [one["shape"]["kind"] if "shape" in one else None for one in wanted], (
            file
        )
        assert all(row["problem"] is None or row["shape"] is None for row in told)


def test_what_a_telephone_measured_of_access_points_is_no_place_of_its_caller(tmp_path):
    request = (
        f'<locationRequest xmlns="{HELD}"><measurements xmlns="urn:ietf:params:xml:ns:geopriv:lm"><wifi><neighbourWap>'
        f"<location>{POINT}</location></neighbourWap></wifi><location-info>{POINT}</location-info></measurements>"
        "</locationRequest>"
    )
    for text in (request, request.replace("<", "<h:").replace("<h:/", "</h:"), f"asked:\n{request}"):
        told = found(text, tmp_path)
        assert [type(one) for one in told] == [EvidenceRefused]
    assert [one.shape for one in found(f"asked:\n{request}\n{PRESENCE}", tmp_path)] == [Circle(*HALIM, 30)]


def test_an_error_is_told_with_its_code_whatever_stands_before_or_in_it(tmp_path):
    error = f'<error xmlns="{HELD}" code="notLocatable"><message>tidak ada</message></error>'
    [refused] = found(f"HTTP/1.1 200 OK\r\nContent-Type: application/held+xml\r\n\r\n{error}", tmp_path)
    assert refused.why == "error notLocatable: tidak ada"
    claim, refused = found(error.replace("</error>", PRESENCE.partition("?>")[2] + "</error>"), tmp_path)
    assert (claim.shape, refused.why) == (Circle(*HALIM, 30), "error notLocatable: tidak ada")


def test_a_file_that_nobody_can_read_stops_no_other(tmp_path, monkeypatch, capsys):
    (tmp_path / "bad").write_text("fault")
    (tmp_path / "good").write_text(PRESENCE)
    read = recognition.found

    def fails(body, at, cells):
        if body == b"fault":
            raise RuntimeError("fault")
        return read(body, at, cells)

    monkeypatch.setattr(recognition, "found", fails)
    assert main(["locate", str(tmp_path / "bad"), str(tmp_path / "good")]) == 0
    bad, good = rows(capsys)
    assert (bad["problem"], bad["file"]) == ("file: our own fault: RuntimeError", str(tmp_path / "bad"))
    assert good["shape"] == "circle"
    assert main(["locate", str(tmp_path / "bad")]) == 1


def test_of_many_lines_of_which_none_tells_a_place_that_is_said_once_for_the_file(tmp_path, capsys):
    file = tmp_path / "notes.txt"
    file.write_text("satu\ndua\ntiga\n", encoding="utf-8")
    assert main(["locate", str(file)]) == 1
    [row] = map(json.loads, capsys.readouterr().out.splitlines())
    assert row["problem"] == f"text: {recognition.NOTHING}"
    file.write_text("satu\nsaya di -6.2475,106.8910\ntiga\n", encoding="utf-8")
    assert main(["locate", str(file)]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 3, "with one that does, each line has its own"
