"""A location in words, for a desk's header and pages: plain ASCII on one line, with its age, radius and doubts."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from gateway.gazetteer import PROVINCE_NAME
from gateway.incident.location import Doubt, Evidence, Location
from gateway.incident.place import Place
from gateway.incident.shape import ArcBand, Civic, altitude_m, centre

AGELESS = frozenset({"registered_number", "trunk_area"})
"""Sources whose claims do not age: telling their age would say nothing."""

DAY, YEAR = 86_400, 365 * 86_400

LONGEST = 400
"""Characters; a SIP header of ours stays far below what a message may carry."""

PHRASES: Mapping[str, Mapping[str, str]] = {
    "id": {
        "unknown": "lokasi tidak diketahui",
        "trunk": "trunk {}",
        "city": "wilayah {}",
        "about": "sekitar ",
        "or": ", atau ",
        "outside": "di luar " + PROVINCE_NAME,
        "maybe_outside": "mungkin di luar " + PROVINCE_NAME,
        "too_wide": PROVINCE_NAME + " atau sekitarnya (terlalu luas untuk dipastikan)",
        "radius": "radius {}",
        "no_radius": "ketelitian tidak diketahui",
        "area": "seluruh wilayah",
        "address": "alamat tanpa posisi",
        "sector": "sektor, radius {}",
        "altitude": "ketinggian {:.0f} m",
        "second": "{} detik lalu",
        "seconds": "{} detik lalu",
        "minutes": "{} menit lalu",
        "hours": "{} jam lalu",
        "days": "{} hari lalu",
        "years": "lebih dari setahun lalu",
        "last": "terakhir diketahui {}, SUDAH LAMA",
        "no_time": "waktu tidak diketahui",
        "source": "sumber: {}",
        "agrees": "sesuai kata petugas: {}",
        "doubt_far": "DIRAGUKAN: {} berjarak {}",
        "doubt_same": "DIRAGUKAN: sumber ini juga menyebut tempat berjarak {}",
        "doubt_area": "DIRAGUKAN: {} menyebut {}",
        "elsewhere": "tempat lain",
        "network_cell": "sel jaringan",
        "pidf_lo": "perangkat atau jaringan",
        "keyed_code": "kode tiang atau halte",
        "browser": "telepon itu sendiri (tautan)",
        "desk": "petugas",
        "desk_words": "kata petugas",
        "aml_unmatched": "mungkin: telepon di dekat, belum cocok (AML)",
        "registered_number": "nomor terdaftar",
        "trunk_area": "wilayah trunk",
        "named_place": "disebut dalam pesan",
        "message_link": "posisi dalam pesan",
        "aml": "telepon itu sendiri (AML)",
    },
    "en": {
        "unknown": "location unknown",
        "trunk": "trunk {}",
        "city": "area {}",
        "about": "about ",
        "or": ", or ",
        "outside": "outside " + PROVINCE_NAME,
        "maybe_outside": "perhaps outside " + PROVINCE_NAME,
        "too_wide": PROVINCE_NAME + " or around it (too wide to tell)",
        "radius": "radius {}",
        "no_radius": "accuracy unknown",
        "area": "whole area",
        "address": "address without position",
        "sector": "sector, radius {}",
        "altitude": "altitude {:.0f} m",
        "second": "{} second ago",
        "seconds": "{} seconds ago",
        "minutes": "{} minutes ago",
        "hours": "{} hours ago",
        "days": "{} days ago",
        "years": "more than a year ago",
        "last": "last known {}, OLD",
        "no_time": "time unknown",
        "source": "source: {}",
        "agrees": "agrees with the call taker: {}",
        "doubt_far": "IN DOUBT: {} is {} away",
        "doubt_same": "IN DOUBT: the same source also tells a place {} away",
        "doubt_area": "IN DOUBT: {} says {}",
        "elsewhere": "another place",
        "network_cell": "network cell",
        "pidf_lo": "device or network",
        "keyed_code": "code on a post or stop",
        "browser": "the telephone itself (link)",
        "desk": "call taker",
        "desk_words": "words of the call taker",
        "aml_unmatched": "maybe: a telephone near by, unmatched (AML)",
        "registered_number": "registered number",
        "trunk_area": "area of the trunk",
        "named_place": "named in a message",
        "message_link": "position in a message",
        "aml": "the telephone itself (AML)",
    },
}


def words(location: Location, language: str, now: float) -> str:
    """The location as a desk reads it; without one, that it is unknown and what is known instead."""
    phrases = PHRASES.get(language, PHRASES["id"])
    if location.is_known:
        parts = _somewhere(location, phrases, _age(location, phrases, now))
    else:
        parts = _nowhere(location, phrases, now)
    return plain("; ".join(part for part in parts if part))[:LONGEST]


def plain(text: str) -> str:
    """The text in printable ASCII on one line, whatever an outside party put into it."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return " ".join("".join(letter if letter.isprintable() else " " for letter in ascii_text).split())


