"""What the edge copies of a call, taken by the real process, kept in a real Redis, and told on the call's timeline."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gateway import settings as table
from gateway.incident.timeline import Entry, Kind
from gateway.settings import ROOT
from gateway.store import GATEWAY, Store
from tests.gateway.http_server import Reply, http_server
from tests.hep_copy import hep, multipart, part, pidf, sip
from tests.live.asterisk_server import environment
from tests.live.redis_server import RedisServer
from tests.live.wait import until


class Site:
    """A Redis, locators, and an edge that copies."""

    def __init__(self, folder):
        self.redis = RedisServer(folder / "redis").start()
        self.environ = environment(folder / "state", ROOT / "routing_rules.yaml")
        self.environ["GATEWAY112_REDIS_URL"] = f"redis://127.0.0.1:{self.redis.port}/0"
        self.settings = table.read(self.environ)
        self.folder = folder
        self.store = Store(self.settings)
        self.processes = []

    def start(self, *words, **environ):
        out = (self.folder / f"{'-'.join(words)}.log").open("ab")
        whole = {**os.environ, **self.environ, **environ}
        command = [sys.executable, "-m", "gateway", *words]
        process = subprocess.Popen(command, env=whole, cwd=ROOT, stdout=out, stderr=out)
        self.processes.append(process)
        if words == ("locator",):
            until(lambda: self.listens(process), what="the locator listens")
        return process

    def listens(self, process):
        """Whether this very process has both doors open; the other one may share them."""
        port = f":{self.settings.number('capture_port'):04X} "
        tables = [Path(f"/proc/net/{kind}").read_text(encoding="ascii") for kind in ("tcp", "udp")]
        lines = [line.split() for table in tables for line in table.splitlines() if port in line[:30]]
        try:
            own = {str(link.readlink()) for link in Path(f"/proc/{process.pid}/fd").iterdir()}
        except OSError:
            return False
        return sum(f"socket:[{line[9]}]" in own for line in lines) == 2

    def copy(self, request, source="127.0.0.1"):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as edge:
            edge.sendto(hep(request, source), ("127.0.0.1", self.settings.number("capture_port")))

    def open(self, incident, call_id, trunk="trial", **more):
        data = {"medium": "call", "channel": "sip", "trunk": trunk, "call_id": call_id, "from_tag": "tag1", **more}
        self.store.add([Entry(incident, Kind.OPENED, time.time(), data, f"sip:c-{incident}:opened", f"c-{incident}")])

    def told(self, incident, *kinds):
        return [entry for entry in self.store.timeline(incident) if entry.kind in kinds]

    def evidence(self, incident, count=1):
        return until(lambda: len(found := self.told(incident, Kind.EVIDENCE)) >= count and found)

    def log(self):
        return (self.folder / "locator.log").read_text(encoding="utf-8")

    def end(self):
        for process in self.processes:
            process.kill()
            process.wait()
        self.redis.kill()


@pytest.fixture
def site(tmp_path):
    site = Site(tmp_path)
    yield site
    site.end()


def with_place(call_id, document=None, **how):
    body = multipart(
        part(b"v=0\r\n", "Content-Type: application/sdp"),
        part(document or pidf(), "Content-Type: application/pidf+xml", "Content-ID: <place@example.invalid>"),
    )
    headers = ("Geolocation: <cid:place@example.invalid>", 'Content-Type: multipart/mixed; boundary="b1"')
    return sip(call_id, *headers, body=body, **how)


def test_what_the_edge_copied_is_evidence_of_the_call_with_its_call_id(site):
    site.start("locator")
    site.copy(with_place("call-1"))
    site.open("i1", "call-1")
    [entry] = site.evidence("i1")
    assert entry.data["source"] == "pidf_lo"
    assert entry.data["shape"]["kind"] == "circle"
    assert entry.key.startswith("sip:call-1:evidence:")
    assert entry.channel_id == "c-i1"
    until(lambda: site.store.redis.xlen("captured") == 0, what="nothing is kept twice")


def test_a_copy_that_comes_after_its_call_was_opened_joins_it(site):
    site.start("locator")
    site.open("i1", "call-1")
    site.copy(with_place("call-1"))
    site.copy(with_place("call-1"))
    site.copy(with_place("call-1", pidf(-6.3), to_tag="ours"))
    site.evidence("i1", 2)
    site.open("i2", "call-2")
    site.copy(with_place("call-2"))
    site.evidence("i2")
    assert len(site.told("i1", Kind.EVIDENCE)) == 2


def test_nobody_plants_evidence_in_anothers_incident_by_its_call_id(site):
    site.start("locator")
    site.open("i1", "call-1")
    site.copy(with_place("call-1", from_tag="another"))
    site.copy(with_place("call-1"), source="192.0.2.99")
    site.copy(with_place("call-1", pidf(-6.1)))
    [entry] = site.evidence("i1")
    assert entry.data["shape"]["lat"] == -6.1
    site.open("i2", "call-2")
    site.copy(with_place("call-2"))
    site.evidence("i2")
    assert len(site.told("i1", Kind.EVIDENCE)) == 1


def test_a_copy_waits_for_its_call_through_the_death_of_the_locator(site):
    first = site.start("locator")
    site.copy(with_place("call-1"))
    until(lambda: site.store.redis.xlen("captured") == 1)
    first.send_signal(signal.SIGKILL)
    first.wait()
    site.open("i1", "call-1")
    site.start("locator")
    site.evidence("i1")


def test_a_copy_that_came_while_the_store_was_away_is_told_when_it_is_back(site):
    site.start("locator")
    site.start("replay")
    site.redis.kill()
    site.copy(with_place("call-1"))
    until(lambda: list((site.settings.state / "spool").glob("*.spool")), what="the copy is on the disk")
    site.redis.start()
    site.open("i1", "call-1")
    site.evidence("i1")


def test_a_large_request_comes_in_a_frame(site):
    site.start("locator")
    request = with_place("call-1", pidf().replace(b"<tuple", b"<!--" + b"x" * 100_000 + b"--><tuple"))
    with socket.create_connection(("127.0.0.1", site.settings.number("capture_port"))) as edge:
        for body in (request, with_place("call-2")):
            edge.sendall(b"G112 127.0.0.1 5060 %d\r\n" % len(body) + body)
    site.open("i1", "call-1")
    site.open("i2", "call-2")
    site.evidence("i1")
    site.evidence("i2")


def test_a_reference_is_handed_on_and_fetched(site):
    with http_server(lambda _asked: Reply(body=pidf(-6.4))) as server:
        site.start("locator", GATEWAY112_LOCATION_HOSTS="http://127.0.0.1")
        own, other = server.url("/place/1"), "https://lis.example.invalid/2"
        site.copy(sip("call-1", f"Geolocation: <{own}>;x=y, <{other}>"))
        site.open("i1", "call-1")
        [entry] = site.evidence("i1")
        assert (entry.data["shape"]["lat"], entry.data["reference"]) == (-6.4, own)
        references = {entry.data["url"]: entry.data["why"] for entry in site.told("i1", Kind.REFERENCE)}
        assert references == {own: "", other: "its host is not among location_hosts"}


def test_no_place_number_or_url_is_in_the_log(site):
    with http_server(lambda _asked: Reply(status=500)) as server:
        site.start("locator", GATEWAY112_LOCATION_HOSTS="http://127.0.0.1")
        site.copy(with_place("call-1"))
        site.copy(b"garbage +6281200000001")
        site.copy(sip("call-1", f"Geolocation: <{server.url('/secret')}>"))
        site.open("i1", "call-1")
        site.evidence("i1")
        until(lambda: site.told("i1", Kind.EVIDENCE_REFUSED))
    for word in ("6281200000001", "106.8", "secret", "call-1"):
        assert word not in site.log()
    assert not [e for e in site.store.timeline(GATEWAY) if e.kind is Kind.ALARM]


def test_two_locators_tell_a_thing_once_and_no_copy_is_lost_when_one_dies(site):
    first = site.start("locator")
    site.start("locator")
    calls = [f"call-{number}" for number in range(20)]
    for call in calls[:10]:
        site.copy(with_place(call))
    until(lambda: site.store.redis.xlen("captured") == 10)
    first.kill()
    first.wait()
    for call in calls[10:]:
        site.copy(with_place(call))
    for call in calls:
        site.open(f"i-{call}", call)
    for call in calls:
        site.evidence(f"i-{call}")
    assert {len(site.told(f"i-{call}", Kind.EVIDENCE)) for call in calls} == {1}
