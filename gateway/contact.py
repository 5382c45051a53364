"""What passes between a channel and the intake: a contact as it came, a call in our hands, the queue's order."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from gateway.incident.location import Evidence, Location
from gateway.incident.report import Caller, Nature, Report
from gateway.incident.summary import Incident


@dataclass(frozen=True, slots=True)
class IncomingCall:
    """A call as its channel met it; every text is as hostile as it came.

    Attributes:
        channel: the door it came by (``sip``, ``twilio``).
        channel_id: the call's own name there (Asterisk's uniqueid, Twilio's CallSid).
        dialled: the user part the network asked for.
        network_info: P-Access-Network-Info (RFC 7315 section 5.4), empty if none.
        call_id: SIP's Call-ID, by which what the edge captured of the call is found; empty without SIP.
        from_tag: SIP's From tag, by which nobody else's request is taken for this call's; empty if unknown.
        service: the sub-service of an emergency URN (RFC 5031) that was called, such as ``sos.police``; empty if none.
        captured: the edge captured what the request says of a place; it comes by itself.
        at: when it came, seconds since the epoch.
    """

    channel: str
    channel_id: str
    caller: Caller
    at: float
    dialled: str = ""
    network_info: str = ""
    call_id: str = ""
    from_tag: str = ""
    service: str = ""
    captured: bool = False


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """A message as far as its parts are there; every text is as hostile as it came.

    Attributes:
        id: its name, of which there is one: channel, connector and the provider's id of the part that came first.
        channel: the door it came by, a name in gateway.messages.channel.CHANNELS.
        connector: which line of that door.
        writer: what stands for who wrote it where the number does not: the same for the same sender; empty: unknown.
        caller: the number in E.164, if the sender is one; the connector stands for the trunk.
        at: when we took its first part, seconds since the epoch.
        sent_at: when it was sent, as the provider says.
        total: of how many parts it is.
        missing: numbers of the parts that are not there.
        awaited: what is missing may come any moment.
        requests: the SIP requests of its parts, where something besides the text came in them.
    """

    id: str
    channel: str
    connector: str
    writer: str
    caller: Caller
    destination: str
    text: str
    at: float
    sent_at: float | None = None
    total: int = 1
    missing: tuple[int, ...] = ()
    awaited: bool = False
    requests: tuple[bytes, ...] = ()

    @property
    def key(self) -> str:
        """Names the message, whatever of it is there."""
        return f"{self.id}:message"

    @property
    def state_key(self) -> str:
        """Names the message with the parts that are there."""
        return f"{self.key}:{self.total - len(self.missing)}{'+' if self.awaited else ''}"


@dataclass(slots=True)
class Contact:
    """A call in our hands, from its first ring to its hand-off."""

    incident: str
    call: IncomingCall
    evidence: list[Evidence] = field(default_factory=list)
    earlier: Incident | None = None
    """What is known from earlier contacts of the same caller, when this one joined their incident."""


@dataclass(frozen=True, slots=True)
class HandOffOrder:
    """All that a desk's queue is told about a contact; the channel carries it in its own form.

    Attributes:
        prio: Asterisk's QUEUE_PRIO.
        bound: seconds after which the call goes to the queue's head; None: none.
        need: the nature, for agencies that may see it.
        discreet_need: what agencies see that may not know of violence.
        place: the location in words.
        discreet_place: the same for agencies that may not know of violence.
        whisper: names of the sounds that say the place to a plain telephone.
        reference: URL of the location, expiring; empty if there is no place to fetch it.
        discreet_reference: the same for agencies that may not know of violence.
        eido: URL of the incident for the systems of agencies; empty if there is none.
        discreet_eido: the same for agencies that may not know of violence.
        references: URLs under which others tell the place, as they came.
        proposal: what the place asks for that only a person may do, in words; empty: nothing.
    """

    incident: str
    queue: str
    rule: str
    priority: int
    prio: int
    bound: int | None
    inform: tuple[str, ...]
    need: str
    discreet_need: str
    silent: bool
    language: str
    location: Location
    place: str = ""
    discreet_place: str = ""
    whisper: tuple[str, ...] = ()
    reference: str = ""
    discreet_reference: str = ""
    eido: str = ""
    discreet_eido: str = ""
    references: tuple[str, ...] = ()
    proposal: str = ""

    @property
    def told(self) -> str:
        """What a desk reads in one line: first what the place asks for, for the end may be cut, then the place."""
        return "; ".join(filter(None, (self.proposal, self.place)))

    @property
    def told_discreetly(self) -> str:
        """The same for agencies that may not know of violence."""
        return "; ".join(filter(None, (self.proposal, self.discreet_place)))


def pack(order: HandOffOrder) -> str:
    """What a second leg of the same call (Twilio's into Asterisk) must know to be queued without asking anyone."""
    return json.dumps([order.incident, order.rule, order.need, order.silent, order.language], separators=(",", ":"))


def unpack(text: str) -> tuple[str, str, Report]:
    """Incident, rule's name and report of a packed order.

    Raises:
        ValueError: the text is none of ours.
    """
    try:
        incident, rule, need, silent, language = json.loads(text)
        return str(incident), str(rule), Report(nature=Nature(need), silent=bool(silent), language=str(language))
    except (TypeError, json.JSONDecodeError) as fault:
        raise ValueError("not a packed hand-off") from fault
