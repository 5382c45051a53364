"""When the words of a case of violence wait apart from the task, where, and along which chain; without a store."""

import pytest

from gateway.desk.case import case
from gateway.desk.rights import part_of
from gateway.desk.task import Task, task_of
from gateway.incident.report import Nature
from gateway.incident.summary import add_up
from gateway.incident.timeline import Kind
from gateway.messages.parting import parted, reader
from gateway.messages.thread import thread_of
from gateway.messages.waiting import is_to_be_parted, released, stops_of
from gateway.queues.messages import message_lines
from gateway.rules import load
from gateway.settings import ROOT
from gateway.store.waiting import TASK, WORDS, Wait
from sms.conversation import answer
from sms.reading import Reading
from tests.gateway.test_desk_case import HANDED_OFF, NOW, OPENED, STABBED, filed, message, told
from tests.gateway.waiting_room import WaitingRoom

BOOK = load(ROOT / "routing_rules.yaml")
PARTED = told(Kind.PARTED, 2.0, **{"medium": "message", "from": "118", "queue": "110", "priority": 1})


def handed(queue, *inform, at=1.0, priority=2):
    return told(Kind.HANDED_OFF, at, medium="message", queue=queue, priority=priority, inform=list(inform))


def wait(queue="118", part="", violent=True, first="118", desk=""):
    return Wait("i1", queue, first, 1, NOW, NOW, part=part, violent=violent, desk=desk)


def of_task(kind, at=3.0, **data):
    return told(kind, at, **{"medium": "message", "part": TASK, "queue": "118", "desk": "118-1", **data})


def apart(*entries, queue=""):
    return [entry.data["queue"] for entry in parted("i1", entries, BOOK, NOW + 9, queue)]


def test_the_words_of_who_is_stabbed_wait_with_the_first_who_may_read_them():
    assert apart(*STABBED) == ["110"]
    (entry,) = parted("i1", STABBED, BOOK, NOW + 9)
    assert (entry.data["from"], entry.data["priority"], entry.data["medium"]) == ("118", 1, "message")


def test_the_words_follow_a_rule_for_the_area_where_the_case_was_handed_off(tmp_path):
    rules = (ROOT / "routing_rules.yaml").read_text(encoding="utf-8")
    east = """  - name: violence_east
    when: {nature: violence, injured: no, area: 31.75}
    queue: ppa
    priority: 1
    inform: [110]
    abandoned: nothing
    proof: {nature: violence, area: 31.75.08}

  - name: violence_silent
"""
    file = tmp_path / "rules.yaml"
    file.write_text(rules.replace("  - name: violence_silent\n", east, 1), encoding="utf-8")
    book = load(file)
    handed_off = [told(Kind.HANDED_OFF, 1, **{**HANDED_OFF.data, "area": area}) for area in ("31.75.08.1001", "31.71")]
    queues = [parted("i1", [*STABBED, entry], book, NOW + 9)[0].data["queue"] for entry in handed_off]
    assert queues == ["ppa", "110"]


def test_what_becomes_violence_while_the_ambulance_has_it_is_parted_at_once():
    ill = [OPENED, message(), filed("medical"), handed("118"), told(Kind.ACCEPTED, 2, queue="118", desk="118-1")]
    assert apart(*ill) == []
    assert apart(*ill, filed("violence", at=3)) == ["110"]


@pytest.mark.parametrize(
    "entries",
    [
        [OPENED, message(), filed("medical"), handed("118")],  # no violence
        [OPENED, message(), filed(), handed("110", "ppa")],  # who has it may read it
        [*STABBED, PARTED],  # it is already
        [*STABBED, told(Kind.CLOSED, 2)],
        [OPENED, message(), filed()],  # handed off to nobody
    ],
)
def test_where_nothing_is_gained_nothing_is_parted(entries):
    assert apart(*entries) == []


def test_who_may_not_read_by_the_rules_in_force_counts_wherever_the_case_is_by_now():
    at_police = [OPENED, message(), filed(), handed("110")]
    assert apart(*at_police, queue="113") == ["110"]
    assert apart(*STABBED, queue="112") == []


def test_the_words_go_to_the_first_who_may_read_them_else_to_the_operators():
    assert reader(BOOK, ("118", "ppa", "110")) == "ppa"
    assert reader(BOOK, ("118", "113", "no_such")) == "112"


def test_the_chain_of_words_passes_only_where_they_may_be_read():
    assert [stop.queue for stop in stops_of(wait("110", WORDS, first="110"), BOOK)] == ["110", "112"]
    assert [stop.queue for stop in stops_of(wait(first="118"), BOOK)] == ["112"]
    assert [stop.queue for stop in stops_of(wait(part=TASK), BOOK)] == ["118", "112"]


