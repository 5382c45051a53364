"""PIDF-LO: documents read, and our own written. The examples are of our own making, in the forms of the RFCs."""

from xml.etree import ElementTree

import pytest

from gateway.evidence import rfc3339
from gateway.evidence.pidf_document import asterisk_fields, document
from gateway.evidence.pidf_lo import LARGEST, MOST_CLAIMS, MOST_KEPT, parse
from gateway.gazetteer import gazetteer
from gateway.incident.errors import EvidenceRefused
from gateway.incident.location import Evidence, Location, fuse
from gateway.incident.shape import ArcBand, Area, Circle, Civic, Ellipse, Point, Polygon, Sphere

NOW = 1_750_000_000.0
HALIM = (-6.2475, 106.8910)

NAMESPACES = " ".join(
    f'xmlns{prefix}="{uri}"'
    for prefix, uri in (
        ("", "urn:ietf:params:xml:ns:pidf"),
        (":dm", "urn:ietf:params:xml:ns:pidf:data-model"),
        (":gp", "urn:ietf:params:xml:ns:pidf:geopriv10"),
        (":gml", "http://www.opengis.net/gml"),
        (":gs", "http://www.opengis.net/pidflo/1.0"),
        (":ca", "urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr"),
        (":con", "urn:ietf:params:xml:ns:geopriv:conf"),
    )
)
CIRCLE = (
    '<gs:Circle srsName="urn:ogc:def:crs:EPSG::4326"><gml:pos>-6.2475 106.8910</gml:pos>'
    '<gs:radius uom="urn:ogc:def:uom:EPSG::9001">30</gs:radius></gs:Circle>'
)
MAKASAR = "<ca:country>ID</ca:country><ca:A1>DKI Jakarta</ca:A1><ca:A2>Jakarta Timur</ca:A2><ca:A3>Makasar</ca:A3>"


def geopriv(inside, method="<gp:method>GPS</gp:method>"):
    return f"<gp:geopriv><gp:location-info>{inside}</gp:location-info><gp:usage-rules/>{method}</gp:geopriv>"


def presence(*holders):
    return f'<?xml version="1.0"?><presence {NAMESPACES} entity="pres:a@example.com">{"".join(holders)}</presence>'


def in_tuple(inside, timestamp="2025-06-15T14:06:40Z", **values):
    status = f"<status>{geopriv(inside, **values)}</status>"
    return f'<tuple id="a">{status}<timestamp>{timestamp}</timestamp></tuple>'


def one(inside, **values):
    [claim] = parse(presence(in_tuple(inside, **values)).encode(), NOW)
    return claim


def test_a_circle_is_read_with_its_method_time_and_original():
    claim = one(CIRCLE)
    assert claim.shape == Circle(*HALIM, 30.0)
    assert (claim.source, claim.method, claim.received_at) == ("pidf_lo", "GPS", NOW)
    assert claim.observed_at == NOW - 3600
    assert claim.confidence == 95.0
    assert claim.original == presence(in_tuple(CIRCLE)).encode()


