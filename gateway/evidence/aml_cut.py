"""Messages that end in the middle: their last value may be the beginning of another one.

Of ``rd=1964`` that was cut ``rd=1`` may be left, of ``location_longitude=106.8272`` another place. So the last value
counts only if a separator ends it, if the message tells what always stands later, or if nothing can be missing of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

CUT = "cut"
"""What stands for the lost value where its silence would be mistaken for something."""

LISTS = frozenset({"lo", "lz"})
POSITIONS = frozenset({"lt", "lg", "lo", "location_latitude", "location_longitude"})
CONFIDENCES = frozenset({"lc", "location_confidence", "location_certainty"})

_FULL_DEGREES = re.compile(r"[+-]?\d{1,3}[.,]\d{5,}", re.ASCII)
"""Texts have five decimals (TS 103 625 §5.1.3); without the ones after them it is the same place, to a metre."""

_FULL_TIMES = {"top": re.compile(r"\d{14}", re.ASCII), "location_time": re.compile(r"\d{13}", re.ASCII)}


def without_cut(pairs: Iterable[tuple[str, str]], is_ended: bool, later: re.Pattern[str]) -> list[tuple[str, str]]:
    """The names and values of a message, the last one as far as it is sure.

    Args:
        is_ended: a separator stands after the last value.
        later: names of what always stands after the place.
    """
    found = list(pairs)
    if found and not is_ended and not any(later.fullmatch(name) for name, _ in found):
        name, value = found[-1]
        found[-1] = name, _sure(name, value.strip())
    return found


def _sure(name: str, value: str) -> str:
    before, comma, last = value.rpartition(",") if name in LISTS else ("", "", value)
    is_position = name in POSITIONS and "," not in before
    if is_position and _FULL_DEGREES.fullmatch(last.strip()):
        return value
    if name in _FULL_TIMES and _FULL_TIMES[name].fullmatch(value):
        return value
    return before + comma + (CUT if is_position or name in CONFIDENCES else "")
