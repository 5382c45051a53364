"""What of the gateway is not well, asked while most of it is away."""

import socket
import threading
import time

import pytest
from flask import Flask

from gateway.jobs import Workload
from gateway.queues.figures import Figures
from gateway.queues.snapshot import Snapshot
from gateway.queues.state import DeskState, QueueState, Readiness
from gateway.running.health import Examiner, Health, Part, Status
from gateway.store import StoreAway
from gateway.web import health
from tests.gateway_in_process import made_up_settings
from tests.ports import free_port


class Streams:
    """Messages that came and replies that are to leave, since when."""

    def __init__(self):
        self.incoming, self.outgoing = None, {}

    def incoming_since(self):
        return self.incoming

    def outgoing_since(self, channel):
        return self.outgoing.get(channel)


class Shelf:
    """A store with the state of the queues, or away."""

    def __init__(self, *queues, at=None):
        self.away = not queues
        self.messages = Streams()
        self._text = Snapshot(time.time() if at is None else at, queues, Figures()).text()

    def check_writable(self):
        if self.away:
            raise StoreAway("Redis: ConnectionError")

    def workload(self):
        self.check_writable()
        return Workload({}, dead=2, workers=1)

    def get_snapshot(self):
        self.check_writable()
        return self._text


def queue(name, readiness):
    return QueueState(name, (), (DeskState(f"{name}-1", readiness),))


@pytest.fixture
def empty(tmp_path):
    """Settings of a machine where nothing of ours runs."""
    names = ("agi_port", "ami_port", "web_port", "fallback_port", "redis_port", "asterisk_http_port")
    ports = {name: free_port() for name in names}
    return made_up_settings(
        tmp_path, public_url="", ami_secret="secret", sip_port=free_port(),
        asterisk_sip_port=free_port(), **ports,
    )  # fmt: skip


@pytest.fixture
def switchboard():
    """Something that answers SIP."""
    own = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    own.bind(("127.0.0.1", 0))

    def answer():
        while True:
            try:
                _, peer = own.recvfrom(4096)
                own.sendto(b"SIP/2.0 200 OK\r\n\r\n", peer)
            except OSError:
                return

    threading.Thread(target=answer, daemon=True).start()
    yield own.getsockname()[1]
    own.close()


def answered_by(switchboard, empty, **others):
    """Settings under which both Kamailio and Asterisk are this."""
    ports = {"sip_port": switchboard, "asterisk_sip_port": switchboard}
    return made_up_settings(empty.state, **{**empty, **ports, "state": str(empty.state), **others})


def test_nothing_there_is_down_and_each_part_says_why(empty):
    found = Examiner(empty).examine()
    assert found.status is Status.DOWN
    missing = {name for name, part in found.parts.items() if not part.ok}
    assert missing == {
        "asterisk", "desks", "operators", "agi", "ami", "redis", "workers", "replay", "locator", "fallback",
        "kannel", "edge", "nodes",
    }  # fmt: skip
    assert all(found.parts[name].why for name in missing)


def test_a_telephone_system_with_desks_and_nothing_else_of_ours_still_takes_calls(empty, switchboard):
    settings = answered_by(switchboard, empty)
    shelf = Shelf(queue("112", Readiness.AVAILABLE), queue("110", Readiness.UNREACHABLE))
    found = Examiner(settings, shelf).examine()
    assert found.status is Status.DEGRADED
    assert "2 jobs" in found.parts["jobs"].why


@pytest.mark.parametrize(
    ("police", "operators", "not_well"),
    [
        (Readiness.AVAILABLE, Readiness.RINGING, set()),
        (Readiness.BUSY, Readiness.UNREACHABLE, {"operators"}),
        (Readiness.PAUSED, Readiness.UNREACHABLE, {"desks", "operators"}),
    ],
)
def test_it_is_told_where_no_desk_is_there_and_who_waits_is_not_turned_away(
    empty, switchboard, police, operators, not_well
):
    settings = answered_by(switchboard, empty)
    found = Examiner(settings, Shelf(queue("110", police), queue("112", operators))).examine()
    assert {name for name in ("desks", "operators") if not found.parts[name].ok} == not_well
    assert found.status is Status.DEGRADED


