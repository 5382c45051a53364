"""Claims in the order in which they are believed."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence

from gateway.incident.doubt import Names, doubt
from gateway.incident.evidence import Evidence
from gateway.incident.shape import centre
from gateway.incident.standing import FAR_LESS_PRECISE


def ranked(claims: Sequence[Evidence], now: float, names: Names | None) -> list[Evidence]:
    """The best claim first, whatever order they came in: a person's latest word, then the tightest."""
    moving = [claim for claim in claims if claim.kind.drift]
    dated = [claim for claim in moving if not claim.is_undated]
    # A fix gives way to a newer one, for its caller may have moved; age alone makes it no worse than a trunk's area.
    newest = max((min(claim.true_at, now) for claim in dated or moving), default=now)

    def rank(claim: Evidence) -> tuple[object, ...]:
        reach = claim.reach_at_m(newest)
        # It counts as old as it may be, unless it only narrows what is known.
        if claim.is_undated and not all(_is_told_again(best, claim, newest, names) for best in dated):
            reach += claim.kind.drift * claim.kind.arrives_within
        decided = -claim.received_at if claim.kind.decides else math.inf
        belied = claim.kind.presumes and any(centre(one.shape) and doubt(one, claim, names) for one in dated)
        # Ties end the same way in every order.
        text = json.dumps(claim.as_dict(), sort_keys=True)
        return decided, belied, reach, -claim.counted_confidence, -claim.true_at, text

    return sorted(claims, key=rank)


def _is_told_again(dated: Evidence, undated: Evidence, newest: float, names: Names | None) -> bool:
    """Whether a claim without a time says what a dated one does, far more precisely."""
    is_far_tighter = FAR_LESS_PRECISE * undated.reach_at_m(newest) <= dated.reach_at_m(newest)
    return is_far_tighter and doubt(dated, undated, names, drifting=False) is None
