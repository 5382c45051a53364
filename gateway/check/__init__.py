"""``gateway112 check``: what is wrong, a line each, and what to do. With nothing wrong, what was looked at."""

from __future__ import annotations

import argparse
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address, ip_network
from pathlib import Path

from gateway import rules, sounds
from gateway.channels import asterisk, kamailio_conf, kamailio_status, kannel_conf, kannel_status
from gateway.channels.ami import Manager
from gateway.channels.ami_actions import ActionRefused, AmiAway
from gateway.check import edge as edge_check
from gateway.check import follow_ups
from gateway.check import kannel as kannel_check
from gateway.check import places as place_check
from gateway.check import queues as queue_check
from gateway.check import twilio as twilio_check
from gateway.check import webhooks as webhook_check
from gateway.check.settings import contradictions
from gateway.incident.errors import Refused
from gateway.running import doors, elsewhere
from gateway.running.readiness import State, states
from gateway.running.services import services
from gateway.settings import GENERATED_SECRETS, Settings, SettingsRefused
from gateway.sounds import prompts
from gateway.store import durability_problems

LOOPBACK = ip_address("127.0.0.1")
PROGRAMS = ("kamailio", "asterisk", "redis-server", "espeak-ng", "bearerbox", "smsbox")


class Verdict(StrEnum):
    OK = "ok"
    WRONG = "WRONG"
    NOTICE = "notice"  # nothing is broken, but something wanted will not happen
    NOT_RUNNING = "not running"


@dataclass(frozen=True, slots=True)
class Finding:
    verdict: Verdict
    what: str


def ok(what: str) -> Finding:
    return Finding(Verdict.OK, what)


def wrong(what: object) -> Finding:
    return Finding(Verdict.WRONG, str(what))


def notice(what: str) -> Finding:
    return Finding(Verdict.NOTICE, what)


def not_running(what: str) -> Finding:
    return Finding(Verdict.NOT_RUNNING, what)


def check_settings(settings: Settings) -> Iterator[Finding]:
    others = elsewhere.differences(settings)
    problems = [*([elsewhere.advice(others)] if others else []), *contradictions(settings)]
    yield from map(wrong, problems)
    if not problems:
        yield ok(f"{len(settings)} settings agree")


def check_secrets(settings: Settings) -> Iterator[Finding]:
    empty = [name for name in GENERATED_SECRETS if not settings.text(name)]
    for name in empty:
        yield wrong(f"secret {name} is empty: run `make setup`, or set GATEWAY112_{name.upper()}")
    files = [settings.state / name for name in ("secrets.toml", "trunks.toml", "webhooks.toml")]
    open_files = [file for file in files if file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077]
    for file in open_files:
        yield wrong(f"{file} can be read by other users: chmod 600 {file}")
    if not empty and not open_files:
        yield ok(f"{len(GENERATED_SECRETS)} secrets, readable by their owner alone")


def check_programs(settings: Settings) -> Iterator[Finding]:
    folder = settings.natives / "bin"
    missing = [name for name in PROGRAMS if not (folder / name).exists()]
    for name in missing:
        yield wrong(f"{name} is not in {folder}: run `make setup`")
    if not missing:
        yield ok(", ".join(PROGRAMS))


def check_rules(settings: Settings) -> Iterator[Finding]:
    book, faults = rules.examine(settings.rules)
    yield from map(wrong, faults)
    for trunk in book.trunks.values() if book and settings.flag("trial_trunk") else ():
        if any(LOOPBACK in ip_network(address) for address in trunk.addresses):
            yield wrong(f"trunk {trunk.name} has {LOOPBACK}, as has the trial trunk: switch trial_trunk off")
    if book is not None:
        desks = sum(len(agency.desks) for agency in book.agencies.values())
        counts = f"{len(book.agencies)} agencies, {desks} desks, {len(book.trunks)} trunks"
        yield ok(f"{len(book.rules.rules)} rules, each selected by its proof; {counts}")


def check_hang_ups(settings: Settings) -> Iterator[Finding]:
    book, _ = rules.examine(settings.rules)
    yield from map(notice, follow_ups.impossible(settings, book) if book else ())


def check_dialogue(_settings: Settings) -> Iterator[Finding]:
    languages = prompts.load_languages()
    problems = list(prompts.unspoken(languages))
    yield from map(wrong, problems)
    if not problems:
        yield ok(f"every step has its words in {', '.join(languages)}")


def check_sounds(settings: Settings) -> Iterator[Finding]:
    found = sounds.states(settings)
    lacking = [one.sound.key for one in found if one.state in ("missing", "stale")]
    if lacking:
        yield wrong(f"{len(lacking)} sounds are missing or out of date (first {lacking[0]}): run `gateway112 reload`")
    faults = sounds.recording_faults(one.sound for one in found)
    yield from map(wrong, faults)
    if not lacking and not faults:
        recorded = sum(one.state == "recorded" for one in found)
        yield ok(f"{recorded} recorded, {len(found) - recorded} synthetic")


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


def check_twilio(settings: Settings) -> Iterator[Finding]:
    if not settings.text("twilio_account_sid"):
        yield ok("Twilio is off")
        return
    book, _ = rules.examine(settings.rules)
    problems = list(twilio_check.problems(settings, book))
    yield from map(wrong, problems)
    if not problems:
        yield ok("Twilio has a way to Asterisk, and a fallback document")


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


def check_webhooks(settings: Settings) -> Iterator[Finding]:
    book, _ = rules.examine(settings.rules)
    if book is None:
        return
    problems = list(webhook_check.problems(settings, book))
    yield from map(wrong, problems)
    if not problems:
        told = [agency.id for agency in book.agencies.values() if agency.webhook]
        yield ok(f"the systems of {', '.join(told)} are told" if told else "no agency has a webhook")


def check_places(settings: Settings) -> Iterator[Finding]:
    problems = list(place_check.problems(settings))
    yield from map(wrong, problems)
    yield from map(notice, place_check.lacking(settings))
    if not problems:
        yield ok(place_check.known(settings))


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


Check = Callable[[Settings], Iterable[Finding]]
CHECKS: tuple[tuple[str, Check], ...] = (
    ("settings", check_settings),
    ("secrets", check_secrets),
    ("programs", check_programs),
    ("rules", check_rules),
    ("hang-ups", check_hang_ups),
    ("dialogue", check_dialogue),
    ("sounds", check_sounds),
    ("asterisk", check_asterisk),
    ("edge", check_edge),
    ("queues", check_queues),
    ("twilio", check_twilio),
    ("kannel", check_kannel),
    ("webhooks", check_webhooks),
    ("places", check_places),
    ("redis", check_redis),
    ("services", check_services),
)


def examine(settings: Settings) -> Iterator[tuple[str, Finding]]:
    """Every finding with the name of its check; a check that cannot be made is a finding too."""
    for name, check in CHECKS:
        try:
            for finding in check(settings):
                yield name, finding
        except (Refused, SettingsRefused, OSError) as fault:
            yield name, wrong(fault)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Ends with 1 when something is wrong. Needs nothing to be running."


def run(_arguments: argparse.Namespace, settings: Settings) -> int:
    failed = False
    for name, finding in examine(settings):
        failed |= finding.verdict is Verdict.WRONG
        print(f"{finding.verdict:<11}  {name:<8}  {finding.what}", flush=True)
    return int(failed)
