"""What must be right before anything runs: settings, secrets, rules, sounds, places, and how others are told."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from ipaddress import ip_address, ip_network

from gateway import rules, sounds
from gateway.accounts import first_start
from gateway.check import follow_ups
from gateway.check import places as place_check
from gateway.check import twilio as twilio_check
from gateway.check import webhooks as webhook_check
from gateway.check.finding import Finding, notice, ok, wrong
from gateway.check.settings import contradictions
from gateway.running import elsewhere
from gateway.running.misspelt import misspelt
from gateway.settings import GENERATED_SECRETS, Settings
from gateway.sounds import prompts

LOOPBACK = ip_address("127.0.0.1")
PROGRAMS = ("kamailio", "asterisk", "redis-server", "espeak-ng", "bearerbox", "smsbox")


def check_settings(settings: Settings) -> Iterator[Finding]:
    others = elsewhere.differences(settings)
    problems = [*([elsewhere.advice(others)] if others else []), *contradictions(settings)]
    yield from map(wrong, problems)
    yield from map(notice, misspelt())
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
    if (told := settings.state / first_start.FILE).exists():
        yield notice(f"{told} has the first passwords of the desk's page: read it, then remove it")
    if not empty and not open_files:
        yield ok(f"{len(GENERATED_SECRETS)} secrets, readable by their owner alone")


def check_programs(settings: Settings) -> Iterator[Finding]:
    folder, wanted = settings.natives / "bin", (*PROGRAMS, *(("nginx",) if settings.flag("front") else ()))
    missing = [name for name in wanted if not (folder / name).exists()]
    for name in missing:
        yield wrong(f"{name} is not in {folder}: run `make setup`")
    if not missing:
        yield ok(", ".join(wanted))


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


def check_twilio(settings: Settings) -> Iterator[Finding]:
    if not settings.text("twilio_account_sid"):
        yield ok("Twilio is off")
        return
    book, _ = rules.examine(settings.rules)
    problems = list(twilio_check.problems(settings, book))
    yield from map(wrong, problems)
    if not problems:
        yield ok("Twilio has a way to Asterisk, and a fallback document")


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
