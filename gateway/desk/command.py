"""``gateway112 desk DESK``: a desk on duty for messages, in a terminal or, for scripts, line by line."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
import threading
import time

from gateway.desk.calling_back import CallingBack
from gateway.desk.duty import Duty
from gateway.desk.feed import Feed
from gateway.desk.keyboard import Keyboard, raw_terminal
from gateway.desk.labels import label
from gateway.desk.linking import Linking
from gateway.desk.near import near
from gateway.desk.not_done import NotDone
from gateway.desk.plain import Plain
from gateway.desk.presence import Presence
from gateway.desk.screen import frame
from gateway.desk.screen.view import View
from gateway.desk.terminal import Terminal
from gateway.desk.words import NOT_DONE
from gateway.gazetteer.close_by import close_by
from gateway.gazetteer.current import names
from gateway.gazetteer.facilities import facilities
from gateway.journal import open_journal
from gateway.language import LANGUAGES, said
from gateway.messages.replies import Answers
from gateway.rules import CurrentRules
from gateway.settings import Settings
from gateway.store import Store, StoreAway
from gateway.time_of_day import show_in, zone

LOOK_SECONDS = 1.0
PAUSE_SECONDS = 0.1
"""Between two looks, however much happens."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("desk", help="the desk's id, as in the rules")
    parser.add_argument("--language", choices=LANGUAGES, default="id", help="what is shown in (default: id)")
    parser.add_argument("--plain", action="store_true", help="commands in, JSON out, line by line (docs/desk.md)")
    parser.add_argument("--instead", action="store_true", help="take the desk over from where else it is open")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    show_in(zone(settings))
    store = Store(settings)
    journal = open_journal(settings, "desk")
    rules = CurrentRules(settings, journal.alarm)
    answers = Answers(journal, lambda: rules.fresh().policies, settings)
    duty = Duty(arguments.desk, store, rules.fresh, answers, names(settings), arguments.language)
    duty.linking, duty.calling_back = Linking(settings), CallingBack(settings)
    duty.nearby = near(facilities(settings), close_by(settings))
    presence = Presence(store.waits, duty.desk, duty.session)
    try:
        agency = duty.agency
        presence.arrive(instead=arguments.instead)
    except NotDone as refused:
        print(f"gateway112: {said(NOT_DONE, refused.what, duty.language).format(**refused.values)}", file=sys.stderr)
        return 2
    except StoreAway as away:
        print(f"gateway112: {label('store_fault', duty.language)} ({away})", file=sys.stderr)
        return 1
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(0))
    try:
        if arguments.plain or not (sys.stdin.isatty() and sys.stdout.isatty()):
            return Plain(duty, presence).run(sys.stdin, sys.stdout)
        # A line of the log in the middle of the screen would hide what a writer says.
        log = settings.state / "log" / "desk.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8") as out, contextlib.redirect_stderr(out):
            return _in_terminal(Terminal(duty, View(duty.desk, agency.short, duty.language)), presence)
    finally:
        presence.leave()


def _in_terminal(terminal: Terminal, presence: Presence) -> int:
    wake, waker = os.pipe()
    feed = Feed(terminal.duty.store, lambda _: os.write(waker, b"."))
    threading.Thread(target=feed.follow, name="feed", daemon=True).start()
    keyboard = Keyboard(sys.stdin.fileno())
    looked = 0.0
    with raw_terminal(sys.stdin.fileno()):
        while not terminal.over:
            if time.monotonic() - looked >= LOOK_SECONDS:
                terminal.view.standing = presence.standing
                terminal.look()
                looked = time.monotonic()
            _draw(terminal)
            try:
                keys, woken = keyboard.keys(max(0.0, looked + LOOK_SECONDS - time.monotonic()), wake)
            except EOFError:
                return 1
            for key in keys:
                terminal.press(key)
            if woken:
                # However much happens, there is time for keys between two looks.
                looked = min(looked, time.monotonic() - LOOK_SECONDS + PAUSE_SECONDS)
    return 0


def _draw(terminal: Terminal) -> None:
    size = os.get_terminal_size(sys.stdout.fileno())
    lines = frame(terminal.view, size.columns or 80, size.lines or 24)
    bell = "\a" if terminal.lists.ring else ""
    terminal.lists.ring = False
    sys.stdout.write("\x1b[H" + "\r\n".join(f"\x1b[K{line}" for line in lines) + bell)
    sys.stdout.flush()
