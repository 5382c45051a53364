"""A terminal's keys and lists: what is pressed, which number a case has, and when the bell rings."""

import os

import pytest

from gateway.desk.duty import Listed
from gateway.desk.key import BACKSPACE, CLEAR, ENTER, ESCAPE, INTERRUPT, PAGE_DOWN, PAGE_UP
from gateway.desk.keyboard import Keyboard
from gateway.desk.lists import HIGHEST_NUMBER, Lists
from gateway.incident.timeline import Entry, Kind
from tests.gateway.test_desk_case import AGENCIES, NOW, case


@pytest.fixture
def line():
    """A line to type into, and the keyboard at its other end."""
    reader, writer = os.pipe()
    wake, waker = os.pipe()
    keyboard = Keyboard(reader)

    def typed(*pieces):
        keys = []
        for piece in pieces:
            os.write(writer, piece if isinstance(piece, bytes) else piece.encode())
            keys += keyboard.keys(1.0, wake)[0]
        return keys

    typed.wake, typed.keyboard, typed.writer = (wake, waker), keyboard, writer
    yield typed
    for end in (reader, wake, waker):
        os.close(end)


@pytest.mark.parametrize(
    ("sent", "keys"),
    [
        ("hai\r", ["h", "a", "i", ENTER]),
        ("\x7f\x15\x03", [BACKSPACE, CLEAR, INTERRUPT]),
        ("\x1b[5~\x1b[6~a", [PAGE_UP, PAGE_DOWN, "a"]),
        ("\x1b", [ESCAPE]),
        ("\x1b[1;5Cb", ["b"]),
        ("é…你", ["é", "…", "你"]),
        ("\x01\x02\x07", []),
    ],
)
def test_what_a_terminal_sends_becomes_keys(line, sent, keys):
    assert line(sent) == keys


def test_a_letter_that_comes_in_two_pieces_is_one(line):
    whole = "é".encode()
    assert line(whole[:1], whole[1:]) == ["é"]


def test_a_line_end_in_what_is_pasted_sends_nothing(line):
    assert line("\x1b[200~satu\rdua\x1b[201~") == [*"satu", " ", *"dua"]
    assert line("\r") == [ENTER]


def test_what_happens_elsewhere_wakes_it(line):
    os.write(line.wake[1], b"..")
    assert line.keyboard.keys(5.0, line.wake[0]) == ([], True)
    assert line.keyboard.keys(0.0, line.wake[0]) == ([], False)


def test_a_terminal_that_is_gone_is_told(line):
    os.close(line.writer)
    with pytest.raises(EOFError):
        line.keyboard.keys(1.0, line.wake[0])


def listed(incident, messages=1):
    told = [Entry(incident, Kind.MESSAGE, NOW, {"message": f"m{number}"}) for number in range(messages)]
    return Listed(case(incident, told, AGENCIES["110"], None, NOW), None)


def numbers(lists, *incidents):
    return [row.number for row in lists.rows([[], [listed(incident) for incident in incidents], [], [], [], []])]


def test_a_number_stays_with_its_case_and_is_not_given_again_at_once():
    lists = Lists()
    assert numbers(lists, "a", "b") == [1, 2]
    assert numbers(lists, "b") == [2]
    assert numbers(lists, "c", "b") == [3, 2]


def test_after_the_highest_number_only_free_ones_are_given():
    lists = Lists()
    numbers(lists, "a", *(f"i{number}" for number in range(HIGHEST_NUMBER - 1)))
    assert numbers(lists, "a", "b", "c") == [1, 2, 3]


def test_the_bell_rings_once_for_who_comes_and_for_each_new_text():
    lists = Lists()

    def rings(waiting, mine):
        lists.ring = False
        lists.rows([[], waiting, mine, [], [], []])
        return lists.ring

    assert rings([listed("a")], [])
    assert not rings([listed("a")], [])
    assert rings([], [listed("a")])
    assert not rings([], [listed("a")])
    assert rings([], [listed("a", 2)])
    lists.read(listed("a", 2).case)
    assert not rings([], [listed("a", 2)])
    assert rings([], [listed("a", 3)])
