"""``gateway112 replay``: brings spooled records to the store when it is back, each once.

It may be killed at any instruction: a file is removed only after all of it is stored, everything in it has a key, and
what has a key is stored once.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from gateway.journal import Journal, open_journal
from gateway.journal.spool import SpoolFile, line_of, taken, waiting_files
from gateway.log import get_logger
from gateway.process import told_to_end
from gateway.settings import Settings
from gateway.store import Store, StoreAway, StoreSilent
from gateway.store.record import Record

log = get_logger("replay")

LOOK_SECONDS = 0.5
BATCH = 50


class Replay:
    """One look at the spool after the other."""

    def __init__(self, store: Store, journal: Journal, folder: Path):
        self._store = store
        self._journal = journal
        self._folder = folder

    def look(self) -> int:
        """Replay what waits and is no longer written; how many records were brought to the store.

        Raises:
            StoreAway: the store is away; what is left waits for the next look.
        """
        files = waiting_files(self._folder)
        if not files:
            return 0
        self._store.check_writable()
        return sum(self._file(path) for path in files)

    def _file(self, path: Path) -> int:
        with taken(path) as file:
            if file is None:
                return 0
            refused = self._records(file.records)
            if file.damaged or refused:
                self._set_aside(file, refused)
            file.remove()
            return len(file.records) - len(refused)

    def _records(self, records: list[Record]) -> list[Record]:
        """Those that the store will not take though it takes others."""
        refused: list[Record] = []
        for start in range(0, len(records), BATCH):
            batch = records[start : start + BATCH]
            try:
                self._store.save(batch)
            except StoreSilent:
                raise
            except Exception:
                refused += [record for record in batch if self._refuses(record)]
        return refused

    def _refuses(self, record: Record) -> bool:
        try:
            self._store.save([record])
        except StoreSilent:
            raise  # A busy store says nothing of the record.
        except Exception:
            # Away, or is it this record? One that can never be stored must not keep all later ones out.
            self._store.check_writable()
            log.exception("a spooled record is refused")
            return True
        return False

    def _set_aside(self, file: SpoolFile, refused: list[Record]) -> None:
        path = file.set_aside([*file.damaged, *map(line_of, refused)])
        count = len(file.damaged) + len(refused)
        self._journal.alarm(f"{count} spooled records could not be replayed: look at spool/set_aside/{path.name}")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--once", action="store_true", help="replay what waits now, and end")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    journal = open_journal(settings, "replay")
    replay = Replay(Store(settings), journal, settings.state / "spool")
    stop = told_to_end()
    if arguments.once:
        return _once(replay)
    while not stop.wait(LOOK_SECONDS):
        try:
            if count := replay.look():
                log.warning("records replayed", count=count)
        except StoreAway:
            pass
        except OSError:
            log.exception("the spool cannot be read")
    return 0


def _once(replay: Replay) -> int:
    try:
        print(f"{replay.look()} records replayed")
    except StoreAway as away:
        print(f"nothing replayed, all of it is kept: {away}")
        return 1
    return 0
