"""What a message of ours must not say: it stays on the telephone for another person to read.

One function for all: the phrases, the rules' neutral SMS, and what a desk writes (there it warns).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from sms.gsm7 import fits, segments
from sms.morphology import forms, nasal

ECHO_WORDS = 3
"""So many words in a row, as the writer wrote them, are an echo."""


MOST_NAMED = 5
"""So many words of one kind are named."""


@dataclass(frozen=True, slots=True)
class Fault:
    """
    Attributes:
        what: ``empty``, ``length``, ``agency``, ``emergency``, ``nature``, ``digits``, ``link``, ``promise``,
            ``questions``, ``echo``; what a desk writes may besides have ``place``, ``name``, ``number``, ``answer``.
        words: what betrays it, as written; several with commas between them.
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

# Verbs of harm: each in every form that morphology.py makes of it.
_HARM = """
    pukul tampar gampar gaplok tonjok tendang gebuk gebug hajar jambak cekik cekek banting siksa aniaya keroyok sundut
    sekap kurung bentak perkosa cabul leceh raba gerayang ancam ancem bunuh bacok tusuk tikam tembak rampok begal
    jambret todong culik sandera tabrak racun
    """

_TELLING = {
    "agency": r"""
        polisi polwan polres polsek polda \bspkt\b brimob reskrim babin ambulan pemadam damkar gulkarmat \bdinas dinsos
        dishub satpol satgas puskesmas petugas \baparat operator hotline call\scent \bkantor\b \btim\b \bpatroli
        \banggota\b(?!\skeluarga) \brelawan \bdokter paramedis \bmedis\b \bperawat \bbidan\b psikolog psikiater konselor
        \bpendamping pengacara \brs(u|ud|up|ia|j|cm|pad|kd)?\b rumah\ssakit \b(igd|ugd)\b \bklinik \bp2tp2a\b
        \b(uptd?\s)?ppa\b \bbpbd\b \bbasarnas \bagd\b \bpmi\b \bkpai\b kemenp komnas \bpeksos
        (?-i:\bSAPA\b) (?-i:\bLBH\b)
        police officer \bcops?\b agency \bteam\b \bdoctor \bnurse \bhospital \bclinic paramedic counsell?or psycholog
        lawyer social\sworker fire(man|men|\s?fighter|\sbrigade|\struck|\sengine)
        """,
    "emergency": r"""
        darurat gawat tolong bantu\w* lapor pengaduan \bkasus tiket siaga selamatkan
        emergency urgent \bsos\b \bhelp rescue \bcase\b \breport \bticket
        """,
    "nature": r"""
        kekerasan \bkdrt\b perkosa korban visum pelaku rumah\saman
        \bs[uw]ami \blaki(mu|lu|lo|nya)\b \blaki\s(kamu|kau|anda|elu|elo|lu|lo|ibu|kakak|kak|mba|mbak)\b
        \bpacar \bmantan(mu|nya)?\b \bmajikan (bapak|ayah|ibu)\stiri
        kebakaran \bapi\b \basap\b kecelakaan \bsakit \bluka darah pingsan banjir gempa longsor \btenggelam \btawuran
        \bmaling \b(men)?curi senjata pisau \bgolok \b(ce|c)lurit \bparang\b \bpistol
        violence abuse victim \brape assault attack \bhit\b \bbeat threat \bkill husband boyfriend stepfather shelter
        safe\shouse \bslap \bpunch \bchok strangl \bstab(s|bed|bing)?\b kidnap hostage harass molest poison suicide
        \bfire\b \bsmoke accident crash injur \bhurt blood flood quake drown \brob(b|s|\b) thief stolen weapon \bgun\b
        knife
        """,
    "digits": r"\d+ satu\ssatu\sdua one\sone\stwo",
    "link": r"https?: \bwww\b \w\.\w @",
    "promise": r"""
        \b(datang|dateng)\b \b(mem|di)?be?rangkat \bmeluncur menuju perjalanan \bmerapat\b \botw\b
        \b(sudah|udah|lagi)\sjalan\b \bdi\sjalan\b(?=\s(ya|nih|kok|sekarang|menuju|ke)\b|\s?([.,!]|$))
        \bke\s?(sana|situ|lokasi|tkp)\b \bke\s(tempat|rumah)(mu|\s(kamu|anda|kakak|ibu|bapak))\b
        \b(di|nge|me?ng)?kirim(in|kan)?\b(?!\s(lokasi|posisi|alamat|foto|titik|nama|pesan|aja|saja|lagi|(ke|di)\ssini)\b)
        \b(ng|meng)irim diurus \b(di)?tangani \b(men|nge?|di)?jemput samperin \b(ny|meny|dis)usul\b
        \b(menit|jam)\slagi\b in\s\w+\sminutes?\b minutes?\saway\b
        \b(sampai|sampe|nyampai|nyampe)\b(?!\s(sekarang|kapan|jam|dia|kamu|ada|nanti|besok|pagi|malam|aman|selesai)\b)
        (?<!-)\btiba\b(?!-) \bsegera\b
        \bcoming\b \barriv \bsent\b \bsending\b \b(will|ll|we)\ssend\b \bsend\s(some|help|our)
        \b(will|ll|we|they|someone|somebody)\scomes?\b be\sthere nearly\sthere \bdispatch \ben\sroute\b \bhead(ing|ed)\b
        on\s(the|its|our|my|their)\sway \bomw\b (get|getting|reach|reaching)\s(to\s)?you\b pick(ing)?\syou\sup
        looking\safter take\scare\sof taken\scare
        """,
}
"""Patterns with white space between them. SAPA and LBH in small letters are `siapa` and `lebih`."""

