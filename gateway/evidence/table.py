"""A table of the operator's in one SQLite file: imported as a whole, looked up by key, seen anew when replaced."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path


class TableMissing(Exception):
    """Nothing was imported yet."""


class Table:
    """Read-only view of a table; safe to share between threads, opened by each process for itself."""

    def __init__(self, file: Path):
        self._file = file
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._opened: tuple[int, ...] = ()

    def get(self, key: str) -> str | None:
        """The value under a key, or None.

        Raises:
            TableMissing: nothing was imported.
            sqlite3.DatabaseError: the file is no table.
        """
        with self._lock:
            row = self._current().execute("SELECT value FROM entries WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else None

    def keys_like(self, pattern: str, most: int) -> list[str]:
        """Keys that fit a pattern in which ``*`` stands for anything, ``most`` of them at most; raises as ``get``."""
        with self._lock:
            query = "SELECT key FROM entries WHERE key GLOB ? LIMIT ?"
            return [str(row[0]) for row in self._current().execute(query, (pattern, most))]

    def items(self) -> Iterator[tuple[str, str]]:
        """All entries by key, as they stood when asked."""
        with self._lock:
            rows = self._current().execute("SELECT key, value FROM entries ORDER BY key").fetchall()
        return iter(rows)

    def _current(self) -> sqlite3.Connection:
        try:
            found = self._file.stat()
        except FileNotFoundError:
            raise TableMissing(self._file.name) from None
        # A replaced file is another one, or a newer; a connection must not cross a fork.
        now = (found.st_ino, found.st_mtime_ns, os.getpid())
        if self._connection is None or now != self._opened:
            # Immutable: an imported file is never written again, so no lock and no journal is looked for.
            address = f"{self._file.resolve().as_uri()}?mode=ro&immutable=1"
            self._connection = sqlite3.connect(address, uri=True, check_same_thread=False)
            self._opened = now
        return self._connection


def replace(file: Path, entries: Iterable[tuple[str, str]]) -> None:
    """Put these entries in the place of whatever the file held, all at once, readable by its owner alone."""
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(file.name + ".new")
    new.unlink(missing_ok=True)
    os.close(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    connection = sqlite3.connect(new)
    try:
        connection.execute("CREATE TABLE entries (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID")
        connection.executemany("INSERT INTO entries VALUES (?, ?)", entries)
        connection.commit()
    finally:
        connection.close()
    new.replace(file)
