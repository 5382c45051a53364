"""The store: timelines, live feed and job queues in one Redis, each happening in one transaction.

    timeline:<incident>   stream, the incident's entries; kept until the incident is archived
    feed                  stream of all entries as they come, for desks and displays; the newest FEED_LENGTH
    inbox:<agency>        stream of what an agency was informed of; the newest INBOX_LENGTH
    incidents             sorted set of incidents by the time they opened
    caller:<number key>   hash incident, at: the caller's latest incident, for INDEX_SECONDS (no number is a key);
                          before, before_at: the one before it, and when the caller was last heard of in that
    contacts:<number key> sorted set of the caller's incidents by time, the newest 20, for a month
    closed:<incident>     marks a closed incident for as long
    device:<device key>   sorted set of the incidents a telephone was the caller's in, by time (no IMEI is a key)
    seen:<digest>         the key of a stored entry or job → its incident, for SEEN_SECONDS
    captured              stream of requests that the edge copied and whose call is not known yet
    incoming              stream of parts of messages that are not filed yet
    outgoing:<channel>:…  streams ``urgent`` and ``routine`` of replies that are not sent yet
    waiting:<queue>       sorted set of incidents whose messages wait there for a desk, the next one first
    passed:<queue>        the same of those that have gone on from there and wait elsewhere
    waits, held           hashes: incident → how it waits, incident → the same of what a desk has (waits.py); the
                          words of violence that wait apart have a name of their own
    answered:<desk>       sorted set of incidents whose callers a desk had on the line, by time; the newest 50, a day
    taken_on              sorted set of incidents whose callers nobody answered and desks took on, by time, a day
    taken_on:<incident>   hash: by agency, the desk that did
    violent:<incident>    marks a case of violence for INDEX_SECONDS, for who looks after the lines
    limit:<what>          sorted set of incidents of violence by when the law wants that done, until it is
    link:<digest>         hash page, at, used: who used a link by which a telephone tells its place
    desk:<desk>           the session of a desk that is there, for PRESENT_SECONDS
    unreadable            stream of what stood in the streams above and could not be read
    lease:<name>          who may do what one process alone may do, for as long as it lives
    accounts              hash of the desk page's accounts, by name; session:<digest>, attempts:<…>, code:<name>
                          their sessions, wrong attempts to come in, and codes that were used
    audit                 stream of who did what at the desk's page; never cut short
    snapshot              the state of the queues, for displays
    rq:*, jobs:*          RQ's queues and jobs, and ours about them (gateway/jobs/__init__.py)

One primary holds all of it (with replicas and Sentinel for its fall): a transaction cannot span a Cluster's nodes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from gateway import jobs as job_queues
from gateway.incident.summary import Incident, add_up
from gateway.incident.timeline import Entry, Job, Kind
from gateway.log import get_logger
from gateway.numbers import number_key
from gateway.settings import Settings
from gateway.store.captured import Captured
from gateway.store.connection import LONGEST_WAIT, OPERATION_SECONDS, StoreAway, StoreSilent, away, connect
from gateway.store.joins import Joins
from gateway.store.lines import Lines
from gateway.store.links import Links
from gateway.store.messages import Messages
from gateway.store.record import Record, accept, read_entry
from gateway.store.script import BOUNDS, SCRIPT, Prepared, claim_words, entry_words, job_words, name, seen
from gateway.store.waits import Waits
from gateway.webhooks import secrets
from gateway.webhooks.happenings import job_for

__all__ = ["GATEWAY", "Store", "StoreAway", "StoreSilent", "away", "connect"]

log = get_logger("store")

GATEWAY = "gateway"
"""Stands for an incident in entries about the gateway itself, such as alarms."""


class Store:
    """Redis as the gateway uses it. Safe to share between threads; every method raises StoreAway, and nothing else.

    Attributes:
        messages: the streams of messages.
        captured: requests that the edge copied.
        waits: who waits for a desk with messages, and which desks are there.
        joins: what an incident is found by besides its name.
        lines: entries with names, as pages follow them.
        links: links by which telephones tell their place, and which were used.
    """

    def __init__(self, settings: Settings):
        self._settings = settings
        self.redis = connect(settings)
        self._queues = job_queues.Queues(self.redis)
        self._script = self.redis.register_script(SCRIPT)
        self._reader = connect(settings, OPERATION_SECONDS + LONGEST_WAIT)
        self.messages = Messages(self.redis, self._reader)
        self.captured = Captured(self.redis, self._reader)
        self.waits = Waits(self.redis)
        self.joins = Joins(self.redis, settings)
        self.links = Links(self.redis)
        self.lines = Lines(self.redis, self._reader, settings.text("number_key"))

    def add(self, entries: Sequence[Entry], jobs: Sequence[Job] = ()) -> list[bool]:
        """Save entries and the jobs they bring; for each entry whether it was new. What has a key is saved once."""
        return self.save([accept(entries, jobs)])[0]

    def save(self, records: Sequence[Record]) -> list[list[bool]]:
        """Save several records in one transaction; for each record, for each of its entries, whether it was new."""
        return self.write([self.prepare(record) for record in records])

    def prepare(self, record: Record) -> Prepared:
        """A record as the store takes it; apart from ``write`` so that a faulty record concerns its writer alone."""
        words: list[Any] = []
        with away():
            for job in (*record.jobs, *self._webhooks(record)):
                words += job_words(job, self._queues.commands(job))
        for entry in record.entries:
            words += entry_words(entry, record.accepted, self._number_key(entry))
        return Prepared(words, len(record.entries))

    def _webhooks(self, record: Record) -> list[Job]:
        """What tells agencies' own systems of it, where there are any."""
        if not secrets.are_used(self._settings):
            return []
        return [job for job in map(job_for, record.entries) if job]

    def _number_key(self, entry: Entry) -> str:
        number = entry.data.get("number") if entry.kind is Kind.OPENED else None
        return number_key(self._settings, str(number)) if number else ""

    def prepare_claim(self, number_key: str, new: str, now: float, within: float) -> Prepared:
        """A claim as the store takes it: to which incident this caller's contact belongs.

        It is the open one in which the caller was last heard of, if that is at most ``within`` seconds ago; else
        ``new``. One step: two first calls of one number at the same time get the same. The index behind it keeps a
        caller for INDEX_SECONDS after the last contact; ``within`` may not be longer. OPENED entries keep it too (by
        the number they carry), so that it is right again after Redis was away.

        Its answers: the incident, and if that is ``new``, the caller's incident before it with the time of the last
        contact in it, between a blank; else nothing.
        """
        return Prepared(claim_words(number_key, new, now, within), answers=2)

    def write(self, prepared: Sequence[Prepared]) -> list[list[Any]]:
        """Save what was prepared, in one transaction; for each its answers, an entry's being whether it was new."""
        words = [word for one in prepared for word in one.words]
        with away():
            answers = iter(self._script(args=[*BOUNDS, *words]))
        return [[_answer(next(answers)) for _ in range(one.answers)] for one in prepared]

    def timeline(self, incident: str) -> list[Entry]:
        """An incident's entries in the order they happened.

        An entry that was spooled arrives late, so the stream's own order proves nothing: time does, and among entries
        of the same time the order in which they were accepted.
        """
        return self.timelines([incident])[0]

    def timelines(self, incidents: Sequence[str], most: int | None = None) -> list[list[Entry]]:
        """The same of several incidents, with one question.

        Args:
            most: entries of each, of the beginning and of the end as many; None: all of them.
        """
        keys = [name(f"timeline:{incident}") for incident in incidents]
        with away(), self.redis.pipeline(transaction=False) as pipe:
            for key in keys:
                pipe.xrange(key, count=most and most // 2)
                pipe.xrevrange(key, count=most // 2 if most else 1)
            found = pipe.execute()
        return [_told(dict([*begins, *reversed(ends)])) for begins, ends in zip(found[::2], found[1::2], strict=True)]

    def incident(self, identifier: str) -> Incident:
        """What an incident's timeline adds up to; of an unknown one, an incident with ``contacts`` 0."""
        return add_up(identifier, self.timeline(identifier))

    def incident_of(self, key: str) -> str | None:
        """The incident that has the entry with this key; None of an unknown key, or one older than SEEN_SECONDS."""
        return self.incidents_of([key])[0]

    def incidents_of(self, keys: Sequence[str]) -> list[str | None]:
        """The same of several keys, with one question."""
        with away():
            found = self.redis.mget([seen(key) for key in keys]) if keys else []
        return [incident.decode() if incident else None for incident in found]

    def recent(self, count: int = 20) -> list[Incident]:
        """The incidents opened last, the newest first."""
        with away():
            names = self.redis.zrevrange("incidents", 0, count - 1)
        return [self.incident(name.decode()) for name in names]

    def inbox(self, agency: str, count: int = 50) -> list[Entry]:
        """What an agency was informed of, the newest first."""
        with away():
            stream = self.redis.xrevrange(name(f"inbox:{agency}"), count=count)
        return [read_entry(fields[b"e"])[1] for _, fields in stream]

    def feed(self, after: str, wait: float = 1.0, count: int = 500) -> list[tuple[str, Entry]]:
        """Entries that reached the store after the one with the feed id ``after``, with their ids.

        Waits for the first up to ``wait`` seconds. The id ``0`` is before all that the feed still holds.
        """
        with away():
            answer = self._reader.xread({"feed": after}, count=count, block=max(1, int(min(wait, LONGEST_WAIT) * 1000)))
        stream = answer[0][1] if answer else []
        return [(feed_id.decode(), read_entry(fields[b"e"])[1]) for feed_id, fields in stream]

    def last_feed_id(self) -> str:
        """The feed id of the latest entry, from which ``feed`` and ``follow`` go on."""
        with away():
            newest = self.redis.xrevrange("feed", count=1)
        return str(newest[0][0].decode()) if newest else "0"

    def follow(self, after: str = "") -> Iterator[tuple[str, Entry]]:
        """Entries with their feed ids as they reach the store, without end; ``after`` empty: from now on."""
        after = after or self.last_feed_id()
        while True:
            for feed_id, entry in self.feed(after, wait=5.0):
                after = feed_id
                yield feed_id, entry

    def put_snapshot(self, text: str, seconds: int = 60) -> None:
        """Keep the state of the queues as last seen, for displays."""
        with away():
            self.redis.set("snapshot", text, ex=seconds)

    def get_snapshot(self) -> str:
        """The state of the queues as last seen; empty when nobody wrote it of late."""
        with away():
            return (self.redis.get("snapshot") or b"").decode()

    def workload(self) -> job_queues.Workload:
        """What the workers have before them, and how many they are."""
        with away():
            return job_queues.workload(self._queues, self.redis)

    def check_writable(self) -> None:
        """Returns if the store takes writes now, durably as far as Redis is set to."""
        with away():
            self.redis.set("probe", "", ex=60)


def _told(stream: dict[bytes, dict[bytes, bytes]]) -> list[Entry]:
    told = []
    for fields in stream.values():
        try:
            told.append(read_entry(fields[b"e"]))
        except (ValueError, KeyError):
            # Another version's, say. What else is told must not be lost with it.
            log.exception("an entry of a timeline cannot be read")
    return [entry for _, entry in sorted(told, key=lambda item: (item[1].at, item[0]))]


def _answer(raw: Any) -> bool | str:
    return raw.decode() if isinstance(raw, bytes) else bool(raw)
