"""What the story of a contact is given from outside: where it is kept, what is in force, what can be asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from gateway.contact import IncomingCall
from gateway.incident.location import Evidence, EvidenceRefused, Location, Names
from gateway.incident.summary import Incident
from gateway.incident.timeline import Entry, Job
from sms.reading import PlaceRead, Reading

if TYPE_CHECKING:
    from gateway.rules import Rulebook


class Journal(Protocol):
    """Where entries are kept. It never raises and answers in bounded time: a fault of ours costs no caller anything."""

    def add(self, entries: Sequence[Entry], jobs: Sequence[Job] = ()) -> object: ...

    def claim(self, number: str, new: str, now: float, within: float, remember: float) -> tuple[str, Incident | None]:
        """The caller's open incident of the last ``within`` seconds, else ``new``, which then is the open one; and with
        a new one the caller's incident before it, open or closed, if it is at most ``remember`` seconds old.
        """

    def incident(self, identifier: str) -> Incident | None: ...


def no_code() -> EvidenceRefused:
    """There is no table of codes."""
    return EvidenceRefused("keyed code", "no codes were imported", "keyed_code")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the intake is given from outside.

    Attributes:
        gather: evidence of where a caller is, in the order asked; garbled claims as refusals. Never raises.
        names: the gazetteer.
        describe: a location in words and in sounds, for desks.
        describe_discreetly: a location in words, for desks that may not know of violence.
        reference: the URL under which a desk fetches the location.
        discreet_reference: the same for agencies that may not know of violence.
        eido: the URL under which the systems of an agency fetch the incident: of one by its name, or, without a name,
            of any that may know need and place alone.
        read: what a thread of texts says; the texts in their order.
        places: evidence in the place that a message names, and when that was.
        code_place: the place of the post or stop with this code, keyed at this time; never raises.
    """

    journal: Journal
    rulebook: Callable[[], Rulebook]
    gather: Callable[[IncomingCall], Sequence[Evidence | EvidenceRefused]]
    names: Names | None
    describe: Callable[[Location, float], tuple[str, Sequence[str]]]
    reference: Callable[[str, float], str]
    describe_discreetly: Callable[[Location, float], str] = lambda _location, _now: ""
    discreet_reference: Callable[[str, float], str] = lambda _incident, _now: ""
    eido: Callable[[str, str, float], str] = lambda _incident, _agency, _now: ""
    read: Callable[[Sequence[str]], Reading] = lambda _texts: Reading()
    places: Callable[[PlaceRead, float], Sequence[Evidence]] = lambda _place, _at: ()
    code_place: Callable[[str, float], Evidence | EvidenceRefused] = lambda _code, _at: no_code()
