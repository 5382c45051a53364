"""Test calls (urn:service:test.sos), counted apart from all that are none. Nothing else is known of them."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from gateway.channels.ami_actions import Event
from gateway.log import get_logger

log = get_logger("ami")


@dataclass
class LineTests:
    """Counts what asterisk_conf/test_calls.conf.j2 tells of.

    Attributes:
        file: where the counts stand, for /metrics.
        counts: by outcome: answered, or refused because there were too many at once.
    """

    FILE: ClassVar[str] = "ami.json"
    OUTCOMES: ClassVar[tuple[str, ...]] = ("answered", "refused")

    file: Path
    counts: Counter[str] = field(default_factory=Counter)
    _told: int = -1

    def take(self, event: Event) -> None:
        if event.get("UserEvent") == "G112TestCall" and (outcome := event.get("Outcome", "")) in self.OUTCOMES:
            self.counts[outcome] += 1

    def settle(self, _now: float) -> None:
        """Tell what was counted since the last time: once, however many there were."""
        if self.counts.total() == self._told:
            return
        for outcome, count in self.counts.items():
            log.info("test calls so far", outcome=outcome, count=count)
        self._told = self.counts.total()
        new = self.file.with_suffix(".new")
        new.write_text(json.dumps(dict.fromkeys(self.OUTCOMES, 0) | self.counts), encoding="ascii")
        new.replace(self.file)