@pytest.mark.parametrize(
    ("xml", "shape"),
    [
        ("<gml:Point><gml:pos>-6.2475 106.8910</gml:pos></gml:Point>", Point(*HALIM)),
        (
            '<gml:Point srsName="urn:ogc:def:crs:EPSG::4979"><gml:pos>-6.2475 106.8910 12</gml:pos></gml:Point>',
            Point(*HALIM, 12.0),
        ),
        ("<gml:location>" + CIRCLE + "</gml:location>", Circle(*HALIM, 30.0)),
        (CIRCLE.replace("106.8910", "106.8910 7"), Circle(*HALIM, 30.0, 7.0)),
        (CIRCLE.replace(' uom="urn:ogc:def:uom:EPSG::9001"', ""), Circle(*HALIM, 30.0)),
        (CIRCLE.replace("<gs:radius", "\n <gs:radius"), Circle(*HALIM, 30.0)),
        (CIRCLE.replace("-6.2475 106.8910", "\n -6.2475\t106.8910 \n"), Circle(*HALIM, 30.0)),
        (
            "<gs:Ellipse><gml:pos>-6.2475 106.8910</gml:pos><gs:semiMajorAxis>40</gs:semiMajorAxis>"
            "<gs:semiMinorAxis>20</gs:semiMinorAxis><gs:orientation>30</gs:orientation></gs:Ellipse>",
            Ellipse(*HALIM, 40.0, 20.0, 30.0),
        ),
        (
            "<gs:ArcBand><gml:pos>-6.2475 106.8910</gml:pos><gs:innerRadius>100</gs:innerRadius>"
            "<gs:outerRadius>900</gs:outerRadius><gs:startAngle>0</gs:startAngle>"
            "<gs:openingAngle>120</gs:openingAngle></gs:ArcBand>",
            ArcBand(*HALIM, 100.0, 900.0, 0.0, 120.0),
        ),
        (
            "<gs:Sphere><gml:pos>-6.2475 106.8910 15</gml:pos><gs:radius>25</gs:radius></gs:Sphere>",
            Sphere(*HALIM, 15.0, 25.0),
        ),
        (
            "<gml:Polygon><gml:exterior><gml:LinearRing><gml:pos>-6.2 106.8</gml:pos><gml:pos>-6.2 106.9</gml:pos>"
            "<gml:pos>-6.1 106.9</gml:pos><gml:pos>-6.2 106.8</gml:pos></gml:LinearRing></gml:exterior></gml:Polygon>",
            Polygon(((-6.2, 106.8), (-6.2, 106.9), (-6.1, 106.9))),
        ),
        (
            "<gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>-6.2 106.8 -6.2 106.9 -6.1 106.9 -6.2 106.8"
            "</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>",
            Polygon(((-6.2, 106.8), (-6.2, 106.9), (-6.1, 106.9))),
        ),
        (
            '<gml:Polygon srsName="urn:ogc:def:crs:EPSG::4979"><gml:exterior><gml:LinearRing><gml:posList>'
            "-6.2 106.8 1 -6.2 106.9 1 -6.1 106.9 1 -6.2 106.8 1</gml:posList></gml:LinearRing></gml:exterior>"
            "</gml:Polygon>",
            Polygon(((-6.2, 106.8), (-6.2, 106.9), (-6.1, 106.9)), (1.0, 1.0, 1.0)),
        ),
        (f"<ca:civicAddress>{MAKASAR}</ca:civicAddress>", Area("31.75.08", "Makasar")),
        (
            f"<ca:civicAddress>{MAKASAR}<ca:A4>Kelurahan Cipinang Melayu</ca:A4></ca:civicAddress>",
            Area("31.75.08.1005", "Cipinang Melayu"),
        ),
        (
            "<ca:civicAddress><ca:A3>Kota Administrasi Jakarta Timur</ca:A3><ca:A4>CAKUNG</ca:A4>"
            "<ca:A5>Jatinegara</ca:A5></ca:civicAddress>",
            Area("31.75.06.1004", "Jatinegara"),
        ),
        (
            "<ca:civicAddress><ca:A2>Jakarta Timur</ca:A2><ca:A3>Jatinegara</ca:A3></ca:civicAddress>",
            Area("31.75", "Jakarta Timur"),
        ),
        (
            "<ca:civicAddress><ca:A2>Jakarta Timur</ca:A2><ca:A3>Kecamatan Jatinegara</ca:A3></ca:civicAddress>",
            Area("31.75.03", "Jatinegara"),
        ),
        (
            "<ca:civicAddress><ca:A2>Jakarta Timur</ca:A2><ca:A3>Jatinegara</ca:A3><ca:A4>Bidara Cina</ca:A4>"
            "</ca:civicAddress>",
            Area("31.75.03.1003", "Bidara Cina"),
        ),
        ("<ca:civicAddress><ca:A3>Atlantis</ca:A3></ca:civicAddress>", Civic("Atlantis")),
        ("<ca:civicAddress><ca:A4>Jatinegara</ca:A4></ca:civicAddress>", Civic("Jatinegara")),
        (
            "<ca:civicAddress><ca:country>ID</ca:country><ca:A6>Kalibaru Timur V</ca:A6><ca:HNO>7</ca:HNO>"
            "</ca:civicAddress>",
            Civic("Kalibaru Timur V, 7, ID"),
        ),
    ],
)
def test_every_shape_is_read(xml, shape):
    claim = one(xml)
    assert isinstance(claim, Evidence), claim
    if isinstance(shape, Area) and len(shape.code) == 13:
        assert (claim.shape.name, claim.shape.code[:8]) == (shape.name, shape.code[:8])
    else:
        assert claim.shape == shape


def test_a_position_with_an_address_keeps_both():
    address = f"<ca:civicAddress>{MAKASAR}<ca:LOC>Lobi</ca:LOC><ca:FLR>3</ca:FLR></ca:civicAddress>"
    claim = one(CIRCLE + address)
    assert claim.shape == Circle(*HALIM, 30.0)
    assert claim.label == "Lobi, lantai 3"


