"""A telephone call performed over a line: opened, answered, asked, handed off to a queue, or abandoned by its caller.

Whatever goes wrong here, the caller reaches a person: the operators' variables are set if that is still possible, and
if it is not, the dialplan leads the call to the operators by itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote

from gateway import tokens
from gateway.channels.agi import HungUp, Line
from gateway.contact import Contact, HandOffOrder, IncomingCall
from gateway.evidence.pidf_document import asterisk_fields
from gateway.incident import service_urn
from gateway.incident.report import Caller, Nature, told_discreetly
from gateway.incident.routing import queue_prio
from gateway.intake import LAST_RESORT_PRIORITY, LAST_RESORT_QUEUE, Intake
from gateway.log import get_logger
from gateway.numbers import clean_for_display, e164
from gateway.settings import Settings
from ivr.entry import entry
from ivr.flow import CALL
from ivr.steps import Code, Flow, HandOff, Walk, is_code

LONGEST_PLACE = 300
"""Characters of a place in words: it becomes a SIP header."""

LONGEST_CALL_ID = 300

LONGEST_FROM = 420
"""Characters of an encoded From header that the dialplan hands on."""

log = get_logger("agi")


@dataclass
class PhoneCalls:
    """Performs every call that the dialplan hands us.

    Attributes:
        alarm: tells the desks of a fault (what, incident or "").
    """

    settings: Settings
    intake: Intake
    alarm: Callable[[str, str], None]
    flow: Flow = field(default_factory=lambda: CALL)
    now: Callable[[], float] = time.time
    _told: set[str] = field(default_factory=set)

    def perform(self, line: Line) -> None:
        """Raises HungUp: the line ended before we were done; all that follows from it is done."""
        if line.script == "call":
            _Dialogue(line, self).perform()
        elif line.script == "resume":
            self._resume(line)
        else:
            self.tell_once(f"the dialplan asks for agi://…/{line.script[:40]}, which we do not have")

    def tell_once(self, what: str) -> None:
        """An alarm that every call would raise anew."""
        if what not in self._told and len(self._told) < 1000:
            self._told.add(what)
            self.alarm(what, "")

    def _resume(self, line: Line) -> None:
        """The leg by which a call handled elsewhere enters our queues; without a good token the operators take it."""
        _, _, token, *_ = [*line.arguments, "", "", ""]
        packed = tokens.read(self.settings, "handoff", token, self.now())
        if packed is None:
            self.alarm("a call came with a hand-off that is not ours or too old: the operators have it", "")
            return
        try:
            values = hand_off_variables(self.intake.resume(packed, self.now()))
        except Exception as fault:
            log.exception("a hand-off could not be resumed", fault=fault, channel_id=line.channel_id)
            values = operators_variables(None, Walk(self.flow))
        line.set_variables(values)
        line.answer()


class _Dialogue:
    """One call, from its first ring to its hand-off."""

    def __init__(self, line: Line, calls: PhoneCalls):
        self._line = line
        self._calls = calls
        self._walk = Walk(calls.flow)
        self._contact: Contact | None = None
        self._order: HandOffOrder | None = None

    def perform(self) -> None:
        try:
            self._lead()
        except HungUp as end:
            self._ended(end)
            raise
        except Exception as fault:
            log.exception("a call could not be led", fault=fault, channel_id=self._line.channel_id)
            try:
                self._line.set_variables(operators_variables(self._contact, self._walk))
            finally:
                self._calls.alarm("a call could not be led and went to the operators", self._incident)

    def _lead(self) -> None:
        line, calls = self._line, self._calls
        self._contact = calls.intake.open(incoming_call(line, calls.now()))
        walk = self._walk = Walk(calls.flow, entry(self._contact.call.service))
        # Known to Asterisk before anything can fail: a call that falls to the last resort keeps its incident.
        line.set_variables({"G112_INCIDENT": self._contact.incident})
        line.answer()
        while not isinstance(step := walk.step, HandOff):
            if isinstance(step, Code):
                self._collect(step)
                continue
            if step.nature is Nature.VIOLENCE:
                self._keep_violence()
            walk.press(line.ask(f"g112/{walk.position.language}/{step.prompt}", step.wait))
        self._order = calls.intake.hand_off(self._contact, walk.report, walk.steps, calls.now())
        line.set_variables(hand_off_variables(self._order))
        for sound in line.failed_sounds:
            calls.tell_once(f"Asterisk cannot play {sound}: run `gateway112 sounds`")

    def _keep_violence(self) -> None:
        """Known to Asterisk and in the timeline before anything else can fail: who falls to the last resort and hangs
        up there is left in peace. Other questions tell nothing that would be worth the caller's time.
        """
        report, position = self._walk.report, self._walk.position
        self._line.set_variables({"G112_NEED": report.nature.value, "G112_DISCREET_NEED": Nature.OTHER.value})
        if self._contact:
            self._calls.intake.asked(self._contact, position.step, report.nature, position.language, self._calls.now())

    def _collect(self, step: Code) -> None:
        digits = self._line.digits(step.most, step.wait)
        if digits and self._contact and is_code(step, digits):
            self._calls.intake.keyed(self._contact, digits, self._calls.now())
        self._walk.press(digits)

    def _ended(self, end: HungUp) -> None:
        if not end.by_caller:
            log.error("a line failed and its call goes on in the dialplan", cause=end.cause, incident=self._incident)
            self._calls.alarm(f"the line to Asterisk failed ({end.cause}): the operators have the call", self._incident)
        elif self._contact:
            calls, walk = self._calls, self._walk
            step, filed = walk.position.step, self._order is not None
            calls.intake.abandon(self._contact, walk.report, step, calls.now(), filed=filed)

    @property
    def _incident(self) -> str:
        return self._contact.incident if self._contact else ""


def incoming_call(line: Line, now: float) -> IncomingCall:
    """The call as the dialplan describes it; see the arguments in asterisk_conf/extensions.conf.j2."""
    given = [*line.arguments, *[""] * 8]
    trunk, network_info, from_header, dialled, number, call_id, service, captured, *_ = given
    caller = Caller(
        # Not from the From header: it may have been cut within the number.
        number=e164(number),
        trunk=clean_for_display(trunk),
        as_given=clean_for_display(from_header.partition(";tag=")[0] or number),
    )
    return IncomingCall(
        channel="sip",
        channel_id=line.channel_id,
        caller=caller,
        at=now,
        dialled=clean_for_display(dialled),
        network_info=network_info,
        call_id=call_id[:LONGEST_CALL_ID],
        from_tag=_from_tag(from_header),
        service=service_urn.name(service),
        captured=captured == "yes",
    )


def _from_tag(header: str) -> str:
    """The tag of a From header; empty if it may have been cut by the dialplan, for half of it is another's."""
    whole = len(quote(header, safe="-_.!~*'()")) < LONGEST_FROM
    return header.rpartition(">")[2].partition(";tag=")[2].partition(";")[0].strip() if whole else ""


