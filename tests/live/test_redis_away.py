"""Redis goes away and comes back; processes are killed. Nothing is lost, nothing is there twice, all is in order."""

import os
import signal
import subprocess
import sys
import threading

import pytest

from gateway import journal as journal_module
from gateway.incident.timeline import Entry, Job, Kind
from gateway.journal import open_journal
from gateway.journal import spool as spool_module
from gateway.journal.replay import Replay
from gateway.journal.spool import line_of, waiting_files
from gateway.settings import ROOT
from gateway.store import Store, StoreAway, connect
from gateway.store.record import accept
from tests.live.redis_server import RedisServer
from tests.live.wait import PATIENCE_SECONDS, until

NUMBER = "+6281200000001"


@pytest.fixture
def server(tmp_path):
    server = RedisServer(tmp_path).start()
    yield server
    server.kill()


@pytest.fixture(autouse=True)
def _short_times(monkeypatch):
    monkeypatch.setattr(spool_module, "FILE_SECONDS", 0.05)
    monkeypatch.setattr(journal_module, "PAUSE_SECONDS", 0.05)


def entry(n, incident="i1", at=None, key=""):
    return Entry(incident, Kind.QUEUED, float(n) if at is None else at, {"n": n}, key)


def told(store, incident="i1"):
    return [item.data.get("n") for item in store.timeline(incident)]


def replayed(server, journal):
    """Looks until nothing waits."""
    replay = Replay(Store(server.settings()), journal, spool_of(server))

    def look():
        replay.look()
        return not waiting_files(spool_of(server))

    until(look)


def spool_of(server):
    return server.settings().state / "spool"


def stored_again(journal):
    """Waits until the journal has found out that Redis is back."""

    def probe():
        before = journal.stored
        journal.add([entry(0, incident="probe")])
        return journal.stored > before

    until(probe)


def environment(server, **others):
    settings = server.settings()
    names = ("state", "redis_url", "number_key", "signing_key")
    given = {f"GATEWAY112_{name.upper()}": str(settings[name]) for name in names}
    return {**os.environ, **given, **others}


