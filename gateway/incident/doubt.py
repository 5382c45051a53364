"""What one claim says against another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from gateway.incident import shape as shapes
from gateway.incident.evidence import Evidence
from gateway.incident.place import Place
from gateway.incident.shape import Area, Circle, Shape

BORDER_M = 100.0
"""A position that is good to this many metres is on either side of a border that it overlaps."""


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


class Names(Protocol):
    """What fusing asks of a gazetteer."""

    def name(self, shape: Shape) -> Place | None:
        """The shape's name."""

    def could_lie_in(self, shape: Shape, code: str) -> bool:
        """Whether any of the shape could lie in the area; True where the gazetteer cannot tell."""


def doubt(best: Evidence, other: Evidence, names: Names | None, *, drifting: bool = True) -> Doubt | None:
    """What ``other`` says against ``best``; None: both may be true.

    Args:
        drifting: the caller may have moved between two observations, which is no contradiction.
    """
    here, there = shapes.centre(best.shape), shapes.centre(other.shape)
    if here and there:
        drift = min(best.kind.drift, other.kind.drift) if drifting else 0.0
        distance = shapes.distance_m(*here, *there)
        allowed = best.reach_m + other.reach_m + drift * abs(best.true_at - other.true_at)
        return Doubt(other.source, distance_m=round(distance)) if distance > allowed else None
    if isinstance(other.shape, Area):
        return Doubt(other.source, instead=other.shape) if _excludes(best.shape, other.shape, names) else None
    # The area is the tighter claim here, and the other one, a position, contradicts it.
    excluded = isinstance(best.shape, Area) and _excludes(other.shape, best.shape, names)
    return Doubt(other.source) if excluded else None


def agrees(word: Evidence, other: Evidence, names: Names | None) -> bool:
    """Whether ``other`` surely says what a person's word does: a position in its area, one that overlaps, a part of it.

    What cannot be compared agrees with nothing.
    """
    here, there = shapes.centre(word.shape), shapes.centre(other.shape)
    if here and there:
        return doubt(word, other, names, drifting=False) is None
    if isinstance(word.shape, Area) and isinstance(other.shape, Area):
        return other.shape.code.startswith(word.shape.code)
    if here and isinstance(other.shape, Area):
        return _holds(other.shape, word.shape, names)
    # Its middle has to lie there: a cell that reaches over from the next kelurahan would be told by that one's name.
    middle = Circle(*there, min(other.reach_m, BORDER_M)) if there else None
    return middle is not None and isinstance(word.shape, Area) and _holds(word.shape, middle, names)


def _holds(area: Area, shape: Shape, names: Names | None) -> bool:
    """Whether the area is known, and the shape could lie in it."""
    return names is not None and names.name(area) is not None and not _excludes(shape, area, names)


def _excludes(shape: Shape, area: Area, names: Names | None) -> bool:
    """Whether nothing of the shape can lie in the area."""
    if isinstance(shape, Area):
        return _are_apart(shape, area)
    if names is None:
        return False
    place = names.name(shape)
    # Where its place is certain, that tells more than what could be: of neighbours few borders are known.
    is_elsewhere = place is not None and place.certain is not None and _are_apart(place.certain, area)
    return is_elsewhere or not names.could_lie_in(shape, area.code)


def _are_apart(one: Area, other: Area) -> bool:
    shorter, longer = sorted((one.code, other.code), key=len)
    return not longer.startswith(shorter)
