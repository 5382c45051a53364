"""Positions that a text gives: as figures, in a link to a map, as a geo URI (RFC 5870), as a full plus code.

A link that holds no position (a short link, what3words) is never followed; it is found and left to the desk.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.incident.shape import Point, is_null
from sms import figure_cues

INDONESIA = ((-11.2, 6.2), (94.5, 141.5))
"""Least and greatest latitude and longitude: whoever reaches this 112 is not further away."""

NEIGHBOURS = (
    ((2.35, 6.2), (100.6, 104.5)),
    ((1.23, 2.35), (102.6, 104.5)),
    ((2.0, 6.2), (111.5, 113.5)),
    ((4.45, 6.2), (113.5, 120.0)),
    ((-9.0, -8.2), (125.3, 127.3)),
)
"""Boxes within it that are Malaysia, Singapore, Brunei and Timor-Leste, and no island of ours."""

FORGOTTEN_SIGN = ((5.0, 7.5), (105.0, 109.0))
"""A position here, at sea off Vietnam, is one of western Java without its minus."""

SURROUNDINGS = ((5.1, 7.0), (106.2, 107.5))
"""Of Jakarta, without the minus: the most that may be meant by figures that nothing calls a position."""

SIGN, SWAPPED = "sign", "swapped"
"""What was put right: a minus that was not written; longitude before latitude."""

DECIMALS = 6
"""Of a degree: 0.1 m; no receiver knows more."""

LONGEST_READ = 20_000
"""Characters of a text that are searched: links are long, but not that long."""

NUMBER = r"[-+−–]?\s?\d{1,3}[.,]\d{1,17}"
HEMISPHERE = r"(?:ls|lu|bt|bb|[nsew])"
PAIR = re.compile(
    rf"(?<![\w.,])(?:\b(?:lat|latitude|lintang|lt|lo)[\s:=.]{{1,3}})?{HEMISPHERE}?[:=\s]{{0,2}}({NUMBER})\s?°?\s?({HEMISPHERE})?(?:\s*[,;/|&]\s*|\s+)"
    rf"(?:(?:long?|lng|longitude|longitud|bujur|lg)[\s:=.]{{0,3}})?{HEMISPHERE}?[:=\s]{{0,2}}({NUMBER})(?![\d])\s?°?\s?({HEMISPHERE})?(?![a-z])",
    re.IGNORECASE,
)
FRACTION = r"(\d{1,2}(?:[.,]\d+)?)"
MINUTES, SECONDS = r"(?:['′’´]|m)?", r"(?:[\"″”]|''|’’|′′|s(?![a-z]))?"
DEGREES = rf"(\d{{1,3}})\s?(?:°|º|deg|d|o)\s?{FRACTION}\s?{MINUTES}\s?(?:{FRACTION}\s?{SECONDS})?\s?"
SEXAGESIMAL = re.compile(rf"(?<!\w){DEGREES}({HEMISPHERE})[\s,;]*{DEGREES}({HEMISPHERE})(?![a-z])", re.IGNORECASE)
LINK = re.compile(
    r"(?:https?://|geo:|(?:www\.|maps\.)?(?:google\.[a-z.]{2,6}/maps|goo\.gl/|maps\.app\.goo\.gl/|waze\.com/))[^\s<>\"]{3,1000}",
    re.IGNORECASE,
)
MAP_HOST = re.compile(
    r"google\.[a-z.]+/maps|maps\.google|goo\.gl|g\.page|waze\.|maps\.apple|openstreetmap|osm\.org|w3w\.co|what3words|here\.com|^geo:|g\.co/",
    re.IGNORECASE,
)
FIGURES = r"([-+]?\d{1,3}\.\d+)"
IN_LINK = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"!3d{FIGURES}!4d{FIGURES}",
        rf"[?&](?:q|query|ll|daddr|destination|to|sll|center|saddr|navigate|coordinate)=(?:loc:|ll\.)?{FIGURES},\s*{FIGURES}",
        rf"mlat={FIGURES}&mlon={FIGURES}",
        rf"[?&]lat=+{FIGURES}&(?:lon|lng|long)={FIGURES}",
        rf"#map=\d+/{FIGURES}/{FIGURES}",
        rf"/(?:place|search|dir|coordinates)/(?:[^/]*/)?{FIGURES},\s*{FIGURES}",
        rf"@{FIGURES},{FIGURES}",
        rf"^geo:{FIGURES},{FIGURES}",
    )
)
ESCAPED = re.compile(r"%([0-9a-f]{2})", re.IGNORECASE)
PLUS_CODE = re.compile(r"(?<!\w)([2-9CFGHJMPQRVWX]{8})\+([2-9CFGHJMPQRVWX]{2,3})(?!\w)", re.IGNORECASE)
PLUS_CODE_DIGITS = "23456789CFGHJMPQRVWX"


@dataclass(frozen=True, slots=True)
class Position:
    """A position or a link to one.

    Attributes:
        start, end: where in the text it stands.
        at: latitude and longitude, degrees WGS 84; None for a link that does not hold them.
        mended: what had to be put right in them: SIGN, SWAPPED.
    """

    start: int
    end: int
    at: tuple[float, float] | None
    kind: str
    mended: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Meant:
    """A position as it must be meant, and what had to be put right for that."""

    at: tuple[float, float]
    mended: tuple[str, ...] = ()


def positions_of(text: str) -> list[Position]:
    """All positions and links to maps of a text, in their order."""
    text = text[:LONGEST_READ]
    if not any(letter.isdigit() for letter in text) and ":" not in text and "/" not in text:
        return []
    found = list(_links(text))
    for position in (*_plus_codes(text), *_sexagesimal(text), *_decimal(text)):
        if not any(position.start < other.end and other.start < position.end for other in found):
            found.append(position)
    return sorted(found, key=lambda position: position.start)


def meant(lat: float, lon: float) -> Meant | None:
    """The position if it can be meant; latitude and longitude swapped and a forgotten minus are put right."""
    for north, east, mended in ((lat, lon, ()), (lon, lat, (SWAPPED,))):
        if _within(north, east, FORGOTTEN_SIGN):
            north, mended = -north, (*mended, SIGN)
        abroad = any(_within(north, east, box) for box in NEIGHBOURS)
        if _within(north, east, INDONESIA) and not abroad and not is_null(Point(north, east)):
            return Meant((round(north, DECIMALS), round(east, DECIMALS)), mended)
    return None


def _within(lat: float, lon: float, box: tuple[tuple[float, float], tuple[float, float]]) -> bool:
    (south, north), (west, east) = box
    return south <= lat <= north and west <= lon <= east


def _links(text: str) -> Iterator[Position]:
    for link in LINK.finditer(text):
        address = ESCAPED.sub(lambda escape: chr(int(escape.group(1), 16)), link.group())
        if not MAP_HOST.search(address):
            continue
        found = (meant(float(match[1]), float(match[2])) for pattern in IN_LINK if (match := pattern.search(address)))
        place = next((place for place in found if place), None)
        yield _position(link, place, "link") if place else Position(link.start(), link.end(), None, "link")


def _position(match: re.Match[str], place: Meant, kind: str) -> Position:
    return Position(match.start(), match.end(), place.at, kind, place.mended)


def _decimal(text: str) -> Iterator[Position]:
    start = 0
    while match := PAIR.search(text, start):
        place = meant(_signed(match[1], match[2]), _signed(match[3], match[4]))
        if place and _is_meant(match, place):
            yield _position(match, place, "figures")
            start = match.end()
        else:
            # The second of these figures may be the first of a position.
            start = match.end(1)


def _is_meant(match: re.Match[str], place: Meant) -> bool:
    """Whether figures that can be a position are one: a wrong place is worse than none."""
    where = match.string, match.start(), match.end()
    if figure_cues.is_cued(*where) or figure_cues.is_plain(*where):
        return True
    lat, lon = place.at
    # North of the equator nothing has to be put right.
    is_safe = _within(-lat, lon, SURROUNDINGS) or (lat > 0 and not figure_cues.is_otherwise(*where))
    return is_safe and figure_cues.is_full(match.group())


def _signed(figures: str, hemisphere: str | None) -> float:
    value = float(re.sub(r"[−–]", "-", figures).replace(" ", "").replace(",", "."))
    return -abs(value) if (hemisphere or "").lower() in ("s", "ls", "w", "bb") else value


def _sexagesimal(text: str) -> Iterator[Position]:
    for match in SEXAGESIMAL.finditer(text):
        values = match.groups()
        place = meant(_degrees(*values[:4]), _degrees(*values[4:]))
        if place:
            yield _position(match, place, "figures")


def _degrees(degrees: str, minutes: str, seconds: str | None, hemisphere: str) -> float:
    value = float(degrees) + float(minutes.replace(",", ".")) / 60 + float((seconds or "0").replace(",", ".")) / 3600
    return -value if hemisphere.lower() in ("s", "ls", "w", "bb") else value


def _plus_codes(text: str) -> Iterator[Position]:
    for match in PLUS_CODE.finditer(text):
        place = meant(*_centre((match.group(1) + match.group(2)).upper()))
        if place:
            yield _position(match, place, "plus_code")


def _centre(code: str) -> tuple[float, float]:
    """The middle of an Open Location Code's rectangle (its specification, section "Decoding")."""
    lat, lon, step = -90.0, -180.0, 20.0
    for place in range(0, 10, 2):
        lat += PLUS_CODE_DIGITS.index(code[place]) * step
        lon += PLUS_CODE_DIGITS.index(code[place + 1]) * step
        step /= 20
    step *= 20
    if len(code) > 10:
        row, column = divmod(PLUS_CODE_DIGITS.index(code[10]), 4)
        lat, lon = lat + row * step / 5, lon + column * step / 4
        return lat + step / 10, lon + step / 8
    return lat + step / 2, lon + step / 2
