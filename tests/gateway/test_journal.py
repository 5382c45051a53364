"""The journal with no store at all: nothing raises, nothing waits long, nothing is lost."""

import threading

import pytest

from gateway import journal as journal_module
from gateway.incident.timeline import Entry, Job, Kind
from gateway.journal import Breaker, Journal, open_journal
from gateway.journal import spool as spool_module
from gateway.journal.spool import waiting_files
from gateway.settings import SETTINGS, Settings, SettingsRefused
from tests.gateway.test_spool import read_all
from tests.live.wait import until
from tests.ports import free_port

NUMBER = "+6281200000001"


@pytest.fixture
def away(tmp_path):
    """Settings whose store does not answer: nobody listens there."""
    values = {setting.name: setting.default for setting in SETTINGS}
    values |= {"state": str(tmp_path), "redis_url": f"redis://127.0.0.1:{free_port()}/0", "number_key": "k"}
    return Settings(values)


@pytest.fixture(autouse=True)
def _short_files(monkeypatch):
    monkeypatch.setattr(spool_module, "FILE_SECONDS", 0.05)
    monkeypatch.setattr(spool_module, "RETRY_SECONDS", 0.05)


def entry(**data):
    return Entry("i1", Kind.QUEUED, 1.0, data)


def spooled(settings):
    return read_all(settings.state / "spool")


def test_while_the_store_is_away_entries_and_their_jobs_are_on_the_disk(away):
    journal = open_journal(away, "test")
    assert journal.add([entry(n=1), entry(n=2)], [Job("inform", ("i1", "ppa"), urgent=True)]) == [True, True]
    (record,) = spooled(away)
    assert [item.data["n"] for item in record.entries] == [1, 2]
    assert [(job.name, job.arguments, job.urgent) for job in record.jobs] == [("inform", ("i1", "ppa"), True)]
    assert (journal.stored, journal.spooled, journal.lost) == (0, 1, 0)


def test_all_that_is_spooled_has_a_key_and_no_two_the_same(away):
    journal = open_journal(away, "test")
    for _ in range(5):
        journal.add([entry(), entry()], [Job("inform", ("i1", "a")), Job("inform", ("i1", "b"))])
    records = spooled(away)
    keys = [item.key for record in records for item in record.entries + record.jobs]
    assert all(keys)
    assert len(set(keys)) == len(keys) == 20


def test_a_job_without_a_key_takes_it_from_the_entry_that_brings_it(away):
    journal = open_journal(away, "test")
    for _ in range(2):
        journal.add([Entry("i1", Kind.OPENED, 1.0, key="SM1")], [Job("inform", ("i1", "ppa"))])
    assert len({job.key for record in spooled(away) for job in record.jobs}) == 1


def test_questions_have_harmless_answers_while_the_store_is_away(away):
    journal = open_journal(away, "test")
    assert journal.claim(NUMBER, "new", 1.0, 60, 60)[0] == "new"
    assert journal.incident("i1") is None
    assert journal.timeline("i1") is None
    assert journal.incident_of("k") is None


class Unasked(Breaker):
    """Counts how often the store is tried."""

    def __init__(self):
        super().__init__()
        self.tries = 0

    def allows(self):
        allowed = super().allows()
        self.tries += allowed
        return allowed


def test_a_store_that_is_away_is_tried_once_in_a_while_and_not_for_each_call(away, monkeypatch):
    monkeypatch.setattr(journal_module, "Breaker", Unasked)
    monkeypatch.setattr(journal_module, "PAUSE_SECONDS", 3600.0)
    journal = open_journal(away, "test")
    for _ in range(100):
        journal.add([entry()])
    assert journal._breaker.tries == 1
    assert len(spooled(away)) == 100


def test_after_the_pause_one_of_many_threads_tries_for_all(monkeypatch):
    monkeypatch.setattr(journal_module, "PAUSE_SECONDS", 0.0)
    breaker = Breaker()
    breaker.failed()
    monkeypatch.setattr(journal_module, "PAUSE_SECONDS", 3600.0)
    assert [breaker.allows() for _ in range(10)] == [True] + [False] * 9
    assert breaker.succeeded()
    assert [breaker.allows() for _ in range(10)] == [True] * 10


