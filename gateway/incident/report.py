"""What one contact told us."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Nature(StrEnum):
    """Kind of emergency."""

    VIOLENCE = "violence"
    MEDICAL = "medical"
    FIRE = "fire"
    CRIME = "crime"
    ACCIDENT = "accident"
    DISASTER = "disaster"
    OTHER = "other"
    NOT_EMERGENCY = "not_emergency"
    UNKNOWN = "unknown"


def told_discreetly(nature: str) -> str:
    """The nature as agencies are told it that may not know of violence: the same as of what nobody knows more about."""
    return Nature.OTHER.value if nature in (Nature.VIOLENCE, Nature.UNKNOWN) else str(nature)


class Medium(StrEnum):
    """How a contact came."""

    CALL = "call"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who contacts us.

    Attributes:
        number: callback number in E.164, or None (no SIM, withheld, unusable).
        trunk: name of the trunk or provider the contact came by, as in the rules.
        as_given: what the network called the caller, cleaned for display; never trusted, never logged.
    """

    number: str | None = None
    trunk: str = ""
    as_given: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """The content of one contact at filing (EIDO: the incident component's first report).

    Attributes:
        silent: the caller cannot or does not speak (EENA silent call); a desk then asks yes and no by key.
        language: ISO 639-1 code of what the caller hears and speaks; of a message also ``jv``, ``su``.
        life_threat: somebody may die of it now: not breathing, strangled, a weapon, "mau dibunuh", trapped in fire.
        injured: somebody bleeds, is unconscious or poisoned: an ambulance is needed first.
        rescue: somebody, or an animal, is trapped, drowning, or threatened by an animal: needs rescuers.
        words: the caller's own, where the contact is a message. Never logged.
        area: official code of the finest area that certainly holds the place; empty where none does.
    """

    nature: Nature = Nature.UNKNOWN
    silent: bool = False
    medium: Medium = Medium.CALL
    language: str = "id"
    life_threat: bool = False
    injured: bool = False
    rescue: bool = False
    child: bool = False
    words: str = ""
    area: str = ""