def test_what_is_whole_and_violent_where_it_may_not_be_read_is_to_be_parted():
    assert is_to_be_parted(wait(), BOOK)
    assert not is_to_be_parted(wait(violent=False), BOOK)
    assert not is_to_be_parted(wait("110"), BOOK)
    assert not is_to_be_parted(wait(part=TASK), BOOK)


def test_an_entry_about_a_part_says_which():
    assert released(wait(part=WORDS, desk="110-1"), "x", NOW).data["part"] == WORDS
    assert "part" not in released(wait(desk="110-1"), "x", NOW).data


def test_who_has_the_task_alone_does_not_have_the_thread():
    entries = [*STABBED, PARTED, of_task(Kind.ACCEPTED)]
    assert add_up("i1", entries).desk == ""
    assert add_up("i1", [*entries, told(Kind.ACCEPTED, 4, part=WORDS, desk="110-1")]).desk == "110-1"
    with_both = [*entries, told(Kind.ACCEPTED, 4, part=WORDS, desk="110-1"), of_task(Kind.RELEASED, 5)]
    assert add_up("i1", with_both).desk == "110-1"


def answered(*entries):
    thread = thread_of([OPENED, message(), *entries], NOW + 70)
    return answer(thread, Reading(nature=Nature.VIOLENCE), BOOK.policies.messages, NOW + 70).phrase


def test_it_is_read_when_somebody_has_it_who_may_read_it_and_not_before():
    stabbed = [filed(injured=True), HANDED_OFF, PARTED]
    words = told(Kind.ACCEPTED, 4, part=WORDS, queue="110", desk="110-1")
    assert answered(*stabbed, of_task(Kind.ACCEPTED)) == "safe"
    assert answered(*stabbed, of_task(Kind.ACCEPTED), words) == "read"
    assert answered(*stabbed, words, of_task(Kind.RELEASED, 5)) == "read"
    assert answered(*stabbed, words, told(Kind.RELEASED, 5, part=WORDS, desk="110-1")) == "safe"


def test_what_the_ambulance_had_accepted_is_no_longer_read_once_it_is_violence():
    had = [filed("medical"), handed("118"), told(Kind.ACCEPTED, 2, queue="118", desk="118-1")]
    later = [message("m2", "dia dipukul", at=3), filed(at=3)]
    assert answered(*had, *later) == "read"
    assert answered(*had, *later, told(Kind.PARTED, 3, queue="110")) == "safe"


def test_a_desk_that_may_not_read_has_the_task_alone_parted_yet_or_not():
    violence, illness = add_up("i1", STABBED), add_up("i1", [OPENED, filed("medical")])
    ambulance, police = BOOK.agencies["118"], BOOK.agencies["110"]
    assert [part_of(ambulance, known, wait()) for known in (violence, illness)] == [TASK, ""]
    assert part_of(police, violence, wait("110")) == ""


def test_who_has_the_words_sees_what_becomes_of_the_task():
    assert task_of(STABBED) is None
    told_so_far = [*STABBED, PARTED]
    steps = [
        (told(Kind.ACCEPTED, 3, medium="message", part=WORDS, queue="110", desk="110-1"), Task("118")),
        (told(Kind.OVERFLOWED, 3, medium="message", part=TASK, queue="118", to="112"), Task("112")),
        (of_task(Kind.ACCEPTED), Task("118", "118-1")),
        (handed("113", at=4), Task("118", "118-1")),
        (of_task(Kind.RELEASED), Task("118")),
        (of_task(Kind.DONE, outcome="helped"), Task("118", "118-1", "helped")),
    ]
    for entry, task in steps:
        told_so_far.append(entry)
        assert task_of(told_so_far) == task
    assert case("i1", told_so_far, BOOK.agencies["110"], None, NOW).task == task
    assert case("i1", told_so_far, BOOK.agencies["118"], None, NOW).task is None


def test_a_case_in_two_parts_counts_once_in_each_queue_that_has_one_and_once_where_both_are():
    apart_still = WaitingRoom([wait(part=TASK, desk="118-1"), wait("110", WORDS)], ["118-1"])
    lines = {line.queue: line for line in message_lines(apart_still, BOOK.agencies, NOW)}
    assert [(lines[queue].waiting, lines[queue].held) for queue in ("110", "112", "118")] == [(1, 0), (0, 0), (0, 1)]
    together = WaitingRoom([wait("112", TASK), wait("112", WORDS)])
    assert message_lines(together, BOOK.agencies, NOW)[0].waiting == 1
