"""Desks at work with messages, on a real Redis: their acts, their terminals, and their ends."""

import contextlib
import json
import os
import pty
import queue
import re
import select
import signal
import subprocess
import sys
import threading
import time

import pytest

from gateway.desk.duty import Duty
from gateway.desk.key import CLEAR, ENTER, ESCAPE, INTERRUPT
from gateway.desk.not_done import NotDone
from gateway.desk.presence import Standing
from gateway.desk.screen.view import View
from gateway.desk.terminal import Terminal
from gateway.incident.timeline import Entry, Kind
from gateway.journal import open_journal
from gateway.messages.absent import DESK_GONE
from gateway.messages.replies import Answers
from gateway.messages.waiting import NOBODY, UNATTENDED, Waits
from gateway.rules import load
from gateway.settings import ROOT
from gateway.store import Store, StoreAway, connect
from tests.live.wait import PATIENCE_SECONDS, until

BOOK = load(ROOT / "routing_rules.yaml")
NUMBER = "+6281200000001"


@pytest.fixture
def desk(server, store):
    """A desk's acts, without its presence."""
    journal = open_journal(server.settings(), "test")
    return lambda name: Duty(name, Store(server.settings()), lambda: BOOK, Answers(journal, lambda: BOOK.policies))


def thread(incident="i1", *texts, queue="110", priority=3, nature="crime", **more):
    """What the incoming side writes of a writer's first messages."""
    given = {"number": NUMBER, "inform": (), "bound": 60, "since": 0.0, "language": "id", **more}
    at = time.time() - given["since"]
    about = {"channel": "kannel", "connector": "a"}
    opened = {"medium": "message", "channel": "kannel", "number": given["number"], "trunk": "a", "dialled": "112"}
    messages = [
        (Kind.MESSAGE, {**about, "message": f"{incident}-{place}", "text": text, "parts": 1, "missing": []})
        for place, text in enumerate(texts or ("ada begal",))
    ]
    filed = {"medium": "message", "nature": nature, "language": given["language"], "place": {}, "why": []}
    handed = {"medium": "message", "queue": queue, "priority": priority, "since": at, "inform": list(given["inform"])}
    handed |= {"wait_at_most": given["bound"], "rule": "a_rule", "place": ""}
    told = [(Kind.OPENED, opened), *messages, (Kind.FILED, filed), (Kind.HANDED_OFF, handed)]
    return [Entry(incident, kind, at, data, channel_id=f"kannel:a:{incident}") for kind, data in told]


def further(text, incident="i1"):
    data = {"message": f"{incident}-{time.time_ns()}", "channel": "kannel", "connector": "a", "text": text, "parts": 1}
    return Entry(incident, Kind.MESSAGE, time.time(), data, channel_id=f"kannel:a:{incident}")


def kinds(store, incident="i1"):
    return [entry.kind for entry in store.timeline(incident)]


def last(store, kind, incident="i1"):
    return [entry.data for entry in store.timeline(incident) if entry.kind is kind][-1]


def not_done(act, *arguments):
    with pytest.raises(NotDone) as refused:
        act(*arguments)
    return refused.value.what, refused.value.values


# acts


def test_one_of_two_desks_wins_and_the_other_is_told_by_whom(store, desk):
    store.add(thread())
    desk("110-1").accept("i1")
    assert not_done(desk("110-2").accept, "i1") == ("taken", {"desk": "110-1"})
    assert kinds(store).count(Kind.ACCEPTED) == 1
    desk("110-1").accept("i1")
    assert kinds(store).count(Kind.ACCEPTED) == 1


def test_a_desk_sees_its_agencys_threads_in_order_and_no_others(store, desk):
    store.add(thread("late", since=1))
    store.add(thread("early", since=9))
    store.add(thread("violent", priority=1, nature="violence", bound=None))
    store.add(thread("fire", queue="113", nature="fire"))
    assert [listed.case.incident for listed in desk("110-1").waiting()] == ["violent", "early", "late"]
    assert not_done(desk("110-1").open, "fire") == ("not_for_you", {})
    assert not_done(desk("110-1").accept, "fire") == ("moved", {"queue": "113"})
    assert not_done(desk("110-1").open, "nothing") == ("not_for_you", {})


