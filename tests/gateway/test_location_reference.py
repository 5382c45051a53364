"""The location by reference: an expiring URL, the newest location, in the form that is asked for."""

import base64
import json
from xml.etree import ElementTree

import pytest
from flask import Flask

from gateway import tokens
from gateway.evidence import pidf_lo
from gateway.incident.location import Evidence, EvidenceRefused
from gateway.incident.shape import Area, Circle, Civic
from gateway.incident.summary import Before
from gateway.incident.timeline import Entry, Kind
from gateway.location_reference import REFERENCE_LIVES_S, Opened, location_url, make_token, read_token
from gateway.settings import read
from gateway.store import StoreAway
from gateway.web.location import blueprint

NOW = 1_750_000_000.0
HALIM = (-6.2655, 106.8905)


class Incidents:
    """A store of one incident, that can be away."""

    def __init__(self):
        self.told = [Entry("abc", Kind.OPENED, NOW, {"medium": "call", "trunk": "contoh"})]
        self.away = False

    def timeline(self, identifier):
        if self.away:
            raise StoreAway("Redis: gone")
        return [entry for entry in self.told if entry.incident == identifier]

    def add(self, kind, data, key=""):
        self.told.append(Entry("abc", kind, NOW, data, key))

    def learns(self, shape, seen=NOW, source="network_cell", **fields):
        self.add(Kind.EVIDENCE, Evidence(source, shape, seen, seen, **fields).as_dict(), f"e{len(self.told)}")


class Site:
    def __init__(self, folder):
        environ = {"GATEWAY112_STATE": str(folder), "GATEWAY112_SIGNING_KEY": "k" * 40}
        self.settings = read({**environ, "GATEWAY112_PUBLIC_URL": "https://desk.example/112/"})
        self.incidents = Incidents()
        self.now = NOW
        app = Flask("test")
        app.register_blueprint(blueprint(self.settings, self.incidents, lambda: self.now))
        self.client = app.test_client()

    def get(self, token=None, accept=None):
        token = make_token(self.settings, "abc", NOW + 60) if token is None else token
        return self.client.get(f"/location/{token}", headers={"Accept": accept} if accept else {})


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path)


def test_the_url_opens_the_incident_for_some_hours_and_then_nothing(site):
    url = location_url(site.settings, "abc", NOW)
    assert url.startswith("https://desk.example/112/location/")
    token = url.rpartition("/")[2]
    assert read_token(site.settings, token, NOW + REFERENCE_LIVES_S - 1) == Opened("abc")
    assert read_token(site.settings, token, NOW + REFERENCE_LIVES_S) is None


def test_pidf_lo_is_the_default_and_json_is_given_where_it_is_preferred(site):
    site.incidents.learns(Circle(*HALIM, 50.0))
    for accept in (None, "*/*", "application/pidf+xml", "application/pidf+xml, application/json;q=0.5", "text/html"):
        answer = site.get(accept=accept)
        assert answer.mimetype == "application/pidf+xml"
        assert "-6.2655 106.8905" in answer.text
        ElementTree.fromstring(answer.data)
    answer = site.get(accept="application/json")
    assert answer.json["location"]["radius_m"] == 50.0
    assert answer.json["location"]["place"]["kecamatan"]["name"] == "Makasar"
    assert "Kec. Makasar" in answer.json["words"]["id"]


def test_the_newest_location_is_given(site):
    site.incidents.learns(Circle(*HALIM, 800.0))
    assert site.get(accept="application/json").json["location"]["radius_m"] == 800.0
    site.incidents.learns(Circle(*HALIM, 20.0))
    assert site.get(accept="application/json").json["location"]["radius_m"] == 20.0


def test_an_unknown_location_says_so_and_what_is_known(site):
    assert "lokasi tidak diketahui; trunk contoh" in site.get().text
    assert "geopriv>" not in site.get().text
    answer = site.get(accept="application/json").json
    assert answer["location"]["is_known"] is False
    assert answer["location"]["known"] == {"trunk": "contoh"}
    assert answer["location"]["lat"] is None


def test_evidence_of_an_older_version_that_cannot_be_read_is_passed_over(site):
    site.incidents.add(Kind.EVIDENCE, {"old": "form"})
    site.incidents.learns(Circle(*HALIM, 50.0))
    assert site.get(accept="application/json").json["location"]["radius_m"] == 50.0


def test_every_bad_token_has_the_same_answer(site):
    good = make_token(site.settings, "abc", NOW + 60)
    flipped = good[:-1] + ("A" if good[-1] != "A" else "B")
    expired = make_token(site.settings, "abc", NOW - 1)
    of_another_purpose = tokens.make(site.settings, "handoff", "abc", NOW + 60)
    bad = [flipped, expired, of_another_purpose, "x", "abc", "%00", "é", "A" * 5000, good + "=", good.swapcase()]
    answers = {(answer.status_code, answer.data) for answer in map(site.get, bad)}
    assert len(answers) == 1
    assert next(iter(answers))[0] == 404


