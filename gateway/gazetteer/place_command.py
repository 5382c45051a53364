"""``gateway112 place``: what a name may mean, or how a position is named and who is near."""

from __future__ import annotations

import argparse
import json

from gateway.evidence.words import PHRASES, named
from gateway.gazetteer import current
from gateway.gazetteer.current import CurrentNames
from gateway.gazetteer.facilities import facilities
from gateway.gazetteer.facilities_command import nearby_line
from gateway.gazetteer.search import complete
from gateway.gazetteer.typed import position_of, take_positions
from gateway.incident.shape import Circle, Point, Shape
from gateway.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", nargs="+", metavar="TEXT", help="the beginning of a name, or LAT,LON")
    parser.add_argument("--radius", type=float, default=0.0, metavar="METRES", help="how far off the position may be")
    parser.add_argument("--limit", type=int, default=8, help="names at most")
    parser.add_argument("--json", action="store_true", help="as JSON")
    take_positions(parser)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    text = " ".join(arguments.text)
    position = position_of(text)
    if position:
        return _position(*position, arguments, settings)
    found = complete(text, arguments.limit)
    if arguments.json:
        print(json.dumps([match.as_dict() for match in found], ensure_ascii=False))
    else:
        print("\n".join(f"{match.code:<14} {match}" for match in found) or "no such name")
    return 0 if found else 1


def _position(lat: float, lon: float, arguments: argparse.Namespace, settings: Settings) -> int:
    shape = Circle(lat, lon, arguments.radius) if arguments.radius > 0 else Point(lat, lon)
    names = current.names(settings)
    place = names.name(shape)
    near = facilities(settings).near(shape)
    if arguments.json:
        told = place.as_dict() if place else None
        print(json.dumps({"place": told, "exact": names.names_exactly(shape), "near": [one.as_dict() for one in near]}))
        return 0
    print(named(place, PHRASES["id"]) or "tidak dikenal" if place else "tidak dikenal")
    for city, percent in place.cities if place else ():
        print(f"  {city.code} {city.name}: {percent} %")
    print(_by_what(names, shape))
    print("\n".join(map(nearby_line, near)))
    return 0


def _by_what(names: CurrentNames, shape: Shape) -> str:
    """What named this very shape."""
    if names.names_exactly(shape):
        return "by official boundaries"
    if names.is_exact:
        return "by the built-in points: some of it lies where no boundary was imported"
    return "by the built-in points, without boundaries"
