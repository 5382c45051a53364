"""``gateway112 locate``: what files tell of a place, in any form that the gateway understands, as JSON."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from gateway.evidence import civic, geo_uri, network_cell, rfc3339
from gateway.evidence.table import Table
from gateway.evidence.words import PHRASES, named
from gateway.gazetteer.current import names
from gateway.incident.errors import EvidenceRefused
from gateway.incident.evidence import Evidence
from gateway.incident.place import Place
from gateway.incident.shape import Area, Civic, Shape, altitude_m, centre, radius_m
from gateway.incident.shape_json import NAMES, as_dict
from gateway.locate import recognition
from gateway.locator.reading import Reference
from gateway.settings import Settings

Row = dict[str, object]
Naming = Callable[[Shape], Place | None]

FETCHED_IN_A_CALL = "told by reference, which is fetched in a call only"
KEYS = ("shape", "lat", "lon", "radius_m", "observed_at", "method", "area", "problem")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="a file of any form; - reads standard input")
    parser.epilog = (
        "Understood are PIDF-LO and parts of it, HELD, LoST, raw SIP requests, AML (texts, data in hex or base64, "
        "HTTPS forms), P-Access-Network-Info, and texts that name a place or link to a map. One JSON object is printed "
        "for each claim, and for each that cannot be understood. Exit code 1: nothing was understood."
    )


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Exit code 0 if anything was understood, 1 if not."""
    cells = Table(settings.state / network_cell.FILE)
    name = names(settings).name
    understood = False
    for file in arguments.files:
        at = time.time()
        for row in _rows(file, at, cells, name):
            understood = understood or row["problem"] is None
            print(json.dumps({**row, "file": file}, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8"))
    return 0 if understood else 1


def _rows(file: str, at: float, cells: Table, name: Naming) -> list[Row]:
    """What a file tells; a fault of ours in one costs no other file."""
    try:
        return [_row(one, at, name) for one in _found(file, at, cells)]
    except Exception as fault:
        return [_row(EvidenceRefused("file", f"our own fault: {type(fault).__name__}"), at, name)]


def _found(file: str, at: float, cells: Table) -> Iterable[recognition.Found]:
    try:
        if file == "-":
            body = sys.stdin.buffer.read(recognition.LARGEST + 1)
        else:
            with Path(file).open("rb") as opened:
                body = opened.read(recognition.LARGEST + 1)
    except OSError as fault:
        return [EvidenceRefused("file", f"it cannot be read: {fault.strerror}")]
    return recognition.found(body, at, cells)


def _row(one: recognition.Found, at: float, name: Naming) -> Row:
    if isinstance(one, Evidence):
        return _claim(one, at, name)
    row: Row = dict.fromkeys(KEYS)
    if isinstance(one, Reference):
        tells_itself = one.url[:4].lower() == f"{geo_uri.SCHEME}:"
        why = "a reference that tells its place itself" if tells_itself else FETCHED_IN_A_CALL
        return {**row, "problem": why, "reference": one.url}
    return {**row, "problem": f"{one.where}: {one.why}", "source": one.source or None}


def _claim(claim: Evidence, at: float, name: Naming) -> Row:
    middle = centre(claim.shape)
    lat, lon = middle or (None, None)
    place = name(claim.shape)
    finest = place.finest if place else None
    return {
        "shape": NAMES[type(claim.shape)],
        "lat": lat,
        "lon": lon,
        "radius_m": radius_m(claim.shape),
        # What tells no time of its own was observed when it came: here nobody knows when that was.
        "observed_at": None if claim.observed_at in (None, at) else _time(claim.observed_at),
        "method": claim.method or None,
        "area": _area(claim, place),
        "problem": None,
        "source": claim.source,
        "confidence": claim.confidence,
        "pdf": claim.pdf or None,
        "altitude_m": altitude_m(claim.shape),
        "code": finest.code if finest else None,
        "certain": place.certain.code if place and place.certain else None,
        "claimed": as_dict(claim.shape),
        "civic": [list(element) for element in claim.civic],
        "label": claim.label or None,
        "holder": claim.holder or None,
        "provided_by": claim.provided_by or None,
        "reference": claim.reference or None,
    }


def _area(claim: Evidence, place: Place | None) -> str | None:
    """The place's name, as fine as the shape supports; else the address in words."""
    if place is not None and (place.finest or place.is_inside):
        return named(place, PHRASES["id"])
    address = civic.words_of(civic.texts_of(claim.civic))
    match claim.shape:
        case Civic(words):
            return words
        case Area(code, known):
            return known or code
    return address or (named(place, PHRASES["id"]) if place else None) or None


def _time(at: float | None) -> str | None:
    try:
        return None if at is None else rfc3339.written(at)
    except (ValueError, OverflowError):
        return None
