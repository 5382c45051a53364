"""``gateway112 reconcile``: asks channels that can tell what they delivered to us, and takes up what never came.

It goes through the same door as any message: what came before has the same key, and is not taken twice.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gateway.messages.channel import CHANNELS, NotSent, Uncertain, load
from gateway.messages.part import Part, received
from gateway.settings import Settings
from gateway.store import Store, StoreAway

HOURS, MOST_HOURS = 24, 60
"""The store knows for three days what it has had; what is older would be taken for new."""

BATCH = 100


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many parts the channel told of, and how many of them we did not have; ``fault`` empty: it told all."""

    told: int
    new: int
    fault: str = ""


def reconcile(channel: Any, settings: Settings, store: Store, since: float) -> Outcome:
    """Take up what a channel delivered since then and we do not have.

    Args:
        channel: a module that has ``delivered``.

    Raises:
        StoreAway: nothing is lost by it; do it again.
    """
    listed = list(_parts(channel, settings, since))
    fault = next((part for part in listed if isinstance(part, str)), "")
    parts = _as_sent([part for part in listed if isinstance(part, Part)])
    batches = [parts[begin : begin + BATCH] for begin in range(0, len(parts), BATCH)]
    new = sum(sum(store.add([received(part) for part in batch])) for batch in batches)
    return Outcome(len(parts), new, fault)


def _as_sent(parts: Sequence[Part]) -> list[Part]:
    """In the order they were sent, whatever the order they were told of: all of them come now, one after another."""
    now = min((part.at for part in parts), default=0.0)
    ordered = sorted(parts, key=lambda part: part.sent_at or part.at)
    return [replace(part, at=now) for part in ordered]


def _parts(channel: Any, settings: Settings, since: float) -> Iterator[Part | str]:
    """What the channel tells of; at the end why it broke off, if it did."""
    try:
        yield from channel.delivered(settings, since)
    except (NotSent, Uncertain) as fault:
        yield str(fault)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("channels", nargs="*", metavar="CHANNEL", help="of these alone; otherwise of all that can tell")
    parser.add_argument(
        "--hours", type=float, default=HOURS, help=f"how far back, at most {MOST_HOURS} (default {HOURS})"
    )


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """0 if every channel asked has told all."""
    unknown = [name for name in arguments.channels if name not in CHANNELS]
    if unknown or not 0 < arguments.hours <= MOST_HOURS:
        print(
            f"no channel {unknown[0]!r}; there are {', '.join(CHANNELS)}" if unknown else f"--hours: 0 to {MOST_HOURS}"
        )
        return 2
    store, since, failed = Store(settings), time.time() - arguments.hours * 3600, False
    for name in arguments.channels or CHANNELS:
        channel = load(name)
        if not hasattr(channel, "delivered"):
            print(f"{name}: cannot tell what it delivered")
        elif not channel.connectors(settings):
            print(f"{name}: is off")
        else:
            failed |= not _told(name, channel, settings, store, since)
    return int(failed)


def _told(name: str, channel: Any, settings: Settings, store: Store, since: float) -> bool:
    try:
        outcome = reconcile(channel, settings, store, since)
    except StoreAway as away:
        print(f"{name}: {away}")
        return False
    print(
        f"{name}: told of {outcome.told}, {outcome.new} were missing" + (f"; {outcome.fault}" if outcome.fault else "")
    )
    return not outcome.fault
