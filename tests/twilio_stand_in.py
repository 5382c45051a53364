"""Twilio, as far as a voice application can tell: it signs its requests, waits so long and no longer, tries again,
follows fallback URLs, and performs the TwiML it gets. Written from Twilio's documentation, not from ours.

A document that ends with the caller on the line, a verb or attribute that Twilio does not know, and a sound that cannot
be fetched are failures of whoever wrote the document, and are raised as such.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import parse_qsl, urldefrag, urlencode, urljoin, urlsplit
from xml.etree import ElementTree

from tests.twilio_network import Answer, Failed, Network
from tests.twiml import VOICES, Faulty, Leg, parse, read_leg

ACCOUNT = "AC" + "0" * 32
HANG_UP = "the caller hangs up"
"""In place of a key, or of a dialled target's answer."""
LEAVES = "the caller hangs up after the target has answered"

MOST_DOCUMENTS = 60


class Lost(AssertionError):
    """No document could be had, not even from the fallback URL: the caller heard that there is an error."""


Outcome = str | Callable[[Leg], str]
Result = TypeVar("Result")


@dataclass
class Told:
    """One call, as seen from outside."""

    sid: str
    heard: list[str] = field(default_factory=list)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    legs: list[Leg] = field(default_factory=list)
    fell_back: int = 0
    end: str = ""

    @property
    def paths(self) -> list[str]:
        return [urlsplit(url).path for url, _ in self.requests]


def tried(url: str, ask: Callable[[], Result]) -> Result:
    """What it brings, asked again as the URL's connection overrides say.

    Raises:
        Failed: none of the attempts brought anything.
    """
    overrides = dict(parse_qsl(urldefrag(url).fragment))
    attempts = 1 + int(overrides.get("rc", "1"))
    again = set(overrides.get("rp", "ct").split(","))
    while True:
        attempts -= 1
        try:
            return ask()
        except Failed as failed:
            if not attempts or not ({failed.what, "all"} & again):
                raise


class CallerGone(Exception):
    pass


@dataclass
class Number:
    """A telephone number as it is set up at Twilio."""

    voice_url: str
    token: str
    fallback_url: str = ""
    status_url: str = ""
    number: str = "+622100000112"
    seconds: float = 15.0


class Twilio:
    """One number and the network between Twilio and its application."""

    def __init__(self, number: Number, network: Network):
        self.number = number
        self.network = network
        self._calls = 0

    def call(
        self,
        keys: Iterable[str | None] = (),
        outcomes: Iterable[Outcome] = (),
        caller: str = "+6281200000001",
        **more: str,
    ) -> Told:
        """A call from its arrival to its end.

        Args:
            keys: what the caller does at each question: a key, None for nothing, HANG_UP; nothing after these.
            outcomes: how each dialled target ends (``completed``, ``busy``, ``failed``, ``no-answer``, ``canceled``,
                or a function of the leg that says so; HANG_UP or LEAVES); after these it is HANG_UP.
            more: further parameters of every request.
        """
        self._calls += 1
        told = Told("CA" + hashlib.md5(f"{id(self)}{self._calls}".encode()).hexdigest())
        return _Performance(self, told, iter(keys), iter(outcomes), self.form(told.sid, caller) | more).run()

    def form(self, sid: str, caller: str, status: str = "ringing") -> dict[str, str]:
        """The parameters that go with every request about a call."""
        mine = self.number.number
        return {
            "AccountSid": ACCOUNT, "ApiVersion": "2010-04-01", "CallSid": sid, "CallStatus": status, "Called": mine,
            "CalledCountry": "ID", "Caller": caller, "CallerCountry": "ID", "Direction": "inbound", "From": caller,
            "FromCountry": "ID", "To": mine, "ToCountry": "ID",
        }  # fmt: skip

    def post(self, url: str, form: Mapping[str, str], signature: str | None = None) -> Answer:
        """One signed request, once."""
        target = urldefrag(url).url
        signed = self.sign(target, form) if signature is None else signature
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "User-Agent": "TwilioProxy/1.1",
            "X-Twilio-Signature": signed,
        }
        return self.network.request("POST", target, headers, urlencode(form).encode(), self._waits(url))

    def sign(self, url: str, form: Mapping[str, str]) -> str:
        text = url + "".join(name + form[name] for name in sorted(form))
        return base64.b64encode(hmac.digest(self.number.token.encode(), text.encode(), "sha1")).decode()

    def fetch(self, url: str, form: Mapping[str, str]) -> ElementTree.Element:
        """A document by one of our URLs, tried again as its connection overrides say.

        Raises:
            Failed: none of the attempts brought one.
        """
        return tried(url, lambda: parse(self.answered(url, form)))

    def answered(self, url: str, form: Mapping[str, str]) -> Answer:
        """One signed request, once.

        Raises:
            Failed: it was refused.
        """
        answer = self.post(url, form)
        if answer.status >= 400:
            raise Failed(f"{answer.status // 100}xx", f"{answer.status} {answer.body[:200]!r}")
        return answer

    def _waits(self, url: str) -> float:
        overrides = dict(parse_qsl(urldefrag(url).fragment))
        return min(int(overrides["rt"]) / 1000, self.number.seconds) if "rt" in overrides else self.number.seconds


