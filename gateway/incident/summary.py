"""What an incident's timeline adds up to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from gateway.incident.report import Nature
from gateway.incident.timeline import Entry, Kind

LOOP = "loop"
"""Why a thread is muted in which two machines may be answering each other."""


@dataclass(frozen=True, slots=True)
class Before:
    """The caller's case before this one, as far as it bears on this one.

    Attributes:
        incident, nature: its own; of a chain of cases violence wherever it was in it.
        silent: somebody in it could not speak.
        muted: why nothing more was answered in it of itself; empty: it was.
        agencies: who knew of the violence.
    """

    incident: str
    nature: str = Nature.UNKNOWN.value
    silent: bool = False
    muted: str = ""
    agencies: tuple[str, ...] = ()

    @property
    def may_be_violence(self) -> bool:
        """Whether the next case may be its going on, whatever is said in it."""
        return self.nature == Nature.VIOLENCE or self.muted not in ("", LOOP)

    def as_dict(self) -> dict[str, object]:
        """In JSON's terms; ``before`` gives it back unchanged."""
        return {
            "incident": self.incident,
            "nature": self.nature,
            "silent": self.silent,
            "muted": self.muted,
            "agencies": list(self.agencies),
        }


YES, NO, UNKNOWN = "yes", "no", "unknown"
"""What a caller may have consented to."""


@dataclass(slots=True)
class Incident:
    """What a timeline adds up to: enough to decide what to do next, and to show a desk the state at a glance."""

    id: str
    opened_at: float = 0.0
    last_at: float = 0.0
    number: str | None = None
    trunk: str = ""
    nature: str = "unknown"
    silent: bool = False
    """Somebody in it could not speak, or must not be heard; no later contact takes it back."""
    before: Before | None = None
    priority: int | None = None
    wait_at_most: int | None = None
    queue: str = ""
    rule: str = ""
    inform: tuple[str, ...] = ()
    answered_by: str = ""
    desk: str = ""
    """The desk that has the thread of messages now; not one that has the task alone."""
    life_threat: bool = False
    messages: int = 0
    muted: str = ""
    """Why nothing is answered of itself; empty: it may be."""
    closed: bool = False
    contacts: int = 0
    evidence: list[Mapping[str, object]] = field(default_factory=list)
    """Sources of which something came that could not be read."""
    references: list[str] = field(default_factory=list)
    safe_to_call: str = UNKNOWN
    """Whether the caller may be rung without danger, as last told: yes, no, unknown."""
    share: str = UNKNOWN
    """Whether what the caller told may be passed on, likewise."""
    proposals: list[Mapping[str, object]] = field(default_factory=list)


def add_up(identifier: str, entries: Iterable[Entry]) -> Incident:
    """The incident that these entries, in their order, amount to."""
    incident = Incident(identifier)
    messages: set[object] = set()
    for entry in entries:
        incident.opened_at = incident.opened_at or entry.at
        incident.last_at = max(incident.last_at, entry.at)
        if entry.kind is Kind.MESSAGE:
            # Later parts bring the same message again.
            messages.add(entry.data.get("message"))
        elif tell := _TELLS.get(entry.kind):
            tell(incident, entry.data)
    incident.messages = len(messages)
    return incident


Data = Mapping[str, object]


def _opened(incident: Incident, data: Data) -> None:
    incident.contacts += 1
    incident.number = incident.number or _text_or_none(data.get("number"))
    incident.trunk = incident.trunk or str(data.get("trunk", ""))
    if before := _before(data.get("before")):
        incident.before = before
        incident.silent = incident.silent or before.silent
        incident.muted = incident.muted or before.muted


def _evidence(incident: Incident, data: Data) -> None:
    incident.evidence.append(data)


def _reference(incident: Incident, data: Data) -> None:
    incident.references.append(str(data.get("url", "")))


def _proposed(incident: Incident, data: Data) -> None:
    incident.proposals.append(data)


