"""The live feed of all pages: one thread follows the store's feed, another one makes lists and cases of what happened.

A case is made once for all desks of an agency, at most five times a second, and only while a page has it open; lists at
most every half second. What a desk may see is asked anew before each word of a case is told.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence

from gateway.incident.timeline import Kind
from gateway.log import get_logger
from gateway.store import GATEWAY, StoreAway
from gateway.store.lines import Line
from gateway.web.pages.catch_up import told_to
from gateway.web.pages.stream import Stream
from gateway.web.pages.views import ANEW_SECONDS, Views, Waits, apart

log = get_logger("pages")

CASES_EVERY_SECONDS = 0.2
LISTS_EVERY_SECONDS = 0.5
QUIET_SECONDS = 2.0
"""Lists are looked at so often though nothing happened: queues change without an entry."""

MOST_STREAMS = 160
"""Of the process's 256 threads: the rest is for acts, and for pages saying that they are there."""

MOST_OF_ONE_LOGIN, MOST_OF_ONE_ACCOUNT = 3, 8

PAUSE_SECONDS = 0.5
AT_ONCE = 500


class Hub:
    """Safe to share between threads.

    Args:
        desks: the desks at which accounts are on duty, by account; raises StoreAway.
    """

    def __init__(self, views: Views, desks: Callable[[], Mapping[str, str]]):
        self.views = views
        self.glance = views.glance
        self._desks = desks
        self._turn = threading.RLock()
        self._streams: list[Stream] = []
        self._after = ""
        self._dirty: set[str] = set()
        self._news = threading.Event()
        self._on_line: dict[str, dict[str, None]] = {}
        self._alarm = ""
        self._away = self._begun = False
        self._over = threading.Event()

    def start(self) -> Hub:
        """Begin to follow the feed; begun once."""
        with self._turn:
            if self._begun:
                return self
            self._begun = True
        for work in (self._follow, self._look):
            threading.Thread(target=work, name=f"pages{work.__name__}", daemon=True).start()
        return self

    def stop(self) -> None:
        self._over.set()
        self._news.set()
        for stream in self.streams():
            stream.end()

    def follows(self) -> str:
        """The feed id up to which everything was told; empty while nobody knows the feed."""
        with self._turn:
            return self._after

    # streams

    def streams(self) -> list[Stream]:
        with self._turn:
            return list(self._streams)

    def join(self, stream: Stream) -> bool:
        """From now on it is told what happens; False: there are too many.

        A page that comes again takes the place of itself, and of one login's pages the oldest goes. One that was told
        to go counts until it has gone: each holds a thread.
        """
        with self._turn:
            if len(self._streams) >= MOST_STREAMS or self._of(account=stream.whose.account)[MOST_OF_ONE_ACCOUNT - 1 :]:
                return False
            own = self._of(login=stream.login)
            for other in [*(each for each in own if each.tab == stream.tab), *own[: 1 - MOST_OF_ONE_LOGIN]]:
                other.end()
            self._streams.append(stream)
            stream.begin(self._after)
            stream.tell("standing", "standing", _standing(away=self._away))
            self._wake(stream.open)
            return True

    def _of(self, account: str = "", login: str = "") -> list[Stream]:
        """The streams of an account or a login, the oldest first; of a login those that are to go on."""
        return [
            each
            for each in self._streams
            if (account and each.whose.account == account) or (login and each.login == login and not each.cut)
        ]

    def leave(self, stream: Stream) -> None:
        with self._turn:
            if stream in self._streams:
                self._streams.remove(stream)

    def opened(self, stream: Stream, incident: str) -> None:
        stream.open_case(incident)
        self._wake([incident])

    # the feed

    def _follow(self) -> None:
        while not self._over.is_set():
            try:
                if not self._after:
                    newest = self.glance.store.lines.ends()[1]
                    self.glance.forget()
                    with self._turn:
                        self._after = newest
                        for stream in self._streams:
                            stream.begin(newest)
                lines = self.glance.store.lines.feed(self._after, wait=2.0, count=AT_ONCE)
                self._take(lines)
            except StoreAway:
                self._tell_away(away=True)
                self._over.wait(PAUSE_SECONDS)
            except Exception:
                log.exception("the live feed stumbled")
                self._over.wait(PAUSE_SECONDS)
            else:
                self._tell_away(away=False)

    def _take(self, lines: Sequence[tuple[str, Line | None]]) -> None:
        """Put what came into all streams; nothing of it is in any before all could be."""
        if not lines:
            return
        read = [(feed_id, line) for feed_id, line in lines if line]
        for _, line in read:
            with apart("an entry could not be kept"):
                self.glance.timelines.add(line)
            self._note(line)
        position = lines[-1][0]
        with self._turn:
            waits = self._waits_of({line.entry.incident for _, line in read})
            puts = [(stream, told_to(self.views, stream, read, waits)) for stream in self._streams]
            for stream, entries in puts:
                stream.put(entries, position)
            self._after = position
        self._wake({line.entry.incident for _, line in read})

    def _waits_of(self, incidents: Iterable[str]) -> Waits:
        """How those of the incidents wait that any page has open, with one question for all pages."""
        opened = {incident for stream in self.streams() for incident in stream.open}
        wanted = [incident for incident in incidents if incident in opened]
        return self.glance.waits_of(wanted) if wanted else {}

    def _note(self, line: Line) -> None:
        """Which callers desks may have on the line, and alarms."""
        entry, desk = line.entry, str(line.entry.data.get("desk", ""))
        if desk and entry.kind in (Kind.RANG, Kind.ANSWERED, Kind.JOINED):
            on_line = self._on_line.setdefault(desk, {})
            on_line.pop(entry.incident, None)
            on_line[entry.incident] = None
            while len(on_line) > 20:
                on_line.pop(next(iter(on_line)))
        if entry.incident == GATEWAY and entry.kind is Kind.ALARM:
            self._alarm = json.dumps({"at": entry.at, "what": str(entry.data.get("what", ""))})

    def _tell_away(self, *, away: bool) -> None:
        if away != self._away:
            self._away = away
            self._wake(())
        for stream in self.streams():
            stream.tell("standing", "standing", _standing(away=away))

    def _wake(self, incidents: Iterable[str]) -> None:
        with self._turn:
            self._dirty |= set(incidents)
        self._news.set()

    # what is made of it

    def _look(self) -> None:
        listed = anew = 0.0
        while not self._over.is_set():
            self._news.wait(QUIET_SECONDS)
            self._news.clear()
            begun = time.monotonic()
            with self._turn:
                dirty, self._dirty = self._dirty, set()
            try:
                self._tell_cases(dirty, every=begun - anew >= ANEW_SECONDS)
                anew = begun if begun - anew >= ANEW_SECONDS else anew
                if begun - listed >= LISTS_EVERY_SECONDS:
                    self._seat()
                    self._tell_lists()
                    listed = begun
                elif dirty:
                    self._news.set()
            except StoreAway:
                self._wake(dirty)
                self._over.wait(PAUSE_SECONDS)
            self._over.wait(max(0.0, CASES_EVERY_SECONDS - (time.monotonic() - begun)))

    def _seat(self) -> None:
        """Each stream is shown what concerns the desk that its account is at now."""
        desks = self._desks()
        for stream in self.streams():
            whose = self.views.whose(stream.whose.account, desks.get(stream.whose.account, ""), stream.whose.language)
            if whose != stream.whose:
                stream.seat(whose)
                self._wake(stream.open)

    def _tell_cases(self, dirty: set[str], *, every: bool) -> None:
        wanted = [
            (stream, incident)
            for stream in self.streams()
            for incident in stream.open
            if every or incident in dirty or not stream.has_told(f"case {incident}")
        ]
        waits = self.glance.waits_of(list({incident: None for _, incident in wanted})) if wanted else {}
        for stream, incident in wanted:
            with apart("a case could not be told"):
                found = self.views.case(stream.whose, incident, waits[incident])
                if found is None and not stream.whose.desk:
                    self._seat()  # it may have gone on duty since everybody was last seated
                    found = self.views.case(stream.whose, incident, waits[incident])
                gone = json.dumps({"incident": incident, "gone": True})
                stream.on_view(incident, found is not None)
                stream.tell(f"case {incident}", "case", found.data if found else gone, found.news if found else gone)

    def _tell_lists(self) -> None:
        for stream in self.streams():
            on_line = list(self._on_line.get(stream.whose.desk, ()))
            with apart("lists could not be told"):
                found = self.views.lists(stream.whose, on_line)
                if found:
                    stream.tell("lists", "lists", found.data, found.news)
            for incident in on_line:
                with apart("a call could not be told"):
                    call = self.views.call(stream.whose, incident)
                    if call:
                        stream.tell(f"call {incident}", "call", call)
            if stream.whose.desk and self._alarm:
                stream.tell("alarm", "alarm", self._alarm)


def _standing(*, away: bool) -> str:
    return json.dumps({"standing": "store_away" if away else "here"})
