"""A place as a person types it: a position, an official code, or a name."""

from __future__ import annotations

import argparse
import re
from dataclasses import dataclass

from gateway.evidence.csv_import import INDONESIA
from gateway.gazetteer.meaning import meaning
from gateway.incident.errors import Refused
from gateway.incident.shape import Area, Point, Shape
from sms.coordinates import SIGN, meant

POSITION = re.compile(r"\s*([+-]?\d{1,3}(?:\.\d+)?)\s*[,;\s]\s*([+-]?\d{1,3}(?:\.\d+)?)\s*")


def take_positions(parser: argparse.ArgumentParser) -> None:
    """Let a parser take -6.2475,106.891 for a word and not for options: every latitude here begins with a minus."""
    parser._negative_number_matcher = re.compile(r"-\d")


@dataclass(frozen=True, slots=True)
class TypedPlace:
    """What was typed, understood as a shape."""

    shape: Shape
    is_position: bool


def typed(text: str) -> TypedPlace:
    """The place that a text is.

    Raises:
        Refused: it is none that is known.
    """
    position = position_of(text)
    if position:
        return TypedPlace(Point(*position), is_position=True)
    matches = meaning(text).matches
    if not matches:
        raise Refused(repr(text[:60]), "no such place: give LAT,LON, a code such as 31.75.08, or a name")
    if not matches[0].how.is_sure:
        raise Refused(repr(text[:60]), f"no such place; {matches[0].code} {matches[0]} is only like it: give its code")
    return TypedPlace(Area(matches[0].code, matches[0].name), is_position=False)


def position_of(text: str) -> tuple[float, float] | None:
    """Latitude and longitude in degrees, if a text is nothing but these.

    Raises:
        Refused: they are no position in Indonesia.
    """
    match = POSITION.fullmatch(text)
    if match is None:
        return None
    lat, lon = float(match[1]), float(match[2])
    south, north, west, east = INDONESIA
    if south <= lat <= north and west <= lon <= east:
        if (mended := meant(lat, lon)) and SIGN in mended.mended:
            raise Refused(text.strip(), f"that is north of the equator, far from here: is {mended.at[0]:g} meant?")
        return lat, lon
    if south <= lon <= north and west <= lat <= east:
        raise Refused(text.strip(), "latitude comes first: about -6 in Jakarta, then the longitude, about 107")
    raise Refused(text.strip(), "it is not in Indonesia: give degrees with a point, latitude first")
