"""Queues whose desks have all gone while callers wait in them: those go on, as if nobody had been there. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from gateway.queues.state import QueueState, WaitingCall
from gateway.rules.rulebook import OPERATORS


@dataclass
class Deserted:
    """
    Attributes:
        since: when each queue was first seen without any desk, by its name.
    """

    since: dict[str, float] = field(default_factory=dict)

    def look(self, states: Sequence[QueueState], seconds: float, now: float) -> list[WaitingCall]:
        """Who is to go on now. With the operators one waits for ever: somebody comes, or there is nowhere to go.

        Args:
            seconds: how long a page may be away to be loaded again (policy ``unattended_seconds``).
        """
        empty = [state for state in states if not state.reachable and state.name != OPERATORS]
        self.since = {state.name: self.since.get(state.name, now) for state in empty}
        return [call for state in empty if now - self.since[state.name] >= seconds for call in state.waiting]
