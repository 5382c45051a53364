"""Kinds of sources of a claim: how long each may be used, and what it is worth beside others."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from gateway.incident.place import UNSTATED_RADIUS_M


@dataclass(frozen=True, slots=True)
class Source:
    """What is known of a kind of source.

    Attributes:
        arrives_within: seconds from observation to arrival after which a claim came too late to be used.
        holds: seconds after its observation for which a claim may still be used.
        drift: metres per second at which the caller may have left the claimed shape since.
        unstated: metres that a position of unstated accuracy is taken to be good for when claims are compared.
        decides: a person's own word: the newest such claim wins against all that contradicts it.
        presumed_after: seconds after which it is only where such callers mostly are: from then on a newer dated
            position that contradicts it goes before it, however wide.
        is_words: a person's words of a place that names no area: told beside the place, and never a place themselves.
        renews: it tells a caller's place anew from time to time, so that its newer claim replaces its older one.
    """

    arrives_within: float = 300.0
    holds: float = 2 * 3600.0
    drift: float = 1.5
    unstated: float = UNSTATED_RADIUS_M
    decides: bool = False
    is_words: bool = False
    presumed_after: float = math.inf
    renews: bool = False


SOURCES: Mapping[str, Source] = {
    # The telephone's own fix is minutes old at most; it is sent once more as soon as there is a better one.
    "aml": Source(arrives_within=900.0, renews=True),
    "network_cell": Source(arrives_within=300.0),
    # By value or fetched: who said it and when is the document's own, however it came.
    "pidf_lo": Source(arrives_within=900.0, renews=True),
    # The telephone's browser, by our link; somebody has to tap it first.
    "browser": Source(arrives_within=900.0, renews=True),
    # A telephone near by that nobody could match: shown, and never sure enough to win.
    "aml_unmatched": Source(arrives_within=900.0),
    # The post does not walk away; whoever keyed its code may.
    "keyed_code": Source(),
    # A person looked and decided, and put the pin where it is meant to be.
    "desk": Source(math.inf, math.inf, drift=0.0, unstated=100.0, decides=True),
    "desk_words": Source(math.inf, math.inf, drift=0.0, is_words=True),
    # A building or the area of a trunk does not walk away; whose number it is may be elsewhere.
    "registered_number": Source(math.inf, math.inf, drift=0.0, presumed_after=-math.inf),
    "trunk_area": Source(math.inf, math.inf, drift=0.0, presumed_after=-math.inf),
    # What somebody wrote is where it happens: that stays, wherever the telephone goes.
    "named_place": Source(math.inf, math.inf, drift=0.0),
    # A pin that somebody sends is closer than any cell. Nobody says whether it is where it happens or where he was: a
    # quarter of an hour later, when no fix would be taken any more, it is where he was if he is elsewhere.
    "message_link": Source(math.inf, math.inf, drift=0.0, unstated=100.0, presumed_after=900.0),
}
UNKNOWN_SOURCE = Source()