def test_a_token_of_an_incident_that_the_store_does_not_know_yet_says_unknown(site):
    answer = site.get(make_token(site.settings, "spooled", NOW + 60), "application/json")
    assert answer.status_code == 200
    assert answer.json["location"]["is_known"] is False


def test_while_the_store_is_away_the_desk_is_told_to_ask_again(site):
    site.incidents.away = True
    answer = site.get()
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert site.get("forged").status_code == 404


def test_no_answer_is_kept_or_told_on(site):
    for answer in (site.get(), site.get(accept="application/json")):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Vary"] == "Accept"


def test_the_json_is_strict(site):
    site.incidents.learns(Circle(*HALIM, 50.0))

    def refuse(constant):
        raise ValueError(constant)

    json.loads(site.get(accept="application/json").text, parse_constant=refuse)


# everything there is


def ledger_of(site, token=None, tail="/ledger"):
    token = token or make_token(site.settings, "abc", NOW + 60)
    return site.client.get(f"/location/{token}{tail}")


def with_everything(site, nature="fire"):
    incidents = site.incidents
    incidents.learns(Circle(*HALIM, 800.0), original=b"cell", label="Gedung Contoh", holder="device d1")
    incidents.add(Kind.EVIDENCE_REFUSED, EvidenceRefused("PIDF-LO", "no place in it", "pidf_lo", b"<x/>").as_dict())
    incidents.add(Kind.REFERENCE, {"url": "https://lis.example/abc?x=1", "source": "geolocation"})
    incidents.add(Kind.FILED, {"nature": nature, "silent": False})
    incidents.learns(Circle(*HALIM, 20.0), original=b"the words of the writer")
    incidents.add(Kind.LOCATED, {"place": "Kel. Halim", "evidence": "e5"})
    incidents.add(Kind.PROPOSED, {"what": "reroute", "to": "110", "rule": "violence_east"})
    incidents.add(Kind.PROPOSED, {"what": "neighbour", "to": "32.75"})


@pytest.mark.parametrize("tail", ["/ledger", "?all", "?all=1"])
def test_the_ledger_has_every_claim_as_it_came_in_its_order(site, tail):
    with_everything(site)
    told = ledger_of(site, tail=tail).json
    claims = [{name: value for name, value in row.items() if name not in ("at", "key")} for row in told["evidence"]]
    originals = [Evidence.from_dict(claim).original for claim in claims]
    assert originals == [b"cell", b"the words of the writer"]
    assert told["refused"][0]["why"] == "no place in it"
    assert base64.b64decode(told["refused"][0]["original"]) == b"<x/>"
    assert told["references"][0]["url"] == "https://lis.example/abc?x=1"
    assert told["located"][0]["place"] == "Kel. Halim"
    assert [row["to"] for row in told["proposed"]] == ["110", "32.75"]
    assert told["location"]["radius_m"] == 20.0
    assert "Halim" in told["words"]["id"]


@pytest.mark.parametrize("nature", ["violence", "fire"])
def test_who_may_not_know_of_violence_gets_places_alone_whatever_it_is(site, nature):
    with_everything(site, nature)
    answer = ledger_of(site, make_token(site.settings, "abc", NOW + 60, discreet=True))
    text = answer.text + str([base64.b64decode(row["original"]) for row in answer.json["evidence"]])
    betraying = ("violence_east", "words of the writer", "device d1", base64.b64encode(b"<x/>").decode())
    assert [word for word in betraying if word in text] == []
    assert [row["shape"]["radius_m"] for row in answer.json["evidence"]] == [800.0, 20.0]
    assert answer.json["proposed"][-1]["to"] == "32.75"


@pytest.mark.parametrize("accept", ["application/json", "application/pidf+xml", "application/held+xml"])
@pytest.mark.parametrize("tail", ["", "/ledger"])
def test_who_may_not_know_of_violence_gets_no_word_that_a_person_wrote(site, accept, tail):
    area, typed = Area("31.75.08.1003", "Kebon Pala"), "rumah suaminya yang memukul, RT 02 RW 07"
    for source in ("named_place", "desk"):
        site.incidents.learns(area, source=source, label=typed, original=typed.encode(), holder=typed)
    site.incidents.learns(
        Civic("kamar korban"), source="pidf_lo", civic=(("RD", "Jalan Contoh"), ("LOC", typed), ("NAM", typed))
    )
    site.incidents.add(Kind.LOCATED, {"place": typed, "location": {"label": typed, "last": {"label": typed}}})
    told = []
    for discreet in (True, False):
        token = make_token(site.settings, "abc", NOW + 60, discreet=discreet)
        told.append(site.client.get(f"/location/{token}{tail}", headers={"Accept": accept}).text)
    assert "memukul" not in told[0]
    assert "korban" not in told[0]
    assert base64.b64encode(typed.encode()).decode() not in told[0]
    assert "31.75.08.1003" in told[0] or "Kebon Pala" in told[0]
    assert "memukul" in told[1] or "held" in accept


