"""The page behind a link, and what a telephone may send by it."""

import base64
import hashlib
import json
import re

import pytest
from flask import Flask

from gateway.evidence.browser import read
from gateway.incident.errors import EvidenceRefused
from gateway.incident.shape import Circle
from gateway.incident.timeline import Kind
from gateway.location_link import LIVES_SECONDS, address, incident_of, link, text_with_link
from gateway.rules.phrases import phrases
from gateway.store import StoreAway
from gateway.store.links import IMPROVES_SECONDS, MOST_POSITIONS
from gateway.web.here import PAGE, blueprint
from sms.gsm7 import segments
from tests.gateway_in_process import GatewayInProcess, made_up_settings
from tests.notebook import Notebook

NOW = 1_750_000_000.0
INCIDENT = "0123456789abcdef01234567"
HALIM = {"lat": -6.2655, "lon": 106.8905, "accuracy": 12.5}
PAGE_NAME, OTHER = "a" * 32, "b" * 32


class Links:
    """As gateway.store.links.Links, in memory; it can be away."""

    def __init__(self):
        self.known, self.away = {}, False

    def use(self, token, page, now):
        if self.away:
            raise StoreAway("Redis: gone")
        first, at, used = self.known.setdefault(token, (page, now, 0))
        if page != first or now > at + IMPROVES_SECONDS or used >= MOST_POSITIONS:
            return 0
        self.known[token] = (first, at, used + 1)
        return used + 1


class Site:
    def __init__(self, folder, **settings):
        self.settings = made_up_settings(folder, **settings)
        self.journal, self.links, self.now = Notebook(), Links(), NOW
        app = Flask("test")
        app.register_blueprint(blueprint(self.settings, self.journal, self.links, lambda: self.now))
        self.client = app.test_client()
        self.path = "/h/" + link(self.settings, INCIDENT, NOW).rpartition("/")[2]

    def post(self, path="", page=PAGE_NAME, headers=None, **fix):
        body = {"page": page, "at": self.now * 1000, **HALIM, **fix}
        return self.client.post(path or self.path, data=json.dumps(body), headers=headers or {}).status_code

    @property
    def evidence(self):
        return [entry.data for entry in self.journal.of_kind(Kind.EVIDENCE)]


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path)


# --- the link -------------------------------------------------------------------------


def test_a_link_names_its_incident_until_it_is_over(site):
    token = site.path.removeprefix("/h/")
    assert incident_of(site.settings, token, NOW + LIVES_SECONDS - 1) == INCIDENT
    assert incident_of(site.settings, token, NOW + LIVES_SECONDS) is None


@pytest.mark.parametrize(
    "change", [lambda t: t[:-1], lambda t: t + "A", lambda t: "A" + t[1:], lambda t: t.swapcase(), lambda _: ""]
)
def test_a_link_that_is_not_ours_names_nothing(site, change):
    assert incident_of(site.settings, change(site.path.removeprefix("/h/")), NOW) is None


@pytest.mark.parametrize(
    ("settings", "there"),
    [
        ({"public_url": "https://gateway.example/112/"}, "https://gateway.example/112"),
        ({"public_url": "http://gateway.example"}, ""),
        ({"public_url": "https://gateway.example", "link_url": "https://l.example/"}, "https://l.example"),
        ({"public_url": "https://gateway.example", "link_url": "http://l.example"}, ""),
        ({"public_url": ""}, "http://127.0.0.1:8112"),
        ({"link_url": "https://"}, ""),
        ({"link_url": "https://[x"}, ""),
    ],
)
def test_links_lie_below_an_https_url_or_for_trials_on_this_machine(tmp_path, settings, there):
    assert address(made_up_settings(tmp_path, **settings)) == there


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("phrase", ["here", "where_here"])
def test_a_text_with_a_link_is_one_sms(site, language, phrase):
    text = text_with_link(site.settings, INCIDENT, language, NOW, phrase)
    assert segments(text) == 1
    assert "{" not in text
    assert re.search(r"https://gateway\.test/h/[A-Za-z0-9_-]+$", text)


def test_a_link_that_does_not_fit_into_one_sms_is_not_sent(tmp_path):
    settings = made_up_settings(tmp_path, link_url="https://" + "long." * 20 + "example")
    assert text_with_link(settings, INCIDENT, "id", NOW) == ""


def test_phrases_with_a_link_say_so():
    for language in phrases().values():
        assert {phrase.name for phrase in language.values() if phrase.link} == {"here", "where_here"}


# --- the page -------------------------------------------------------------------------

BETRAYING = re.compile(
    "112|110|darurat|emergenc|polisi|police|ambulan|damkar|fire|tolong|help|bantuan|jakarta|bpbd|sos|korban|victim|"
    "lapor|report|petugas|dispatch|incident|kasus|gateway",
    re.IGNORECASE,
)


def test_nothing_on_the_page_tells_what_it_is_for():
    assert not BETRAYING.search(PAGE.read_text())


def test_the_page_is_titled_in_indonesian_and_says_it_in_english_too():
    page = PAGE.read_text()
    assert "<title>Bagikan lokasi</title>" in page
    assert 'lang="id"' in page
    assert "Share location" in page


def test_every_link_has_the_same_page_good_or_not(site):
    bodies = {site.client.get(path).data for path in (site.path, "/h/nonsense", "/h/" + "A" * 68)}
    assert bodies == {PAGE.read_bytes()}


