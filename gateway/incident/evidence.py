"""One claim of where a caller is."""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gateway.incident import shape as shapes
from gateway.incident import shape_json
from gateway.incident.errors import EvidenceRefused
from gateway.incident.shape import Area, Civic, Shape
from gateway.incident.source import SOURCES, UNKNOWN_SOURCE, Source

LEAST_CONFIDENCE = 30.0
"""Percent; a claim its own source believes less is kept but never wins."""

COUNTED_CONFIDENCE = 50.0
"""Percent at which a claim of unknown confidence counts when claims are compared; never shown as what it said."""

CLOCK_SKEW_S = 60.0
"""Seconds; an observation this much later than its arrival shows a wrong clock: its time is then unknown."""

AREA_REACH_M = {2: 40_000.0, 5: 15_000.0, 8: 5_000.0, 13: 1_500.0}
"""Reach of the larger areas by the length of their codes: only to rank claims, never shown."""

COARSE = frozenset({"xml:lang", "country", "A1", "A2", "A3", "A4", "A5", "PC", "PCN"})
"""Elements of an address that nobody can be sent to. Telephones on Wi-Fi name their country, and nothing else."""

LEAST_RADIUS_M = 8.0
"""A smaller radius counts as this one when claims are compared: under the open sky telephones are good to some 5 m with
68 %, so to 8 m with 95 %, whatever they say of themselves."""

