"""The cell that serves the caller, in the operator's table: a circle, or a sector of one, and never an address.

The table is imported by `gateway112 cells`; how headers name a cell is in cell_name.py.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Mapping, Sequence

from gateway.contact import IncomingCall
from gateway.evidence.cell_name import ACCESSES, DIGITS, LONGEST_HEADER, WHERE, CellName, is_header, mac, parse
from gateway.evidence.csv_import import filled, number, position
from gateway.evidence.table import Table, TableMissing
from gateway.incident.errors import EvidenceRefused, Refused
from gateway.incident.location import Evidence
from gateway.incident.shape import ArcBand, Circle, Shape

__all__ = ["FILE", "OPTIONAL", "REQUIRED", "CellName", "entry", "find", "from_headers", "is_header", "of_name", "parse"]

SOURCE = "network_cell"
FILE = "cells.sqlite"

REQUIRED = ("access", "mcc", "mnc", "area", "cell", "lat", "lon", "radius_m")
OPTIONAL = ("azimuth", "opening", "confidence", "name")


def find(call: IncomingCall, table: Table) -> list[Evidence | EvidenceRefused]:
    """What the call's header says; its cells that the network named before those that the telephone did."""
    return from_headers([call.network_info], table, call.at)


def from_headers(texts: Sequence[str], table: Table, at: float) -> list[Evidence | EvidenceRefused]:
    """What such headers of a request say; cells that the network named come before those that the telephone did.

    Args:
        texts: a header's value each, or the whole header; hostile input, never raises.
        at: when the request came, seconds since the epoch.
    """
    claims = [(claim, text) for text in texts if text.strip() for claim in parse(text)]
    claims.sort(key=lambda one: not getattr(one[0], "by_network", False))
    found: list[Evidence | EvidenceRefused] = []
    for claim, text in dict.fromkeys(claims):
        original = text[:LONGEST_HEADER].encode("utf-8", "replace")
        try:
            if isinstance(claim, EvidenceRefused):
                raise claim
            found.append(_evidence(claim, table, at, original))
        except EvidenceRefused as refused:
            found.append(EvidenceRefused(refused.where, refused.why, SOURCE, original))
    return found


def of_name(
    table: Table, at: float, original: bytes, *, mcc: str, mnc: str, cell: str, area: str = "", access: str = ""
) -> Evidence | None:
    """The cell that a telephone names by what it knows of it; None if the table does not tell which one that is.

    Args:
        cell, area: decimal, or hexadecimal with a letter or 0x in it; ``area`` may be empty.
        access: a name in ACCESSES; anything else: it may be each of them.
    """
    if not (re.fullmatch(r"\d{3}", mcc, re.A) and re.fullmatch(r"\d{1,3}", mnc, re.A)):
        return None
    numbers = [_hexadecimal(text) for text in (area, cell)]
    if not numbers[1]:
        return None
    accesses = [ACCESSES[access.upper()]] if access.upper() in ACCESSES else list(DIGITS)
    patterns = [f"{name}/{mcc}/{mnc.zfill(2)}/{numbers[0] or '*'}/{numbers[1]}" for name in accesses]
    try:
        keys = [key for pattern in patterns for key in table.keys_like(pattern, 2)]
        if len(keys) != 1:
            return None
        name, mcc, mnc, area, cell = keys[0].split("/")
        return _evidence(CellName(name, mcc, mnc, area, cell), table, at, original)
    except (TableMissing, sqlite3.DatabaseError, EvidenceRefused):
        return None


def _hexadecimal(text: str) -> str:
    text = text.strip().lower()
    if re.fullmatch(r"\d{1,12}", text, re.A):
        return f"{int(text):x}"
    return f"{int(text, 16):x}" if re.fullmatch(r"(?:0x)?[0-9a-f]{1,9}", text, re.A) else ""


def _evidence(name: CellName, table: Table, at: float, original: bytes) -> Evidence:
    shape, confidence = _look_up(name, table)
    return Evidence(
        SOURCE,
        shape,
        received_at=at,
        # The header goes with this very request.
        observed_at=at - name.age_s,
        confidence=confidence,
        method="Cell" if name.access != "WLAN" else "802.11",
        original=original,
    )


def _look_up(name: CellName, table: Table) -> tuple[Shape, float]:
    try:
        value = table.get(name.key)
    except TableMissing:
        raise EvidenceRefused(WHERE, "no table of cells: `gateway112 cells import FILE`") from None
    except sqlite3.DatabaseError:
        raise EvidenceRefused(FILE, "it is damaged: `gateway112 cells import FILE` again") from None
    if value is None:
        raise EvidenceRefused(WHERE, f"cell {name.key} is not in the table: ask the operator for a newer one")
    lat, lon, radius_m, confidence, *sector = json.loads(value)
    if not sector:
        return Circle(lat, lon, radius_m), confidence
    azimuth, opening = sector
    return ArcBand(lat, lon, 0.0, radius_m, (azimuth - opening / 2) % 360, opening), confidence


def entry(row: Mapping[str, str]) -> tuple[str, str]:
    """A line of the operator's file as key and value of the table.

    The value is a list: latitude and longitude of the mast, reach, confidence, and of a sector its middle and opening.

    Raises:
        Refused: a column is at fault.
    """
    access = ACCESSES.get(filled(row, "access").upper())
    if access is None:
        raise Refused("access", f"{row['access'][:20]!r} is none of {', '.join(ACCESSES)}")
    lat, lon = position(row)
    radius = number(row, "radius_m", 10, 100_000)
    confidence = number(row, "confidence", 1, 100) if row.get("confidence") else 95.0
    value = [round(lat, 7), round(lon, 7), round(radius, 1), confidence]
    if row.get("azimuth"):
        opening = number(row, "opening", 1, 360) if row.get("opening") else 120.0
        azimuth = number(row, "azimuth", 0, 360) % 360
        value += [azimuth, opening] if opening < 360 else []
    return _name(access, row).key, json.dumps(value)


def _name(access: str, row: Mapping[str, str]) -> CellName:
    if access == "WLAN":
        return CellName(access, "", "", "", mac(filled(row, "cell")))
    if not re.fullmatch(r"\d{3}", row["mcc"], re.A):
        raise Refused("mcc", f"{row['mcc'][:20]!r} is not three digits (Indonesia: 510)")
    if not re.fullmatch(r"\d{1,3}", row["mnc"], re.A):
        raise Refused("mnc", f"{row['mnc'][:20]!r} is not two or three digits")
    area, cell = DIGITS[access]
    return CellName(
        access, row["mcc"], row["mnc"].zfill(2), f"{_whole(row, 'area', area):x}", f"{_whole(row, 'cell', cell):x}"
    )


def _whole(row: Mapping[str, str], name: str, digits: int) -> int:
    text = filled(row, name).lower()
    if not re.fullmatch(r"0x[0-9a-f]{1,16}|\d{1,16}", text, re.A):
        raise Refused(name, f"{text[:30]!r} is no whole number; write hexadecimal with 0x in front")
    value = int(text, 16 if text.startswith("0x") else 10)
    if value >= 16**digits:
        raise Refused(name, f"{text} is larger than {16**digits - 1}, the largest of this access")
    return value
