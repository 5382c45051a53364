"""What a text amounts to, in words: while it is typed, and before it is sent."""

from __future__ import annotations

from gateway.desk.case import Case
from gateway.desk.draft import Draft, Reader, faults_of
from gateway.desk.labels import label
from gateway.desk.words import FAULT_WHYS, FAULTS
from gateway.incident.report import Nature
from gateway.language import said
from sms.gsm7 import segments
from sms.linter import Fault
from sms.thread import Author


def described(typed: str, case: Case, language: str) -> str:
    """Its length, and what had better not be in it."""
    written = [line.text for line in case.lines if line.author is Author.WRITER]
    in_danger = case.silent or case.nature in (Nature.VIOLENCE, Nature.UNKNOWN)
    reader = Reader(written, bool(case.desk), in_danger, case.number or "", places=tuple(case.named.values()))
    found = faults_of(typed, reader)
    state = label("segments", language, count=segments(typed), letters=len(typed))
    named = dict.fromkeys(said(FAULTS, fault.what, language) for fault in found)
    return " · ".join([state, *named])


def faults_in_words(draft: Draft, language: str) -> str:
    """Each fault with its words, and why."""
    return (
        "; ".join(
            f"{said(FAULTS, fault.what, language)} ({fault.words[:40]}): {why_not(fault, language)}"
            for fault in draft.faults
        )
        + "."
    )


def why_not(fault: Fault, language: str) -> str:
    """Why it had better not be sent; empty where the fault tells it itself."""
    return said(FAULT_WHYS, fault.what, language) if fault.what in FAULT_WHYS else ""