def test_a_breaker_tells_when_an_outage_begins_and_ends_and_only_then():
    breaker = Breaker()
    assert [breaker.succeeded(), breaker.failed(), breaker.failed(), breaker.succeeded(), breaker.succeeded()] == [
        False, True, False, True, False,
    ]  # fmt: skip


class Circle(dict):
    """Data that is no data: asking for its items fails."""

    def items(self):
        raise RuntimeError("broken")

    def keys(self):
        raise RuntimeError("broken")

    def __iter__(self):
        raise RuntimeError("broken")


def test_nothing_an_entry_may_hold_makes_the_journal_raise(away):
    journal = open_journal(away, "test")
    for data in (Circle(), {"x": object()}, {("a",): 1}, {"s": "\ud800"}):
        journal.add([Entry("i1", Kind.ALARM, 1.0, data)])
    journal.add(None)
    journal.add([])
    journal.claim(None, "new", 1.0, 60, 60)
    journal.alarm("hello")
    assert journal.lost == 2
    assert len(spooled(away)) == 5


def test_a_full_disk_and_no_store_let_the_call_go_on_and_are_told(away, monkeypatch, capsys):
    monkeypatch.setattr(spool_module, "BACKLOG", 3)
    monkeypatch.setattr(journal_module, "SPOOL_SECONDS", 0.01)
    (away.state / "spool").write_text("a file where the folder should be", encoding="utf-8")
    journal = open_journal(away, "test")
    for _ in range(10):
        assert journal.add([Entry("i1", Kind.OPENED, 1.0, {"number": NUMBER})]) == [True]
    assert journal.lost > 0
    told = capsys.readouterr().err
    assert "a record is lost" in told
    assert "in memory only" in told
    assert "81200000001" not in told
    (away.state / "spool").unlink()
    until(lambda: len(spooled(away)) == 10 - journal.lost, what="it is on the disk as soon as it can be")


def test_only_what_is_on_a_disk_is_said_to_be_kept(away, monkeypatch):
    journal = open_journal(away, "test")
    assert journal.keep([Entry("i1", Kind.ALARM, 1.0)])
    full = open_journal(away, "test")
    (away.state / "spool").rename(away.state / "elsewhere")
    (away.state / "spool").write_text("no folder", encoding="utf-8")
    assert not full.keep([Entry("i1", Kind.ALARM, 1.0)])
    (away.state / "spool").unlink()
    until(lambda: len(spooled(away)) == 1, what="its writing went on")


def test_the_same_alarm_in_a_flood_is_told_once(away):
    journal = open_journal(away, "web")
    for number in range(50):
        journal.alarm("a webhook came with a wrong signature")
        journal.alarm("another", incident=f"i{number % 2}")
    found = [item for record in spooled(away) for item in record.entries]
    assert [(item.kind, item.incident, item.data["what"]) for item in found] == [
        (Kind.ALARM, "gateway", "a webhook came with a wrong signature"),
        (Kind.ALARM, "i0", "another"),
        (Kind.ALARM, "i1", "another"),
    ]
    assert found[0].data["process"] == "web"


def test_entries_of_one_second_are_numbered_in_the_order_they_were_accepted(away):
    journal = open_journal(away, "test")

    def call():
        for _ in range(50):
            journal.add([entry()])

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = [record.accepted for record in spooled(away)]
    assert len(set(numbers)) == 200


def test_a_process_without_its_secret_does_not_start_half(away):
    with pytest.raises(SettingsRefused, match="number_key"):
        open_journal(Settings({**away, "number_key": ""}), "test")


def test_a_store_never_reached_costs_nothing_at_start(away):
    assert isinstance(open_journal(away, "test"), Journal)
    assert waiting_files(away.state / "spool") == []
