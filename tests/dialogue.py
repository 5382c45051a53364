"""Every edge of the call's table, as the keys that lead over it: for the tests of every voice channel."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.flow import CALL
from ivr.steps import Code, HandOff, Position, Walk, advance, settle

KEYS = [*"0123456789*#", None]
CODES = ["4711", "47*1", "", None]
"""What may be keyed at a code: digits, nonsense, # alone, nothing."""

Keys = tuple[str | None, ...]


def keys_at(position: Position) -> list[str | None]:
    """What may be pressed at this step."""
    return CODES if isinstance(CALL[position.step], Code) else KEYS


def ways(start: Position) -> Iterator[Keys]:
    """Keys that lead over every edge of the table: to each position by one way, and from there with each key."""
    begin = settle(CALL, start)
    known: dict[Position, Keys] = {begin: ()}
    todo = [] if isinstance(CALL[begin.step], HandOff) else [begin]
    while todo:
        position = todo.pop()
        for key in keys_at(position):
            way = (*known[position], key)
            yield way
            to = advance(CALL, position, key)
            if to not in known and not isinstance(CALL[to.step], HandOff):
                known[to] = way
                todo.append(to)


def walked(keys: Keys, start: Position | None = None) -> Walk:
    """The dialogue after these keys, and after nothing more to a person."""
    walk = Walk(CALL, start or Position())
    for key in keys:
        walk.press(key)
    while not isinstance(walk.step, HandOff):
        walk.press(None)
    return walk