ADDRESS_REACH_M = 2_000.0
"""Likewise of an address without a position: whoever goes there has to find it first."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One claim of where somebody is.

    Attributes:
        source: the kind of source, a name in gateway.incident.source.SOURCES.
        shape: what was claimed.
        received_at: when it reached us (seconds since the epoch, UTC).
        observed_at: when it was true, as the source says; None if it does not say.
        confidence: percent that the caller is within the shape (RFC 7459 §4.2, which takes 95 where none is stated);
            None where it is stated as unknown, or as nothing that can be a percentage.
        method: how it was found, a token of the IANA registry "Method Tokens" (Cell, GPS, Manual …); empty if unknown.
        label: what a person at a desk may need besides (building, floor); for desks only, never logged.
        original: the bytes the claim was read from.
        holder: what of its document claims it, with its id (``tuple sg89ae``, ``device nesspc``, ``person p1``).
        civic: the elements of a civic address as they came, (name, text) in their order (RFC 5139).
        provided_by: who vouches for it, as text (RFC 4119 §2.2.5, RFC 7852).
        pdf: the distribution behind the confidence as stated: unknown, normal, rectangular (RFC 7459 §4.2).
        reference: the URL it was fetched from; empty if it came by value.
    """

    source: str
    shape: Shape
    received_at: float
    observed_at: float | None = None
    confidence: float | None = 95.0
    method: str = ""
    label: str = ""
    original: bytes = b""
    holder: str = ""
    civic: tuple[tuple[str, str], ...] = ()
    provided_by: str = ""
    pdf: str = ""
    reference: str = ""

    def as_dict(self) -> dict[str, object]:
        """The claim in JSON's terms; ``from_dict`` gives it back unchanged."""
        return {
            "source": self.source,
            "shape": shape_json.as_dict(self.shape),
            "received_at": self.received_at,
            "observed_at": self.observed_at,
            "confidence": self.confidence,
            "method": self.method,
            "label": self.label,
            "original": base64.b64encode(self.original).decode("ascii"),
            "holder": self.holder,
            "civic": [list(element) for element in self.civic],
            "provided_by": self.provided_by,
            "pdf": self.pdf,
            "reference": self.reference,
        }

    @classmethod
    def from_dict(cls, data: object) -> Evidence:
        """The claim that ``as_dict`` wrote.

        Raises:
            EvidenceRefused: the data is anything else; the error names the field.
        """
        if not isinstance(data, Mapping) or not set(data) <= set(cls.__dataclass_fields__):
            raise EvidenceRefused("evidence", f"it has no other fields than {', '.join(cls.__dataclass_fields__)}")
        data = {**_LATER, **data}
        if missing := set(cls.__dataclass_fields__) - set(data):
            raise EvidenceRefused("evidence", f"it lacks {', '.join(sorted(missing))}")
        observed = data["observed_at"]
        return cls(
            source=_text(data, "source"),
            shape=shape_json.from_dict(data["shape"]),
            received_at=shape_json.number(data["received_at"], "evidence received_at"),
            observed_at=None if observed is None else shape_json.number(observed, "evidence observed_at"),
            confidence=_percent(data["confidence"]),
            method=_text(data, "method"),
            label=_text(data, "label"),
            original=_bytes(_text(data, "original")),
            holder=_text(data, "holder"),
            civic=_elements(data["civic"]),
            provided_by=_text(data, "provided_by"),
            pdf=_text(data, "pdf"),
            reference=_text(data, "reference"),
        )

    @property
    def true_at(self) -> float:
        """The latest time at which it can have been true: as observed, or as received where nobody knows."""
        if self.observed_at is None or self.has_wrong_clock:
            return self.received_at
        return min(self.observed_at, self.received_at)

    @property
    def is_undated(self) -> bool:
        """Whether nobody knows how old a claim is that grows old."""
        return self.kind.drift > 0 and (self.observed_at is None or self.has_wrong_clock)

    @property
    def has_wrong_clock(self) -> bool:
        return self.observed_at is not None and not -math.inf < self.observed_at <= self.received_at + CLOCK_SKEW_S

    @property
    def counted_confidence(self) -> float:
        """Percent to calculate with."""
        return COUNTED_CONFIDENCE if self.confidence is None else self.confidence

    @property
    def kind(self) -> Source:
        return SOURCES.get(self.source, UNKNOWN_SOURCE)

    @property
    def reach_m(self) -> float:
        """How far from its centre the caller may be with 95 %: for comparing claims, not for showing."""
        if isinstance(self.shape, Area):
            area = AREA_REACH_M.get(len(self.shape.code), AREA_REACH_M[2])
            return min(area, ADDRESS_REACH_M) if self.civic and is_address(self.civic) else area
        if isinstance(self.shape, Civic):
            return ADDRESS_REACH_M if is_address(self.civic) else AREA_REACH_M[2]
        radius = max(LEAST_RADIUS_M, shapes.radius_m(self.shape) or self.kind.unstated)
        confidence = self.counted_confidence
        if not 0 < confidence < 95:
            return radius
        # RFC 7459 §5.4, two dimensions; where the distribution is unknown, as if it were normal.
        if self.pdf == "rectangular":
            return radius * math.sqrt(95 / confidence)
        return radius * math.sqrt(math.log(1 - 0.95) / math.log(1 - confidence / 100))

    @property
    def is_believable(self) -> bool:
        """Whether it was somebody's place at all: a real shape, believed by its source."""
        is_sure = LEAST_CONFIDENCE <= self.counted_confidence <= 100 and not self.kind.is_words
        return is_sure and math.isfinite(self.received_at) and not shapes.is_null(self.shape)

    def is_usable(self, now: float) -> bool:
        """Whether the claim can be a place now: believable, and fresh."""
        in_time = self.received_at - self.true_at <= self.kind.arrives_within
        return self.is_believable and in_time and now - self.true_at <= self.kind.holds

    def reach_at_m(self, at: float) -> float:
        """The reach, widened by how far the caller may have gone by then."""
        return self.reach_m + self.kind.drift * max(0.0, at - self.true_at)


_LATER: Mapping[str, object] = {"holder": "", "civic": [], "provided_by": "", "pdf": "", "reference": ""}
"""Fields that timelines of earlier versions lack."""


def is_address(civic: Iterable[tuple[str, str]]) -> bool:
    """Whether elements say more than a country, a city, or a postcode; words that came without elements do."""
    names = {name for name, _ in civic}
    return not names or not names <= COARSE


def _elements(value: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, list | tuple):
        raise EvidenceRefused("evidence civic", "it must be a list of [name, text]")
    elements = []
    for element in value:
        if not isinstance(element, list | tuple) or [type(part) for part in element] != [str, str]:
            raise EvidenceRefused("evidence civic", "it must be a list of [name, text]")
        elements.append((element[0], element[1]))
    return tuple(elements)


def _text(data: Mapping[str, object], name: str) -> str:
    value = data[name]
    if not isinstance(value, str):
        raise EvidenceRefused(f"evidence {name}", "it must be a text")
    return value


def _percent(value: object) -> float | None:
    if value is None:
        return None
    percent = shape_json.number(value, "evidence confidence")
    if not 0 <= percent <= 100:
        raise EvidenceRefused("evidence confidence", "it must be from 0 to 100")
    return percent


def _bytes(value: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise EvidenceRefused("evidence original", "it must be base64") from None
