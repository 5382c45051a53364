"""What a check says of one thing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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
