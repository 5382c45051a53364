"""What a call taker says of the place: a position, a name, or one of the telephones near by. Pure but for the names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from gateway.desk.not_done import NotDone
from gateway.desk.place import Offer
from gateway.evidence.civic import LONGEST_LABEL
from gateway.gazetteer import search
from gateway.incident.evidence import Evidence
from gateway.incident.shape import Area, Circle, Point, Shape

SOURCE, METHOD = "desk", "Manual"

MOST_CHOICES = 9
LARGEST_RADIUS_M = 50_000.0

LATITUDES, LONGITUDES = (-11.5, 6.5), (94.5, 141.5)
"""Of Indonesia: latitude and longitude swapped, or a minus forgotten, is none of it."""

_NUMBER = r"-?\d{1,3}(?:\.\d{1,12})?"
_POSITION = re.compile(rf"({_NUMBER})\s*[,;\s]\s*({_NUMBER})(?:\s*[,;\s]\s*(\d{{1,6}}(?:\.\d{{1,3}})?)\s*m?)?")


@dataclass(frozen=True, slots=True)
class Choice:
    """One place that was meant, or may have been.

    Attributes:
        label: as the call taker reads it.
        said: what was typed of it besides a name (street, landmark).
    """

    label: str
    shape: Shape
    said: str = ""

    def evidence(self, desk: str, now: float) -> Evidence:
        """The claim of this desk."""
        return Evidence(
            SOURCE,
            self.shape,
            now,
            observed_at=now,
            method=METHOD,
            label=self.said,
            original=(self.said or self.label).encode(),
            provided_by=f"desk:{desk}",
        )


def choices(text: str, offers: Sequence[Offer] = ()) -> list[Choice]:
    """What a typed text may mean, the likeliest first; without a text the telephones near by.

    Raises:
        NotDone: it means nothing that is known here, or a position elsewhere.
    """
    text = " ".join(text.split())
    if not text:
        found = [Choice(f"telepon di dekat (AML) {offer}", _shape_of(offer)) for offer in offers]
    elif written := _POSITION.fullmatch(text):
        found = [_position(*(float(figure) if figure else None for figure in written.groups()))]
    else:
        matches = search.find(text) or search.complete(text, MOST_CHOICES)
        found = [Choice(str(match), Area(match.code, match.name), _said(text, match.name)) for match in matches]
    if not found:
        raise NotDone("no_place" if text else "give_place")
    return found[:MOST_CHOICES]


def _position(lat: float | None, lon: float | None, radius: float | None) -> Choice:
    inside = lat is not None and lon is not None and LATITUDES[0] <= lat <= LATITUDES[1]
    if lat is None or lon is None or not inside or not LONGITUDES[0] <= lon <= LONGITUDES[1]:
        raise NotDone("no_position")
    if radius is None:
        return Choice(f"{lat:.5f} {lon:.5f}", Point(lat, lon))
    if not 0 < radius <= LARGEST_RADIUS_M:
        raise NotDone("no_position")
    return Choice(f"{lat:.5f} {lon:.5f} radius {radius:g} m", Circle(lat, lon, radius))


def _shape_of(offer: Offer) -> Shape:
    return Circle(offer.lat, offer.lon, offer.radius_m) if offer.radius_m else Point(offer.lat, offer.lon)


def _said(text: str, name: str) -> str:
    """What was typed, where it says more than the name."""
    return "" if text.casefold() == name.casefold() else text[:LONGEST_LABEL]