def test_confidence_is_read_and_where_it_is_not_stated_95():
    assert one(CIRCLE + '<con:confidence pdf="normal">68</con:confidence>').confidence == 68.0
    assert one(CIRCLE + "<con:confidence>67%</con:confidence>").confidence == 67.0
    assert one(CIRCLE).confidence == 95.0


@pytest.mark.parametrize("text", ["unknown", "0", "-1", "101", "167", "nan", "sure", ""])
def test_a_confidence_that_is_unknown_is_not_taken_for_95(text):
    assert one(CIRCLE + f'<con:confidence pdf="bogus">{text}</con:confidence>').confidence is None


LEADING_ELSEWHERE = [
    ({"A1": "Jawa Timur", "A2": "Surabaya", "A3": "Krembangan", "A4": "Kemayoran"}, None),
    ({"A1": "Sumatera Utara", "A2": "Medan", "A3": "Gambir"}, None),
    ({"A1": "Jawa Barat", "A2": "Bandung", "A3": "Andir", "A4": "Kebon Jeruk"}, None),
    ({"A1": "Jawa Barat", "A3": "Tebet"}, None),
    ({"A2": "Surabaya", "A3": "Kemayoran"}, None),
    ({"A1": "DKI Jakarta", "A2": "Surabaya", "A3": "Kemayoran"}, "31"),
    ({"A1": "Jawa Barat", "A2": "Kota Bekasi", "A3": "Gambir"}, "32.75"),
    ({"A1": "DKI Jakarta", "A2": "Kota Adm. Jkt Timur", "A3": "Makasar"}, "31.75.08"),
    ({"A1": "Daerah Khusus Ibukota Jakarta", "A2": "Kota Jakarta Timur", "A3": "Makasar"}, "31.75.08"),
    ({"A1": "Jakarta", "A2": "East Jakarta City", "A3": "Makasar"}, "31.75.08"),
]


@pytest.mark.parametrize(("address", "code"), LEADING_ELSEWHERE)
def test_a_name_of_ours_in_another_province_or_city_is_no_place_of_ours(address, code):
    elements = "".join(f"<ca:{name}>{text}</ca:{name}>" for name, text in address.items())
    shape = one(f"<ca:civicAddress>{elements}</ca:civicAddress>").shape
    assert (shape.code if isinstance(shape, Area) else None) == code


@pytest.mark.parametrize("address", ['<ca:civicAddress xml:lang="id"/>', "<ca:civicAddress><ca:A1/></ca:civicAddress>"])
def test_an_address_that_says_nothing_costs_no_other_claim(address):
    assert "neither a shape nor" in one(address).why
    empty, claim = parse(presence(in_tuple(address), in_tuple(CIRCLE)).encode(), NOW)
    assert (empty.where, claim.shape) == ("PIDF-LO tuple[1] location-info", Circle(*HALIM, 30.0))


def test_a_height_that_cannot_be_read_costs_the_height_alone():
    claim = one("<gml:Point><gml:pos>-6.2475 106.8910 NaN</gml:pos></gml:Point>")
    assert claim.shape == Point(*HALIM)
    assert "height" in claim.label


@pytest.mark.parametrize(
    ("timestamp", "read"),
    [("2025-06-15T24:00:00Z", "2025-06-16T00:00:00Z"), ("2025-06-15T07:00:00+07", "2025-06-15T00:00:00Z")],
)
def test_times_of_xml_schema_are_read(timestamp, read):
    assert rfc3339.written(one(CIRCLE, timestamp=timestamp).observed_at) == read


@pytest.mark.parametrize("timestamp", ["yesterday", "", "2025-06-15T14:06:40", "0000-00-00T00:00:00Z"])
def test_a_bad_date_does_not_spoil_a_good_position(timestamp):
    claim = one(CIRCLE, timestamp=timestamp)
    assert claim.shape == Circle(*HALIM, 30.0)
    assert claim.observed_at is None


def test_every_tuple_device_and_person_is_a_claim():
    device = f'<dm:device id="d">{geopriv(CIRCLE)}<dm:timestamp>2025-06-15T14:06:40+07:00</dm:timestamp></dm:device>'
    person = f'<dm:person id="p">{geopriv("<gml:Point/>")}</dm:person>'
    first, second, third = parse(presence(in_tuple(CIRCLE), device, person).encode(), NOW)
    assert first.shape == second.shape == Circle(*HALIM, 30.0)
    assert first.observed_at - second.observed_at == 7 * 3600
    assert third.where == "PIDF-LO person[3] Point pos"


