"""The time of day as people here read it. What is stored, logged and exchanged stays in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gateway.settings import Settings, SettingsRefused

_shown_in: tzinfo = UTC
"""Of this process: whoever shows times to people sets it once, before anything is shown."""


def show_in(local: tzinfo) -> None:
    """From now on this process shows times of this zone."""
    global _shown_in
    _shown_in = local


def zone(settings: Settings) -> tzinfo:
    """The zone of the setting ``timezone``.

    Raises:
        SettingsRefused: this machine knows no such zone.
    """
    name = settings.text("timezone")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise SettingsRefused(
            f"timezone is {name!r}, which is unknown here: name a zone as Asia/Jakarta, Asia/Makassar or Asia/Jayapura;"
            " if it is one, install the system's table of zones (package tzdata)"
        ) from None


def time_of_day(at: float, form: str = "%H:%M:%S") -> str:
    """
    Args:
        at: seconds since the epoch.
        form: as strftime has it.
    """
    return datetime.fromtimestamp(at, _shown_in).strftime(form)
