"""What queues add to the story of a contact: calls that came to them without us, callers who hung up in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from gateway.channels.call_back import is_call_back
from gateway.contact import Contact, IncomingCall
from gateway.incident.report import Caller, Nature, Report
from gateway.incident.summary import add_up
from gateway.incident.timeline import Entry, Kind
from gateway.intake import LAST_RESORT_PRIORITY, Intake
from gateway.journal import Journal
from gateway.numbers import clean_for_display, e164
from gateway.queues.events import UNSEEN
from gateway.queues.marks import Mark
from gateway.queues.queued_call import QueuedCall
from gateway.queues.state import Event, endpoint_of, variable
from gateway.rules.rulebook import Rulebook

CHANNEL = "sip"

_BEGUN = (Kind.OPENED, Kind.HANDED_OFF, Kind.QUEUED, Kind.ANSWERED)
_OVER = (Kind.LEFT, Kind.ABANDONED, Kind.ENDED)


@dataclass(frozen=True, slots=True)
class UnfinishedCall:
    """A call of which no end is told, or an end and not what follows it.

    Attributes:
        told: the timeline of its incident.
    """

    incident: str
    channel_id: str
    answered: bool
    told: Sequence[Entry]

    @property
    def queue(self) -> str:
        return next((str(entry.data["queue"]) for entry in reversed(self.own) if entry.data.get("queue")), "")

    @property
    def handed_off(self) -> bool:
        return any(entry.kind in (Kind.HANDED_OFF, Kind.QUEUED) for entry in self.own)

    @property
    def own(self) -> list[Entry]:
        return [entry for entry in self.told if entry.channel_id == self.channel_id]

    @property
    def report(self) -> Report:
        """What was filed of it; a leg of a call that came by another channel has that call's."""
        filed = [entry for entry in self.told if entry.kind is Kind.FILED]
        latest = next(iter([e for e in reversed(filed) if e in self.own] or filed[-1:]), None)
        data = latest.data if latest else {}
        return Report(_nature(data.get("nature")), bool(data.get("silent")))

    def ended_unseen(self, at: float) -> list[Entry]:
        """Entries of its end, when its channel is gone."""
        kinds = (Kind.LEFT, Kind.ENDED) if self.handed_off and not self.answered else (Kind.ENDED,)
        return [_unseen(kind, self.incident, self.channel_id, at) for kind in kinds]