@pytest.mark.parametrize(
    ("xml", "where"),
    [
        ("", "location-info"),
        ("<gs:Blob/>", "location-info"),
        (CIRCLE.replace("-6.2475 106.8910", "0 0"), "Circle"),
        (CIRCLE.replace("EPSG::4326", "EPSG::3857"), "Circle"),
        (CIRCLE.replace("-6.2475 106.8910", "-6.2475"), "Circle pos"),
        (CIRCLE.replace("-6.2475 106.8910", "-6.2475 106.8910 1 2"), "Circle pos"),
        (CIRCLE.replace("-6.2475", "٦"), "Circle pos"),
        ("<gml:Polygon/>", "Polygon pos"),
        ("<gml:location/>", "location"),
    ],
)
def test_a_claim_that_cannot_be_understood_is_refused_by_its_place(xml, where):
    claim = one(xml)
    assert isinstance(claim, EvidenceRefused)
    assert claim.where == f"PIDF-LO tuple[1] {where}"
    assert claim.original


@pytest.mark.parametrize(
    ("xml", "where"),
    [
        (CIRCLE.replace(">30<", "><"), "Circle radius"),
        (CIRCLE.replace(">30<", ">nan<"), "Circle radius"),
        (CIRCLE.replace(">30<", ">-30<"), "Circle"),
        (CIRCLE.replace(">30<", ">1e999<"), "Circle radius"),
        (CIRCLE.replace("EPSG::9001", "EPSG::1"), "Circle radius"),
    ],
)
def test_an_extent_that_cannot_be_understood_does_not_cost_the_position(xml, where):
    claim, refused = parse(presence(in_tuple(xml)).encode(), NOW)
    assert claim.shape == Point(*HALIM)
    assert refused.where == f"PIDF-LO tuple[1] {where}"
    assert "its position is used" in refused.why


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><presence>&c;</presence>'
)


