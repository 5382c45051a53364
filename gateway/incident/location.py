"""Where the caller is: a ledger of claims, and what they amount to.

Every claim is kept as it came; nothing is overwritten and nothing averaged. ``fuse`` drops what is stale or no place,
lets the tightest trustworthy claim win, and lists what contradicts it.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from gateway.incident import shape as shapes
from gateway.incident.errors import EvidenceRefused
from gateway.incident.place import UNSTATED_RADIUS_M, Place
from gateway.incident.shape import Area, Shape

__all__ = ["Doubt", "Evidence", "EvidenceRefused", "Location", "Names", "Source", "fuse"]


@dataclass(frozen=True, slots=True)
class Source:
    """What is known of a kind of source.

    Attributes:
        arrives_within: seconds from observation to arrival after which a claim came too late to be used.
        holds: seconds after its observation for which a claim may still be used.
        drift: metres per second at which the caller may have left the claimed shape since.
    """

    arrives_within: float = 300.0
    holds: float = 2 * 3600.0
    drift: float = 1.5


SOURCES: Mapping[str, Source] = {
    "network_cell": Source(arrives_within=300.0),
    "pidf_lo": Source(arrives_within=900.0),
    # A building or the area of a trunk does not walk away.
    "registered_number": Source(math.inf, math.inf, drift=0.0),
    "trunk_area": Source(math.inf, math.inf, drift=0.0),
}
UNKNOWN_SOURCE = Source()

LEAST_CONFIDENCE = 30.0
"""Percent; a claim its own source believes less is kept but never wins."""

CLOCK_SKEW_S = 60.0
"""An observation this much later than its arrival shows a wrong clock: its time is then unknown."""

AREA_REACH_M = {2: 40_000.0, 5: 15_000.0, 8: 5_000.0, 13: 1_500.0}
"""Reach of the larger areas by the length of their codes: only to rank claims, never shown."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One claim of where somebody is.

    Attributes:
        source: the kind of source, a name in SOURCES.
        shape: what was claimed.
        received_at: when it reached us (seconds since the epoch, UTC).
        observed_at: when it was true, as the source says; None if it does not say.
        confidence: percent that the caller is within the shape (RFC 7459 §4.2, which takes 95 where none is stated).
        method: how it was found, a token of the IANA registry "Method Tokens" (Cell, GPS, Manual …); empty if unknown.
        label: what a person at a desk may need besides (building, floor); for desks only, never logged.
        original: the bytes the claim was read from.
    """

    source: str
    shape: Shape
    received_at: float
    observed_at: float | None = None
    confidence: float = 95.0
    method: str = ""
    label: str = ""
    original: bytes = b""

    def as_dict(self) -> dict[str, object]:
        """The claim in JSON's terms; ``from_dict`` gives it back unchanged."""
        return {
            "source": self.source,
            "shape": shapes.as_dict(self.shape),
            "received_at": self.received_at,
            "observed_at": self.observed_at,
            "confidence": self.confidence,
            "method": self.method,
            "label": self.label,
            "original": base64.b64encode(self.original).decode("ascii"),
        }

    @classmethod
    def from_dict(cls, data: object) -> Evidence:
        """The claim that ``as_dict`` wrote.

        Raises:
            EvidenceRefused: the data is anything else; the error names the field.
        """
        if not isinstance(data, Mapping) or set(data) != set(cls.__dataclass_fields__):
            raise EvidenceRefused("evidence", f"it has exactly {', '.join(cls.__dataclass_fields__)}")
        observed = data["observed_at"]
        return cls(
            source=_text(data, "source"),
            shape=shapes.from_dict(data["shape"]),
            received_at=shapes.number(data["received_at"], "evidence received_at"),
            observed_at=None if observed is None else shapes.number(observed, "evidence observed_at"),
            confidence=_percent(data["confidence"]),
            method=_text(data, "method"),
            label=_text(data, "label"),
            original=_bytes(_text(data, "original")),
        )

    @property
    def true_at(self) -> float:
        """The best known time of the claim: as observed, or as received where that is unknown or in the future."""
        if self.observed_at is None or self.has_wrong_clock:
            return self.received_at
        return min(self.observed_at, self.received_at)

    @property
    def has_wrong_clock(self) -> bool:
        return self.observed_at is not None and not self.observed_at <= self.received_at + CLOCK_SKEW_S

    @property
    def reach_m(self) -> float:
        """How far from its centre the caller may be with 95 %: for comparing claims, not for showing."""
        if isinstance(self.shape, Area):
            return AREA_REACH_M.get(len(self.shape.code), AREA_REACH_M[2])
        radius = shapes.radius_m(self.shape) or UNSTATED_RADIUS_M
        if not 0 < self.confidence < 95:
            return radius
        # RFC 7459 §5.4, two dimensions, normal distribution.
        return radius * math.sqrt(math.log(1 - 0.95) / math.log(1 - self.confidence / 100))

    def is_usable(self, now: float) -> bool:
        """Whether the claim can be a place now: a real shape, believed by its source, and fresh."""
        if not LEAST_CONFIDENCE <= self.confidence <= 100 or shapes.is_null(self.shape):
            return False
        source = SOURCES.get(self.source, UNKNOWN_SOURCE)
        return self.received_at - self.true_at <= source.arrives_within and now - self.true_at <= source.holds

    def reach_now_m(self, now: float) -> float:
        return self.reach_m + SOURCES.get(self.source, UNKNOWN_SOURCE).drift * max(0.0, now - self.true_at)


