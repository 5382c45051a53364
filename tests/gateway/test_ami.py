"""Asterisk's manager interface, over a real socket, with a fake manager that answers as Asterisk 22 was recorded to."""

import queue
import socket
import threading
import time
from pathlib import Path

import pytest
from fake_asterisk import FakeManager

from gateway import settings as table
from gateway.channels import ami
from gateway.channels.ami import AmiAway, Manager

pytestmark = pytest.mark.filterwarnings("ignore:setDaemon:DeprecationWarning")  # pyst2's

RECORDED = Path(__file__).parent.parent / "recorded" / "ami"
SECRET = "invented"


def recorded(situation):
    return (RECORDED / f"{situation}.txt").read_text(encoding="utf-8")


def on_the_wire(text):
    return text.strip().replace("\n", "\r\n") + "\r\n\r\n"


def until(condition):
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.01)


def settings(port, secret=SECRET):
    values = table.read({"GATEWAY112_STATE": "nowhere", "GATEWAY112_AMI_SECRET": secret})
    return table.Settings({**values, "ami_port": port})


@pytest.fixture
def asterisk():
    fake = FakeManager(secret=SECRET)
    yield fake
    fake.close()


@pytest.fixture
def manager(asterisk):
    with Manager(settings(asterisk.port)) as connected:
        yield connected


class Watch:
    """What ``Manager.events`` yields, read by a thread as a process would."""

    def __init__(self, manager):
        self._manager = manager
        self._events = queue.Queue()
        self._thread = threading.Thread(target=self._read)

    def _read(self):
        for event in self._manager.events():
            self._events.put(event)

    def next(self):
        return self._events.get(timeout=10)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._manager.close()
        self._thread.join(10)
        assert not self._thread.is_alive()


@pytest.fixture
def watch(asterisk, monkeypatch):
    monkeypatch.setattr(ami, "SHORTEST_PAUSE_SECONDS", 0.01)
    with Watch(Manager(settings(asterisk.port), ["QueueCallerJoin"])) as watching:
        assert watching.next() == {"Event": "Resync"}
        yield watching


# --- connecting -------------------------------------------------------------------------


def test_no_asterisk_is_a_clear_error():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(AmiAway, match=f"127.0.0.1:{port}.*is Asterisk running"):
        Manager(settings(port)).connect()


def test_a_wrong_secret_is_a_clear_error(asterisk):
    with pytest.raises(AmiAway, match=r"Authentication failed.*ami_secret"):
        Manager(settings(asterisk.port, "wrong")).connect()


def test_an_asterisk_that_accepts_and_says_nothing_is_away(monkeypatch):
    monkeypatch.setattr(ami, "TIME_LIMIT_SECONDS", 0.1)
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        pytest.raises(AmiAway, match="no answer within"),
    ):
        Manager(settings(listener.getsockname()[1])).connect()


def test_an_action_without_a_connection_says_so():
    with pytest.raises(AmiAway, match="not connected"):
        Manager(settings(1)).ping()


def test_who_wants_no_events_is_sent_none(manager, asterisk):
    manager.ping()
    assert any("EventMask: off" in action for action in asterisk.actions)


# --- events ---------------------------------------------------------------------------


def test_an_event_comes_with_its_channels_variables(watch, asterisk):
    asterisk.tell(on_the_wire(recorded("caller_joins_a_queue")))
    event = watch.next()
    assert (event["Event"], event["Queue"], event["Position"]) == ("QueueCallerJoin", "112", "1")
    assert (event["ChanVariable(G112_INCIDENT)"], event["ChanVariable(G112_QUEUE)"]) == ("abc", "")


def test_variables_of_two_channels_are_told_apart(watch, asterisk):
    asterisk.tell(
        "Event: QueueCallerJoin\r\nChanVariable: A=1=2\r\nDestChanVariable: A=3\r\n"
        "ChanVariable(PJSIP/trial-1): B=4\r\nChanVariable: C\r\n\r\n"
    )
    expected = {"ChanVariable(A)": "1=2", "DestChanVariable(A)": "3", "ChanVariable(B)": "4", "ChanVariable(C)": ""}
    assert watch.next() == {"Event": "QueueCallerJoin", **expected}


def test_events_that_nobody_wants_are_dropped(watch, asterisk):
    asterisk.tell(on_the_wire("Event: QueueCallerJoined\nQueue: 1") + on_the_wire("Event: QueueCallerJoin\nQueue: 2"))
    assert watch.next()["Queue"] == "2"


