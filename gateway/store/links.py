"""Links that were used: one telephone's page each, in one step whichever process is asked."""

from __future__ import annotations

import hashlib
from typing import Any

from gateway.store.connection import away

IMPROVES_SECONDS = 60
"""So long after its first position a page may send better ones."""

MOST_POSITIONS = 3
KEPT_SECONDS = 3600
"""Longer than any link lives."""

_USE = """
local page, at, used = unpack(redis.call('HMGET', KEYS[1], 'page', 'at', 'used'))
if not page then
    redis.call('HSET', KEYS[1], 'page', ARGV[1], 'at', ARGV[2], 'used', 1)
    redis.call('EXPIRE', KEYS[1], ARGV[5])
    return 1
end
if page ~= ARGV[1] or tonumber(ARGV[2]) > tonumber(at) + tonumber(ARGV[3]) or tonumber(used) >= tonumber(ARGV[4]) then
    return 0
end
return redis.call('HINCRBY', KEYS[1], 'used', 1)
"""


class Links:
    """Safe to share between threads; every method raises StoreAway, and nothing else."""

    def __init__(self, client: Any):
        self._use = client.register_script(_USE)

    def use(self, token: str, page: str, now: float) -> int:
        """Use a link by a page of it, of which the first shuts all others out; the how manieth position it may send.

        0: another page has it, the page's time is over, or it has sent MOST_POSITIONS.
        """
        key = f"link:{hashlib.sha256(token.encode('utf-8', 'replace')).hexdigest()[:32]}"
        bounds = [IMPROVES_SECONDS, MOST_POSITIONS, KEPT_SECONDS]
        with away():
            return int(self._use(keys=[key], args=[page, now, *bounds]))
