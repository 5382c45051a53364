"""Replies: made here, whoever wrote them, and kept in the timeline, from which the sender takes them.

Nothing of what the gateway answers of itself is decided here (sms/conversation.py): what stands in the timeline is put
before it, and what it says is written down, each under a key of its own, so that asking twice adds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import blake2b
from typing import Protocol

from gateway import tokens
from gateway.incident.link import why_no_link
from gateway.incident.report import Nature
from gateway.incident.summary import add_up
from gateway.incident.timeline import Entry, Kind
from gateway.location_link import LEAVES_WITHIN_SECONDS, text_with_link
from gateway.location_link import PHRASE as HERE
from gateway.log import get_logger
from gateway.messages.channel import Receipt
from gateway.messages.filed import reading_of
from gateway.messages.mute import muted
from gateway.messages.thread import GATEWAY, Way, is_pending, is_talking, thread_of, way_to
from gateway.rules.phrases import Phrase, phrase_in
from gateway.rules.rulebook import Policies
from gateway.settings import Settings
from sms.conversation import Answer, answer
from sms.gsm7 import segments
from sms.reading import Reading

log = get_logger("messages")

RECEIPT = "receipt"
RECEIPT_LIVES_SECONDS = 7 * 86_400
"""A telephone that was off for days still brings a receipt."""


class Journal(Protocol):
    """Where entries are kept; never raises."""

    def add(self, entries: Sequence[Entry]) -> object: ...

    def timeline(self, incident: str) -> list[Entry] | None: ...


def reply_entry(
    incident: str,
    way: Way,
    text: str,
    now: float,
    *,
    key: str,
    by: str,
    valid_seconds: float,
    phrase: str = "",
    language: str = "",
    urgent: bool = False,
    violence: bool = False,
    link: bool = False,
) -> Entry:
    """A reply to be sent.

    Args:
        key: unique name of this reply; the same key is sent once.
        by: ``gateway``, ``follow_up``, or the desk.
        valid_seconds: later than so long from now it is not sent any more.
        link: it has a link by which the telephone tells its place.
        urgent, violence: of the urgent ones, what desks write leaves first, then what is about violence.
    """
    data = {
        "reply": blake2b(key.encode("utf-8", "backslashreplace"), digest_size=9).hexdigest(),
        "text": text,
        "phrase": phrase,
        "language": language,
        "by": by,
        "channel": way.channel,
        "connector": way.connector,
        "to": way.to,
        "sender": way.sender,
        "urgent": urgent,
        "violence": violence,
        "valid_until": now + valid_seconds,
        "segments": segments(text),
        **({"link": True} if link else {}),
    }
    return Entry(incident, Kind.REPLY, now, data, key, way.thread)


def receipt_url(settings: Settings, channel: str, incident: str, reply: str, valid_until: float) -> str:
    """The URL by which a channel tells what became of a reply."""
    token = tokens.make(settings, RECEIPT, f"{incident} {reply}", valid_until + RECEIPT_LIVES_SECONDS)
    return f"{settings.public_url}/messages/{channel}/receipt/{token}"


def receipt_of(settings: Settings, token: str, now: float) -> tuple[str, str] | None:
    """The incident and the reply that a receipt's URL is about; None if it is none of ours."""
    incident, _, reply = (tokens.read(settings, RECEIPT, token, now) or "").partition(" ")
    return (incident, reply) if reply else None


def delivery(about: tuple[str, str], receipt: Receipt, now: float) -> list[Entry]:
    """What a receipt adds to the timeline of the incident and the reply it is about; nothing if it says nothing."""
    if receipt.status == "unknown":
        return []
    incident, reply = about
    data = {"reply": reply, "status": receipt.status, "why": receipt.why, "provider_id": receipt.provider_id}
    return [Entry(incident, Kind.DELIVERY, now, data, f"{reply}:{receipt.status}")]


