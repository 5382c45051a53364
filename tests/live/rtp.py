"""One end of a call's audio: sends a steady tone or what it hears, presses keys as RFC 4733 events, and counts."""

from __future__ import annotations

import math
import re
import secrets
import socket
import struct
import threading
import time

SAMPLES = 160  # 20 ms at 8 kHz
EVENTS = "0123456789*#"
PCMA, EVENT = 8, 101


class Voice:
    """RTP over one UDP socket, PCMA at 8 kHz.

    Attributes:
        heard: payload bytes of all audio received, in order of arrival.
        arrivals: when each audio packet came, in seconds of the monotonic clock.
    """

    def __init__(self, echo: bool = False, tone_hz: float = 440.0):
        self.heard = bytearray()
        self.arrivals: list[float] = []
        self._echo = echo
        sound = tone(tone_hz, 0.2)
        self._tone = [sound[start : start + SAMPLES] for start in range(0, len(sound), SAMPLES)]
        self._target: tuple[str, int] | None = None
        self._ssrc, self._sequence, self._timestamp = secrets.randbits(32), 0, 0
        self._keys: list[str] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._open = True
        threading.Thread(target=self._listen, daemon=True).start()
        if not echo:
            threading.Thread(target=self._speak, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])

    def description(self) -> bytes:
        """Our SDP."""
        return (
            "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
            f"m=audio {self.port} RTP/AVP {PCMA} {EVENT}\r\na=rtpmap:{PCMA} PCMA/8000\r\n"
            f"a=rtpmap:{EVENT} telephone-event/8000\r\na=fmtp:{EVENT} 0-15\r\n"
        ).encode()

    def send_to(self, sdp: str) -> None:
        """Send to the address and port that the other side's SDP names."""
        address, port = re.search(r"c=IN IP4 (\S+)", sdp), re.search(r"m=audio (\d+)", sdp)
        assert address, sdp
        assert port, sdp
        self._target = (address[1], int(port[1]))

    def press(self, keys: str) -> None:
        """Press keys one after the other; returns at once."""
        self._keys += keys

    def press_now(self, keys: str) -> None:
        """Press keys where nothing else is said."""
        for key in keys:
            self._press(key)

    def close(self) -> None:
        self._open = False
        self._socket.close()

    def _listen(self) -> None:
        while self._open:
            try:
                packet = self._socket.recv(4096)
            except OSError:
                return
            if len(packet) > 12 and packet[1] & 0x7F == PCMA:
                self.arrivals.append(time.monotonic())
                self.heard += packet[12:]
                if self._echo:
                    self._packet(PCMA, packet[12:])

    def _speak(self) -> None:
        due, step = time.monotonic(), 0
        while self._open:
            if self._target and self._keys:
                due += self._press(self._keys.pop(0)) * 0.02
            elif self._target:
                self._packet(PCMA, self._tone[step % len(self._tone)])
                step += 1
            due += 0.02
            time.sleep(max(0.0, due - time.monotonic()))

    def _press(self, key: str) -> int:
        """One event of 100 ms, its end told thrice (RFC 4733 section 2.5.1.3), and a pause; returns the 20 ms steps."""
        began, event = self._timestamp, EVENTS.index(key)
        for index in range(1, 8):
            end = 0x80 if index > 5 else 0
            payload = struct.pack("!BBH", event, end | 10, min(index, 5) * SAMPLES)
            self._packet(EVENT, payload, timestamp=began, mark=index == 1)
            time.sleep(0.02)
        for _ in range(5):
            self._packet(PCMA, self._tone[0])
            time.sleep(0.02)
        return 12

    def _packet(self, kind: int, payload: bytes, timestamp: int | None = None, mark: bool = False) -> None:
        if not self._target:
            return
        self._sequence = (self._sequence + 1) & 0xFFFF
        self._timestamp = (self._timestamp + SAMPLES) & 0xFFFFFFFF
        stamp = self._timestamp if timestamp is None else timestamp
        head = struct.pack("!BBHII", 0x80, kind | (0x80 if mark else 0), self._sequence, stamp, self._ssrc)
        try:
            self._socket.sendto(head + payload, self._target)
        except OSError:
            self._open = False


def tone(hertz: float, seconds: float) -> bytes:
    """A steady tone in A-law, cut into whole packets."""
    count = int(seconds * 8000) // SAMPLES * SAMPLES
    return bytes(alaw(int(8000 * math.sin(2 * math.pi * hertz * step / 8000))) for step in range(count))


def alaw(sample: int) -> int:
    """A 16-bit sample in A-law (ITU-T G.711)."""
    sign = 0x80 if sample >= 0 else 0
    size = min(abs(sample), 32767) >> 3
    exponent = max(size.bit_length() - 5, 0)
    code = (exponent << 4 | (size >> max(exponent, 1)) & 0x0F) if exponent else size >> 1
    return (sign | code) ^ 0x55


def linear(law: int) -> int:
    """A 16-bit sample from A-law."""
    law ^= 0x55
    exponent, size = (law >> 4) & 7, (law & 0x0F) << 4
    value = size + 8 if not exponent else (size + 0x108) << (exponent - 1)
    return value if law & 0x80 else -value


def strength(law: bytes, hertz: float) -> float:
    """How much of the audio is a tone of this pitch, 0 to 1 (Goertzel)."""
    samples = [linear(code) for code in law]
    energy = sum(sample * sample for sample in samples)
    if not energy:
        return 0.0
    turn = 2 * math.pi * hertz / 8000
    real = sum(sample * math.cos(turn * step) for step, sample in enumerate(samples))
    imaginary = sum(sample * math.sin(turn * step) for step, sample in enumerate(samples))
    return 2 * (real * real + imaginary * imaginary) / (len(samples) * energy)
