"""TwiML as Twilio takes it: which verbs and attributes there are, and what a target may look like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote
from xml.etree import ElementTree

from tests.twilio_network import Answer, Failed

ATTRIBUTES = {
    "Response": set(),
    "Gather": {"action", "finishOnKey", "input", "method", "numDigits", "timeout", "actionOnEmptyResult"},
    "Play": {"loop", "digits"},
    "Say": {"language", "loop", "voice"},
    "Pause": {"length"},
    "Redirect": {"method"},
    "Dial": {"action", "answerOnBridge", "callerId", "method", "timeLimit", "timeout"},
    "Sip": {"username", "password"},
    "Number": set(),
    "Hangup": set(),
}
VOICES = {("id-ID", "Google.id-ID-Standard-A"), ("en-GB", "Google.en-GB-Standard-A")}
HEADERS_TAKEN = {"user-to-user", "remote-party-id", "p-preferred-identity", "p-called-party-id"}


class Faulty(AssertionError):
    """The application sent a document that would harm a caller."""


@dataclass(frozen=True)
class Leg:
    """A target that a document dials."""

    kind: str
    to: str
    headers: Mapping[str, str]
    caller_id: str
    timeout: int


def parse(answer: Answer) -> ElementTree.Element:
    """Raises Failed: this is no TwiML, or has verbs, attributes or nouns that Twilio does not take."""
    if not answer.content_type.startswith(("text/xml", "application/xml")):
        raise Failed("document", f"content type {answer.content_type}")
    try:
        document = ElementTree.fromstring(answer.body)
    except ElementTree.ParseError as fault:
        raise Failed("document", str(fault)) from None
    if document.tag != "Response":
        raise Failed("document", f"root {document.tag}")
    for element in document.iter():
        unknown = set(element.attrib) - ATTRIBUTES.get(element.tag, set())
        if element.tag not in ATTRIBUTES or unknown:
            raise Failed("document", f"<{element.tag}> with {sorted(unknown)}")
        if element.tag == "Gather" and any(nested.tag not in ("Say", "Play", "Pause") for nested in element):
            raise Failed("document", "a verb in <Gather> that may not be there")
    return document


def read_leg(verb: ElementTree.Element) -> Leg:
    """Raises Faulty: Twilio would not dial this."""
    if len(verb) != 1 or verb[0].tag not in ("Sip", "Number"):
        raise Faulty("one <Sip> alone, or <Number>")
    to, headers = (verb[0].text or "").strip(), ""
    if verb[0].tag == "Sip":
        to, _, headers = to.partition("?")
        if len(to) >= 255 or len(headers) >= 1024:
            raise Faulty(f"a SIP URI of {len(to)} characters with headers of {len(headers)}")
    elif not (to.startswith("+") and to[1:].isdigit()):
        raise Faulty(f"{to!r} is not E.164")
    told = {}
    for pair in headers.split("&") if headers else []:
        name, _, value = pair.partition("=")
        if not (name.lower().startswith("x-") or name.lower() in HEADERS_TAKEN):
            raise Faulty(f"a header {name!r} that Twilio drops")
        if set(value) & set(' "<>\r\n\\?;,:@'):
            raise Faulty(f"a header value that is not encoded: {value!r}")
        told[name] = unquote(value)
    limit, wait = int(verb.get("timeLimit", "14400")), int(verb.get("timeout", "30"))
    if not (1 <= limit <= 86400 and 1 <= wait <= 600):
        raise Faulty("a time that Twilio does not take")
    return Leg(verb[0].tag.lower(), to, told, verb.get("callerId", ""), wait)