def test_what_a_desk_writes_goes_out_by_the_way_the_message_came(store, desk):
    store.add(thread())
    duty = desk("110-1")
    assert not_done(duty.draft, "i1", "Halo") == ("not_yours", {})
    duty.accept("i1")
    draft = duty.draft("i1", "Lagi sendirian?")
    assert (draft.faults, draft.segments) == ((), 1)
    duty.write(draft)
    duty.write(draft)
    replies = [entry.data for entry in store.timeline("i1") if entry.kind is Kind.REPLY]
    own = [data for data in replies if data["by"] == "desk:110-1"]
    assert [(data["text"], data["channel"], data["connector"], data["to"]) for data in own] == [
        ("Lagi sendirian?", "kannel", "a", NUMBER)
    ]
    urgent = [entry.data["reply"] for is_urgent, _, entry in store.messages.outgoing("kannel") if is_urgent]
    assert own[0]["reply"] in urgent


def test_free_text_is_warned_about_and_not_blocked(store, desk):
    store.add(thread())
    duty = desk("110-1")
    duty.accept("i1")
    draft = duty.draft("i1", "Polisi ke sana, ada begal ya? Kapan?")
    assert {fault.what for fault in draft.faults} >= {"agency", "questions"}
    duty.write(draft)
    assert last(store, Kind.REPLY)["text"] == draft.text


def test_a_canned_phrase_is_in_the_writers_language(store, desk):
    store.add(thread(language="en"))
    duty = desk("110-1")
    duty.accept("i1")
    draft = duty.draft_phrase("i1", "where")
    assert (draft.language, draft.faults) == ("en", ())
    assert not_done(duty.draft_phrase, "i1", "no_such") == ("no_phrase", {"phrase": "no_such"})


def test_who_has_no_number_cannot_be_answered(store, desk):
    store.add(thread(number=None))
    duty = desk("110-1")
    duty.accept("i1")
    assert not_done(duty.write, duty.draft("i1", "Halo")) == ("unreachable", {})


def test_a_muted_thread_can_be_unmuted_and_written_in(store, desk):
    store.add([*thread(), Entry("i1", Kind.MUTED, time.time(), {"why": "opt_out"})])
    duty = desk("110-1")
    duty.accept("i1")
    duty.write(duty.draft("i1", "Halo"))
    duty.unmute("i1")
    duty.unmute("i1")
    assert kinds(store).count(Kind.UNMUTED) == 1
    assert duty.open("i1").muted == ""


def test_a_released_thread_waits_at_the_head_and_is_accepted_anew(store, desk):
    store.add(thread("violent", priority=1, nature="violence", bound=None))
    store.add(thread("i1"))
    duty = desk("110-1")
    duty.accept("i1")
    assert not_done(desk("110-2").release, "i1", "?") == ("not_yours", {})
    duty.release("i1", "wrong agency")
    assert [listed.case.incident for listed in desk("110-2").waiting()] == ["i1", "violent"]
    desk("110-2").accept("i1")
    assert not_done(duty.release, "i1", "?") == ("not_yours", {})


def test_what_comes_after_a_case_was_closed_opens_a_new_one(server, store, desk):
    journal = open_journal(server.settings(), "test")
    now = time.time()
    assert journal.claim(NUMBER, "i1", now, 3600, 3600)[0] == "i1"
    store.add(thread())
    duty = desk("110-1")
    assert not_done(duty.close, "i1", "helped") == ("not_yours", {})
    duty.accept("i1")
    assert not_done(duty.close, "i1", "happy") == ("no_outcome", {"outcome": "happy"})
    duty.close("i1", "helped", "met at the door")
    assert last(store, Kind.CLOSED) == {"by": "desk:110-1", "outcome": "helped", "note": "met at the door"}
    assert (duty.mine(), store.waits.of("i1")) == ([], None)
    assert not_done(duty.close, "i1", "helped") == ("over", {})
    assert not_done(duty.draft, "i1", "Halo") == ("over", {})
    assert journal.claim(NUMBER, "i2", now + 1, 3600, 3600)[0] == "i2"


def test_who_was_informed_of_violence_reads_and_writes_beside_who_answers_it(store, desk):
    told = thread("i1", "dia ditusuk suami", queue="118", priority=1, nature="violence", inform=("110", "ppa"))
    store.add([*told, *(Entry("i1", Kind.INFORMED, time.time(), {"agency": agency}) for agency in ("110", "ppa"))])
    ambulance, protection = desk("118-1"), desk("ppa-1")
    ambulance.accept("i1")
    assert (ambulance.open("i1").lines, ambulance.open("i1").nature) == ((), "other")
    assert not_done(ambulance.draft, "i1", "Halo") == ("not_readable", {})
    assert [listed.case.incident for listed in protection.informed()] == ["i1"]
    protection.write(protection.draft("i1", "Lagi sama siapa?"))
    assert last(store, Kind.REPLY)["by"] == "desk:ppa-1"
    assert not_done(desk("113-1").open, "i1") == ("not_for_you", {})


