"""Attempts to come in, counted in one step before any is looked at: a thousand at once are a thousand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gateway.store.connection import away

_BEGIN = """
local wait = 0
for i, key in ipairs(KEYS) do
    local free, most = tonumber(ARGV[3 * i]), tonumber(ARGV[3 * i + 1])
    local n, at = unpack(redis.call('HMGET', key, 'n', 'at'))
    if n and tonumber(n) >= free then
        local delay = math.min(most, 2 ^ math.min(tonumber(n) - free, 30))
        wait = math.max(wait, tonumber(at) + delay - tonumber(ARGV[1]))
    end
end
if wait > 0 then return tostring(wait) end
for i, key in ipairs(KEYS) do
    redis.call('HINCRBY', key, 'n', 1)
    redis.call('HSET', key, 'at', ARGV[1])
    redis.call('EXPIRE', key, ARGV[3 * i + 2])
    if ARGV[2] ~= '' then redis.call('SADD', ARGV[2], key) end
end
if ARGV[2] ~= '' then redis.call('EXPIRE', ARGV[2], 86400) end
return '0'
"""
_FORGIVE = """
for i, key in ipairs(KEYS) do
    if redis.call('EXISTS', key) == 1 and redis.call('HINCRBY', key, 'n', -1) <= 0 then redis.call('DEL', key) end
end
"""


@dataclass(frozen=True, slots=True)
class Count:
    """Wrong attempts of one kind.

    Attributes:
        name: of whom or from where.
        free: so many are taken without a delay.
        most: seconds that the delay, doubling with each, grows to.
        seconds: the count is forgotten so long after the last.
    """

    name: str
    free: int
    most: int
    seconds: int


class Attempts:
    """Every method raises StoreAway, and nothing else."""

    def __init__(self, client: Any):
        self._redis = client
        self._begin = client.register_script(_BEGIN)
        self._forgive = client.register_script(_FORGIVE)

    def begin(self, owner: str, counts: Sequence[Count], now: float) -> float:
        """Count an attempt as wrong in each; or, where one of them has to wait, count nothing: seconds to wait.

        Args:
            owner: names whose attempts they are, for ``forget``; empty: nobody's.
        """
        bounds = [value for count in counts for value in (count.free, count.most, count.seconds)]
        keys = [_key(count.name) for count in counts]
        with away():
            return float(self._begin(keys=keys, args=[repr(now), _key(f"of:{owner}") if owner else "", *bounds]))

    def forgive(self, counts: Sequence[Count]) -> None:
        """It was right: take it off each."""
        with away():
            self._forgive(keys=[_key(count.name) for count in counts])

    def came_in(self, place: str, seconds: int) -> None:
        """Somebody of ours came in there: it is known for so long."""
        with away():
            self._redis.set(_key(f"place:{place}"), "1", ex=seconds)

    def is_known(self, place: str) -> bool:
        """Whether somebody of ours came in there lately."""
        with away():
            return bool(self._redis.exists(_key(f"place:{place}")))

    def forget(self, owner: str) -> None:
        """Begin anew with all that attempts of this owner were counted in."""
        own = _key(f"of:{owner}")
        with away():
            self._redis.delete(own, *self._redis.smembers(own))


def _key(name: str) -> str:
    return f"attempts:{name}"
