"""CSV files from outside, read strictly: every bad line is named with what to do, and then nothing is imported."""

from __future__ import annotations

import csv
import math
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TextIO, TypeVar

from gateway.gazetteer import gazetteer
from gateway.incident.errors import Refused
from gateway.incident.shape import Area, Circle

Value = TypeVar("Value")

LONGEST_FIELD = 1000
PROGRESS_EVERY = 20_000

INDONESIA = (-11.5, 6.5, 94.5, 141.5)
"""Least and greatest latitude and longitude: what lies outside is a typing error."""


class ImportRefused(Refused):
    """A file was not imported. Its text has one line for every line that is at fault."""

    def __init__(self, file: Path, faults: Sequence[str]):
        lines = "line is" if len(faults) == 1 else "lines are"
        super().__init__(file.name, "\n  ".join([f"{len(faults)} {lines} at fault, nothing was imported:", *faults]))
        self.faults = tuple(faults)


def read(
    file: Path,
    required: Sequence[str],
    optional: Sequence[str],
    entry: Callable[[Mapping[str, str]], tuple[str, Value]],
) -> dict[str, Value]:
    """All entries of the file.

    Args:
        required, optional: names of the columns; the first line must name all required ones and no other.
        entry: makes key and value of one line; it raises Refused(column, why) where the line is at fault.

    Raises:
        ImportRefused: a line is at fault, or two have the same key.
        Refused: the file cannot be read as CSV at all.
    """
    entries: dict[str, Value] = {}
    seen: dict[str, int] = {}
    faults: list[str] = []
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            for line, row in _rows(text, file, [*required], [*optional]):
                try:
                    key, value = entry(_fields(row))
                except Refused as refused:
                    faults.append(f"line {line}: {refused}")
                    continue
                if key in seen:
                    faults.append(f"line {line}: the same as line {seen[key]}: remove one of them")
                seen.setdefault(key, line)
                entries[key] = value
                if len(seen) % PROGRESS_EVERY == 0:
                    print(f"{len(seen)} lines read", file=sys.stderr)
    except OSError as fault:
        raise Refused(str(file), f"cannot be read: {fault.strerror}") from None
    except UnicodeDecodeError:
        raise Refused(file.name, "it is not UTF-8: save it as CSV UTF-8") from None
    if faults:
        raise ImportRefused(file, faults)
    if not entries:
        raise Refused(file.name, "it has no lines below its first: nothing was imported")
    return entries


def _rows(text: TextIO, file: Path, required: list[str], optional: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
    first = text.readline()
    separator = ";" if first.count(";") > first.count(",") else ","
    columns = [name.strip().lower() for name in next(csv.reader([first], delimiter=separator), [])]
    missing = [name for name in required if name not in columns]
    unknown = [name for name in columns if name not in [*required, *optional]]
    if missing or unknown or len(set(columns)) != len(columns):
        faults = [f"it has no column {name}" for name in missing] + [f"column {name!r} is unknown" for name in unknown]
        known = f"the first line must name the columns {', '.join(required)}; it may name {', '.join(optional)}"
        raise Refused(f"{file.name}: line 1", "; ".join([*faults, known]))
    reader = csv.DictReader(text, fieldnames=columns, delimiter=separator, restkey="", restval="")
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            raise Refused(f"{file.name}: line {reader.line_num + 1}", f"it is no CSV: {fault}") from None
        yield reader.line_num + 1, row


def _fields(row: Mapping[str, object]) -> dict[str, str]:
    if row.get(""):
        raise Refused("columns", "it has more fields than the first line names: put texts with commas in quotes")
    fields = {name: str(value).strip() for name, value in row.items() if name}
    for name, value in fields.items():
        if len(value) > LONGEST_FIELD:
            raise Refused(name, f"it is longer than {LONGEST_FIELD} characters")
        if not value.isprintable():
            raise Refused(name, "it has a character that cannot be printed: remove it")
    return fields


def filled(row: Mapping[str, str], name: str) -> str:
    """The text in a column.

    Raises:
        Refused: it is empty.
    """
    if not row.get(name):
        raise Refused(name, "it is empty: fill it in")
    return row[name]


def number(row: Mapping[str, str], name: str, low: float, high: float) -> float:
    """A number in a column.

    Raises:
        Refused: it is none, or outside the bounds.
    """
    text = filled(row, name)
    try:
        value = float(text) if text.isascii() and "_" not in text else math.nan
    except ValueError:
        value = math.nan
    if not low <= value <= high:
        hint = ", with a point, not a comma" if "," in text else ""
        raise Refused(name, f"{text[:30]!r} is no number from {low:g} to {high:g}{hint}")
    return value


def position(row: Mapping[str, str]) -> tuple[float, float]:
    """Latitude and longitude within Indonesia, from the columns lat and lon.

    Raises:
        Refused: they are none; the error says so where they were swapped.
    """
    south, north, west, east = INDONESIA
    try:
        return number(row, "lat", south, north), number(row, "lon", west, east)
    except Refused as refused:
        try:
            swapped = {"lat": row["lon"], "lon": row["lat"]}
            number(swapped, "lat", south, north)
            number(swapped, "lon", west, east)
        except Refused:
            raise refused from None
        raise Refused("lat", "it and lon look swapped: lat is about -6 in Jakarta, lon about 107") from None


def place(row: Mapping[str, str]) -> Circle | Area:
    """A place from the columns lat, lon and radius_m, or from the column area.

    Raises:
        Refused: they tell none.
    """
    if row.get("lat") or row.get("lon"):
        return Circle(*position(row), number(row, "radius_m", 5, 5000))
    area = gazetteer().area(filled(row, "area")) if row.get("area") else None
    if area is None:
        raise Refused("lat", "a place needs lat, lon and radius_m, or in area the code of a kelurahan or kecamatan")
    return Area(area.code, area.name)
