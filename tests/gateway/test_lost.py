"""LoST: who answers which service where, from the rules in force and the gazetteer."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from xml.etree import ElementTree

import pytest
import shapely

from gateway.gazetteer import boundary_file, gazetteer
from gateway.lost import NAMESPACE
from gateway.lost.server import Lost
from gateway.rules import load
from gateway.rules.rulebook import Neighbour, Trunk
from gateway.settings import ROOT, Settings
from tests import drawn_boundaries
from tests.gateway_in_process import made_up_settings

NOW = 1_800_000_000.0
MONAS, DEPOK, BEKASI, PARIS = "-6.1754 106.8272", "-6.4025 106.7942", "-6.2383 106.9756", "48.8584 2.2945"
LOST = f"{{{NAMESPACE}}}"
CIVIC = "urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
BOOK = load(ROOT / "routing_rules.yaml")

POINT = '<p2:Point srsName="urn:ogc:def:crs:EPSG::4326"><p2:pos>{pos}</p2:pos></p2:Point>'


def geodetic(pos: str = MONAS, shape: str = POINT, name: str = "6020688f1ce1896d") -> str:
    return f'<location id="{name}" profile="geodetic-2d">{shape.replace("{pos}", pos)}</location>'


def civic(**elements: str) -> str:
    inner = "".join(f"<{name}>{text}</{name}>" for name, text in elements.items())
    return f'<location id="c1" profile="civic"><civicAddress xmlns="{CIVIC}">{inner}</civicAddress></location>'


def query(inner: str, kind: str = "findService", attributes: str = "") -> bytes:
    spaces = f'xmlns="{NAMESPACE}" xmlns:p2="http://www.opengis.net/gml" xmlns:gs="http://www.opengis.net/pidflo/1.0"'
    return f'<?xml version="1.0" encoding="UTF-8"?><{kind} {spaces} {attributes}>{inner}</{kind}>'.encode()


def service(name: str) -> str:
    return f"<service>urn:service:{name}</service>"


class Server:
    def __init__(self, settings: Settings):
        self.book = BOOK
        self.lost = Lost(settings, lambda: self.book, gazetteer(), lambda: NOW)

    def ask(self, document: bytes) -> ElementTree.Element:
        return ElementTree.fromstring(self.lost.answer(document))

    def find(self, name: str, location: str = "", attributes: str = "") -> ElementTree.Element:
        return self.ask(query((location or geodetic()) + service(name), attributes=attributes))


@pytest.fixture
def server(tmp_path):
    settings = made_up_settings(tmp_path, public_url="https://lost.gateway.test/112", sip_address="192.0.2.1")
    return Server(settings)


def error(answer: ElementTree.Element) -> str:
    assert answer.tag == f"{LOST}errors", ElementTree.tostring(answer)
    assert answer[0].get("message")
    assert answer[0].get(LANGUAGE) == "en"
    return answer[0].tag.removeprefix(LOST)


def texts(answer: ElementTree.Element, name: str) -> list[str]:
    return [element.text or "" for element in answer.iter(f"{LOST}{name}")]


def test_sos_is_answered_by_the_operators(server):
    answer = server.find("sos")
    assert answer.tag == f"{LOST}findServiceResponse"
    assert texts(answer, "service") == ["urn:service:sos"]
    assert texts(answer, "uri") == ["sip:112@192.0.2.1:5060", "tel:112;phone-context=+62"]
    assert texts(answer, "serviceNumber") == ["112"]
    names = {element.get(LANGUAGE): element.text for element in answer.iter(f"{LOST}displayName")}
    assert names == {"id": "Operator 112 (BPBD DKI Jakarta)", "en": "112 operators (BPBD)"}
    assert answer.find(f"{LOST}warnings") is None


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("sos.ambulance", "118"), ("sos.physician", "118"), ("sos.poison", "118"), ("sos.police", "110"),
        ("sos.fire", "113"), ("sos.gas", "113"), ("sos.marine", "113"), ("sos.mountain", "113"),
        ("sos.animal-control", "113"), ("sos.ecall.automatic", "118"), ("sos.ecall.manual", "112"),
    ],
)  # fmt: skip
def test_a_sub_service_is_answered_by_the_queue_that_the_rules_choose(server, name, number):
    answer = server.find(name)
    assert texts(answer, "serviceNumber") == [number]
    assert texts(answer, "uri")[0] == f"sip:{number}@192.0.2.1:5060"
    assert texts(answer, "service") == [f"urn:service:{name}"]


def test_an_unknown_sub_service_is_answered_by_the_one_above_it_and_says_so(server):
    answer = server.find("sos.police.tourist")
    assert texts(answer, "service") == ["urn:service:sos.police"]
    assert answer.find(f"{LOST}warnings/{LOST}serviceSubstitution") is not None
    assert answer.find(f"{LOST}warnings").get("source") == "lost.gateway.test"


def test_the_rules_in_force_decide_and_know_areas(server):
    first = BOOK.rules.rules[0]
    fire = next(rule for rule in BOOK.rules.rules if rule.name == "fire")
    north = replace(
        fire,
        name="fire_north",
        when=replace(fire.when, areas=frozenset({"31.72"})),
        route=replace(fire.route, queue="112"),
        proof=replace(fire.proof, area="31.72"),
    )
    server.book = replace(BOOK, rules=replace(BOOK.rules, rules=(first, north, *BOOK.rules.rules[1:])))
    koja = civic(country="ID", A1="DKI Jakarta", A2="Jakarta Utara", A3="Koja")
    assert texts(server.find("sos.fire", koja), "serviceNumber") == ["112"]
    assert texts(server.find("sos.fire"), "serviceNumber") == ["113"]
    key = server.find("sos.fire", koja).find(f".//{LOST}serviceBoundaryReference").get("key")
    assert key.startswith("31.72-")
    everywhere = server.find("sos", koja).find(f".//{LOST}serviceBoundaryReference").get("key")
    assert everywhere.startswith("31-")
    assert server.find("sos.fire", civic(country="ID", A1="DKI Jakarta")).find(
        f".//{LOST}serviceBoundaryReference"
    ) is None  # fmt: skip


SHAPES = {
    "circle": '<gs:Circle srsName="urn:ogc:def:crs:EPSG::4326"><p2:pos>{pos}</p2:pos>'
    '<gs:radius uom="urn:ogc:def:uom:EPSG::9001">200</gs:radius></gs:Circle>',
    "ellipse": '<gs:Ellipse srsName="urn:ogc:def:crs:EPSG::4326"><p2:pos>{pos}</p2:pos>'
    '<gs:semiMajorAxis uom="urn:ogc:def:uom:EPSG::9001">80</gs:semiMajorAxis>'
    '<gs:semiMinorAxis uom="urn:ogc:def:uom:EPSG::9001">40</gs:semiMinorAxis>'
    '<gs:orientation uom="urn:ogc:def:uom:EPSG::9102">43</gs:orientation></gs:Ellipse>',
    "arc band": '<gs:ArcBand srsName="urn:ogc:def:crs:EPSG::4326"><p2:pos>{pos}</p2:pos>'
    '<gs:innerRadius uom="urn:ogc:def:uom:EPSG::9001">100</gs:innerRadius>'
    '<gs:outerRadius uom="urn:ogc:def:uom:EPSG::9001">400</gs:outerRadius>'
    '<gs:startAngle uom="urn:ogc:def:uom:EPSG::9102">20</gs:startAngle>'
    '<gs:openingAngle uom="urn:ogc:def:uom:EPSG::9102">90</gs:openingAngle></gs:ArcBand>',
    "polygon": '<p2:Polygon srsName="urn:ogc:def:crs:EPSG::4326"><p2:exterior><p2:LinearRing>'
    "<p2:pos>-6.17 106.82</p2:pos><p2:pos>-6.18 106.82</p2:pos><p2:pos>-6.18 106.83</p2:pos>"
    "<p2:pos>-6.17 106.82</p2:pos></p2:LinearRing></p2:exterior></p2:Polygon>",
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_every_shape_of_the_geodetic_profile_is_understood(server, shape):
    assert texts(server.find("sos.fire", geodetic(shape=shape)), "serviceNumber") == ["113"]


def test_the_answer_tells_where_it_comes_from_and_how_long_it_holds(server):
    answer = server.find("sos")
    mapping = answer.find(f"{LOST}mapping")
    expires = datetime.fromisoformat(mapping.get("expires")).timestamp()
    assert NOW < expires <= NOW + 86_400
    assert datetime.fromisoformat(mapping.get("lastUpdated")).timestamp() <= NOW
    assert mapping.get("source") == "lost.gateway.test"
    assert mapping.get("sourceId")
    assert [via.get("source") for via in answer.iter(f"{LOST}via")] == ["lost.gateway.test"]
    assert answer.find(f"{LOST}locationUsed").get("id") == "6020688f1ce1896d"


def test_the_path_is_gone_on_with_and_a_loop_is_refused(server):
    passed = '<path><via source="resolver.example"/></path>'
    answer = server.ask(query(geodetic() + service("sos") + passed))
    assert [via.get("source") for via in answer.iter(f"{LOST}via")] == ["resolver.example", "lost.gateway.test"]
    again = '<path><via source="lost.gateway.test"/></path>'
    assert error(server.ask(query(geodetic() + service("sos") + again))) == "loop"


def test_the_first_location_of_a_known_profile_is_used(server):
    unknown = '<location id="x1" profile="relative"><somewhere/></location>'
    answer = server.find("sos", unknown + civic(country="ID", A1="DKI Jakarta") + geodetic())
    assert answer.find(f"{LOST}locationUsed").get("id") == "c1"


def test_a_boundary_is_told_by_reference_and_fetched_by_its_key(server):
    answer = server.find("sos", attributes='serviceBoundary="reference"')
    told = answer.find(f"{LOST}mapping/{LOST}serviceBoundaryReference")
    assert told.get("source") == "lost.gateway.test"
    fetched = server.ask(query("", "getServiceBoundary", f'key="{told.get("key")}"'))
    assert fetched.tag == f"{LOST}getServiceBoundaryResponse"
    boundary = fetched.find(f"{LOST}serviceBoundary[@profile='civic']")
    assert boundary.find(f".//{{{CIVIC}}}A1").text == "DKI Jakarta"
    assert fetched.find(f"{LOST}path") is not None


def test_a_boundary_is_told_by_value_where_that_is_asked(server):
    answer = server.find("sos", attributes='serviceBoundary="value"')
    assert answer.find(f"{LOST}mapping/{LOST}serviceBoundary//{{{CIVIC}}}country").text == "ID"
    assert answer.find(f".//{LOST}serviceBoundaryReference") is None


def test_an_imported_border_is_told_in_the_geodetic_profile_too(server, tmp_path):
    before = server.find("sos").find(f".//{LOST}serviceBoundaryReference").get("key")
    areas = {code: shapely.to_wkb(cell) for code, cell in drawn_boundaries.cells().items()}
    boundary_file.write(tmp_path / boundary_file.FILE, boundary_file.Origin("x", "y", NOW, 267, 0), areas)
    key = server.find("sos").find(f".//{LOST}serviceBoundaryReference").get("key")
    assert key != before
    assert error(server.ask(query("", "getServiceBoundary", f'key="{before}"'))) == "notFound"
    fetched = server.ask(query("", "getServiceBoundary", f'key="{key}"'))
    gml = "{http://www.opengis.net/gml}"
    rings = [
        ring.text.split() for ring in fetched.iterfind(f"{LOST}serviceBoundary[@profile='geodetic-2d']//{gml}posList")
    ]
    assert rings
    official = shapely.union_all([cell for code, cell in drawn_boundaries.cells().items() if code.startswith("31")])
    for ring in rings:
        assert ring[:2] == ring[-2:]
        told = shapely.Polygon([(float(lon), float(lat)) for lat, lon in zip(ring[::2], ring[1::2], strict=True)])
        assert official.buffer(1e-5).covers(told)
    assert len(fetched.findall(f"{LOST}serviceBoundary[@profile='civic']")) == 1


@pytest.mark.parametrize("key", ["31-000000000000", "31", "99-1", "../../etc/passwd", "x" * 5000])
def test_a_key_that_is_none_is_not_found(server, key):
    assert error(server.ask(query("", "getServiceBoundary", f'key="{key}"'))) == "notFound"


def test_a_civic_address_is_mapped_and_validated_element_by_element(server):
    address = civic(
        country="ID",
        A1="DKI Jakarta",
        A2="Jakarta Timur",
        A3="Makasar",
        A4="Cipinang Melayu",
        RD="Jalan Contoh",
        PC="1",
    )
    answer = server.find("sos.fire", address, 'validateLocation="true"')
    assert texts(answer, "serviceNumber") == ["113"]
    assert texts(answer, "valid") == ["civ:country civ:A1 civ:A2 civ:A3 civ:A4"]
    assert texts(answer, "invalid") == []
    assert texts(answer, "unchecked") == ["civ:RD civ:PC"]


def test_an_element_that_contradicts_the_others_is_invalid(server):
    address = civic(country="ID", A1="DKI Jakarta", A2="Jakarta Timur", A3="Nirgendwo")
    answer = server.find("sos", address, 'validateLocation="true"')
    assert texts(answer, "valid") == ["civ:country civ:A1 civ:A2"]
    assert texts(answer, "invalid") == ["civ:A3"]


def test_the_names_of_elements_are_bound_to_their_namespace(server):
    text = server.lost.answer(
        query(civic(country="ID", A1="DKI Jakarta") + service("sos"), attributes='validateLocation="true"')
    )
    assert f'xmlns:civ="{CIVIC}"'.encode() in text


def test_nothing_is_validated_that_was_not_asked_for(server):
    answer = server.find("sos", civic(country="ID", A1="DKI Jakarta"))
    assert answer.find(f"{LOST}locationValidation") is None
    answer = server.find("sos", attributes='validateLocation="true"')
    assert answer.find(f"{LOST}warnings/{LOST}locationValidationUnavailable") is not None


def test_a_place_far_away_is_not_found(server):
    assert error(server.find("sos", geodetic(PARIS))) == "notFound"
    assert error(server.find("sos", civic(country="FR", A1="Île-de-France"))) == "notFound"
    assert error(server.find("sos", civic(country="ID", A1="Jawa Tengah", A3="Semarang Selatan"))) == "notFound"


def test_a_place_in_a_city_around_is_not_found_where_no_way_leads_there(server):
    answer = server.find("sos", geodetic(DEPOK))
    assert error(answer) == "notFound"
    assert "in Kota Depok, to whose 112 no trunk leads from here: route the call" in answer[0].get("message")
    server.book = replace(BOOK, neighbours={"32.76": Neighbour("32.76", "Kota Depok", say="021-0000-0001")})
    answer = server.find("sos", geodetic(DEPOK))
    assert error(answer) == "notFound"
    assert answer[0].get("message").endswith(": reach it at 021-0000-0001")


@pytest.mark.parametrize("outgoing", ["192.0.2.7:5060", "sip:192.0.2.7:5060"])
def test_a_place_in_a_city_around_is_answered_by_its_112(server, outgoing):
    server.book = replace(
        BOOK,
        neighbours={"32.76": Neighbour("32.76", "Kota Depok", trunk="depok", number="112")},
        trunks={"depok": Trunk("depok", outgoing=outgoing)},
    )
    answer = server.find("sos.fire", geodetic(DEPOK))
    assert texts(answer, "uri") == ["sip:112@192.0.2.7:5060"]
    assert texts(answer, "service") == ["urn:service:sos"]
    assert answer.find(f"{LOST}warnings/{LOST}serviceSubstitution") is not None


def test_an_address_that_names_no_area_gets_the_default_and_is_told_so(server):
    answer = server.find("sos", civic(country="ID", RD="Jalan Contoh"))
    assert texts(answer, "serviceNumber") == ["112"]
    assert answer.find(f"{LOST}warnings/{LOST}defaultMappingReturned") is not None


def test_a_place_on_the_border_is_answered_and_told_to_be_unsure(server):
    at_the_border = geodetic("-6.3560 106.8300", SHAPES["circle"].replace(">200<", ">3000<"))
    answer = server.find("sos.fire", at_the_border)
    assert texts(answer, "serviceNumber") == ["113"]
    assert answer.find(f"{LOST}warnings/{LOST}defaultMappingReturned") is not None


@pytest.mark.parametrize("radius_m", [10_000, 20_000, 30_000, 100_000, 200_000, 4_000_000])
def test_a_circle_wider_than_the_city_is_answered_with_the_city_s_number(server, radius_m):
    answer = server.find("sos", geodetic(MONAS, SHAPES["circle"].replace(">200<", f">{radius_m}<")))
    assert texts(answer, "serviceNumber") == ["112"]
    assert texts(answer, "uri")[0].startswith("sip:112@")


@pytest.mark.parametrize(
    ("pos", "city"),
    [("-6.26 107.15", "Kab. Bekasi"), ("-6.20 106.45", "Kab. Tangerang"), ("-6.40 106.97", "Kab. Bogor")],
)
def test_a_place_in_the_cities_around_is_not_found_by_their_names(server, pos, city):
    code = next(code for code, name in gazetteer().names.items() if name == city)
    server.book = replace(BOOK, neighbours={code: Neighbour(code, city)})
    answer = server.find("sos", geodetic(pos))
    assert error(answer) == "notFound"
    assert city in answer[0].get("message")


def test_an_island_of_the_city_is_answered(server):
    assert texts(server.find("sos", geodetic("-5.20 106.46")), "serviceNumber") == ["112"]


def test_services_are_listed_level_by_level(server):
    answer = server.ask(query("", "listServices"))
    assert answer.tag == f"{LOST}listServicesResponse"
    assert texts(answer, "serviceList") == ["urn:service:sos"]
    below = texts(server.ask(query(service("sos"), "listServices")), "serviceList")[0].split()
    assert {"urn:service:sos.police", "urn:service:sos.fire", "urn:service:sos.ambulance"} <= set(below)
    assert texts(server.ask(query(service("sos.fire"), "listServices")), "serviceList") == [""]


def test_services_are_listed_for_a_place(server):
    answer = server.ask(query(geodetic() + service("sos"), "listServicesByLocation"))
    assert answer.tag == f"{LOST}listServicesByLocationResponse"
    assert "urn:service:sos.ambulance" in texts(answer, "serviceList")[0].split()
    assert answer.find(f"{LOST}locationUsed").get("id") == "6020688f1ce1896d"
    assert error(server.ask(query(geodetic(PARIS) + service("sos"), "listServicesByLocation"))) == "notFound"


@pytest.mark.parametrize("name", ["counseling.children", "counseling", "test.sos", "unheard"])
def test_a_service_that_is_no_emergency_is_not_implemented(server, name):
    assert error(server.find(name)) == "serviceNotImplemented"


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        (b"", "badRequest"),
        (b"hello", "badRequest"),
        (b"<a><b></a>", "badRequest"),
        (b"\xff\xfe\x00<", "badRequest"),
        (query("").replace(b"findService", b"findNothing"), "badRequest"),
        (query(geodetic() + service("sos")).replace(NAMESPACE.encode(), b"urn:other"), "badRequest"),
        (query(service("sos")), "badRequest"),
        (query(geodetic()), "badRequest"),
        (query(geodetic() + "<service>police</service>"), "badRequest"),
        (query(geodetic() + "<service>urn:nena:service:sos</service>"), "serviceNotImplemented"),
        (query(geodetic() + "<service>urn:service:sos..fire</service>"), "serviceNotImplemented"),
        (query("", "getServiceBoundary"), "badRequest"),
        (query(geodetic("north south") + service("sos")), "locationInvalid"),
        (query(geodetic("95.0 106.8") + service("sos")), "locationInvalid"),
        (query(geodetic("0 0") + service("sos")), "locationInvalid"),
        (query('<location id="a" profile="geodetic-2d"/>' + service("sos")), "locationInvalid"),
        (query('<location id="a" profile="civic"/>' + service("sos")), "locationInvalid"),
        (query(geodetic().replace("4326", "23030") + service("sos")), "SRSInvalid"),
    ],
)
def test_what_is_wrong_is_told_in_the_answer(server, document, kind):
    assert error(server.ask(document)) == kind


def test_unknown_profiles_are_named(server):
    answer = server.find("sos", '<location id="a" profile="relative"/><location id="b" profile="x&gt;y z"/>')
    assert error(answer) == "locationProfileUnrecognized"
    assert answer[0].get("unsupportedProfiles") == "relative"


def test_a_fault_of_ours_is_an_error_in_the_answer(server):
    server.book = None
    assert error(server.find("sos")) == "internalError"


def test_hostile_documents_are_refused_in_bounded_time(server):
    bomb = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    entities = f'<!DOCTYPE x [<!ENTITY l0 "lol">{bomb}]>'.encode()
    outside = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    good = query(geodetic() + service("sos")).partition(b"?>")[2]
    for document in (entities + good, outside + good, b"<a>" * 20_000, b"<" * 60_000, b"\x00" * 60_000):
        assert error(server.ask(document)) == "badRequest"


def test_every_cut_of_a_query_is_answered(server):
    whole = query(geodetic() + civic(country="ID", A1="DKI Jakarta") + service("sos.fire"))
    for length in range(0, len(whole), 7):
        assert server.ask(whole[:length]).tag in (f"{LOST}errors", f"{LOST}findServiceResponse")


def test_a_host_without_a_domain_has_a_source_all_the_same(tmp_path):
    lost = Lost(made_up_settings(tmp_path, public_url="http://localhost:8112"), lambda: BOOK, gazetteer(), lambda: NOW)
    assert lost.source == "gateway112.invalid"


def test_an_ipv6_address_is_bracketed(tmp_path):
    server = Server(made_up_settings(tmp_path, sip_address="2001:db8::112", sip_port=5062))
    assert texts(server.find("sos"), "uri")[0] == "sip:112@[2001:db8::112]:5062"
