"""What the routing rules say, as values: agencies and their desks, trunks, policies. The package loads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from gateway.incident.routing import Rules
from gateway.webhooks import Event
from sms.policies import MessagePolicies

OPERATORS = "112"
"""The agency at the end of every chain. Its callers wait for ever rather than being dropped."""


PROTECTION = "ppa"
"""The agency for the protection of women and children. Where there is one, it learns of every case of violence."""


class DeskKind(StrEnum):
    TELEPHONE = "telephone"  # a SIP telephone; hears the whisper before the caller is joined
    BROWSER = "browser"  # WebRTC; sees what a telephone hears


class LocationForm(StrEnum):
    """How a desk's endpoint is given the location. A browser (JsSIP) answers 415 to a body by value."""

    VALUE = "value"  # PIDF-LO in the body of the INVITE
    REFERENCE = "reference"  # a URL of ours in Geolocation


class Accept(StrEnum):
    """How a desk takes a call that was handed to it. Until then its caller is still the queue's."""

    KEY = "key"  # it answers, hears what it is, and presses 1
    ANSWER = "answer"  # to answer is to accept


class FollowUp(StrEnum):
    """What is done for a caller who hung up before any desk answered."""

    CALL_BACK = "call_back"
    SMS = "sms"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Desk:
    """Where an agency's call taker receives contacts. The id is also its SIP user name, such as ``110-1``."""

    id: str
    kind: DeskKind
    location: LocationForm
    accept: Accept = Accept.ANSWER


@dataclass(frozen=True, slots=True)
class Target:
    """Where a waiting call goes on to.

    Attributes:
        after: seconds in the target before, after which this one is tried.
        queue: an agency; None: the ``number`` is dialled over the ``trunk``.
        number: E.164 or a service number as the trunk takes it.
    """

    after: int
    queue: str | None = None
    trunk: str | None = None
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where an agency's own system is told what happens to its incidents.

    Attributes:
        url: https, or http to this machine.
        events: what it is told of.
    """

    url: str
    events: frozenset[Event]


@dataclass(frozen=True, slots=True)
class Agency:
    """Who answers a queue.

    Attributes:
        id: name of its queue, such as ``110``.
        name_id, name_en: what people see, in Indonesian and English.
        short: a word or two for narrow displays.
        sees_violence: its task needs to know that a case is one of violence; others see need and place.
        overflow: further targets in order. Ends with the operators, whatever the file says; empty for the operators.
        webhook: None: it has none.
    """

    id: str
    name_id: str
    name_en: str
    short: str
    sees_violence: bool
    desks: tuple[Desk, ...]
    overflow: tuple[Target, ...]
    webhook: Webhook | None = None


@dataclass(frozen=True, slots=True)
class Trunk:
    """A carrier, a city's exchange or a partner that sends us calls, takes calls of ours, or both.

    Attributes:
        addresses: IP addresses or networks in CIDR notation; a call from one of them is this trunk's.
        username: name for SIP digest authentication; its password is a secret, never in the rules.
        area: official code (NN, NN.NN, NN.NN.NN or NN.NN.NN.NNNN) of the area it serves; None: from anywhere.
        area_name: that area's name as people say it; empty without an area.
        twilio: calls were received by Twilio and are handed on to us with an incident already open.
        outgoing: host[:port] or sip: URI that takes our calls; None: it takes none.
    """

    name: str
    addresses: tuple[str, ...] = ()
    username: str | None = None
    area: str | None = None
    area_name: str = ""
    twilio: bool = False
    outgoing: str | None = None


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A city around, which has a 112 of its own. A desk is told of it; nothing hands a call over by itself.

    Attributes:
        code: official code of its area.
        trunk, number: where its 112 takes calls of ours; None: it takes none.
        say: how else a person reaches it, in the operator's own words; empty: nobody has said.
    """

    code: str
    name: str
    trunk: str | None = None
    number: str | None = None
    say: str = ""


@dataclass(frozen=True, slots=True)
class Policies:
    """What holds for every agency. Times are seconds.

    Attributes:
        repeats_join_within: the same number calling again this soon after joins its open incident.
        repeats_remember: so long after a case of violence, of silence, or muted, the same number's next one is taken in
            its light, whether it was closed or not.
        unfiled_abandoned: what follows when a caller hangs up before the dialogue's end.
        follow_up_after: time between the hang-up and what follows it; a caller who rings again first needs none.
        neutral_sms: the one text that may follow a hang-up, by language (``id``, ``en``).
        raise_at: share of a rule's wait_at_most after which a waiting call is put before all others.
        unattended_seconds: a call waits this long in a queue where no desk is logged in.
        operators_after: a call waits this long in a chain's last target before it goes to the operators.
        callback_trunk: the trunk that calls back; None: nobody is called back.
        callback_attempts, callback_every: how often and how far apart.
        messages: what writers are answered of itself.
    """

    repeats_join_within: int = 3600
    repeats_remember: int = 43_200
    unfiled_abandoned: FollowUp = FollowUp.SMS
    follow_up_after: int = 20
    neutral_sms: dict[str, str] = field(default_factory=dict)
    raise_at: float = 0.5
    unattended_seconds: int = 5
    operators_after: int = 30
    callback_trunk: str | None = None
    callback_attempts: int = 2
    callback_every: int = 120
    messages: MessagePolicies = field(default_factory=MessagePolicies)


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Everything in force together: one file, read at one time."""

    rules: Rules
    agencies: dict[str, Agency]
    trunks: dict[str, Trunk]
    policies: Policies
    neighbours: Mapping[str, Neighbour] = field(default_factory=dict)

    @property
    def discreet(self) -> frozenset[str]:
        """The agencies that may not know that a case is one of violence."""
        return frozenset(agency.id for agency in self.agencies.values() if not agency.sees_violence)
