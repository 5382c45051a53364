"""Records on the node's disk while the store is away."""

import fcntl
import os
import threading
from errno import ENOSPC

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.incident.timeline import Entry, Job, Kind
from gateway.journal import spool as spool_module
from gateway.journal.spool import Spool, SpoolFull, line_of, read_line, taken, waiting_files
from gateway.store.record import accept, read_record, record_text
from tests.live.wait import until


@pytest.fixture(autouse=True)
def _short_files(monkeypatch):
    monkeypatch.setattr(spool_module, "FILE_SECONDS", 0.05)


def record(incident="i1", at=1.0, jobs=(), **data):
    return accept([Entry(incident, Kind.QUEUED, at, data)], jobs)


def read_all(folder):
    """What a replay finds, once every file is free."""
    found = []
    for path in waiting_files(folder):

        def complete(path=path):
            with taken(path) as file:
                return file

        found += until(complete).records
    return found


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
entries = st.builds(
    Entry,
    incident=st.text(max_size=40),
    kind=st.sampled_from(Kind),
    at=st.floats(0, 4e9),
    data=st.dictionaries(st.text(max_size=10), plain, max_size=4),
    key=st.text(min_size=1, max_size=40),
    channel_id=st.text(max_size=40),
)
jobs = st.builds(
    Job,
    name=st.text(max_size=10),
    arguments=st.lists(st.text(max_size=20), max_size=3).map(tuple),
    urgent=st.booleans(),
    key=st.text(min_size=1, max_size=20),
    after=st.floats(0, 1e6),
)


@given(st.lists(entries, min_size=1, max_size=4), st.lists(jobs, max_size=2))
def test_a_record_comes_back_from_its_line_as_it_was(some_entries, some_jobs):
    original = accept(some_entries, some_jobs)
    line = line_of(original)
    assert line.count(b"\n") == 1
    assert read_line(line) == original


@given(st.lists(entries, min_size=1, max_size=2), st.data())
def test_a_line_that_is_torn_or_changed_anywhere_is_noticed(some_entries, data):
    line = line_of(accept(some_entries))
    cut = data.draw(st.integers(0, len(line) - 1))
    with pytest.raises(ValueError, match="damaged"):
        read_line(line[:cut])
    changed = bytearray(line)
    changed[data.draw(st.integers(0, len(line) - 1))] ^= 1 << data.draw(st.integers(0, 6))
    with pytest.raises(ValueError, match=r"damaged|JSON|record|entry"):
        read_line(bytes(changed))


@pytest.mark.parametrize(
    "text", ["", "null", "[]", "{}", '{"n":1,"entries":[{}],"jobs":[]}', '{"n":1,"entries":5,"jobs":[]}', "{" * 99]
)
def test_a_text_that_is_no_record_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 - the reader of JSON has words of its own
        read_record(text)


class Odd:
    def __str__(self):
        return "odd"


def test_no_data_however_odd_keeps_an_entry_from_being_written():
    circle = {}
    circle["self"] = circle
    for data in ({"x": Odd()}, {1: "x", None: {Odd(): b"\xff"}}, circle, {"s": "\ud800"}, {"n": float("nan")}):
        assert read_record(record_text(record(**{"data": data}))).entries[0].incident == "i1"
    original = accept([Entry("i1", Kind.QUEUED, 1.0, {("a", "b"): {1, 2}})])
    assert "a" in str(read_record(record_text(original)).entries[0].data)


def test_kept_records_are_found_again_in_their_order(tmp_path):
    spool = Spool(tmp_path)
    originals = [record(n=n) for n in range(50)]
    assert all(spool.keep(original, 5.0) for original in originals)
    assert read_all(tmp_path) == originals


@settings(deadline=None, max_examples=20)
@given(st.lists(st.lists(entries, min_size=1, max_size=2), min_size=1, max_size=8))
def test_whatever_is_kept_is_found_again(tmp_path_factory, several):
    folder = tmp_path_factory.mktemp("spool")
    spool = Spool(folder)
    originals = [accept(some) for some in several]
    assert all(spool.keep(original, 5.0) for original in originals)
    lines = [line for path in waiting_files(folder) for line in path.read_bytes().splitlines(keepends=True)]
    assert [read_line(line) for line in lines] == originals