class Answers:
    """Answers writers of itself, as far as policy has it."""

    def __init__(self, journal: Journal, policies: Callable[[], Policies], settings: Settings | None = None):
        """
        Args:
            settings: by which links are made; None: none are.
        """
        self._journal = journal
        self._policies = policies
        self._settings = settings

    def consider(self, incident: str, now: float, reading: Reading | None = None) -> Answer:
        """Answer the incident's thread as it stands, if it is to be answered. Never raises.

        Args:
            reading: what its texts were read as, where that is fresher than the timeline.
        """
        try:
            return self._consider(incident, now, reading)
        except Exception:
            log.exception("a thread could not be answered", incident=incident)
            return Answer(silence="fault")

    def _consider(self, incident: str, now: float, reading: Reading | None) -> Answer:
        entries = self._journal.timeline(incident)
        if entries is None:
            return Answer(silence="store_away")
        known = reading_of(entries)
        if reading is not None:
            known = _together(reading, known)
        found = answer(thread_of(entries, now), known, self._policies().messages, now)
        if found.mute and not _is_unmuted(entries):
            self._journal.add(_muted(incident, found.mute, entries, now))
        if found.phrase:
            found = self._say(incident, found, known, entries, now)
        return found

    def _say(self, incident: str, found: Answer, known: Reading, entries: Sequence[Entry], now: float) -> Answer:
        way = way_to(entries)
        if way is None:
            return Answer(silence="no_number")
        if is_talking(entries):
            return Answer(silence="a_desk_is_talking")
        if is_pending(entries, now):
            return Answer(silence="not_sent_yet")
        phrase = phrase_in(known.language, found.phrase)
        valid = self._policies().messages.valid
        linked = self._linked(found, phrase, incident, entries, now)
        # Where a phrase never left, it may be tried once more: under another key.
        said = sum(e.kind is Kind.REPLY and e.data.get("phrase") == phrase.name for e in entries)
        entry = reply_entry(
            incident,
            way,
            linked or phrase.text,
            now,
            key=f"{incident}:reply:{phrase.name}:{said}",
            by=GATEWAY,
            valid_seconds=min(valid, LEAVES_WITHIN_SECONDS) if linked else valid,
            phrase=phrase.name,
            language=phrase.language,
            urgent=known.nature is Nature.VIOLENCE or known.life_threat,
            violence=known.nature is Nature.VIOLENCE,
            link=bool(linked),
        )
        self._journal.add([entry])
        return found

    def _linked(self, found: Answer, phrase: Phrase, incident: str, entries: Sequence[Entry], now: float) -> str:
        """The question with a link in it, where nothing in the timeline speaks against it either; else empty."""
        if not found.link or self._settings is None or why_no_link(add_up(incident, entries)):
            return ""
        return text_with_link(self._settings, incident, phrase.language, now, f"{phrase.name}_{HERE}")


def _together(fresh: Reading, known: Reading) -> Reading:
    """A fresh reading in the light of what was filed: violence and signs of danger stay, and what it leaves open."""
    keep = known.nature is Nature.VIOLENCE or fresh.nature is Nature.UNKNOWN
    place = known.place if fresh.place.is_empty else fresh.place
    return replace(
        fresh,
        nature=known.nature if keep else fresh.nature,
        silent=fresh.silent or known.silent,
        takeover=fresh.takeover or known.takeover,
        opt_out=fresh.opt_out or known.opt_out,
        place=replace(place, coordinates=place.coordinates or known.place.coordinates),
    )


def _is_unmuted(entries: Sequence[Entry]) -> bool:
    """A desk has unmuted the thread, and nothing has been written since that could mute it anew."""
    last = max((at for at, entry in enumerate(entries) if entry.kind is Kind.UNMUTED), default=-1)
    return last >= 0 and not any(entry.kind is Kind.MESSAGE for entry in entries[last:])


def _muted(incident: str, why: str, entries: Sequence[Entry], now: float) -> list[Entry]:
    """Nothing more is answered of itself. Two machines that answer each other are told of besides."""
    told = [muted(incident, why, entries, now)]
    if why == "loop":
        what = "several replies without a person having acted: no more is answered of itself; is it a machine?"
        told.append(Entry(incident, Kind.ALARM, now, {"what": what}, f"{told[0].key}:alarm"))
    return told