_PATTERNS = {what: re.compile("|".join(patterns.split()), re.IGNORECASE) for what, patterns in _TELLING.items()}

_CLOCK = re.compile(r"\bpukul (?=berapa|satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh|sebelas)", re.I)
_CLITIC = re.compile(r"(nya|mu|ku|lah|kah|pun)$")
_CLAUSE = re.compile(r"(?<=[.!?,;])")
_ADVICE = re.compile(r"\?$|\b(jangan|jgn|jangn|coba|lari|pindah|pergi|don'?t)\b", re.IGNORECASE)
_WE = re.compile(r"\b(kami|kita|tim|saya|aku|we|they|i|someone|somebody|orang)\b", re.IGNORECASE)


def _forms_of(root: str) -> Iterator[str]:
    yield from (form for form, _ in forms(root))
    yield f"{root}an"
    for active in nasal(root):
        if active.startswith("me"):
            yield from (f"p{active[1:]}", f"p{active[1:]}an")


_HARM_FORMS = frozenset(form for root in _HARM.split() for form in _forms_of(root))


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
    line = " ".join(text.split())
    for what, pattern in _PATTERNS.items():
        if what == "promise" and promises:
            continue
        found = _found(pattern, _stated(line) if what == "promise" else line)
        if words := [*found, *_harm(line)] if what == "nature" else found:
            yield Fault(what, _each_once(words), _WHY[what])
    if text.count("?") > 1:
        yield Fault("questions", "?", "one question at a time")
    if echo := _echo(text, said):
        yield Fault("echo", echo, "another person may read it: do not repeat what was written")


def _found(pattern: re.Pattern[str], text: str) -> list[str]:
    """What a pattern finds, each to the ends of its words."""
    return [_whole(text, *match.span()) for match in islice(pattern.finditer(text), MOST_NAMED)]


def _whole(text: str, start: int, end: int) -> str:
    while start > 0 and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum():
        end += 1
    return text[start:end]


def _each_once(words: Sequence[str]) -> str:
    """The first of them, without those that stand in another one."""
    several = list({word.strip().lower(): word.strip() for word in reversed(words)}.values())[::-1]
    apart = [word for word in several if not any(word.lower() in other.lower() != word.lower() for other in several)]
    return ", ".join(apart[:MOST_NAMED])


def _harm(text: str) -> list[str]:
    """The verbs of harm, in whatever form. ``pukul`` before an hour is the clock."""
    words = re.findall(r"\w+", _CLOCK.sub("", text))
    return [word for word in words if {word.lower(), _CLITIC.sub("", word.lower())} & _HARM_FORMS]


def _stated(text: str) -> str:
    """What is said of ourselves: without questions and advice, which promise nothing (`Jangan ke sana`)."""
    clauses = (clause.strip() for clause in _CLAUSE.split(text))
    return " ".join(clause for clause in clauses if _WE.search(clause) or not _ADVICE.search(clause))


def _echo(text: str, said: Sequence[str]) -> str:
    """The first words in a row that the writer wrote too; empty if there are none."""
    written = {run for line in said for run in _runs(line)}
    return next((" ".join(run) for run in _runs(text) if run in written), "")


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return (tuple(words[start : start + ECHO_WORDS]) for start in range(len(words) - ECHO_WORDS + 1))
