"""Bytes of a message as text. Never raises: whoever sent them may need help. What cannot be read is shown as such."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence

from sms import gsm7

UNREADABLE = "\N{REPLACEMENT CHARACTER}"
GAP = " […] "
"""Stands in a text where a part of it is missing."""

_BASE64 = re.compile(rb"[A-Za-z0-9+/]+={0,2}")
LEAST_BASE64, LEAST_PADDED = 16, 8
"""Bytes of a body that may be base64. A shorter one is more likely a word."""

# All of C0 and C1 but tab and line feed.
_CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), *range(127, 160)])


def decode(body: bytes, charset: str) -> str:
    """The text of a whole message, its parts already joined.

    Args:
        charset: ``utf-8``, ``utf-16-be``, ``latin-1``, ``gsm-7`` (one septet a byte) or ``binary``; providers get it
            wrong, so the bytes have the last word.
    """
    return clean(_letters(body, charset))


def clean(text: str) -> str:
    """Text without control characters and lone surrogates; line ends are line feeds."""
    paired = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return paired.replace("\r\n", "\n").replace("\r", "\n").translate(_CONTROLS)


def join(pieces: Sequence[tuple[bytes, str] | None]) -> str:
    """The text of a message from the bodies of its parts, each with its charset; None where one is missing.

    Neighbours of one charset are joined before they are decoded: a letter may be split between them.
    """
    texts: list[str] = []
    body, charset = b"", ""
    for piece in [*pieces, None]:
        if body and (piece is None or piece[1] != charset):
            texts.append(decode(body, charset))
            body = b""
        if piece is None:
            texts.append(GAP)
        else:
            body, charset = body + piece[0], piece[1]
    return re.sub(f"(?:{re.escape(GAP)})+", GAP, "".join(texts[:-1]))


def _letters(body: bytes, charset: str) -> str:
    if charset == "utf-16-be" or _is_wide(body):
        return _utf_16(body)
    if hidden := _in_base64(body):
        return hidden
    return gsm7.decode(body) if charset == "gsm-7" else _bytes(body)


def _bytes(body: bytes) -> str:
    """Eight-bit text. What is valid UTF-8 beyond ASCII is hardly ever anything else."""
    try:
        # Some Java writes each half of a surrogate pair in three bytes.
        return body.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError as fault:
        # One odd byte at the end of plain letters is an accent; more, or after real UTF-8, is a letter that was cut.
        is_cut = fault.reason == "unexpected end of data" and (len(body) - fault.start > 1 or not body[:-1].isascii())
        return body.decode("utf-8" if is_cut else "cp1252", "replace")


def _utf_16(body: bytes) -> str:
    if body[:2] == b"\xff\xfe":
        return body[2:].decode("utf-16-le", "replace")
    return body.removeprefix(b"\xfe\xff").decode("utf-16-be", "replace")


def _is_wide(body: bytes) -> bool:
    """Whether this is UTF-16 that somebody took for letters of one byte: in Latin script every other byte is zero."""
    high = body[0::2]
    return len(body) >= 4 and len(body) % 2 == 0 and high.count(0) * 4 >= len(high) * 3 and body[1::2].count(0) == 0


def _in_base64(body: bytes) -> str:
    """The text that is written in base64; empty if it is not. A word that happens to be base64 decodes to no text."""
    stripped = body.strip()
    least = LEAST_PADDED if stripped.endswith(b"=") else LEAST_BASE64
    if len(stripped) < least or len(stripped) % 4 or not _BASE64.fullmatch(stripped):
        return ""
    try:
        raw = base64.b64decode(stripped, validate=True)
        text = _utf_16(raw) if _is_wide(raw) else raw.decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return text if all(letter.isprintable() or letter in "\r\n\t" for letter in text) else ""
