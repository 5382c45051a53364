"""The languages in which desks and callers read what is shown: Indonesian first, English second."""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES = ("id", "en")


def said(table: Mapping[str, tuple[str, str]], name: str, language: str) -> str:
    """A word of a table of words, each in both languages; what it does not have is shown as it is."""
    found = table.get(name)
    return found[LANGUAGES.index(language)] if found else name
