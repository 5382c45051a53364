"""Where the caller is: a ledger of claims, and what they amount to.

Every claim is kept as it came; nothing is overwritten and nothing averaged. ``fuse`` drops what is stale or no place,
lets the tightest trustworthy claim win, and lists what contradicts it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from gateway.incident import shape as shapes
from gateway.incident import shape_json
from gateway.incident.errors import EvidenceRefused
from gateway.incident.evidence import Evidence, is_address
from gateway.incident.place import Place
from gateway.incident.shape import Area, Civic, Shape
from gateway.incident.standing import standing

__all__ = ["Doubt", "Evidence", "EvidenceRefused", "Location", "Names", "fuse"]


@dataclass(frozen=True, slots=True)
class Doubt:
    """A claim that contradicts the location beyond the uncertainties of both.

    Attributes:
        source: who claims it.
        distance_m: between the two; None where areas contradict, which have no position.
        instead: the area the contradicting claim names, if it names one.
    """

    source: str
    distance_m: float | None = None
    instead: Area | None = None

    def __str__(self) -> str:
        if self.distance_m is not None:
            return f"{self.source}: {self.distance_m:.0f} m away"
        return f"{self.source}: {self.instead.name or self.instead.code if self.instead else 'elsewhere'}"


@dataclass(frozen=True, slots=True)
class Location:
    """Evidence fused: the best place, how far to trust it, what contradicts it.

    Attributes:
        shape: the winning claim's shape, unchanged; None when there is none.
        lat, lon: its centre; None for an area, which has no position.
        radius_m: of a circle around the centre that holds the shape; None where the accuracy is unknown.
        source, method, label, confidence, pdf, civic: the winning claim's.
        observed_at: when it was true; None if the source does not say.
        received_at: when it reached us.
        trust: percent; the claim's confidence (50 where that is unknown), halved when another claim contradicts it, and
            nobody decided.
        place: the shape's name, where a gazetteer was at hand.
        known: what is known besides, or instead: ``trunk``, ``city``.
    """

    shape: Shape | None = None
    lat: float | None = None
    lon: float | None = None
    radius_m: float | None = None
    source: str = ""
    method: str = ""
    label: str = ""
    confidence: float | None = 0.0
    pdf: str = ""
    civic: tuple[tuple[str, str], ...] = ()
    observed_at: float | None = None
    received_at: float | None = None
    trust: int = 0
    place: Place | None = None
    doubts: tuple[Doubt, ...] = ()
    known: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_known(self) -> bool:
        """Whether somebody can be sent there: a position, an address, or an area no larger than a kecamatan."""
        if isinstance(self.shape, Area):
            return len(self.shape.code) >= len("NN.NN.NN") or self.has_address
        if isinstance(self.shape, Civic):
            return self.has_address
        return self.shape is not None

    @property
    def has_address(self) -> bool:
        """Whether it names a street, a building or the like."""
        return bool(self.civic or isinstance(self.shape, Civic)) and is_address(self.civic)

    def as_dict(self) -> dict[str, object]:
        """What a desk's program needs, in JSON's terms."""
        return {
            "is_known": self.is_known,
            "shape": shape_json.as_dict(self.shape) if self.shape else None,
            "lat": self.lat,
            "lon": self.lon,
            "radius_m": self.radius_m,
            "source": self.source,
            "method": self.method,
            "label": self.label,
            "confidence": self.confidence,
            "pdf": self.pdf,
            "civic": [list(element) for element in self.civic],
            "observed_at": self.observed_at,
            "received_at": self.received_at,
            "trust": self.trust,
            "place": self.place.as_dict() if self.place else None,
            "doubts": [str(doubt) for doubt in self.doubts],
            "known": dict(self.known),
        }


class Names(Protocol):
    """What fusing asks of a gazetteer."""

    def name(self, shape: Shape) -> Place | None:
        """The shape's name."""

    def could_lie_in(self, shape: Shape, code: str) -> bool:
        """Whether any of the shape could lie in the area; True where the gazetteer cannot tell."""


