"""LoST asked by a real client: the `lost` module of Kamailio, for the place in an INVITE to an emergency URN."""

from __future__ import annotations

import secrets
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from flask import Flask

from gateway import settings as table
from gateway.rules import load
from gateway.settings import ROOT
from gateway.web.lost import blueprint
from tests.gateway_in_process import made_up_settings
from tests.live.desk import Message
from tests.live.wait import until
from tests.ports import free_port

CONFIG = """
debug=2
log_stderror=yes
children=1
disable_tcp=yes
auto_aliases=no
listen=udp:127.0.0.1:{port}
mpath="{modules}"
loadmodule "sl.so"
loadmodule "pv.so"
loadmodule "textops.so"
loadmodule "http_client.so"
loadmodule "lost.so"
modparam("http_client", "query_result", 0)
modparam("http_client", "httpcon", "lost=>{url}")
request_route {{
    $var(result) = lost_query("lost", "$var(uri)", "$var(name)", "$var(error)");
    append_to_reply("X-Result: $var(result)\\r\\n");
    append_to_reply("X-Uri: $var(uri)\\r\\n");
    append_to_reply("X-Name: $var(name)\\r\\n");
    append_to_reply("X-Error: $var(error)\\r\\n");
    sl_send_reply("480", "Asked");
}}
"""

PIDF = """<?xml version="1.0" encoding="UTF-8"?>
<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:gp="urn:ietf:params:xml:ns:pidf:geopriv10"
  xmlns:gml="http://www.opengis.net/gml" xmlns:gs="http://www.opengis.net/pidflo/1.0" entity="pres:caller@example.com">
 <tuple id="t1"><status><gp:geopriv><gp:location-info>{shape}</gp:location-info><gp:usage-rules/></gp:geopriv></status>
 </tuple></presence>"""
SRS = 'srsName="urn:ogc:def:crs:EPSG::4326"'
POINT = f"<gml:Point {SRS}><gml:pos>{{pos}}</gml:pos></gml:Point>"
CIRCLE = (
    f"<gs:Circle {SRS}><gml:pos>{{pos}}</gml:pos>"
    '<gs:radius uom="urn:ogc:def:uom:EPSG::9001">250</gs:radius></gs:Circle>'
)
MONAS, PARIS = "-6.1754 106.8272", "48.8584 2.2945"


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


class Edge:
    """A Kamailio that asks a server of ours, and tells in its answer what it was told."""

    def __init__(self, folder: Path, url: str | list[str], config_text: str = CONFIG):
        natives = table.read().natives
        modules = next(natives.glob("kamailio/**/kamailio/modules"))
        self.port = free_port()
        config = folder / "kamailio.cfg"
        config.write_text(config_text.format(port=self.port, modules=modules, url=url), encoding="utf-8")
        program = natives / "bin" / "kamailio"
        self.log = folder / "kamailio.log"
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [program, "-DD", "-E", "-f", config, "-Y", folder, "-m", "16", "-M", "4"], stdout=log, stderr=log
            )

    def ask(self, urn: str, shape: str, pos: str) -> Message:
        """The answer to an INVITE with a PIDF-LO; it is sent until it is answered, as SIP does."""
        request = invite(urn, PIDF.format(shape=shape.format(pos=pos)))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            line.bind(("127.0.0.1", 0))
            line.settimeout(0.5)

            def answered() -> Message | None:
                assert self._process.poll() is None, self.log.read_text(errors="replace")[-2000:]
                line.sendto(request, ("127.0.0.1", self.port))
                try:
                    return Message.parse(line.recv(65536))
                except (TimeoutError, ConnectionRefusedError):
                    return None

            return until(answered, what="Kamailio answers")

    def stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def invite(urn: str, pidf: str) -> bytes:
    boundary, name = secrets.token_hex(8), f"{secrets.token_hex(4)}@example.com"
    parts = ("application/sdp\r\n\r\nv=0", f"application/pidf+xml\r\nContent-ID: <{name}>\r\n\r\n{pidf}")
    body = "".join(f"--{boundary}\r\nContent-Type: {part}\r\n" for part in parts) + f"--{boundary}--\r\n"
    lines = [
        f"INVITE {urn} SIP/2.0",
        f"Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK{secrets.token_hex(8)};rport",
        f"From: <sip:caller@example.com>;tag={secrets.token_hex(4)}",
        f"To: <{urn}>",
        f"Call-ID: {secrets.token_hex(8)}",
        "CSeq: 1 INVITE",
        "Max-Forwards: 70",
        f"Geolocation: <cid:{name}>",
        f"Content-Type: multipart/mixed; boundary={boundary}",
        f"Content-Length: {len(body.encode())}",
    ]
    return "\r\n".join([*lines, "", body]).encode()


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    folder = tmp_path_factory.mktemp("lost")
    book = load(ROOT / "routing_rules.yaml")
    app = Flask("lost")
    app.register_blueprint(blueprint(made_up_settings(folder, sip_address="192.0.2.1"), lambda: book))
    server = make_server("127.0.0.1", 0, app, handler_class=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    edge = Edge(folder, f"http://127.0.0.1:{server.server_port}/lost")
    yield edge
    edge.stop()
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("shape", [POINT, CIRCLE], ids=["point", "circle"])
@pytest.mark.parametrize(
    ("urn", "uri", "name"),
    [
        ("urn:service:sos", "sip:112@192.0.2.1:5060", "Operator 112 (BPBD DKI Jakarta)"),
        ("urn:service:sos.fire", "sip:113@192.0.2.1:5060", "Pemadam Kebakaran dan Penyelamatan (Gulkarmat)"),
        ("urn:service:sos.ambulance", "sip:118@192.0.2.1:5060", "Ambulans Gawat Darurat (AGD Dinkes)"),
    ],
)
def test_kamailio_finds_who_answers_a_service(edge: Edge, shape: str, urn: str, uri: str, name: str) -> None:
    answer = edge.ask(urn, shape, MONAS)
    assert answer.get("X-Result") == "200", edge.log.read_text(errors="replace")[-2000:]
    assert answer.get("X-Uri") == uri
    assert answer.get("X-Name") == name


def test_kamailio_is_told_that_nobody_answers_there(edge: Edge) -> None:
    answer = edge.ask("urn:service:sos", POINT, PARIS)
    assert answer.get("X-Result") == "500"
    assert answer.get("X-Error") == "notFound"


def test_kamailio_is_told_that_a_service_is_none_of_ours(edge: Edge) -> None:
    answer = edge.ask("urn:service:counseling", POINT, MONAS)
    assert answer.get("X-Error") == "serviceNotImplemented"
