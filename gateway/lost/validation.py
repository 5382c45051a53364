"""Civic addresses looked at element by element (RFC 5222 §8.4.2): which exist, which do not, which are unknown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.evidence.civic import LEVELS, area_of
from gateway.gazetteer import gazetteer
from gateway.incident.errors import EvidenceRefused
from gateway.incident.shape import Area

COUNTRY = "ID"


@dataclass(frozen=True, slots=True)
class Validation:
    """Names of elements (RFC 5139), in the order they came."""

    valid: tuple[str, ...] = ()
    invalid: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()


def code_of(address: Mapping[str, str]) -> str:
    """The official code of the finest area that an address names; empty where it names none that is known."""
    try:
        area = area_of(address)
    except EvidenceRefused:
        return ""
    return area.code if isinstance(area, Area) else ""


def validate(address: Mapping[str, str], code: str) -> Validation:
    """The elements of an address that lies in the area with this code."""
    names = gazetteer().names
    around = [code[:length] for length in (2, 5, 8, 13) if length <= len(code)]
    known = {_plain(names[each]) for each in around if each in names}
    verdicts: dict[str, list[str]] = {"valid": [], "invalid": [], "unchecked": []}
    for name, text in address.items():
        if name == "country":
            verdict = "valid" if text.upper() == COUNTRY else "invalid"
        elif name in LEVELS:
            verdict = "valid" if _is_one_of(text, known) else "invalid"
        else:
            verdict = "unchecked"
        verdicts[verdict].append(name)
    return Validation(*(tuple(names) for names in verdicts.values()))


def _plain(name: str) -> str:
    return " ".join(name.lower().split())


def _is_one_of(text: str, known: set[str]) -> bool:
    """Also where the level is written before it: ``Kec. Makasar``."""
    plain = _plain(text)
    return any(plain == name or plain.endswith(f" {name}") for name in known)
