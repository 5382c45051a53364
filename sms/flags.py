"""What texts say beside their nature."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gateway.incident.report import Nature
from sms.lexicon import Hit
from sms.negation import is_to_come
from sms.normal import Token
from sms.reading import Finding
from sms.text import Text

TAKEOVER = "takeover"
"""The entry, and the flag, that says that it is called off, or another hand may be writing."""

TAKEOVER_LONGEST = 14
OPT_OUT_REST = 2
"""Tokens a text may have for, or beside, such words: in a longer one they are part of a story."""

UNHURT = "unhurt"
"""The entry that says nobody is hurt."""

RELATIVES = frozenset({"adik", "cucu", "keponakan", "ponakan"})
MARRIED, MARRIED_NEAR = frozenset({"suami", "istri", "bojo", "ipar", "kuliah", "kerja"}), 3
"""Relatives of any age; words that so many tokens from one tell that he or she is grown."""

HARM = frozenset({"life_threat", "injured", "rescue"})

HURT_IN_ACCIDENTS = frozenset({"body", "fall", "minor", "broken", "sinks", "self", "intimate", "kin", "child", "woman"})
"""Entries that tell of somebody in an accident, who is taken for injured unless the text says that nobody is."""


@dataclass(frozen=True, slots=True)
class Flags:
    """Fields as a Reading's."""

    life_threat: bool = False
    injured: bool = False
    rescue: bool = False
    child: bool = False
    silent: bool = False
    takeover: bool = False
    opt_out: bool = False
    findings: tuple[Finding, ...] = ()

    @classmethod
    def of(cls, texts: Iterable[Text], nature: Nature) -> Flags:
        found = [finding for text in texts for finding in _flags(text, nature)]
        told = cls(findings=tuple(found))
        for finding in found:
            told = told.with_(finding.what)
        return told

    def with_(self, name: str) -> Flags:
        """The same with one more flag, by its field's name."""
        told: dict[str, Any] = {name: True}
        return replace(self, **told)


def _flags(text: Text, nature: Nature) -> Iterable[Finding]:
    unhurt = nature is Nature.ACCIDENT and text.has(UNHURT)
    for hit in text.hits:
        entry = hit.entry
        if entry.whole and len(text.tokens) - hit.length > OPT_OUT_REST:
            continue
        if entry.needs is not None and entry.needs is not nature:
            continue
        for flag in entry.flags:
            if flag == "child" and _is_grown(hit, text.tokens):
                continue
            if flag == TAKEOVER and len(text.tokens) > TAKEOVER_LONGEST:
                continue
            if flag in HARM and nature is Nature.NOT_EMERGENCY:
                continue
            if flag in HARM and unhurt:
                continue
            if flag == "injured" and entry.act and is_to_come(hit, text.tokens):
                continue
            yield text.finding(flag, hit)
    if nature in (Nature.VIOLENCE, Nature.CRIME):
        yield from (text.finding("life_threat", hit) for hit in text.hits if hit.entry.name == "weapon")
    if nature is Nature.ACCIDENT and not unhurt:
        yield from (text.finding("injured", hit) for hit in text.hits if hit.entry.name in HURT_IN_ACCIDENTS)


def _is_grown(hit: Hit, tokens: Sequence[Token]) -> bool:
    """A relative who has a husband or wife, or who is the one that strikes: "suami adik saya", "dipukul cucunya"."""
    if tokens[hit.last].base not in RELATIVES:
        return False
    near = tokens[max(hit.first - MARRIED_NEAR, 0) : hit.last + 1 + MARRIED_NEAR]
    struck = hit.first > 0 and tokens[hit.first - 1].raw.startswith("di") and tokens[hit.last].raw.endswith("nya")
    return struck or any(token.base in MARRIED for token in near)
