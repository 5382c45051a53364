"""Locations by reference: from which hosts, by GET and by HELD, from a small real server."""

import threading
from ipaddress import ip_address
from xml.etree.ElementTree import fromstring

import pytest

from gateway.evidence import held
from gateway.incident.errors import EvidenceRefused
from gateway.incident.evidence import Evidence
from gateway.incident.timeline import Kind
from gateway.locator import hosts, references
from gateway.locator.references import References
from gateway.locator.telling import Named
from gateway.settings import SETTINGS, Settings, SettingsRefused
from tests.gateway.http_server import Reply, http_server, write_certificate
from tests.hep_copy import pidf
from tests.live.wait import until

NOW = 1_767_323_045.0
CALL = Named("i1", "c1", "call-1", "mark")


def allowed(text):
    return hosts.read(Settings({setting.name: setting.default for setting in SETTINGS} | {"location_hosts": text}))


def response(*inner, **attributes):
    told = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<locationResponse xmlns="{held.HELD}"{told}>'.encode() + b"".join(inner) + b"</locationResponse>"


def uris(*urls, expires="2026-01-02T03:34:05Z"):
    inside = "".join(f"<locationURI>{url}</locationURI>" for url in urls)
    return f'<locationUriSet expires="{expires}">{inside}</locationUriSet>'.encode()


def error(code, message=""):
    said = f'<message xml:lang="en">{message}</message>'
    return f'<?xml version="1.0"?><error xmlns="{held.HELD}" code="{code}">{said}</error>'.encode()


DOCUMENT = pidf().partition(b"?>")[2]


class Book:
    """A journal of paper."""

    def __init__(self):
        self.entries = []

    def add(self, entries):
        self.entries += entries

    def of(self, kind):
        return [entry.data for entry in self.entries if entry.kind is kind]


class Fetching:
    """References whose pauses are short, and what they told."""

    def __init__(self, setting="http://127.0.0.1"):
        self.book, self.over = Book(), threading.Event()
        self.references = References(allowed(setting), self.book)  # type: ignore[arg-type]
        self.references.work()

    def ask(self, *urls):
        fetched = [url for url, why in self.references.refusals(urls).items() if not why]
        self.references.ask(CALL, fetched, self.over.is_set, "1-1")
        return fetched

    def latitudes(self):
        return [data["shape"]["lat"] for data in self.book.of(Kind.EVIDENCE)]

    def until_done(self):
        def done():
            self.references.look()
            return not self.references.done.empty()

        until(done, 30, "all is told")


@pytest.fixture
def fetching(monkeypatch):
    monkeypatch.setattr(references, "RETRIES_AFTER_S", (0.05, 0.05))
    monkeypatch.setattr(references, "AGAIN_AFTER_S", (0.05, 0.1))
    monkeypatch.setattr(references, "WITHIN_S", 0.5)
    return Fetching()


# --- hosts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("setting", "url", "why"),
    [
        ("", "https://lis.example.id/1", "not among location_hosts"),
        ("lis.example.id", "https://lis.example.id/1", ""),
        ("lis.example.id", "https://LIS.example.id.:8443/1", ""),
        ("lis.example.id", "helds:lis.example.id/1", "not among"),
        ("lis.example.id", "helds://lis.example.id/1", ""),
        ("lis.example.id", "http://lis.example.id/1", "not https"),
        ("lis.example.id", "held://lis.example.id/1", "not https"),
        ("http://lis.example.id", "http://lis.example.id/1", ""),
        ("lis.example.id", "https://evil.lis.example.id/", "not among"),
        ("*.example.id", "https://a.b.example.id/", ""),
        ("*.example.id", "https://example.id/", "not among"),
        ("*.example.id", "https://evilexample.id/", "not among"),
        ("*.example.id", "https://example.id@evil.invalid/", "not among"),
        ("lis.example.id", "https://evil.invalid/lis.example.id", "not among"),
        ("lis.example.id", "https://lis.example.id\\@evil.invalid/", "not among"),
        ("10.1.0.0/16", "https://10.1.2.3/", ""),
        ("10.1.0.0/16", "https://10.2.2.3/", "not among"),
        ("::1", "https://[::1]/", ""),
        ("lis.example.id", "sip:a@lis.example.id", "handed on"),
        ("lis.example.id", "pres:a@lis.example.id", "handed on"),
        ("lis.example.id", "https://[::1", "no URL"),
        ("lis.example.id", "https:", "not among"),
    ],
)
def test_a_location_is_fetched_from_named_hosts_alone(setting, url, why):
    refusal = allowed(setting).refusal(url)
    assert why in refusal
    assert bool(refusal) == bool(why)