def test_accepting_while_the_store_is_away_is_an_error_and_loses_nothing(server, store, desk):
    store.add(thread())
    duty = desk("110-1")
    server.kill()
    with pytest.raises(StoreAway):
        duty.accept("i1")
    server.start()
    until(lambda: _answers(store))
    assert [listed.case.incident for listed in duty.waiting()] == ["i1"]
    duty.accept("i1")
    assert [listed.case.incident for listed in duty.mine()] == ["i1"]


def _answers(store):
    try:
        store.check_writable()
    except StoreAway:
        return False
    return True


# violence with an agency that may not know of it


def stabbed(store, incident="i1", **more):
    """The ambulance comes first; the police and those who protect women and children are informed."""
    given = {"queue": "118", "priority": 1, "nature": "violence", "inform": ("110", "ppa"), "bound": None, **more}
    informed = [Entry(incident, Kind.INFORMED, time.time(), {"agency": agency}) for agency in ("110", "ppa")]
    store.add([*thread(incident, "dia ditusuk suami", **given), *informed])


def look(store, after=0.0):
    Waits(store, lambda: BOOK).tick(time.time() + after)


def cases(listed):
    return [(one.case.incident, one.wait.part) for one in listed]


def phrases(store, incident="i1"):
    return [entry.data["phrase"] for entry in store.timeline(incident) if entry.kind is Kind.REPLY]


def test_the_words_wait_for_who_may_read_them_and_the_task_for_who_is_needed_first(store, desk):
    stabbed(store)
    look(store)
    ambulance, police, protection = desk("118-1"), desk("110-1"), desk("ppa-1")
    assert cases(ambulance.waiting()) == [("i1", "task")]
    assert cases(police.waiting()) == [("i1", "words")]
    assert (police.informed(), cases(protection.informed())) == ([], [("i1", "words")])
    assert (police.waiting_count(), ambulance.waiting_count()) == (1, 1)
    assert last(store, Kind.PARTED)["queue"] == "110"
    look(store)
    assert kinds(store).count(Kind.PARTED) == 1


def test_nothing_is_said_to_be_read_before_somebody_has_it_who_may_read_it(store, desk):
    stabbed(store)
    desk("118-1").accept("i1")
    assert phrases(store) == []
    assert store.waits.of("i1").desk == "118-1"
    desk("110-1").accept("i1")
    assert phrases(store) == ["read"]
    assert [wait.desk for wait in store.waits.of_each(["i1"])] == ["118-1", "110-1"]
    assert [entry.data["part"] for entry in store.timeline("i1") if entry.kind is Kind.ACCEPTED] == ["task", "words"]


def test_who_may_not_read_ends_the_task_and_not_the_case(store, desk):
    stabbed(store)
    ambulance, police = desk("118-1"), desk("110-1")
    ambulance.accept("i1")
    ambulance.close("i1", "helped", "brought to hospital")
    done = last(store, Kind.DONE)
    assert (done["queue"], done["desk"], done["outcome"]) == ("118", "118-1", "helped")
    assert (Kind.CLOSED in kinds(store), ambulance.mine()) == (False, [])
    assert not_done(ambulance.close, "i1", "helped") == ("not_yours", {})
    assert not_done(ambulance.accept, "i1") == ("nothing_waits", {})
    assert cases(police.waiting()) == [("i1", "words")]
    assert cases(desk("ppa-1").informed()) == [("i1", "words")]
    police.accept("i1")
    assert police.open("i1").task.outcome == "helped"
    police.write(police.draft("i1", "Lagi sendirian?"))
    police.close("i1", "helped")
    assert (Kind.CLOSED in kinds(store), store.waits.of("i1")) == (True, None)


def test_no_task_vanishes_when_who_has_the_words_ends_the_case(store, desk):
    stabbed(store)
    look(store)
    ambulance, police = desk("118-1"), desk("110-1")
    police.accept("i1")
    police.close("i1", "helped")
    assert cases(ambulance.waiting()) == [("i1", "task")]
    assert desk("ppa-1").informed() == []
    ambulance.accept("i1")
    assert "closed" in ambulance.open("i1").warnings
    ambulance.close("i1", "helped")
    assert (ambulance.mine(), store.waits.of("i1")) == ([], None)
    assert not_done(ambulance.close, "i1", "helped") == ("over", {})