def _text(data: Mapping[str, object], name: str) -> str:
    value = data[name]
    if not isinstance(value, str):
        raise EvidenceRefused(f"evidence {name}", "it must be a text")
    return value


def _percent(value: object) -> float:
    percent = shapes.number(value, "evidence confidence")
    if not 0 <= percent <= 100:
        raise EvidenceRefused("evidence confidence", "it must be from 0 to 100")
    return percent


def _bytes(value: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise EvidenceRefused("evidence original", "it must be base64") from None


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
        source, method, label, confidence: the winning claim's.
        observed_at: when it was true; None if the source does not say.
        received_at: when it reached us.
        trust: percent; the claim's confidence, halved when another claim contradicts it.
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
    confidence: float = 0.0
    observed_at: float | None = None
    received_at: float | None = None
    trust: int = 0
    place: Place | None = None
    doubts: tuple[Doubt, ...] = ()
    known: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_known(self) -> bool:
        """Whether somebody can be sent there: a position, or an area no larger than a kecamatan."""
        if isinstance(self.shape, Area):
            return len(self.shape.code) >= len("NN.NN.NN")
        return self.shape is not None

    def as_dict(self) -> dict[str, object]:
        """What a desk's program needs, in JSON's terms."""
        return {
            "is_known": self.is_known,
            "shape": shapes.as_dict(self.shape) if self.shape else None,
            "lat": self.lat,
            "lon": self.lon,
            "radius_m": self.radius_m,
            "source": self.source,
            "method": self.method,
            "label": self.label,
            "confidence": self.confidence,
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
    ranked = sorted((claim for claim in evidence if claim.is_usable(now)), key=lambda claim: _rank(claim, now))
    city = _city(ranked, names)
    known = {**(known or {}), **({"city": city} if city else {})}
    if not ranked:
        return Location(known=known)
    best = ranked[0]
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
        observed_at=None if best.has_wrong_clock else best.observed_at,
        received_at=best.received_at,
        trust=int(best.confidence / 2 if doubts else best.confidence),
        place=names.name(best.shape) if names else None,
        doubts=tuple(dict.fromkeys(doubts)),
        known=known,
    )


def _rank(claim: Evidence, now: float) -> tuple[object, ...]:
    """The tightest now comes first; ties end the same way in every order."""
    text = json.dumps(claim.as_dict(), sort_keys=True)
    return claim.reach_now_m(now), -claim.confidence, -claim.true_at, text


def _city(ranked: list[Evidence], names: Names | None) -> str:
    for claim in ranked:
        place = names.name(claim.shape) if names else None
        if place and place.city:
            return place.city.name
        if isinstance(claim.shape, Area) and claim.shape.name:
            return claim.shape.name
    return ""


def _doubt(best: Evidence, other: Evidence, names: Names | None) -> Doubt | None:
    here, there = shapes.centre(best.shape), shapes.centre(other.shape)
    if here and there:
        # Between two observations the caller may have moved; that is no contradiction.
        drift = min(SOURCES.get(claim.source, UNKNOWN_SOURCE).drift for claim in (best, other))
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
