"""``gateway112 gazetteer build``: makes gateway/gazetteer/gazetteer.csv anew from two public packages of area data.

For the maintainer, when codes or names change officially; the gateway itself reads only the file.
"""

from __future__ import annotations

import csv
import io
import json
import math
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from gateway.evidence.csv_import import number, read
from gateway.gazetteer import FILE, PROVINCE
from gateway.incident.errors import Refused
from gateway.incident.shape import distance_m

NAMES_PACKAGE, POINTS_PACKAGE = "idn-area-data@3.1.2", "geografis@1.3.2"
"""Official codes and names (data: ODbL 1.0), and a point for each of them (MIT). See LICENSE-DATA.md."""

KELURAHAN_PER_CITY = {"31.01": 6, "31.71": 44, "31.72": 31, "31.73": 56, "31.74": 65, "31.75": 65}
KECAMATAN = 44

NEIGHBOURS_WITHIN_M = 12_000.0
"""Villages of other provinces nearer than this to one of ours are kept as points of their city, without names."""


@dataclass(frozen=True)
class Row:
    code: str
    name: str = ""
    lat: float | None = None
    lon: float | None = None
    weight: float = 0.0


def rebuild(areas: Path | None) -> int:
    """Fetch both packages with npm and write the file anew; ``areas`` is a CSV code,km2 of official areas."""
    with tempfile.TemporaryDirectory() as folder:
        names, points = (_fetch(package, Path(folder)) for package in (NAMES_PACKAGE, POINTS_PACKAGE))
        rows = build(_names(names), _points(points), _areas(areas) if areas else {})
    write(rows, FILE)
    print(f"{FILE}: {len(rows)} areas and points written")
    return 0


def build(
    names: Mapping[str, str], points: Mapping[str, tuple[float, float, str]], areas: Mapping[str, float]
) -> list[Row]:
    """The gazetteer's rows.

    Args:
        names: official names of the province's areas by code.
        points: position and city of every village of the country by code.
        areas: square kilometres of kelurahan and villages, as far as they are known: of all, or of none.

    Raises:
        Refused: the two disagree, or the counts are not the official ones.
    """
    ours = {code: name for code, name in names.items() if code.startswith(PROVINCE + ".")}
    check(ours, points)
    # The power diagram's weight is the square of the radius that a circle of that area has.
    weights = {code: km2 * 1e6 / math.pi for code, km2 in areas.items()}
    rows = [_row(code, shown(name), points.get(code), weights) for code, name in sorted(ours.items())]
    inside = [(row.lat, row.lon) for row in rows if row.lat is not None and row.lon is not None]
    near = {code: point for code, point in points.items() if _is_near(code, point, inside)}
    cities = {code[: len("NN.NN")]: point[2] for code, point in near.items()}
    rows += [Row(code, shown(name)) for code, name in sorted(cities.items())]
    rows += [_row(code, "", point, weights) for code, point in sorted(near.items())]
    unknown = [row.code for row in rows if row.lat is not None and row.code not in weights]
    if areas and unknown:
        raise Refused("areas", f"{len(unknown)} are missing, such as {unknown[0]}: weights of some alone would mislead")
    return rows


def _row(code: str, name: str, point: tuple[float, float, str] | None, weights: Mapping[str, float]) -> Row:
    return Row(code, name, point[0], point[1], weights.get(code, 0.0)) if point else Row(code, name)


def check(ours: Mapping[str, str], points: Mapping[str, tuple[float, float, str]]) -> None:
    kelurahan = {code for code in ours if len(code) == len("NN.NN.NN.NNNN")}
    counts = Counter(code[: len("NN.NN")] for code in kelurahan)
    if counts != KELURAHAN_PER_CITY:
        raise Refused(NAMES_PACKAGE, f"kelurahan per city are {dict(counts)}, not the official {KELURAHAN_PER_CITY}")
    if sum(len(code) == len("NN.NN.NN") for code in ours) != KECAMATAN:
        raise Refused(NAMES_PACKAGE, f"there are not {KECAMATAN} kecamatan")
    other = kelurahan ^ {code for code in points if code.startswith(PROVINCE + ".")}
    if other:
        raise Refused(POINTS_PACKAGE, f"its kelurahan differ from those of {NAMES_PACKAGE}: {', '.join(sorted(other))}")


def shown(official: str) -> str:
    """A name as people say it, without the office's capitals and long forms; a neighbouring regency keeps its kind."""
    words = official.removesuffix(".").title() if official.isupper() else official.removesuffix(".")
    for long, short in (("Kota Administrasi ", ""), ("Kabupaten Administrasi ", ""), ("Kabupaten ", "Kab. ")):
        if words.startswith(long):
            return short + words.removeprefix(long)
    return words


def write(rows: Iterable[Row], file: Path) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["code", "name", "lat", "lon", "weight"])
    for row in rows:
        position = ["", ""] if row.lat is None or row.lon is None else [f"{row.lat:.5f}", f"{row.lon:.5f}"]
        writer.writerow([row.code, row.name, *position, f"{row.weight:.0f}" if row.weight else ""])
    file.write_text(out.getvalue(), encoding="utf-8")


def _is_near(code: str, point: tuple[float, float, str], inside: Iterable[tuple[float, float]]) -> bool:
    # A degree is 111 km: most of the country is ruled out without a distance.
    return not code.startswith(PROVINCE + ".") and any(
        math.fabs(lat - point[0]) < 0.12
        and math.fabs(lon - point[1]) < 0.12
        and distance_m(lat, lon, point[0], point[1]) <= NEIGHBOURS_WITHIN_M
        for lat, lon in inside
    )


def _areas(file: Path) -> dict[str, float]:
    def entry(row: Mapping[str, str]) -> tuple[str, float]:
        return row["code"], number(row, "km2", 0.01, 1000)

    return read(file, ("code", "km2"), (), entry)


def _fetch(package: str, folder: Path) -> Path:
    done = subprocess.run(
        ["npm", "pack", "--silent", "--pack-destination", str(folder), package],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Refused(package, f"npm could not fetch it: {done.stderr.strip()[-300:]}")
    print(f"{package} fetched", file=sys.stderr)
    return folder / done.stdout.strip().splitlines()[-1]


def _member(package: Path, name: str) -> str:
    with tarfile.open(package) as archive:
        file = archive.extractfile(f"package/{name}")
        if file is None:
            raise Refused(package.name, f"it has no file {name}")
        return file.read().decode("utf-8")


def _names(package: Path) -> dict[str, str]:
    rows = [
        csv.DictReader(io.StringIO(_member(package, f"data/{n}.csv"))) for n in ("regencies", "districts", "villages")
    ]
    return {row["code"]: row["name"] for table in rows for row in table}


def _points(package: Path) -> dict[str, tuple[float, float, str]]:
    villages = json.loads(_member(package, "data/json/data.json"))
    return {v["code"]: (float(v["latitude"]), float(v["longitude"]), v["city"]) for v in villages}