def test_a_task_that_ends_before_anybody_saw_the_violence_leaves_the_words_to_who_may_read_them(store, desk):
    store.add(thread(queue="118", nature="medical"))
    desk("118-1").accept("i1")
    store.add([Entry("i1", Kind.FILED, time.time(), {"nature": "violence", "medium": "message"})])
    desk("118-1").close("i1", "helped")
    assert (Kind.CLOSED in kinds(store), cases(desk("110-1").waiting())) == (False, [("i1", "words")])


def test_what_becomes_violence_with_the_ambulance_waits_with_the_police_from_then_on(store, desk):
    store.add(thread(queue="118", nature="medical"))
    ambulance, police = desk("118-1"), desk("110-1")
    ambulance.accept("i1")
    assert phrases(store) == ["accepted"]
    sent = {"reply": last(store, Kind.REPLY)["reply"], "status": "sent"}
    store.add([Entry("i1", Kind.DELIVERY, time.time(), sent)])
    # As told by telephone: no message's intake was at work.
    store.add([Entry("i1", Kind.ASKED, time.time(), {"step": "silent", "nature": "violence"})])
    store.waits.arrive("118-1", "a")
    look(store)
    assert (cases(police.waiting()), cases(ambulance.mine())) == ([("i1", "words")], [("i1", "task")])
    assert ambulance.open("i1").lines == ()
    assert store.incident("i1").desk == ""
    police.accept("i1")
    assert phrases(store) == ["accepted", "read"]


def test_words_that_nobody_accepts_go_on_to_the_operators_where_one_desk_takes_both(store, desk):
    stabbed(store)
    look(store)
    store.waits.arrive("112-1", "a")
    look(store, after=6)
    operators = desk("112-1")
    assert {(wait.part, wait.queue) for wait in store.waits.everybody()} == {("task", "112"), ("words", "112")}
    assert (cases(operators.waiting()), operators.waiting_count()) == ([("i1", "")], 1)
    operators.accept("i1")
    assert (cases(operators.mine()), operators.waiting(), operators.wait_of("i1").part) == ([("i1", "")], [], "")
    operators.release("i1", "pause")
    assert (operators.mine(), len(store.waits.line("112"))) == ([], 2)
    operators.accept("i1")
    operators.close("i1", "helped")
    assert (store.waits.everybody(), store.waits.held()) == ([], [])


def test_a_desk_that_is_free_again_lists_and_takes_what_went_on_while_the_operators_talk(store, desk, terminal):
    store.add(thread("i1", "saya dipukul suami", queue="110", nature="violence", priority=1))
    store.waits.arrive("112-1", "a")
    look(store, after=6)
    assert store.waits.of("i1").queue == "112"
    police = desk("110-2")
    assert (cases(police.waiting()), police.waiting_count(), police.informed()) == ([("i1", "")], 1, [])
    assert desk("113-1").waiting() == []
    assert terminal("1", ENTER).case.incident == "i1"
    assert store.waits.of("i1").desk == "110-1"
    assert not_done(desk("112-1").accept, "i1") == ("taken", {"desk": "110-1"})
    desk("110-1").release("i1", "pause")
    assert (store.waits.of("i1").queue, cases(desk("112-1").waiting())) == ("110", [("i1", "")])


def test_words_where_no_desk_is_anywhere_are_told_by_the_alarm(store, desk):
    stabbed(store, since=BOOK.policies.operators_after)
    desk("118-1").accept("i1")
    look(store)
    assert [entry.data["what"] for entry in store.timeline("gateway")] == [NOBODY]


@pytest.mark.parametrize(("gone", "stays"), [("118-1", "110-1"), ("110-1", "118-1")])
def test_of_two_desks_the_one_that_is_missed_gives_back_its_part(store, desk, gone, stays):
    stabbed(store)
    desk("118-1").accept("i1")
    desk("110-1").accept("i1")
    store.waits.arrive(stays, "a")
    watch, now = Waits(store, lambda: BOOK), time.time()
    watch.tick(now)
    watch.tick(now + 4)
    (held,), (waiting,) = store.waits.held(), store.waits.everybody()
    assert (held.desk, waiting.queue, waiting.raised) == (stays, gone[:3], True)
    assert last(store, Kind.RELEASED)["part"] == waiting.part


def test_desks_of_two_agencies_accept_their_parts_at_the_same_moment(store, desk):
    for number in range(10):
        incident = f"i{number}"
        stabbed(store, incident)
        look(store)
        start = threading.Barrier(4)

        def accept(name, incident=incident, start=start):
            start.wait()
            with contextlib.suppress(NotDone):
                desk(name).accept(incident)

        desks = [threading.Thread(target=accept, args=(name,)) for name in ("118-1", "118-2", "110-1", "110-2")]
        for each in desks:
            each.start()
        for each in desks:
            each.join()
        assert [wait.desk[:3] for wait in store.waits.of_each([incident])] == ["118", "110"]
        assert kinds(store, incident).count(Kind.ACCEPTED) == 2


