"""Messages through Twilio at real servers: whatever happens to one of ours, what Twilio announced is kept, and once."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from gateway import settings as table
from gateway.incident.timeline import Kind
from gateway.messages.part import Part
from gateway.settings import ROOT
from gateway.store import GATEWAY, Store
from tests.live.asterisk_server import environment
from tests.live.parts import Parts
from tests.live.redis_server import RedisServer
from tests.live.wait import until
from tests.twilio_messaging import Messaging
from tests.twilio_network import OverHttp
from tests.twilio_stand_in import Lost, Number, Twilio

PUBLIC, FALLBACK, TOKEN = "https://gateway.test", "https://fallback.test", "a-token-for-tests"
WRITER = "+6281200000001"


class Door:
    """Web application, fallback and Redis, and a Twilio number that leads to them."""

    def __init__(self, folder: Path):
        own = {
            "public_url": PUBLIC, "fallback_url": FALLBACK, "twilio_auth_tokens": TOKEN,
            "twilio_account_sid": "AC" + "0" * 32, "sms_number": "+622100000112",
        }  # fmt: skip
        self.redis = RedisServer(folder / "redis")
        environ = environment(folder / "state", ROOT / "routing_rules.yaml")
        environ["GATEWAY112_REDIS_URL"] = f"redis://127.0.0.1:{self.redis.port}/0"
        environ |= {f"GATEWAY112_{name.upper()}": value for name, value in own.items()}
        self.settings = table.read(environ)
        (self.settings.state / "log").mkdir(parents=True, exist_ok=True)
        self.parts = Parts(self.settings, environ, self.redis)
        self.places = {
            origin: f"http://127.0.0.1:{self.settings.number(port)}"
            for origin, port in ((PUBLIC, "web_port"), (FALLBACK, "fallback_port"))
        }
        self.twilio = Twilio(Number("", TOKEN, seconds=3), OverHttp(self.places))
        path = "/messages/twilio/incoming"
        self.messaging = Messaging(self.twilio, f"{PUBLIC}{path}#rc=1&rp=all&rt=1500", f"{FALLBACK}{path}")

    @property
    def store(self) -> Store:
        return Store(self.settings)

    def came(self) -> list[Part]:
        return [Part.from_dict(entry.data) for _, entry in self.store.messages.incoming(count=1000, wait=0.01)]

    def texts(self) -> list[str]:
        return sorted(part.body.decode() for part in self.came())


@pytest.fixture(scope="module")
def whole_door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    door = Door(tmp_path_factory.mktemp("twilio"))
    try:
        yield door
    finally:
        door.parts.stop()


@pytest.fixture
def door(whole_door: Door) -> Door:
    whole_door.parts.start("redis", "web", "fallback", "replay")
    whole_door.store.redis.flushall()
    return whole_door


def answers(door: Door, origin: str) -> bool:
    try:
        return door.twilio.network.request("GET", f"{origin}/", {}, b"", 1.0).status < 500
    except Exception:
        return False


def test_a_text_is_kept_as_it_was_written(door: Door) -> None:
    text = 'dia di sini 🌊 "q" <b>&amp;\n\x1b[31m ${x} %s'
    door.messaging.write(text)
    (part,) = door.came()
    assert (part.body.decode(), part.source, part.connector) == (text, WRITER, "+622100000112")


def test_a_message_announced_fifty_times_at_once_is_one(door: Door) -> None:
    form = door.messaging.form("tolong", WRITER)
    with ThreadPoolExecutor(50) as pool:
        assert set(pool.map(lambda _: door.messaging.announce(form), range(50))) == {door.messaging.url}
    assert door.texts() == ["tolong"]


def test_while_the_application_is_away_the_fallback_keeps_messages(door: Door) -> None:
    form = door.messaging.form("sebelum", WRITER)
    door.messaging.announce(form)
    door.parts.kill("web")
    assert door.messaging.announce(door.messaging.form("sesudah", WRITER)) == door.messaging.fallback_url
    # Twilio cannot know whether the first attempt was kept: it may announce by both.
    assert door.messaging.announce(form) == door.messaging.fallback_url
    assert door.texts() == ["sebelum", "sesudah"]


def test_while_the_application_hangs_the_fallback_keeps_messages(door: Door) -> None:
    process = door.parts._running["web"]
    os.killpg(process.pid, signal.SIGSTOP)
    try:
        assert door.messaging.announce(door.messaging.form("menunggu", WRITER)) == door.messaging.fallback_url
    finally:
        os.killpg(process.pid, signal.SIGCONT)
    assert "menunggu" in door.texts()
    # What hung takes the announcements it was given, late: they are the same message.
    until(lambda: answers(door, PUBLIC))
    assert door.texts() == ["menunggu"]
    door.parts.kill("web")  # with whatever it has not looked at yet


class Faulty(BaseHTTPRequestHandler):
    """A proxy that has lost the application."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(500)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Says nothing."""


def test_an_error_of_the_proxy_leads_to_the_fallback(door: Door) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Faulty) as proxy:
        Thread(target=proxy.serve_forever, daemon=True).start()
        places = door.places | {PUBLIC: f"http://127.0.0.1:{proxy.server_port}"}
        lost_way = replace(door.messaging, twilio=Twilio(door.twilio.number, OverHttp(places)))
        assert lost_way.announce(lost_way.form("lewat belakang", WRITER)) == lost_way.fallback_url
        proxy.shutdown()
    assert door.texts() == ["lewat belakang"]


def test_while_redis_is_away_messages_are_acknowledged_and_come_when_it_is_back(door: Door) -> None:
    door.parts.kill("redis")
    for number in range(10):
        door.messaging.write(f"pesan {number}")
    door.parts.start("redis")
    until(lambda: len(door.texts()) == 10, what="the spool is replayed")
    assert [part.body.decode() for part in sorted(door.came(), key=lambda part: part.at)] == [
        f"pesan {number}" for number in range(10)
    ]


def test_without_application_and_redis_the_fallback_still_keeps_messages(door: Door) -> None:
    door.parts.kill("web", "redis")
    assert door.messaging.announce(door.messaging.form("sendirian", WRITER)) == door.messaging.fallback_url
    door.parts.start("redis")
    until(lambda: door.texts() == ["sendirian"], what="the spool is replayed")


def test_who_is_not_twilio_gets_nothing_in_by_either_door(door: Door) -> None:
    other = replace(door.twilio.number, token="a guess")
    stranger = replace(door.messaging, twilio=Twilio(other, door.twilio.network))
    with pytest.raises(Lost, match=r"403.*403"):
        stranger.write("palsu")
    assert door.texts() == []
    alarms = [str(entry.data["what"]) for entry in door.store.timeline(GATEWAY) if entry.kind is Kind.ALARM]
    assert alarms
    assert all(WRITER not in alarm and "palsu" not in alarm for alarm in alarms)