def test_without_the_edge_no_call_comes_in_and_without_asterisk_nobody_answers(empty, switchboard):
    shelf = Shelf(queue("112", Readiness.AVAILABLE))
    for missing in ("sip_port", "asterisk_sip_port"):
        settings = answered_by(switchboard, empty, **{missing: free_port()})
        assert Examiner(settings, shelf).examine().status is Status.DOWN
    alone = answered_by(switchboard, empty, edge=False, asterisk_sip_port=free_port())
    assert Examiner(alone, shelf).examine().status is Status.DEGRADED
    assert "edge" not in Examiner(alone, shelf).examine().parts


def test_an_old_state_of_the_queues_is_not_taken_for_the_present_one(empty):
    found = Examiner(empty, Shelf(queue("112", Readiness.AVAILABLE), at=time.time() - 60)).examine()
    assert not found.parts["ami"].ok
    assert not found.parts["desks"].ok


def test_entries_that_wait_for_the_store_too_long_or_cannot_be_replayed_are_told(empty):
    spool = empty.state / "spool"
    (spool / "set_aside").mkdir(parents=True)
    assert Examiner(empty).examine().parts["spool"].ok
    (spool / "1-1.spool").touch()
    later = time.time() + 60
    assert not Examiner(empty, clock=lambda: later).examine().parts["spool"].ok
    (spool / "set_aside" / "1-1.spool").touch()
    assert "set_aside" in Examiner(empty).examine().parts["spool"].why


def test_messages_that_are_not_filed_and_replies_that_do_not_leave_are_told(empty):
    shelf, now = Shelf(queue("112", Readiness.AVAILABLE)), time.time()
    shelf.messages.incoming, shelf.messages.outgoing = now - 30, {"kannel": now - 30}
    found = Examiner(empty, shelf, clock=lambda: now).examine()
    assert found.parts["messages"].ok
    assert found.parts["replies"].ok
    found = Examiner(empty, shelf, clock=lambda: now + 60).examine()
    assert "process messages" in found.parts["messages"].why
    assert "replies by kannel do not leave" in found.parts["replies"].why


def test_a_faulty_rules_file_is_told_with_its_line(empty, tmp_path):
    file = tmp_path / "rules.yaml"
    file.write_text("agencies: {")
    settings = made_up_settings(tmp_path, **{**empty, "rules": str(file)})
    assert "rules.yaml:" in Examiner(settings).examine().parts["rules"].why


class Physician:
    def __init__(self, **whys):
        self._health = Health({name: Part(whys.get(name, "")) for name in ("asterisk", "desks", "redis")})

    def examine(self):
        return self._health


def asked(tmp_path, physician, address="127.0.0.1", **settings):
    app = Flask("test")
    app.register_blueprint(health.blueprint(made_up_settings(tmp_path, **{"public_url": "", **settings}), physician))
    return app.test_client().get("/health", environ_base={"REMOTE_ADDR": address})


@pytest.mark.parametrize(
    ("whys", "status", "code"),
    [
        ({}, "ok", 200),
        ({"redis": "away"}, "degraded", 200),
        ({"desks": "none"}, "degraded", 200),
        ({"asterisk": "away"}, "down", 503),
    ],
)
def test_it_answers_503_only_when_no_call_gets_through(tmp_path, whys, status, code):
    answer = asked(tmp_path, Physician(**whys))
    assert (answer.status_code, answer.json["status"]) == (code, status)
    assert {name: part["why"] for name, part in answer.json["parts"].items() if not part["ok"]} == whys


def test_a_stranger_learns_no_more_than_the_status(tmp_path):
    assert asked(tmp_path, Physician(), "203.0.113.5").json == {"status": "ok"}
    assert asked(tmp_path, Physician(), public_url="https://gateway.test").json == {"status": "ok"}


def test_however_often_it_is_asked_the_parts_are_looked_at_once_a_second(empty):
    now = [1000.0]
    examiner = Examiner(empty, clock=lambda: now[0])
    first = examiner.examine()
    assert examiner.examine() is first
    now[0] += 2
    assert examiner.examine() is not first
