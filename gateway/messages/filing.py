"""Filing: what is in the stream of parts becomes messages in their incidents, look by look.

Parts stay in their stream until their message is filed, and filing twice adds nothing: whenever the store goes away,
and whatever ends this process, the next look begins anew with all that is left. What our code cannot bear goes to the
operators as it came, or stays where it is with an alarm; it holds up nothing else.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from gateway.contact import IncomingMessage
from gateway.incident.timeline import Entry
from gateway.log import get_logger
from gateway.messages import opening
from gateway.messages.intake import Filed, MessageIntake
from gateway.messages.ledger import Ledger
from gateway.messages.locating import Locating
from gateway.messages.part import Part
from gateway.rules.rulebook import Policies
from gateway.store import Store, StoreAway
from gateway.store.messages import START
from sms.reassembly import Joined, Reassembly

BATCH = 100
AGAIN_SECONDS = 30.0
"""What could not be filed is tried again so much later."""

UNREADABLE = (
    "a part of a message is none that we can read, and stays in the stream incoming: somebody has to look at it"
)
UNREAD = "a message could not be read by a fault of ours: it is with the operators as it came"
UNKEPT = (
    "a message could not be filed by a fault of ours, and is tried again: somebody has to look at the stream incoming"
)
UNANSWERED = "a message was not answered by a fault of ours; it is filed, and waits for a desk"
RECEIPT = "a delivery receipt came as a message: the provider's settings for receipts have to be mended"

log = get_logger("messages")


class Bell(Protocol):
    """Whom an alarm is given to."""

    def alarm(self, what: str, incident: str = "") -> None: ...


class Filing:
    """Files what is in the stream of parts, look by look.

    Args:
        policies: those in force; how long a writer's incident is joined, and remembered, is in them.
        bell: given an alarm for each fault of ours.
        answer: told of each incident to which a message came that is whole, or of which no more is awaited.
    """

    def __init__(
        self, store: Store, ledger: Ledger, intake: MessageIntake, locating: Locating, bell: Bell,
        policies: Callable[[], Policies], answer: Callable[[Filed], None], clock: Callable[[], float] = time.time,
    ):  # fmt: skip
        self._store = store
        self._ledger = ledger
        self._intake = intake
        self._locating = locating
        self._bell = bell
        self._policies = policies
        self._answer = answer
        self._clock = clock
        self.begin_anew()

    def begin_anew(self) -> None:
        """Forget all, and read the stream from its start."""
        self._after = START
        self._anew_at = math.inf
        self._reassembly = Reassembly()
        self._locating.forget()

    def look(self, wait: float = 0.0) -> int:
        """File what came, waiting up to ``wait`` seconds for it; how many parts came.

        Raises:
            StoreAway: ``begin_anew`` before the next look.
        """
        if self._clock() >= self._anew_at:
            self.begin_anew()
        found = self._store.messages.incoming(self._after, BATCH, wait)
        now = self._clock()
        told = [joined for identifier, entry in found for joined in self._take(identifier, entry, now)]
        told += self._reassembly.due(now)
        if found:
            self._after = found[-1][0]
        self._file(told, now)
        self._locating.look(now)
        return len(found)

    def _take(self, identifier: str, entry: Entry, now: float) -> list[Joined]:
        try:
            return self._reassembly.add(opening.fragment(Part.from_dict(entry.data), identifier), now)
        except Exception:
            log.exception("a part cannot be read")
            self._bell.alarm(UNREADABLE)
            return []

    def _file(self, told: Sequence[Joined], now: float) -> None:
        if not told:
            return
        done = {joined.name: list[str]() for joined in told}
        for joined in told:
            if joined.final:
                done[joined.name] += joined.ids
        # Of a message that is told of more than once the last time says all.
        latest = {joined.name: joined for joined in told}
        messages = [message for joined in latest.values() if (message := self._opened(joined, done))]
        # An incident's thread is answered once, however many of its messages came.
        whole = {filed.incident: filed for filed in self._batch(messages, now, done) if not filed.message.awaited}
        for incident, filed in whole.items():
            if not self._ledger.is_flooded(incident):
                self._answered(filed)
        self._store.messages.incoming_done([identifier for ids in done.values() for identifier in ids])

    def _answered(self, filed: Filed) -> None:
        try:
            self._answer(filed)
        except Exception:
            log.exception("an answer could not be considered", incident=filed.incident)
            self._bell.alarm(UNANSWERED, filed.incident)

    def _opened(self, joined: Joined, done: dict[str, list[str]]) -> IncomingMessage | None:
        """The message in these parts; None if it is a machine's alone, which is then seen to."""
        try:
            message = opening.message(joined)
            if opening.is_receipt(message.text):
                self._bell.alarm(RECEIPT)
                return None
            if (told := opening.aml_told(joined, message.text)) is not None:
                written = opening.beside_aml(message)
                if joined.final:
                    # What a person wrote beside it has to be filed before the parts leave the stream.
                    self._locating.hold(message, told, [] if written else done.pop(joined.name))
                return written
        except Exception:
            log.exception("a message could not be opened")
            self._bell.alarm(UNREAD)
            return opening.as_it_came(joined)
        return message

    def _batch(self, messages: Sequence[IncomingMessage], now: float, done: dict[str, list[str]]) -> list[Filed]:
        """File messages together; what the store refuses though it takes others is left in the stream for a while."""
        try:
            return self._together(messages, now, done) if messages else []
        except StoreAway:
            self._store.check_writable()
        if len(messages) == 1:
            self._leave(messages[0], now, done)
            return []
        middle = len(messages) // 2
        return [*self._batch(messages[:middle], now, done), *self._batch(messages[middle:], now, done)]

    def _together(self, messages: Sequence[IncomingMessage], now: float, done: dict[str, list[str]]) -> list[Filed]:
        kept = []
        policies = self._policies()
        groups = self._ledger.open(messages, policies.repeats_join_within, policies.repeats_remember)
        for incident, group in groups.items():
            # A telephone tells where it is before its owner has written a word, or with the word.
            if located := self._located(incident, group):
                self._ledger.add(located)
            try:
                kept += self._intake.take(incident, group, now)
            except StoreAway:
                raise
            except Exception as fault:
                log.exception("messages could not be read", incident=incident)
                self._bell.alarm(UNREAD, incident)
                kept += self._unread(incident, group, type(fault).__name__, now, done)
        self._ledger.save()
        return kept

    def _located(self, incident: str, group: Sequence[IncomingMessage]) -> list[Entry]:
        located = self._locating.of(group, incident)
        if not any(message.requests for message in group):
            return located
        told = self._ledger.timeline(incident)
        return [*located, *(entry for message in group for entry in self._locating.with_it(message, incident, told))]

    def _leave(self, message: IncomingMessage, now: float, done: dict[str, list[str]]) -> None:
        log.error("a message could not be filed")
        self._bell.alarm(UNKEPT)
        done.pop(message.id, None)
        self._anew_at = min(self._anew_at, now + AGAIN_SECONDS)

    def _unread(
        self, incident: str, messages: Sequence[IncomingMessage], why: str, now: float, done: dict[str, list[str]]
    ) -> list[Filed]:
        kept = []
        for message in messages:
            try:
                kept.append(self._intake.take_unread(incident, message, why, now))
            except StoreAway:
                raise
            except Exception:
                log.exception("a message could not be filed", incident=incident)
                self._leave(message, now, done)
        return kept