def test_a_case_that_does_not_exist_is_not_said_to_be_closed(store, desk):
    assert not_done(desk("110-1").accept, "nothing") == ("no_case", {})
    store.add([entry for entry in thread() if entry.kind is not Kind.HANDED_OFF])
    assert not_done(desk("110-1").accept, "i1") == ("nothing_waits", {})


# the look once a second


def test_nobody_waits_beyond_the_bound_nor_where_nobody_is(store):
    store.waits.arrive("112-1", "a")
    store.add(thread("i1", bound=30, since=20))
    Waits(store, lambda: BOOK).tick(time.time() + 6)
    wait = store.waits.of("i1")
    assert (wait.queue, wait.first, wait.raised) == ("112", "110", True)
    assert last(store, Kind.OVERFLOWED)["why"] == UNATTENDED
    assert [kind for kind in kinds(store) if kind in (Kind.RAISED, Kind.OVERFLOWED)] == [Kind.RAISED, Kind.OVERFLOWED]


def test_a_desk_that_is_missed_gives_back_what_it_has_after_a_moment(store, desk):
    store.add(thread())
    desk("110-1").accept("i1")
    store.waits.arrive("110-2", "b")
    look, now = Waits(store, lambda: BOOK), time.time()
    look.tick(now)
    look.tick(now + 3.9)
    assert store.waits.of("i1").desk == "110-1"
    look.tick(now + 4)
    assert (store.waits.of("i1").desk, last(store, Kind.RELEASED)["why"]) == ("", DESK_GONE)


def test_a_desk_that_is_back_in_time_keeps_what_it_has(store, desk):
    store.add(thread())
    desk("110-1").accept("i1")
    look, now = Waits(store, lambda: BOOK), time.time()
    look.tick(now)
    store.waits.arrive("110-1", "a")
    look.tick(now + 2)
    store.waits.leave("110-1", "a")
    look.tick(now + 4)
    assert store.waits.of("i1").desk == "110-1"


def test_an_alarm_says_when_messages_wait_and_no_desk_is_anywhere(store):
    store.add(thread(since=BOOK.policies.operators_after))
    look, now = Waits(store, lambda: BOOK), time.time()
    look.tick(now)
    look.tick(now)
    assert [entry.data["what"] for entry in store.timeline("gateway")] == [NOBODY]


# keys


@pytest.fixture
def terminal(desk):
    return terminal_of(desk, "110-1")


def terminal_of(desk, name):
    terminal = Terminal(desk(name), View(name, "Instansi"))

    def press(*keys, looks=True):
        if looks:
            terminal.look()
        for key in keys:
            for letter in [key] if key in (ENTER, ESCAPE, CLEAR, INTERRUPT) else key:
                terminal.press(letter)
        terminal.look()
        return terminal.view

    press.terminal = terminal
    return press


def test_a_number_keeps_its_case_while_the_list_moves(store, terminal):
    store.add(thread("i1"))
    (first,) = terminal("").rows
    store.add(thread("urgent", priority=1, nature="violence", bound=None))
    assert [row.listed.case.incident for row in terminal("").rows] == ["urgent", "i1"]
    assert terminal(str(first.number), ENTER).case.incident == "i1"


def test_a_text_is_sent_with_enter_and_asked_about_where_it_betrays(store, terminal):
    store.add(thread())
    terminal("1", ENTER, "Lagi sendirian?", ENTER)
    assert last(store, Kind.REPLY)["text"] == "Lagi sendirian?"
    view = terminal("Polisi datang", ENTER)
    assert "menyebut instansi" in view.question
    assert terminal("t", ENTER).typed == "Polisi datang"
    assert last(store, Kind.REPLY)["text"] == "Lagi sendirian?"
    # Who types on without looking answers no question by a letter of the next sentence.
    assert terminal(ENTER, "saya masih menunggu", ENTER).typed == "Polisi datang saya masih menunggu"
    assert last(store, Kind.REPLY)["text"] == "Lagi sendirian?"
    terminal(CLEAR, "Polisi datang", ENTER, "y", ENTER)
    assert last(store, Kind.REPLY)["text"] == "Polisi datang"


def test_a_text_is_described_while_it_is_typed(store, terminal):
    store.add(thread())
    assert terminal("1", ENTER, "kantor polisi").state == "1 SMS · 13 huruf · menyebut instansi"


