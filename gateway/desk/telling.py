"""What a desk tells of a case besides its place: what it is, what the caller consents to, what is done, who shall know.

Each act is a method; what cannot be done is ``NotDone``.
"""

from __future__ import annotations

from gateway.desk.care import needs_consent
from gateway.desk.not_done import NotDone
from gateway.desk.rights import has_it, may_care, may_correct, may_inform
from gateway.desk.sight import Sight
from gateway.hand_off import inform_jobs
from gateway.incident.limits import LIMITS
from gateway.incident.report import Nature
from gateway.incident.summary import NO, UNKNOWN, YES, Incident
from gateway.incident.timeline import Entry, Kind
from gateway.messages.mute import NOT_SAFE, muted
from gateway.messages.parting import parted, route_of_violence

CONSENTS = (YES, NO, UNKNOWN)
LONGEST_NOTE = 1000


class Telling(Sight):
    """The acts; duty.py has the others."""

    def correct(self, incident: str, nature: str) -> None:
        """Say what the case is. Who must know of violence, and who answers its words, follows at once.

        Raises:
            NotDone: no such nature, it is violence, or not this desk's to say.
        """
        if nature not in set(Nature) - {Nature.UNKNOWN}:
            raise NotDone("no_nature", nature=nature[:20])
        entries, known, waits = self._look_up(incident)
        if known.nature == Nature.VIOLENCE and self.agency.sees_violence:
            raise NotDone("stays_violence")
        if not may_correct(self.agency, self.desk, known, waits, entries):
            raise NotDone("over" if known.closed else "not_yours")
        if nature == known.nature:
            return
        now = self.now()
        said = {"nature": nature, "before": known.nature, "by": f"desk:{self.desk}"}
        told = Entry(incident, Kind.NATURE, now, said)
        jobs = []
        if nature == Nature.VIOLENCE:
            route = route_of_violence(self.rulebook(), known, entries)
            concerned = dict.fromkeys((route.queue, *route.inform))
            jobs = inform_jobs(incident, [name for name in concerned if name != self.agency.id])
        self.store.add([told], jobs)
        whole = [wait.queue for wait in waits if not wait.part]
        if whole:
            self.store.add(parted(incident, [*entries, told], self.rulebook(), now, whole[0]))

    def consent(self, incident: str, safe_to_call: str, share: str, note: str = "") -> None:
        """Keep what the caller said: whether a call is safe, and whether what was told may be passed on. Where it is
        not safe, the gateway answers nothing more of itself.

        Args:
            safe_to_call, share: yes, no, unknown.

        Raises:
            NotDone: it is none of these, or not for this desk.
        """
        if safe_to_call not in CONSENTS or share not in CONSENTS:
            raise NotDone("no_consent")
        entries, known = self._may_care(incident)
        said = {"safe_to_call": safe_to_call, "share": share, "note": note[:LONGEST_NOTE], "by": f"desk:{self.desk}"}
        told = [Entry(incident, Kind.CONSENT, self.now(), said)]
        if safe_to_call == NO and not known.muted and not known.closed:
            told.append(muted(incident, NOT_SAFE, entries, self.now()))
        self.store.add(told)

    def consent_to_call(self, incident: str, safe_to_call: str, note: str = "") -> None:
        """Keep whether a call is safe; what may be passed on stays as it was told.

        Raises:
            NotDone: as in ``consent``.
        """
        self.consent(incident, safe_to_call, self._look_up(incident)[1].share, note)

    def done_in_time(self, incident: str, what: str) -> None:
        """Keep that something which the law wants in time has been done.

        Raises:
            NotDone: the law wants no such thing, or it is not for this desk.
        """
        if what not in LIMITS:
            raise NotDone("no_timer")
        self._may_care(incident)
        said = {"what": what, "by": f"desk:{self.desk}"}
        self.store.add([Entry(incident, Kind.TIMER, self.now(), said, f"{incident}:timer:{what}")])

    def inform(self, incident: str, agency: str) -> None:
        """Tell another agency of the case; of violence it learns what it may know.

        Raises:
            NotDone: there is no such agency, it has the case, or this desk has nothing of it.
        """
        entries, known, waits = self._look_up(incident)
        if agency not in self.rulebook().agencies or agency == self.agency.id:
            raise NotDone("no_agency", agency=agency[:20])
        if not may_inform(self.desk, known, waits, entries):
            raise NotDone("over" if known.closed else "not_yours")
        told = {"agency": agency, "by": f"desk:{self.desk}"}
        # The key of the rules' own word to it (gateway/jobs/follow_up.py): each agency is told once.
        self.store.add([Entry(incident, Kind.INFORMED, self.now(), told, f"informed:{incident}:{agency}")])

    def _may_care(self, incident: str) -> tuple[list[Entry], Incident]:
        entries, known, waits = self._look_up(incident)
        if not may_care(self.agency, self.desk, known, waits, entries):
            own = self.agency.sees_violence and has_it(self.desk, waits, entries)
            raise NotDone("no_danger" if own and not needs_consent(known) else "not_for_you")
        return entries, known
