"""The gateway as Twilio meets it: web application and fallback document under gunicorn, FastAGI and the watch over the
queues, Redis; and a Twilio that dials into the city's Asterisk with a real SIP call.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

from gateway import settings as table
from gateway.channels.twilio import write_fallback
from gateway.incident.timeline import Entry
from gateway.settings import ROOT
from gateway.store import Store
from tests.live.caller import Caller
from tests.live.conftest import City
from tests.live.redis_server import RedisServer
from tests.live.wait import until
from tests.twilio_network import OverHttp
from tests.twilio_stand_in import Number, Twilio
from tests.twiml import Leg

PUBLIC, FALLBACK, TOKEN = "https://gateway.test", "https://fallback.test", "a-token-for-tests"
OPERATORS = "+622100000113"
TRUNK = "127.0.0.4"
"""The address that the trunk ``twilio`` of the test's rules calls from."""


class TwilioDoor:
    """Starts and stops everything; ``twilio.call(…, [door.asterisk])`` is a caller whose leg Asterisk gets."""

    def __init__(self, city: City, folder: Path):
        self.city = city
        self.redis = RedisServer(folder / "redis")
        own = {
            "redis_url": f"redis://127.0.0.1:{self.redis.port}/0", "public_url": PUBLIC, "twilio_auth_tokens": TOKEN,
            "twilio_account_sid": "AC" + "0" * 32, "twilio_operators_number": OPERATORS,
        }  # fmt: skip
        self.environ = city.environ | {f"GATEWAY112_{name.upper()}": value for name, value in own.items()}
        self.settings = table.read(self.environ)
        self.store = Store(self.settings)
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._log = (folder / "processes.log").open("ab")
        places = {
            origin: f"http://127.0.0.1:{self.port(name)}" for origin, name in ((PUBLIC, "web"), (FALLBACK, "fallback"))
        }
        number = Number(
            f"{PUBLIC}/twilio/voice", TOKEN, f"{FALLBACK}/voice.xml", f"{PUBLIC}/twilio/voice/status", seconds=5
        )
        self.twilio = Twilio(number, OverHttp(places))

    def port(self, name: str) -> int:
        return self.settings.number(f"{name}_port")

    def start(self, *names: str) -> None:
        """All of it, or only these processes."""
        for name in names or ("redis", "agi", "ami", "web", "fallback"):
            if name == "redis":
                self.redis.start()
            else:
                self._start(name)
        for name in names or ("agi", "web", "fallback"):
            if name not in ("redis", "ami"):
                until(lambda name=name: _listens(self.port(name)), 30, f"{name} listens")  # type: ignore[misc]

    def kill(self, *names: str) -> None:
        for name in names:
            if name == "redis":
                self.redis.kill()
            elif process := self._processes.pop(name, None):
                process.kill()
                process.wait()
                if name in ("web", "fallback"):
                    # Gunicorn's workers outlive their master for a moment.
                    until(lambda name=name: not _listens(self.port(name)), 30, f"{name} is gone")  # type: ignore[misc]

    def stop(self) -> None:
        for process in self._processes.values():
            process.terminate()
        for process in self._processes.values():
            process.wait(20)
        self._processes.clear()
        self.redis.kill()
        self._log.close()

    def asterisk(self, leg: Leg) -> str:
        """Twilio's leg into our Asterisk: a desk speaks with the caller and hangs up."""
        caller = self.dial(leg)
        until(
            lambda: any(desk.invitations and desk.call.answered_at for desk in self.city._desks), 15, "a desk answers"
        )
        desk = next(desk for desk in self.city._desks if desk.invitations and desk.call.answered_at)
        # What Twilio is told next depends on what the watch over the queues has seen.
        incident = leg.headers.get("X-Incident-ID")
        if incident and "redis" not in self.away and "ami" in self._processes:
            until(lambda: "answered" in self.kinds(incident), 10, "the timeline says who answered")
        desk.hang_up()
        until(lambda: not caller.there, 10, "the desk's hang-up reaches Twilio")
        return "completed"

    def dial(self, leg: Leg) -> Caller:
        assert leg.to == f"sip:112@127.0.0.1:{self.settings.number('sip_port')}"
        headers = tuple(f"{name}: {value}" for name, value in leg.headers.items())
        return self.city.call(address=TRUNK, headers=headers).wait_for(200)

    @property
    def away(self) -> set[str]:
        return set() if self.redis.process else {"redis"}

    def timeline(self, incident: str) -> list[Entry]:
        return self.store.timeline(incident)

    def kinds(self, incident: str) -> list[str]:
        return [entry.kind.value for entry in self.timeline(incident)]

    def _start(self, name: str) -> None:
        gunicorn = [sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--workers", "1", "--threads", "8"]
        if name == "fallback":
            write_fallback(self.settings)
        commands = {
            "agi": [sys.executable, "-m", "gateway", "agi"],
            "ami": [sys.executable, "-m", "gateway", "ami"],
            "web": [*gunicorn, "--bind", f"127.0.0.1:{self.port('web')}", "gateway.web:create_app()"],
            "fallback": [*gunicorn, "--bind", f"127.0.0.1:{self.port('fallback')}", "gateway.web.fallback:application"],
        }
        self._processes[name] = subprocess.Popen(
            commands[name], cwd=ROOT, env=os.environ | self.environ, stdin=subprocess.DEVNULL,
            stdout=self._log, stderr=self._log,
        )  # fmt: skip


def _listens(port: int) -> bool:
    with socket.socket() as door:
        return door.connect_ex(("127.0.0.1", port)) == 0