def test_a_phrase_is_sent_by_its_number_once_it_was_seen(store, terminal):
    store.add(thread())
    view = terminal("1", ENTER, "/frasa", ENTER)
    assert "  1  Halo, aman balas?" in view.page
    assert "Halo, aman balas?" in terminal("/1", ENTER).question
    terminal("y", ENTER)
    assert last(store, Kind.REPLY)["phrase"] == "safe"


def test_what_was_typed_for_one_writer_is_not_sent_to_another(store, terminal):
    store.add([*thread("i1"), *thread("i2")])
    terminal("1", ENTER, "untuk yang pertama")
    view = terminal(ESCAPE, ESCAPE, "2", ENTER)
    assert (view.case.incident, view.typed) == ("i2", "")


def test_a_case_that_went_to_another_desk_closes_and_takes_what_was_typed_with_it(store, desk, terminal):
    store.add(thread())
    terminal("1", ENTER, "belum selesai")
    desk("110-1").release("i1", "elsewhere")
    desk("110-2").accept("i1")
    view = terminal(looks=False)
    assert (view.case, view.typed, view.notice) == (None, "", "kasus ini bukan untuk meja ini")


def test_a_fourth_conversation_is_asked_about(store, terminal):
    for number in range(4):
        store.add(thread(f"i{number}"))
    for number in range(1, 4):
        assert terminal(str(number), ENTER, ESCAPE).question == ""
    assert "3 percakapan" in terminal("4", ENTER).question
    assert store.waits.of("i3").desk == ""
    terminal("y", ENTER)
    assert store.waits.of("i3").desk == "110-1"


def test_new_texts_in_another_conversation_are_announced(store, terminal):
    store.add([*thread("i1"), *thread("i2")])
    terminal("1", ENTER, ESCAPE, "2", ENTER)
    store.add([further("masih di sini", "i1")])
    assert [(row.number, row.news) for row in terminal("").rows] == [(1, 1), (2, 0)]
    assert terminal(ESCAPE, "1", ENTER).rows[0].news == 0


def test_what_another_desk_took_is_said_in_words(store, desk, terminal):
    store.add(thread())
    terminal("")
    desk("110-2").accept("i1")
    assert terminal("1", ENTER, looks=False).notice == "sudah diterima meja 110-2"


def test_release_close_and_leave_ask_for_what_they_need(store, terminal):
    store.add([*thread("i1"), *thread("i2"), *thread("i3")])
    terminal("1", ENTER)
    assert "alasan" in terminal("/lepas", ENTER).notice
    terminal("/lepas salah instansi", ENTER)
    assert last(store, Kind.RELEASED)["why"] == "salah instansi"
    assert "tertangani" in terminal("2", ENTER, "/tutup", ENTER).notice
    assert "bukan darurat" in terminal(CLEAR, "/tutup 3 salah pencet", ENTER).question
    terminal("y", ENTER)
    assert last(store, Kind.CLOSED, "i2")["outcome"] == "no_emergency"
    assert "1 percakapan" in terminal("3", ENTER, INTERRUPT).question
    terminal("t", ENTER)
    assert store.waits.of("i3").desk == "110-1"
    terminal("/keluar", ENTER, "y", ENTER)
    assert store.waits.of("i3").desk == ""


def test_whoever_has_the_task_alone_is_told_so_when_it_is_taken_and_ended(store, desk):
    stabbed(store)
    ambulance, police = terminal_of(desk, "118-1"), terminal_of(desk, "110-1")
    assert "tugas" in ambulance("1", ENTER).notice
    assert "percakapan" in police("1", ENTER).notice
    assert "tidak ditutup" in ambulance("/tutup 1", ENTER).question
    assert ambulance("y", ENTER).notice == "tugas selesai"
    assert police("").case.task.outcome == "helped"
    assert "tidak ditutup" not in police("/tutup 1", ENTER).question
    police("y", ENTER)
    assert Kind.CLOSED in kinds(store)


def test_a_desk_can_leave_while_the_store_is_away(server, store, terminal):
    store.add(thread())
    terminal("1", ENTER)
    server.kill()
    terminal(INTERRUPT, "y", ENTER, looks=False)
    assert terminal.terminal.over


def test_a_desk_opened_elsewhere_does_nothing_more_and_gives_nothing_back(store, terminal):
    store.add(thread())
    terminal("1", ENTER)
    terminal.terminal.view.standing = Standing.TAKEN
    assert "di tempat lain" in terminal("Halo", ENTER).notice
    terminal(CLEAR, "/keluar", ENTER, "y", ENTER)
    assert (terminal.terminal.over, store.waits.of("i1").desk) == (True, "110-1")


