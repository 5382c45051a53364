"""A location in sounds, for a desk with a plain telephone: spoken to its call taker before the caller is joined.

A sound's name is the same in every language; ``phrases`` says what each one speaks.
"""

from __future__ import annotations

from collections.abc import Mapping

from gateway.gazetteer import PROVINCE, gazetteer
from gateway.incident.location import Location
from gateway.incident.place import Place
from gateway.incident.report import Nature
from gateway.incident.shape import Civic

RADII_M = (10, 20, 30, 50, 75, 100, 150, 200, 300, 400, 500, 700, 1000, 1500, 2000, 3000, 5000, 7000, 10000, 20000)

NEEDS: Mapping[str, Mapping[Nature, str]] = {
    "id": {
        Nature.VIOLENCE: "kekerasan terhadap perempuan atau anak",
        Nature.MEDICAL: "medis",
        Nature.FIRE: "kebakaran",
        Nature.CRIME: "kejahatan",
        Nature.ACCIDENT: "kecelakaan",
        Nature.DISASTER: "bencana",
        Nature.OTHER: "butuh pertolongan",
        Nature.NOT_EMERGENCY: "bukan keadaan darurat",
        Nature.UNKNOWN: "keperluan belum diketahui",
    },
    "en": {
        Nature.VIOLENCE: "violence against a woman or child",
        Nature.MEDICAL: "medical",
        Nature.FIRE: "fire",
        Nature.CRIME: "crime",
        Nature.ACCIDENT: "accident",
        Nature.DISASTER: "disaster",
        Nature.OTHER: "needs help",
        Nature.NOT_EMERGENCY: "not an emergency",
        Nature.UNKNOWN: "need not known yet",
    },
}

PLACES: Mapping[str, Mapping[str, str]] = {
    "id": {
        "place/outside": "di luar D K I Jakarta",
        "place/about": "sekitar",
        "unknown_location": "lokasi tidak diketahui",
        "last_known": "terakhir diketahui, sudah lama",
        "in_doubt": "lokasi diragukan",
        "registered": "nomor terdaftar, lihat keterangan",
        "address": "alamat, lihat keterangan",
        "silent": "penelepon diam",
        "radius/unknown": "ketelitian tidak diketahui",
        "radius/far": "radius lebih dari dua puluh kilometer",
    },
    "en": {
        "place/outside": "outside D K I Jakarta",
        "place/about": "about",
        "unknown_location": "location unknown",
        "last_known": "last known, long ago",
        "in_doubt": "location in doubt",
        "registered": "registered number, see the details",
        "address": "an address, see the details",
        "silent": "silent caller",
        "radius/unknown": "accuracy unknown",
        "radius/far": "radius more than twenty kilometres",
    },
}

UNITS = {"id": ("meter", "kilometer", ","), "en": ("metres", "kilometres", ".")}
LEVELS = {2: "Provinsi", 5: "", 8: "Kecamatan", 13: "Kelurahan"}
"""What an area's name is said with, by the length of its code; the words are Indonesian in every language."""


def whisper(location: Location, need: str = "", *, silent: bool = False) -> list[str]:
    """Names of the sounds that tell the need and the place, in the order they are played."""
    told = [f"need/{need}"] if need in set(Nature) else []
    told += ["silent"] if silent else []
    return told + (_somewhere(location) if location.is_known else _nowhere(location))


def phrases(language: str) -> dict[str, str]:
    """What every sound that ``whisper`` can name speaks, by its name.

    Raises:
        KeyError: the language is not spoken here.
    """
    spoken = dict(PLACES[language])
    spoken |= {f"need/{nature.value}": text for nature, text in NEEDS[language].items()}
    spoken |= {f"place/{code}": _spoken_area(code, name) for code, name in gazetteer().names.items()}
    return spoken | {f"radius/{metres}": f"radius {_spoken_distance(metres, language)}" for metres in RADII_M}


def _somewhere(location: Location) -> list[str]:
    told = _place(location.place) if location.place else []
    if location.source == "registered_number":
        told.append("registered")
    elif isinstance(location.shape, Civic):
        told.append("address")
    if location.lat is not None:
        told.append(_radius(location.radius_m))
    return told + (["in_doubt"] if location.doubts else [])


def _nowhere(location: Location) -> list[str]:
    if location.last:
        return ["unknown_location", "last_known", *_somewhere(location.last)]
    city = location.place.city if location.place else None
    return ["unknown_location", *([f"place/{city.code}"] if city else [])]


def _place(place: Place) -> list[str]:
    # With its kecamatan, for names recur: Jatinegara is a kelurahan of Cakung and a kecamatan elsewhere.
    levels = (place.kelurahan, place.kecamatan) if place.kelurahan else (place.kecamatan, place.city)
    names = [f"place/{area.code}" for area in levels if area]
    if place.is_too_wide:
        return ["place/about", f"place/{PROVINCE}"]
    if place.is_certainly_outside:
        return ["place/outside", *names]
    if not names:
        return [f"place/{PROVINCE}"] if place.is_inside else []
    return names if place.is_certain else ["place/about", *names]


def _radius(metres: float | None) -> str:
    """Rounded up to what is recorded: the caller is never said to be nearer than is known."""
    if metres is None:
        return "radius/unknown"
    return next((f"radius/{known}" for known in RADII_M if metres <= known), "radius/far")


def _spoken_area(code: str, name: str) -> str:
    return f"{LEVELS[len(code)]} {name.replace('Kab.', 'Kabupaten')}".strip()


def _spoken_distance(metres: int, language: str) -> str:
    small, large, point = UNITS[language]
    if metres < 1000:
        return f"{metres} {small}"
    return f"{metres / 1000:g} {large}".replace(".", point)