def test_a_document_type_is_not_even_looked_at():
    [refused] = parse(b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><presence/>', NOW)
    assert "document type" in refused.why


@pytest.mark.parametrize(
    "document_bytes",
    [
        b"",
        b"<",
        b"no xml",
        b"\xff\xfe\x00",
        b'<?xml version="1.0" encoding="nowhere"?><presence/>',
        b'<?xml version="1.0" encoding="utf-16"?><presence/>',
        BOMB.encode(),
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><presence/>',
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><presence>&x;</presence>',
        b"<presence/>",
        b"<presence>" + b"<a>" * 5000 + b"</a>" * 5000 + b"</presence>",
        b"<presence>" + b" " * LARGEST + b"</presence>",
        b"<presence>\x00</presence>",
    ],
)
def test_a_hostile_document_is_one_refusal_in_bounded_time(document_bytes):
    [refused] = parse(document_bytes, NOW)
    assert isinstance(refused, EvidenceRefused)
    assert refused.where == "PIDF-LO"
    assert len(refused.original) <= LARGEST


def test_many_locations_are_bounded_and_so_is_what_is_kept_of_them():
    document_bytes = presence(*[in_tuple(CIRCLE)] * 300).encode()
    found = parse(document_bytes, NOW)
    assert len([one for one in found if isinstance(one, Evidence)]) == MOST_CLAIMS
    assert "more than" in found[-1].why
    assert found[0].original == document_bytes
    assert sum(len(one.original) for one in found) <= MOST_KEPT


def test_what_was_garbled_before_a_break_is_told_too():
    whole = presence(in_tuple(CIRCLE.replace("-6.2475", "x")), in_tuple(CIRCLE), in_tuple(CIRCLE))
    garbled, claim, centre, flaw, broken = parse(whole[:-200].encode(), NOW)
    assert garbled.where == "PIDF-LO tuple[1] Circle pos"
    assert (claim.shape, centre.shape) == (Circle(*HALIM, 30.0), Point(*HALIM))
    assert flaw.where == "PIDF-LO tuple[3] Circle radius"
    assert "broken" in broken.why


@pytest.mark.parametrize(
    ("sent", "shape"),
    [
        (CIRCLE.partition("</gs:Circle>")[0], Circle(*HALIM, 30.0)),
        (CIRCLE.partition("0</gs:radius>")[0], Point(*HALIM)),
        (CIRCLE.partition("</gml:pos>")[0], None),
        (
            "<gs:Ellipse><gml:pos>-6.2475 106.8910</gml:pos><gs:semiMajorAxis>50</gs:semiMajorAxis><gs:semiMinorAxis>3",
            Point(*HALIM),
        ),
        (
            "<gml:Polygon><gml:exterior><gml:LinearRing>"
            "<gml:pos>1 2</gml:pos><gml:pos>1 3</gml:pos><gml:pos>2 3</gml:pos>",
            None,
        ),
        (
            "<gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>1 2 1 3 2 3 1 2</gml:posList></gml:LinearRing>",
            Polygon(((1.0, 2.0), (1.0, 3.0), (2.0, 3.0))),
        ),
    ],
)
def test_of_a_shape_that_was_cut_off_stands_what_cannot_be_another_place(sent, shape):
    document = presence(in_tuple("HERE")).partition("HERE")[0] + sent
    found = parse(document.encode(), NOW)
    assert [one.shape for one in found if isinstance(one, Evidence)] == ([shape] if shape else [])
    assert "broken" in found[-1].why


def test_documents_one_after_another_are_all_read():
    first, second = (
        presence(in_tuple(CIRCLE)),
        presence(in_tuple("<gml:Point><gml:pos>-6.2 106.8</gml:pos></gml:Point>")),
    )
    bare = second.partition("?>")[2]
    for body in (f"{first}\n{second}", first + bare, f"{first}{bare}{second}"):
        claims = parse(body.encode(), NOW)
        assert [claim.shape for claim in claims[:2]] == [Circle(*HALIM, 30.0), Point(-6.2, 106.8)]
        assert all(claim.original == body.encode() for claim in claims)
    claim, refused = parse(f"{first} and more".encode(), NOW)
    assert claim.shape == Circle(*HALIM, 30.0)
    assert "junk" in refused.why


def test_a_claim_knows_whence_it_was_fetched():
    [claim] = parse(presence(in_tuple(CIRCLE)).encode(), NOW, reference="https://lis.example.com/a")
    assert (claim.source, claim.reference) == ("pidf_lo", "https://lis.example.com/a")


# --- our own


def place(shape, **values):
    claim = Evidence("pidf_lo", shape, NOW, NOW, method="GPS", **values)
    return fuse([claim], NOW, known={"trunk": "trial"}, names=gazetteer())


@pytest.mark.parametrize(
    "shape",
    [Circle(*HALIM, 30.0), Point(*HALIM), Polygon(((-6.2, 106.8), (-6.2, 106.82), (-6.19, 106.82))), Area("31.75.08")],
)
def test_our_own_document_is_read_back_as_it_was(shape):
    location = place(shape, confidence=90.0)
    [claim] = parse(document(location, "abc", NOW), NOW)
    assert claim.shape in (shape, Area("31.75.08", "Makasar"))
    assert (claim.method, claim.observed_at) == ("GPS", NOW)
    if not isinstance(shape, Area):
        assert claim.confidence == 90.0


def test_only_what_is_certain_becomes_an_address():
    text = document(place(Circle(-6.2655, 106.8905, 30.0)), "abc", NOW).decode()
    assert "<ca:A3>Makasar</ca:A3>" in text
    assert "<ca:A4>" not in text


def test_an_unknown_location_is_a_note_without_a_position():
    text = document(Location(known={"trunk": "trial"}), "abc", NOW).decode()
    assert "lokasi tidak diketahui; trunk trial" in text
    assert "geopriv>" not in text
    [refused] = parse(text.encode(), NOW)
    assert isinstance(refused, EvidenceRefused)


def test_hostile_text_stays_text():
    hostile = '</note><script>&\x00\x1b"]]>\ud800'
    location = place(Circle(*HALIM, 30.0), label=hostile)
    root = ElementTree.fromstring(document(location, hostile, NOW))
    assert root.find("{*}script") is None
    assert "<script>" in root.find("{*}note").text


def test_asterisk_is_given_only_what_was_measured():
    assert asterisk_fields(place(Circle(*HALIM, 30.0))) == "-6.2475000 106.8910000 30.0 95 2025-06-15T15:06:40Z"
    assert asterisk_fields(place(Point(*HALIM))).split()[2] == "-"
    assert asterisk_fields(place(Ellipse(*HALIM, 40.0, 9.0, 30.0))).split()[2] == "40.0"
    lat, _, radius = asterisk_fields(place(ArcBand(*HALIM, 0.0, 900.0, 330.0, 60.0))).split()[:3]
    assert (float(lat) > HALIM[0], 450 < float(radius) < 600) == (True, True)
    assert asterisk_fields(place(Area("31.75.08"))) == ""
    assert asterisk_fields(place(Civic("Jl. Contoh 5"))) == ""
    assert asterisk_fields(Location()) == ""
