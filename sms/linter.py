"""What a message of ours must not say: it stays on the telephone for another person to read.

One function for all: the phrases, the rules' neutral SMS, and what a desk writes (there it warns).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sms.gsm7 import fits, segments

ECHO_WORDS = 3
"""So many words in a row, as the writer wrote them, are an echo."""


@dataclass(frozen=True, slots=True)
class Fault:
    """
    Attributes:
        what: ``empty``, ``length``, ``agency``, ``emergency``, ``nature``, ``digits``, ``link``, ``promise``,
            ``questions``, ``echo``.
        words: what betrays it, as written.
        why: a sentence for whoever wrote it.
    """

    what: str
    words: str
    why: str


_WHY = {
    "agency": "another person may read it: name no agency",
    "emergency": "another person may read it: nothing may sound like an emergency, a report or help",
    "nature": "another person may read it: do not say what happened",
    "digits": "a digit would look like a case's or an agency's number",
    "link": "another person may follow it: no link and no address",
    "promise": "nobody may be told that help comes before a desk has accepted",
}

_TELLING = {
    "agency": r"""
        polisi polres polsek polda ambulan pemadam damkar gulkarmat dinas dinsos dishub satpol puskesmas petugas
        operator police officer agency hotline call\scent \bp2tp2a\b \b(uptd?\s)?ppa\b \bbpbd\b \bagd\b \brsud\b
        \bkantor\b
        """,
    "emergency": r"""
        darurat gawat tolong bantu\w* lapor pengaduan \bkasus tiket siaga selamatkan
        emergency urgent \bsos\b \bhelp rescue \bcase\b \breport \bticket
        """,
    "nature": r"""
        kekerasan \bkdrt\b pukul siksa perkosa leceh \b(meng|di)?ancam bunuh korban visum pelaku \bsuami rumah\saman
        kebakaran \bapi\b \basap\b kecelakaan tabrak \bsakit \bluka darah pingsan banjir gempa
        rampok begal maling \b(men)?curi senjata pisau
        violence abuse victim \brape assault attack \bhit\b \bbeat threat \bkill husband shelter safe\shouse
        \bfire\b \bsmoke accident crash injur \bhurt blood flood quake \brob(b|s|\b) thief stolen weapon \bgun\b knife
        """,
    "digits": r"\d+",
    "link": r"https?: \bwww\b \w\.\w @",
    "promise": r"""
        \bdatang meluncur menuju perjalanan \bdi\sjalan\b \botw\b \b(di|me?ng?)?kirim diurus \b(men|di)?jemput
        \bsampai\b \btiba\b \bsegera\b \bcoming\b \barriv \bsent\b \bsending\b be\sthere nearly\sthere looking\safter
        on\s(the|its|our|my|their)\sway take\scare\sof taken\scare
        """,
}
"""Patterns with white space between them."""

_PATTERNS = {what: re.compile("|".join(patterns.split()), re.IGNORECASE) for what, patterns in _TELLING.items()}


def lint(text: str, *, promises: bool = False, said: Sequence[str] = ()) -> tuple[Fault, ...]:
    """Everything in ``text`` that should not be sent; empty: it may go.

    Args:
        promises: a desk has accepted, so that it may say that help comes.
        said: what the writer wrote, of which nothing may be echoed.
    """
    return tuple(_faults(text, promises, said))


def _faults(text: str, promises: bool, said: Sequence[str]) -> Iterator[Fault]:
    if not text.strip():
        yield Fault("empty", "", "it says nothing")
    if not fits(text) or segments(text) > 1:
        yield Fault("length", f"{len(text)} letters", "at most 160 letters of GSM-7, or it is more than one SMS")
    for what, pattern in _PATTERNS.items():
        found = None if what == "promise" and promises else pattern.search(text)
        if found:
            yield Fault(what, found[0], _WHY[what])
    if text.count("?") > 1:
        yield Fault("questions", "?", "one question at a time")
    if echo := _echo(text, said):
        yield Fault("echo", echo, "another person may read it: do not repeat what was written")


def _echo(text: str, said: Sequence[str]) -> str:
    """The first words in a row that the writer wrote too; empty if there are none."""
    written = {run for line in said for run in _runs(line)}
    return next((" ".join(run) for run in _runs(text) if run in written), "")


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return (tuple(words[start : start + ECHO_WORDS]) for start in range(len(words) - ECHO_WORDS + 1))