def test_what_is_no_command_is_said_and_no_fault(store, terminal):
    store.add(thread())
    for typed in ("/terbang", "/lepas x", "/1", "/", "99", "x"):
        assert terminal(CLEAR, typed, ENTER).notice
    terminal("1", ENTER)
    for typed in ("/phrase x", "/99", "/tutup 99", "/tutup x", "/٣", "/" + "9" * 400):
        assert terminal(CLEAR, typed, ENTER).notice
    assert kinds(store).count(Kind.REPLY) == 1, "the one that the gateway wrote"


def test_a_store_that_is_away_loses_no_typed_text(server, store, terminal):
    store.add(thread())
    terminal("1", ENTER, "Lagi sendirian?")
    server.kill()
    view = terminal(ENTER)
    assert (view.typed, view.store_away) == ("Lagi sendirian?", True)
    assert "BELUM TERKIRIM" in view.notice
    server.start()
    until(lambda: _answers(store))
    assert not terminal(ENTER).store_away
    assert last(store, Kind.REPLY)["text"] == "Lagi sendirian?"


# processes


class PlainDesk:
    """`gateway112 desk … --plain` in a process of its own."""

    def __init__(self, server, folder, name, *words):
        (folder / "state").mkdir(exist_ok=True)
        secrets = folder / "state" / "secrets.toml"
        secrets.write_text('number_key = "test-number-key"\nsigning_key = "test-signing-key"\n', encoding="ascii")
        secrets.chmod(0o600)
        self.environ = {**os.environ, "GATEWAY112_STATE": str(folder / "state")}
        self.environ["GATEWAY112_REDIS_URL"] = server.settings().redis_url
        command = [sys.executable, "-m", "gateway", "desk", name, *words]
        self.process = subprocess.Popen(
            command, env=self.environ, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, bufsize=1,
        )  # fmt: skip
        self._lines = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self._lines.put(json.loads(line))

    def say(self, line):
        self.process.stdin.write(line + "\n")

    def hear(self, event, **values):
        """The next line with this event and these values."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            told = self._lines.get(timeout=max(0.01, deadline - time.monotonic()))
            if told["event"] == event and values.items() <= told.items():
                return told

    def end(self):
        self.process.kill()
        self.process.wait()


@pytest.fixture
def plain(server, store, tmp_path):
    started = []

    def start(name, *words):
        started.append(PlainDesk(server, tmp_path, name, "--plain", *words))
        return started[-1]

    yield start
    for each in started:
        each.end()


def test_a_script_works_a_thread_from_its_wait_to_its_end(store, plain):
    store.add(thread())
    desk = plain("110-1")
    assert desk.hear("on_duty")["agency"] == "110"
    assert desk.hear("lists")["waiting"][0]["incident"] == "i1"
    desk.say("accept i1")
    assert desk.hear("done")["command"] == "accept"
    store.add([further("masih di sini")])
    until(lambda: "masih di sini" in str(desk.hear("case", incident="i1")["lines"]))
    desk.say("write i1 Polisi segera ke sana")
    assert desk.hear("warned")["faults"][0]["what"] == "agency"
    desk.say("confirm")
    desk.hear("done", command="confirm")
    desk.say("phrase i1 safe")
    desk.hear("done", command="phrase")
    assert next(line["text"] for line in desk.hear("case")["lines"] if line["who"]) == "Polisi segera ke sana"
    desk.say("leave")
    desk.hear("asked", command="leave", conversations=1)
    desk.say("close i1 helped all well")
    desk.hear("done", command="close")
    desk.say("write i1 Halo")
    assert desk.hear("refused", command="write")["why"] == "over"
    desk.say("fly")
    assert desk.hear("refused", command="fly")["why"] == "unknown_command"
    desk.say("accept")
    desk.hear("refused", command="accept")
    desk.say("leave")
    desk.hear("done", command="leave")
    assert desk.process.wait(PATIENCE_SECONDS) == 0
    assert store.waits.present(["110-1"]) == set()


def test_one_desk_is_open_in_one_place(plain):
    first = plain("110-1")
    first.hear("on_duty")
    second = plain("110-1")
    assert second.process.wait(PATIENCE_SECONDS) == 2
    assert "--instead" in second.process.stderr.read()
    third = plain("110-1", "--instead")
    third.hear("on_duty")
    first.hear("standing", standing="taken")


def test_an_unknown_desk_is_refused_in_a_sentence(plain):
    stranger = plain("110-99")
    assert stranger.process.wait(PATIENCE_SECONDS) == 2
    assert "110-99" in stranger.process.stderr.read()


def test_the_end_of_the_input_gives_the_threads_back(store, plain):
    store.add(thread())
    desk = plain("110-1")
    desk.say("accept i1")
    desk.hear("done", command="accept")
    desk.process.stdin.close()
    assert desk.process.wait(PATIENCE_SECONDS) == 0
    assert store.waits.of("i1").desk == ""


def test_the_threads_of_a_desk_that_was_killed_go_to_the_head_of_the_queue(store, plain):
    store.add(thread("i1"))
    store.add(thread("violent", priority=1, nature="violence", bound=None))
    desk, colleague = plain("110-1"), plain("110-2")
    colleague.hear("on_duty")
    desk.say("accept i1")
    desk.hear("done", command="accept")
    desk.process.send_signal(signal.SIGKILL)
    look = Waits(store, lambda: BOOK)

    def given_back():
        look.tick(time.time())
        return store.waits.of("i1").desk == ""

    until(given_back, what="the dead desk's thread waits again")
    assert [wait.incident for wait in store.waits.line("110")] == ["i1", "violent"]
    until(lambda: [one["incident"] for one in colleague.hear("lists")["waiting"]] == ["i1", "violent"])


def test_the_words_of_a_desk_that_was_killed_wait_again_and_the_ambulance_keeps_its_task(store, plain):
    stabbed(store)
    look(store)
    ambulance, police, colleague = plain("118-1"), plain("110-1"), plain("110-2")
    assert ambulance.hear("lists")["waiting"][0]["part"] == ""
    assert police.hear("lists")["waiting"][0]["part"] == "words"
    colleague.hear("on_duty")
    for desk in (ambulance, police):
        desk.say("accept i1")
        desk.hear("done", command="accept")
    assert "suami" not in str(ambulance.hear("case", incident="i1"))
    police.process.send_signal(signal.SIGKILL)
    watch = Waits(store, lambda: BOOK)

    def given_back():
        watch.tick(time.time())
        return store.waits.line("110")

    (words,) = until(given_back, what="the dead desk's words wait again")
    assert (words.part, words.raised, store.waits.of("i1").desk) == ("words", True, "118-1")
    colleague.say("accept i1")
    colleague.hear("done", command="accept")
    ambulance.say("close i1 helped")
    ambulance.hear("done", command="close")
    until(lambda: (colleague.hear("case", incident="i1")["task"] or {}).get("outcome") == "helped")


def test_a_desk_that_nobody_could_see_during_an_outage_keeps_its_threads(server, store, plain):
    store.add(thread())
    desk = plain("110-1")
    desk.say("accept i1")
    desk.hear("done", command="accept")
    look = Waits(store, lambda: BOOK)
    connect(server.settings()).delete("desk:110-1")  # as after an outage longer than it lives

    def is_back():
        look.tick(time.time())
        return store.waits.present(["110-1"])

    until(is_back)
    assert store.waits.of("i1").desk == "110-1"


def test_a_person_sees_the_list_and_a_thread_in_a_real_terminal(server, store, tmp_path):
    store.add(thread("i1", "ada begal \x1b]0;x\x07\x1b[2J di sini"))
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "secrets.toml").write_text('number_key = "a"\nsigning_key = "b"\n', encoding="ascii")
    (tmp_path / "state" / "secrets.toml").chmod(0o600)
    environ = {**os.environ, "GATEWAY112_STATE": str(tmp_path / "state"), "TERM": "xterm"}
    environ |= {"GATEWAY112_REDIS_URL": server.settings().redis_url}
    pid, line = pty.fork()
    if pid == 0:
        os.chdir(ROOT)
        os.execve(sys.executable, [sys.executable, "-m", "gateway", "desk", "110-1"], environ)
    heard = b""

    def hears(what):
        nonlocal heard
        while select.select([line], [], [], 0.02)[0]:
            heard += os.read(line, 65536)
        return what.encode() in heard

    try:
        until(lambda: hears("kejahatan"), what="the list")
        os.write(line, b"1\r")
        until(lambda: hears("ada begal ]0;x[2J di sini"), what="the thread")
        assert store.waits.of("i1").desk == "110-1"
        os.write(line, b"\x03")
        until(lambda: hears("1 percakapan"), what="the question")
        os.write(line, b"y\r")
        until(lambda: hears("\x1b[?1049l"), what="the old screen")
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
        pid = 0
    finally:
        if pid:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        os.close(line)
    assert store.waits.of("i1").desk == ""
    assert not re.search(rb"\x1b\][^\x1b]*\x07|\x1b\[2J", heard)
    assert not re.search(r"begal|81200000001", (tmp_path / "state" / "log" / "desk.log").read_text(encoding="utf-8"))
