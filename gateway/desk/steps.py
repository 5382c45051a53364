"""What a caller was asked, and by which line a contact came, as desks read it: for people, not by a step's own name."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.language import LANGUAGES

ASKED: Mapping[str, tuple[str, str]] = {
    "start": ("apa yang terjadi (menu)", "what happened (the menu)"),
    "police": ("apa yang terjadi (menu polisi)", "what happened (the menu of the police)"),
    "code": ("kode tempat", "the code of a place"),
    "can_you_talk": ("bisa bicara atau tidak", "whether they can speak"),
}
"""By the steps of ivr/flow.py that wait for keys."""

LINES: Mapping[str, tuple[str, str]] = {
    "trial": ("jalur percobaan", "the trial line"),
    "phone": ("telepon latihan", "the drills' telephone"),
}
"""Trunks that are not an operator's; those have the names that the rules give them."""

_LINE = ("jalur {name}", "line {name}")


def asked(step: str, language: str) -> str:
    """Empty for a step that has no words."""
    return ASKED.get(step, ("", ""))[LANGUAGES.index(language)]


def line(name: str, language: str) -> str:
    """By which line a contact came; empty: nobody knows."""
    if not name:
        return ""
    return LINES.get(name, _LINE)[LANGUAGES.index(language)].format(name=name)
