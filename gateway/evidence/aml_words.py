"""What somebody wrote behind an AML message, or within it: a telephone sends none of that."""

from __future__ import annotations

import re

_LAST = re.compile(
    r"\s*(?:ml\s*=\s*\d{0,4}|lg\s*=\s*[a-z]{2,3}(?:[-_][a-z0-9]{2,8}){0,3}(?![a-z0-9]))", re.IGNORECASE | re.ASCII
)
"""What stands last in a text of version 1, and of version 2."""

_ATTRIBUTE = re.compile(r"\s*[a-z]{1,4}\s*=\s*\S*", re.IGNORECASE | re.ASCII)
_WORD = re.compile(r"[^\W\d_]{3,}")
_OURS = frozenset(
    {"meter", "meters", "metre", "metres", "mdpl", "utc", "gmt", "wib"}
    | {"top", "mcc", "mnc", "lac", "tac", "cid", "alt", "vac", "cell"}
)
"""Units, and names of attributes that lost their value."""

_NO_WORDS = " \t\r\n\0@\x1a;,.\"'[]…"
"""Padding, and the mark of a part that is missing."""


def split(attributes: str) -> tuple[str, str]:
    """A message's attributes, and the words from where they begin; empty where there are none.

    Behind what stands last everything is words; before it only what no attribute's value could be.
    """
    segments = attributes.split(";")
    start, is_over = 0, False
    for number, segment in enumerate(segments, 1):
        last = _LAST.match(segment)
        is_over = is_over or last is not None
        attribute = last or _ATTRIBUTE.match(segment)
        end = attribute.end() if attribute else 0
        if _is_said(segment[end:], is_over=is_over, is_end=number == len(segments)):
            return attributes[: start + end], attributes[start + end :].strip(_NO_WORDS)
        start += len(segment) + 1
    return attributes, ""


def _is_said(text: str, *, is_over: bool, is_end: bool) -> bool:
    if is_over:
        # A single letter is what padding may have become.
        return len(text.strip(_NO_WORDS).encode("utf-8", "replace")) > 1
    words = [word for word in _WORD.findall(text) if word.lower() not in _OURS]
    return len(words) > 1 or (bool(words) and (is_end or len(words[0]) > 3))
