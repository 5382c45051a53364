"""What files messages is killed, and the store with it: every message is filed, in its order, once."""

import threading
import time

import pytest

from gateway import settings as table
from gateway.incident.timeline import Kind
from gateway.journal import open_journal
from gateway.messages.incoming import LEASE
from gateway.messages.part import Part, received
from gateway.settings import ROOT
from gateway.store import Store
from tests.live.asterisk_server import environment
from tests.live.parts import Parts
from tests.live.redis_server import RedisServer
from tests.live.wait import until

WRITERS = 50
EACH = 20


class Town:
    """Redis, two processes that file messages, and one that brings to Redis what had to wait for it."""

    def __init__(self, folder):
        self.redis = RedisServer(folder / "redis")
        self.environ = environment(folder / "state", ROOT / "routing_rules.yaml")
        self.environ["GATEWAY112_REDIS_URL"] = f"redis://127.0.0.1:{self.redis.port}/0"
        self.settings = table.read(self.environ)
        (self.settings.state / "log").mkdir(parents=True, exist_ok=True)
        self.parts, self.others = (Parts(self.settings, self.environ, self.redis) for _ in range(2))
        self.store = Store(self.settings)
        self.journal = open_journal(self.settings, "door")

    def start(self):
        self.parts.start("redis", "messages", "replay")
        self.others.start("messages")
        until(self.leader, what="one of them leads")

    def stop(self):
        self.others.stop()
        self.parts.stop()

    def leader(self):
        holder = self.store.redis.get(f"lease:{LEASE}")
        return holder.decode() if holder else ""

    def kill_leader(self):
        """Whichever of the two it is; the other one takes over, and it comes back."""
        pid = self.leader().split(":")[1]
        for parts in (self.parts, self.others):
            if str(parts.pid("messages")) == pid:
                parts.kill("messages")
                parts.start("messages")

    def write(self, writer, number):
        """One message, in two parts each fifth time, as a channel's door takes it."""
        now = time.time()
        text = f"{number} tolong fire".encode()
        bodies = [text] if number % 5 else [text[:6], text[6:]]
        for place, body in enumerate(bodies, 1):
            part = Part(
                "kannel", "smsc", f"{writer}.{number}.{place}", f"+6281200{writer:06d}", "112", body, "utf-8", now,
                reference=number if len(bodies) > 1 else None, total=len(bodies), number=place,
            )  # fmt: skip
            until(lambda part=part: self.journal.keep([received(part)]), what="it is kept")

    def numbers(self):
        """By incident, the numbers of its messages as they stand in its timeline."""
        found = {}
        for incident in self.store.recent(WRITERS + 10):
            told = [e for e in self.store.timeline(incident.id) if e.kind is Kind.MESSAGE and not e.data["missing"]]
            found[incident.id] = [int(entry.data["text"].split()[0]) for entry in told]
        return found


@pytest.fixture
def town(tmp_path):
    town = Town(tmp_path)
    try:
        town.start()
        yield town
    finally:
        town.stop()


def all_written(town, disturb):
    """Every writer writes, while something else happens."""

    def one(writer):
        for number in range(EACH):
            town.write(writer, number)
            time.sleep(0.05)

    threads = [threading.Thread(target=one, args=(writer,)) for writer in range(WRITERS)]
    for thread in threads:
        thread.start()
    disturb()
    for thread in threads:
        thread.join()


def test_redis_and_who_files_are_killed_while_a_thousand_messages_come_and_each_is_filed_once_in_its_order(town):
    def disturb():
        until(lambda: town.store.redis.zcard("incidents") >= WRITERS, what="some are filed")
        town.kill_leader()
        town.parts.kill("redis")
        until(lambda: waiting(town), what="some wait on the disk")
        town.parts.start("redis")

    all_written(town, disturb)
    until(lambda: town.store.messages.incoming_length() == 0 and not waiting(town), what="all are filed")
    assert town.numbers() == {incident: list(range(EACH)) for incident in town.numbers()}
    assert len(town.numbers()) == WRITERS
    assert len(town.store.waits.everybody()) == WRITERS


def waiting(town):
    return list((town.settings.state / "spool").glob("*.spool"))


def test_when_the_one_that_files_dies_another_does(town):
    town.write(1, 1)
    until(lambda: town.store.messages.incoming_length() == 0, what="the first is filed")
    first = town.leader()
    town.kill_leader()
    town.write(1, 2)
    until(lambda: town.store.messages.incoming_length() == 0, what="the second is filed")
    assert town.leader() != first
    assert list(town.numbers().values()) == [[1, 2]]