def test_looking_at_the_page_uses_nothing_up(site):
    for _ in range(5):
        assert site.client.get(site.path).status_code == 200
        assert site.client.head(site.path).status_code == 200
    assert site.links.known == {}
    assert site.post() == 204


def test_the_page_loads_nothing_from_anywhere_and_runs_its_own_script_alone(site):
    answer = site.client.get(site.path)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    script = re.search(r"<script>(.*?)</script>", answer.text, re.DOTALL)[1]
    assert f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" in policy
    assert not re.search(r"(src|href)=\"(?!data:)", answer.text)
    assert not re.search(r"https?://", answer.text)
    assert answer.headers["Permissions-Policy"] == "geolocation=(self)"


def test_the_page_is_served_with_the_applications_headers_and_not_kept(tmp_path):
    gateway = GatewayInProcess(tmp_path)
    answer = gateway.app.test_client().get("/h/x")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'sha256-")


def test_where_links_may_not_be_there_is_no_page(tmp_path):
    site = Site(tmp_path, public_url="http://gateway.example")
    assert site.client.get("/h/x").status_code == 404
    assert site.client.post("/h/x").status_code == 404


# --- a position -----------------------------------------------------------------------


def test_a_position_becomes_evidence_with_its_accuracy_time_and_method(site):
    assert site.post() == 204
    [told] = site.evidence
    assert (told["source"], told["method"], told["observed_at"], told["confidence"]) == (
        "browser", "Device-Based", NOW, 95.0,
    )  # fmt: skip
    assert told["shape"] == {"kind": "circle", "lat": -6.2655, "lon": 106.8905, "radius_m": 12.5}
    assert {entry.incident for entry in site.journal.entries} == {INCIDENT}


def test_a_link_is_used_by_one_page_alone(site):
    assert site.post() == 204
    assert site.post(page=OTHER) == 410
    assert len(site.evidence) == 1


def test_the_page_that_used_it_may_send_better_positions_for_a_minute(site):
    assert [site.post(accuracy=accuracy) for accuracy in (50, 20, 8, 4)] == [204, 204, 204, 410]
    assert [told["shape"]["radius_m"] for told in site.evidence] == [50.0, 20.0, 8.0]


def test_after_a_minute_nothing_more_is_taken(site):
    assert site.post() == 204
    site.now += IMPROVES_SECONDS + 1
    assert site.post() == 410


def test_a_link_that_is_over_takes_nothing(site):
    site.now += LIVES_SECONDS + 1
    assert site.post() == 410
    assert site.links.known == {}


@pytest.mark.parametrize("path", ["/h/nonsense", "/h/" + "A" * 68, "/h/" + "A" * 5000, "/h/%00%0d%0a"])
def test_a_link_that_is_none_of_ours_takes_nothing_and_says_no_more_than_one_that_is_over(site, path):
    assert site.post(path) == 410
    assert site.links.known == {}


@pytest.mark.parametrize(
    "fix",
    [
        {"lat": 91}, {"lat": -91}, {"lon": 181}, {"lat": "x"}, {"lat": None}, {"lat": True}, {"lat": [1]},
        {"lat": 10**400}, {"accuracy": -1}, {"accuracy": 1e9}, {"accuracy": "1"}, {"lat": 0, "lon": 0},
        {"lat": float("nan")}, {"lon": float("inf")}, {"at": "now"}, {"page": "x"}, {"page": 7}, {"page": "A" * 32},
        {"junk": "x" * 2000},
    ],
)  # fmt: skip
def test_what_is_no_position_is_refused_and_uses_nothing_up(site, fix):
    assert site.post(**fix) == 400
    assert site.evidence == []
    assert site.post() == 204


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"7", b"\xff\xfe", b"[" * 900, b"{}" + b" " * 70_000])
def test_a_body_that_is_no_position_is_refused(site, body):
    assert site.client.post(site.path, data=body).status_code == 400
    assert site.links.known == {}


def test_a_clock_that_is_wrong_costs_the_time_and_not_the_position(site):
    assert site.post(at=(NOW - 86_400) * 1000) == 204
    assert site.post(at=(NOW + 3600) * 1000) == 204
    assert site.post(at=None) == 204
    assert [told["observed_at"] for told in site.evidence] == [None, None, None]


def test_a_position_of_the_near_future_is_one_of_now():
    body = json.dumps({**HALIM, "at": (NOW + 30) * 1000}).encode()
    assert read(body, NOW).observed_at == NOW


def test_an_accuracy_of_nothing_is_a_metre():
    assert read(json.dumps({**HALIM, "accuracy": 0}).encode(), NOW).shape == Circle(-6.2655, 106.8905, 1.0)


def test_a_refusal_keeps_what_was_sent_and_no_more_than_a_little():
    with pytest.raises(EvidenceRefused) as refused:
        read(b"x" * 100_000, NOW)
    assert len(refused.value.original) <= 1000


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://gateway.test", "Sec-Fetch-Site": "same-origin"}, 204),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({}, 204),
    ],
)
def test_another_site_cannot_send_a_position(site, headers, status):
    assert site.post(headers=headers) == status


def test_while_the_store_is_away_the_page_is_told_to_ask_again_and_nothing_is_used_up(site):
    site.links.away = True
    assert site.post() == 503
    site.links.away = False
    assert site.post() == 204


def test_nothing_of_a_position_or_a_link_is_logged(site, capfd):
    site.post()
    site.post(lat=91)
    site.post("/h/nonsense")
    told = capfd.readouterr()
    for secret in ("6.2655", "106.89", site.path[3:30]):
        assert secret not in told.out + told.err
