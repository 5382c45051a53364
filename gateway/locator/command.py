"""``gateway112 locator``: what the edge copies of calls becomes evidence beside them; late places reach their desks."""

from __future__ import annotations

import argparse
import threading
from collections.abc import Callable, Mapping

from gateway.evidence import network_cell
from gateway.evidence.table import Table
from gateway.journal import open_journal
from gateway.locator import hosts, late
from gateway.locator.cut_off import CutOff
from gateway.locator.hosts import Hosts
from gateway.locator.joining import Joining
from gateway.locator.leader import Leader, trunk_fits
from gateway.locator.receiver import Receiver
from gateway.locator.references import References
from gateway.log import get_logger
from gateway.process import Work, told_to_end, work_until
from gateway.rules import CurrentRules
from gateway.settings import Settings, SettingsRefused
from gateway.store import Store

log = get_logger("locator")

AGAIN_SECONDS = 2.0


def works(settings: Settings) -> Mapping[str, Work]:
    """What runs in the process, each in a thread of its own, by name."""
    store, journal = Store(settings), open_journal(settings, "locator")
    rules = CurrentRules(settings, journal.alarm)
    cells = Table(settings.state / network_cell.FILE)
    references = References(_hosts(settings, journal.alarm), journal)
    references.work()
    fits = trunk_fits(settings, rules.fresh)

    def joining() -> Joining:
        return Joining(journal, cells, fits, references, store.joins.put_device)

    receiver = Receiver(settings, journal)
    leader = Leader(store, joining, references, journal.alarm)
    return {
        "datagrams": receiver.datagrams,
        "frames": receiver.frames,
        "write": receiver.write,
        "leader": leader.run,
        "late": late.build(settings),
        "cut_off": CutOff(settings.state / "log" / "edge.log", journal.alarm, leader.leads).run,
    }


def _hosts(settings: Settings, alarm: Callable[[str], None]) -> Hosts:
    """From which hosts locations are fetched: from none, if the setting is wrong, for all else goes on."""
    try:
        return hosts.read(settings)
    except SettingsRefused as refused:
        alarm(f"no location is fetched by reference: {refused}")
        return Hosts(frozenset(), frozenset(), ())


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "Take the edge's copies until SIGTERM. Several may run: all take, one of them joins."


def run(_arguments: argparse.Namespace, settings: Settings) -> int:
    stop = told_to_end()
    work_until(stop, {name: _kept(name, work) for name, work in works(settings).items()}, patience=5)
    return 0


def _kept(name: str, work: Work) -> Work:
    """Whatever ails it, it is begun again."""

    def kept(stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                work(stop)
            except Exception:
                log.exception("a part of the locator begins again", what=name)
                stop.wait(AGAIN_SECONDS)

    return kept
