"""``GET /metrics``: figures for Prometheus, for insiders alone. By queue, never by nature or place."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from flask import Blueprint, Response, abort
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from gateway.incident.errors import RulesRefused
from gateway.incident.routing import LEAST_URGENT, MOST_URGENT, queue_prio
from gateway.journal.spool import waiting_files
from gateway.queues.figures import WAIT_BOUNDS, Figures, Waits
from gateway.queues.line_tests import LineTests
from gateway.queues.messages import message_lines
from gateway.queues.raising import RAISED_PRIO
from gateway.queues.snapshot import last
from gateway.queues.state import QueueState, Readiness
from gateway.rules import load
from gateway.running.health import Examiner
from gateway.settings import Settings
from gateway.store import Store, StoreAway
from gateway.web.insiders import REFUSED, is_insider

_PRIORITIES = {str(priority): {queue_prio(priority)} for priority in range(MOST_URGENT + 1, LEAST_URGENT + 1)}
_PRIORITIES["raised"] = {RAISED_PRIO}
# Violence alone has the first priority: counted apart, it would be counted.
_PRIORITIES[str(MOST_URGENT + 1)].add(queue_prio(MOST_URGENT))


def blueprint(settings: Settings, examiner: Examiner | None = None, store: Store | None = None) -> Blueprint:
    pages = Blueprint("metrics", __name__)
    registry = CollectorRegistry()
    # prometheus_client asks a collector's ``collect`` alone.
    registry.register(_Collector(settings, examiner or Examiner(settings), store or Store(settings)))

    @pages.get("/metrics")
    def metrics() -> Response:
        if not is_insider(settings):
            abort(403, REFUSED)
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    return pages


class _Collector:
    """All figures as they are when asked."""

    def __init__(self, settings: Settings, examiner: Examiner, store: Store, clock: Callable[[], float] = time.time):
        self._settings = settings
        self._examiner = examiner
        self._store = store
        self._clock = clock

    def describe(self) -> list[Metric]:
        return []  # Nothing is asked of anybody before the first scrape.

    def collect(self) -> Iterator[Metric]:
        yield from self._health()
        yield from self._spool()
        yield from self._agi()
        yield from self._tests()
        try:
            yield from self._messages()
            yield from self._queues()
            yield from self._jobs()
        except StoreAway:
            return

    def _health(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("gateway112_part_up", "1 while a part is well; see /health", labels=["part"])
        for name, part in self._examiner.examine().parts.items():
            up.add_metric([name], float(part.ok))
        yield up

    def _spool(self) -> Iterator[Metric]:
        count = len(waiting_files(self._settings.state / "spool"))
        yield GaugeMetricFamily("gateway112_spool_files", "Files of entries waiting for the store", value=count)

    def _agi(self) -> Iterator[Metric]:
        counts = _counts(self._settings.run / "agi.json")
        sessions = counts.pop("sessions", 0)
        yield GaugeMetricFamily("gateway112_dialogues", "Calls in the dialogue now", value=sessions)
        ends = CounterMetricFamily(
            "gateway112_dialogue_lines", "Lines to Asterisk by what became of them", labels=["what"]
        )
        for name, count in sorted(counts.items()):
            ends.add_metric([name], count)
        yield ends

    def _tests(self) -> Iterator[Metric]:
        tests = CounterMetricFamily("gateway112_test_calls", "Test calls (urn:service:test.sos)", labels=["outcome"])
        for outcome, count in sorted(_counts(self._settings.run / LineTests.FILE).items()):
            tests.add_metric([outcome], count)
        yield tests

    def _jobs(self) -> Iterator[Metric]:
        load = self._store.workload()
        waiting = GaugeMetricFamily("gateway112_jobs_waiting", "Jobs that wait for a worker", labels=["queue"])
        for queue, count in load.waiting.items():
            waiting.add_metric([queue], count)
        yield waiting
        yield GaugeMetricFamily("gateway112_jobs_dead", "Jobs that failed for good", value=load.dead)
        yield GaugeMetricFamily("gateway112_workers", "Workers that give signs of life", value=load.workers)

    def _messages(self) -> Iterator[Metric]:
        try:
            agencies = load(self._settings.rules).agencies
        except RulesRefused:
            return  # The rules in force are those before; `check` and an alarm say it.
        lines = message_lines(self._store.waits, agencies, self._clock())
        for name, explanation, value in (
            ("messages_waiting", "Incidents whose messages wait for a desk", lambda line: line.waiting),
            ("messages_longest_wait_seconds", "Wait of the longest waiting one", lambda line: line.longest),
            ("messages_with_desks", "Incidents whose messages a desk has", lambda line: line.held),
            ("messages_desks", "Desks that are there for messages", lambda line: len(line.desks)),
        ):
            family = GaugeMetricFamily(f"gateway112_{name}", explanation, labels=["queue"])
            for line in lines:
                family.add_metric([line.queue], float(value(line)))
            yield family

    def _queues(self) -> Iterator[Metric]:
        snapshot = last(self._store)
        if snapshot is None:
            return
        now = self._clock()
        age = GaugeMetricFamily(
            "gateway112_queues_seen_seconds", "How old the state of the queues is", value=now - snapshot.at
        )
        yield age
        yield from _states(snapshot.queues, snapshot.at)
        yield from _figures(snapshot.figures)


def _states(queues: tuple[QueueState, ...], at: float) -> Iterator[Metric]:
    waiting = GaugeMetricFamily("gateway112_waiting", "Callers waiting", labels=["queue", "priority"])
    longest = GaugeMetricFamily("gateway112_longest_wait_seconds", "Wait of who waits longest", labels=["queue"])
    desks = GaugeMetricFamily("gateway112_desks", "Desks by whether they could answer", labels=["queue", "readiness"])
    for queue in queues:
        for priority, prios in _PRIORITIES.items():
            waiting.add_metric([queue.name, priority], sum(call.prio in prios for call in queue.callers))
        longest.add_metric([queue.name], queue.longest_wait(at))
        for readiness in Readiness:
            desks.add_metric([queue.name, readiness.value], queue.desks_that_are(readiness))
    yield from (waiting, longest, desks)


def _figures(figures: Figures) -> Iterator[Metric]:
    for name, label, explanation in (
        ("opened", "channel", "Contacts that came"),
        ("queued", "queue", "Calls that entered a queue"),
        ("overflowed", "queue", "Calls that went on from a queue unanswered"),
        ("raised", "queue", "Calls put before all others because their bound was near"),
        ("hung_up", "queue", "Callers who hung up while waiting"),
        ("ended", "cause", "Calls that ended, by cause"),
        ("messages_overflowed", "queue", "Messages that went on from a queue unaccepted"),
        ("messages_raised", "queue", "Messages put before all others because their bound was near"),
    ):
        family = CounterMetricFamily(f"gateway112_{name}", explanation, labels=[label])
        for value, count in sorted(getattr(figures, name).items()):
            family.add_metric([value], count)
        yield family
    yield _histogram("answer_wait_seconds", "Seconds a caller waited until a desk answered", figures.waits)
    yield _histogram("accept_wait_seconds", "Seconds a message waited until a desk accepted it", figures.accepts)
    yield CounterMetricFamily(
        "gateway112_abandoned", "Callers who hung up before a desk answered", value=figures.abandoned
    )
    yield CounterMetricFamily("gateway112_alarms", "Alarms", value=figures.alarms)


def _histogram(name: str, explanation: str, by_queue: Mapping[str, Waits]) -> Metric:
    family = HistogramMetricFamily(f"gateway112_{name}", explanation, labels=["queue"])
    for queue, each in sorted(by_queue.items()):
        buckets = [(str(bound), count) for bound, count in zip(WAIT_BOUNDS, each.within, strict=True)]
        family.add_metric([queue], buckets=[*buckets, ("+Inf", each.count)], sum_value=each.seconds)
    return family


def _counts(file: Path) -> dict[str, int]:
    try:
        return {str(name): int(count) for name, count in json.loads(file.read_text(encoding="ascii")).items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}
