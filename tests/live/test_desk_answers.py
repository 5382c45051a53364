"""A desk is asked: what is typed at a question, and after one, reaches no writer by mistake."""

import os
import pty
import re
import select
import signal
import sys

import pytest

from gateway.desk.duty import Duty
from gateway.desk.key import CLEAR, ENTER, ESCAPE
from gateway.incident.timeline import Kind
from gateway.journal import open_journal
from gateway.messages.replies import Answers
from gateway.rules import load
from gateway.settings import ROOT
from tests.live.plain_desk import PlainDesk
from tests.live.test_desk_messages import terminal_of, thread
from tests.live.wait import until

BOOK = load(ROOT / "routing_rules.yaml")
CANCELLED = "DIBATALKAN: tidak ada yang disimpan atau dikirim"
PLACE = "/lokasi -6.2475,106.8910,40"


@pytest.fixture
def terminal(server, store):
    """The keys of a desk that has one writer."""
    store.add(thread())
    answers = Answers(open_journal(server.settings(), "test"), lambda: BOOK.policies)
    press = terminal_of(lambda name: Duty(name, store, lambda: BOOK, answers), "110-1")
    press("1", ENTER)
    return press


def sent(store):
    """What the desk sent."""
    replies = [entry.data for entry in store.timeline("i1") if entry.kind is Kind.REPLY]
    return [data["text"] for data in replies if str(data["by"]).startswith("desk:")]


def places(store):
    return [entry.data for entry in store.timeline("i1") if entry.kind is Kind.EVIDENCE]


@pytest.mark.parametrize("keys", [(ENTER,), (ESCAPE,), ("t", ENTER), ("tidak", ENTER), ("y", ESCAPE)])
def test_no_says_that_nothing_was_kept_or_sent(store, terminal, keys):
    assert terminal(PLACE, ENTER).question
    view = terminal(*keys)
    assert (view.question, view.notice, view.typed) == ("", CANCELLED, "")
    assert places(store) == []


def test_words_typed_at_a_question_stay_and_the_y_after_them_sends_nothing(store, terminal):
    terminal(PLACE, ENTER)
    view = terminal("masih di sana", ENTER)
    assert view.typed == "masih di sana"
    assert view.notice.startswith(CANCELLED)
    view = terminal("y", ENTER)
    assert "Kirim: masih di sana" in view.question
    assert sent(store) == []
    terminal("y", ENTER)
    assert sent(store) == ["masih di sana"]
    assert places(store) == []


def test_a_command_typed_at_a_question_is_performed_with_its_own_question(store, terminal):
    terminal(PLACE, ENTER)
    view = terminal("/lokasi -6.3,106.9", ENTER)
    assert "-6.30000 106.90000" in view.question
    assert view.notice == CANCELLED
    terminal("y", ENTER)
    [claim] = places(store)
    assert claim["shape"]["lat"] == pytest.approx(-6.3)
    assert sent(store) == []


def test_a_refused_command_at_a_question_says_both(store, terminal):
    terminal(PLACE, ENTER)
    notice = terminal("/lokasi 0,0", ENTER).notice
    assert notice.startswith(CANCELLED)
    assert "Indonesia" in notice
    terminal(PLACE, ENTER)
    assert "/foo" in terminal("/foo", ENTER).notice


def test_a_command_at_a_question_about_a_text_keeps_the_text(store, terminal):
    terminal("Polisi datang", ENTER)
    view = terminal("/frasa", ENTER)
    assert view.typed == "Polisi datang"
    assert "Halo, aman balas?" in view.page


@pytest.mark.parametrize("line", ["y", "Y", "t", "ya", "n", "no", "tidak", "yes", "Ya."])
def test_a_yes_or_no_alone_is_asked_about_before_it_is_sent(store, terminal, line):
    assert "hanya ya atau tidak" in terminal(line, ENTER).question
    terminal(ENTER)
    assert sent(store) == []
    terminal(CLEAR, line, ENTER, "y", ENTER)
    assert sent(store) == [line]


def test_what_is_typed_at_a_question_can_be_erased(store, terminal):
    terminal(PLACE, ENTER, "x", CLEAR, "y", ENTER)
    assert len(places(store)) == 1


def test_an_unknown_command_leaves_the_input_empty(terminal):
    view = terminal("/foo", ENTER)
    assert ("/foo" in view.notice, view.typed) == (True, "")
    assert terminal("/bantuan", ENTER).page


def test_a_command_about_a_case_says_that_none_is_open(terminal):
    view = terminal(ESCAPE, "/lokasi Jatinegara", ENTER)
    assert "buka dulu" in view.notice


def test_several_places_are_asked_about_and_escape_takes_none(terminal):
    view = terminal("/lokasi Jatinegara", ENTER)
    assert "nomornya" in view.notice
    view = terminal(ESCAPE)
    assert (view.page, view.typed) == ("", "")


def test_line_by_line_a_yes_is_warned_of_and_confirm_is_about_the_last_command(store, server, tmp_path):
    store.add(thread())
    (tmp_path / "secrets.toml").write_text('number_key = "a"\nsigning_key = "b"\n', encoding="ascii")
    environ = {"GATEWAY112_STATE": str(tmp_path), "GATEWAY112_REDIS_URL": server.settings().redis_url}
    desk = PlainDesk(environ, "110-1")
    try:
        desk.say("accept i1")
        desk.hear("done", command="accept")
        desk.say("write i1 y")
        assert [fault["what"] for fault in desk.hear("warned")["faults"]] == ["answer"]
        desk.say("place i1 -6.2475,106.8910,40")
        desk.hear("done", command="place")
        desk.say("confirm")
        assert desk.hear("refused", command="confirm")["why"] == "empty"
    finally:
        desk.end()
    assert sent(store) == []


def test_in_a_real_terminal_the_y_of_a_question_that_is_gone_is_no_message(server, store, tmp_path):
    store.add(thread())
    (tmp_path / "secrets.toml").write_text('number_key = "a"\nsigning_key = "b"\n', encoding="ascii")
    environ = {**os.environ, "GATEWAY112_STATE": str(tmp_path), "TERM": "xterm"}
    environ |= {"GATEWAY112_REDIS_URL": server.settings().redis_url}
    pid, line = pty.fork()
    if pid == 0:
        os.chdir(ROOT)
        os.execve(sys.executable, [sys.executable, "-m", "gateway", "desk", "110-1"], environ)
    heard = b""

    def shows(what):
        nonlocal heard
        while select.select([line], [], [], 0.02)[0]:
            heard += os.read(line, 65536)
        return what in re.sub(r"\x1b\[[0-9;?]*\w", "", heard.decode("utf-8", "ignore"))

    try:
        for keys, answer in (
            ("", "kejahatan"),
            ("1\r", "ada begal"),
            (f"{PLACE}\r", "106.89100 radius 40 m ("),
            ("masih di sana\r", CANCELLED),
            ("y\r", "Kirim: masih di sana"),
        ):
            os.write(line, keys.encode())
            until(lambda answer=answer: shows(answer), what=answer)
        assert sent(store) == []
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(line)
