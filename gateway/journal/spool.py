"""The spool: where records wait on this node's disk while the store is away.

Each process writes files of its own, a record to a line with its checksum, and says "kept" only after fsync. It holds
a lock on the file it writes; a file without one is complete, or its writer is dead, and may be replayed. That lock is
all that writers and the replaying process share, so a killed one leaves nothing to clean up.
"""

from __future__ import annotations

import fcntl
import os
import queue
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

from gateway.log import get_logger
from gateway.store.record import Record, read_record, record_text

log = get_logger("spool")

FILE_SECONDS = 1.0
"""How long one file is written to: until then its records cannot be replayed."""

BATCH = 500
BACKLOG = 20_000
"""Records kept in memory while the disk takes none; more than that are lost."""

RETRY_SECONDS = 1.0
SUFFIX = ".spool"


class SpoolFull(Exception):
    """Neither the disk nor memory takes another record."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    line: bytes
    kept: Future[None]


class Spool:
    """Takes records from any thread; a thread of its own brings many to the disk with one fsync."""

    def __init__(self, folder: Path):
        self.folder = folder
        self._queue: queue.Queue[_Waiting] = queue.Queue(BACKLOG)
        self._writer: threading.Thread | None = None
        self._start = threading.Lock()

    def keep(self, record: Record, wait: float) -> bool:
        """Whether the record is on the disk within ``wait`` seconds; if not, its writing goes on as long as we live.

        Raises:
            SpoolFull: the record is lost.
        """
        waiting = _Waiting(line_of(record), Future())
        self._have_a_writer()
        try:
            self._queue.put_nowait(waiting)
        except queue.Full:
            raise SpoolFull(f"{self.folder}: the disk takes nothing, and {BACKLOG} records are waiting") from None
        with suppress(TimeoutError):
            waiting.kept.result(wait)
            return True
        return False

    def _have_a_writer(self) -> None:
        with self._start:
            if self._writer is None or not self._writer.is_alive():
                self._writer = threading.Thread(target=self._write_for_ever, name="spool", daemon=True)
                self._writer.start()

    def _write_for_ever(self) -> None:
        unkept: list[_Waiting] = []
        while True:
            unkept = unkept or [self._queue.get()]
            try:
                with _new_file(self.folder) as handle:
                    self._fill(handle, unkept)
            except OSError as fault:
                log.exception("the spool cannot be written", why=os.strerror(fault.errno or 0), count=len(unkept))
                time.sleep(RETRY_SECONDS)

    def _fill(self, handle: int, unkept: list[_Waiting]) -> None:
        """Write what waits, and what comes while the file's time lasts; what could not be written stays in the list."""
        end = time.monotonic() + FILE_SECONDS
        while unkept:
            with suppress(queue.Empty):
                while len(unkept) < BATCH:
                    unkept.append(self._queue.get_nowait())
            _append(handle, b"".join(waiting.line for waiting in unkept))
            for waiting in unkept:
                waiting.kept.set_result(None)
            unkept.clear()
            with suppress(queue.Empty):
                unkept.append(self._queue.get(timeout=max(0.0, end - time.monotonic())))
            if time.monotonic() >= end:
                return


@contextmanager
def _new_file(folder: Path) -> Iterator[int]:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{time.time_ns()}-{os.getpid()}{SUFFIX}"
    handle = os.open(path.with_suffix(".new"), os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
    try:
        # Locked before it has a name that the replaying process looks for.
        fcntl.flock(handle, fcntl.LOCK_EX)
        path.with_suffix(".new").rename(path)
        _sync_folder(folder)
        yield handle
        if os.fstat(handle).st_size == 0:
            path.unlink()
    finally:
        fcntl.flock(handle, fcntl.LOCK_UN)
        os.close(handle)


def _append(handle: int, lines: bytes) -> None:
    """Write and fsync, or leave the file as it was: a disk that fills up in the middle must not leave half a line."""
    before = os.fstat(handle).st_size
    try:
        rest = memoryview(lines)
        while rest:
            rest = rest[os.write(handle, rest) :]
        os.fsync(handle)
    except OSError:
        with suppress(OSError):
            os.ftruncate(handle, before)
        raise


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def line_of(record: Record) -> bytes:
    text = record_text(record).encode()
    return b"%08x %s\n" % (crc32(text), text)


def read_line(line: bytes) -> Record:
    """
    Raises:
        ValueError: the line is torn or otherwise damaged.
    """
    checksum, _, text = line.removesuffix(b"\n").partition(b" ")
    if not line.endswith(b"\n") or checksum != b"%08x" % crc32(text):
        raise ValueError("the line is damaged")
    return read_record(text)


@dataclass(slots=True)
class SpoolFile:
    """A file that nobody writes any more.

    Attributes:
        damaged: lines that cannot be read.
    """

    path: Path
    records: list[Record]
    damaged: list[bytes]

    def set_aside(self, lines: list[bytes]) -> Path:
        """Keep lines that cannot be replayed, for a person to look at; returns where."""
        folder = self.path.parent / "set_aside"
        folder.mkdir(exist_ok=True, mode=0o700)
        target = folder / self.path.name
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(b"".join(lines))
            out.flush()
            os.fsync(out.fileno())
        return target

    def remove(self) -> None:
        """All of it is in the store."""
        self.path.unlink()


def waiting_files(folder: Path) -> list[Path]:
    """The spool's files, the oldest first, those still being written among them."""
    return sorted(folder.glob(f"*{SUFFIX}"), key=lambda path: (len(path.name.partition("-")[0]), path.name))


@contextmanager
def taken(path: Path) -> Iterator[SpoolFile | None]:
    """The file, ours alone meanwhile; None while its writer or another replaying process has it, or when it is gone."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        yield None
        return
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
            return
        # Between our opening and our lock another replaying process may have finished and removed it.
        yield _read(path, file.readlines()) if os.fstat(file.fileno()).st_nlink else None


def _read(path: Path, lines: list[bytes]) -> SpoolFile:
    content = SpoolFile(path, [], [])
    for line in lines:
        try:
            content.records.append(read_line(line))
        except ValueError:
            content.damaged.append(line)
    return content
