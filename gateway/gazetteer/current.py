"""The names in force: by boundaries where some were imported, else by the built-in points; taken up when replaced."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from gateway.gazetteer import boundary_file, gazetteer
from gateway.incident.errors import Refused
from gateway.incident.place import KELURAHAN, Gazetteer, Place
from gateway.incident.shape import Area, Shape
from gateway.log import get_logger
from gateway.settings import Settings

if TYPE_CHECKING:
    from gateway.gazetteer.boundaries import Boundaries

Answer = TypeVar("Answer")

LOOK_EVERY_SECONDS = 1.0

log = get_logger("gazetteer")


def names(settings: Settings) -> CurrentNames:
    """The names in force for these settings, one for each process."""
    return _names(settings.state / boundary_file.FILE)


@cache
def _names(file: Path) -> CurrentNames:
    return CurrentNames(file)


def official() -> int:
    """How many kelurahan the province has."""
    return sum(len(code) == KELURAHAN for code in gazetteer().names)


def load(file: Path) -> Boundaries:
    """The boundaries in a file.

    Raises:
        Missing: nothing was imported.
        Refused: the file is damaged.
    """
    _, areas = boundary_file.read(file)
    # Loading the geometry library takes long enough that only who has boundaries should pay.
    from gateway.gazetteer.boundaries import Boundaries

    try:
        return Boundaries(areas, gazetteer())
    except Exception as fault:  # whatever a library finds wrong with geometry that was whole when it was imported
        raise Refused(str(file), f"it is damaged ({fault}): {boundary_file.AGAIN}") from None


class CurrentNames:
    """What ``Gazetteer`` offers, by whatever is in force. Safe to share between threads; nobody waits for a change."""

    def __init__(self, file: Path, clock: Callable[[], float] = time.monotonic):
        self._file = file
        self._clock = clock
        self._lock = threading.Lock()
        self._looked = clock()
        self._seen = stamp(file)
        self._now: Gazetteer | Boundaries = self._loaded(gazetteer())

    @property
    def is_exact(self) -> bool:
        """Whether names are by boundaries, where there are some."""
        return self.now() is not gazetteer()

    def names_exactly(self, shape: Shape) -> bool:
        """Whether boundaries alone name this shape: with some of them missing, points name what lies in none."""
        return self._asked(lambda names: not isinstance(names, Gazetteer) and names.is_exact(shape))

    def area(self, code: str) -> Area | None:
        return gazetteer().area(code)

    def name(self, shape: Shape) -> Place | None:
        """The shape's name; None for an area the gazetteer does not know, and for nonsense."""
        return self._asked(lambda names: names.name(shape))

    def could_lie_in(self, shape: Shape, code: str) -> bool:
        """Whether any of the shape could lie in the area; True where that cannot be told."""
        return self._asked(lambda names: names.could_lie_in(shape, code))

    def code_at(self, lat: float, lon: float) -> str:
        """The finest code that a position is in; empty where nobody can be named."""
        return self._asked(lambda names: names.code_at(lat, lon))

    def codes_at(self, lats: Sequence[float], lons: Sequence[float]) -> list[str]:
        """The same for many positions at once."""
        return self._asked(lambda names: names.codes_at(lats, lons))

    def now(self) -> Gazetteer | Boundaries:
        """Who names; looks at most once a second whether the file was replaced, and reads it beside the callers."""
        if self._clock() - self._looked >= LOOK_EVERY_SECONDS and self._lock.acquire(blocking=False):
            self._looked = self._clock()
            if stamp(self._file) == self._seen or not self._begun():
                self._lock.release()
        return self._now

    def _begun(self) -> bool:
        """Whether reading the file was begun; it lets go of the lock when it is done."""
        try:
            threading.Thread(target=self._take_up, daemon=True, name="boundaries").start()
        except RuntimeError:  # no thread is to be had now: the next look tries again
            return False
        return True

    def _take_up(self) -> None:
        try:
            self._seen = stamp(self._file)
            self._now = self._loaded(self._now)
        finally:
            self._lock.release()

    def _loaded(self, last: Gazetteer | Boundaries) -> Gazetteer | Boundaries:
        try:
            return load(self._file)
        except boundary_file.Missing:
            return gazetteer()
        except Refused as refused:
            log.warning("the boundaries cannot be used", why=refused.why)
            return last

    def _asked(self, ask: Callable[[Gazetteer | Boundaries], Answer]) -> Answer:
        try:
            return ask(self.now())
        except Exception:  # a fault of our geometry must not cost a caller the name
            log.exception("boundaries failed, the built-in points name")
            return ask(gazetteer())


def stamp(file: Path) -> tuple[int, int, int]:
    """What changes when a file is replaced; zeros while there is none."""
    try:
        status = file.stat()
    except OSError:
        return (0, 0, 0)
    return (status.st_mtime_ns, status.st_size, status.st_ino)
