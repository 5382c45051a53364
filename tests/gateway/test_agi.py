"""The line to Asterisk, over a real socket: every way it can end, and all that must not end it."""

import contextlib
import socket
import struct
import threading

import pytest
from fake_asterisk import DEAD, FakeChannel, words_of

from gateway.channels import agi
from gateway.channels.agi import Cause, HungUp, Line

HEADER = "agi_network: yes\nagi_network_script: call\nagi_uniqueid: 1795283154.1\n"
HOSTILE = 'Siti "Aminah"\nagi_network_script: resume\\\r\x00\x1b"; SYSTEM ${SHELL(id)} 卐'


class Wire:
    """Both ends of a line, without a server: what Asterisk sends is written before the line reads it."""

    def __init__(self, *replies, header=HEADER + "\n", patient=True):
        self.asterisk, ours = socket.socketpair()
        self.send(header)
        self.line = Line(ours)
        if patient:
            self.send("200 result=0\n")
            self.line.set_variables({})
            assert self.commands == ['EXEC MSet "TIMEOUT(absolute)=20"']
        for reply in replies:
            self.send(reply + "\n")

    def send(self, text):
        self.asterisk.sendall(text if isinstance(text, bytes) else text.encode())

    @property
    def commands(self):
        self.asterisk.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            return self.asterisk.recv(65536).decode().splitlines()
        return []


def ends(action):
    with pytest.raises(HungUp) as end:
        action()
    return end.value.cause


# --- what a caller does ---------------------------------------------------------------


@pytest.mark.parametrize("key", "0123456789*ABCD")
def test_a_key_is_the_answer_to_a_question(key):
    wire = Wire(f"200 result={key}")
    assert wire.line.ask("g112/id/menu", 4.0) == key
    assert wire.commands == ['GET DATA "g112/id/menu" 4000 1']


def test_the_key_that_ends_asterisks_input_is_a_key_and_not_silence():
    assert Wire("200 result=").line.ask("g112/id/menu", 4.0) == "#"


def test_no_key_in_time_is_silence():
    assert Wire("200 result= (timeout)").line.ask("g112/id/menu", 4.0) is None


def test_a_missing_sound_is_our_fault_and_the_key_is_waited_for_in_silence():
    wire = Wire("200 result=-1", "200 result=6", "200 result=50")
    assert wire.line.ask("g112/id/menu", 4.0) == "2"
    assert wire.line.failed_sounds == ["g112/id/menu"]
    assert wire.commands == ['GET DATA "g112/id/menu" 4000 1', "CHANNEL STATUS", "WAIT FOR DIGIT 4000"]


@pytest.mark.parametrize(("reply", "key"), [("0", None), ("35", "#"), ("42", "*"), ("999999", None), ("x", None)])
def test_keys_pressed_without_a_sound_are_understood(reply, key):
    assert Wire("200 result=-1", "200 result=6", f"200 result={reply}").line.ask("g112/id/menu", 4.0) == key


# --- how a line ends ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("replies", "cause"),
    [
        (["HANGUP"], Cause.HANGUP),
        ([DEAD], Cause.DEAD),
        (["200 result=-1", "HANGUP"], Cause.FAILED),
        (["200 result=-1", DEAD], Cause.FAILED),
        (["200 result=-1", "200 result=-1"], Cause.FAILED),
        (["200 result=-1", "200 result=0"], Cause.FAILED),
        (["200 result=1 (hangup)"], Cause.DURING),
        (["200 result=-1", "200 result=6", "200 result=-1", "HANGUP"], Cause.FAILED),
    ],
)
def test_each_reply_that_tells_of_a_hang_up_is_one(replies, cause):
    wire = Wire(*replies)
    assert ends(lambda: wire.line.ask("g112/id/menu", 4.0)) is cause
    assert HungUp(cause).by_caller


@pytest.mark.parametrize(
    "replies",
    [
        ["510 Invalid or unknown command"],
        ["520-Invalid command syntax.  Proper usage follows:"],
        ["hello"],
        [""],
        ["200"],
        ["200 result"],
        ["-1 result=1"],
        ["200 result=-1", "510 Invalid or unknown command"],
        ["200 result=-1", "200 result=6", "200 result=-1", "200 result=6"],
    ],
)
def test_a_fault_of_the_protocol_does_not_pass_for_a_hang_up(replies):
    wire = Wire(*replies)
    assert ends(lambda: wire.line.ask("g112/id/menu", 4.0)) is Cause.PROTOCOL
    assert not HungUp(Cause.PROTOCOL).by_caller


def test_a_closed_connection_is_a_hang_up():
    wire = Wire()
    wire.asterisk.shutdown(socket.SHUT_WR)
    assert ends(wire.line.answer) is Cause.CLOSED


def test_a_broken_pipe_is_a_hang_up():
    wire = Wire()
    wire.asterisk.close()
    assert ends(wire.line.answer) is Cause.BROKEN


def test_a_reset_connection_is_a_hang_up():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        asterisk = socket.create_connection(listener.getsockname())
        ours, _ = listener.accept()
        asterisk.sendall(f"{HEADER}\n".encode())
        line = Line(ours)
        asterisk.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        asterisk.close()
        assert ends(line.answer) is Cause.BROKEN


def test_an_asterisk_that_does_not_reply_is_a_fault_and_not_a_hang_up(monkeypatch):
    monkeypatch.setattr(agi, "REPLY_SECONDS", 0.05)
    wire = Wire()
    assert ends(wire.line.answer) is Cause.TIMEOUT


