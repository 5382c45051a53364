"""The store's streams of messages.

What is to be done stands in a stream until it is done, and is then deleted: who begins anew reads from the start of the
stream what is left. Where a message waits for a desk is told in waits.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gateway.incident.timeline import Entry
from gateway.log import get_logger
from gateway.store.connection import LONGEST_WAIT, away
from gateway.store.record import read_entry
from gateway.store.script import INCOMING, name, outgoing_stream

log = get_logger("store")

START = "0"
"""Before all that a stream holds."""

_HOLD = """
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
"""
_DROP = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"


class Messages:
    """Safe to share between threads; every method raises StoreAway, and nothing else."""

    def __init__(self, client: Any, waiting_client: Any):
        self._redis = client
        self._waiting = waiting_client
        self._hold = client.register_script(_HOLD)
        self._drop = client.register_script(_DROP)

    def incoming(self, after: str = START, count: int = 500, wait: float = 0.0) -> list[tuple[str, Entry]]:
        """Parts that are not filed yet and came after the one with this id, with their ids.

        Waits for the first up to ``wait`` seconds.
        """
        return [(identifier, entry) for _, identifier, entry in self._read({INCOMING: after}, count, wait)]

    def incoming_done(self, ids: Sequence[str]) -> None:
        """These parts are filed."""
        self._delete(INCOMING, ids)

    def incoming_length(self) -> int:
        with away():
            return int(self._redis.xlen(INCOMING))

    def outgoing(
        self, channel: str, after: tuple[str, str] = (START, START), count: int = 100, wait: float = 0.0
    ) -> list[tuple[bool, str, Entry]]:
        """Replies that are not sent yet: whether urgent, id, entry; urgent ones first, ``count`` of each at most.

        Args:
            after: ids after which to read, of the urgent and of the routine ones.
            wait: seconds to wait for the first.
        """
        urgent, routine = outgoing_stream(channel, urgent=True), outgoing_stream(channel, urgent=False)
        found = self._read({urgent: after[0], routine: after[1]}, count, wait)
        replies = [(stream == urgent, identifier, entry) for stream, identifier, entry in found]
        return sorted(replies, key=lambda reply: not reply[0])

    def outgoing_done(self, channel: str, ids: Sequence[str], *, urgent: bool) -> None:
        """These replies need no sending any more."""
        self._delete(outgoing_stream(channel, urgent=urgent), ids)

    def incoming_since(self) -> float | None:
        """When the oldest part came that is not filed yet, seconds since the epoch; None if all are."""
        return self._oldest(INCOMING)

    def outgoing_since(self, channel: str) -> float | None:
        """When the oldest reply was made that this channel still has to send; None if there is none."""
        urgent, routine = (self._oldest(outgoing_stream(channel, urgent=urgent)) for urgent in (True, False))
        return min((since for since in (urgent, routine) if since is not None), default=None)

    def _oldest(self, stream: str) -> float | None:
        with away():
            found = self._redis.xrange(stream, count=1)
        # Redis names an item by its time in milliseconds.
        return int(found[0][0].partition(b"-")[0]) / 1000 if found else None

    def hold_lease(self, what: str, holder: str, seconds: float) -> bool:
        """Take or renew the right to be the one that does ``what``; False while another one has it."""
        with away():
            return bool(self._hold(keys=[name(f"lease:{what}")], args=[holder, int(seconds * 1000)]))

    def drop_lease(self, what: str, holder: str) -> None:
        """Let another one have it at once."""
        with away():
            self._drop(keys=[name(f"lease:{what}")], args=[holder])

    def _read(self, streams: dict[str, str], count: int, wait: float) -> list[tuple[str, str, Entry]]:
        client = self._waiting if wait else self._redis
        block = max(1, int(min(wait, LONGEST_WAIT) * 1000)) if wait else None
        with away():
            answer = client.xread(streams, count=count, block=block)
            found = []
            for stream, items in answer or ():
                for identifier, fields in items:
                    try:
                        entry = read_entry(fields[b"e"])[1]
                    except (ValueError, KeyError):
                        self._set_aside(stream, identifier, fields)
                    else:
                        found.append((stream.decode(), identifier.decode(), entry))
        return found

    def _set_aside(self, stream: bytes, identifier: bytes, fields: dict[bytes, bytes]) -> None:
        """What we cannot read must not be read again and again; a newer version may be able to."""
        log.error("an entry cannot be read and was set aside in the stream unreadable", stream=stream.decode())
        with self._redis.pipeline() as pipe:
            pipe.xadd("unreadable", {b"stream": stream, **fields})
            pipe.xdel(stream, identifier)
            pipe.execute()

    def _delete(self, stream: str, ids: Sequence[str]) -> None:
        if ids:
            with away():
                self._redis.xdel(stream, *ids)
