"""Who waits for a desk, who has whom, and which desks are there, on a real Redis."""

import threading

import pytest

from gateway.incident.timeline import Entry, Kind
from gateway.store.waiting import BY_DESK

NOW = 1_750_000_000.25


def told(kind, incident="i1", at=NOW, **data):
    return Entry(incident, kind, at, {"medium": "message", **data})


def handed_off(incident="i1", queue="110", priority=1, since=NOW, at=NOW, bound=None, **data):
    data |= {"queue": queue, "priority": priority, "since": since, "wait_at_most": bound}
    return told(Kind.HANDED_OFF, incident, at, **data)


def accepted(incident="i1", desk="110-1", queue="110"):
    return told(Kind.ACCEPTED, incident, NOW + 9, queue=queue, desk=desk)


def released(incident="i1", desk="110-1"):
    return told(Kind.RELEASED, incident, NOW + 99, queue="110", desk=desk)


def order(store, queue="110"):
    return [wait.incident for wait in store.waits.line(queue)]


def test_who_is_raised_comes_first_then_the_more_urgent_then_who_waits_longer(store):
    store.add([handed_off("late", priority=2, since=NOW - 5), handed_off("early", priority=2, since=NOW - 9)])
    store.add([handed_off("urgent"), handed_off("bounded", priority=4, bound=60)])
    store.add([told(Kind.RAISED, "bounded", queue="110")])
    assert order(store) == ["bounded", "urgent", "early", "late"]


def test_of_the_raised_the_one_nearest_to_its_bound_comes_first(store):
    store.add([handed_off("patient", priority=5, since=NOW - 100, bound=300), handed_off("fire", priority=2, bound=30)])
    store.add([told(Kind.RAISED, "patient", queue="110"), told(Kind.RAISED, "fire", queue="110")])
    assert order(store) == ["fire", "patient"]


def test_what_waits_is_told_as_it_was_handed_off(store):
    store.add([handed_off(queue="118", priority=2, since=NOW - 3, bound=30)])
    (wait,) = store.waits.line("118")
    assert (wait.queue, wait.first, wait.priority, wait.since) == ("118", "118", 2, NOW - 3)
    assert (wait.entered, wait.bound, wait.raised, wait.desk) == (NOW, 30, False, "")
    assert store.waits.of("i1") == wait
    assert store.waits.everybody() == [wait]
    assert store.waits.lengths(["110", "118"]) == {"110": 0, "118": 1}


def test_a_new_reading_moves_an_incident_to_the_agency_it_needs_and_keeps_its_wait(store):
    store.add([handed_off(queue="112", priority=3, since=NOW - 20, at=NOW - 20, bound=60)])
    store.add([handed_off(queue="110", priority=1)])
    assert (order(store, "112"), order(store, "110")) == ([], ["i1"])
    wait = store.waits.of("i1")
    assert (wait.since, wait.entered, wait.first) == (NOW - 20, NOW, "110")


def test_a_new_reading_sets_nobody_back(store):
    store.add([handed_off("i1", priority=1), handed_off("i2", priority=2)])
    store.add([handed_off("i1", priority=3, at=NOW + 60, since=NOW + 60)])
    assert order(store) == ["i1", "i2"]


def test_a_further_text_gives_nobody_back_to_the_agency_that_did_not_answer(store):
    store.add([handed_off(priority=2), told(Kind.OVERFLOWED, at=NOW + 20, queue="110", to="112")])
    store.add([handed_off(priority=2, at=NOW + 25)])
    wait = store.waits.of("i1")
    assert (wait.queue, wait.first, wait.entered) == ("112", "110", NOW + 20)


def test_of_two_desks_that_accept_at_the_same_moment_one_does(store):
    for number in range(20):
        incident = f"i{number}"
        store.add([handed_off(incident)])
        start, won = threading.Barrier(2), []

        def accept(desk, incident=incident, start=start, won=won):
            start.wait()
            if store.add([accepted(incident, desk)])[0]:
                won.append(desk)

        desks = [threading.Thread(target=accept, args=(desk,)) for desk in ("110-1", "110-2")]
        for desk in desks:
            desk.start()
        for desk in desks:
            desk.join()
        assert [store.waits.of(incident).desk] == won
        assert [entry.data["desk"] for entry in store.timeline(incident) if entry.kind is Kind.ACCEPTED] == won


def test_nobody_accepts_what_went_on_to_another_queue(store):
    store.add([handed_off(), told(Kind.OVERFLOWED, queue="110", to="112")])
    assert store.add([accepted()]) == [False]
    assert order(store, "112") == ["i1"]


