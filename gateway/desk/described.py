"""What a text amounts to, in words: while it is typed, and before it is sent."""

from __future__ import annotations

from gateway.desk.case import Case
from gateway.desk.draft import Draft, faults_of
from gateway.desk.labels import label
from gateway.desk.words import FAULTS, said
from sms.gsm7 import segments
from sms.thread import Author


def described(typed: str, case: Case, language: str) -> str:
    """Its length, and what had better not be in it."""
    written = [line.text for line in case.lines if line.author is Author.WRITER]
    found = faults_of(typed, written, promises=bool(case.desk))
    state = label("segments", language, count=segments(typed), letters=len(typed))
    named = dict.fromkeys(said(FAULTS, fault.what, language) for fault in found)
    return " · ".join([state, *named])


def faults_in_words(draft: Draft, language: str) -> str:
    named = (f"{said(FAULTS, fault.what, language)} ({fault.words[:40]})" for fault in draft.faults)
    return "; ".join(dict.fromkeys(named)) + "."
