"""Whether places can be named: the imported boundaries, and the table of facilities."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.evidence.table import Table
from gateway.gazetteer import boundary_file, facilities
from gateway.gazetteer.boundary_file import Missing
from gateway.gazetteer.current import load, official
from gateway.incident.errors import Refused
from gateway.settings import Settings


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


def lacking(settings: Settings) -> Iterator[str]:
    """What places are named by points for want of boundaries, though some were imported."""
    try:
        origin, _ = boundary_file.read(settings.state / boundary_file.FILE)
    except (Missing, Refused):
        return
    if origin.kelurahan < official():
        missing = f"{official() - origin.kelurahan} of {official()} kelurahan have no imported boundary"
        yield f"{missing}: the built-in points name places there; import a whole file (docs/places.md)"


def known(settings: Settings) -> str:
    """By what places are named, and how many facilities are known."""
    count = len(facilities.facilities(settings).all())
    try:
        origin, _ = boundary_file.read(settings.state / boundary_file.FILE)
    except Missing:
        return f"places are named by points, without boundaries (see docs/places.md); {count} facilities"
    beside = f", {origin.neighbours} neighbouring cities" if origin.neighbours else ""
    return f"boundaries of {origin.kelurahan} of {official()} kelurahan{beside}; {count} facilities"
