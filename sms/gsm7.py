"""The GSM 7 bit default alphabet with its extension table (3GPP TS 23.038 §6.2.1), and a text's length in segments."""

from __future__ import annotations

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = {
    0x0A: "\f", 0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\", 0x3C: "[", 0x3D: "~", 0x3E: "]", 0x40: "|", 0x65: "€",
}  # fmt: skip
ESCAPE = 0x1B

SINGLE_SEPTETS, JOINED_SEPTETS = 160, 153
"""Letters of a message in one part, and of each part of a longer one (TS 23.040 §9.2.3.24.1)."""

SINGLE_UNITS, JOINED_UNITS = 70, 67
"""The same in UCS-2, in 16-bit units."""

_CODES = {letter: bytes([code]) for code, letter in enumerate(BASIC) if code != ESCAPE} | {
    letter: bytes([ESCAPE, code]) for code, letter in EXTENSION.items()
}


def encode(text: str) -> bytes:
    """One septet a byte.

    Raises:
        ValueError: a letter is not in the alphabet.
    """
    try:
        return b"".join(_CODES[letter] for letter in text)
    except KeyError as fault:
        raise ValueError(f"U+{ord(str(fault.args[0])):04X} is not in the GSM alphabet") from None


def fits(text: str) -> bool:
    """Whether every letter is in the alphabet."""
    return all(letter in _CODES for letter in text)


def decode(septets: bytes) -> str:
    """The text of septets, one a byte; the eighth bit is not looked at. Never raises.

    What the extension table does not know is shown as in the basic one, as the standard says (§6.2.1.1).
    """
    letters = []
    escaped = False
    for byte in septets:
        code = byte & 0x7F
        if escaped:
            letters.append(EXTENSION.get(code) or (" " if code == ESCAPE else BASIC[code]))
            escaped = False
        elif code == ESCAPE:
            escaped = True
        else:
            letters.append(BASIC[code])
    return "".join(letters)


def unpack(octets: bytes, skip_bits: int = 0) -> bytes:
    """Septets, one a byte, from their packed form (§6.1.2.1).

    Args:
        skip_bits: fill bits before the first septet, as after a user data header.
    """
    bits = int.from_bytes(octets, "little") >> skip_bits
    return bytes((bits >> shift) & 0x7F for shift in range(0, len(octets) * 8 - skip_bits - 6, 7))


def segments(text: str) -> int:
    """In how many parts a network sends this text: 1 for up to 160 letters of the alphabet, or 70 units of UCS-2.

    An extended letter's two septets stay together. UCS-2 knows no pairs, so the two units of a letter outside it may
    come to lie in two parts (TS 23.040 §9.2.3.24.1; Kannel does so): a provider that keeps them together may take a
    part more.
    """
    if not fits(text):
        units = len(text.encode("utf-16-le", "surrogatepass")) // 2
        return 1 if units <= SINGLE_UNITS else -(-units // JOINED_UNITS)
    widths = [len(_CODES[letter]) for letter in text]
    if sum(widths) <= SINGLE_SEPTETS:
        return 1
    parts, used = 1, 0
    for width in widths:
        if used + width > JOINED_SEPTETS:
            parts, used = parts + 1, 0
        used += width
    return parts
