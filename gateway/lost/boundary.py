"""Where an answer holds: areas by their codes (RFC 5222 §5.5, §9).

The name of an area is its boundary in the civic profile. Its border is one in the geodetic profile where the operator
imported official boundaries; without them nobody here knows it, and none is made up.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache

from gateway.gazetteer import PROVINCE, gazetteer
from gateway.incident.shape import Polygon, is_code
from gateway.lost.validation import COUNTRY

LEVELS = (("A1", 2), ("A2", 5), ("A3", 8), ("A4", 13))
"""Elements of an address, and the length of the code of the area that each names."""

BORDERS: Mapping[str, tuple[Polygon, ...]] = {}


def key_of(code: str) -> str:
    """The key under which an area's boundary is asked for; another one once its border has changed."""
    return f"{code}-{_version(code)}"


def code_of(key: str) -> str:
    """The area a key stands for; empty if it is none, or its border has changed."""
    code = key.rpartition("-")[0]
    return code if is_code(code) and code in gazetteer().names and key == key_of(code) else ""


def address_of(code: str) -> Mapping[str, str]:
    """The area as an address."""
    names = gazetteer().names
    return {
        "country": COUNTRY,
        **{name: names[code[:length]] for name, length in LEVELS if length <= len(code) and code[:length] in names},
    }


def border_of(code: str) -> tuple[Polygon, ...]:
    """The area's border; empty where no boundaries were imported."""
    return BORDERS.get(code, ())


@cache
def _version(code: str) -> str:
    """Changes with the area's border and name."""
    told = (code, sorted(address_of(code).items()), border_of(code))
    return hashlib.sha256(repr(told).encode()).hexdigest()[:12]


__all__ = ["PROVINCE", "address_of", "border_of", "code_of", "key_of"]