def command(server, *words, **others):
    return subprocess.Popen(
        [sys.executable, "-m", "gateway", *words],
        cwd=ROOT,
        env=environment(server, **others),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_entries_of_an_outage_fall_into_their_place_between_those_before_and_after(server):
    journal = open_journal(server.settings(), "test")
    journal.add([entry(1)])
    server.kill()
    for number in range(2, 6):
        journal.add([entry(number)])
    server.start()
    stored_again(journal)
    # Redis is back, and the older entries are still in the spool.
    journal.add([entry(6)])
    assert told(journal_store(server)) == [1, 6]
    replayed(server, journal)
    assert told(journal_store(server)) == [1, 2, 3, 4, 5, 6]


def journal_store(server):
    return Store(server.settings())


def test_entries_of_the_same_second_keep_their_order_through_an_outage(server):
    journal = open_journal(server.settings(), "test")
    journal.add([entry(1, at=7.0), entry(2, at=7.0)])
    server.kill()
    journal.add([entry(3, at=7.0), entry(4, at=7.0)])
    server.start()
    stored_again(journal)
    journal.add([entry(5, at=7.0)])
    replayed(server, journal)
    assert told(journal_store(server)) == [1, 2, 3, 4, 5]


def test_two_processes_that_tell_of_one_incident_tell_it_in_order(server):
    voice, queues = (open_journal(server.settings(), name) for name in ("agi", "ami"))
    server.kill()
    for number in range(0, 20, 2):
        voice.add([entry(number)])
        queues.add([entry(number + 1)])
    server.start()
    replayed(server, voice)
    assert told(journal_store(server)) == list(range(20))


def test_jobs_of_an_outage_are_done_once_it_is_over(server):
    journal = open_journal(server.settings(), "test")
    server.kill()
    journal.add([entry(1)], [Job("inform", ("i1", "ppa"), urgent=True), Job("follow_up", ("i1", "c", "sms"), after=20)])
    server.start()
    replayed(server, journal)
    redis = connect(server.settings())
    assert redis.llen("rq:queue:urgent") == 1
    assert redis.zcard("rq:scheduled:routine") == 1


def test_an_answer_that_was_lost_makes_no_second_entry_and_no_second_job(server):
    """Redis hangs after it has taken the transaction: the journal cannot know, and spools what is already there."""
    journal = open_journal(server.settings(), "test")
    journal.add([entry(0)])
    server.freeze()
    journal.add([entry(1)], [Job("inform", ("i1", "ppa"))])
    assert journal.spooled == 1
    server.thaw()
    replayed(server, journal)
    assert told(journal_store(server)) == [0, 1]
    assert connect(server.settings()).llen("rq:queue:routine") == 1


def test_an_entry_whose_answer_was_lost_is_stored_once(server):
    """Without jobs the whole transaction is one command, which a hung Redis performs when it wakes up."""
    journal = open_journal(server.settings(), "test")
    journal.add([entry(0)])
    server.freeze()
    journal.add([entry(1)])
    assert journal.spooled == 1
    server.thaw()
    until(lambda: told(journal_store(server)) == [0, 1], what="Redis performs what it had received")
    assert waiting_files(spool_of(server))
    replayed(server, journal)
    assert told(journal_store(server)) == [0, 1]


def test_a_replay_that_is_killed_at_any_record_leaves_each_entry_there_once(server):
    journal = open_journal(server.settings(), "test")
    server.kill()
    for number in range(2000):
        journal.add([entry(number)], [Job("inform", ("i1", str(number)))] if number % 100 == 0 else ())
    server.start()
    for _ in range(4):
        process = command(server, "replay")
        before = len(told(journal_store(server)))
        until(lambda: len(told(journal_store(server))) > before or not waiting_files(spool_of(server)))  # noqa: B023
        process.kill()
        process.communicate()
    replayed(server, journal)
    assert told(journal_store(server)) == list(range(2000))
    assert connect(server.settings()).llen("rq:queue:routine") == 20


WRITER = """
import sys
from gateway.incident.timeline import Entry, Kind
from gateway.journal import open_journal
from gateway.settings import read
journal = open_journal(read(), "writer")
number = 0
while True:
    journal.add([Entry(sys.argv[1], Kind.QUEUED, float(number), {"n": number})])
    print(number, flush=True)
    number += 1
"""


def test_what_killed_processes_had_spooled_is_replayed_too(server):
    server.kill()
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, f"w{number}"],
            cwd=ROOT,
            env=environment(server),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        for number in range(3)
    ]
    confirmed = []
    for writer in writers:
        for _ in range(50):
            line = writer.stdout.readline()
        writer.send_signal(signal.SIGKILL)
        rest = writer.communicate()[0].split()
        confirmed.append(int(rest[-1] if rest else line))
    server.start()
    replayed(server, open_journal(server.settings(), "test"))
    for number, last in enumerate(confirmed):
        numbers = told(journal_store(server), f"w{number}")
        assert numbers == list(range(len(numbers)))
        assert len(numbers) >= last + 1


def test_the_replay_process_waits_for_redis_replays_and_ends_when_asked(server):
    journal = open_journal(server.settings(), "test")
    server.kill()
    journal.add([entry(1)])
    process = command(server, "replay")
    try:
        server.start()
        until(lambda: told(journal_store(server)) == [1])
        until(lambda: not waiting_files(spool_of(server)))
        process.terminate()
        assert process.wait(PATIENCE_SECONDS) == 0
    finally:
        process.kill()
        process.communicate()


def test_one_replay_by_hand_says_what_it_did(server):
    journal = open_journal(server.settings(), "test")
    server.kill()
    journal.add([entry(1)])
    away = command(server, "replay", "--once")
    assert b"nothing replayed" in away.communicate(timeout=PATIENCE_SECONDS)[0]
    assert away.returncode == 1
    server.start()
    assert b"1 records replayed" in command(server, "replay", "--once").communicate(timeout=PATIENCE_SECONDS)[0]


def test_damaged_lines_are_set_aside_with_an_alarm_and_the_rest_is_replayed(server):
    folder = spool_of(server)
    folder.mkdir(parents=True)
    lines = [line_of(accept([entry(number)])) for number in range(3)]
    (folder / "1-1.spool").write_bytes(lines[0] + lines[1].replace(b"queued", b"quexed") + lines[2][:-9])
    journal = open_journal(server.settings(), "test")
    replayed(server, journal)
    store = journal_store(server)
    assert told(store) == [0]
    (alarm,) = store.timeline("gateway")
    assert "2 spooled records" in alarm.data["what"]
    assert "set_aside/1-1.spool" in alarm.data["what"]
    assert len((folder / "set_aside" / "1-1.spool").read_bytes().splitlines()) == 2


