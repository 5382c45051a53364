"""Where a thread of texts says that it happens: area, neighbourhood, street, landmark, position."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gateway.incident.place import CITY, KECAMATAN, KELURAHAN
from sms.address import Address, Part, address_of
from sms.coordinates import Position, positions_of
from sms.place_areas import Told, told_of
from sms.place_mentions import Word, mentions_of, words_of
from sms.place_names import PlaceNames
from sms.place_roles import Cued, Role, cued
from sms.reading import Finding, GivenPosition, PlaceRead
from sms.spelling import fold

Spans = tuple[tuple[int, int], ...]

LONGEST_READ = 4_000
"""Characters of one text that are searched for names: more than any writer needs to say where."""

LEVELS = (("kelurahan", KELURAHAN), ("kecamatan", KECAMATAN), ("city", CITY))


@dataclass(frozen=True, slots=True)
class TextRead:
    """What one text says of a place, and the spans of the words that say it."""

    text: str
    told: Told | None
    address: Address
    positions: tuple[Position, ...]
    spans: Spans


def read_places(thread: Sequence[str], names: PlaceNames) -> tuple[PlaceRead, tuple[Spans, ...]]:
    """The place, and per text the spans (start, end) of the words that told it or could have.

    What is not sure is left out. A later text adds to earlier ones, and corrects them where they contradict.
    """
    texts = [read_text(text, names) for text in thread]
    place = PlaceRead()
    told: Told | None = None
    for read in texts:
        place = _with_address(place, read)
        if read.told:
            told = told.followed_by(read.told) if told else read.told
            place = replace(place, findings=(*place.findings, *_area_findings(read)))
    return _with_areas(place, told, names), tuple(read.spans for read in texts)


def read_text(text: str, names: PlaceNames) -> TextRead:
    """One text, by itself."""
    positions = positions_of(text)
    searched = _without(text[:LONGEST_READ], positions)
    words = words_of(searched, names)
    found = cued(words, mentions_of(words, names), names)
    told = told_of(words, found, names)
    address = address_of(text, fold(searched), words, found, names)
    if not told and not address.landmark:
        address = _with_way(address, text, words, found)
    spans = [(position.start, position.end) for position in positions]
    spans += [(part.start, part.end) for part in address.parts]
    spans += [(words[one.first].start, words[one.mention.last].end) for one in found]
    return TextRead(text, told, address, tuple(positions), tuple(sorted(spans)))


def _with_way(address: Address, text: str, words: Sequence[Word], found: Sequence[Cued]) -> Address:
    """With the way that is told where no place is: "arah kali bata" is nearer than nothing, but is not Kalibata."""
    way = next((one for one in found if one.role is Role.TOWARDS), None)
    if way is None:
        return address
    part = Part("landmark", words[way.first].start, words[way.mention.last].end)
    return replace(address, landmark=text[part.start : part.end], parts=(*address.parts, part))


def _without(text: str, positions: Sequence[Position]) -> str:
    """The text with links and figures blanked, every other character in its place."""
    for position in positions:
        end = min(position.end, len(text))
        if position.start < end:
            text = text[: position.start] + "\n" * (end - position.start) + text[end:]
    return text


def _with_address(place: PlaceRead, read: TextRead) -> PlaceRead:
    address = read.address
    given = {p.at: GivenPosition(p.at, read.text[p.start : p.end], p.mended) for p in read.positions if p.at}
    findings = [Finding(part.what, read.text[part.start : part.end], "address") for part in address.parts]
    for position in read.positions:
        what = "coordinates" if position.at else "landmark"
        findings.append(Finding(what, read.text[position.start : position.end], position.kind))
    link = next((read.text[p.start : p.end] for p in read.positions if not p.at), "")
    return replace(
        place,
        rt=address.rt or place.rt,
        rw=address.rw or place.rw,
        street=address.street or place.street,
        landmark=address.landmark or place.landmark or link,
        coordinates=next(reversed(given), place.coordinates),
        positions=tuple(given.values()) or place.positions,
        findings=(*place.findings, *findings),
    )


def _area_findings(read: TextRead) -> list[Finding]:
    level = {length: name for name, length in LEVELS}
    return [
        Finding(level[length], read.text[start:end], "names" if not off else f"names, {off:.1f} off")
        for start, end, length, off in (read.told.because if read.told else ())
    ]


def _with_areas(place: PlaceRead, told: Told | None, names: PlaceNames) -> PlaceRead:
    code = told.code if told else ""
    areas = {level: names.area(code[:length]) if len(code) >= length else None for level, length in LEVELS}
    return replace(place, kelurahan=areas["kelurahan"], kecamatan=areas["kecamatan"], city=areas["city"])