def test_a_reply_that_drips_has_no_more_time_than_one_that_does_not_come(monkeypatch):
    monkeypatch.setattr(agi, "REPLY_SECONDS", 0.2)
    wire = Wire()
    dripping = threading.Event()

    def drip():
        with contextlib.suppress(OSError):
            while not dripping.wait(0.02):
                wire.send("2")

    thread = threading.Thread(target=drip)
    thread.start()
    assert ends(wire.line.answer) is Cause.TIMEOUT
    dripping.set()
    thread.join()


def test_a_giant_line_ends_the_line_before_it_is_read_whole():
    for wire in (Wire("200 result=" + "1" * 20_000), Wire("200 result=" + "1" * 8_192)):
        assert ends(wire.line.answer) is Cause.PROTOCOL


def test_the_longest_line_that_asterisk_sends_is_read():
    argument = "a" * (agi.LONGEST_LINE_BYTES - len("agi_arg_1: "))
    assert Wire(header=f"{HEADER}agi_arg_1: {argument}\n\n").line.arguments == [argument]


def test_more_patience_is_asked_for_when_there_is_not_enough_for_a_question():
    wire = Wire("200 result=0", "200 result=1", patient=False)
    wire.line.ask("g112/id/menu", 4.0)
    assert wire.commands == ["SET AUTOHANGUP 20", 'GET DATA "g112/id/menu" 4000 1']
    wire.send("200 result=0\n200 result=1\n")
    wire.line.ask("g112/id/menu", 60.0)
    assert wire.commands == ["SET AUTOHANGUP 75", 'GET DATA "g112/id/menu" 60000 1']


def test_a_call_taken_away_because_we_were_too_slow_is_no_hang_up(monkeypatch):
    monkeypatch.setattr(agi, "FIRST_PATIENCE_SECONDS", 0.0)
    wire = Wire("HANGUP", patient=False)
    assert ends(wire.line.answer) is Cause.TIMEOUT


# --- what is said ---------------------------------------------------------------------


def test_hostile_text_stays_one_word_of_one_command():
    wire = Wire("200 result=1")
    wire.line.ask(HOSTILE, 4.0)
    (command,) = wire.commands
    words = words_of(command)
    assert words[:2] == ["GET", "DATA"]
    assert words[3:] == ["4000", "1"]


def test_variables_are_set_in_one_command_that_the_dialplan_cannot_misread():
    channel = FakeChannel()
    wire = Wire("200 result=0")
    wire.line.set_variables({"A": HOSTILE, "B": "place/31.75&need/fire", "C": "a,b=c"})
    (command,) = wire.commands
    channel.reply(command)
    assert channel.variables == {"A": HOSTILE, "B": "place/31.75&need/fire", "C": "a,b=c"}


def test_many_variables_are_set_in_commands_that_asterisk_reads_whole():
    channel = FakeChannel()
    values = {f"V{number}": "ü" * 100 for number in range(20)}
    wire = Wire(*["200 result=0"] * 20)
    wire.line.set_variables(values)
    commands = wire.commands
    assert all(len(command) < agi.LONGEST_COMMAND_BYTES for command in commands)
    assert len(commands) < 10
    for command in commands:
        channel.reply(command)
    assert channel.variables == values


def test_what_is_empty_is_set_only_where_it_was_something_before():
    wire = Wire("200 result=0", "200 result=0")
    wire.line.set_variables({"A": "", "B": "1"})
    wire.line.set_variables({"A": "", "B": ""})
    assert wire.commands == ['EXEC MSet "__B=1,TIMEOUT(absolute)=20"', 'EXEC MSet "__B=,TIMEOUT(absolute)=20"']


# --- what Asterisk tells at first -----------------------------------------------------


def test_arguments_come_decoded_and_in_their_order():
    header = f"{HEADER}agi_arg_1: trial\nagi_arg_2: a%20%22b%22%2C%0Ac\nagi_arg_3: \nagi_arg_4: %FF%\n\n"
    assert Wire(header=header).line.arguments == ["trial", 'a "b",\nc', "", "\ufffd%"]


def test_bytes_that_are_no_utf_8_are_replaced():
    header = HEADER.encode() + b"agi_calleridname: \xff\xfeSiti\n\n"
    assert Wire(header=header).line.env["agi_calleridname"] == "\ufffd\ufffdSiti"


def test_lines_smuggled_in_by_a_callers_name_replace_nothing():
    name = "Siti\nagi_network_script: resume\nagi_uniqueid: 0\nagi_arg_1: forged"
    line = Wire(header=f"{HEADER}agi_calleridname: {name}\nagi_arg_1: trial\n\n").line
    assert (line.script, line.channel_id, line.arguments) == ("call", "1795283154.1", ["trial"])


@pytest.mark.parametrize(
    "header", ["\n", "GET / HTTP/1.1\nHost: x\n\n", "agi_network: no\n\n", "x\n" * 300, "a" * 9_000]
)
def test_what_is_no_agi_is_no_call(header):
    assert ends(lambda: Wire(header=header)) is Cause.PROTOCOL


def test_no_number_is_written_to_stderr(capfd):
    wire = Wire("200 result=0", header=HEADER + "agi_callerid: +6281200000001\n\n")
    wire.line.answer()
    assert "6281200000001" not in capfd.readouterr().err
