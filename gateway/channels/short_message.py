"""An SMS inside a SIP MESSAGE: RP-DATA (3GPP TS 24.011 section 7.3.1) with a TPDU (TS 23.040 section 9.2.2) in it."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.incident.errors import Refused
from gateway.messages.user_data_header import concatenation
from sms import gsm7

RP_DATA = (0, 1)
"""From a telephone to the network, and from the network to a telephone."""

DELIVER, SUBMIT = 0b00, 0b01
HAS_HEADER = 0b0100_0000
ALPHANUMERIC = 0b101
INTERNATIONAL = 0b001

_DIGITS = "0123456789*#abc"


class ShortMessageRefused(Refused):
    """There is no text in it that could be read."""


@dataclass(frozen=True, slots=True)
class Text:
    """What one message says.

    Attributes:
        body, charset: as in gateway.messages.part.Part.
        source: who wrote it, where the text itself says so: not where a telephone sends, for SIP says who it is.
        reference, total, number: as there.
    """

    body: bytes
    charset: str
    source: str = ""
    reference: int | None = None
    total: int = 1
    number: int = 1


class _Octets:
    """Read from front to end."""

    def __init__(self, octets: bytes):
        self._left = octets

    def take(self, count: int) -> bytes:
        """Raises ShortMessageRefused: it ends before."""
        if count > len(self._left):
            raise ShortMessageRefused("SMS", "it is shorter than it says")
        taken, self._left = self._left[:count], self._left[count:]
        return taken

    def one(self) -> int:
        return self.take(1)[0]

    def rest(self) -> bytes:
        return self.take(len(self._left))


def carried(octets: bytes) -> Text | None:
    """The message in it; None: it carries none, being an acknowledgement.

    Raises:
        ShortMessageRefused: it is malformed, or a TPDU of another kind.
    """
    octets_left = _Octets(octets)
    if octets_left.one() & 0b111 not in RP_DATA:
        return None
    octets_left.one()  # its reference
    for _ in ("originator", "destination"):
        octets_left.take(octets_left.one())
    return _tpdu(_Octets(octets_left.take(octets_left.one())))


def _tpdu(tpdu: _Octets) -> Text:
    first = tpdu.one()
    kind = first & 0b11
    if kind not in (DELIVER, SUBMIT):
        raise ShortMessageRefused("SMS", "it is neither SMS-SUBMIT nor SMS-DELIVER")
    if kind == SUBMIT:
        tpdu.one()  # its reference
    address = _address(tpdu)
    tpdu.one()  # protocol
    coding = tpdu.one()
    tpdu.take(7 if kind == DELIVER else (0, 7, 1, 7)[first >> 3 & 0b11])
    length = tpdu.one()
    body, charset, header = _user_data(tpdu.rest(), length, _charset(coding), has_header=bool(first & HAS_HEADER))
    part = concatenation(header)
    source = address if kind == DELIVER else ""
    if part is None:
        return Text(body, charset, source)
    return Text(body, charset, source, part.reference, part.total, part.number)


def _address(tpdu: _Octets) -> str:
    """TS 23.040 section 9.1.2.5."""
    digits, kind = tpdu.one(), tpdu.one() >> 4 & 0b111
    octets = tpdu.take((digits + 1) // 2)
    if kind == ALPHANUMERIC:
        return gsm7.decode(gsm7.unpack(octets)[: digits * 4 // 7])
    letters = "".join(_DIGITS[half] for octet in octets for half in (octet & 0xF, octet >> 4) if half < len(_DIGITS))
    return ("+" if kind == INTERNATIONAL else "") + letters[:digits]


def _charset(coding: int) -> str:
    """TS 23.038 section 4, as a charset of gateway.messages.part.Part."""
    group = coding >> 4
    if group in (0b1100, 0b1101):
        return "gsm-7"
    if group == 0b1110:
        return "utf-16-be"
    if group == 0b1111:
        return "binary" if coding & 0b100 else "gsm-7"
    if coding & 0b0010_0000 and group < 0b1000:
        raise ShortMessageRefused("SMS", "its text is compressed")
    return ("gsm-7", "binary", "utf-16-be", "gsm-7")[coding >> 2 & 0b11]


def _user_data(octets: bytes, length: int, charset: str, *, has_header: bool) -> tuple[bytes, str, bytes]:
    """Body, charset and user data header; ``length`` counts septets where the text is packed."""
    header = octets[: 1 + octets[0]] if has_header and octets else b""
    if charset != "gsm-7":
        return octets[len(header) : length], charset, header
    skipped = -(-len(header) * 8 // 7)
    return gsm7.unpack(octets, 7 * skipped)[: max(0, length - skipped)], charset, header
