"""A call performed over TwiML: each key is a new request, each answer a document. The same table as over AGI."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from gateway import tokens
from gateway.channels import ticket, twilio
from gateway.channels.ticket import Asked, Dialled
from gateway.channels.twilio_target import targets
from gateway.contact import Contact, IncomingCall, pack, unpack
from gateway.incident.report import Caller, Report
from gateway.incident.timeline import Entry, Job, Kind
from gateway.intake import Intake
from gateway.journal import Journal
from gateway.numbers import clean_for_display, e164
from gateway.rules.rulebook import OPERATORS, Rulebook
from gateway.settings import Settings
from gateway.sounds.prompts import Language
from ivr.flow import CALL
from ivr.steps import Code, HandOff, Position, Walk, is_code, report_of

CHANNEL = "twilio"
HANDOFF_LIVES_SECONDS = 300
"""From the document to the INVITE that it causes; a header that leaks later opens nothing."""

READABLE_SECONDS = 10
"""After the store is back: by then all that was spooled of a call is in its timeline."""

OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
"""Values of CallStatus after which nobody is on the line."""

ANSWERED = frozenset({"completed", "answered"})
"""Values of DialCallStatus for a leg that was taken."""

Form = Mapping[str, str]


def incident_of_call(settings: Settings, call_sid: str) -> str:
    """The identifier of the incident that a call opens: always the same, so that a repeated request opens no other."""
    secret = tokens.make(settings, "incident", call_sid, 0)
    return hashlib.sha256(secret.encode()).hexdigest()[:24]


def left_at(told: Sequence[Entry], call_sid: str) -> tuple[str, Report] | None:
    """The question at which a call was left, and what its caller had told; None: it came further, or nowhere."""
    own = [entry for entry in told if entry.channel_id == call_sid]
    asked = [entry.data for entry in own if entry.kind is Kind.ASKED]
    if not asked or any(entry.kind is Kind.HANDED_OFF for entry in own):
        return None
    step = str(asked[-1].get("step"))
    return step, report_of(CALL, Position(step, language=str(asked[-1].get("language"))))


@dataclass(frozen=True, slots=True)
class TwilioCalls:
    """Answers Twilio's requests. Keeps nothing between them but what the intake writes and the tickets carry."""

    settings: Settings
    intake: Intake
    journal: Journal
    rulebook: Callable[[], Rulebook]
    languages: Mapping[str, Language]

    def arrive(self, form: Form, now: float) -> str:
        """A new call: kept before it is answered with the first question."""
        contact = self._open(form, now)
        walk = Walk(CALL)
        return self._go_on(
            Asked(form["CallSid"], contact.incident, int(now), walk.position, tuple(walk.steps)), form, now
        )

    def key(self, form: Form, token: str, now: float) -> str:
        """A key was pressed, or none in time. Without a ticket of ours, whatever the reason, an operator answers."""
        asked = ticket.read_asked(self.settings, token, form["CallSid"], now)
        if asked is None:
            return self._to_operators(form, now)
        walk = Walk(CALL, asked.position)
        walk.steps[:0] = asked.steps[:-1]
        keyed = form.get("Digits", "")
        if is_code(walk.step, keyed):
            self.intake.keyed(Contact(asked.incident, self._call(form, now)), keyed, now)
        walk.press(pressed(keyed))
        return self._go_on(replace(asked, position=walk.position, steps=tuple(walk.steps)), form, now)

    def dialled(self, form: Form, token: str, now: float) -> str:
        """A target's call has ended, or the wait between two rounds of targets."""
        done = ticket.read_dialled(self.settings, token, form["CallSid"], now)
        if done is None:
            return self._to_operators(form, now)
        answered = done.turn > 0 and form.get("DialCallStatus") in ANSWERED
        gone = form.get("CallStatus") in OVER
        if gone and not answered:
            self._abandon(done.incident, form, unpack(done.order)[2], "hand_off", now)
        elif done.turn and not answered:
            failed = targets(self.settings)[done.turn - 1]
            self.journal.alarm(f"Twilio could not connect a caller to {failed.sip or 'the operators by telephone'}")
        if answered and self._met_a_person(done, now):
            return twilio.end()
        # Also for who has gone: nobody is there to perform it, and if Twilio is wrong, nobody is hung up on.
        return self._dial(done, form, now)

    def status(self, form: Form, now: float) -> None:
        """What Twilio says of a call besides. Only its end counts; what comes late or twice is harmless."""
        call_sid, status = form["CallSid"], form.get("CallStatus", "")
        if status not in OVER:
            return
        # Unknown: the call went by the fallback document. It is opened now, so that it leaves a trace.
        incident = self.journal.incident_of(f"{CHANNEL}:{call_sid}:opened") or self._open(form, now).incident
        told = self.journal.timeline(incident)
        left = left_at(told or (), call_sid)
        if left:
            self._abandon(incident, form, left[1], left[0], now)
        # How far the caller came cannot be read now: it is decided once it can.
        later = Job("abandon", (incident, call_sid), key=f"abandon:{call_sid}", after=READABLE_SECONDS)
        data = {"seconds": whole_number(form.get("CallDuration", "")), "cause": status}
        ended = Entry(incident, Kind.ENDED, now, data, f"{CHANNEL}:{call_sid}:ended", call_sid)
        self.journal.add([ended], [later] if told is None else [])

    def _go_on(self, asked: Asked, form: Form, now: float) -> str:
        walk = Walk(CALL, asked.position)
        step, language = walk.step, asked.position.language
        if isinstance(step, HandOff):
            return self._hand_off(asked, walk.report, form, now)
        if isinstance(step, Code):
            return twilio.collect(step.most, step.wait, self._url("key", asked))
        position = asked.position
        data = {"step": position.step, "tries": position.tries, "language": language, "nature": step.nature.value}
        key = f"{CHANNEL}:{asked.call_sid}:asked:{language}:{position.step}:{position.tries}"
        self.journal.add([Entry(asked.incident, Kind.ASKED, now, data, key, asked.call_sid)])
        return twilio.ask(self._speech(language, step.prompt), step.wait, self._url("key", asked))

    def _to_operators(self, form: Form, now: float) -> str:
        contact = self._open(form, now)
        self.journal.alarm("a Twilio request came without a ticket of ours", contact.incident)
        position = Position(step="operator")
        return self._go_on(Asked(form["CallSid"], contact.incident, int(now), position, ("operator",)), form, now)

    def _hand_off(self, asked: Asked, report: Report, form: Form, now: float) -> str:
        known = self.journal.incident(asked.incident)
        # With the store away, what can be found out without it is found out again; keys make it harmless.
        contact = (
            Contact(asked.incident, self._call(form, now), earlier=known)
            if known
            else self._open(form, now, asked.incident)
        )
        order = self.intake.hand_off(contact, report, asked.steps, now)
        place = order.told[: twilio.LONGEST_PLACE]
        done = Dialled(
            asked.call_sid, order.incident, asked.since, pack(order), place, report.silent, report.language
        )  # fmt: skip
        return self._dial(done, form, now)

    def _dial(self, done: Dialled, form: Form, now: float) -> str:
        """Nothing is said first: it would delay the desk. Asterisk says it while the desk rings."""
        chain = targets(self.settings)
        if done.turn >= len(chain):
            self.journal.alarm("a caller through Twilio reaches nobody and is kept on the line", done.incident)
            waiting = None if done.silent else self._speech(done.language, "connecting")
            return twilio.hold(self._url("dialled", replace(done, turn=0)), waiting)
        handoff = tokens.make(self.settings, "handoff", done.order, now + HANDOFF_LIVES_SECONDS)
        headers = {"X-Incident-ID": done.incident, "X-Handoff": handoff, "X-Location": done.place}
        # A number of ours, where the caller has none that could be shown.
        shown = "" if e164(form.get("From")) else e164(form.get("To")) or ""
        action = self._url("dialled", replace(done, turn=done.turn + 1))
        return twilio.dial(chain[done.turn], headers, action, caller_id=shown)

    def _met_a_person(self, done: Dialled, now: float) -> bool:
        """Whether somebody spoke with the caller on the leg that has just ended.

        Asterisk answers before a desk does, so an answered leg proves nothing; the timeline does. If it cannot be read,
        the caller is on the line still, and is better connected once too often.
        """
        if targets(self.settings)[done.turn - 1].number:
            data = {"queue": OPERATORS, "desk": "telephone"}
            key = f"{CHANNEL}:{done.call_sid}:answered"
            self.journal.add([Entry(done.incident, Kind.ANSWERED, now, data, key, done.call_sid)])
            return True
        told = self.journal.timeline(done.incident) or ()
        return any(entry.kind is Kind.ANSWERED and entry.at >= done.since for entry in told)

    def _abandon(self, incident: str, form: Form, report: Report, step: str, now: float) -> None:
        contact = Contact(incident, self._call(form, now), earlier=self.journal.incident(incident))
        self.intake.abandon(contact, report, step, now)

    def _open(self, form: Form, now: float, incident: str = "") -> Contact:
        return self.intake.open(self._call(form, now), incident or incident_of_call(self.settings, form["CallSid"]))

    def _call(self, form: Form, now: float) -> IncomingCall:
        trunk = next((trunk.name for trunk in self.rulebook().trunks.values() if trunk.twilio), CHANNEL)
        caller = Caller(e164(form.get("From")), trunk, clean_for_display(form.get("From")))
        return IncomingCall(CHANNEL, form["CallSid"], caller, now, dialled=clean_for_display(form.get("To")))

    def _url(self, what: str, carried: Asked | Dialled) -> str:
        return f"{self.settings.public_url}/twilio/voice/{what}?at={ticket.seal(self.settings, carried)}"

    def _speech(self, language: str, name: str) -> twilio.Speech:
        """A prompt as its sound file, under a URL that changes with it (Twilio caches); else as text."""
        path = f"sounds/{language}/{name}.wav"
        try:
            url = f"{self.settings.public_url}/{path}?v={(self.settings.state / path).stat().st_mtime_ns}"
        except OSError:
            url = ""
        return twilio.Speech(language, self.languages[language].text(name), url)


def pressed(digits: str) -> str | None:
    """The key pressed; None for none. What no telephone has counts as a key that means nothing: somebody is there."""
    if not digits:
        return None
    return digits if len(digits) == 1 and digits in "0123456789*#" else "?"


def whole_number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
