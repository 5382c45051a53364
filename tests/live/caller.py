"""People who call 112: SIPp makes the call, a voice of ours speaks on it and presses keys as RTP events (RFC 4733)."""

from __future__ import annotations

import secrets
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from tests.live.rtp import EVENT, PCMA, Voice
from tests.live.wait import until
from tests.ports import free_port

INVITE = """<?xml version="1.0" encoding="UTF-8"?>
<scenario name="caller">
  <send retrans="500"><![CDATA[
INVITE {target} SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: {sender};tag=[pid]c[call_number]
To: <sip:112@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:caller@[local_ip]:[local_port]>
Max-Forwards: 70
{headers}Content-Type: {kind}
Content-Length: [len]

{body}]]></send>
"""

RINGING = """  <recv response="100" optional="true"/>
  <recv response="180" optional="true"/>
  <recv response="183" optional="true"/>
"""

ANSWERED = """  <recv response="200" rrs="true"/>
  <send><![CDATA[
ACK {own}
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0

]]></send>
"""

OWN = """[next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: {sender};tag=[pid]c[call_number]
To: <sip:112@[remote_ip]:[remote_port]>[peer_tag_param]
Call-ID: [call_id]"""

# SIPp has no hook for "now hang up"; an INFO of ours, sent to its port from the side, is one.
TOLD_TO_CANCEL = """  <recv request="INFO" optional="true" next="1"/>
"""

STAY = """  <recv request="INFO" optional="true" next="2"/>
  <recv request="BYE"/>
  <send next="3"><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
  <label id="1"/>
  <send retrans="500"><![CDATA[
CANCEL {target} SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch-10]
From: {sender};tag=[pid]c[call_number]
To: <sip:112@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 CANCEL
Max-Forwards: 70
Content-Length: 0

]]></send>
  <recv response="200"/>
  <recv response="487"/>
  <send next="3"><![CDATA[
ACK {target} SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch-13]
From: {sender};tag=[pid]c[call_number]
To: <sip:112@[remote_ip]:[remote_port]>[peer_tag_param]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0

]]></send>
  <label id="2"/>
  <send retrans="500"><![CDATA[
BYE {own}
CSeq: 2 BYE
Max-Forwards: 70
Content-Length: 0

]]></send>
  <recv response="200"/>
  <label id="3"/>
"""

# Presses a key as INFO, and again if not told to hang up meanwhile, as people do. (A queue hears no keys.)
PRESS = """  <send retrans="500"><![CDATA[
INFO {own}
CSeq: [cseq] INFO
Max-Forwards: 70
Content-Type: application/dtmf-relay
Content-Length: [len]

Signal={key}
Duration=100
]]></send>
  <recv request="INFO" optional="true" next="1"/>
  <recv response="200"/>
  <recv request="INFO" next="1" timeout="2500" ontimeout="{again}"/>
  <label id="{again}"/>
"""

STAY_UNTIL_TOLD = """  <recv request="INFO"/>
  <label id="1"/>
  <send retrans="500"><![CDATA[
BYE {own}
CSeq: [cseq] BYE
Max-Forwards: 70
Content-Length: 0

]]></send>
  <recv response="200"/>
"""

CROWDS_SDP = (
    "v=0\no=- 1 1 IN IP4 127.0.0.1\ns=-\nc=IN IP4 127.0.0.1\nt=0 0\n"
    f"m=audio [media_port] RTP/AVP {PCMA} {EVENT}\n"
    f"a=rtpmap:{PCMA} PCMA/8000\na=rtpmap:{EVENT} telephone-event/8000\n"
)

END = "</scenario>\n"

PIDF_PART = """--here
Content-Type: application/sdp

{sdp}--here
Content-Type: application/pidf+xml
Content-ID: <place@caller.invalid>

{pidf}
--here--
"""


