"""A victim whose telephone sends what nobody can read as it was meant, who comes through Twilio or while parts of the
gateway are away, and whose answer is refused: nothing that a whole gateway writes or prints sings of her."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import redis

from gateway.incident.timeline import Kind
from gateway.settings import ROOT
from tests.live import odd_requests
from tests.live.asterisk_server import environment
from tests.live.desk import Desk
from tests.live.edge_nodes import Line
from tests.live.gateway_process import GatewayProcess
from tests.live.traces import KEPT, open_to_others, singing, titles
from tests.live.victim import CANARIES, NUMBER, TEXT, Victim
from tests.live.wait import until
from tests.ports import free_port
from tests.twilio_messaging import Messaging
from tests.twilio_network import OverHttp
from tests.twilio_stand_in import HANG_UP, Lost, Number, Twilio

PUBLIC, FALLBACK, TOKEN = "https://gateway.test", "https://fallback.test", "a-token-for-tests"
TWILIO = {
    "public_url": PUBLIC, "fallback_url": FALLBACK, "twilio_auth_tokens": TOKEN,
    "twilio_account_sid": "AC" + "0" * 32, "sms_number": "+622100000112", "monitoring_token": "a-token-for-monitoring",
}  # fmt: skip
IMS = "127.0.0.3"

ASTERISKS = "asterisk/lib/astdb"
"""What Asterisk keeps until the gateway has it."""


def rules(folder: Path, port: int) -> Path:
    """The shipped ones, with an IMS network that brings messages and takes answers."""
    text = (ROOT / "routing_rules.yaml").read_text(encoding="utf-8")
    assert text.count("\ntrunks: {}\n") == 1
    trunk = f"\ntrunks:\n  ims:\n    addresses: [{IMS}]\n    outgoing: {IMS}:{port}\n"
    file = folder / "rules.yaml"
    file.write_text(text.replace("\ntrunks: {}\n", trunk), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayProcess]:
    folder = tmp_path_factory.mktemp("canary_odd")
    port = free_port()
    environ = environment(folder / "state", rules(folder, port))
    environ |= {f"GATEWAY112_{name.upper()}": value for name, value in TWILIO.items()}
    # Nobody is reached at Twilio.
    process = GatewayProcess(environ | {"HTTPS_PROXY": f"http://127.0.0.1:{free_port()}", "IMS": str(port)})
    yield process.prepare().start()
    process.end()


def supervise(gateway: GatewayProcess, *words: str) -> None:
    program = Path(sys.executable).parent / "supervisorctl"
    command = [program, "-c", gateway.settings.run / "supervisord.conf", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "ERROR" not in done.stdout, done.stdout


class OddVictim(Victim):
    """
    Attributes:
        statuses: of her odd calls and messages.
    """

    def __init__(self, gateway: GatewayProcess, folder: Path):
        super().__init__(gateway, folder)
        self.gateway = gateway
        self.statuses: list[int] = []
        self.asterisk = ("127.0.0.1", self.settings.asterisk_port)
        self.edge = ("127.0.0.1", self.settings.number("sip_port"))
        self.ims = Desk("ims", "", self.edge, host=IMS, port=int(gateway.environ["IMS"]))

    def goes(self) -> None:
        self.ims.close()
        super().goes()

    def sends_what_is_odd(self) -> None:
        self.statuses += [*odd_requests.calls(self.edge), *odd_requests.messages(self.edge)]
        odd_requests.noise(self.settings, (self.edge, self.asterisk))

    def writes_by_sip(self, text: str) -> None:
        kind = "Content-Type: text/plain;charset=UTF-8"
        answer = self.ims.request("MESSAGE", "", kind, to="sip:112@127.0.0.1", from_user=NUMBER, body=text.encode())
        assert answer.start.startswith("SIP/2.0 202"), answer

    def comes_while_the_gateway_is_away(self) -> list[str]:
        """By message and call; returns the files that sing of her then, besides those where she belongs."""
        away = ("web", "ami", "agi")
        supervise(self.gateway, "stop", *away)
        self.writes_by_sip("kanari tanpa gateway")
        with contextlib.closing(Line(self.edge)) as line:
            line.send(odd_requests.head(line, "INVITE"), line.voice.description())
            line.final()
            line.within("ACK")
            line.within("BYE")
        until(lambda: b"g112-unseen/" in self._of_asterisk(), what="Asterisk keeps that she called")
        found = singing(self.settings.state, CANARIES, KEPT)
        supervise(self.gateway, "start", *away)
        until(lambda: "tanpa gateway" in self.texts(), what="her message is taken")
        return list(found)

    def _of_asterisk(self) -> bytes:
        return b"".join(file.read_bytes() for file in (self.settings.state / "asterisk" / "lib").glob("astdb*"))

    def is_answered(self) -> None:
        """Over the network that she writes by, which takes one answer and refuses the next."""
        self.writes_by_sip(TEXT)
        until(lambda: "gebukin" in repr(self.told()), what="her text is in her case")
        case = f"/api/cases/{self.incident}"
        self.police.post(f"{case}/accept")
        self.police.post(f"{case}/consent", safe_to_call="yes", share="no", note="suami kanari")
        for text in ("Aman, kanari?", "Di mana, kanari?"):
            warned = self.police.post(f"{case}/write", text=text)
            self.police.post(f"{case}/confirm", draft=warned.get("warned", {}).get("draft", ""))
        until(lambda: any(b"anari?" in each.body for each in self.ims.messages), what="an answer came to her network")

    def comes_through_twilio(self) -> None:
        """Taken, taken by the fallback, refused; and called, with a leg that fails."""
        places = {
            origin: f"http://127.0.0.1:{self.settings.number(port)}"
            for origin, port in ((PUBLIC, "web_port"), (FALLBACK, "fallback_port"))
        }
        number = Number(f"{PUBLIC}/twilio/voice", TOKEN, f"{FALLBACK}/voice.xml", f"{PUBLIC}/twilio/voice/status")
        twilio = Twilio(number, OverHttp(places))
        twilio.call(["1", "2"], ["failed", "no-answer", HANG_UP], caller=NUMBER, CallerName="Kanari")
        door, fallback = f"{PUBLIC}/messages/twilio/incoming", f"{FALLBACK}/messages/twilio/incoming"
        Messaging(twilio, door).write("kanari lewat twilio", NUMBER)
        Messaging(twilio, fallback).write("kanari lewat belakang", NUMBER)
        stranger = Twilio(replace(number, token="a guess"), twilio.network)
        for url in (door, fallback, f"{PUBLIC}/messages/twilio/receipt/kanari{NUMBER}"):
            with pytest.raises(Lost):
                Messaging(stranger, url).write("kanari", NUMBER)
        for values in ({"MessageSid": "kanari"}, {"From": "kanari" * 99}, {"Body": "kanari\0" * 9999}):
            with contextlib.suppress(Lost):
                Messaging(twilio, door).announce(Messaging(twilio, door).form("kanari", NUMBER) | values)
        for path in ("", "/key?at=kanari", "/dialled?at=kanari120077777", "/status"):
            twilio.post(f"{PUBLIC}/twilio/voice{path}", twilio.form(f"kanari {NUMBER}", NUMBER))
        until(
            lambda: "lewat twilio" in self.texts() and "lewat belakang" in self.texts(), what="what she wrote is there"
        )

    def texts(self) -> str:
        """All that her timelines say."""
        return repr(self.told())

    def prints(self) -> str:
        """What the commands print that somebody looks at while she waits, and what monitoring is told."""
        commands = (("watch", "--once"), ("dead",), ("check",), ("desks",), ("reconcile",))
        told = [done.stdout + done.stderr for done in (self.gateway.command(*words) for words in commands)]
        for page in ("health", "metrics"):
            address = f"http://127.0.0.1:{self.settings.number('web_port')}/{page}"
            token = {"Authorization": f"Bearer {TWILIO['monitoring_token']}"}
            told.append(
                urllib.request.urlopen(urllib.request.Request(address, headers=token), timeout=20).read().decode()
            )
        return "\n".join(told)


@pytest.fixture(scope="module")
def victim(gateway: GatewayProcess, tmp_path_factory: pytest.TempPathFactory) -> OddVictim:
    return OddVictim(gateway, tmp_path_factory.mktemp("odd_victim"))


def test_what_nobody_can_read_stands_in_no_log(victim: OddVictim) -> None:
    victim.sends_what_is_odd()
    assert {200, 400} <= set(victim.statuses)
    assert any(entry.data.get("original") for entry in victim.told() if entry.kind is Kind.EVIDENCE_REFUSED)
    assert singing(victim.settings.state, CANARIES, KEPT) == {}


def test_what_comes_while_the_gateway_is_away_is_asterisks_alone(victim: OddVictim) -> None:
    found = victim.comes_while_the_gateway_is_away()
    state = victim.settings.state
    assert found
    assert [file for file in found if not file.startswith(str(state / ASTERISKS))] == []
    assert open_to_others(state, found) == []


def test_an_answer_over_sip_stands_in_no_log(victim: OddVictim) -> None:
    victim.is_answered()
    assert singing(victim.settings.state, CANARIES, (*KEPT, ASTERISKS)) == {}


def test_what_comes_through_twilio_stands_in_no_log(victim: OddVictim) -> None:
    victim.comes_through_twilio()
    assert any((victim.settings.state / "quarantine").iterdir())
    assert singing(victim.settings.state, CANARIES, (*KEPT, ASTERISKS)) == {}
    assert open_to_others(victim.settings.state, list(singing(victim.settings.state, CANARIES))) == []


def test_no_job_is_described_by_what_it_is_about(victim: OddVictim) -> None:
    jobs = [victim.store.redis.hgetall(key) for key in victim.store.redis.scan_iter("rq:job:*", count=1000)]
    assert jobs
    assert not [job for job in jobs if any(each in repr(job) for each in (*CANARIES, "violence"))]


def test_nothing_that_is_looked_at_on_the_machine_sings(gateway: GatewayProcess, victim: OddVictim) -> None:
    printed = victim.prints()
    assert "gateway112_" in printed
    # `watch` shows where who waits is.
    assert not [line for line in printed.splitlines() if any(each in line for each in CANARIES[:2])]
    assert not [title for title in titles(gateway).values() if any(each in title for each in CANARIES)]


def test_no_other_agency_heard_of_any_of_it(victim: OddVictim) -> None:
    assert victim.incident in victim.police.told
    for visitor in victim.others:
        assert "event: beat" in visitor.told
        assert not [each for each in (*CANARIES, victim.incident, "violence") if each in visitor.told]


def test_a_redis_that_dies_writes_down_nothing_of_what_it_was_asked(gateway: GatewayProcess, victim: OddVictim) -> None:
    server = victim.store.redis
    assert server.slowlog_len() == 0
    [number] = [number for number, name in gateway.processes.items() if "redis-server" in name]
    stuck = threading.Thread(target=_asks_for_ever, args=(server,), daemon=True)
    stuck.start()
    until(lambda: _is_busy(server), what="Redis is at it")
    os.kill(number, signal.SIGSEGV)
    stuck.join(60)
    until(lambda: number not in gateway.processes and not _is_busy(server), what="another one is there")
    assert singing(victim.settings.state, CANARIES, (*KEPT, ASTERISKS)) == {}


def _asks_for_ever(server: redis.Redis) -> None:
    connection = redis.Redis(connection_pool=redis.ConnectionPool(**server.connection_pool.connection_kwargs))
    with contextlib.suppress(redis.RedisError, OSError):
        connection.eval("while true do end", 0, f"kanari {NUMBER}")


def _is_busy(server: redis.Redis) -> bool:
    try:
        server.ping()
    except redis.RedisError:
        return True
    return False


def test_nothing_is_written_of_it_at_the_end(gateway: GatewayProcess, victim: OddVictim) -> None:
    victim.goes()
    gateway.end()
    assert singing(victim.settings.state, CANARIES, (*KEPT, ASTERISKS)) == {}
