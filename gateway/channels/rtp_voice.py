"""One end of a call's audio that speaks silence and presses keys. For trials."""

from __future__ import annotations

import re
import secrets
import socket
import struct
import threading
import time
from contextlib import suppress

PCMA, EVENT = 8, 101
KEYS = "0123456789*#"
SAMPLES = 160
STEP_SECONDS = 0.02
"""A packet holds 20 ms: 160 samples at 8 kHz."""

SILENCE = b"\xd5" * SAMPLES
KEY_STEPS, ENDS, PAUSE_STEPS = 5, 3, 5
"""A key lasts 100 ms, its end is told thrice (RFC 4733 section 2.5.1.4), and 100 ms of silence follow."""


class Voice:
    """RTP (RFC 3550) over a UDP socket of its own, from when it knows whom to speak to.

    Attributes:
        port: where it is reached.
        sent_back: how many packets of what it spoke it heard again.
    """

    def __init__(self, address: str = "127.0.0.1"):
        self._address = address
        self._line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._line.bind((address, 0))
        self.port = int(self._line.getsockname()[1])
        self._keys: list[str] = []
        self._sequence, self._timestamp, self._source = 0, 0, secrets.randbits(32)
        self._open = True
        self.sent_back = 0

    def description(self) -> bytes:
        """The SDP that offers it."""
        lines = (
            "v=0", f"o=- 1 1 IN IP4 {self._address}", "s=-", f"c=IN IP4 {self._address}", "t=0 0",
            f"m=audio {self.port} RTP/AVP {PCMA} {EVENT}", f"a=rtpmap:{PCMA} PCMA/8000",
            f"a=rtpmap:{EVENT} telephone-event/8000", f"a=fmtp:{EVENT} 0-15",
        )  # fmt: skip
        return "".join(f"{line}\r\n" for line in lines).encode()

    def speak_to(self, description: bytes) -> bool:
        """Begin to speak to whom an SDP names; False: it names nobody."""
        address = re.search(rb"^c=IN IP4 ([0-9.]+)", description, re.MULTILINE)
        port = re.search(rb"^m=audio (\d{1,5}) ", description, re.MULTILINE)
        if not address or not port:
            return False
        with suppress(OSError):
            self._line.connect((address[1].decode(), int(port[1])))
        threading.Thread(target=self._speak, name="voice", daemon=True).start()
        return True

    def press(self, key: str) -> None:
        """Press a key after those that were pressed before; returns at once."""
        self._keys.append(key)

    def close(self) -> None:
        self._open = False
        self._line.close()

    def _speak(self) -> None:
        due = time.monotonic()
        packets: list[tuple[int, bytes, int]] = []
        while self._open:
            if not packets:
                packets = self._key(self._keys.pop(0)) if self._keys else [(PCMA, SILENCE, 0)]
            self._send(*packets.pop(0))
            self._hear()
            due += STEP_SECONDS
            time.sleep(max(0.0, due - time.monotonic()))

    def _hear(self) -> None:
        """Take what came since; nobody who only waits would notice a line that is dead."""
        with suppress(OSError):  # nothing more is there, or nobody
            while True:
                self.sent_back += self._line.recv(2048, socket.MSG_DONTWAIT).endswith(SILENCE)

    def _key(self, key: str) -> list[tuple[int, bytes, int]]:
        """The packets of one key: kind, payload, and by how many steps its time lies behind the packet's own."""
        number = KEYS.index(key)
        lasted = [min(step, KEY_STEPS) for step in range(1, KEY_STEPS + ENDS)]
        ends = [0] * (KEY_STEPS - 1) + [0x80] * ENDS
        events = [
            (EVENT, struct.pack("!BBH", number, end | 10, steps * SAMPLES), behind)
            for behind, (steps, end) in enumerate(zip(lasted, ends, strict=True))
        ]
        return events + [(PCMA, SILENCE, 0)] * PAUSE_STEPS

    def _send(self, kind: int, payload: bytes, behind: int) -> None:
        self._sequence = (self._sequence + 1) & 0xFFFF
        self._timestamp = (self._timestamp + SAMPLES) & 0xFFFFFFFF
        stamp = (self._timestamp - behind * SAMPLES) & 0xFFFFFFFF
        begins = 0x80 if kind == EVENT and behind == 0 else 0
        with suppress(OSError):  # nobody listens, any more or yet
            self._line.send(struct.pack("!BBHII", 0x80, kind | begins, self._sequence, stamp, self._source) + payload)
