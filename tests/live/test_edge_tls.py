"""SIP over TLS at the edge, once there is a certificate; Asterisk gets the call as any other."""

from __future__ import annotations

import re
import shutil
import socket
import ssl
from collections.abc import Iterator

import pytest

from tests.gateway.http_server import write_certificate
from tests.live.edge import EdgedCity
from tests.live.edge_nodes import Line
from tests.live.stand_in import StandIn


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EdgedCity]:
    city = EdgedCity(tmp_path_factory.mktemp("tls"))
    city.settings.sip_certificate.parent.mkdir()
    both = write_certificate(city.settings.sip_certificate, "127.0.0.1")
    shutil.copy(both, both.with_suffix(".key"))
    try:
        yield city.start()
    finally:
        city.stop()


@pytest.mark.parametrize("target", ["urn:service:sos", "sips:112@127.0.0.1"])
def test_a_call_over_tls_is_answered_and_ended(city: EdgedCity, target: str) -> None:
    stand_in = StandIn(city.settings.number("agi_port"))
    stand_in.hand_off("112")
    trust = ssl.create_default_context(cafile=str(city.settings.sip_certificate))
    line = Line(city.door)
    body = line.voice.description()
    head = line.head("INVITE", target, f"<{target}>", "Content-Type: application/sdp", f"Content-Length: {len(body)}")
    text = "\r\n".join([*head, "", ""]).replace("SIP/2.0/UDP", "SIP/2.0/TLS").encode()
    door = ("127.0.0.1", city.settings.number("sips_port"))
    try:
        with socket.create_connection(door, 5) as plain, trust.wrap_socket(plain, server_hostname="127.0.0.1") as way:
            way.sendall(text + body)
            answer = until_final(way)
            line.answers.append(answer)
            assert answer.startswith("SIP/2.0 200")
            assert stand_in.last().arguments[0] == "trial"
            for method in ("ACK", "BYE"):
                within = "\r\n".join([*line.head_within(method), "Content-Length: 0", "", ""])
                way.sendall(within.replace("SIP/2.0/UDP", "SIP/2.0/TLS").encode())
            assert until_final(way).startswith("SIP/2.0 200")
    finally:
        line.close()
        stand_in.stop()


def until_final(way: ssl.SSLSocket) -> str:
    got = ""
    while not (final := re.search(r"^SIP/2\.0 [2-6].*?\r\n\r\n", got, re.MULTILINE | re.DOTALL)):
        more = way.recv(65536)
        assert more, got
        got += more.decode()
    return final[0]
