"""What a victim's telephone, or a network, may send that nobody can read as it was meant, with a canary in it."""

from __future__ import annotations

import contextlib
import re
import socket
from collections.abc import Iterator

from gateway.settings import Settings
from tests.live.edge_nodes import Line
from tests.live.test_edge_odd import BODIES, PIDF, SDP
from tests.live.test_edge_odd import HEADS as ODD
from tests.live.test_edge_unreadable import HEADS as UNREADABLE
from tests.live.victim import GARBLED, MALFORMED, NUMBER, WELL_FORMED

HEADS = UNREADABLE | {what: ODD[what] for what in (
    "a From of no scheme", "a From of another scheme", "folded", "a long line", "hostile", "a password in no form",
)}  # fmt: skip
PLACES = {
    "place before the offer": MALFORMED, "nested": WELL_FORMED.replace("106.8", "kanari"), "cut off": WELL_FORMED,
    "a place alone": WELL_FORMED.replace("Circle", "Kanari"), "broken audio": "",
}  # fmt: skip
"""A body, and the location in it."""

LOCATORS = (
    "Geolocation: <cid:p@caller.invalid>, <cid:kanari@x>, <http://kanari.invalid/120077777>, "
    "geo:-6.17777,106.1;u=kanari"
)

MESSAGES: dict[str, bytes] = {
    "text/plain": b"kanari " * 300,
    "text/plain;charset=kanari": b"kanari \xff\xfe",
    "message/cpim": b"From: <im:kanari@x>\r\n\r\nContent-Type: text/kanari; charset=kanari\r\n\r\nkanari \xff",
    "application/vnd.3gpp.sms": b"\x00kanari 120077777",
    "multipart/mixed": b"--kanari",
    "kanari": b"kanari",
}

WITHIN = ("BYE", "CANCEL", "INFO", "KANARI", "REGISTER", "SUBSCRIBE", "NOTIFY", "PUBLISH", "REFER", "ACK")

GARBAGE = (
    b"kanari +628120077777\r\n\r\n",
    b"SIP/2.0 200 kanari 120077777\r\nVia: SIP/2.0/UDP kanari\r\n\r\n",
    b"GET /kanari/120077777?text=kanari HTTP/1.1\r\nHost: kanari\r\n\r\n",
    b"POST /messages/twilio/incoming?Body=kanari&From=120077777 HTTP/1.1\r\nHost: x\r\n"
    b"Transfer-Encoding: chunked\r\n\r\nkanari\r\n",
    b"POST /kanari HTTP/1.1\r\nHost: x\r\nContent-Length: kanari\r\n\r\n",
    b"GET /kanari HTTP/9.9\r\n\r\n",
    b"GET /kanari HTTP/1.1\r\nKanari 120077777\r\n\r\n",
    b"GET /ws?kanari HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: kanari\r\n\r\n",
    b"Action: Login\r\nUsername: kanari\r\nSecret: 120077777\r\n\r\n",
    b"agi_network: yes\nagi_request: agi://x/call\nagi_callerid: +628120077777\nagi_channel: kanari\n\n",
    b"*2\r\n$4\r\nAUTH\r\n$6\r\nkanari\r\n*1\r\n$6\r\nkanari\r\n",
    b"G112 kanari 120077777 5\r\nkanari",
    b"GET /cgi-bin/sendsms?username=kanari&password=x&to=120077777&text=kanari HTTP/1.0\r\n\r\n",
)

DOORS = (
    "sip_port", "asterisk_sip_port", "agi_port", "ami_port", "redis_port", "web_port", "fallback_port", "pages_port",
    "kannel_admin_port", "kannel_box_port", "kannel_send_port", "asterisk_http_port", "capture_port",
)  # fmt: skip


def head(line: Line, method: str, *extra: str) -> list[str]:
    """As a telephone of hers writes it."""
    told = (GARBLED, f'P-Asserted-Identity: "Kanari" <sip:{NUMBER}@kanari.invalid>', "Subject: kanari", *extra)
    lines = line.head(method, "sip:112kanari@127.0.0.1", "<sip:kanari@127.0.0.1>", *told)
    return [re.sub("From: <sip:[^@]+@", f'From: "Kanari" <sip:{NUMBER}@', each) for each in lines]


def calls(door: tuple[str, int]) -> Iterator[int]:
    """Places one call after the other, and gives up those that are answered; the final status of each."""
    for change in HEADS.values():
        with contextlib.closing(Line(door)) as line:
            line.raw(change(head(line, "INVITE", f"Content-Type: {SDP}")), _offer(line))
            yield _given_up(line)
    for what, place in PLACES.items():
        kind, made = BODIES[what]
        with contextlib.closing(Line(door)) as line:
            line.send(head(line, "INVITE", LOCATORS), made(_offer(line)).replace(PIDF, place.encode()), kind)
            yield _given_up(line)


def messages(door: tuple[str, int]) -> Iterator[int]:
    """Sends one message after the other; the final status of each."""
    for kind, body in MESSAGES.items():
        with contextlib.closing(Line(door)) as line:
            line.send(head(line, "MESSAGE", LOCATORS), body, kind)
            yield line.final()


def noise(settings: Settings, doors: tuple[tuple[str, int], ...]) -> None:
    """What belongs to no call, at the doors of SIP, and what belongs nowhere, at every door."""
    for door in doors:
        for method in WITHIN:
            with contextlib.closing(Line(door)) as line:
                password = (
                    f'Authorization: Digest username="{NUMBER}", realm="kanari", nonce="1", uri="x", response="1"'
                )
                line.send(head(line, method, password), b"kanari 120077777", "text/plain")
        with contextlib.closing(Line(door)) as line:
            for each in GARBAGE:
                line.datagram(each)
    for name in DOORS:
        for each in GARBAGE:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", settings.number(name))) as peer:
                peer.sendall(each)
                peer.shutdown(socket.SHUT_WR)
                peer.settimeout(0.2)
                peer.recv(1000)


def _offer(line: Line) -> bytes:
    return line.voice.description().replace(b"s=-", b"s=kanari") + b"a=kanari:120077777\r\n"


def _given_up(line: Line) -> int:
    status = line.final()
    if status == 200:
        line.within("ACK")
        line.within("BYE")
    return status
