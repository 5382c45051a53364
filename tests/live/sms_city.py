"""A city that writes: Redis, the web application, Kannel and its trial network, what reads and answers messages."""

from __future__ import annotations

from pathlib import Path

from gateway import settings as table
from gateway.settings import ROOT
from gateway.store import Store
from tests.live.asterisk_server import environment
from tests.live.kannel_server import KannelServer, MobileNetwork
from tests.live.parts import Parts
from tests.live.redis_server import RedisServer

PROCESSES = ("web", "messages", "sender", "replay")


class SmsCity:
    """The running gateway for messages; its telephones are ``network``.

    Attributes:
        environ: environment in which a process of the gateway belongs to this city.
        parts: the gateway's own processes, each of which can be killed and started again.
        kannel: Kannel's two.
    """

    def __init__(self, folder: Path, **settings: str):
        self.redis = RedisServer(folder / "redis")
        self.environ = environment(folder / "state", ROOT / "routing_rules.yaml")
        self.environ["GATEWAY112_REDIS_URL"] = f"redis://127.0.0.1:{self.redis.port}/0"
        self.environ |= {f"GATEWAY112_{name.upper()}": value for name, value in settings.items()}
        self.settings = table.read(self.environ)
        (self.settings.state / "log").mkdir(parents=True, exist_ok=True)
        self.store = Store(self.settings)
        self.parts = Parts(self.settings, self.environ, self.redis)
        self.kannel = KannelServer(self.settings)
        self._network: MobileNetwork | None = None

    def start(self) -> SmsCity:
        self.kannel.start()
        self.parts.start("redis", "kannel", *PROCESSES)
        return self

    @property
    def network(self) -> MobileNetwork:
        """The telephones; after Kannel was started again, connected anew."""
        if self._network is None:
            self._network = self.kannel.network()
        return self._network

    def hang_up(self) -> None:
        """The telephones lose their network."""
        if self._network is not None:
            self._network.close()
            self._network = None

    def stop(self) -> None:
        self.hang_up()
        self.kannel.stop()
        self.parts.stop()
