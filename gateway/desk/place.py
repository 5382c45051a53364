"""Where somebody is, as a desk sees it: one answer with its age and doubts, and what a person may do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from gateway.evidence import discreet as told_discreetly
from gateway.evidence.words import distance
from gateway.evidence.words import words as in_words
from gateway.hand_off import evidence_of
from gateway.incident.evidence import Evidence
from gateway.incident.location import Location, Names, fuse
from gateway.incident.shape import centre, radius_m
from gateway.incident.summary import Incident
from gateway.messages.near import USUAL_S
from gateway.proposals import NEIGHBOUR, still_holds
from gateway.proposals import in_words as proposed
from gateway.time_of_day import time_of_day

SOURCE, WORDS_SOURCE = "desk", "desk_words"
"""A desk's word of the place; and its words where they name no area, which are no place."""

NEAR = "aml_unmatched"
"""The source of telephones near by that nobody could match to this contact."""

MOST_NEAR = 3


@dataclass(frozen=True, slots=True)
class Offer:
    """A telephone near by that may be the caller's.

    Attributes:
        at: when it was there, seconds since the epoch.
        radius_m: None: unknown.
    """

    lat: float
    lon: float
    radius_m: float | None
    at: float

    def __str__(self) -> str:
        radius = "" if self.radius_m is None else f" ±{distance(self.radius_m)}"
        return f"{self.lat:.5f} {self.lon:.5f}{radius}, {time_of_day(self.at)}"


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """
    Attributes:
        words: the answer, with its age, radius, source and doubts.
        is_placed: somebody can be sent there.
        position: latitude and longitude of its centre; None of an area.
        radius_m: None where it is unknown.
        source: of the claim that is believed; empty: there is none.
        observed_at: seconds since the epoch; None where that is unknown.
        last: where nothing better is known, the last known place, too old to send anybody by; the words tell it too.
        doubts: what contradicts it.
        proposals: what the place asks for that only a person may do, in words.
        offers: telephones near by that may be the caller's, first those that told it when a caller's own does.
        location: what all this was made of; for a desk that may not know of violence without a word of it.
    """

    words: str
    is_placed: bool = False
    position: tuple[float, float] | None = None
    radius_m: float | None = None
    source: str = ""
    observed_at: float | None = None
    last: Location | None = None
    doubts: tuple[str, ...] = ()
    proposals: tuple[str, ...] = ()
    offers: tuple[Offer, ...] = ()
    location: Location = field(default_factory=Location)


def whereabouts(
    incident: Incident,
    names: Names | None,
    now: float,
    language: str = "id",
    *,
    discreet: bool = False,
) -> Whereabouts:
    """Where an incident is.

    Args:
        names: the gazetteer.
        discreet: for a desk that may not know of violence: which agency it is for, or what kind of help, would tell.
    """
    claims = evidence_of(incident)
    # The line that a call came by is no place: it stands in the timeline.
    location = fuse(claims, now, names=names)
    proposals = [
        each
        for each in incident.proposals
        if still_holds(each, location) and (not discreet or each.get("what") == NEIGHBOUR)
    ]
    shown = told_discreetly.location(location) if discreet else location
    return Whereabouts(
        words=in_words(shown, language, now),
        is_placed=location.is_known,
        position=None if location.lat is None or location.lon is None else (location.lat, location.lon),
        radius_m=location.radius_m,
        source=location.source,
        observed_at=location.observed_at,
        last=shown.last,
        doubts=tuple(str(doubt) for doubt in location.doubts),
        proposals=tuple(proposed(each, language) for each in proposals),
        offers=_offers(claims, incident.opened_at),
        location=shown,
    )


def _offers(claims: Iterable[Evidence], opened_at: float) -> tuple[Offer, ...]:
    found = []
    for claim in sorted(claims, key=lambda claim: abs(claim.received_at - opened_at - sum(USUAL_S) / 2)):
        middle = centre(claim.shape) if claim.source == NEAR else None
        if middle:
            found.append(Offer(*middle, radius_m(claim.shape), claim.true_at))
    return tuple(found[:MOST_NEAR])