@pytest.mark.parametrize(
    "hostile",
    [
        "CallerIDName: status will follow",
        "CallerIDName: --END COMMAND--",
        "CallerIDName: Response: Follows",
        "CallerIDName",
        "no colon at all",
        "ChanVariable: ",
        ": ",
        "CallerIDName: \x00\x7f\x1b",
        "CallerIDName: x\nY",
        "Event: Shutdown",
        "Queue: 999",
        "ActionID: g112-0-1",
    ],
)
def test_no_value_of_an_event_stops_or_changes_another(watch, asterisk, hostile):
    text = f"Event: QueueCallerJoin\r\nQueue: 1\r\n{hostile}\r\n\r\nEvent: QueueCallerJoin\r\nQueue: 2\r\n\r\n"
    asterisk.tell(text)
    assert [watch.next()["Queue"], watch.next()["Queue"]] == ["1", "2"]


def test_bytes_that_are_no_utf_8_are_replaced(watch, asterisk):
    asterisk.tell(b"Event: QueueCallerJoin\r\nCallerIDName: \xff\xfe\r\n\r\n")
    assert watch.next()["CallerIDName"] == "\ufffd\ufffd"


def test_events_in_many_pieces_are_whole(watch, asterisk):
    for byte in on_the_wire("Event: QueueCallerJoin\nQueue: 110").encode():
        asterisk.tell(bytes([byte]))
    assert watch.next() == {"Event": "QueueCallerJoin", "Queue": "110"}


def test_too_many_events_at_once_ask_for_a_fresh_look(asterisk, monkeypatch):
    monkeypatch.setattr(ami, "EVENTS_KEPT", 3)
    manager = Manager(settings(asterisk.port), ["QueueCallerJoin"])
    events = manager.events()
    assert next(events) == {"Event": "Resync"}
    for number in range(4):
        asterisk.tell(on_the_wire(f"Event: QueueCallerJoin\nQueue: {number}"))
    manager.ping()
    assert next(events) == {"Event": "Resync"}
    manager.close()


# --- losing the connection ----------------------------------------------------------------


def test_a_lost_connection_is_told_and_made_anew(watch, asterisk):
    for _ in range(3):
        asterisk.drop()
        assert watch.next()["Event"] == "Away"
        assert watch.next() == {"Event": "Resync"}
    asterisk.tell(on_the_wire(recorded("caller_joins_a_queue")))
    assert watch.next()["Event"] == "QueueCallerJoin"


def test_an_outage_is_told_once(monkeypatch):
    monkeypatch.setattr(ami, "SHORTEST_PAUSE_SECONDS", 0.01)
    first = FakeManager(secret="another")
    with Watch(Manager(settings(first.port), ["QueueCallerJoin"])) as watching:
        assert "refused our login" in watching.next()["Why"]
        until(lambda: len(first.actions) > 3)
        first.secret = SECRET
        assert watching.next() == {"Event": "Resync"}
    first.close()


def test_a_line_without_end_ends_the_connection(watch, asterisk, monkeypatch):
    monkeypatch.setattr(ami, "LONGEST_BLOCK_BYTES", 1000)
    asterisk.tell("Event: QueueCallerJoin\r\n" + "x" * 200_000)
    assert watch.next()["Event"] == "Away"


def test_a_silent_connection_is_tried_and_a_dead_one_given_up(asterisk, monkeypatch):
    monkeypatch.setattr(ami, "IDLE_SECONDS", 0.05)
    asterisk.mute.add("Ping")
    with Watch(Manager(settings(asterisk.port), ["QueueCallerJoin"])) as watching:
        assert watching.next() == {"Event": "Resync"}
        assert watching.next()["Event"] == "Away"
    assert any("Action: Ping" in action for action in asterisk.actions)


def test_whoever_waits_for_an_answer_learns_of_the_end(asterisk, manager):
    asterisk.mute.add("Ping")
    ended = queue.Queue()

    def ping():
        try:
            manager.ping()
        except AmiAway as away:
            ended.put(str(away))

    waiting = threading.Thread(target=ping)
    waiting.start()
    until(lambda: "Action: Ping" in asterisk.actions[-1])
    asterisk.drop()
    assert "closed the connection" in ended.get(timeout=10)
    waiting.join()