def test_a_case_that_may_be_violence_going_on_is_as_discreet(site):
    before = Before("aaa", "violence").as_dict()
    site.incidents.told[0] = Entry("abc", Kind.OPENED, NOW, {"medium": "call", "before": before})
    with_everything(site)
    assert "violence_east" not in ledger_of(site, make_token(site.settings, "abc", NOW + 60, discreet=True)).text
    assert "violence_east" in ledger_of(site).text


def test_the_ledger_as_pidf_lo_gives_every_claim_back(site):
    with_everything(site)
    answer = site.client.get(
        f"/location/{make_token(site.settings, 'abc', NOW + 60)}/ledger", headers={"Accept": "application/pidf+xml"}
    )
    assert answer.mimetype == "application/pidf+xml"
    assert [claim.shape.radius_m for claim in pidf_lo.parse(answer.data, NOW)] == [800.0, 20.0]


def test_as_pidf_lo_a_discreet_ledger_does_not_name_which_desk_has_the_case(site):
    site.incidents.add(Kind.FILED, {"nature": "violence"})
    site.incidents.learns(Circle(*HALIM, 20.0), provided_by="desk:110-1", holder="person p1")
    for discreet in (True, False):
        token = make_token(site.settings, "abc", NOW + 60, discreet=discreet)
        answer = site.client.get(f"/location/{token}/ledger", headers={"Accept": "application/pidf+xml"})
        assert ("110-1" in answer.text) is not discreet


def test_a_ledger_is_as_private_as_the_location(site):
    assert ledger_of(site).headers["Cache-Control"] == "no-store"
    assert ledger_of(site, "forged").status_code == 404
    site.incidents.away = True
    assert ledger_of(site).status_code == 503


# HELD (RFC 6753)

HELD = "{urn:ietf:params:xml:ns:geopriv:held}"
PIDF = "{urn:ietf:params:xml:ns:pidf}"
REQUEST = '<locationRequest xmlns="urn:ietf:params:xml:ns:geopriv:held"/>'


def held(site, body=REQUEST, kind="application/held+xml"):
    token = make_token(site.settings, "abc", NOW + 60)
    return site.client.post(f"/location/{token}", data=body, content_type=kind)


def test_a_held_client_gets_the_location_in_a_location_response(site):
    site.incidents.learns(Circle(*HALIM, 50.0))
    for answer in (held(site), site.get(accept="application/held+xml")):
        assert (answer.status_code, answer.mimetype) == (200, "application/held+xml")
        root = ElementTree.fromstring(answer.data)
        assert root.tag == f"{HELD}locationResponse"
        assert root.find(f"{PIDF}presence") is not None
        assert "-6.2655" in answer.text


def test_a_place_that_is_not_known_yet_is_an_error_of_held_with_status_200(site):
    answer = held(site)
    assert answer.status_code == 200
    root = ElementTree.fromstring(answer.data)
    assert (root.tag, root.get("code")) == (f"{HELD}error", "locationUnknown")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("no XML", "xmlError"),
        ("", "xmlError"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><locationRequest>&a;</locationRequest>', "xmlError"),
        ("<createContext xmlns='urn:ietf:params:xml:ns:geopriv:held:context'/>", "unsupportedMessage"),
    ],
)
def test_a_held_request_that_is_none_for_a_location_is_told_so_in_held(site, body, code):
    site.incidents.learns(Circle(*HALIM, 50.0))
    answer = held(site, body)
    assert answer.status_code == 200
    assert ElementTree.fromstring(answer.data).get("code") == code
    assert "-6.2655" not in answer.text


def test_a_head_request_tells_the_form_and_nothing_else(site):
    token = make_token(site.settings, "abc", NOW + 60)
    answer = site.client.head(f"/location/{token}", headers={"Accept": "application/json;q=0.9, text/html"})
    assert (answer.status_code, answer.mimetype, answer.data) == (200, "application/json", b"")


def test_what_is_posted_as_anything_else_is_refused(site):
    assert held(site, "x=1", "application/x-www-form-urlencoded").status_code == 415
    assert site.client.post("/location/forged", data=REQUEST, content_type="application/held+xml").status_code == 404
