"""What a captured request says, as entries of the timeline of its call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b

from gateway.evidence.additional import Additional
from gateway.incident.errors import EvidenceRefused
from gateway.incident.evidence import Evidence
from gateway.incident.timeline import Entry, Kind
from gateway.locator.capture import Capture
from gateway.locator.reading import Found, Reference, digest
from gateway.store import GATEWAY

CELL = "network_cell"
"""The source that is asked of the call itself, too (gateway/evidence/__init__.py)."""


@dataclass(frozen=True, slots=True)
class Named:
    """A call, as what is told of it is named.

    Attributes:
        mark: stands for its From tag.
    """

    incident: str
    channel_id: str
    call_id: str
    mark: str

    def entry(self, found: Found, at: float, why: str = "") -> Entry:
        """What was found, as an entry that is the same whenever the same is found again."""
        match found:
            case Evidence():
                kind, word, data = Kind.EVIDENCE, "evidence", found.as_dict()
            case EvidenceRefused():
                kind, word, data = Kind.EVIDENCE_REFUSED, "evidence", found.as_dict()
            case Additional():
                kind, word, data = Kind.ADDITIONAL, "additional", found.as_dict()
            case Reference():
                kind, word = Kind.REFERENCE, "reference"
                data = {"url": found.url, "source": found.source, "why": why}
        key = f"{_start(self.call_id)}{word}:{self.mark}.{digest(found)}"
        return Entry(self.incident, kind, at, data, key, self.channel_id)


def mark(from_tag: str) -> str:
    """What stands for a From tag in keys."""
    return blake2b(from_tag.encode("utf-8", "replace"), digest_size=6).hexdigest()


def joined_before(told: Iterable[Entry], call_id: str) -> str | None:
    """The mark of the From tag whose requests a timeline tells of under this Call-ID; None: it tells of none."""
    start = _start(call_id)
    keys = (entry.key[len(start) :] for entry in told if entry.key.startswith(start))
    return next((key.partition(":")[2].partition(".")[0] for key in keys if "." in key), None)


def entries(
    call: Named, found: Iterable[Found], at: float, refusals: Mapping[str, str], told: Iterable[Entry]
) -> list[Entry]:
    """Entries of what was found.

    Args:
        refusals: of each reference's URL why it is not fetched; empty: it is.
        told: what the timeline has: a cell that Asterisk passed on was told by the call itself.
    """
    cells = {_said(entry) for entry in told if entry.data.get("source") == CELL}
    made = [call.entry(one, at, refusals[one.url] if isinstance(one, Reference) else "") for one in found]
    return [entry for entry in made if entry.data.get("source") != CELL or _said(entry) not in cells]


def unjoined(capture: Capture, now: float) -> Entry:
    """That a request came and no call: without what it says, for it may be anybody's."""
    why = "the edge copied what a request says of a place, and no call of it came"
    data = EvidenceRefused("Call-ID", why, "pidf_lo").as_dict()
    return Entry(GATEWAY, Kind.EVIDENCE_REFUSED, now, data, f"{capture.entry().key}:unjoined")


def _start(call_id: str) -> str:
    return f"sip:{call_id}:"


def _said(entry: Entry) -> str:
    return str(entry.data.get("shape") or (entry.data.get("where"), entry.data.get("why")))
