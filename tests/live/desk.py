"""A desk's SIP telephone: registers, rings, answers, and keeps what it was told. Small, and real on a real socket."""

from __future__ import annotations

import contextlib
import hashlib
import re
import secrets
import socket
import threading
import time
from dataclasses import dataclass, field

from tests.live.rtp import Voice
from tests.live.wait import until

TRANSACTION_SECONDS = 32
"""So long may a final response be in coming (RFC 3261, timers B and F)."""


@dataclass
class Message:
    """A SIP request or response as it came."""

    start: str
    headers: list[tuple[str, str]]
    body: bytes = b""

    @classmethod
    def parse(cls, packet: bytes) -> Message:
        head, _, body = packet.partition(b"\r\n\r\n")
        start, *lines = head.decode("utf-8", "replace").split("\r\n")
        pairs = (line.partition(":") for line in lines)
        return cls(start, [(name.strip(), value.strip()) for name, _, value in pairs], body)

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def get(self, name: str) -> str:
        return next(iter(self.all(name)), "")

    @property
    def method(self) -> str:
        return self.get("CSeq").partition(" ")[2]


@dataclass
class Invitation:
    """One call that rang here."""

    invite: Message
    rang_at: float
    tag: str = field(default_factory=lambda: secrets.token_hex(4))
    voice: Voice | None = None
    answered_at: float = 0.0
    ended_at: float = 0.0

    def header(self, name: str) -> str:
        return self.invite.get(name)


