"""The gazetteer of the city served: names of areas, the point of each kelurahan (gazetteer.csv), and around."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from gateway.incident.place import Gazetteer, Site

FILE = Path(__file__).parent / "gazetteer.csv"

AROUND = Path(__file__).parent / "around.csv"
"""Islands, each with its kelurahan, and points of the cities around, beyond those of the other file; to some 100 m and
some kilometre. A line without a position names a city."""

PROVINCE, PROVINCE_NAME = "31", "DKI Jakarta"


@cache
def gazetteer() -> Gazetteer:
    """The built-in gazetteer, read once."""
    return read(FILE, AROUND)


def read(file: Path, around: Path | None = None) -> Gazetteer:
    """The gazetteer in a file that `gateway112 gazetteer build` wrote, and what lies around it in another."""
    names: dict[str, str] = {PROVINCE: PROVINCE_NAME}
    sites: list[Site] = []
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["name"]:
                names[row["code"]] = row["name"]
            if row["lat"]:
                inside = row["code"].startswith(PROVINCE)
                code = row["code"] if inside else row["code"][: len("NN.NN")]
                sites.append(Site(code, float(row["lat"]), float(row["lon"]), float(row["weight"] or 0)))
    if around:
        sites += _around(around, names)
    return Gazetteer(names, sites, PROVINCE)


def _around(file: Path, names: dict[str, str]) -> Iterator[Site]:
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            code = row["code"]
            if row["lat"]:
                yield Site(code, float(row["lat"]), float(row["lon"]))
            else:
                names[code] = row["place"]
