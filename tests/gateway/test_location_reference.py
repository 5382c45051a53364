"""The location by reference: an expiring URL, the newest location, in the form that is asked for."""

import json
from xml.etree import ElementTree

import pytest
from flask import Flask

from gateway import tokens
from gateway.incident.location import Evidence
from gateway.incident.shape import Circle
from gateway.incident.timeline import Incident
from gateway.location_reference import REFERENCE_LIVES_S, location_url, make_token, read_token
from gateway.settings import read
from gateway.store import StoreAway
from gateway.web.location import blueprint

NOW = 1_750_000_000.0
HALIM = (-6.2655, 106.8905)


class Incidents:
    """A store of one incident, that can be away."""

    def __init__(self):
        self.incident_found = Incident("abc", trunk="contoh")
        self.away = False

    def incident(self, identifier):
        if self.away:
            raise StoreAway("Redis: gone")
        return self.incident_found if identifier == "abc" else Incident(identifier)

    def learns(self, shape, seen=NOW):
        self.incident_found.evidence.append(Evidence("network_cell", shape, seen, seen).as_dict())


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
    assert read_token(site.settings, token, NOW + REFERENCE_LIVES_S - 1) == "abc"
    assert read_token(site.settings, token, NOW + REFERENCE_LIVES_S) is None


def test_pidf_lo_is_the_default_and_json_is_given_where_it_is_preferred(site):
    site.incidents.learns(Circle(*HALIM, 50.0))
    for accept in (None, "*/*", "application/pidf+xml", "application/pidf+xml, application/json;q=0.5", "text/html"):
        answer = site.get(accept=accept)
        assert answer.mimetype == "application/pidf+xml"
        assert "-6.2655000 106.8905000" in answer.text
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
    site.incidents.incident_found.evidence.append({"old": "form"})
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