def went_on(incident="i1", queue="110", to="112", **data):
    return told(Kind.OVERFLOWED, incident, queue=queue, to=to, **data)


def taken_back(desk="110-1", incident="i1", queue="112"):
    home = desk.partition("-")[0]
    moved = told(Kind.MOVED, incident, NOW + 8, queue=queue, to=home, by=BY_DESK)
    return [moved, accepted(incident, desk, home)]


def test_what_went_on_waits_for_the_desks_of_every_queue_it_has_passed_and_is_one_wait(store):
    store.add([handed_off(queue="ppa"), went_on(queue="ppa", to="110"), went_on()])
    assert [order(store, queue) for queue in ("ppa", "110", "112")] == [["i1"]] * 3
    (wait,) = store.waits.everybody()
    assert (wait.queue, wait.first, wait.passed) == ("112", "ppa", ("110", "ppa"))
    assert store.waits.lengths(["ppa", "112"]) == {"ppa": 1, "112": 1}
    store.add([accepted(desk="112-1", queue="112")])
    assert [order(store, queue) for queue in ("ppa", "110", "112")] == [[]] * 3


def test_what_went_on_stands_among_who_waits_as_urgent_as_it_is(store):
    store.add([handed_off("calm", priority=4), handed_off("gone", priority=2), handed_off("urgent")])
    store.add([went_on("gone"), handed_off("later", queue="112", priority=3)])
    assert (order(store), order(store, "112")) == (["urgent", "gone", "calm"], ["gone", "later"])
    store.add([told(Kind.RAISED, "gone", queue="112")])
    assert order(store) == ["gone", "urgent", "calm"]
    assert [wait.incident for wait in store.waits.line("110", most=2)] == ["gone", "urgent"]


def test_a_desk_takes_back_what_went_on_and_gives_it_back_to_its_own_queue(store):
    store.add([handed_off(), went_on()])
    assert store.add(taken_back()) == [True, True]
    assert store.waits.of("i1").desk == "110-1"
    assert (order(store), order(store, "112")) == ([], [])
    store.add([released()])
    wait = store.waits.of("i1")
    assert (wait.queue, wait.passed, wait.raised) == ("110", ("112",), True)
    assert (order(store), order(store, "112")) == (["i1"], ["i1"])


def test_of_desks_of_two_agencies_that_take_it_at_the_same_moment_one_does(store):
    for number in range(20):
        incident = f"i{number}"
        store.add([handed_off(incident), went_on(incident)])
        start, won = threading.Barrier(2), []

        def take(entries, desk, start=start, won=won):
            start.wait()
            if store.add(entries)[-1]:
                won.append(desk)

        given = [(taken_back("110-1", incident), "110-1"), ([accepted(incident, "112-1", "112")], "112-1")]
        desks = [threading.Thread(target=take, args=each) for each in given]
        for desk in desks:
            desk.start()
        for desk in desks:
            desk.join()
        assert [store.waits.of(incident).desk] == won
        told_of = store.timeline(incident)
        assert [entry.data["desk"] for entry in told_of if entry.kind is Kind.ACCEPTED] == won
        assert [entry for entry in told_of if entry.kind is Kind.MOVED] == [] or won == ["110-1"]


def test_what_a_supervisor_moves_or_a_new_reading_sends_elsewhere_waits_for_nobody_it_has_passed(store):
    store.add([handed_off("i1"), handed_off("i2"), went_on("i1"), went_on("i2")])
    store.add([told(Kind.MOVED, "i1", queue="112", to="ppa", by="supervisor"), handed_off("i2", queue="113")])
    assert (order(store), order(store, "112"), order(store, "ppa"), order(store, "113")) == ([], [], ["i1"], ["i2"])


def test_a_further_text_leaves_it_with_all_who_may_take_it(store):
    store.add([handed_off(), went_on(), handed_off(priority=1, at=NOW + 25)])
    assert (order(store), order(store, "112"), store.waits.of("i1").passed) == (["i1"], ["i1"], ("110",))


def test_what_a_desk_has_waits_nowhere_until_it_is_given_back_to_the_head(store):
    store.add([handed_off("i1", priority=2, bound=30), handed_off("i2", priority=1)])
    store.add([accepted("i1")])
    untrue = [told(Kind.OVERFLOWED, queue="110", to="112"), told(Kind.RAISED, queue="110")]
    assert store.add([handed_off("i1"), *untrue]) == [True, False, False]
    assert (order(store), [(wait.incident, wait.desk) for wait in store.waits.held()]) == (["i2"], [("i1", "110-1")])
    assert store.add([released("i1", "110-2")]) == [False]
    assert store.add([released("i1")]) == [True]
    assert (order(store), store.waits.held()) == (["i1", "i2"], [])
    assert (store.waits.of("i1").entered, store.waits.of("i1").since) == (NOW + 99, NOW)


