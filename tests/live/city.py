"""A small city for the live tests: one Asterisk for all, its desks and its callers."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from gateway import settings as table
from gateway.calls.credentials import Credentials
from gateway.channels.ami import Manager
from gateway.channels.asterisk import desk_password
from gateway.rules import load
from gateway.rules.rulebook import DeskKind
from gateway.settings import ROOT
from tests.live.asterisk_server import AsteriskServer, environment
from tests.live.caller import Caller, Crowd
from tests.live.desk import Desk
from tests.live.parts import Parts
from tests.live.redis_server import RedisServer
from tests.live.sounds import write_sounds
from tests.live.wait import until
from tests.ports import free_port

HERE = Path(__file__).parent


class City:
    """The running Asterisk and who is connected to it.

    Args:
        of: the agencies of its rules; bound: seconds that a caller with a bound waits at most, by default so many that
            no test comes near it.

    Attributes:
        environ: environment in which a process of the gateway belongs to this city.
        neighbour_port: where the trunk ``neighbour`` takes our calls.
        door: where the network's calls come in.
    """

    def __init__(self, folder: Path, of: Path = HERE / "rules.yaml", bound: int = 600, **settings: str):
        self.folder = folder
        self.neighbour_port = free_port()
        rules = folder / "rules.yaml"
        rules.write_text(_rules(of, self.neighbour_port, bound), encoding="utf-8")
        self.redis = RedisServer(folder / "redis")
        self.environ = environment(folder / "state", rules)
        self.environ["GATEWAY112_REDIS_URL"] = f"redis://127.0.0.1:{self.redis.port}/0"
        self.environ |= {f"GATEWAY112_{name.upper()}": value for name, value in ({"edge": "no"} | settings).items()}
        self.settings = table.read(self.environ)
        (self.settings.state / "trunks.toml").write_text('exchange = "a-password"\n', encoding="utf-8")
        write_sounds(self.settings.state / "sounds")
        self.asterisk = AsteriskServer(self.settings, load(rules))
        self.door = ("127.0.0.1", self.settings.number("sip_port"))
        self.sipp = self.settings.natives / "bin" / "sipp"
        self._numbers = itertools.count(1)
        self.desks: list[Desk] = []
        self._callers: list[Caller] = []
        self._crowds: list[Crowd] = []

    def desk(self, name: str, answers_after: float | None = 0.0, password: str = "") -> Desk:
        """A desk that is registered, and known to be free to its queue; a browser's is on duty."""
        desk = Desk(name, password or self._password(name), self.asterisk.address, answers_after)
        self.desks.append(desk)
        assert desk.register() == 200
        queue = name.partition("-")[0]
        until(
            lambda: (
                f"{name} (PJSIP/{name}) (ringinuse disabled) (Not in use)"
                in self.asterisk.console(f"queue show {queue}")
            )
        )
        return desk

    def _password(self, name: str) -> str:
        desks = {desk.id: desk for agency in self.asterisk.rulebook.agencies.values() for desk in agency.desks}
        if name not in desks or desks[name].kind is DeskKind.TELEPHONE:
            return desk_password(self.settings, name)
        with Manager(self.settings) as manager:
            manager.pause(name, False)
            return Credentials(manager).mint(name, time.time()).password

    def neighbour(self, answers_after: float | None = 0.0) -> Desk:
        """Who answers the calls that go out over the trunk ``neighbour``."""
        desk = Desk("neighbour", "", self.asterisk.address, answers_after, port=self.neighbour_port)
        self.desks.append(desk)
        return desk

    def call(self, **how: object) -> Caller:
        caller = Caller(self.sipp, self.folder / f"caller-{next(self._numbers)}", self.door, **how)  # type: ignore[arg-type]
        self._callers.append(caller)
        return caller

    def crowd(self, numbers: Sequence[str], per_second: int, key: str) -> Crowd:
        folder = self.folder / f"crowd-{next(self._numbers)}"
        crowd = Crowd(self.sipp, folder, self.door, numbers, per_second, key)
        self._crowds.append(crowd)
        return crowd

    @contextmanager
    def running(self, *names: str) -> Iterator[Parts]:
        """The gateway's own processes of these names, until the end."""
        parts = Parts(self.settings, self.environ, self.redis)
        try:
            parts.start(*names)
            yield parts
        finally:
            parts.stop()

    def clear(self) -> None:
        """Everybody goes home; the next test finds the city empty."""
        for caller in self._callers:
            caller.hang_up()
        for crowd in self._crowds:
            crowd.end()
        for desk in self.desks:
            if desk.name != "neighbour":
                (desk if desk.open else desk.twin()).register(expires=0)
            desk.close()
        self._callers, self._crowds, self.desks = [], [], []
        until(self._hung_up, what="no channels are left")

    def _hung_up(self) -> bool:
        self.asterisk.console("channel request hangup all")
        return self.asterisk.idle()


def _rules(of: Path, neighbour_port: int, bound: int) -> str:
    """The test's agencies with the project's own rules, but for how long somebody waits at most."""
    real = (ROOT / "routing_rules.yaml").read_text(encoding="utf-8")
    rules = real[real.index("\nrules:") + 1 : real.index("\npolicies:") + 1]
    text = of.read_text(encoding="utf-8")
    rules = re.sub(r"wait_at_most: \d+", f"wait_at_most: {bound}", rules)
    return text.replace("rules: RULES\n", rules).replace("NEIGHBOUR", str(neighbour_port))
