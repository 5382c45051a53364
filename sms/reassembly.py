"""Long messages put together from their parts, which come in any order, late, twice, or never.

A message is told of as soon as its part 1 is there, when its time is over, and when it is complete. Who floods us with
parts of messages that never end pushes out his own, and at worst the oldest; what is pushed out is told of first.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

PARTS_SECONDS = 5.0
"""After so long a part that is not there is missing; later ones are still put in their place."""

KEPT_SECONDS = 600.0
"""How long a part is waited for at all."""

DOUBLE_SECONDS = 30.0
"""A part that comes once more within this time after its message is complete is the network's double."""

MOST_PARTS = 255
OPEN_OF_ONE_SOURCE = 50
OPEN_BYTES = 16_000_000
PART_BYTES = 400
"""Counted for each part besides its text."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """One part of a message.

    Attributes:
        source: channel, connector and sender: what is another's is never joined with this.
        group: what its message's parts have in common besides: destination and reference.
        name: its own name, and its message's if it comes first.
        id: its place in the stream of parts.
        number, total: which part this is, from 1, of how many.
        at: when we took it, seconds since the epoch.
        sent_at: when it was sent, as the provider says.
        request: what it came in, where something besides the text did; read by others.
    """

    source: tuple[str, str, str]
    group: tuple[str, int | None]
    name: str
    id: str
    number: int
    total: int
    body: bytes
    charset: str
    at: float
    sent_at: float | None = None
    request: bytes = b""

    @property
    def is_whole(self) -> bool:
        """It is a message of its own: it says so, or what it says of its place among others makes no sense."""
        return not 1 < self.total <= MOST_PARTS or not 1 <= self.number <= self.total


@dataclass(frozen=True, slots=True)
class Joined:
    """A message as far as it is known.

    Attributes:
        name: the name of the part that came first, whatever comes later.
        at: when that came.
        fragments: its parts by number, as far as they are there.
        awaited: its time is not over; what is missing may come any moment.
        final: nothing is added to it any more.
        ids: places of all parts that it is made of, doubles included.
    """

    name: str
    at: float
    total: int
    fragments: tuple[Fragment, ...]
    awaited: bool
    final: bool
    ids: tuple[str, ...]

    @property
    def missing(self) -> tuple[int, ...]:
        there = {fragment.number for fragment in self.fragments}
        return () if self.total == 1 else tuple(number for number in range(1, self.total + 1) if number not in there)

    @property
    def pieces(self) -> Sequence[tuple[bytes, str] | None]:
        """Bodies and charsets in order, None where a part is missing (see sms.decoding.join)."""
        if self.total == 1:
            return [(fragment.body, fragment.charset) for fragment in self.fragments]
        there = {fragment.number: (fragment.body, fragment.charset) for fragment in self.fragments}
        return [there.get(number) for number in range(1, self.total + 1)]


_Source = tuple[str, str, str]
_Group = tuple[str, int | None, int]


@dataclass(slots=True, eq=False)
class _Open:
    """A message that is being put together, or was lately.

    Attributes:
        begun: when its first part reached us here, which may be long after ``first.at``.
        due: when it is told of again, if there is anything to tell.
        told: how many parts were there when it was last told of, and whether its time was over.
        complete_at: when its last part reached us here.
    """

    first: Fragment
    begun: float
    due: float
    fragments: dict[int, Fragment] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)
    told: tuple[int, bool] = (0, False)
    bytes: int = 0
    complete_at: float | None = None

    def is_over(self, now: float) -> bool:
        return self.complete_at is not None or now - self.begun >= PARTS_SECONDS

    def state(self, now: float) -> tuple[int, bool]:
        return len(self.fragments), self.is_over(now)

    def joined(self, now: float, *, final: bool = False) -> Joined:
        self.told = self.state(now)
        parts = tuple(self.fragments[number] for number in sorted(self.fragments))
        final = final or self.complete_at is not None
        awaited = not final and not self.is_over(now)
        return Joined(self.first.name, self.first.at, self.first.total, parts, awaited, final, tuple(self.ids))


class Reassembly:
    """Messages of many writers being put together."""

    def __init__(self) -> None:
        self._open: dict[_Source, OrderedDict[_Group, _Open]] = {}
        self._order: OrderedDict[_Open, None] = OrderedDict()
        self._bytes = 0

    def __len__(self) -> int:
        """How many messages are being put together, or were lately."""
        return len(self._order)

    def add(self, fragment: Fragment, now: float) -> list[Joined]:
        """Take a part; the messages of which there is now something to tell, whichever they are."""
        if fragment.is_whole:
            return [Joined(fragment.name, fragment.at, 1, (fragment,), False, True, (fragment.id,))]
        told: list[Joined] = []
        message = self._open.get(fragment.source, OrderedDict[_Group, _Open]()).get(_group(fragment))
        if message is not None and _is_another(message, fragment):
            told += self._end(message, now)
            message = None
        if message is None:
            message = self._begin(fragment, now)
        told += self._put(message, fragment, now)
        return [*told, *self._within_bounds(message, now)]

    def due(self, now: float) -> list[Joined]:
        """The messages whose time is over, or to which something came since they were last told of."""
        told: list[Joined] = []
        for message in list(self._order):
            if message.complete_at is not None:
                if now - message.complete_at >= DOUBLE_SECONDS:
                    self._forget(message)
            elif now - message.begun >= KEPT_SECONDS:
                told += self._end(message, now)
            elif now >= message.due and message.told != message.state(now):
                # Ever more seldom, so that a message of hundreds of late parts is not read hundreds of times.
                message.due = now + max(PARTS_SECONDS, now - message.begun)
                told.append(message.joined(now))
        return told

    def _begin(self, fragment: Fragment, now: float) -> _Open:
        message = _Open(fragment, begun=now, due=now + PARTS_SECONDS)
        self._open.setdefault(fragment.source, OrderedDict())[_group(fragment)] = message
        self._order[message] = None
        return message

    def _put(self, message: _Open, fragment: Fragment, now: float) -> list[Joined]:
        message.ids.append(fragment.id)
        self._weigh(message, len(fragment.id) + PART_BYTES)
        if fragment.number not in message.fragments:
            message.fragments[fragment.number] = fragment
            self._weigh(message, len(fragment.body))
            begins = fragment.number == 1 and not message.is_over(now)
        else:
            begins = False
        if len(message.fragments) == message.first.total:
            message.complete_at = message.complete_at or now
            told = [message.joined(now)]
            message.ids.clear()
            return told
        return [message.joined(now)] if begins else []

    def _within_bounds(self, newest: _Open, now: float) -> Iterator[Joined]:
        mine = self._open[newest.first.source]
        while len(mine) > OPEN_OF_ONE_SOURCE:
            yield from self._end(next(iter(mine.values())), now)
        while self._bytes > OPEN_BYTES and len(self._order) > 1:
            yield from self._end(next(iter(self._order)), now)

    def _end(self, message: _Open, now: float) -> list[Joined]:
        """Add nothing more to a message; it is told of once more, unless it was complete."""
        self._forget(message)
        return [] if message.complete_at is not None else [message.joined(now, final=True)]

    def _forget(self, message: _Open) -> None:
        self._bytes -= message.bytes
        del self._order[message]
        mine = self._open[message.first.source]
        del mine[_group(message.first)]
        if not mine:
            del self._open[message.first.source]

    def _weigh(self, message: _Open, more: int) -> None:
        message.bytes += more
        self._bytes += more


def _group(fragment: Fragment) -> _Group:
    return *fragment.group, fragment.total


def _is_another(message: _Open, fragment: Fragment) -> bool:
    """Whether the part belongs to a later message under the same reference: references come around."""
    known = message.fragments.get(fragment.number)
    is_double = known is not None and known.body == fragment.body
    apart = abs(fragment.at - max(part.at for part in message.fragments.values()))
    if message.complete_at is not None:
        return not is_double or apart >= DOUBLE_SECONDS
    return apart >= KEPT_SECONDS or (known is not None and not is_double)
