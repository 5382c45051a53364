"""What a text said of the place, as claims: the area it names, the position it gives or links to."""

from __future__ import annotations

from gateway.evidence import gml
from gateway.evidence.civic import LONGEST_LABEL
from gateway.incident.location import Evidence
from gateway.incident.shape import Area, Point
from sms.coordinates import SIGN, SWAPPED
from sms.reading import PlaceRead

NAMED, LINKED = "named_place", "message_link"

AREAS = ("kelurahan", "kecamatan", "city")

MENDED = {
    SIGN: "tanda minus tidak ditulis, ditambahkan / a minus was not written and is added",
    SWAPPED: gml.SWAPPED,
}

CONFIDENCE = 90.0
"""Percent. Names are read right more often than that, but writers err too, and write of places where they are not."""


def claims(place: PlaceRead, at: float) -> list[Evidence]:
    """The claims of a place that was read from a thread.

    Args:
        at: when the text that said it was received (seconds since the epoch).
    """
    label = label_of(place)
    found = []
    for given in place.positions:
        words = given.words.encode("utf-8", "replace")
        said = "; ".join(part for part in (label, *(MENDED[what] for what in given.mended)) if part)
        point = Point(*given.at)
        found.append(Evidence(LINKED, point, at, observed_at=at, confidence=CONFIDENCE, label=said, original=words))
    if place.finest:
        area = Area(place.finest.code, place.finest.name)
        words = _words(place, *AREAS)
        found.append(Evidence(NAMED, area, at, observed_at=at, confidence=CONFIDENCE, label=label, original=words))
    return found


def label_of(place: PlaceRead) -> str:
    """What was said below the areas: neighbourhood, street, landmark, as the writer wrote it."""
    numbers = " ".join(f"{name} {number}" for name, number in (("RT", place.rt), ("RW", place.rw)) if number)
    return ", ".join(part for part in (place.street, numbers, place.landmark) if part)[:LONGEST_LABEL]


def _words(place: PlaceRead, *what: str) -> bytes:
    return " / ".join(found.words for found in place.findings if found.what in what).encode("utf-8", "replace")
