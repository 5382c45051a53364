"""Where an answer holds: areas by their codes (RFC 5222 §5.5, §9).

The name of an area is its boundary in the civic profile. Its border is one in the geodetic profile where the operator
imported official boundaries; without them nobody here knows it, and none is made up.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Protocol

from gateway.gazetteer import gazetteer
from gateway.incident.shape import Polygon, is_code
from gateway.lost.validation import COUNTRY

LEVELS = (("A1", 2), ("A2", 5), ("A3", 8), ("A4", 13))
"""Elements of an address, and the length of the code of the area that each names."""


class Borders(Protocol):
    """What is known of borders."""

    @property
    def version(self) -> str:
        """Another one for other borders."""

    def of(self, code: str) -> tuple[Polygon, ...]:
        """The area with this code; empty where its border is not known."""


def key_of(code: str, borders: Borders) -> str:
    """The key under which an area's boundary is asked for; another one once borders or names have changed."""
    told = (code, sorted(address_of(code).items()), borders.version)
    return f"{code}-{hashlib.sha256(repr(told).encode()).hexdigest()[:12]}"


def code_of(key: str, borders: Borders) -> str:
    """The area a key stands for; empty if it is none, or no longer one."""
    code = key.rpartition("-")[0]
    return code if is_code(code) and code in gazetteer().names and key == key_of(code, borders) else ""


def address_of(code: str) -> Mapping[str, str]:
    """The area as an address."""
    names = gazetteer().names
    around = {name: names[code[:length]] for name, length in LEVELS if length <= len(code) and code[:length] in names}
    return {"country": COUNTRY, **around}