class Desk:
    """A telephone registered under ``name``.

    Attributes:
        answers_after: seconds it rings before it is answered; None: it rings and rings.
        refuses: the status it answers each call with instead (486), or 0.
        hangs_up_after: seconds after the answer; None: it leaves that to the caller.
        keys: what it presses after the answer.
        invitations: every call that rang, oldest first.
        open: whether it has power.
    """

    def __init__(
        self, name: str, password: str, server: tuple[str, int], answers_after: float | None = 0.0, port: int = 0,
        host: str = "127.0.0.1",
    ):  # fmt: skip
        self.name, self._password, self._server = name, password, server
        self.answers_after = answers_after
        self.refuses = 0
        self.hangs_up_after: float | None = None
        self.keys = ""
        self.invitations: list[Invitation] = []
        self.replies: list[Message] = []
        self.messages: list[Message] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((host, port))
        self._host = host
        self.port = self._socket.getsockname()[1]
        self.open = True
        self._cseq = 0
        self._socket.settimeout(0.2)
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    @property
    def uri(self) -> str:
        return f"sip:{self.name}@{self._host}:{self.port}"

    @property
    def call(self) -> Invitation:
        """The last call that rang."""
        return self.invitations[-1]

    def register(self, expires: int = 300) -> int:
        """The registrar's last status."""
        return int(self._authorized("REGISTER", "", f"Expires: {expires}").start.split()[1])

    def invite(self, target: str, from_user: str = "") -> Message:
        """Call somebody; the final answer."""
        voice = Voice(echo=True)
        try:
            return self._authorized("INVITE", target, "Content-Type: application/sdp", from_user, voice.description())
        finally:
            voice.close()

    def _authorized(self, method: str, to: str, extra: str, from_user: str = "", body: bytes = b"") -> Message:
        call_id = secrets.token_hex(8)
        reply = self.request(method, call_id, extra, to=to, from_user=from_user, body=body)
        challenge = reply.get("WWW-Authenticate")
        if not challenge:
            return reply
        digest = self._digest(method, challenge)
        return self.request(method, call_id, extra, digest, to=to, from_user=from_user, body=body)

    def request(
        self, method: str, call_id: str = "", *extra: str, to: str = "", from_user: str = "", body: bytes = b""
    ) -> Message:
        """Send a request of our own and wait for its final response."""
        self._cseq += 1
        cseq = f"{self._cseq} {method}"
        lines = [
            f"{method} {to or f'sip:127.0.0.1:{self._server[1]}'} SIP/2.0",
            f"Via: SIP/2.0/UDP {self._host}:{self.port};branch=z9hG4bK{secrets.token_hex(8)};rport",
            f"From: <sip:{from_user or self.name}@127.0.0.1>;tag={secrets.token_hex(4)}",
            f"To: <{to or f'sip:{self.name}@127.0.0.1'}>",
            f"Call-ID: {call_id or secrets.token_hex(8)}",
            f"CSeq: {cseq}",
            f"Contact: <{self.uri}>",
            "Max-Forwards: 70",
            *[line for line in extra if line],
        ]
        self._send(lines, body)
        reply = until(
            lambda: [r for r in self.replies if r.get("CSeq") == cseq and not r.start.startswith("SIP/2.0 1")],
            TRANSACTION_SECONDS,
            f"a final response to {method}",
        )[0]
        if method == "INVITE":
            to_line, cseq_line = f"To: {reply.get('To')}", f"CSeq: {self._cseq} ACK"
            self._send([f"ACK {to} SIP/2.0", *lines[1:3], to_line, lines[4], cseq_line])
        return reply

    def hang_up(self) -> None:
        """End the last call from this side."""
        call = self.call
        call.ended_at = time.monotonic()
        invite = call.invite
        self._cseq += 1
        contact = re.search(r"<([^>]+)>", invite.get("Contact"))
        assert contact
        self._send([
            f"BYE {contact[1]} SIP/2.0",
            f"Via: SIP/2.0/UDP {self._host}:{self.port};branch=z9hG4bK{secrets.token_hex(8)};rport",
            f"From: {invite.get('To')};tag={call.tag}",
            f"To: {invite.get('From')}",
            f"Call-ID: {invite.get('Call-ID')}",
            f"CSeq: {self._cseq} BYE",
            "Max-Forwards: 70",
        ])  # fmt: skip

    @property
    def talks(self) -> bool:
        """Whether it has answered a call that goes on."""
        return any(call.answered_at and not call.ended_at for call in self.invitations)

    @property
    def ringing(self) -> bool:
        return any(not call.answered_at and not call.ended_at for call in self.invitations)

    def refuse(self, status: int) -> None:
        """The call that rings, and every later one."""
        self.refuses = status
        self.call.ended_at = time.monotonic()
        self._respond(self.call.invite, f"{status} No", self.call.tag)

    def twin(self) -> Desk:
        """The same desk at another socket, registered in its place."""
        desk = Desk(self.name, self._password, self._server)
        desk.register()
        return desk

    def close(self) -> None:
        """Not a packet from here any more."""
        if self.open:
            self.open = False
            for call in self.invitations:
                if call.voice:
                    call.voice.close()
            self._listener.join(2)
            self._socket.close()

    def _digest(self, method: str, challenge: str) -> str:
        values = dict(re.findall(r'(\w+)="?([^",]+)"?', challenge.partition(" ")[2]))
        uri, count, own = f"sip:127.0.0.1:{self._server[1]}", "00000001", secrets.token_hex(4)
        first = _md5(f"{self.name}:{values['realm']}:{self._password}")
        second = _md5(f"{method}:{uri}")
        answer = _md5(f"{first}:{values['nonce']}:{count}:{own}:auth:{second}")
        opaque = f', opaque="{values["opaque"]}"' if "opaque" in values else ""
        return (
            f'Authorization: Digest username="{self.name}", realm="{values["realm"]}", nonce="{values["nonce"]}", '
            f'uri="{uri}", response="{answer}", algorithm=MD5, qop=auth, nc={count}, cnonce="{own}"{opaque}'
        )

    def _send(self, lines: list[str], body: bytes = b"") -> None:
        head = "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""])
        with contextlib.suppress(OSError):  # closed in the meantime
            self._socket.sendto(head.encode() + body, self._server)

    def _listen(self) -> None:
        while self.open:
            try:
                packet = self._socket.recv(65536)
            except TimeoutError:
                continue
            except OSError:
                return
            if packet.strip() and self.open:
                self._take(Message.parse(packet))

    def _take(self, message: Message) -> None:
        if message.start.startswith("SIP/2.0"):
            self.replies.append(message)
        elif message.method == "INVITE":
            self._ring(message)
        elif message.method in ("CANCEL", "BYE"):
            self._respond(message, "200 OK")
            call = next((c for c in self.invitations if c.header("Call-ID") == message.get("Call-ID")), None)
            if call and not call.ended_at:
                call.ended_at = time.monotonic()
                if message.method == "CANCEL" and not call.answered_at:
                    self._respond(call.invite, "487 Request Terminated", call.tag)
        elif message.method == "MESSAGE":
            # One that comes again was answered too late for its sender.
            if message.get("Via") not in [known.get("Via") for known in self.messages]:
                self.messages.append(message)
            self._respond(message, "200 OK", secrets.token_hex(4))
        elif message.method != "ACK":
            self._respond(message, "200 OK", secrets.token_hex(4))

    def _ring(self, invite: Message) -> None:
        known = next((c for c in self.invitations if c.header("Call-ID") == invite.get("Call-ID")), None)
        if known:  # a retransmission, or a new session timer
            if known.answered_at:
                self._accept(known, invite)
            return
        call = Invitation(invite, time.monotonic())
        self.invitations.append(call)
        if self.refuses:
            call.ended_at = call.rang_at
            self._respond(invite, f"{self.refuses} No", call.tag)
            return
        self._respond(invite, "180 Ringing", call.tag)
        if self.answers_after is not None:
            timer = threading.Timer(self.answers_after, self.answer, [call])
            timer.daemon = True
            timer.start()

    def answer(self, call: Invitation) -> None:
        if call.ended_at or call.answered_at or not self.open:
            return
        call.voice = Voice(echo=True)
        call.voice.send_to(call.invite.body.decode("utf-8", "replace"))
        call.answered_at = time.monotonic()
        self._accept(call, call.invite)
        if self.keys:
            timer = threading.Timer(0.4, call.voice.press_now, [self.keys])
            timer.daemon = True
            timer.start()
        if self.hangs_up_after is not None:
            timer = threading.Timer(self.hangs_up_after, self.hang_up)
            timer.daemon = True
            timer.start()

    def _accept(self, call: Invitation, invite: Message) -> None:
        assert call.voice
        self._respond(invite, "200 OK", call.tag, call.voice.description())

    def _respond(self, request: Message, status: str, tag: str = "", body: bytes = b"") -> None:
        to = request.get("To")
        lines = [f"SIP/2.0 {status}"]
        lines += [
            f"{name}: {value}"
            for name, value in request.headers
            if name in ("Via", "From", "Call-ID", "CSeq", "Record-Route")
        ]
        lines.append(f"To: {to}" + (f";tag={tag}" if tag and ";tag=" not in to else ""))
        lines.append(f"Contact: <{self.uri}>")
        if body:
            lines.append("Content-Type: application/sdp")
        self._send(lines, body)


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()  # what SIP's digest asks for