class _Performance:
    """Performs the documents of one call."""

    def __init__(
        self, twilio: Twilio, told: Told, keys: Iterator[str | None], outcomes: Iterator[Outcome], form: dict[str, str]
    ):
        self.twilio, self.told, self.keys, self.outcomes, self.form = twilio, told, keys, outcomes, form

    def run(self) -> Told:
        number = self.twilio.number
        try:
            document: tuple[str, ElementTree.Element] | None = self._get(number.voice_url, {})
            self.form["CallStatus"] = "in-progress"
            while document:
                if len(self.told.documents) > MOST_DOCUMENTS:
                    raise Faulty("the documents go round in a circle")
                document = self._perform(*document)
        except CallerGone:
            self.told.end = HANG_UP
        self.form["CallStatus"] = "completed"
        if number.status_url:
            self.twilio.post(number.status_url, self.last_words())
        return self.told

    def last_words(self) -> dict[str, str]:
        return self.form | {
            "CallDuration": "42", "Duration": "1", "SequenceNumber": "0", "CallbackSource": "call-progress-events",
            "Timestamp": "Sat, 01 Feb 2025 03:04:05 +0000",
        }  # fmt: skip

    def _get(self, url: str, more: Mapping[str, str]) -> tuple[str, ElementTree.Element]:
        form = self.form | more
        self.told.requests.append((url, form))
        try:
            document = self.twilio.fetch(url, form)
        except Failed as failed:
            fallback = self.twilio.number.fallback_url
            if not fallback:
                raise Lost(str(failed)) from None
            self.told.fell_back += 1
            form = self.form | {"ErrorCode": "11200", "ErrorUrl": urldefrag(url).url}
            url = fallback
            try:
                document = self.twilio.fetch(fallback, form)
            except Failed as twice:
                raise Lost(f"{failed}, then {twice}") from None
        self.told.documents.append(ElementTree.tostring(document, encoding="unicode"))
        return urldefrag(url).url, document

    def _perform(self, url: str, document: ElementTree.Element) -> tuple[str, ElementTree.Element] | None:
        """The next document, or None when a verb has ended the call."""
        for verb in document:
            if verb.tag == "Hangup":
                self.told.end = "the document hangs up"
                return None
            if verb.tag == "Redirect":
                return self._get(urljoin(url, (verb.text or "").strip()), {})
            if verb.tag in ("Gather", "Dial"):
                after = self._gather(url, verb) if verb.tag == "Gather" else self._dial(url, verb)
                if after:
                    return after
            else:
                self._sound(verb)
        raise Faulty(f"the document ended with the caller on the line: {ElementTree.tostring(document)!r}")

    def _gather(self, url: str, verb: ElementTree.Element) -> tuple[str, ElementTree.Element] | None:
        for nested in verb:
            self._sound(nested)
        key = next(self.keys, None)
        if key == HANG_UP:
            raise CallerGone
        finish = verb.get("finishOnKey", "#")
        digits = "" if key is None or key == finish else key
        if not digits and verb.get("actionOnEmptyResult") != "true":
            return None
        more = {"Digits": digits, "msg": "Gather End"} | ({"FinishedOnKey": finish} if key and key == finish else {})
        return self._get(urljoin(url, verb.get("action", url)), more)

    def _dial(self, url: str, verb: ElementTree.Element) -> tuple[str, ElementTree.Element] | None:
        leg = read_leg(verb)
        self.told.legs.append(leg)
        outcome = next(self.outcomes, HANG_UP)
        status = outcome(leg) if callable(outcome) else outcome
        gone = status in (HANG_UP, LEAVES)
        status = {HANG_UP: "canceled", LEAVES: "completed"}.get(status, status)
        more = {"DialCallStatus": status, "DialCallSid": "CA" + "d" * 32}
        if status == "completed":
            more |= {"DialCallDuration": "30", "DialBridged": "true"}
        if leg.kind == "sip":
            more |= {"DialSipResponseCode": "200" if status == "completed" else "503", "DialSipCallId": "x@twilio"}
        if gone:
            # The application is told, but nobody is there to perform what it says.
            self.form["CallStatus"] = "completed"
            if verb.get("action"):
                self._get(urljoin(url, verb.get("action", "")), more)
            raise CallerGone
        return self._get(urljoin(url, verb.get("action", "")), more) if verb.get("action") else None

    def _sound(self, verb: ElementTree.Element) -> None:
        if verb.tag == "Pause":
            return
        if verb.tag == "Say":
            if (verb.get("language"), verb.get("voice")) not in VOICES or not (verb.text or "").strip():
                raise Faulty(f"Twilio cannot say {ElementTree.tostring(verb)!r}")
            self.told.heard.append(str(verb.text))
            return
        url = (verb.text or "").strip()
        answer = self.twilio.network.request("GET", url, {}, b"", self.twilio.number.seconds)
        if answer.status != 200 or not answer.content_type.startswith("audio/"):
            raise Faulty(f"no sound at {url}: {answer.status} {answer.content_type}")
        self.told.heard.append(urlsplit(url).path)
