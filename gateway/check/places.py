"""Whether places can be named: the imported boundaries, and the table of facilities."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.evidence.table import Table
from gateway.gazetteer import boundary_file, facilities, gazetteer
from gateway.gazetteer.boundary_file import Missing
from gateway.gazetteer.current import load
from gateway.incident.errors import Refused
from gateway.incident.place import KELURAHAN
from gateway.settings import Settings

OFFICIAL = sum(len(code) == KELURAHAN for code in gazetteer().names)


def problems(settings: Settings) -> Iterator[str]:
    """What is damaged, and what to do."""
    try:
        load(settings.state / boundary_file.FILE)
    except Missing:
        pass
    except Refused as refused:
        yield f"{refused}; until then the built-in points name places"
    try:
        facilities.imported(Table(settings.state / facilities.FILE))
    except Refused as refused:
        yield f"{refused}; until then the built-in table counts"


def known(settings: Settings) -> str:
    """By what places are named, and how many facilities are known."""
    count = len(facilities.facilities(settings).all())
    try:
        origin, _ = boundary_file.read(settings.state / boundary_file.FILE)
    except Missing:
        return f"places are named by points, without boundaries (see docs/locations.md); {count} facilities"
    beside = f", {origin.neighbours} neighbouring cities" if origin.neighbours else ""
    return f"boundaries of {origin.kelurahan} of {OFFICIAL} kelurahan{beside}; {count} facilities"
