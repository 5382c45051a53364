"""Questions of many threads at the same time go as one."""

import threading

import pytest

from gateway.store import StoreAway
from gateway.store import batch as batch_module
from gateway.store.batch import Batches
from tests.live.wait import until


class Desk:
    """Answers with the double of each item; can be held, and can fail."""

    def __init__(self):
        self.batches = []
        self.open = threading.Event()
        self.open.set()
        self.fault = None

    def __call__(self, items):
        self.batches.append(list(items))
        self.open.wait(30)
        if self.fault:
            raise self.fault
        return [2 * item for item in items]


def asking(batches, items):
    """Threads that each ask one item, and where their answers or faults appear."""
    results = {}

    def ask(item):
        try:
            results[item] = batches.ask(item)
        except Exception as fault:
            results[item] = fault

    threads = [threading.Thread(target=ask, args=(item,)) for item in items]
    for thread in threads:
        thread.start()
    return threads, results


def test_who_comes_alone_asks_at_once_and_alone():
    desk = Desk()
    batches = Batches(desk)
    assert [batches.ask(item) for item in (1, 2, 3)] == [2, 4, 6]
    assert desk.batches == [[1], [2], [3]]


def test_those_who_come_while_one_asks_go_together_and_each_has_its_own_answer():
    desk = Desk()
    batches = Batches(desk)
    desk.open.clear()
    first, one = asking(batches, [0])
    until(lambda: desk.batches)
    others, many = asking(batches, range(1, 40))
    until(lambda: len(batches._queue) == 39)
    desk.open.set()
    for thread in first + others:
        thread.join(10)
    assert len(desk.batches) == 2
    assert one | many == {item: 2 * item for item in range(40)}


def test_no_batch_grows_beyond_its_bound(monkeypatch):
    monkeypatch.setattr(batch_module, "LARGEST", 5)
    desk = Desk()
    batches = Batches(desk)
    desk.open.clear()
    first, _ = asking(batches, [0])
    until(lambda: desk.batches)
    others, many = asking(batches, range(1, 13))
    until(lambda: len(batches._queue) == 12)
    desk.open.set()
    for thread in first + others:
        thread.join(10)
    assert [len(batch) for batch in desk.batches] == [1, 5, 5, 2]
    assert many == {item: 2 * item for item in range(1, 13)}


def test_when_the_store_is_away_all_who_wait_learn_it_at_once():
    desk = Desk()
    batches = Batches(desk)
    desk.open.clear()
    desk.fault = StoreAway("away")
    first, one = asking(batches, [0])
    until(lambda: desk.batches)
    others, many = asking(batches, range(1, 20))
    until(lambda: len(batches._queue) == 19)
    desk.open.set()
    for thread in first + others:
        thread.join(10)
    assert all(isinstance(result, StoreAway) for result in (one | many).values())
    assert len(one | many) == 20
    assert desk.batches == [[0]]
    desk.fault = None
    assert batches.ask(7) == 14


def test_nobody_waits_for_ever_behind_a_question_that_hangs(monkeypatch):
    monkeypatch.setattr(batch_module, "WAIT_SECONDS", 0.05)
    desk = Desk()
    batches = Batches(desk)
    desk.open.clear()
    first, _ = asking(batches, [0])
    until(lambda: desk.batches)
    with pytest.raises(StoreAway):
        batches.ask(1)
    desk.open.set()
    first[0].join(10)
    assert batches.ask(2) == 4


def test_many_threads_at_length_get_every_answer_once():
    desk = Desk()
    batches = Batches(desk)
    wrong = []

    def ask(thread):
        for number in range(60):
            item = 1000 * thread + number
            if batches.ask(item) != 2 * item:
                wrong.append(item)

    threads = [threading.Thread(target=ask, args=(thread,)) for thread in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not wrong
    assert sorted(item for batch in desk.batches for item in batch) == [
        1000 * t + n for t in range(16) for n in range(60)
    ]


def test_who_gets_the_lead_at_the_moment_of_giving_up_takes_it():
    batches = Batches(Desk())
    heir = batch_module._Waiting(1, leads=True)
    batches._give_up(heir)
    with pytest.raises(StoreAway):
        batches._give_up(batch_module._Waiting(2))
