"""What a desk does, each act a method.

What cannot be done is ``NotDone``. While the store is away it is ``StoreAway``; whatever of it happened all the same, a
second attempt finds, and does not do again.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from gateway.desk.calling_back import CallingBack
from gateway.desk.linking import Linking
from gateway.desk.missed import followed_again, has_taken, missed_for, put_back, taken
from gateway.desk.near import Near
from gateway.desk.not_done import NotDone
from gateway.desk.parts import accepted, call_ended, ended, has_words, taken_back
from gateway.desk.placing import Choice, choices
from gateway.desk.rights import (
    may_accept,
    may_close_call,
    may_place,
    may_read,
)
from gateway.desk.sight import Listed
from gateway.desk.telling import Telling
from gateway.desk.why_not import why_open
from gateway.desk.writing import Writing
from gateway.incident.location import Names
from gateway.incident.summary import Incident
from gateway.incident.timeline import Entry, Kind
from gateway.messages.parting import parted
from gateway.messages.waiting import released
from gateway.rules.rulebook import Rulebook
from gateway.store import Store
from gateway.store.waiting import WORDS, Wait

__all__ = ["MOST_AT_ONCE", "OUTCOMES", "Answers", "Duty", "Listed"]

MOST_AT_ONCE = 3
"""Text conversations that one call taker can follow."""

LONGEST_WHY = 200

OUTCOMES = ("helped", "passed_on", "no_emergency", "no_answer", "duplicate", "drill")


class Answers(Protocol):
    """What the gateway answers of itself."""

    def consider(self, incident: str, now: float) -> object: ...


@dataclass
class Duty(Telling, Writing):
    """One desk on duty. Safe to share between threads.

    Attributes:
        rulebook: the rules in force, asked each time.
        language: of what the desk reads.
        nearby: who helps and who comes; None: nobody is named.
        linking: makes links by which telephones tell their place; None: there are none.
        calling_back: rings this desk, then a caller; None: nobody is called back.
    """

    desk: str
    store: Store
    rulebook: Callable[[], Rulebook]
    answers: Answers
    names: Names | None = None
    language: str = "id"
    now: Callable[[], float] = time.time
    session: str = field(default_factory=lambda: secrets.token_hex(8))
    nearby: Near | None = None
    linking: Linking | None = None
    calling_back: CallingBack | None = None
    _choices: dict[str, list[Choice]] = field(default_factory=dict)
    """What the last typed place may mean, by its incident."""

    # what it does

    def accept(self, incident: str) -> None:
        """Take what waits of it for this agency, or its caller whom nobody answered; of several desks one does.

        Raises:
            NotDone: another desk has it, it went on to another agency, it is over, or there is none.
        """
        entries, known, waits = self._look_up(incident)
        now = self.now()
        offered = [wait for wait in waits if may_accept(self.agency, wait)]
        here = [replace(wait, queue=self.agency.id) for wait in offered]
        taken = accepted(self.agency, self.desk, known, here, now)
        before = [*taken_back(self.agency, offered, now), *self._apart(incident, entries, here, now)]
        if here and any(self.store.add([*before, *taken])[len(before) :]):
            if has_words(taken):
                self.answers.consider(incident, now)
            return
        if self._take_on(incident, entries, known):
            return
        wait = self.wait_of(incident)
        if wait is None:
            raise NotDone("over" if known.closed else "nothing_waits" if entries else "no_case")
        if wait.part == WORDS and not may_read(self.agency, known):
            # Who else has to do with it would tell what it is.
            raise NotDone("nothing_waits")
        if wait.desk and wait.desk != self.desk:
            raise NotDone("taken", desk=wait.desk)
        if wait.queue != self.agency.id:
            raise NotDone("moved", queue=wait.queue)

    def places(self, incident: str, text: str) -> list[Choice]:
        """What a typed place may mean; of several, and of what is only guessed, the desk chooses one, by its number in
        the list.

        Raises:
            NotDone: nothing that is known here, or it is not for this desk to say.
        """
        entries, known, waits = self._look_up(incident)
        self._may_place(entries, known, waits)
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 3 else 0
        if number and number <= len(self._choices.get(incident, ())):
            return [self._choices[incident][number - 1].chosen()]
        found = choices(text, self._seen(incident, entries).offers, self.names)
        self._choices = {incident: found}
        return found

    def place(self, incident: str, choice: Choice) -> None:
        """Say where somebody is: the newest word of a desk is what all are told.

        Raises:
            NotDone: it is not for this desk to say, or the case is closed.
        """
        entries, known, waits = self._look_up(incident)
        self._may_place(entries, known, waits)
        now = self.now()
        claim = choice.evidence(self.desk, now).as_dict()
        self.store.add([Entry(incident, Kind.EVIDENCE, now, claim, f"desk:{self.desk}:{secrets.token_hex(8)}:place")])

    def release(self, incident: str, why: str) -> None:
        """Give all that the desk has of it back: to the head of the queue, and a caller whom nobody answered to the
        list of those.

        Raises:
            NotDone: this desk does not have it, or gives no reason.
        """
        why = " ".join(why.split())[:LONGEST_WHY]
        if not why:
            raise NotDone("no_why")
        now = self.now()
        entries, known, waits = self._look_up(incident)
        gives, jobs = [released(wait, why, now) for wait in waits if wait.desk == self.desk], []
        if found := has_taken(self.agency, self.desk, known, entries, self.rulebook()):
            gives.append(put_back(self.agency, self.desk, incident, found, why, now))
            jobs = followed_again(incident, found)
        if not gives or not any(self.store.add(gives, jobs)):
            raise NotDone("over" if known.closed else "not_yours")

    def close(self, incident: str, outcome: str, note: str = "") -> None:
        """End what the desk has of it: with the words, or a call that is over, the case ends, and the caller's next
        contact opens a new one; with the task alone the case goes on. Another desk's task stays with that desk,
        whoever ends the case.

        Args:
            outcome: one of OUTCOMES.
            note: the desk's own words, kept in the timeline alone.
        """
        if outcome not in OUTCOMES:
            raise NotDone("no_outcome", outcome=outcome)
        entries, known, waits = self._look_up(incident)
        own = [wait for wait in waits if wait.desk == self.desk]
        if not own and not may_close_call(self.desk, known, waits, entries):
            raise NotDone(why_open(self.desk, known, entries))
        now = self.now()
        said: dict[str, object] = {"outcome": outcome, **({"note": note[:1000]} if note else {})}
        if own:
            ends = ended(self.agency, self.desk, known, own, said, now)
        else:
            ends = [call_ended(self.agency, self.desk, known, said, now)]
        self.store.add([*self._apart(incident, entries, own, now), *ends])
        if has_words(ends):
            self.answers.consider(incident, now)

    def _take_on(self, incident: str, entries: Sequence[Entry], known: Incident) -> bool:
        """Whether the caller hung up before anybody answered, and is this desk's now."""
        found = missed_for(self.agency, known, entries, self.rulebook())
        if found is None:
            return False
        if not found.taken_by(self.agency):
            self.store.add([taken(self.agency, self.desk, incident, found, self.now())])
            entries, known, _ = self._look_up(incident)
            found = missed_for(self.agency, known, entries, self.rulebook()) or found
        taker = found.taken_by(self.agency)
        if taker and taker != self.desk:
            raise NotDone("taken", desk=taker)
        return taker == self.desk

    def _apart(self, incident: str, entries: Sequence[Entry], waits: Sequence[Wait], now: float) -> list[Entry]:
        """What gives the words to who may read them, where this desk takes or ends the task before anybody else did."""
        whole = [wait.queue for wait in waits if not wait.part]
        return parted(incident, entries, self.rulebook(), now, whole[0]) if whole else []

    def _may_place(self, entries: Sequence[Entry], incident: Incident, waits: Sequence[Wait]) -> None:
        if incident.closed:
            raise NotDone("over")
        if not may_place(self.agency, self.desk, incident, waits, entries):
            raise NotDone("not_for_you")
