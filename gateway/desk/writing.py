"""How a desk reaches a caller: it writes, sends a link, lets the gateway answer again, rings back.

Each act is a method; what cannot be done is ``NotDone``.
"""

from __future__ import annotations

from collections.abc import Sequence

from gateway.desk.calling_back import CallingBack
from gateway.desk.draft import Draft, draft
from gateway.desk.linking import Linking, may_link
from gateway.desk.not_done import NotDone
from gateway.desk.rights import has_it, may_call_back, may_read, may_write
from gateway.desk.sight import Sight
from gateway.desk.why_not import why_not_rung
from gateway.incident.summary import Incident
from gateway.incident.timeline import Entry, Kind
from gateway.location_link import LEAVES_WITHIN_SECONDS
from gateway.messages.replies import reply_entry
from gateway.messages.thread import way_to
from gateway.rules.phrases import Phrase, phrase_in
from gateway.store.waiting import Wait


class Writing(Sight):
    """The acts; duty.py says what its attributes are."""

    linking: Linking | None
    calling_back: CallingBack | None

    def draft(self, incident: str, text: str) -> Draft:
        """What would be sent, and what speaks against it."""
        return self._draft(incident, " ".join(text.split()), self.language)

    def draft_phrase(self, incident: str, phrase: str, language: str = "") -> Draft:
        """A canned phrase in the writer's language, or the one given.

        Raises:
            NotDone: there is no such phrase.
        """
        language = language or self.open(incident).language
        try:
            chosen: Phrase = phrase_in(language, phrase)
        except KeyError:
            raise NotDone("no_phrase", phrase=phrase) from None
        if chosen.link:
            raise NotDone("no_phrase", phrase=phrase)
        return self._draft(incident, chosen.text, chosen.language, chosen.name)

    def draft_link(self, incident: str) -> Draft:
        """A link by which the caller's telephone tells its place, and what speaks against it.

        Raises:
            NotDone: this desk may not write to the caller, no text reaches the number, or there may be no link here.
        """
        entries, known, waits = self._look_up(incident)
        may_link(self.agency, self.desk, known, waits, entries)
        if self.linking is None:
            raise NotDone("no_link")
        return self.linking.draft(known, entries, self.now())

    def write(self, draft: Draft) -> None:
        """Send it to the writer. The same draft again, after a fault, is the same reply.

        Raises:
            NotDone: this desk may not write in this thread, nobody can be answered, or it is closed.
        """
        entries, incident, waits = self._look_up(draft.incident)
        if draft.link:
            may_link(self.agency, self.desk, incident, waits, entries)
        else:
            self._may_write(entries, incident, waits)
        way = self.linking.way(incident, entries) if self.linking else way_to(entries)
        if way is None:
            raise NotDone("unreachable")
        if not draft.text:
            raise NotDone("empty")
        valid = self.rulebook().policies.messages.desk_valid
        entry = reply_entry(
            draft.incident, way, draft.text, self.now(), key=draft.id, by=f"desk:{self.desk}",
            valid_seconds=min(valid, LEAVES_WITHIN_SECONDS) if draft.link else valid, phrase=draft.phrase,
            language=draft.language, urgent=True, link=draft.link,
        )  # fmt: skip
        self.store.add([entry])

    def call_back(self, incident: str) -> None:
        """Ring this desk, and once it is taken, the caller. Where it may be violence only with the caller's consent.

        Raises:
            NotDone: it is not this desk's, the caller has not consented, or nobody can be rung.
        """
        entries, known = self.may_ring(incident)
        self._calling_back().ring(self.desk, known, entries, discreet=not self.agency.sees_violence)
        data = {"what": "call_back", "outcome": "asked", "why": "its desk rings", "by": f"desk:{self.desk}"}
        self.store.add([Entry(incident, Kind.FOLLOW_UP, self.now(), data)])

    def may_ring(self, incident: str) -> tuple[list[Entry], Incident]:
        """The timeline of a case whose caller this desk may call back, and now could.

        Raises:
            NotDone: it may not.
        """
        entries, known, waits = self._look_up(incident)
        if not may_call_back(self.agency, self.desk, known, waits, entries):
            raise NotDone(why_not_rung(self.agency, self.desk, known, waits, entries))
        self._calling_back().check(self.desk, self.rulebook().policies)
        return entries, known

    def _calling_back(self) -> CallingBack:
        if self.calling_back is None:
            raise NotDone("no_trunk")
        return self.calling_back

    def unmute(self, incident: str) -> None:
        """Let the gateway answer of itself again."""
        entries, known, waits = self._look_up(incident)
        self._may_write(entries, known, waits)
        if known.muted:
            self.store.add([Entry(incident, Kind.UNMUTED, self.now(), {"by": f"desk:{self.desk}"})])

    def _draft(self, incident: str, text: str, language: str, phrase: str = "") -> Draft:
        entries, known, waits = self._look_up(incident)
        self._may_write(entries, known, waits)
        return draft(incident, entries, text, language, phrase)

    def _may_write(self, entries: Sequence[Entry], incident: Incident, waits: Sequence[Wait]) -> None:
        if incident.closed:
            raise NotDone("over")
        # First whether it has it: of what it only was told of, no refusal may say which one is violence.
        if not self.agency.sees_violence and not has_it(self.desk, waits, entries):
            raise NotDone("not_yours")
        if not may_read(self.agency, incident):
            raise NotDone("not_readable")
        if not may_write(self.agency, self.desk, incident, waits, entries):
            raise NotDone("not_yours")
