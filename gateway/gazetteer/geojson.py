"""GeoJSON from outside, read as boundaries: which area each feature is, and whether its figures are positions."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from gateway.evidence.csv_import import INDONESIA
from gateway.evidence.shelter import names_a_shelter
from gateway.incident.errors import Refused

CODE = re.compile("^(kode|kd|code|id)|(kode|code)$")
"""Properties, by the letters of their names, that may hold the official code: KODE_KEL, kode_kemendagri, KDEPUM …"""

ANOTHER_OFFICE = "bps"
"""Is in the names of properties with the codes of the statistics office, which look like the official ones."""

NAMES = (
    "nama",
    "name",
    "namakel",
    "namakelurahan",
    "nmkel",
    "nmdesa",
    "kelurahan",
    "desa",
    "wadmkd",
    "namobj",
    "village",
)
"""Properties that hold the name."""

WGS84 = ("crs84", "4326", "4755", "9470")
"""What a reference system may be called that differs from WGS 84 by less than a metre: Indonesia's own among them."""

LARGEST_FILE = 200_000_000
CONVERT = "convert it: `ogr2ogr -f GeoJSON -t_srs EPSG:4326 boundaries.geojson FILE`"


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature of a file.

    Attributes:
        where: names it for a person: its number, and what it calls itself.
        code: official, in full: NN.NN.NN.NNNN or coarser; empty where none was found.
        name: as the file has it; may be empty.
        geometry: as in the file.
    """

    where: str
    code: str
    name: str
    geometry: Mapping[str, object]


def read(file: Path, code_property: str = "") -> list[Feature]:
    """Every feature of a file.

    Args:
        code_property: name of the property that holds the code; empty: one that is called so.

    Raises:
        Refused: it is no GeoJSON in longitude and latitude, or a feature names a shelter.
    """
    document = _document(file)
    _check_reference_system(file, document.get("crs"))
    features = document.get("features")
    if not isinstance(features, list) or not features:
        raise Refused(file.name, "it has no features: give a FeatureCollection with one feature for each kelurahan")
    read_as = [_feature(number, feature, code_property) for number, feature in enumerate(features, 1)]
    if code_property and not any(feature.code for feature in read_as):
        raise Refused(file.name, f"no feature has an official code in the property {code_property!r}")
    return read_as


def _document(file: Path) -> dict[str, object]:
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise Refused(file.name, f"it is larger than {LARGEST_FILE // 1_000_000} MB: simplify it first")
        data = json.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as fault:
        raise Refused(str(file), f"cannot be read: {fault.strerror}") from None
    except UnicodeDecodeError:
        raise Refused(file.name, f"it is not GeoJSON in UTF-8: {CONVERT}") from None
    except (ValueError, RecursionError) as fault:
        raise Refused(file.name, f"it is not JSON: {fault}") from None
    kind = data.get("type") if isinstance(data, dict) else None
    if kind == "Topology":
        raise Refused(file.name, f"it is TopoJSON: {CONVERT}")
    if kind != "FeatureCollection":
        raise Refused(file.name, f"its type is {str(kind)[:40]!r}, not FeatureCollection: {CONVERT}")
    return dict(data)


def _check_reference_system(file: Path, system: object) -> None:
    """The member ``crs`` is of the older GeoJSON (2008); RFC 7946 knows WGS 84 alone."""
    if system is None:
        return
    properties = system.get("properties") if isinstance(system, dict) else None
    name = str(properties.get("name", "")) if isinstance(properties, dict) else ""
    if re.split("[:/]", name.lower())[-1] not in WGS84:
        raise Refused(
            file.name, f"its reference system is {name[:80] or 'unknown'!r}, not longitude and latitude: {CONVERT}"
        )


def _feature(number: int, feature: object, code_property: str) -> Feature:
    where = f"feature {number}"
    properties = feature.get("properties") if isinstance(feature, dict) else None
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    known = dict(properties) if isinstance(properties, dict) else {}
    if isinstance(feature, dict) and "id" in feature:
        known.setdefault("id", feature["id"])
    for name, value in known.items():
        if names_a_shelter(f"{name} {value}") or names_a_shelter(str(value)):
            raise Refused(where, f"its property {name!r} names a shelter, whose place is secret: take it out")
    code, called = _code(known, code_property), _first(known, NAMES)
    where += f" ({', '.join(word for word in (code, called) if word)})" if code or called else ""
    return Feature(where, code, called, geometry if isinstance(geometry, dict) else {})


def _code(properties: Mapping[str, object], code_property: str) -> str:
    """The finest code among the properties that may hold one."""
    if code_property:
        return official(properties.get(code_property))
    by_letters = {_letters(name): value for name, value in properties.items()}
    called = (name for name in by_letters if CODE.search(name) and ANOTHER_OFFICE not in name)
    return max((official(by_letters[name]) for name in called), key=len, default="")


def official(value: object) -> str:
    """An official code with its dots, from one written with or without them; empty where it is none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
    digits = text.replace(".", "")
    if (
        not digits.isascii()
        or not digits.isdigit()
        or (("." in text) and not re.fullmatch(r"\d\d(\.\d\d){1,2}(\.\d{4})?", text))
    ):
        return ""
    if len(digits) not in (4, 6, 10):
        return ""
    return ".".join(part for part in (digits[:2], digits[2:4], digits[4:6], digits[6:]) if part)


def _first(properties: Mapping[str, object], names: tuple[str, ...]) -> str:
    by_letters = {_letters(name): value for name, value in properties.items()}
    return next((str(by_letters[name]).strip()[:80] for name in names if by_letters.get(name)), "")


def _letters(name: str) -> str:
    return re.sub("[^a-z]", "", name.lower())


def coordinate_fault(geometry: Mapping[str, object]) -> str:
    """What is wrong with a geometry's figures, and what to do; empty where they are longitudes and latitudes here."""
    kind = str(geometry.get("type"))
    if kind not in ("Polygon", "MultiPolygon"):
        return f"its geometry is {kind[:40]!r}: a boundary is a Polygon or a MultiPolygon"
    south, north, west, east = INDONESIA
    number = 0
    for number, position in enumerate(_positions(geometry.get("coordinates")), 1):
        if position is None:
            return f"its position {number} is no pair of numbers"
        lon, lat = position
        if west <= lon <= east and south <= lat <= north:
            continue
        if west <= lat <= east and south <= lon <= north:
            return "latitude and longitude look swapped: GeoJSON has the longitude first, about 107 in Jakarta"
        if abs(lon) > 180 or abs(lat) > 90:
            return f"its position {number} ({lon:g}, {lat:g}) is in metres of a projection, not degrees: {CONVERT}"
        return f"its position {number} ({lon:g}, {lat:g}) is not in Indonesia"
    return "" if number >= 4 else "it has no ring of at least four positions"


def _positions(value: object, depth: int = 4) -> Iterator[tuple[float, float] | None]:
    if not isinstance(value, list) or not depth:
        yield None
    elif len(value) >= 2 and not any(isinstance(part, list) for part in value):
        figures = [part for part in value[:2] if isinstance(part, int | float) and not isinstance(part, bool)]
        yield (figures[0], figures[1]) if len(figures) == 2 and all(map(math.isfinite, figures)) else None
    else:
        for part in value:
            yield from _positions(part, depth - 1)
