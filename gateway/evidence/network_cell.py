"""The cell that serves the caller: P-Access-Network-Info (RFC 7315 §5.4, TS 24.229 §7.2A.4) in the operator's table.

A cell is a circle, or the circle around its sector: never an address. The table is imported by `gateway112 cells`.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from gateway.contact import IncomingCall
from gateway.evidence.csv_import import filled, number, position
from gateway.evidence.sector import enclosing_circle
from gateway.evidence.table import Table, TableMissing
from gateway.incident.errors import EvidenceRefused, Refused
from gateway.incident.location import Evidence
from gateway.incident.shape import Circle

FILE = "cells.sqlite"
WHERE = "P-Access-Network-Info"
LONGEST_HEADER = 2048

REQUIRED = ("access", "mcc", "mnc", "area", "cell", "lat", "lon", "radius_m")
OPTIONAL = ("azimuth", "opening", "confidence", "name")

ACCESSES = {
    "GERAN": "GERAN",
    "GSM": "GERAN",
    "UTRAN": "UTRAN",
    "UMTS": "UTRAN",
    "E-UTRAN": "E-UTRAN",
    "LTE": "E-UTRAN",
    "NR": "NR",
    "WLAN": "WLAN",
}
"""Access networks by their names in standards and in operators' tables."""

DIGITS = {"GERAN": (4, 4), "UTRAN": (4, 7), "E-UTRAN": (4, 7), "NR": (6, 9)}
"""Hexadecimal digits of area (LAC, TAC) and cell (CI, cell identity) in the header, by access."""


@dataclass(frozen=True, slots=True)
class CellName:
    """A cell as a network names it. Area and cell are whole numbers in hexadecimal, a WLAN's cell its MAC address.

    Attributes:
        by_network: the network itself put the name in, not the telephone.
    """

    access: str
    mcc: str
    mnc: str
    area: str
    cell: str
    by_network: bool = False

    @property
    def key(self) -> str:
        return "/".join((self.access, self.mcc, self.mnc, self.area, self.cell))


def find(call: IncomingCall, table: Table) -> list[Evidence | EvidenceRefused]:
    """What the header's cells say; those that the network named before those that the telephone did."""
    if not call.network_info.strip():
        return []
    original = call.network_info[:LONGEST_HEADER].encode("utf-8", "replace")
    found: list[Evidence | EvidenceRefused] = []
    for claim in sorted(parse(call.network_info), key=lambda claim: not getattr(claim, "by_network", False)):
        try:
            found.append(_look_up(claim, call, table, original))
        except EvidenceRefused as refused:
            found.append(EvidenceRefused(refused.where, refused.why, "network_cell", original))
    return found


def _look_up(claim: CellName | EvidenceRefused, call: IncomingCall, table: Table, original: bytes) -> Evidence:
    if isinstance(claim, EvidenceRefused):
        raise claim
    try:
        value = table.get(claim.key)
    except TableMissing:
        raise EvidenceRefused(WHERE, "no table of cells: `gateway112 cells import FILE`") from None
    except sqlite3.DatabaseError:
        raise EvidenceRefused(FILE, "it is damaged: `gateway112 cells import FILE` again") from None
    if value is None:
        raise EvidenceRefused(WHERE, f"cell {claim.key} is not in the table: ask the operator for a newer one")
    lat, lon, radius_m, confidence = json.loads(value)
    return Evidence(
        "network_cell",
        Circle(lat, lon, radius_m),
        received_at=call.at,
        # The header goes with this very INVITE.
        observed_at=call.at,
        confidence=confidence,
        method="Cell" if claim.access != "WLAN" else "802.11",
        original=original,
    )


def parse(header: str) -> list[CellName | EvidenceRefused]:
    """The cells that a header names, in its order; what names none as a refusal."""
    if len(header) > LONGEST_HEADER:
        return [EvidenceRefused(WHERE, f"it is longer than {LONGEST_HEADER} characters")]
    return [_cell(value) for value in _split(header, ",") if value]


def _split(text: str, separator: str) -> list[str]:
    """The parts between separators that stand outside quotes."""
    parts = re.findall(r'(?:"(?:\\.|[^"\\])*"?|[^"' + separator + r"])+", text)
    return [part.strip() for part in parts]


def _cell(value: str) -> CellName | EvidenceRefused:
    access, *parameters = _split(value, ";") or [""]
    pairs = (parameter.partition("=") for parameter in parameters)
    known = {name.strip().lower(): text.strip().strip('"') for name, _, text in pairs}
    by_network = "network-provided" in known or "np" in known
    try:
        if "cgi-3gpp" in known:
            return _global_cell("GERAN", known["cgi-3gpp"], by_network)
        if "utran-cell-id-3gpp" in known:
            return _global_cell(_access(access), known["utran-cell-id-3gpp"], by_network)
        if "i-wlan-node-id" in known:
            return CellName("WLAN", "", "", "", mac(known["i-wlan-node-id"]), by_network)
    except Refused as refused:
        return EvidenceRefused(f"{WHERE} {refused.where}", refused.why)
    return EvidenceRefused(WHERE, "it names no cell (cgi-3gpp, utran-cell-id-3gpp or i-wlan-node-id)")


def _access(word: str) -> str:
    match = re.fullmatch(r"3GPP-(UTRAN|E-UTRAN|NR)(?:-.*)?", word.strip(), re.IGNORECASE)
    if match is None:
        raise Refused("access type", "a utran-cell-id-3gpp needs 3GPP-UTRAN, 3GPP-E-UTRAN or 3GPP-NR before it")
    return match[1].upper()


def _global_cell(access: str, text: str, by_network: bool) -> CellName:
    if access == "NR" and len(text) in (16, 17):
        # A 5G telephone served by an LTE cell.
        access = "E-UTRAN"
    area, cell = DIGITS[access]
    match = re.fullmatch(rf"(\d{{3}})(\d{{2,3}})([0-9A-F]{{{area}}})([0-9A-F]{{{cell}}})", text, re.I | re.A)
    if match is None:
        wanted = f"MCC (3 digits), MNC (2 or 3), area ({area} hexadecimal digits) and cell ({cell})"
        raise Refused("cell", f"{access} needs {wanted}")
    return CellName(access, match[1], match[2], f"{int(match[3], 16):x}", f"{int(match[4], 16):x}", by_network)


def mac(text: str) -> str:
    """A MAC address as twelve lower-case hexadecimal digits.

    Raises:
        Refused: it is none.
    """
    digits = re.sub(r"[:\-.]", "", text).lower()
    if not re.fullmatch("[0-9a-f]{12}", digits, re.A):
        raise Refused("cell", "a WLAN's node is a MAC address of twelve hexadecimal digits")
    return digits


def entry(row: Mapping[str, str]) -> tuple[str, str]:
    """A line of the operator's file as key and value of the table.

    Raises:
        Refused: a column is at fault.
    """
    access = ACCESSES.get(filled(row, "access").upper())
    if access is None:
        raise Refused("access", f"{row['access'][:20]!r} is none of {', '.join(ACCESSES)}")
    lat, lon = position(row)
    radius = number(row, "radius_m", 10, 100_000)
    confidence = number(row, "confidence", 1, 100) if row.get("confidence") else 95.0
    if row.get("azimuth"):
        opening = number(row, "opening", 1, 360) if row.get("opening") else 120.0
        lat, lon, radius = enclosing_circle(lat, lon, radius, number(row, "azimuth", 0, 360), opening)
    value = [round(lat, 7), round(lon, 7), round(radius, 1), confidence]
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
