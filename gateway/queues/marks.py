"""Calls that came while nobody of the gateway was there: the dialplan marks each in Asterisk's own database.

A mark stays until the store has the call and its end, and goes then, the caller's number with it. So neither a crash of
ours nor an outage of the store loses the call, and while the store is away no mark is touched.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import unquote

from gateway.channels.ami_actions import ActionRefused, Actions
from gateway.queues.state import whole

FAMILY = "g112-unseen"
"""As in asterisk_conf/extensions.conf.j2."""

LOOK_EVERY_SECONDS = 3.0
BATCH = 50
"""Marks settled at once: a few seconds' work, for the watch ends only between two."""

ALARM = "calls came while the gateway was away and ended unseen: see the latest incidents, some callers may need help"


@dataclass(frozen=True, slots=True)
class Mark:
    """What the dialplan noted of a call.

    Attributes:
        at: when, seconds since the epoch.
        queue: where it put the call; empty: the call ended before.
        call_id: SIP's Call-ID, or of a long one ``md5-`` and its digest.
    """

    channel_id: str
    at: float
    trunk: str
    number: str
    queue: str
    call_id: str = ""

    @classmethod
    def of(cls, channel_id: str, text: str, now: float) -> Mark:
        """The mark of a call, whatever is wrong with its text."""
        at, *texts = text.split("|")
        trunk, number, queue, call_id, *_ = [*map(unquote, texts), "", "", "", ""]
        return cls(channel_id, min(float(whole(at[:12]) or now), now), trunk, number, queue, call_id)


class Story(Protocol):
    """What gateway.queues.story.QueueStory knows and tells of such calls."""

    def incident_of(self, channel_id: str) -> str | None: ...

    def is_over(self, incident: str, channel_id: str) -> bool | None: ...

    def unseen(self, mark: Mark, now: float) -> None: ...


@dataclass
class Marks:
    """Settles them: a call that is over is told, and what is told needs its mark no longer."""

    manager: Actions
    story: Story
    alarm: Callable[[str], None]
    _next: float = 0.0
    _gone: set[str] = field(default_factory=set)

    def settle(self, now: float) -> None:
        """Look through the marks, unless they have been looked through just now.

        Raises:
            AmiAway, ActionRefused: Asterisk's manager is away, or will not.
        """
        if self._next - LOOK_EVERY_SECONDS <= now < self._next:
            return
        self._next = now + LOOK_EVERY_SECONDS
        marks = self.manager.database(FAMILY)
        if not marks:
            self._gone = set()
            return
        living = {event["Uniqueid"] for event in self.manager.send_for_list({"Action": "CoreShowChannels"})}
        gone, before = marks.keys() - living, self._gone
        self._gone = gone
        for channel_id in sorted(marks)[:BATCH]:
            if channel_id in living:
                # Who waits in a queue is told by the queue's events; they tell its end, too.
                self._forget_if(self.story.incident_of(channel_id) is not None, channel_id)
            elif channel_id in before:
                # Gone for a while: no event, and no gateway that was only slow, is still to tell of it.
                self._settle(Mark.of(channel_id, marks[channel_id], now), now)

    def _settle(self, mark: Mark, now: float) -> None:
        over = self.story.is_over(self.story.incident_of(mark.channel_id) or mark.channel_id, mark.channel_id)
        if over is False:
            self.story.unseen(mark, now)
            self.alarm(ALARM)
        # Only what can be read back from the store is taken for stored.
        self._forget_if(over is True, mark.channel_id)

    def _forget_if(self, told: bool, channel_id: str) -> None:
        if told:
            with contextlib.suppress(ActionRefused):
                self.manager.delete(FAMILY, channel_id)