def test_what_was_read_anew_while_a_desk_had_it_is_given_back_to_the_agency_it_needs(store):
    store.add([handed_off(queue="118", priority=2, bound=30), accepted(desk="118-1", queue="118")])
    store.add([handed_off(queue="110", priority=1, at=NOW + 20, since=NOW + 20)])
    assert store.waits.of("i1").desk == "118-1"
    store.add([released(desk="118-1")])
    wait = store.waits.of("i1")
    assert (wait.queue, wait.first, wait.priority, wait.since, wait.raised) == ("110", "110", 1, NOW, True)


def test_what_is_closed_neither_waits_nor_is_with_a_desk(store):
    store.add([handed_off("i1"), handed_off("i2"), accepted("i1")])
    store.add([Entry("i1", Kind.CLOSED, NOW), Entry("i2", Kind.CLOSED, NOW)])
    assert (order(store), store.waits.held(), store.waits.everybody()) == ([], [], [])


def test_nobody_is_raised_twice(store):
    store.add([handed_off(bound=30)])
    assert store.add([told(Kind.RAISED, queue="110"), told(Kind.RAISED, queue="110")]) == [True, False]


def test_what_is_not_true_of_who_waits_is_in_no_timeline(store):
    assert store.add([accepted(), released(), told(Kind.OVERFLOWED, queue="110", to="112")]) == [False] * 3
    assert store.timeline("i1") == []


def test_a_call_waits_in_asterisk_and_not_here(store):
    store.add([Entry("i1", Kind.HANDED_OFF, NOW, {"queue": "110", "priority": 1})])
    assert store.add([Entry("i1", Kind.RAISED, NOW, {"queue": "110"})]) == [True]
    assert store.waits.everybody() == []


def test_an_entry_with_odd_figures_still_waits(store):
    store.add([handed_off(priority="high", since=None, bound="soon")])
    assert order(store) == ["i1"]


# two parts


def parted(incident="i1", queue="110", since=NOW + 3, **data):
    data = {"from": "118", "queue": queue, "priority": 1, "since": since, **data}
    return told(Kind.PARTED, incident, since, **data)


def of(part, kind, **data):
    return told(kind, part=part, at=NOW + 9, **data)


def test_the_words_wait_apart_from_the_task_and_each_is_accepted_for_itself(store):
    store.add([handed_off(queue="118"), parted()])
    assert (order(store, "118"), order(store, "110")) == (["i1"], ["i1"])
    assert [(wait.queue, wait.part, wait.violent) for wait in store.waits.of_each(["i1"])] == [
        ("118", "task", True), ("110", "words", True),
    ]  # fmt: skip
    assert store.add([of("task", Kind.ACCEPTED, queue="118", desk="118-1")]) == [True]
    assert (order(store, "118"), order(store, "110")) == ([], ["i1"])
    assert store.add([of("words", Kind.ACCEPTED, queue="110", desk="110-1")]) == [True]
    assert [(wait.desk, wait.part) for wait in store.waits.of_each(["i1"])] == [("118-1", "task"), ("110-1", "words")]
    assert len(store.waits.held()) == 2
    assert store.add([of("words", Kind.RELEASED, desk="118-1")]) == [False]
    assert store.add([of("words", Kind.RELEASED, desk="110-1")]) == [True]
    assert (order(store, "110"), store.waits.of("i1").desk) == (["i1"], "118-1")


def test_the_words_are_raised_and_passed_on_and_the_task_stays(store):
    store.add([handed_off(queue="118"), parted(), of("words", Kind.RAISED, queue="110")])
    assert [wait.raised for wait in store.waits.of_each(["i1"])] == [False, True]
    assert store.add([of("words", Kind.OVERFLOWED, queue="110", to="112")]) == [True]
    assert (order(store, "118"), order(store, "112")) == (["i1"], ["i1"])


def test_what_waits_has_its_words_wait_as_long_and_what_a_desk_has_from_now_on(store):
    store.add([handed_off("i1", "118"), parted("i1")])
    store.add([handed_off("i2", "118"), told(Kind.ACCEPTED, "i2", queue="118", desk="118-1"), parted("i2")])
    assert [(wait.incident, wait.since) for wait in store.waits.line("110")] == [("i1", NOW), ("i2", NOW + 3)]
    assert [(wait.desk, wait.part) for wait in store.waits.held()] == [("118-1", "task")]


