"""The code on a post or stop that a caller keys after #, in the operator's table. `gateway112 codes` imports it.

A wrong key must not name another place: codes should bear a check digit (Luhn, ISO/IEC 7812-1 annex B), which finds
every single wrong digit and almost every two that changed places. `gateway112 codes check` tells of codes without one.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping

from gateway.evidence.csv_import import filled, place
from gateway.evidence.shelter import names_a_shelter
from gateway.evidence.table import Table, TableMissing
from gateway.incident import shape_json
from gateway.incident.errors import EvidenceRefused, Refused
from gateway.incident.evidence import Evidence

SOURCE = "keyed_code"
FILE = "codes.sqlite"
WHERE = "keyed code"
CONFIDENCE = 90.0
"""Percent: a code may be keyed that was read a while ago."""

REQUIRED = ("code", "kind", "label")
OPTIONAL = ("lat", "lon", "radius_m", "area")
KINDS = ("post", "stop", "station", "park", "bridge", "toll", "pier", "market", "school", "police_post")

LEAST_DIGITS, MOST_DIGITS = 3, 10


def find(code: str, at: float, table: Table) -> Evidence | EvidenceRefused:
    """The place of the post or stop with this code, as keyed at ``at``."""
    original = code.encode("utf-8", "replace")
    try:
        content = table.get(code)
        if content is None:
            return EvidenceRefused(WHERE, f"no post or stop has the code {code}", SOURCE, original)
        known = json.loads(content)
        label = f"{known['label']} ({known['kind']}, {code})"
        return Evidence(
            SOURCE,
            shape_json.from_dict(known["shape"]),
            received_at=at,
            observed_at=at,
            confidence=CONFIDENCE,
            method="Manual",
            label=label,
            original=original,
        )
    except TableMissing:
        return EvidenceRefused(WHERE, "no codes were imported: `gateway112 codes import FILE`", SOURCE, original)
    except EvidenceRefused as refused:
        return EvidenceRefused(refused.where, refused.why, SOURCE, original)
    except (sqlite3.DatabaseError, ValueError, KeyError, TypeError):
        return EvidenceRefused(FILE, "it is damaged: `gateway112 codes import FILE` again", SOURCE, original)


def entry(row: Mapping[str, str]) -> tuple[str, str]:
    """A line of the operator's file as code and content.

    Raises:
        Refused: a column is at fault, or the line names a shelter.
    """
    kind = filled(row, "kind").lower()
    for name in row:
        if names_a_shelter(row[name], police_post=kind == "police_post"):
            raise Refused(name, "it names a shelter, whose place is secret: remove the line (a bus stop is a halte)")
    if kind not in KINDS:
        raise Refused("kind", f"{kind[:20]!r} is none of {', '.join(KINDS)}")
    code = re.sub("[ .-]", "", filled(row, "code"))
    if not re.fullmatch(f"[0-9]{{{LEAST_DIGITS},{MOST_DIGITS}}}", code):
        why = f"{row['code'][:20]!r} cannot be keyed: {LEAST_DIGITS} to {MOST_DIGITS} digits, as written on the post"
        raise Refused("code", why)
    return code, json.dumps({"kind": kind, "label": filled(row, "label"), "shape": shape_json.as_dict(place(row))})


def has_check_digit(code: str) -> bool:
    """Whether its last digit is the check digit of the others (Luhn)."""
    doubled = "0246813579"
    return sum(int(doubled[int(d)] if at % 2 else d) for at, d in enumerate(reversed(code))) % 10 == 0


def near_misses(codes: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Pairs of codes of which one wrong digit makes the other."""
    known = sorted(set(codes))
    by_gap: dict[tuple[int, str], str] = {}
    for code in known:
        for at in range(len(code)):
            gap = (at, f"{code[:at]}_{code[at + 1 :]}")
            if gap in by_gap:
                yield by_gap[gap], code
            by_gap.setdefault(gap, code)
