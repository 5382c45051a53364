"""Desks that ring and do not take the call: who refused it, and who let it ring. Pure, no I/O.

Asterisk's queue tells both alike (DialEnd, NOANSWER); how the desk's own channel ended tells them apart.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.queues.state import Event, desk_of

REFUSED, NO_ANSWER = "refused", "no_answer"

REFUSALS = frozenset({"17", "21"})
"""Causes of an end (Q.850): busy (SIP 486, 600) and rejected (603)."""


@dataclass(slots=True)
class Ring:
    """One desk that is rung.

    Attributes:
        channel_id: of whom it is rung for.
        rang_out: the queue has given it up.
    """

    channel_id: str
    queue: str
    desk: str
    rang_out: bool = False


@dataclass(slots=True)
class Ringing:
    """What rings now, by the uniqueid of the desk's channel."""

    rings: dict[str, Ring] = field(default_factory=dict)

    def begin(self, event: Event) -> None:
        """AgentCalled."""
        if line := event.get("DestUniqueid"):
            self.rings[line] = Ring(event["Uniqueid"], event.get("Queue", ""), desk_of(event["MemberName"]))

    def desks(self) -> set[str]:
        """Those that ring now."""
        return {ring.desk for ring in self.rings.values()}

    def is_answered(self, event: Event) -> None:
        """AgentConnect, whatever the desk says then."""
        self.rings.pop(event.get("DestUniqueid", ""), None)

    def is_given_up(self, event: Event) -> None:
        """DialEnd."""
        ring = self.rings.get(event.get("DestUniqueid", ""))
        if ring and event.get("DialStatus") == "NOANSWER":
            ring.rang_out = True

    def end(self, event: Event) -> tuple[Ring, str] | None:
        """Hangup: a desk that did not take the call, and why; None of all others, and where nobody waited any more."""
        ring = self.rings.pop(event.get("Uniqueid", ""), None)
        if ring is None or not ring.rang_out:
            return None
        return ring, REFUSED if event.get("Cause") in REFUSALS else NO_ANSWER
