"""The header before a part's text that says which part of which message it is (3GPP TS 23.040 §9.2.3.24)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

_REFERENCE_8, _REFERENCE_16 = 0x00, 0x08


@dataclass(frozen=True, slots=True)
class Concatenation:
    """Reference number of the message, its parts in all, and which one this is, from 1."""

    reference: int
    total: int
    number: int


def concatenation(header: bytes) -> Concatenation | None:
    """What a user data header says of the parts; None if it says nothing, or nothing that can be.

    Args:
        header: as sent, its length in the first byte. It is hostile input: never raises.
    """
    found = None
    for element, data in _elements(header):
        if element == _REFERENCE_8 and len(data) == 3:
            found = Concatenation(data[0], data[1], data[2])
        elif element == _REFERENCE_16 and len(data) == 4:
            found = Concatenation(int.from_bytes(data[:2], "big"), data[2], data[3])
        if found and not 1 <= found.number <= found.total:
            # The standard has such an element ignored.
            found = None
    return found


def _elements(header: bytes) -> Iterator[tuple[int, bytes]]:
    rest = header[1 : 1 + header[0]] if header else b""
    while len(rest) >= 2:
        yield rest[0], rest[2 : 2 + rest[1]]
        rest = rest[2 + rest[1] :]
