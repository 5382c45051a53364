"""Twilio: its signatures and its documents (TwiML); its messages are in twilio_messages.py.

Twilio hangs up at the end of a document. So every document here ends in a verb that asks for the next one, and a caller
is hung up on only after a person has spoken with them.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from twilio.request_validator import RequestValidator
from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from gateway.channels.twilio_target import Target, sip_uri, targets
from gateway.settings import Settings

SIP_TIMEOUT, NUMBER_TIMEOUT = 10, 60
"""Seconds to wait for an answer: of our Asterisk, which answers at once or is away, and of a person's telephone."""

LONGEST_CALL = 86_400
"""Seconds; the most Twilio allows. Its default cuts a call after four hours."""

LONGEST_PLACE = 300
"""Characters of the location in words, before encoding."""

VOICES = {"id": ("id-ID", "Google.id-ID-Standard-A"), "en": ("en-GB", "Google.en-GB-Standard-A")}


@dataclass(frozen=True, slots=True)
class Speech:
    """What is said to a caller: a sound file's URL, or where there is none, the text for Twilio's own voice."""

    language: str
    text: str
    url: str = ""


def is_genuine(settings: Settings, path: str, form: Mapping[str, str], body: bytes, signature: str) -> bool:
    """Whether Twilio sent this request: it is signed with one of our tokens over the public URL.

    Args:
        path: the path with its query, byte for byte as requested.
        form: the parameters of a form body (a multi-dict keeps repeated ones). A body of another kind counts only if
            the signed URL carries its hash.
    """
    url = settings.public_url + path
    signed: Mapping[str, str] | str
    if form:
        signed = form
    elif body and "bodySHA256" not in parse_qs(urlsplit(url).query):
        return False
    else:
        # The raw body, never an empty form: the package would then leave the body's hash unchecked.
        signed = body.decode(errors="replace")
    tokens = [token.strip() for token in settings.text("twilio_auth_tokens").split(",")]
    return any(token and RequestValidator(token).validate(url, signed, signature) for token in tokens)


def ask(speech: Speech, wait: float, action: str) -> str:
    """Say something, and send the key pressed meanwhile or within ``wait`` seconds, or none, to ``action``."""
    response = VoiceResponse()
    gather = response.gather(
        input="dtmf",
        num_digits=1,
        finish_on_key="",  # otherwise # would be swallowed
        timeout=math.ceil(wait),
        action=action,
        method="POST",
        action_on_empty_result=True,
    )
    _speak(gather, speech)
    response.redirect(action, method="POST")
    return str(response)


def collect(most: int, wait: float, action: str) -> str:
    """Say nothing, and send up to ``most`` digits, ended by # or by ``wait`` seconds without one, or none."""
    response = VoiceResponse()
    response.gather(
        input="dtmf",
        num_digits=most,
        finish_on_key="#",
        timeout=math.ceil(wait),
        action=action,
        method="POST",
        action_on_empty_result=True,
    )
    response.redirect(action, method="POST")
    return str(response)


def dial(target: Target, headers: Mapping[str, str], action: str, caller_id: str = "") -> str:
    """Hand the call to a target; how that ended goes to ``action``, which says what comes next.

    Args:
        headers: ``X-…`` headers of the INVITE, the one that may be cut short last.
        caller_id: the number shown to the target, where the caller's own cannot be shown.
    """
    response = VoiceResponse()
    response.append(_dial(target, headers, caller_id=caller_id or None, action=action, method="POST"))
    return str(response)


def hold(again: str, speech: Speech | None = None, seconds: int = 3) -> str:
    """Nobody could be reached: say something, wait a little, and ask ``again`` what to do."""
    response = VoiceResponse()
    if speech:
        _speak(response, speech)
    response.pause(length=seconds)
    response.redirect(again, method="POST")
    return str(response)


def end() -> str:
    """The call is over: a person has spoken with the caller, or the caller has gone."""
    response = VoiceResponse()
    response.hangup()
    return str(response)


def last_resort(settings: Settings, again: str) -> str:
    """A document that needs nothing of ours but Asterisk, and at the end not even that.

    It names no incident and no place, and asks for nothing after a target has failed but the next one; then ``again``
    (a URL, or one relative to its own) starts it anew. Asterisk puts such a leg into the operators' queue.
    """
    response = VoiceResponse()
    for target in targets(settings):
        response.append(_dial(target, {}))
    response.pause(length=1)
    response.redirect(again, method="POST")
    return str(response)


def fallback_file(settings: Settings) -> Path:
    """What the fallback process serves."""
    return settings.state / "fallback" / "voice.xml"


def write_fallback(settings: Settings) -> Path:
    """Write what the fallback process serves; returns the file.

    Raises:
        SettingsRefused: a target is malformed; the file stays as it was.
    """
    file = fallback_file(settings)
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    with fresh.open("w", encoding="utf-8") as out:
        out.write(last_resort(settings, "voice.xml"))
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(file)
    return file


def _dial(target: Target, headers: Mapping[str, str], **attributes: str | None) -> Dial:
    timeout = SIP_TIMEOUT if target.sip else NUMBER_TIMEOUT
    verb = Dial(answer_on_bridge=True, timeout=timeout, time_limit=LONGEST_CALL, **attributes)
    if target.sip:
        verb.sip(sip_uri(target, headers))
    else:
        verb.number(target.number)
    return verb


def _speak(parent: VoiceResponse | Gather, speech: Speech) -> None:
    if speech.url:
        parent.play(speech.url)
    else:
        language, voice = VOICES.get(speech.language, VOICES["id"])
        parent.say(speech.text, language=language, voice=voice)
