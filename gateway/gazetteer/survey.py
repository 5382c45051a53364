"""Boundaries examined before they are believed: complete, each an area, none upon another, each where it belongs."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import shapely
from shapely.geometry.base import BaseGeometry

from gateway.gazetteer.agreement import astray, exchanged
from gateway.gazetteer.geojson import Feature, coordinate_fault
from gateway.gazetteer.search import CUES
from gateway.incident.place import CITY, KELURAHAN, Gazetteer
from gateway.incident.shape import METRES_PER_DEGREE
from sms.place_names import PlaceNames
from sms.spelling import distance, fold, letters_of

OVERLAP_REFUSED = 0.02
"""The share of the smaller of two kelurahan from which an overlap is no slip of the pen."""

OVERLAP_TOLD_KM2 = 0.001
GAP_TOLD_KM2 = 0.01
"""Less is how maps are drawn."""

FOLLOWED_TO_DEGREES = 5e-5
"""How closely edges are followed in the search for gaps: some five metres. Every corner would take minutes."""

MENDED_AT_MOST = 0.01
"""The share of its area by which a boundary may change when what crosses itself is mended."""

NAME_OFF = 3.0
"""Letters by which a name may be off; names are spelt in many ways."""

WRONG_NAMES = 0.1
"""The share of names that disagree with their codes from which the codes are another office's."""

MOST_TOLD = 40
"""Lines of one list."""

MOST_NAMED = 5
"""Names on one line."""


@dataclass
class Survey:
    """What was found.

    Attributes:
        faults: why the boundaries cannot be used, each with its place.
        notes: what was mended or left, for a person to know.
        areas: boundaries in WGS 84 by code.
    """

    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    areas: dict[str, BaseGeometry] = field(default_factory=dict)

    def as_wkb(self) -> dict[str, bytes]:
        return {code: bytes(shapely.to_wkb(area)) for code, area in sorted(self.areas.items())}


def survey(
    features: Sequence[Feature],
    gazetteer: Gazetteer,
    names: PlaceNames,
    progress: Callable[[str], None] = lambda _: None,
    *,
    join: bool = False,
    partial: bool = False,
) -> Survey:
    """Examine the features of a file.

    Args:
        join: several features of one kelurahan are its parts; without it they are a fault.
        partial: some kelurahan may be missing.
    """
    found = Survey()
    parts = _parts(features, gazetteer, found, progress, join=join)
    progress("putting the parts together")
    found.areas = {code: shapely.union_all(several) for code, several in parts.items()}
    ours = {code: area for code, area in found.areas.items() if len(code) == KELURAHAN}
    found.faults += [] if partial else _missing(ours, gazetteer)
    found.faults += astray(ours, gazetteer)
    found.notes += exchanged(ours, gazetteer)
    _check_names(features, names, found)
    progress("comparing each with its neighbours")
    _check_overlaps(ours, found)
    if not found.faults:
        progress("looking for gaps")
        found.notes += _gaps(ours)
    return found


def _parts(
    features: Sequence[Feature], gazetteer: Gazetteer, found: Survey, progress: Callable[[str], None], *, join: bool
) -> dict[str, list[BaseGeometry]]:
    parts: dict[str, list[BaseGeometry]] = {}
    seen: dict[str, str] = {}
    ignored: Counter[str] = Counter()
    for number, feature in enumerate(features, 1):
        if number % 100 == 0 or number == len(features):
            progress(f"{number} of {len(features)} features")
        code, what = _kept_as(feature, gazetteer)
        if not code:
            ignored[what] += 1 if what else 0
            found.faults += [] if what else [f"{feature.where}: {_unknown(feature)}"]
            continue
        geometry = _geometry(feature, found)
        if geometry is None:
            continue
        if len(code) == KELURAHAN and code in seen and not join:
            found.faults.append(
                f"{feature.where}: {code} is also {seen[code]}: remove one, or give --join if both are parts of it"
            )
        seen.setdefault(code, feature.where)
        parts.setdefault(code, []).append(geometry)
    found.notes += [f"{count} features left out: {what}" for what, count in ignored.items()]
    return parts


def _kept_as(feature: Feature, gazetteer: Gazetteer) -> tuple[str, str]:
    """The code a feature is kept under; or none, and why it is left out; or neither, where it is at fault."""
    code = feature.code
    if not code:
        return "", ""
    if not code.startswith(gazetteer.province):
        neighbour = gazetteer.area(code[:CITY])
        return (neighbour.code, "") if neighbour else ("", "places beyond the neighbouring cities")
    if len(code) < KELURAHAN:
        return "", "cities and kecamatan, which are made of their kelurahan"
    return (code, "") if gazetteer.area(code) else ("", "")


def _unknown(feature: Feature) -> str:
    if not feature.code:
        return "it has no official code: name its property with --code PROPERTY; KDEBPS and the like are another's"
    why = "is it the code of the statistics office (BPS), which numbers them differently?"
    return f"{feature.code} is no kelurahan of the gazetteer: {why}"


