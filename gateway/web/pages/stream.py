"""One page's live feed: what is to be told to it, in order, and bounded; as server-sent events (WHATWG HTML §9.2).

``entry`` events are told one by one, each with its feed id; of all else the latest word is enough.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

MOST_ENTRIES = 1000
"""So many a slow page may be behind; then it is cut, comes again, and is told what it missed."""

MOST_TOLD = 100
"""States that are remembered to be told no second time: those of calls that are long over need not be."""

MOST_OPEN = 12
"""Cases that one page has open."""


@dataclass(frozen=True, slots=True)
class Whose:
    """Who looks, and at which desk.

    Attributes:
        desk: empty: at none; then there are no cases.
    """

    account: str
    agency: str
    desk: str
    language: str


@dataclass
class Stream:
    """Safe to share between threads.

    Attributes:
        login: names the session.
        on_view: told of each case that it is shown, or asks for and is not shown.
        begins: the feed id after which it is told what happens; empty while nobody knows it.
        position: the feed id up to which everything was put in.
        cut: it was too slow, or is over.
    """

    whose: Whose
    tab: str
    login: str = ""
    on_view: Callable[[str, bool], None] = lambda _incident, _shown: None
    begins: str = ""
    position: str = ""
    cut: bool = False
    told: dict[str, object] = field(default_factory=dict)
    """What was told last, by the name of the state."""
    _open: dict[str, None] = field(default_factory=dict)
    _entries: deque[tuple[str, str]] = field(default_factory=deque)
    _states: OrderedDict[str, tuple[str, str]] = field(default_factory=OrderedDict)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    @property
    def open(self) -> list[str]:
        """The cases that the page has open."""
        with self._changed:
            return list(self._open)

    def open_case(self, incident: str) -> None:
        """The one that was opened first is let go of where there are too many."""
        with self._changed:
            self._open.pop(incident, None)
            self._open[incident] = None
            while len(self._open) > MOST_OPEN:
                self._open.pop(next(iter(self._open)))
            # Whoever opens it again is told it again.
            self.told.pop(f"case {incident}", None)

    def close_case(self, incident: str) -> None:
        with self._changed:
            self._open.pop(incident, None)
            self._states.pop(f"case {incident}", None)
            self.told.pop(f"case {incident}", None)

    def seat(self, whose: Whose) -> None:
        """Another desk's: what was told of the first one's is no longer known to have been."""
        with self._changed:
            self.whose = whose
            self.told = {name: told for name, told in self.told.items() if name == "standing"}
            self._states.clear()
            self._entries.clear()

    def has_told(self, name: str) -> bool:
        with self._changed:
            return name in self.told

    def begin(self, position: str) -> None:
        with self._changed:
            self.begins = self.position = position
            self._changed.notify()

    def put(self, entries: Iterable[tuple[str, str]], position: str) -> None:
        """Entry events (feed id, JSON) up to a position of the feed."""
        with self._changed:
            self._entries.extend(entries)
            self.position = position
            if len(self._entries) > MOST_ENTRIES:
                self.cut = True
                self._entries.clear()
            if self._entries or self.cut:
                self._changed.notify()

    def tell(self, name: str, event: str, data: str, compared: object = None) -> None:
        """A state; one that was told before is not told again.

        Args:
            name: of two with one name the later is told alone.
            compared: what makes it news; None: its data.
        """
        compared = data if compared is None else compared
        with self._changed:
            if self.told.get(name) != compared:
                self.told.pop(name, None)
                self.told[name] = compared
                while len(self.told) > MOST_TOLD:
                    self.told.pop(next(iter(self.told)))
                self._states[name] = (event, data)
                self._changed.notify()

    def end(self) -> None:
        with self._changed:
            self.cut = True
            self._changed.notify()

    def take(self, seconds: float) -> tuple[list[str], bool]:
        """What is to be sent now, waiting for the first so long; and whether it is the last."""
        with self._changed:
            if not (self._entries or self._states or self.cut):
                self._changed.wait(seconds)
            texts = [event("entry", data, feed_id) for feed_id, data in self._entries]
            texts += [event(name, data) for name, data in self._states.values()]
            self._entries.clear()
            self._states.clear()
            return texts, self.cut


def event(name: str, data: str, identifier: str = "") -> str:
    """One event; its data are JSON on one line."""
    head = f"id: {identifier}\n" if identifier else ""
    return f"{head}event: {name}\ndata: {data}\n\n"


def beat(now: float, position: str) -> str:
    """Says that the connection lives, and up to where the page has everything."""
    return event("beat", json.dumps({"now": round(now, 3)}), position)


def joined(texts: Iterable[str]) -> Iterator[str]:
    text = "".join(texts)
    if text:
        yield text
