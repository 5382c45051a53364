"""``gateway112 place``: what a name may mean, or how a position is named and who is near."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping

from gateway.evidence.words import PHRASES, named
from gateway.gazetteer import current
from gateway.gazetteer.current import CurrentNames
from gateway.gazetteer.facilities import facilities
from gateway.gazetteer.facilities_command import nearby_line
from gateway.gazetteer.meaning import meaning, suggestions
from gateway.gazetteer.search import How, Match
from gateway.gazetteer.typed import position_of, take_positions
from gateway.incident.shape import Circle, Point, Shape
from gateway.settings import Settings

HOW: Mapping[How, str] = {
    How.ALIAS: "called so, too",
    How.AMONG: "named among the words, it may be elsewhere",
    How.GUESS: "A GUESS: its name is only like it",
}
"""What is told of a match that is not of the area's own name."""


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
    return _named(text, arguments)


def _named(text: str, arguments: argparse.Namespace) -> int:
    """What a text may mean; 1 where it names nothing, though there are guesses."""
    found = suggestions(text, arguments.limit)
    is_named = any(match.how is not How.GUESS for match in found)
    if arguments.json:
        print(json.dumps([match.as_dict() for match in found], ensure_ascii=False))
        return 0 if is_named else 1
    if not is_named:
        is_address = meaning(text).is_address
        print("a street or a landmark names no area" if is_address else "no place of that name is known")
    print("".join(f"{line}\n" for line in map(_line, found)), end="")
    return 0 if is_named else 1


def _line(match: Match) -> str:
    return f"{match.code:<14} {match}" + (f" - {HOW[match.how]}" if match.how in HOW else "")


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