class Caller:
    """One call to 112, begun at once.

    Attributes:
        voice: its audio; speaks from the moment the call is answered.
    """

    def __init__(
        self,
        sipp: Path,
        folder: Path,
        server: tuple[str, int],
        number: str = "+628120000001",
        sender: str = "",
        dialled: str = "112",
        headers: tuple[str, ...] = (),
        pidf: str = "",
        address: str = "127.0.0.1",
        target: str = "",
    ):
        folder.mkdir(parents=True)
        self.voice = Voice()
        self._messages = folder / "messages.txt"
        sdp = self.voice.description().decode().replace("\r\n", "\n")
        if pidf:
            headers = (*headers, "Geolocation: <cid:place@caller.invalid>", "Geolocation-Routing: no")
        sender = sender or f"<sip:{number}@[local_ip]:[local_port]>"
        values = {
            "target": target or f"sip:{dialled}@[remote_ip]:[remote_port]",
            "sender": sender,
            "own": OWN.format(sender=sender),
            "headers": "".join(f"{line}\n" for line in headers),
            "kind": "multipart/mixed;boundary=here" if pidf else "application/sdp",
            "body": PIDF_PART.format(sdp=sdp, pidf=pidf) if pidf else sdp,
        }
        scenario = "".join(part.format(**values) for part in (INVITE, TOLD_TO_CANCEL, RINGING, ANSWERED, STAY, END))
        (folder / "scenario.xml").write_text(scenario, encoding="utf-8")
        self.call_id = f"{secrets.token_hex(8)}@caller"
        self._port = (address, free_port())
        self._sipp = subprocess.Popen(
            [
                sipp, f"{server[0]}:{server[1]}", "-sf", "scenario.xml", "-m", "1", "-nostdin",
                "-i", address, "-p", str(self._port[1]),
                "-cid_str", self.call_id, "-trace_msg", "-message_file", self._messages, "-timeout", "120s",
            ],
            cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    @property
    def received(self) -> list[str]:
        """All messages received so far, as text."""
        text = self._messages.read_text(encoding="utf-8", errors="replace") if self._messages.exists() else ""
        parts = text.split("-----------------------------------------------")
        return [part.partition("bytes :\n\n")[2] for part in parts if "message received" in part]

    @property
    def statuses(self) -> list[int]:
        """Status codes received so far, for the INVITE and whatever followed."""
        return [int(message.split()[1]) for message in self.received if message.startswith("SIP/2.0")]

    def wait_for(self, status: int) -> Caller:
        until(lambda: status in self.statuses, what=f"status {status}")
        return self

    def answered(self) -> Caller:
        """Wait for the answer, and speak from there on."""
        self.wait_for(200)
        answer = until(lambda: [m for m in self.received if m.startswith("SIP/2.0 200") and "m=audio" in m])[0]
        self.voice.send_to(answer)
        return self

    @property
    def there(self) -> bool:
        """Whether the call still exists on our side."""
        return self._sipp.poll() is None

    def hang_up(self) -> None:
        """CANCEL or BYE, as the call stands; returns when it is over."""
        if self.there:
            _tell_to_hang_up(self._port, self.call_id)
        try:
            self._sipp.wait(3)
        except subprocess.TimeoutExpired:
            self._sipp.kill()
            self._sipp.wait()
        self.voice.close()


class Crowd:
    """Callers with these numbers, so many a second; each presses one key, as SIP INFO, and waits.

    INFO, since a voice for each of hundreds would be the test's own load. Single callers press as RFC 4733 events.
    """

    def __init__(
        self, sipp: Path, folder: Path, server: tuple[str, int], numbers: Sequence[str], per_second: int, key: str
    ):
        folder.mkdir(parents=True)
        self._folder, self._count, self._pause = folder, len(numbers), 1 / per_second
        sender = "<sip:[field0]@[local_ip]:[local_port]>"
        values = {
            "target": "sip:112@[remote_ip]:[remote_port]", "sender": sender, "headers": "",
            "own": OWN.format(sender=sender), "kind": "application/sdp", "body": CROWDS_SDP, "key": key,
        }  # fmt: skip
        parts = [INVITE, RINGING, ANSWERED, *(PRESS.replace("{again}", str(label)) for label in (2, 3, 4))]
        scenario = "".join(part.format(**values) for part in (*parts, STAY_UNTIL_TOLD, END))
        (folder / "scenario.xml").write_text(scenario, encoding="utf-8")
        (folder / "numbers.csv").write_text("\n".join(["SEQUENTIAL", *numbers, ""]), encoding="utf-8")
        self._own, self._port = secrets.token_hex(8), ("127.0.0.1", free_port())
        self._sipp = subprocess.Popen(
            [
                sipp, f"{server[0]}:{server[1]}", "-sf", "scenario.xml", "-inf", "numbers.csv", "-nostdin",
                "-m", str(len(numbers)), "-l", str(len(numbers)), "-r", str(per_second),
                "-i", self._port[0], "-p", str(self._port[1]), "-cid_str", f"%u-{self._own}",
                "-trace_stat", "-stf", "stat.csv", "-fd", "1", "-timeout", "240s",
            ],
            cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def hang_up(self) -> int:
        """All hang up, at the rate at which they called; returns how many calls did not go as they should."""
        for number in range(1, self._count + 1):
            _tell_to_hang_up(self._port, f"{number}-{self._own}")
            time.sleep(self._pause)
        try:
            self._sipp.wait(60)
        except subprocess.TimeoutExpired:
            self.end()
        names, *_, last = (line.split(";") for line in (self._folder / "stat.csv").read_text().splitlines())
        return self._count - int(dict(zip(names, last, strict=False))["SuccessfulCall(C)"])

    def end(self) -> None:
        """Whoever is still there is gone without a word."""
        self._sipp.kill()
        self._sipp.wait()


def _tell_to_hang_up(port: tuple[str, int], call_id: str) -> None:
    told = (
        "INFO sip:caller SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKtold\r\nFrom: <sip:test>;tag=t\r\n"
        f"To: <sip:caller>\r\nCall-ID: {call_id}\r\nCSeq: 9 INFO\r\nContent-Length: 0\r\n\r\n"
    )
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as side:
        side.sendto(told.encode(), port)