def test_private_addresses_are_reached_only_where_they_are_named():
    anywhere, inside = allowed("lis.example.id"), allowed("lis.example.id, 10.1.0.0/16")
    for address in ("127.0.0.1", "10.1.2.3", "192.168.1.1", "169.254.169.254", "::1", "fd00::1", "0.0.0.0"):
        assert not anywhere.may_reach(ip_address(address))
    assert anywhere.may_reach(ip_address("8.8.8.8"))
    assert inside.may_reach(ip_address("10.1.2.3"))
    assert not inside.may_reach(ip_address("10.2.2.3"))


@pytest.mark.parametrize(
    "setting", ["lis.example.id/path", "https://", "a b", "*", "*.*.id", "10.1.0.1/16", "-x.id", "ä.id"]
)
def test_a_setting_that_is_no_host_is_refused(setting):
    with pytest.raises(SettingsRefused, match="location_hosts"):
        allowed(setting)


# --- HELD ----------------------------------------------------------------------------------------------------------


def test_the_question_is_as_the_standard_has_it():
    question = fromstring(held.question(exact=True, response_ms=1500))
    assert question.tag == f"{{{held.HELD}}}locationRequest"
    assert question.get("responseTime") == "1500"
    [kind] = question
    assert (kind.tag, kind.text, kind.get("exact")) == (f"{{{held.HELD}}}locationType", "geodetic civic", "true")


def test_an_answer_may_hold_a_location_and_references():
    answer = held.read(response(DOCUMENT, uris("https://a.invalid/1", "sip:b@c.invalid")), NOW, "https://x.invalid/")
    [claim] = answer.found
    assert isinstance(claim, Evidence)
    assert (claim.reference, claim.received_at, claim.source) == ("https://x.invalid/", NOW, "pidf_lo")
    assert list(answer.references) == ["https://a.invalid/1", "sip:b@c.invalid"]
    assert answer.expires == 1_767_324_845.0


def test_an_answer_may_be_the_document_alone():
    assert isinstance(held.read(pidf(), NOW, "").found[0], Evidence)


@pytest.mark.parametrize("code", ["locationUnknown", "requestError", "notLocatable", "cannotProvideLiType"])
def test_an_error_within_a_good_answer_is_told_with_its_code(code):
    answer = held.read(error(code, "Unable to determine location"), NOW, "")
    [refused] = answer.found
    assert answer.error == code
    assert refused.why == f"error {code}: Unable to determine location"