def hand_off_variables(order: HandOffOrder) -> dict[str, str]:
    """The order as the dialplan reads it. What the caller hears while the desk rings is the dialplan's, too."""
    return {
        "G112_QUEUE": order.queue,
        "G112_PRIO": str(order.prio),
        "G112_PRIORITY": str(order.priority),
        "G112_INCIDENT": order.incident,
        "G112_NEED": order.need,
        "G112_DISCREET_NEED": order.discreet_need,
        "G112_SILENT": "1" if order.silent else "",
        "G112_LANGUAGE": order.language,
        "G112_BOUND": "" if order.bound is None else str(order.bound),
        "G112_LOCATION_TEXT": clean_for_display(order.told, LONGEST_PLACE),
        "G112_DISCREET_TEXT": clean_for_display(order.told_discreetly, LONGEST_PLACE),
        "G112_LOCATION_URL": order.reference,
        "G112_DISCREET_URL": order.discreet_reference,
        "G112_EIDO_URL": order.eido,
        "G112_DISCREET_EIDO_URL": order.discreet_eido,
        "G112_REFERENCES": " ".join(order.references),
        "G112_WHISPER": "&".join(order.whisper),
        "G112_GEOLOC": asterisk_fields(order.location),
    }


def operators_variables(contact: Contact | None, walk: Walk) -> dict[str, str]:
    """What can be said of a call when nothing could be decided: the operators, and what the caller told so far."""
    report = walk.report
    return {
        "G112_QUEUE": LAST_RESORT_QUEUE,
        "G112_PRIO": str(queue_prio(LAST_RESORT_PRIORITY)),
        "G112_PRIORITY": str(LAST_RESORT_PRIORITY),
        "G112_INCIDENT": contact.incident if contact else "",
        "G112_NEED": report.nature.value,
        "G112_DISCREET_NEED": told_discreetly(report.nature),
        "G112_SILENT": "1" if report.silent else "",
        "G112_LANGUAGE": report.language,
    }