def distance(metres: float) -> str:
    """Rounded so that it can be read at a glance, never to less than it is."""
    if metres < 1000:
        return f"{-int(-metres // 1)} m"
    return f"{-int(-metres // 100) / 10:g} km"


def _nowhere(location: Location, phrases: Mapping[str, str], now: float) -> list[str]:
    known = [phrases[name].format(location.known[name]) for name in ("trunk", "city") if location.known.get(name)]
    if location.last:
        # Its age goes before it, so that nobody reads the place first.
        known.append(phrases["last"].format(_age(location.last, phrases, now)))
        known += _somewhere(location.last, phrases, "")
    return [phrases["unknown"], *known]


def _somewhere(location: Location, phrases: Mapping[str, str], age: str) -> list[str]:
    return [
        named(location.place, phrases) if location.place else "",
        # The label of an address holds a part of its words.
        location.shape.words if isinstance(location.shape, Civic) else location.label,
        _position(location),
        _radius(location, phrases),
        _altitude(location, phrases),
        age,
        phrases["source"].format(phrases.get(location.source, location.source)),
        phrases["agrees"].format(_said(location.word)) if location.word else "",
        *(_doubted(doubt, location.source, phrases) for doubt in location.doubts),
    ]


def named(place: Place, phrases: Mapping[str, str]) -> str:
    """The place from fine to coarse, ``about`` where it may be the next one as well; and other cities it may be in."""
    if place.is_too_wide:
        return phrases["too_wide"]
    levels = (("Kel. ", place.kelurahan), ("Kec. ", place.kecamatan), ("", place.city))
    others = [area.name for area, _ in place.cities if area != place.city] if place.certain is None else []
    finest = ", ".join(prefix + area.name for prefix, area in levels if area)
    name = phrases["or"].join(part for part in (finest, *others) if part)
    if place.is_certainly_outside:
        return ", ".join(part for part in (phrases["outside"], name) if part)
    if place.is_inside:
        return (phrases["about"] if name and not place.is_certain else "") + (name or PROVINCE_NAME)
    return ", ".join(part for part in (name and phrases["about"] + name, phrases["maybe_outside"]) if part)


def _said(word: Evidence) -> str:
    """What a desk said of the place, shortly."""
    middle = centre(word.shape)
    where = f"{middle[0]:.5f} {middle[1]:.5f}" if middle else getattr(word.shape, "name", "")
    return ", ".join(part for part in (where, word.label) if part)


def _position(location: Location) -> str:
    return "" if location.lat is None or location.lon is None else f"{location.lat:.5f} {location.lon:.5f}"


def _radius(location: Location, phrases: Mapping[str, str]) -> str:
    if location.lat is None:
        return phrases["address" if location.has_address else "area"]
    if location.radius_m is None:
        return phrases["no_radius"]
    return phrases["sector" if isinstance(location.shape, ArcBand) else "radius"].format(distance(location.radius_m))


def _altitude(location: Location, phrases: Mapping[str, str]) -> str:
    metres = altitude_m(location.shape) if location.shape else None
    return "" if metres is None else phrases["altitude"].format(metres)


def _age(location: Location, phrases: Mapping[str, str], now: float) -> str:
    if location.source in AGELESS:
        return ""
    if location.observed_at is None:
        return phrases["no_time"]
    age = max(0, int(now - location.observed_at))
    if age < 120:
        return phrases["second" if age == 1 else "seconds"].format(age)
    if age < 7200:
        return phrases["minutes"].format(age // 60)
    if age < 2 * DAY:
        return phrases["hours"].format(age // 3600)
    return phrases["days"].format(age // DAY) if age < YEAR else phrases["years"]


def _doubted(doubt: Doubt, believed: str, phrases: Mapping[str, str]) -> str:
    source = phrases.get(doubt.source, doubt.source)
    if doubt.distance_m is not None:
        if doubt.source == believed:
            return phrases["doubt_same"].format(distance(doubt.distance_m))
        return phrases["doubt_far"].format(source, distance(doubt.distance_m))
    instead = (doubt.instead.name or doubt.instead.code) if doubt.instead else phrases["elsewhere"]
    return phrases["doubt_area"].format(source, instead)
