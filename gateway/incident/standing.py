"""Which claims still stand when a location is made of them: not the stale, nor what a better one replaces."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gateway.incident.evidence import Evidence

FAR_LESS_PRECISE = 4.0
"""A newer claim whose reach is more than this many times an older one's does not replace it."""


def standing(evidence: Iterable[Evidence], now: float) -> list[Evidence]:
    """The claims that may be the caller's place at ``now``, in the order given.

    A source's poorer double stands only where that source is silent, and of one source's claims of one holder an older
    one falls with a newer one, unless that is far less precise.
    """
    claims = list(evidence)
    spoken = {claim.source for claim in claims}
    usable = [claim for claim in claims if claim.is_usable(now) and claim.kind.stands_in_for not in spoken]
    since = {key: _newest_good(of_one) for key, of_one in _by_origin(usable).items()}
    return [claim for claim in usable if claim.true_at >= since.get(_origin(claim), claim.true_at)]


def _origin(claim: Evidence) -> tuple[str, str]:
    return claim.source, claim.holder


def _by_origin(usable: Iterable[Evidence]) -> dict[tuple[str, str], list[Evidence]]:
    """The claims of sources that send a new one when the caller moved, by who makes them."""
    found: dict[tuple[str, str], list[Evidence]] = {}
    for claim in usable:
        if claim.kind.renews:
            found.setdefault(_origin(claim), []).append(claim)
    return found


def _newest_good(claims: Sequence[Evidence]) -> float:
    """The time of the newest claim beside which no older one is far more precise, be it widened by its age."""

    def is_good(claim: Evidence) -> bool:
        older = (other.reach_at_m(claim.true_at) for other in claims if other.true_at < claim.true_at)
        return all(claim.reach_m <= FAR_LESS_PRECISE * reach for reach in older)

    return max(claim.true_at for claim in claims if is_good(claim))
