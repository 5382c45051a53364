"""Timelines kept in a process, as the feed keeps them true."""

from gateway.desk.timelines import Timelines
from gateway.incident.timeline import Entry, Kind
from gateway.store.lines import Line


def line(number, at=None, incident="i1"):
    at = float(number) if at is None else at
    return Line(f"L{number}", (at, number), Entry(incident, Kind.ALARM, at, {"what": str(number)}))


class Book:
    """What is written, and how often it was read; ``meanwhile`` happens between a reading and its answer."""

    def __init__(self, *lines):
        self.lines = list(lines)
        self.readings = 0
        self.meanwhile = lambda: None

    def of(self, incidents):
        self.readings += 1
        found = [[each for each in self.lines if each.entry.incident == incident] for incident in incidents]
        self.meanwhile()
        return found


def names(timelines, incident="i1"):
    (known,) = timelines.of([incident])
    return [each.id for each in known.lines]


def test_what_stands_still_is_read_once():
    book = Book(line(1), line(2))
    timelines = Timelines(book)
    assert names(timelines) == names(timelines) == ["L1", "L2"]
    assert book.readings == 1


def test_what_the_feed_brings_is_there_in_its_place_and_once_and_nothing_is_read_for_it():
    book = Book(line(1), line(5))
    timelines = Timelines(book)
    names(timelines)
    for _ in range(2):
        timelines.add(line(9, at=3.0))
    assert names(timelines) == ["L1", "L9", "L5"]
    assert book.readings == 1


def test_a_line_that_comes_while_a_timeline_is_read_is_in_it():
    book = Book(line(1))
    timelines = Timelines(book)
    book.meanwhile = lambda: timelines.add(line(2))
    assert names(timelines) == ["L1", "L2"]
    assert names(timelines) == ["L1", "L2"]


def test_a_line_that_comes_while_it_is_read_and_was_read_is_there_once():
    book = Book(line(1), line(2))
    timelines = Timelines(book)
    book.meanwhile = lambda: timelines.add(line(2))
    assert names(timelines) == ["L1", "L2"]


def test_no_more_are_kept_than_there_is_room_for():
    book = Book(*(line(1, incident=f"i{number}") for number in range(5)))
    timelines = Timelines(book, most=2)
    for number in range(5):
        assert names(timelines, f"i{number}") == ["L1"]
    assert book.readings == 5
    names(timelines, "i4")
    assert book.readings == 5
    names(timelines, "i0")
    assert book.readings == 6


def test_after_a_feed_that_may_have_been_missed_all_is_read_anew():
    book = Book(line(1))
    timelines = Timelines(book)
    names(timelines)
    book.lines.append(line(2))
    timelines.forget()
    assert names(timelines) == ["L1", "L2"]


def test_a_store_that_is_away_while_it_is_read_leaves_nothing_half_done():
    book = Book(line(1))
    timelines = Timelines(book)

    def fail():
        raise ConnectionError

    book.meanwhile = fail
    try:
        names(timelines)
    except ConnectionError:
        book.meanwhile = lambda: None
    timelines.add(line(2))
    book.lines.append(line(2))
    assert names(timelines) == ["L1", "L2"]
