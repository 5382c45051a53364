"""Auditors: who did what, to which case, when."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo

from flask import Blueprint, render_template, request

from gateway.accounts.account import Account
from gateway.accounts.audit import Line, lines
from gateway.accounts.rights import Right, may_audit
from gateway.time_of_day import time_of_day, zone
from gateway.web.pages.audit_words import act_named, outcome_named
from gateway.web.pages.guard import route_for, visitor
from gateway.web.pages.origin import Origin
from gateway.web.pages.parts import Parts

ON_A_PAGE = 100
LOOKED_THROUGH = 20_000
"""Lines that one request goes through; the next page goes on from there."""

_STREAM_ID = re.compile(r"[0-9]{1,16}-[0-9]{1,16}")
_WORD = re.compile(r"[A-Za-z0-9._()?-]{0,64}")


@dataclass(frozen=True, slots=True)
class Filter:
    """What is asked for; an empty word, or 0, asks for all. Times in seconds since the epoch."""

    account: str = ""
    incident: str = ""
    since: float = 0.0
    until: float = 0.0

    def has(self, line: Line) -> bool:
        if self.account and self.account not in (line.account, line.about):
            return False
        if self.incident and self.incident != line.incident:
            return False
        if line.at < self.since:
            return False
        return not self.until or line.at <= self.until


@dataclass(frozen=True, slots=True)
class Found:
    """
    Attributes:
        next: id from which older lines follow; empty: there are none.
        whole: whether a page is full or all was looked through.
    """

    lines: list[Line]
    next: str
    whole: bool


def blueprint(parts: Parts, _origin: Origin) -> Blueprint:
    audit = Blueprint("audit_page", __name__)
    local = zone(parts.settings)

    @audit.get("/audit")
    @route_for(Right.AUDIT, "audit")
    def page() -> str:
        wanted = _filter(local)
        before = request.args.get("before", "")
        begin = before if _STREAM_ID.fullmatch(before) else ""
        found = find(parts.stream.newest(begin, LOOKED_THROUGH), visitor().account, wanted)
        language = visitor().language
        return render_template(
            "audit.html",
            found=found,
            asked=request.args,
            time_of_day=time_of_day,
            act_named=lambda act: act_named(act, language),
            outcome_named=lambda outcome: outcome_named(outcome, language),
        )

    return audit


def find(stream: Iterator[tuple[str, dict[str, str]]], auditor: Account, wanted: Filter) -> Found:
    """A page of what an auditor asks for and may see, of the stream's lines, the newest first."""
    shown: list[Line] = []
    last, count = "", 0
    for name, line in lines(stream):
        # No line is written before it happened, but one may be written later.
        if int(name.partition("-")[0]) / 1000 < wanted.since:
            return Found(shown, "", True)
        last, count = name, count + 1
        if may_audit(auditor, line.agency) and wanted.has(line):
            shown.append(line)
        if len(shown) == ON_A_PAGE:
            return Found(shown, last, True)
    stopped = count >= LOOKED_THROUGH
    return Found(shown, last if stopped else "", not stopped)


def _filter(local: tzinfo) -> Filter:
    words = {name: request.args.get(name, "").strip() for name in ("account", "incident")}
    kept = {name: word if _WORD.fullmatch(word) else "?" for name, word in words.items()}
    return Filter(
        **kept, since=_time(request.args.get("since", ""), local), until=_time(request.args.get("until", ""), local)
    )


def _time(text: str, local: tzinfo) -> float:
    """A browser's ``datetime-local`` in our zone; 0 of what is none."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=local).timestamp()
    except (ValueError, OverflowError):
        return 0.0
