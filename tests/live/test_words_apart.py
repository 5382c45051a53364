"""From a text of violence that bleeds to the two agencies' lines and desks, on a real Redis."""

import pytest

from gateway.desk.duty import Duty
from gateway.incident.timeline import Kind
from gateway.journal import open_journal
from gateway.messages.replies import Answers
from gateway.messages.waiting import Waits
from gateway.store import Store, connect
from tests.live.test_filing import NOW, RULEBOOK, City


@pytest.fixture
def city(server):
    connect(server.settings()).flushall()
    return City(server.settings())


@pytest.fixture
def desk(server, city):
    answers = Answers(open_journal(server.settings(), "test"), lambda: RULEBOOK.policies)
    return lambda name: Duty(name, Store(server.settings()), lambda: RULEBOOK, answers, now=lambda: city.now)


def parts(city, incident):
    return [(wait.queue, wait.part, wait.desk) for wait in city.store.waits.of_each([incident])]


def test_a_text_of_violence_that_bleeds_waits_at_once_in_two_lines(city):
    city.write("violence injured")
    (incident,) = city.line("118")
    assert city.line("110") == [incident]
    assert parts(city, incident) == [("118", "task", ""), ("110", "words", "")]
    city.write("violence injured lagi")
    assert parts(city, incident) == [("118", "task", ""), ("110", "words", "")]


def test_words_that_bleed_later_go_on_waiting_with_the_police_as_long_as_they_have(city):
    city.write("violence")
    (incident,) = city.line("110")
    since = city.store.waits.of(incident).since
    city.now += 7
    city.write("injured violence")
    task, words = city.store.waits.of_each([incident])
    assert (task.queue, words.queue, words.since) == ("118", "110", since)


def test_illness_that_becomes_violence_with_the_ambulance_waits_at_once_with_the_police(city, desk):
    city.write("medical")
    (incident,) = city.line("118")
    desk("118-1").accept(incident)
    city.write("violence")
    assert parts(city, incident) == [("118", "task", "118-1"), ("110", "words", "")]
    assert {(incident, "110"), (incident, "ppa")} <= set(city.informed())
    said = [entry.data["phrase"] for entry in city.told(incident, Kind.REPLY)]
    assert "read" not in said


def test_what_the_ambulance_ends_the_police_still_have_and_the_writer_still_writes_in(city, desk):
    city.write("violence injured")
    (incident,) = city.line("118")
    desk("118-1").accept(incident)
    desk("118-1").close(incident, "helped")
    city.write("violence injured tolong")
    assert city.incidents() == [incident]
    assert parts(city, incident) == [("110", "words", "")]
    desk("110-1").accept(incident)
    assert len(desk("110-1").open(incident).lines) >= 2
    desk("110-1").close(incident, "helped")
    city.write("halo")
    assert len(city.incidents()) == 2


def test_a_case_filed_again_after_a_crash_is_in_the_same_two_lines(city):
    city.part("violence injured")
    city.restart()
    city.look()
    city.restart()
    city.look()
    (incident,) = city.line("118")
    assert len(city.told(incident, Kind.PARTED)) == 1
    Waits(city.store, lambda: RULEBOOK).tick(NOW)
    assert len(city.told(incident, Kind.PARTED)) == 1
