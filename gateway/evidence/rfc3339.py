"""Times in RFC 3339, as PIDF and HELD write them: read without losing a digit, and written likewise."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import ROUND_FLOOR, Decimal

TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,30}))?(?:([Zz])|([+-])(\d\d)(?::?(\d\d))?)", re.ASCII
)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read(text: str) -> float | None:
    """Seconds since the epoch; None for what is no time, or one without its offset from UTC."""
    found = TIME.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part) for part in found.group(1, 2, 3, 4, 5, 6))
    # A leap second (RFC 3339 §5.6) is told apart from the next one by no clock of ours.
    leap = second == 60
    # XML Schema's end of a day (dateTime, §3.2.7.1), which RFC 3339 does not have.
    midnight = (hour, minute, second) == (24, 0, 0) and not int(found[7] or 0)
    try:
        at = datetime(year, month, day, 0 if midnight else hour, minute, second - leap, tzinfo=UTC) - _offset(found)
        at += timedelta(days=midnight)
    except (ValueError, OverflowError):
        return None
    whole = (at - EPOCH) // timedelta(seconds=1) + leap
    return float(whole + Decimal(f"0.{found[7]}")) if found[7] else float(whole)


def written(at: float) -> str:
    """The time in UTC, with all the digits it has."""
    exact = Decimal(repr(at))
    whole = int(exact.to_integral_value(ROUND_FLOOR))
    fraction = exact - whole
    text = (EPOCH + timedelta(seconds=whole)).strftime("%Y-%m-%dT%H:%M:%S")
    return text + (f"{fraction:f}"[1:].rstrip("0") if fraction else "") + "Z"


def _offset(found: re.Match[str]) -> timedelta:
    if found[8]:
        return timedelta()
    hours, minutes = int(found[10]), int(found[11] or 0)
    if hours > 23 or minutes > 59:
        raise ValueError("no offset")
    return timedelta(hours=hours, minutes=minutes) * (-1 if found[9] == "-" else 1)
