"""Who waits for a desk with messages, which desk has whom, and which desks are there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from gateway.incident.limits import LIMITS
from gateway.store.connection import away
from gateway.store.waiting import TakenOn, Wait, read_wait

PRESENT_SECONDS = 7
"""A desk that says nothing for so long is no longer there."""

_WORDS_MARK = "#words"
"""What store.lua adds to an incident for its words."""

_RENEW = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('EXPIRE', KEYS[1], ARGV[2]) end return 0"
_LEAVE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


class Waits:
    """Reads the lines, and keeps which desks are there. Every method raises StoreAway, and nothing else."""

    def __init__(self, client: Any):
        self._redis = client
        self._renew = client.register_script(_RENEW)
        self._leave = client.register_script(_LEAVE)

    def line(self, queue: str, most: int = 200) -> list[Wait]:
        """Who waits for a desk of a queue, the next one first: in it, or elsewhere and has gone on from it."""
        with away():
            found = [self._redis.zrange(name, 0, most - 1, withscores=True) for name in _lines_of(queue)]
            incidents = [name for name, _ in sorted((pair for line in found for pair in line), key=_by_score)][:most]
            texts = self._redis.hmget("waits", incidents) if incidents else []
        return _waits(zip(incidents, texts, strict=True))

    def lengths(self, queues: Iterable[str]) -> dict[str, int]:
        """How many wait for the desks of each of the queues; who has gone on waits for those of several."""
        queues = list(queues)
        with away(), self._redis.pipeline(transaction=False) as pipe:
            for queue in queues:
                pipe.zunion(_lines_of(queue))
            found = pipe.execute()
        # Of an incident that waits here with both its parts there is one.
        return {queue: len({_incident(name) for name in names}) for queue, names in zip(queues, found, strict=True)}

    def everybody(self) -> list[Wait]:
        """Who waits, in any queue, in no order; of an incident in two parts both."""
        with away():
            return _waits(self._redis.hgetall("waits").items())

    def held(self) -> list[Wait]:
        """Incidents that desks have, or their parts."""
        with away():
            return _waits(self._redis.hgetall("held").items())

    def answered(self, desk: str, since: float) -> list[str]:
        """Incidents whose callers a desk has or had on the line, the latest first.

        Args:
            since: only those that it answered later, seconds since the epoch.
        """
        with away():
            found = self._redis.zrevrangebyscore(f"answered:{desk}", "+inf", since)
        return [incident.decode() for incident in found]

    def missed(self, queues: Iterable[str], since: float) -> dict[str, list[str]]:
        """Incidents whose callers hung up in each of the queues before anybody answered, and that no desk has taken on;
        the latest first. MISSED_VIOLENCE is a queue here.

        Args:
            since: only those who hung up later, seconds since the epoch.
        """
        queues = list(queues)
        with away(), self._redis.pipeline(transaction=False) as pipe:
            for queue in queues:
                pipe.zrevrangebyscore(f"missed:{queue}", "+inf", since)
            found = pipe.execute()
        return {queue: [name.decode() for name in names] for queue, names in zip(queues, found, strict=True)}

    def limits(self, until: float, most: int) -> list[str]:
        """Incidents of violence of which the law wants something before ``until`` (seconds since the epoch) that is not
        told as done, the first due first; of more than ``most`` the last due. What is late by a month is left out.
        """
        with away(), self._redis.pipeline(transaction=False) as pipe:
            for what in LIMITS:
                pipe.zrevrangebyscore(f"limit:{what}", until, "-inf", start=0, num=most, withscores=True)
            pairs = sorted((pair for found in pipe.execute() for pair in found), key=_by_score)[-most:]
        return list(dict.fromkeys(name.decode() for name, _ in pairs))

    def taken_on(self, since: float) -> list[TakenOn]:
        """Callers whom nobody had answered, and the desks that took them on and have not ended that.

        Args:
            since: only those taken on later, seconds since the epoch.
        """
        with away():
            incidents = self._redis.zrangebyscore("taken_on", since, "+inf")
            with self._redis.pipeline(transaction=False) as pipe:
                for incident in incidents:
                    pipe.hgetall(b"taken_on:" + incident)
                found = pipe.execute()
        return [
            TakenOn(incident.decode(), queue.decode(), desk.decode())
            for incident, takers in zip(incidents, found, strict=True)
            for queue, desk in takers.items()
        ]

    def of(self, incident: str) -> Wait | None:
        """An incident's wait, or the desk that has it (``desk`` is not empty then); None of neither.

        Of two parts it is the task, until that is done.
        """
        return next(iter(self.of_each([incident])), None)

    def of_each(self, incidents: Sequence[str]) -> list[Wait]:
        """The same of several incidents, in their order, both parts; of those that neither wait nor are with a desk
        nothing.
        """
        if not incidents:
            return []
        names = [f"{incident}{mark}" for incident in incidents for mark in ("", _WORDS_MARK)]
        with away(), self._redis.pipeline(transaction=True) as pipe:
            pipe.hmget("waits", names)
            pipe.hmget("held", names)
            waits, held = pipe.execute()
        told = zip(names, waits, held, strict=True)
        return _waits((name.encode(), wait or desk) for name, wait, desk in told)

    def arrive(self, desk: str, session: str, *, instead: bool = False) -> bool:
        """Say that a desk is there; False while another session says so.

        Args:
            session: names this session of the desk, as no other does.
            instead: take over from another session.
        """
        with away():
            taken = self._redis.set(f"desk:{desk}", session, ex=PRESENT_SECONDS, nx=not instead)
        return bool(taken) or self.stay(desk, session)

    def stay(self, desk: str, session: str) -> bool:
        """Say it again; False if this session is not, or no longer, the desk's."""
        with away():
            return bool(self._renew(keys=[f"desk:{desk}"], args=[session, PRESENT_SECONDS]))

    def leave(self, desk: str, session: str) -> None:
        """Say that it is gone."""
        with away():
            self._leave(keys=[f"desk:{desk}"], args=[session])

    def present(self, desks: Iterable[str]) -> set[str]:
        """Those of the desks that are there."""
        desks = list(desks)
        with away():
            found = self._redis.mget([f"desk:{desk}" for desk in desks]) if desks else []
        return {desk for desk, session in zip(desks, found, strict=True) if session}


def _lines_of(queue: str) -> list[str]:
    return [f"waiting:{queue}", f"passed:{queue}"]


def _by_score(pair: tuple[bytes, float]) -> float:
    return pair[1]


def _waits(found: Iterable[tuple[bytes, bytes | None]]) -> list[Wait]:
    return [read_wait(_incident(name), json.loads(text)) for name, text in found if text]


def _incident(name: bytes) -> str:
    return name.decode().removesuffix(_WORDS_MARK)
