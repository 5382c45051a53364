"""Which claims still stand when a location is made of them: not the stale, nor what a better one replaces."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gateway.incident.evidence import Evidence

FAR_LESS_PRECISE = 4.0
"""A claim whose reach is more than this many times another one's tells little beside it, be it newer."""


def standing(evidence: Iterable[Evidence], now: float) -> list[Evidence]:
    """The claims that may be the caller's place at ``now``, in the order given.

    Of one source's claims of one holder an older one falls with a newer one, unless that is far less precise. What has
    no time neither replaces what has one nor falls with it; of several without, the one that came last is the newest.
    """
    return _newest([claim for claim in evidence if claim.is_usable(now)])


def too_old(evidence: Iterable[Evidence], now: float) -> list[Evidence]:
    """Likewise the claims that were somebody's place once, and no longer are."""
    return _newest([claim for claim in evidence if claim.is_believable and not claim.is_usable(now)])


def _newest(claims: Sequence[Evidence]) -> list[Evidence]:
    since = {key: _newest_good(of_one) for key, of_one in _by_origin(claims).items()}
    return [claim for claim in claims if claim.true_at >= since.get(_origin(claim), claim.true_at)]


def _origin(claim: Evidence) -> tuple[str, str, bool]:
    return claim.source, claim.holder, claim.is_undated


def _by_origin(claims: Iterable[Evidence]) -> dict[tuple[str, str, bool], list[Evidence]]:
    """The claims of sources that send a new one when the caller moved, by who makes them."""
    found: dict[tuple[str, str, bool], list[Evidence]] = {}
    for claim in claims:
        if claim.kind.renews:
            found.setdefault(_origin(claim), []).append(claim)
    return found


def _newest_good(claims: Sequence[Evidence]) -> float:
    """The time of the newest claim beside which no older one is far more precise, be it widened by its age."""

    def is_good(claim: Evidence) -> bool:
        older = (other.reach_at_m(claim.true_at) for other in claims if other.true_at < claim.true_at)
        return all(claim.reach_m <= FAR_LESS_PRECISE * reach for reach in older)

    return max(claim.true_at for claim in claims if is_good(claim))
