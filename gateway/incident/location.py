"""Where the caller is: a ledger of claims, and what they amount to.

Every claim is kept as it came; nothing is overwritten and nothing averaged. ``fuse`` drops what is stale or no place,
lets the tightest trustworthy claim win, and lists what contradicts it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from gateway.incident import shape as shapes
from gateway.incident import shape_json
from gateway.incident.doubt import Doubt, Names, doubt
from gateway.incident.errors import EvidenceRefused
from gateway.incident.evidence import Evidence, is_address
from gateway.incident.place import Place
from gateway.incident.ranking import ranked
from gateway.incident.shape import Area, Civic, Shape
from gateway.incident.standing import standing, too_old

__all__ = ["Doubt", "Evidence", "EvidenceRefused", "Location", "Names", "fuse"]


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
            no desk decided against that one.
        place: the shape's name, where a gazetteer was at hand.
        known: what is known besides, or instead: ``trunk``, ``city``.
        word: the desk's own word, where a tighter claim that agrees with it is the location.
        last: where nothing better is known, what claims that are too old to send anybody by say: the last known place,
            with its age and doubts, and without any trust.
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
    word: Evidence | None = None
    last: Location | None = None

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
            "word": {"shape": shape_json.as_dict(self.word.shape), "label": self.word.label} if self.word else None,
            "last": self.last.as_dict() if self.last else None,
        }


def fuse(
    evidence: Iterable[Evidence], now: float, known: Mapping[str, str] | None = None, names: Names | None = None
) -> Location:
    """What the claims amount to at ``now``; their order does not matter.

    Args:
        known: what is known besides (``trunk``), told to the desk when there is nothing better.
        names: the gazetteer; without it the location has no place, and areas are compared with areas only.
    """
    claims = list(evidence)
    location = _made_of(ranked(standing(claims, now), now, names), dict(known or {}), names)
    if location.is_known:
        return location
    last = _made_of(ranked(too_old(claims, now), now, names), {}, names)
    return replace(location, last=replace(last, trust=0)) if last.is_known else location


def _made_of(claims: Sequence[Evidence], known: dict[str, str], names: Names | None) -> Location:
    """The first claim, with what the others say against it."""
    if not claims:
        return Location(known=known)
    best = claims[0]
    place = names.name(best.shape) if names else None
    city = _city(place, claims)
    word = next((claim for claim in claims if claim.kind.decides), None)
    against = [(other, each) for other in claims[1:] if (each := doubt(best, other, names))]
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
        trust=_trust(best, word, [other for other, _ in against], names),
        place=place,
        doubts=tuple(dict.fromkeys(each for _, each in against)),
        known=known | ({"city": city} if city else {}),
        word=None if word is best else word,
    )


def _trust(best: Evidence, word: Evidence | None, against: Sequence[Evidence], names: Names | None) -> int:
    is_open = any(not other.kind.decides and (word is None or not doubt(word, other, names)) for other in against)
    return int(best.counted_confidence / 2 if is_open else best.counted_confidence)


def _city(place: Place | None, claims: Sequence[Evidence]) -> str:
    """The city of the place, else the first area that any claim names."""
    if place and place.city:
        return place.city.name
    return next((claim.shape.name for claim in claims if isinstance(claim.shape, Area)), "")
