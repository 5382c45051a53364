"""Cases of violence with a canary in everything that is told of them, entry by entry."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gateway.incident.location import Evidence
from gateway.incident.shape import Circle
from gateway.incident.timeline import Entry, Kind
from tests.live.pages_desk import call, written

NUMBER = "+628120077777"
"""Of who tells of violence; the ordinary caller has another one."""

ORDINARY = "+628120000088"

CANARIES = ("anari", "120077777", "violence", "kekerasan", "-6.17777", "106.87777", "ppa-")
"""What no agency that may not know of violence is ever sent."""

TOLD = {"what": "violence", "words": "dipukul kanari", "rule": "attack"}
NEED = {"what": "injured", "words": "berdarah", "rule": "bleeding"}


def told(incident: str, kind: Kind, at: float, channel: str = "", **data: Any) -> Entry:
    who = data.get("agency", data.get("desk", ""))
    return Entry(incident, kind, at, data, f"{incident}:{kind}:{at}:{who}", channel)


def place(incident: str, at: float, lat: float, lon: float, channel: str = "") -> Entry:
    """Where the telephone says it is."""
    data = Evidence("aml", Circle(lat, lon, 18.0), at, confidence=68).as_dict()
    return Entry(incident, Kind.EVIDENCE, at, data, f"{incident}:aml:{at}", channel)


def silent_call(incident: str, at: float) -> list[Entry]:
    """A silent caller answered by the police, with all that follows."""
    channel = f"sip-{incident}"
    opened = call(incident, "110", "violence", number=NUMBER, priority=1, silent=True, inform=("ppa",), at=at)
    later = [
        told(incident, Kind.ASKED, at + 0.5, channel, step="can_you_talk", tries=1, language="id", nature="violence"),
        told(incident, Kind.INFORMED, at + 1, agency="ppa"),
        told(incident, Kind.RANG, at + 1.1, channel, queue="110", desk="110-1"),
        told(incident, Kind.ANSWERED, at + 1.5, channel, queue="110", desk="110-1", waited=1.5),
        told(incident, Kind.KEYED, at + 2, channel, key="1"),
        place(incident, at + 3, -6.17777, 106.87777, channel),
        told(incident, Kind.LOCATED, at + 3.1, place="Kanari Kulon"),
        told(incident, Kind.INVITED, at + 4, channel, queue="ppa", desk="110-1", why="conference"),
        told(incident, Kind.JOINED, at + 5, channel, queue="ppa", desk="ppa-1"),
        *cared_for(incident, at + 6),
        told(incident, Kind.MOVED, at + 8, medium="call", queue="110", to="ppa", by="supervisor"),
        told(incident, Kind.ENDED, at + 8.5, channel, seconds=8, cause="16"),
        told(incident, Kind.CLOSED, at + 9, by="desk:110-1", outcome="helped", note="catatan kanari"),
    ]
    return [*opened, *later]


def cared_for(incident: str, at: float) -> list[Entry]:
    """What is kept of a case of violence alone."""
    return [
        told(incident, Kind.CONSENT, at, safe_to_call="no", share="no", by="desk:110-1", note="suami kanari"),
        told(incident, Kind.TIMER, at + 0.2, what="protection", by="desk:ppa-1"),
        told(incident, Kind.MUTED, at + 0.3, why="silent_wish"),
        told(incident, Kind.ALARM, at + 0.4, what="kanari tidak terkirim"),
    ]


def text(incident: str, at: float, **more: Any) -> list[Entry]:
    """A text in slang to the police, answered, its answer lost."""
    given = {"number": NUMBER, "priority": 1, "inform": ("ppa",), "at": at, "why": [TOLD], **more}
    reply = {"reply": f"{incident}-r", "channel": "kannel", "connector": "a", "to": NUMBER, "by": "desk:110-1"}
    return [
        *written(incident, "laki w gebukin w trs, kanari", "110", "violence", **given),
        told(incident, Kind.ACCEPTED, at + 1, medium="message", queue="110", desk="110-1"),
        told(incident, Kind.REPLY, at + 2, **reply, text="Aman, kanari?", violence=True, valid_until=at + 9000),
        told(incident, Kind.DELIVERY, at + 3, reply=f"{incident}-r", status="failed", why="kanari"),
        *cared_for(incident, at + 4),
    ]


def missed_call(incident: str, at: float) -> list[Entry]:
    """A victim who hung up before the police answered."""
    opened = call(incident, "110", "violence", number=NUMBER, priority=1, silent=True, inform=("ppa",), at=at)
    return [*opened, hung_up(incident, at + 2, "110", "nothing")]


def hung_up(incident: str, at: float, queue: str, follow_up: str) -> Entry:
    data = {"step": f"queue {queue}", "queue": queue, "follow_up": follow_up}
    return told(incident, Kind.ABANDONED, at, f"sip-{incident}", **data)


def known(incident: str, at: float, before: str) -> list[Entry]:
    """A text of a known victim that says nothing by itself."""
    entries = text(incident, at)
    first = {"incident": before, "nature": "violence", "silent": True, "muted": "", "agencies": ["110", "ppa"]}
    return [_with(entry, before=first) if entry.kind is Kind.OPENED else entry for entry in entries]


def _with(entry: Entry, **data: Any) -> Entry:
    return Entry(entry.incident, entry.kind, entry.at, {**entry.data, **data}, entry.key, entry.channel_id)


def without(entries: Iterable[Entry], *kinds: Kind) -> list[Entry]:
    return [entry for entry in entries if entry.kind not in kinds]