def test_many_threads_share_the_disk_and_each_record_is_there(tmp_path):
    spool, kept = Spool(tmp_path), []

    def call(thread):
        kept.extend(spool.keep(record(thread=thread, n=n), 5.0) for n in range(20))

    threads = [threading.Thread(target=call, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert kept == [True] * 400
    found = [dict(item.entries[0].data) for item in read_all(tmp_path)]
    assert sorted((data["thread"], data["n"]) for data in found) == [(t, n) for t in range(20) for n in range(20)]
    for thread in range(20):
        assert [data["n"] for data in found if data["thread"] == thread] == list(range(20))


def test_a_file_is_left_alone_while_its_writer_may_still_write(tmp_path, monkeypatch):
    monkeypatch.setattr(spool_module, "FILE_SECONDS", 60.0)
    assert Spool(tmp_path).keep(record(), 5.0)
    (path,) = waiting_files(tmp_path)
    with taken(path) as file:
        assert file is None


def test_two_who_replay_never_have_the_same_file(tmp_path):
    (tmp_path / "1-1.spool").write_bytes(line_of(record()))
    with taken(tmp_path / "1-1.spool") as first, taken(tmp_path / "1-1.spool") as second:
        assert first is not None
        assert second is None


def test_a_file_that_another_finished_between_look_and_lock_is_no_file(tmp_path):
    path = tmp_path / "1-1.spool"
    path.write_bytes(line_of(record()))
    handle = os.open(path, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    seen = []

    class Late(type(path)):
        def open(self, *args, **kwargs):
            file = super().open(*args, **kwargs)
            self.unlink()
            os.close(handle)
            return file

    with taken(Late(path)) as file:
        seen.append(file)
    assert seen == [None]


def test_a_torn_last_line_costs_only_itself(tmp_path):
    whole, torn = record(n=1), record(n=2)
    path = tmp_path / "1-1.spool"
    path.write_bytes(line_of(whole) + line_of(torn)[:-7])
    with taken(path) as file:
        assert file.records == [whole]
        assert file.damaged == [line_of(torn)[:-7]]
        aside = file.set_aside(file.damaged)
    assert aside.read_bytes() == line_of(torn)[:-7]
    assert aside.stat().st_mode & 0o077 == 0


def test_files_are_for_the_owner_alone(tmp_path):
    folder = tmp_path / "spool"
    assert Spool(folder).keep(record(), 5.0)
    (path,) = waiting_files(folder)
    assert folder.stat().st_mode & 0o077 == path.stat().st_mode & 0o077 == 0


class FillingDisk:
    """os.write on a disk that takes a few bytes, then none, until somebody makes room."""

    def __init__(self, room):
        self.room = room

    def write(self, handle, lines):
        if self.room <= 0:
            raise OSError(ENOSPC, "no space")
        part = bytes(lines)[: self.room]
        self.room -= len(part)
        return os.write(handle, part)


def test_a_full_disk_delays_a_record_and_tears_none(tmp_path, monkeypatch):
    disk = FillingDisk(room=len(line_of(record(n=1))) + 10)
    monkeypatch.setattr(spool_module, "RETRY_SECONDS", 0.01)
    monkeypatch.setattr(spool_module, "os", Through(os, write=disk.write))
    spool = Spool(tmp_path)
    first, second = record(n=1), record(n=2)
    assert spool.keep(first, 5.0)
    assert not spool.keep(second, 0.1)
    disk.room = 1_000_000
    until(lambda: second in read_all(tmp_path))
    assert read_all(tmp_path) == [first, second]
    assert all(read_line(line) for path in waiting_files(tmp_path) for line in path.open("rb"))


class Through:
    """A module with some of its functions replaced."""

    def __init__(self, module, **others):
        self._module = module
        self.__dict__.update(others)

    def __getattr__(self, name):
        return getattr(self._module, name)


def test_when_neither_disk_nor_memory_has_room_the_loss_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(spool_module, "BACKLOG", 2)
    monkeypatch.setattr(spool_module, "RETRY_SECONDS", 0.05)
    file = tmp_path / "a file, not a folder"
    file.write_text("")
    spool = Spool(file / "spool")
    # Two wait, and one more is in the writer's hands.
    assert [spool.keep(record(), 0.05) for _ in range(3)] == [False] * 3
    with pytest.raises(SpoolFull):
        spool.keep(record(), 0.05)
    file.unlink()
    until(lambda: len(read_all(file / "spool")) == 3, what="it is on the disk as soon as it can be")