def test_a_record_that_the_store_refuses_keeps_no_other_out(server):
    folder = spool_of(server)
    folder.mkdir(parents=True)
    connect(server.settings()).set("timeline:refused", "in the way")
    incidents = ["i1", "refused", "i1"]
    lines = [line_of(accept([entry(number, incident=name)])) for number, name in enumerate(incidents)]
    (folder / "1-1.spool").write_bytes(b"".join(lines))
    replayed(server, open_journal(server.settings(), "test"))
    assert told(journal_store(server)) == [0, 2]
    assert (folder / "set_aside" / "1-1.spool").read_bytes() == lines[1]


class DiesAtTheSecondBatch(Store):
    """Its server is killed in the middle of a replay."""

    def __init__(self, server):
        super().__init__(server.settings())
        self._server = server
        self._batches = 0

    def save(self, records):
        self._batches += 1
        if self._batches == 2:
            self._server.kill()
        return super().save(records)


def test_redis_dying_in_the_middle_of_a_replay_makes_no_record_a_refused_one(server):
    folder = spool_of(server)
    folder.mkdir(parents=True)
    (folder / "1-1.spool").write_bytes(b"".join(line_of(accept([entry(number)])) for number in range(150)))
    journal = open_journal(server.settings(), "test")
    with pytest.raises(StoreAway):
        Replay(DiesAtTheSecondBatch(server), journal, folder).look()
    server.start()
    assert told(journal_store(server)) == list(range(50))
    replayed(server, journal)
    assert told(journal_store(server)) == list(range(150))
    assert not (folder / "set_aside").exists()


class AnswersTooLate(Store):
    """Its server is slow for a moment, twice, and answers all else."""

    def __init__(self, server):
        super().__init__(server.settings())
        self._server = server
        self._slow = 2

    def save(self, records):
        self._slow -= 1
        if self._slow < 0:
            return super().save(records)
        self._server.freeze()
        try:
            return super().save(records)
        finally:
            self._server.thaw()


def test_a_redis_that_answers_too_late_makes_no_record_a_refused_one(server):
    folder = spool_of(server)
    folder.mkdir(parents=True)
    (folder / "1-1.spool").write_bytes(b"".join(line_of(accept([entry(number)])) for number in range(5)))
    journal = open_journal(server.settings(), "test")
    with pytest.raises(StoreAway):
        Replay(AnswersTooLate(server), journal, folder).look()
    assert not (folder / "set_aside").exists()
    replayed(server, journal)
    assert told(journal_store(server)) == list(range(5))


def test_a_replay_against_a_redis_that_is_away_keeps_everything(server):
    journal = open_journal(server.settings(), "test")
    server.kill()
    journal.add([entry(1)])
    with pytest.raises(StoreAway):
        Replay(Store(server.settings()), journal, spool_of(server)).look()
    assert waiting_files(spool_of(server))


def test_the_same_caller_is_joined_again_once_the_outage_is_over(server):
    journal = open_journal(server.settings(), "test")
    server.kill()
    assert journal.claim(NUMBER, "i1", 100.0, 3600, 3600)[0] == "i1"
    journal.add([Entry("i1", Kind.OPENED, 100.0, {"number": NUMBER})])
    server.start()
    replayed(server, journal)
    stored_again(journal)
    assert journal.claim(NUMBER, "i2", 160.0, 3600, 3600)[0] == "i1"


def test_calls_go_on_while_redis_is_killed_and_started_under_load(server):
    journal = open_journal(server.settings(), "test")
    stop, counts = threading.Event(), [0] * 8

    def calls(thread):
        while not stop.is_set():
            journal.add([entry(counts[thread], incident=f"t{thread}")])
            counts[thread] += 1

    threads = [threading.Thread(target=calls, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for act in (server.kill, server.start, server.freeze, server.thaw, server.kill, server.start):
        goal = [count + 100 for count in counts]
        until(lambda: all(count >= wanted for count, wanted in zip(counts, goal, strict=True)))  # noqa: B023
        act()
    stop.set()
    for thread in threads:
        thread.join()
    stored_again(journal)
    replayed(server, journal)
    assert journal.lost == 0
    for number in range(8):
        assert told(journal_store(server), f"t{number}") == list(range(counts[number]))
