"""What a text amounts to, in words: while it is typed, and before it is sent."""

from __future__ import annotations

from gateway.desk.case import Case
from gateway.desk.draft import Draft, Reader, faults_of
from gateway.desk.labels import label
from gateway.desk.words import FAULT_WHYS, FAULTS, LINK_RISKS, WARNINGS
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


def question_of(draft: Draft, muted: str, language: str, *, kept: bool) -> str:
    """What whoever wrote it is asked before it is sent; empty: nothing.

    Args:
        muted: why nothing is answered of itself; empty: it is.
        kept: some of it stayed in the input from before.
    """
    if draft.faults and not draft.phrase:
        return label("ask_faults", language, faults=faults_in_words(draft, language))
    if draft.risk and not draft.link:
        return label("ask_risk", language, why=said(LINK_RISKS, draft.risk, language))
    if muted:
        return label("ask_muted", language, why=said(WARNINGS, f"muted_{muted}", language))
    return label("ask_phrase", language, text=draft.text) if draft.phrase or kept else ""


def why_not(fault: Fault, language: str) -> str:
    """Why it had better not be sent; empty where the fault tells it itself."""
    return said(FAULT_WHYS, fault.what, language) if fault.what in FAULT_WHYS else ""
