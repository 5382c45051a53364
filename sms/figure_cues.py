"""Which pairs of figures are positions, and which are prices, times or versions: what stands beside them tells.

In Indonesia 6.500 is six and a half thousand, and 6.30 half past six.
"""

from __future__ import annotations

import re

FULL_DECIMALS = 4
"""Decimals that no price, time or version has."""

CUES = re.compile(
    r"(?:koordinat|kordinat|koord|coords?|coordinates?|lokasi|posisi|titik|lintang|bujur)(?:nya|ku)?|location|position"
    r"|(?:share|ser)?lo[ck]|lat|latitude|long?|lng|longitude|gps|maps?|peta|pin|geo"
)
OTHERS = re.compile(
    r"(?:harga|hrg|bayar|biaya|ongkir|saldo|nilai|berat|suhu|ukuran)(?:nya)?|hrga|price|rp|rupiah|idr|usd|kurs|uang|duit|dp"
    r"|diskon|nego|total|jumlah|transfer|tf|rek|rekening|(?:di)?jual|beli|gula|jam|pukul|pkl|tgl|tanggal|versi|version|ver"
    r"|v|skor|tensi|tekanan|ipk|antara|rata|kurang|lebih"
)
UNITS = re.compile(
    r"\s{0,2}(?:/\s?)?(?:%|(?:rb|ribu|ribuan|jt|juta|k|kg|kilo|gr|gram|ons|ton|km|cm|mm|m|meter|liter|ltr|persen|wib|wita"
    r"|wit|nego|rupiah|idr|usd|pcs|buah|unit|hari|jam|menit|mnt|detik|mmhg|poin|per)(?![a-z]))",
    re.IGNORECASE,
)
AXES = re.compile(r"lat|latitude|lintang|lt|lo|long?|lng|longitude?|bujur|lg")

NEAR_WORDS, NEAR_CHARACTERS, WORDS_AFTER = 6, 60, 2

_AT = re.compile(r"\b(?:di|at|(?:di\s?)?sini|here)[\s:,(]{1,3}$", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_DECIMALS = re.compile(r"\d[.,](\d+)")
_MINUS = re.compile(r"[-−–]\d")


def is_cued(text: str, start: int, end: int) -> bool:
    """Whether these figures are said to be a position: by their axes' names, or a word nearer than any of a price."""
    letters = _WORD.findall(text[start:end].lower())
    if "°" in text[start:end] or len(letters) > 1 or any(map(AXES.fullmatch, letters)):
        return True
    return not UNITS.match(text, end) and _nearest(text, start, end) == "cue"


def is_plain(text: str, start: int, end: int) -> bool:
    """Whether these figures, that nothing calls a position, look like one and like nothing else: a minus at least."""
    figures = text[start:end]
    if not _MINUS.search(figures):
        return False
    if text.strip(" \t\r\n()[]") == figures.strip(" \t\r\n()[]"):
        return True
    # Sums are round, places are not.
    is_sum = all(len(digits) == 3 and digits.endswith("0") for digits in _DECIMALS.findall(figures))
    is_here = _AT.search(text[max(0, start - NEAR_CHARACTERS) : start]) is not None
    return (is_here or not is_sum) and not is_otherwise(text, start, end)


def is_otherwise(text: str, start: int, end: int) -> bool:
    """Whether these figures are said to be something else."""
    return UNITS.match(text, end) is not None or _nearest(text, start, end) == "other"


def is_full(figures: str) -> bool:
    """Whether each of the figures has more decimals than a price, a time or a version."""
    return all(len(digits) >= FULL_DECIMALS for digits in _DECIMALS.findall(figures))


def _nearest(text: str, start: int, end: int) -> str:
    """What the nearest telling word says: ``cue``, ``other``, or nothing."""
    before = _WORD.findall(text[max(0, start - NEAR_CHARACTERS) : start].lower())[-NEAR_WORDS:]
    after = _WORD.findall(text[end : end + NEAR_CHARACTERS].lower())[:WORDS_AFTER]
    for word in (*reversed(before), *after):
        if CUES.fullmatch(word):
            return "cue"
        if OTHERS.fullmatch(word):
            return "other"
    return ""
