"""``gateway112 facilities``: who helps, and who comes, for a place. See docs/places.md for the file's columns."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from gateway.evidence.csv_import import read
from gateway.evidence.table import replace
from gateway.gazetteer import gazetteer
from gateway.gazetteer.facilities import EXACT, FILE, Nearby, facilities
from gateway.gazetteer.facility import KINDS, OPTIONAL, REQUIRED, Facility, entry
from gateway.gazetteer.typed import TypedPlace, take_positions, typed
from gateway.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, explanation in (
        ("import", "check a CSV file; its kinds then count in the place of the built-in ones"),
        ("check", "check a CSV file, change nothing"),
    ):
        actions.add_parser(name, help=explanation).add_argument("file", type=Path)
    actions.add_parser("list", help="print every facility in force")
    actions.add_parser("forget", help="remove the imported table; the built-in one counts alone")
    near = actions.add_parser("near", help="the facilities for a position, a code or a name")
    take_positions(near)
    near.add_argument("place", nargs="+", metavar="LAT,LON|CODE|NAME")
    near.add_argument("--violence", action="store_true", help="for a victim: only who examines and writes a visum")
    near.add_argument("--json", action="store_true", help="as JSON")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    file = settings.state / FILE
    match arguments.action:
        case "near":
            return _near(typed(" ".join(arguments.place)), settings, arguments)
        case "list":
            for one in facilities(settings).all():
                print(line(one))
            return 0
        case "forget":
            file.unlink(missing_ok=True)
            print("the built-in table counts alone")
            return 0
    entries = read(arguments.file, REQUIRED, OPTIONAL, entry)
    if arguments.action == "import":
        replace(file, ((key, json.dumps(asdict(one))) for key, one in entries.items()))
    print(f"{len(entries)} facilities {'imported' if arguments.action == 'import' else 'are in order'}")
    return 0


def _near(place: TypedPlace, settings: Settings, arguments: argparse.Namespace) -> int:
    found = facilities(settings).near(place.shape, violence=arguments.violence)
    if arguments.json:
        print(json.dumps([one.as_dict() for one in found], ensure_ascii=False))
    else:
        print("\n".join(map(nearby_line, found)) or "nothing is known near there")
    return 0 if found else 1


def line(one: Facility) -> str:
    """A facility on one line."""
    names = gazetteer().names
    at = f"{one.lat:.5f},{one.lon:.5f}" if one.lat is not None and one.lon is not None else ""
    serves = "for " + ", ".join(names[code] for code in one.serves) if one.serves else ""
    parts = (names.get(one.area, one.area), at, one.phone, one.hours, "visum" if one.visum else "", serves)
    return f"{KINDS[one.kind]:<15} {one.name}: {'; '.join(part for part in parts if part)}"


def nearby_line(nearby: Nearby) -> str:
    """The same with how near it is, and ``±`` where that is not from its position, or not from a known place."""
    sure = "" if nearby.measured == EXACT else "± "
    away = "" if nearby.distance_m is None else f"{sure}{nearby.distance_m / 1000:.1f} km"
    return f"{nearby.because:<13} {away:>8}  {line(nearby.facility)}"