def fuse(
    evidence: Iterable[Evidence], now: float, known: Mapping[str, str] | None = None, names: Names | None = None
) -> Location:
    """What the claims amount to at ``now``; their order does not matter.

    Args:
        known: what is known besides (``trunk``), told to the desk when there is nothing better.
        names: the gazetteer; without it the location has no place, and areas are compared with areas only.
    """
    usable = standing(evidence, now)
    # A fix gives way to a newer one, for its caller may have moved; age alone makes it no worse than a trunk's area.
    newest = max((min(claim.true_at, now) for claim in usable if claim.kind.drift), default=now)
    ranked = sorted(usable, key=lambda claim: _rank(claim, newest))
    return _made_of(ranked, dict(known or {}), names) if ranked else Location(known=dict(known or {}))


def _made_of(ranked: list[Evidence], known: dict[str, str], names: Names | None) -> Location:
    """The first claim, with what the others say against it."""
    best = ranked[0]
    place = names.name(best.shape) if names else None
    city = _city(place, ranked)
    doubts = tuple(doubt for doubt in (_doubt(best, other, names) for other in ranked[1:]) if doubt)
    middle = shapes.centre(best.shape)
    return Location(
        shape=best.shape,
        lat=middle[0] if middle else None,
        lon=middle[1] if middle else None,
        radius_m=shapes.radius_m(best.shape),
        source=best.source,
        method=best.method,
        label=best.label,
        confidence=best.confidence,
        pdf=best.pdf,
        civic=best.civic,
        observed_at=None if best.has_wrong_clock else best.observed_at,
        received_at=best.received_at,
        trust=_trust(best, contradicted=bool(doubts)),
        place=place,
        doubts=tuple(dict.fromkeys(doubts)),
        known=known | ({"city": city} if city else {}),
    )


def _trust(claim: Evidence, *, contradicted: bool) -> int:
    sure = claim.counted_confidence
    return int(sure / 2 if contradicted and not claim.kind.decides else sure)


def _rank(claim: Evidence, newest: float) -> tuple[object, ...]:
    """A person's latest word comes first, then the tightest; ties end the same way in every order."""
    text = json.dumps(claim.as_dict(), sort_keys=True)
    decided = -claim.received_at if claim.kind.decides else math.inf
    return decided, claim.reach_at_m(newest), -claim.counted_confidence, -claim.true_at, text


def _city(place: Place | None, ranked: list[Evidence]) -> str:
    """The city of the place, else the first area that any claim names."""
    if place and place.city:
        return place.city.name
    return next((claim.shape.name for claim in ranked if isinstance(claim.shape, Area)), "")


def _doubt(best: Evidence, other: Evidence, names: Names | None) -> Doubt | None:
    here, there = shapes.centre(best.shape), shapes.centre(other.shape)
    if here and there:
        # Between two observations the caller may have moved; that is no contradiction.
        drift = min(best.kind.drift, other.kind.drift)
        distance = shapes.distance_m(*here, *there)
        allowed = best.reach_m + other.reach_m + drift * abs(best.true_at - other.true_at)
        return Doubt(other.source, distance_m=round(distance)) if distance > allowed else None
    if isinstance(other.shape, Area):
        return Doubt(other.source, instead=other.shape) if _excludes(best.shape, other.shape, names) else None
    # The area is the tighter claim here, and the other one, a position, contradicts it.
    excluded = isinstance(best.shape, Area) and _excludes(other.shape, best.shape, names)
    return Doubt(other.source) if excluded else None


def _excludes(shape: Shape, area: Area, names: Names | None) -> bool:
    """Whether nothing of the shape can lie in the area."""
    if isinstance(shape, Area):
        shorter, longer = sorted((shape.code, area.code), key=len)
        return not longer.startswith(shorter)
    return names is not None and not names.could_lie_in(shape, area.code)