class QueueStory:
    """Opens and abandons contacts for the queues; the intake does what follows from it."""

    def __init__(self, intake: Intake, journal: Journal, rulebook: Callable[[], Rulebook]):
        self._intake = intake
        self._journal = journal
        self._rulebook = rulebook

    def incident_for(self, event: Event, at: float) -> str:
        """The incident of a call that the dialplan queued by itself: the one it was stored under, or a new one.

        Args:
            event: an event of the caller's channel, with the queue.
        """
        channel_id = event["Uniqueid"]
        incident = self.incident_of(channel_id) or self._intake.open(self._call(event, at)).incident
        self._journal.add([_handed_off(incident, channel_id, event["Queue"], at)])
        return incident

    def unseen(self, mark: Mark, now: float) -> None:
        """Tell of a call that is over, of which the dialplan's mark is all we have. Told twice it is told once."""
        channel_id = mark.channel_id
        caller = Caller(e164(mark.number), clean_for_display(mark.trunk), clean_for_display(mark.number))
        call = IncomingCall(CHANNEL, channel_id, caller, mark.at, call_id=mark.call_id)
        incident = self.incident_of(channel_id) or self._intake.open(call).incident
        entries = [_unseen(Kind.ENDED, incident, channel_id, now)]
        if mark.queue:
            entries.insert(0, _handed_off(incident, channel_id, mark.queue, mark.at))
        self._journal.add(entries)
        told = self._journal.timeline(incident)
        if told and now - mark.at <= self._rulebook().policies.repeats_join_within:
            self.abandon_unfinished(UnfinishedCall(incident, channel_id, False, told), now)

    def incident_of(self, channel_id: str) -> str | None:
        """The incident a call is stored under; None if unknown, or while the store is away."""
        return self._journal.incident_of(f"{CHANNEL}:{channel_id}:opened")

    def is_over(self, incident: str, channel_id: str) -> bool | None:
        """Whether a call's end is told; None while the store is away."""
        told = self._journal.timeline(incident)
        return None if told is None else any(entry.channel_id == channel_id and entry.kind in _OVER for entry in told)

    def abandon(self, call: QueuedCall, at: float, *, unseen: bool = False) -> None:
        """The caller hung up before a desk answered. A call of ours that is rung back by nobody is no caller."""
        if call.event["Channel"].startswith("Local/"):
            return
        need = variable(call.event, "G112_NEED")
        report = Report(_nature(need), variable(call.event, "G112_SILENT") == "1")
        contact = Contact(call.incident, self._call(call.event, at), earlier=self._journal.incident(call.incident))
        self._intake.abandon(contact, report, f"queue {call.queue}", at, filed=bool(need), unseen=unseen)

    def abandon_unfinished(self, call: UnfinishedCall, at: float) -> None:
        """The same, of a call that only the timeline knows; what is too old to be news is followed by nothing."""
        within = self._rulebook().policies.repeats_join_within
        if call.answered or is_call_back(call.channel_id) or at - call.own[-1].at > within:
            return
        opened = [e for e in call.told if e.kind is Kind.OPENED and (e in call.own or e.data.get("number"))]
        data = next((e.data for e in opened if e in call.own), opened[0].data if opened else {})
        caller = Caller(str(data.get("number") or "") or None, str(data.get("trunk", "")))
        incoming = IncomingCall(CHANNEL, call.channel_id, caller, at)
        contact = Contact(call.incident, incoming, earlier=add_up(call.incident, call.told))
        step = f"queue {call.queue}" if call.handed_off else "dialogue"
        self._intake.abandon(contact, call.report, step, at, filed=call.handed_off, unseen=True)

    def unfinished(self, incidents: Iterable[str]) -> list[UnfinishedCall]:
        """Calls that these incidents' timelines know in the dialogue, in a queue or at a desk, and not as ended."""
        found = []
        for incident in incidents:
            told = self._journal.timeline(incident) or []
            over = _over(told)
            answered = _at_desks(told)
            # A call that came by another channel is in our queues under an identifier of ours.
            ours = {entry.channel_id for entry in told if entry.kind in _BEGUN and entry.key.startswith(f"{CHANNEL}:")}
            found += [UnfinishedCall(incident, each, each in answered, told) for each in sorted(ours - over)]
        return found

    def _call(self, event: Event, at: float) -> IncomingCall:
        number = event.get("CallerIDNum", "")
        endpoint = endpoint_of(event["Channel"])
        trunks = self._rulebook().trunks.values()
        # A trunk that authenticates by digest has its user name as endpoint.
        trunk = next((trunk.name for trunk in trunks if trunk.username == endpoint), endpoint)
        caller = Caller(e164(number), trunk, clean_for_display(number))
        call_id = unquote(variable(event, "G112_CALL_ID"))
        return IncomingCall(CHANNEL, event["Uniqueid"], caller, at, call_id=call_id)


def _handed_off(incident: str, channel_id: str, queue: str, at: float) -> Entry:
    """The entry of a call that the dialplan queued by itself."""
    data = {"rule": "", "queue": queue, "priority": LAST_RESORT_PRIORITY, "why": "handed off by the dialplan"}
    return Entry(incident, Kind.HANDED_OFF, at, data, f"{CHANNEL}:{channel_id}:handed_off", channel_id)


def _unseen(kind: Kind, incident: str, channel_id: str, at: float) -> Entry:
    return Entry(incident, kind, at, {"why": UNSEEN}, f"{CHANNEL}:{channel_id}:{kind.value}", channel_id)


def _over(told: Sequence[Entry]) -> set[str]:
    """Calls of which all is told. Who left a queue has an ABANDONED entry, too: we may have died before writing it."""
    kinds: dict[str, set[Kind]] = {}
    for entry in told:
        kinds.setdefault(entry.channel_id, set()).add(entry.kind)
    return {
        channel_id
        for channel_id, has in kinds.items()
        if Kind.ABANDONED in has or (Kind.ENDED in has and (Kind.LEFT not in has or is_call_back(channel_id)))
    }


def _at_desks(told: Sequence[Entry]) -> set[str]:
    """Calls that a desk has, or had last."""
    found: set[str] = set()
    for entry in told:
        if entry.kind is Kind.ANSWERED:
            found.add(entry.channel_id)
        elif entry.kind in (Kind.RETURNED, Kind.QUEUED):
            found.discard(entry.channel_id)
    return found


def _nature(text: object) -> Nature:
    try:
        return Nature(str(text))
    except ValueError:
        return Nature.UNKNOWN