def _geometry(feature: Feature, found: Survey) -> BaseGeometry | None:
    """The feature's area, mended where that changes next to nothing."""
    fault = coordinate_fault(feature.geometry)
    if fault:
        found.faults.append(f"{feature.where}: {fault}")
        return None
    try:
        drawn = shapely.force_2d(shapely.from_geojson(json.dumps(feature.geometry)))
    except shapely.errors.GEOSException as refused:
        found.faults.append(
            f"{feature.where}: its rings are none: {str(refused)[:120]}: close each, four positions or more"
        )
        return None
    mended = drawn if drawn.is_valid else _surface(shapely.make_valid(drawn))
    if mended.is_empty or mended.area <= 0:
        found.faults.append(f"{feature.where}: it has no area")
        return None
    if not drawn.is_valid:
        changed = abs(mended.area - abs(drawn.area)) / mended.area
        why = shapely.is_valid_reason(drawn)[:80]
        if changed > MENDED_AT_MOST:
            found.faults.append(f"{feature.where}: {why}; mending it would change {changed:.0%} of it: draw it anew")
            return None
        found.notes.append(f"{feature.where}: {why}; mended")
    return mended


def _surface(geometry: BaseGeometry) -> BaseGeometry:
    """The areas of a geometry, without the lines and points that mending leaves."""
    return shapely.union_all([part for part in shapely.get_parts(geometry) if part.area > 0])


def _missing(ours: Mapping[str, BaseGeometry], gazetteer: Gazetteer) -> Iterator[str]:
    wanted = [code for code in gazetteer.names if len(code) == KELURAHAN]
    official = Counter(code[:CITY] for code in wanted)
    there = Counter(code[:CITY] for code in ours)
    for city, count in sorted(official.items()):
        if there[city] == count:
            continue
        missing = [f"{code} {gazetteer.names[code]}" for code in wanted if code[:CITY] == city and code not in ours]
        more = len(missing) - MOST_NAMED
        shown = ", ".join(missing[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
        yield f"{gazetteer.names[city]} has {there[city]} of {count} kelurahan; missing: {shown}"
    if there != official:
        yield "if that is meant, give --partial: the built-in points name places in those that are missing"


def _check_names(features: Sequence[Feature], names: PlaceNames, found: Survey) -> None:
    """Codes of another office may look like ours; names tell them apart."""
    ours = [feature for feature in features if feature.name and feature.code in names.areas]
    wrong = [feature for feature in ours if len(feature.code) == KELURAHAN and not _is_called(feature, names)]
    told = [f"{feature.where}: the gazetteer calls it {names.areas[feature.code]}" for feature in wrong]
    if len(wrong) > max(3, WRONG_NAMES * len(ours)):
        found.faults.append(
            f"{len(wrong)} names are not those of their codes: are they codes of the statistics office (BPS)?"
        )
        found.faults += told[:MOST_TOLD]
    else:
        found.notes += told


def _is_called(feature: Feature, names: PlaceNames) -> bool:
    words = re.findall("[a-z0-9]+", fold(feature.name))
    written = letters_of(" ".join(word for word in words if len(words) == 1 or word not in CUES))
    official = letters_of(fold(names.areas[feature.code]))
    known = names.spelled.get(written)
    if known and feature.code in known.codes:
        return True
    return distance(written, official, NAME_OFF) <= NAME_OFF or official in written


def _check_overlaps(ours: Mapping[str, BaseGeometry], found: Survey) -> None:
    codes, areas = list(ours), list(ours.values())
    if not areas:
        return
    pairs = shapely.STRtree(areas).query(areas, predicate="overlaps").T.tolist()
    pairs += shapely.STRtree(areas).query(areas, predicate="contains_properly").T.tolist()
    for one, other in sorted({(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]}):
        both = km2(shapely.intersection(areas[one], areas[other]))
        share = both / min(km2(areas[one]), km2(areas[other]))
        told = f"{codes[one]} and {codes[other]} overlap by {both:.3f} km² ({share:.1%} of the smaller)"
        if share > OVERLAP_REFUSED:
            found.faults.append(told)
        elif both > OVERLAP_TOLD_KM2:
            found.notes.append(told)


def _gaps(ours: Mapping[str, BaseGeometry]) -> Iterator[str]:
    """Holes between kelurahan: what lies there is taken for the nearest one's."""
    whole = shapely.union_all(shapely.simplify(list(ours.values()), FOLLOWED_TO_DEGREES))
    rings = [ring for part in shapely.get_parts(whole) for ring in part.interiors]
    gaps = [gap for gap in map(shapely.Polygon, rings) if km2(gap) > GAP_TOLD_KM2]
    for gap in sorted(gaps, key=km2, reverse=True)[:MOST_TOLD]:
        near = sorted(code for code, area in ours.items() if area.distance(gap) < FOLLOWED_TO_DEGREES)
        yield f"a gap of {km2(gap):.3f} km² between {', '.join(near[:4])}: counted to the nearest"


def km2(geometry: BaseGeometry) -> float:
    """Square kilometres of a geometry in degrees."""
    south = math.radians(geometry.bounds[1]) if not geometry.is_empty else 0.0
    return float(geometry.area) * METRES_PER_DEGREE**2 * math.cos(south) / 1e6
