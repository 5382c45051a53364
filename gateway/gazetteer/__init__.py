"""The gazetteer of the city served: names of areas and the point of each kelurahan, from gazetteer.csv."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from gateway.incident.place import Gazetteer, Site

FILE = Path(__file__).parent / "gazetteer.csv"

PROVINCE, PROVINCE_NAME = "31", "DKI Jakarta"


@cache
def gazetteer() -> Gazetteer:
    """The built-in gazetteer, read once."""
    return read(FILE)


def read(file: Path) -> Gazetteer:
    """The gazetteer in a file that `gateway112 gazetteer build` wrote."""
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
    return Gazetteer(names, sites, PROVINCE)
