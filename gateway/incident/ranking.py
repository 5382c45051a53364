"""Claims in the order in which they are believed."""

from __future__ import annotations

import json
from collections.abc import Sequence

from gateway.incident.doubt import Names, agrees, doubt
from gateway.incident.evidence import Evidence
from gateway.incident.shape import centre
from gateway.incident.standing import FAR_LESS_PRECISE


def ranked(claims: Sequence[Evidence], now: float, names: Names | None) -> list[Evidence]:
    """The best claim first, whatever order they came in.

    A person's latest word decides against all that contradicts it, and gives way to the best of what agrees with it
    where that is tighter; without a person's word it is the tightest.
    """
    words = sorted((claim for claim in claims if claim.kind.decides), key=lambda one: (-one.received_at, _text(one)))
    others = [claim for claim in claims if not claim.kind.decides]
    if not words:
        return _tightest(others, now, names)
    word = words[0]
    # What the word decides against says nothing against what agrees with it.
    agreeing = _tightest([claim for claim in others if agrees(word, claim, names)], now, names)
    contrary = _tightest([claim for claim in others if not agrees(word, claim, names)], now, names)
    # Its caller may have gone since; the word is of now.
    tighter = [claim for claim in agreeing if claim.reach_at_m(word.true_at) < word.reach_m]
    return [*tighter[:1], *words, *(claim for claim in agreeing if claim not in tighter[:1]), *contrary]


def _tightest(claims: Sequence[Evidence], now: float, names: Names | None) -> list[Evidence]:
    moving = [claim for claim in claims if claim.kind.drift]
    dated = [claim for claim in moving if not claim.is_undated]
    # A fix gives way to a newer one, for its caller may have moved; age alone makes it no worse than a trunk's area.
    newest = max((min(claim.true_at, now) for claim in dated or moving), default=now)

    def rank(claim: Evidence) -> tuple[object, ...]:
        reach = claim.reach_at_m(newest)
        # It counts as old as it may be, unless it only narrows what is known.
        if claim.is_undated and not all(_is_told_again(best, claim, newest, names) for best in dated):
            reach += claim.kind.drift * claim.kind.arrives_within
        # Ties end the same way in every order.
        return _is_belied(claim, dated, names), reach, -claim.counted_confidence, -claim.true_at, _text(claim)

    return sorted(claims, key=rank)


def _text(claim: Evidence) -> str:
    return json.dumps(claim.as_dict(), sort_keys=True)


def _is_belied(claim: Evidence, dated: Sequence[Evidence], names: Names | None) -> bool:
    """Whether a position that is newer, by as much as matters for such a claim, contradicts it."""
    since = claim.true_at + claim.kind.presumed_after
    return any(one.true_at > since and centre(one.shape) and doubt(one, claim, names) for one in dated)


def _is_told_again(dated: Evidence, undated: Evidence, newest: float, names: Names | None) -> bool:
    """Whether a claim without a time says what a dated one does, far more precisely."""
    is_far_tighter = FAR_LESS_PRECISE * undated.reach_at_m(newest) <= dated.reach_at_m(newest)
    return is_far_tighter and doubt(dated, undated, names, drifting=False) is None