def test_words_are_parted_once_and_only_from_where_the_case_is(store):
    assert store.add([parted()]) == [False]
    store.add([handed_off(queue="112")])
    assert store.add([parted()]) == [False]
    store.add([handed_off("i2", queue="118"), parted("i2")])
    assert store.add([parted("i2")]) == [False]
    store.add([told(Kind.ACCEPTED, "i2", part="words", queue="110", desk="110-1")])
    assert store.add([parted("i2")]) == [False]


def test_the_end_of_the_task_leaves_the_words_and_the_end_of_the_case_the_task(store):
    store.add([handed_off(queue="118"), parted()])
    assert store.add([of("task", Kind.DONE, desk="118-1")]) == [False]
    store.add([of("task", Kind.ACCEPTED, queue="118", desk="118-1")])
    assert store.add([of("task", Kind.DONE, desk="118-2")]) == [False]
    assert store.add([of("task", Kind.DONE, desk="118-1")]) == [True]
    assert [(wait.queue, wait.part) for wait in store.waits.of_each(["i1"])] == [("110", "words")]
    store.add([handed_off(queue="118"), Entry("i1", Kind.CLOSED, NOW)])
    assert (order(store, "110"), order(store, "118")) == ([], ["i1"])
    store.add([of("task", Kind.ACCEPTED, queue="118", desk="118-1"), of("task", Kind.DONE, desk="118-1")])
    assert (store.waits.everybody(), store.waits.held()) == ([], [])


def test_a_new_reading_moves_the_task_alone(store):
    store.add([handed_off(queue="118"), parted(), handed_off(queue="113", at=NOW + 5)])
    assert [(wait.queue, wait.part) for wait in store.waits.of_each(["i1"])] == [("113", "task"), ("110", "words")]
    store.add([of("task", Kind.ACCEPTED, queue="113", desk="113-1"), handed_off(queue="118", at=NOW + 12)])
    store.add([of("task", Kind.RELEASED, desk="113-1")])
    assert [(wait.queue, wait.part) for wait in store.waits.of_each(["i1"])] == [("118", "task"), ("110", "words")]


def test_what_was_read_anew_before_it_was_parted_is_given_back_as_a_task(store):
    store.add([handed_off(queue="118"), told(Kind.ACCEPTED, queue="118", desk="118-1"), handed_off(queue="113")])
    store.add([parted(), of("task", Kind.RELEASED, desk="118-1")])
    task, words = store.waits.of_each(["i1"])
    assert (task.queue, task.part, task.violent, words.queue) == ("113", "task", True, "110")


@pytest.mark.parametrize("kind", [Kind.FILED, Kind.ASKED])
def test_who_waits_is_known_to_be_violence_whenever_and_however_it_was_told(store, kind):
    violence = Entry("i1", kind, NOW, {"nature": "violence"})
    for entries in ([violence, handed_off()], [handed_off(), violence], [handed_off(), accepted(), violence]):
        store.redis.flushall()
        assert store.add(entries) == [True] * len(entries)
        store.add([Entry("i1", Kind.FILED, NOW, {"nature": "medical"}), handed_off(at=NOW + 1)])
        assert store.waits.of("i1").violent
    store.redis.flushall()
    store.add([Entry("i1", Kind.FILED, NOW, {"nature": "medical"}), handed_off()])
    assert not store.waits.of("i1").violent


def test_of_an_incident_that_waits_with_both_parts_in_one_queue_there_is_one(store):
    store.add([handed_off(queue="118"), parted(), handed_off("i2", queue="112")])
    store.add([of("task", Kind.OVERFLOWED, queue="118", to="112"), of("words", Kind.OVERFLOWED, queue="110", to="112")])
    assert store.waits.lengths(["112"]) == {"112": 2}


def test_a_desk_is_there_in_one_session_until_it_leaves(store):
    waits = store.waits
    assert waits.arrive("110-1", "a")
    assert not waits.arrive("110-1", "b")
    assert waits.arrive("110-1", "a")
    assert waits.present(["110-1", "110-2"]) == {"110-1"}
    waits.leave("110-1", "b")
    assert waits.arrive("110-1", "b", instead=True)
    assert not waits.stay("110-1", "a")
    waits.leave("110-1", "b")
    assert waits.present(["110-1", "110-2"]) == set()
