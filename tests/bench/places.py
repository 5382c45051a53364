"""How fast places are named, found by name, and completed; on one core, with boundaries drawn for the purpose."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterable, Sequence

import shapely

from gateway.gazetteer import gazetteer
from gateway.gazetteer.meaning import meaning
from gateway.gazetteer.search import complete
from gateway.incident.shape import Circle
from sms.spelling import distance, letters
from tests import drawn_boundaries as drawn

POSITIONS = 20_000
CIRCLES = 4_000
CORNERS = 400
"""Of each boundary: about what official ones have."""

BOX = (-6.37, -6.09, 106.69, 106.98)
BEST_OF = 3
"""Each is timed so often, and the fastest counts: what else the machine does is not ours."""

AIM_PER_SECOND = 20_000
AIM_MS = 1.0


def print_places() -> None:
    chance = random.Random(112)
    lats = [chance.uniform(BOX[0], BOX[1]) for _ in range(POSITIONS)]
    lons = [chance.uniform(BOX[2], BOX[3]) for _ in range(POSITIONS)]
    print(f"places, per second of one core (of {os.cpu_count()}, shared), which limits every figure", flush=True)
    _print_positions(lats, lons)
    _print_circles(lats[:CIRCLES], lons[:CIRCLES])
    _print_names(chance)


def _print_positions(lats: Sequence[float], lons: Sequence[float]) -> None:
    exact, diagram = drawn.boundaries(corners=CORNERS), gazetteer()
    tree = shapely.STRtree(list(drawn.kelurahan(corners=CORNERS).values()))
    bare = _per_second(lambda: tree.query(shapely.points(lons, lats), predicate="intersects"), POSITIONS)
    print(f"  {POSITIONS} positions, boundaries of {CORNERS} corners; shapely's STRtree alone: {bare:,.0f}/s")
    for what, named in (
        ("many at once, by boundaries", lambda: exact.codes_at(lats, lons)),
        ("one by one, by boundaries", lambda: [exact.code_at(*at) for at in zip(lats, lons, strict=True)]),
        ("one by one, without boundaries", lambda: diagram.codes_at(lats, lons)),
    ):
        _print_rate(what, _per_second(named, POSITIONS), bare)


def _print_circles(lats: Sequence[float], lons: Sequence[float]) -> None:
    exact, diagram = drawn.boundaries(corners=CORNERS), gazetteer()
    circles = [Circle(lat, lon, 50.0) for lat, lon in zip(lats, lons, strict=True)]
    for what, known in (("by boundaries", exact), ("without boundaries", diagram)):
        begun = time.thread_time()
        for circle in circles:
            known.name(circle)
        print(f"  circles of 50 m, each named anew, {what}: {CIRCLES / (time.thread_time() - begun):,.0f}/s")


def _print_names(chance: random.Random) -> None:
    names = [name for code, name in gazetteer().names.items() if code.startswith("31.")]
    written = [*names, *(f"kel. {name.lower()}" for name in names), *(_slipped(name, chance) for name in names)]
    for what, texts, ask in (
        ("name to place, a third of them misspelt", written, meaning),
        ("completion, letter by letter", [name[:end] for name in names for end in range(1, len(name) + 1)], complete),
    ):
        aim = f" (aim: at most {AIM_MS:g})" if ask is meaning else ""
        took = sorted(_milliseconds(texts, ask))
        p50, p99 = took[len(took) // 2], took[len(took) * 99 // 100]
        print(f"  {what}: p50 {p50:.2f} ms, p99 {p99:.2f} ms{aim}, {len(took)} texts")


def _slipped(name: str, chance: random.Random) -> str:
    """A name with one letter left out, doubled or swapped."""
    at = chance.randrange(1, len(name) - 1)
    letter = chance.choice(["", name[at] * 2, name[at + 1] + name[at]])
    return name[:at] + letter + name[at + (2 if len(letter) == 2 and letter[0] != letter[1] else 1) :]


def _milliseconds(texts: Iterable[str], ask: Callable[[str], object]) -> Iterable[float]:
    ask("pemanasan")
    for text in texts:
        best = float("inf")
        for _ in range(BEST_OF):
            # What a spelling costs is not remembered: each is asked as if for the first time.
            distance.cache_clear()
            letters.cache_clear()
            begun = time.perf_counter()
            ask(text)
            best = min(best, time.perf_counter() - begun)
        yield 1000 * best


def _per_second(ask: Callable[[], object], count: int) -> float:
    """Per second that this thread had a core."""
    best = float("inf")
    for _ in range(BEST_OF):
        begun = time.thread_time()
        ask()
        best = min(best, time.thread_time() - begun)
    return count / best


def _print_rate(what: str, rate: float, bare: float) -> None:
    verdict = "reached" if rate >= AIM_PER_SECOND else "NOT reached"
    print(f"  {what}: {rate:,.0f}/s, {rate / bare:.2f} of the bare tree (aim: {AIM_PER_SECOND:,}/s: {verdict})")