@pytest.mark.parametrize(
    "document", [b"", b"<html>", b"not XML", response(), b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"]
)
def test_an_answer_that_tells_nothing_is_a_refusal(document):
    found = held.read(document, NOW, "").found
    assert found
    assert all(isinstance(one, EvidenceRefused) for one in found)


# --- fetching ------------------------------------------------------------------------------------------------------


def test_a_document_is_fetched_by_get(fetching):
    with http_server(lambda _asked: Reply(body=pidf())) as server:
        assert fetching.ask(server.url("/1"))
        until(lambda: fetching.latitudes() == [-6.2])
        assert server.asked[0].method == "GET"
        assert "application/pidf+xml" in server.asked[0].headers["accept"]
    [claim] = fetching.book.of(Kind.EVIDENCE)
    assert claim["reference"] == server.url("/1")


def test_what_does_not_understand_get_is_asked_by_held(fetching):
    def answer(asked):
        return Reply(405) if asked.method == "GET" else Reply(body=response(DOCUMENT))

    with http_server(answer) as server:
        fetching.ask(server.url())
        until(fetching.latitudes)
        assert server.asked[1].headers["content-type"].startswith("application/held+xml")
        assert b"locationRequest" in server.asked[1].body


def test_held_that_answers_get_by_an_error_is_asked_by_post(fetching):
    def answer(asked):
        return Reply(body=error("requestError") if asked.method == "GET" else response(DOCUMENT))

    with http_server(answer) as server:
        fetching.ask(server.url())
        until(fetching.latitudes)
    assert not fetching.book.of(Kind.EVIDENCE_REFUSED)


def test_a_reference_within_an_answer_is_told_and_followed_once(fetching):
    def answer(asked):
        further = uris(server.url("/2"), server.url("/1"), "https://elsewhere.invalid/", "sip:a@b.invalid")
        return Reply(body=response(further) if asked.path == "/1" else response(DOCUMENT, uris(server.url("/3"))))

    with http_server(answer) as server:
        fetching.ask(server.url("/1"))
        until(fetching.latitudes)
        fetching.until_done()
        assert {asked.path for asked in server.asked} == {"/1", "/2"}
    reasons = {data["url"].rpartition("/")[2]: data["why"] for data in fetching.book.of(Kind.REFERENCE)}
    assert reasons["2"] == ""
    assert reasons["3"] == "it is a reference in a reference's reference"
    assert "not among" in reasons[""]


def test_a_moving_caller_is_asked_for_again_and_what_stays_is_told_once(fetching):
    answers = iter([pidf(-6.1), pidf(-6.1), pidf(-6.3)])
    with http_server(lambda _asked: Reply(body=next(answers))) as server:
        fetching.ask(server.url())
        fetching.until_done()
        assert len(server.asked) == 3
    assert len({entry.key for entry in fetching.book.entries}) == 2
    assert fetching.latitudes()[-1] == -6.3


def test_what_a_server_says_and_where_it_was_asked_is_in_no_log(fetching, capfd):
    bad = {"Content-Length": "5", "X bad\x00": "6281200000001", "": "no name"}
    with http_server(lambda _asked: Reply(body=b"12345", headers=bad)) as server:
        fetching.over.set()
        fetching.ask(server.url("/secret-place"))
        fetching.until_done()
    written = "".join(capfd.readouterr())
    assert "secret-place" not in written
    assert "6281200000001" not in written


def test_after_the_call_nothing_is_asked_again(fetching):
    with http_server(lambda _asked: Reply(body=pidf())) as server:
        fetching.over.set()
        fetching.ask(server.url())
        fetching.until_done()
        assert len(server.asked) == 1


def test_an_error_that_may_pass_is_asked_again_and_then_told(fetching):
    answers = iter([Reply(503), Reply(body=error("locationUnknown")), Reply(body=response(DOCUMENT))])
    with http_server(lambda asked: Reply(405) if asked.method == "GET" else next(answers)) as server:
        fetching.over.set()
        fetching.ask(server.url())
        fetching.until_done()
    assert fetching.latitudes() == [-6.2]
    assert not fetching.book.of(Kind.EVIDENCE_REFUSED)


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (Reply(403), "HTTP status 403"),
        (Reply(302, headers={"Location": "http://127.0.0.1:1/"}), "HTTP status 302"),
        (Reply(500), "HTTP status 500"),
        (Reply(body=b"x" * 1_500_000), "larger than 1000000 bytes"),
        (Reply(body=pidf(), piece=1, pause=0.01), "no answer within 0.5 s"),
        (Reply(body=pidf(), hang=5), "no answer within 0.5 s"),
        (Reply(body=error("locationUnknown")), "error locationUnknown"),
        (Reply(body=error("cannotProvideLiType")), "error cannotProvideLiType"),
        (Reply(body=b"<html>no</html>"), "there is none"),
    ],
)
def test_what_brings_no_location_is_told_with_its_reason(fetching, reply, why):
    with http_server(lambda _asked: reply) as server:
        fetching.over.set()
        fetching.ask(server.url())
        fetching.until_done()
    [refused] = fetching.book.of(Kind.EVIDENCE_REFUSED)
    assert why in refused["why"]
    assert server.url() not in refused["why"] + refused["where"]


def test_nobody_waits_for_a_host_that_says_nothing_and_what_is_too_much_is_told(fetching, monkeypatch):
    monkeypatch.setattr(references, "MOST", 3)
    with http_server(lambda _asked: Reply(hang=1)) as server:
        for number in range(3):
            fetching.references.ask(CALL, [server.url()], lambda: True, f"1-{number}")
        assert "too many" in fetching.references.refusal(server.url())


def test_of_one_request_a_few_references_are_fetched_and_the_others_told(fetching):
    urls = [f"http://127.0.0.1:1/{number}" for number in range(6)]
    told = fetching.references.refusals(["sip:a@b.invalid", *urls, *urls])
    assert [bool(why) for why in told.values()] == [True, False, False, False, False, True, True]
    assert "more than 4" in told[urls[5]]


def test_a_reference_is_fetched_over_tls(fetching, tmp_path, monkeypatch):
    certificate = write_certificate(tmp_path / "server.pem", "localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    within = Fetching("localhost, 127.0.0.0/8, ::1")
    with http_server(lambda _asked: Reply(body=pidf()), certificate) as server:
        assert within.ask(server.url("/1", "localhost"), f"helds://localhost:{server.port}/2")
        until(lambda: len(within.latitudes()) >= 2)
        assert {(asked.method, asked.path) for asked in server.asked} >= {("GET", "/1"), ("POST", "/2")}


def test_a_name_that_leads_into_a_private_network_is_not_followed(fetching):
    outside = Fetching("http://localhost")
    with http_server(lambda _asked: Reply(body=pidf())) as server:
        outside.over.set()
        outside.ask(server.url("/", "localhost"))
        outside.until_done()
        assert server.asked == []
    [refused] = outside.book.of(Kind.EVIDENCE_REFUSED)
    assert "no address that may be reached" in refused["why"]
