"""Who serves: whether each follows from rules and settings, and does so now where it runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from gateway import rules
from gateway.channels import asterisk, kamailio_conf, kamailio_status, kannel_conf, kannel_status, nginx_conf
from gateway.channels.ami import Manager
from gateway.channels.ami_actions import ActionRefused, AmiAway
from gateway.check import edge as edge_check
from gateway.check import front as front_check
from gateway.check import kannel as kannel_check
from gateway.check import queues as queue_check
from gateway.check.finding import Finding, not_running, notice, ok, wrong
from gateway.incident.errors import Refused
from gateway.running import doors
from gateway.running.readiness import State, states
from gateway.running.services import services
from gateway.settings import Settings
from gateway.store.durability import durability_problems


def check_asterisk(settings: Settings) -> Iterator[Finding]:
    """Whether what was generated still follows from rules and settings."""
    book, _ = rules.examine(settings.rules)
    if book is None:
        return
    folder = asterisk.folder(settings)
    wanted = asterisk.render(settings, book)
    if not (folder / "queues.conf").exists():
        yield wrong(f"no configuration in {folder}: run `make setup`")
        return
    stale = [name for name, text in wanted.items() if not _says(folder / name, text)]
    if stale:
        yield wrong(f"{', '.join(stale)} no longer follow from rules and settings: run `gateway112 reload`")
    else:
        yield ok(f"{len(wanted)} files in {folder} follow from rules and settings")


def _says(file: Path, text: str) -> bool:
    try:
        return file.read_text(encoding="utf-8") == text
    except OSError:
        return False


def check_edge(settings: Settings) -> Iterator[Finding]:
    book, _ = rules.examine(settings.rules)
    if book is None:
        return
    if not kamailio_conf.runs(settings):
        yield notice("the edge is off: emergency URNs get no answer, and one Asterisk has every call")
        return
    problems = list(edge_check.stale(settings, book))
    try:
        problems += edge_check.unreached(settings)
    except kamailio_status.KamailioAway as fault:
        yield not_running(str(fault))
    yield from map(wrong, problems)
    if not problems:
        yield ok(f"calls come in by Kamailio and go to {', '.join(kamailio_conf.nodes(settings))}")


def check_front(settings: Settings) -> Iterator[Finding]:
    if not nginx_conf.runs(settings):
        yield ok("the front is off: the desk's pages are for this machine, or for a proxy of yours")
        return
    if why := front_check.unusable(settings):
        yield wrong(why)
        return
    problems = list(front_check.problems(settings))
    if not problems:
        yield from map(notice, front_check.lacking(settings))
    try:
        if why := front_check.shown(settings):
            problems.append(f"{why}: run `gateway112 reload`")
    except OSError as fault:
        yield not_running(f"the front does not answer ({fault.strerror or type(fault).__name__})")
    yield from map(wrong, problems)
    if not problems:
        yield ok(
            f"{settings.pages_url} and what it leads to, with a certificate for {', '.join(nginx_conf.names(settings))}"
        )


def check_queues(settings: Settings) -> Iterator[Finding]:
    book, _ = rules.examine(settings.rules)
    if book is None:
        return
    there: queue_check.Queues | None
    try:
        with Manager(settings) as manager:
            there, where = queue_check.in_force(manager), "Asterisk"
    except (AmiAway, ActionRefused) as fault:
        # Asterisk answered and turned us away: it runs, and something is wrong.
        turned_away = isinstance(fault.__cause__, ActionRefused)
        yield wrong(fault) if turned_away else not_running(str(fault))
        there, where = queue_check.written(asterisk.folder(settings) / "queues.conf"), "queues.conf"
    if there is None:
        return
    problems = [f"{difference} in {where}" for difference in queue_check.differences(book, there)]
    yield from (wrong(f"{problem}: run `gateway112 reload`") for problem in problems)
    if not problems:
        yield ok(f"{len(there)} queues in {where}, with the desks of the rules")


def check_kannel(settings: Settings) -> Iterator[Finding]:
    if not kannel_conf.runs(settings):
        yield ok(
            "Kannel is off" if not settings.flag("kannel") else "no line in local/smsc.conf: Kannel is not started"
        )
        return
    problems = list(kannel_check.stale(settings))
    try:
        there = kannel_status.status(settings)
    except kannel_status.KannelAway as fault:
        yield not_running(str(fault))
        there = None
    problems += kannel_check.differences(settings, there) if there else ()
    yield from map(wrong, problems)
    if there and not problems:
        yield ok(f"Kannel runs with the lines {', '.join(there.lines) or 'none'}")


def check_redis(settings: Settings) -> Iterator[Finding]:
    problems = durability_problems(settings)
    away = [problem for problem in problems if "does not answer" in problem]
    if away and not settings.text("redis_url"):
        yield not_running(away[0])
        return
    yield from map(wrong, problems)
    if not problems:
        yield ok("Redis keeps every entry it acknowledges (appendonly, appendfsync always, noeviction)")


def check_services(settings: Settings) -> Iterator[Finding]:
    """Running: each service. Not running: whether its ports are free."""
    known = states(settings.run)
    if known:
        down = {name: word for name, word in _words(settings, known) if word != "RUNNING"}
        for name, word in down.items():
            yield wrong(f"{name} is {word}: see {settings.state / 'log' / name}.log")
        if not down:
            yield ok(f"{len(known)} services run")
        return
    yield not_running("the gateway: start it with `make run`")
    faults = [fault for door in doors.doors(settings) for fault in _taken(door)]
    yield from map(wrong, faults)
    if not faults:
        yield ok("every port is free")


def _words(settings: Settings, known: Mapping[str, State]) -> Iterator[tuple[str, str]]:
    for service in services(settings):
        yield service.name, known[service.name].word if service.name in known else "not known to supervisord"


def _taken(door: doors.Door) -> Iterator[Refused]:
    try:
        doors.check_free([door])
    except Refused as fault:
        yield fault
