"""What an incident is found by that is not in a contact's own words: its caller's number, its telephone, its time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from gateway.numbers import number_key
from gateway.settings import Settings
from gateway.store.connection import away
from gateway.store.script import INDEX_SECONDS, caller, name

IMEI_DIGITS = 14
"""Of an IMEI's 14 to 16 digits these name the telephone; the rest is a check digit, or its software's version."""


class Joins:
    """Safe to share between threads; every method raises StoreAway, and nothing else."""

    def __init__(self, client: Any, settings: Settings):
        self._redis = client
        self._settings = settings

    def put_device(self, imei: str, incident: str, at: float) -> None:
        """A telephone was the caller's in this incident at this time; forgotten after INDEX_SECONDS."""
        key = self._device(imei)
        with away(), self._redis.pipeline() as pipe:
            pipe.zadd(key, {name(incident): at})
            pipe.expire(key, INDEX_SECONDS)
            pipe.execute()

    def of_telephones(self, telephones: Sequence[tuple[str | None, str]]) -> list[tuple[list[str], list[str]]]:
        """For each number and IMEI (either may be missing): the incidents of late of the number, and of the IMEI."""
        with away(), self._redis.pipeline(transaction=False) as pipe:
            for number, imei in telephones:
                pipe.hmget(caller(number_key(self._settings, number) if number else ""), "incident", "before")
                pipe.zrevrange(self._device(imei), 0, 2)
            found = pipe.execute() if telephones else []
        pairs = zip(found[::2], found[1::2], strict=True)
        return [
            ([one.decode() for one in numbers if one], [one.decode() for one in devices]) for numbers, devices in pairs
        ]

    def before_each(self, asked: Sequence[tuple[str, str, float]], within: float) -> list[str | None]:
        """For each caller's number key, incident and time: the incident, open or closed, in which the caller was last
        heard of before that one, if that was at most ``within`` seconds earlier.
        """
        with away(), self._redis.pipeline(transaction=False) as pipe:
            for key, _, _ in asked:
                pipe.hmget(caller(key), "incident", "at", "before", "before_at")
            found = pipe.execute() if asked else []
        told = zip(found, asked, strict=True)
        return [_before(values, incident, now - within) for values, (_, incident, now) in told]

    def of_number(self, number: str) -> list[tuple[str, float]]:
        """The incidents of late that this number called or wrote in, the newest first, each with its first contact's
        time."""
        key = number_key(self._settings, number)
        with away():
            found = self._redis.zrevrange(f"contacts:{key}", 0, -1, withscores=True)
        return [(incident.decode(), float(at)) for incident, at in found]

    def opened_between(self, since: float, until: float, most: int) -> list[str]:
        """Incidents that opened in that time, the newest first."""
        with away():
            found = self._redis.zrevrangebyscore("incidents", until, since, start=0, num=most)
        return [incident.decode() for incident in found]

    def closed(self, incidents: Iterable[str]) -> set[str]:
        """Which of these incidents are closed."""
        asked = list(incidents)
        with away(), self._redis.pipeline(transaction=False) as pipe:
            for incident in asked:
                pipe.exists(name(f"closed:{incident}"))
            found = pipe.execute() if asked else []
        return {incident for incident, closed in zip(asked, found, strict=True) if closed}

    def _device(self, imei: str) -> str:
        return f"device:{number_key(self._settings, f'imei:{imei[:IMEI_DIGITS]}') if imei else ''}"


def _before(values: Sequence[bytes | None], incident: str, since: float) -> str | None:
    latest, at, before, before_at = values
    # An incident that was opened while the store was away may not be the latest there yet.
    found, when = (before, before_at) if latest == incident.encode() else (latest, at)
    return found.decode() if found and when and float(when) >= since else None
