"""``gateway112 watch``: queues, callers who wait or talk with their places, and desks, as they are now.

Asterisk alone is enough for it; what the store adds (the place) is missing when the store is away.
"""

from __future__ import annotations

import argparse
import threading
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from gateway.channels.ami import ActionRefused, AmiAway, Manager
from gateway.desk.feed import Feed
from gateway.gazetteer.current import names
from gateway.incident.routing import LEAST_URGENT, queue_prio
from gateway.queues.messages import MessageLine, message_lines
from gateway.queues.places import UNKNOWN_PLACE, Places
from gateway.queues.raising import RAISED_PRIO
from gateway.queues.snapshot import ask
from gateway.queues.state import QueueState, Readiness
from gateway.rules import load
from gateway.rules.rulebook import Agency
from gateway.settings import Settings
from gateway.store import Store, StoreAway
from gateway.store.duty import OFF, Seats
from gateway.time_of_day import show_in, time_of_day, zone

LOOK_SECONDS = 1.0
PAUSE_SECONDS = 0.2
_STYLES = {
    Readiness.AVAILABLE: "green",
    Readiness.RINGING: "yellow",
    Readiness.BUSY: "cyan",
    Readiness.PAUSED: "magenta",
    Readiness.UNREACHABLE: "red",
}
_PRIORITIES = {queue_prio(priority): str(priority) for priority in range(1, LEAST_URGENT + 1)} | {RAISED_PRIO: "raised"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--once", action="store_true", help="print once and end")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    show_in(zone(settings))
    store = Store(settings)
    watcher = Watcher(settings, Places(store, names(settings)), load(settings.rules).agencies)
    console = Console()
    if arguments.once:
        console.print(watcher.look())
        return 1 if watcher.blind else 0
    heard = threading.Event()
    feed = Feed(store, lambda entries: heard.set() if watcher.places.heard(entries) else None)
    threading.Thread(target=feed.follow, name="feed", daemon=True).start()
    with Live(console=console, screen=console.is_terminal, auto_refresh=False) as live:
        while True:
            live.update(watcher.look(), refresh=True)
            # However much is heard, there is a pause between two looks.
            time.sleep(PAUSE_SECONDS)
            heard.wait(LOOK_SECONDS - PAUSE_SECONDS)
            heard.clear()


@dataclass
class Watcher:
    """Looks, over as many connections as it takes.

    Attributes:
        blind: the last look saw nothing.
    """

    settings: Settings
    places: Places
    agencies: dict[str, Agency]
    blind: bool = False
    _manager: Manager | None = None

    def look(self) -> RenderableType:
        """The picture of this moment, or why there is none."""
        now = time.time()
        try:
            states = self._states(now)
        except (AmiAway, ActionRefused) as fault:
            self.blind, self._manager = True, None
            why = Text(f"{time_of_day(now)}  the queues cannot be seen: {fault}", style="bold red")
            return Group(why, _messages(self._messages(now)))
        self.blind = False
        waiting = sorted(
            (call for state in states for call in state.waiting), key=lambda call: (-call.prio, call.since)
        )
        talking = [call.incident for state in states for call in state.talking]
        places = self.places.of([*(call.incident for call in waiting), *talking])
        messages = self._messages(now)
        empty = self._empty(states)
        return picture(states, places, now, self.agencies, messages, empty, store_away=self.places.away)

    def _empty(self, states: Sequence[QueueState]) -> set[str]:
        try:
            return off_duty(states, Seats(self.places.store.redis))
        except StoreAway:
            self.places.away = True
            return set()

    def _messages(self, now: float) -> list[MessageLine]:
        try:
            return message_lines(self.places.store.waits, self.agencies, now)
        except StoreAway:
            self.places.away = True
            return []

    def _states(self, now: float) -> list[QueueState]:
        if self._manager is None:
            manager = Manager(self.settings)
            manager.connect()
            self._manager = manager
        return ask(self._manager, now)


def off_duty(states: Sequence[QueueState], seats: Seats) -> set[str]:
    """Desks that Asterisk passes over since nobody is on duty there; where somebody pauses, a seat tells of it.

    Raises:
        StoreAway: it is not known.
    """
    paused = [desk.id for state in states for desk in state.desks if desk.readiness is Readiness.PAUSED]
    taken = seats.of(paused)
    return {desk for desk in paused if desk not in taken or taken[desk].state == OFF}


def picture(
    states: list[QueueState],
    places: dict[str, str],
    now: float,
    agencies: dict[str, Agency],
    messages: Sequence[MessageLine] = (),
    empty: Collection[str] = (),
    *,
    store_away: bool = False,
) -> RenderableType:
    """Queues in the order of the rules, below them who calls and waits, the next to be served first, and messages.

    Args:
        empty: desks that nobody is on duty at.
    """
    order = {name: place for place, name in enumerate(agencies)}
    states = sorted(states, key=lambda state: order.get(state.name, len(order)))
    head = Text(time_of_day(now))
    if store_away:
        head.append("  the store is away: places are unknown, calls go on", style="bold red")
    calls = (_waiting(states, places, now), _talking(states, places))
    return Group(head, _queues(states, now, agencies, empty), *calls, _messages(messages))


def _queues(states: list[QueueState], now: float, agencies: dict[str, Agency], empty: Collection[str]) -> Table:
    table = Table(expand=True)
    for heading in ("queue", "agency"):
        table.add_column(heading)
    for heading in ("waiting", "longest"):
        table.add_column(heading, justify="right")
    table.add_column("desks", ratio=1)
    for state in states:
        agency = agencies.get(state.name)
        style = "bold red" if not state.reachable else ""
        longest = _clock(state.longest_wait(now)) if state.callers else ""
        table.add_row(
            Text(state.name, style=style),
            agency.short if agency else "",
            str(len(state.callers)),
            longest,
            _desks(state, empty),
        )
    return table


def _desks(state: QueueState, empty: Collection[str]) -> Text:
    words = Text()
    for desk in state.desks:
        if desk.id in empty:
            words.append(f"{desk.id} off duty  ", style="dim")
        else:
            words.append(f"{desk.id} {desk.readiness.value}  ", style=_STYLES[desk.readiness])
    return words


def _waiting(states: list[QueueState], places: dict[str, str], now: float) -> RenderableType:
    calls = [call for state in states for call in sorted(state.waiting, key=lambda call: call.position)]
    if not calls:
        return Text("no caller is waiting")
    table = Table(expand=True)
    for heading in ("queue", "incident", "priority"):
        table.add_column(heading)
    table.add_column("waited", justify="right")
    table.add_column("silent")
    table.add_column("place", ratio=1)
    for call in calls:
        near = call.bound is not None and now - call.since > call.bound
        priority = Text(_PRIORITIES.get(call.prio, str(call.prio)), style="yellow" if call.prio == RAISED_PRIO else "")
        # The place comes from evidence: it is text, not markup.
        table.add_row(
            call.queue,
            call.incident[:8] or "none",
            priority,
            Text(_clock(now - call.since), style="bold red" if near else ""),
            "silent" if call.silent else "",
            Text(places.get(call.incident, UNKNOWN_PLACE)),
        )
    return table


def _talking(states: list[QueueState], places: dict[str, str]) -> RenderableType:
    """What a desk has a caller for changes while they talk: the place is shown as it is now."""
    calls = [call for state in states for call in state.talking]
    if not calls:
        return Text("")
    table = Table(expand=True)
    for heading in ("talks with", "incident"):
        table.add_column(heading)
    table.add_column("place", ratio=1)
    for call in calls:
        table.add_row(call.desk, call.incident[:8] or "none", Text(places.get(call.incident, UNKNOWN_PLACE)))
    return table


def _messages(lines: Sequence[MessageLine]) -> RenderableType:
    """Where nothing waits and no desk is there, the agency has no row."""
    shown = [line for line in lines if line.waiting or line.held or line.desks]
    if not shown:
        return Text("no messages wait, and no desk is there for them" if lines else "")
    table = Table(expand=True)
    table.add_column("messages for")
    for heading in ("waiting", "longest", "with desks"):
        table.add_column(heading, justify="right")
    table.add_column("desks there", ratio=1)
    for line in shown:
        longest = _clock(line.longest) if line.waiting else ""
        style = "bold red" if line.waiting and not line.desks else ""
        numbers = (str(line.waiting), longest, str(line.held))
        table.add_row(Text(line.queue, style=style), *numbers, "  ".join(line.desks))
    return table


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