def _asked(incident: Incident, data: Data) -> None:
    """Who got as far as that question has told it, whatever becomes of the call."""
    if data.get("nature") == Nature.VIOLENCE:
        incident.nature = Nature.VIOLENCE.value


def _filed(incident: Incident, data: Data) -> None:
    _nature(incident, data)
    incident.silent = incident.silent or bool(data.get("silent"))
    incident.life_threat = incident.life_threat or bool(data.get("life_threat"))


def _nature(incident: Incident, data: Data) -> None:
    """Violence once reported marks the incident for good: it decides who may see it."""
    if incident.nature != Nature.VIOLENCE:
        incident.nature = str(data.get("nature", Nature.UNKNOWN))


def _consented(incident: Incident, data: Data) -> None:
    incident.safe_to_call, incident.share = _consent(data, "safe_to_call"), _consent(data, "share")


def _informed(incident: Incident, data: Data) -> None:
    """Who was told of it once goes on being told, whatever a later hand-off says."""
    if data.get("agency"):
        incident.inform = tuple(dict.fromkeys((*incident.inform, str(data["agency"]))))


def _accepted(incident: Incident, data: Data) -> None:
    if data.get("part") != "task":
        incident.desk = str(data.get("desk", ""))


def _released(incident: Incident, data: Data) -> None:
    if data.get("part") != "task":
        incident.desk = ""


def _parted(incident: Incident, _data: Data) -> None:
    incident.desk = ""


def _muted(incident: Incident, data: Data) -> None:
    incident.muted = str(data.get("why", "muted"))


def _unmuted(incident: Incident, _data: Data) -> None:
    incident.muted = ""


def _handed_off(incident: Incident, data: Data) -> None:
    incident.rule = str(data.get("rule", ""))
    incident.queue = str(data.get("queue", ""))
    incident.priority = _priority(data.get("priority"))
    names = dict.fromkeys((*_names(data.get("inform")), *incident.inform))
    incident.inform = tuple(name for name in names if name != incident.queue)
    bound = data.get("wait_at_most")
    incident.wait_at_most = bound if isinstance(bound, int) else None


def _answered(incident: Incident, data: Data) -> None:
    incident.answered_by = str(data.get("desk", ""))


def _closed(incident: Incident, _data: Data) -> None:
    incident.closed, incident.desk = True, ""


_TELLS: Mapping[Kind, Callable[[Incident, Data], None]] = {
    Kind.OPENED: _opened,
    Kind.EVIDENCE: _evidence,
    Kind.REFERENCE: _reference,
    Kind.PROPOSED: _proposed,
    Kind.ASKED: _asked,
    Kind.FILED: _filed,
    Kind.NATURE: _nature,
    Kind.CONSENT: _consented,
    Kind.INFORMED: _informed,
    Kind.ACCEPTED: _accepted,
    Kind.RELEASED: _released,
    Kind.PARTED: _parted,
    Kind.MUTED: _muted,
    Kind.UNMUTED: _unmuted,
    Kind.HANDED_OFF: _handed_off,
    Kind.ANSWERED: _answered,
    Kind.CLOSED: _closed,
}


def _before(value: object) -> Before | None:
    if not isinstance(value, Mapping):
        return None
    return Before(
        incident=str(value.get("incident", "")),
        nature=str(value.get("nature", Nature.UNKNOWN)),
        silent=bool(value.get("silent")),
        muted=str(value.get("muted", "")),
        agencies=_names(value.get("agencies")),
    )


def _priority(value: object) -> int:
    """Whoever wrote odd figures: a case of middling priority is better than one that nobody can read."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() else 3


def _consent(data: Mapping[str, object], name: str) -> str:
    value = str(data.get(name, UNKNOWN))
    return value if value in (YES, NO) else UNKNOWN


def _names(value: object) -> tuple[str, ...]:
    return tuple(str(name) for name in value) if isinstance(value, list | tuple) else ()


def _text_or_none(value: object) -> str | None:
    return str(value) if value else None
