"""The gateway's own processes for a city, each of which can be killed and started again."""

from __future__ import annotations

import os
import signal
import subprocess
import time

from gateway.queues.snapshot import last
from gateway.running.readiness import questions
from gateway.running.services import Service, services
from gateway.settings import ROOT, Settings
from gateway.store import Store
from tests.live.redis_server import RedisServer
from tests.live.wait import until

ANSWERING = ("agi", "web", "fallback", "pages", "locator")


class Parts:
    """Redis, and the services by their names in gateway/running/services.py, in process groups of their own."""

    def __init__(self, settings: Settings, environ: dict[str, str], redis: RedisServer):
        self.settings = settings
        self.redis = redis
        self._environ = {**os.environ, **environ}
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, *names: str) -> None:
        """Start those that do not run; returns when they answer, and when ``ami`` watches the queues."""
        if "redis" in names and self.redis.process is None:
            self.redis.start()
        new = [name for name in names if name != "redis" and name not in self._running]
        for name in new:
            self._running[name] = self._spawn(self.service(name))
        asked = questions(self.settings)
        for name in names:
            if name in ANSWERING:
                until(lambda name=name: self._lives(name) and asked[name](), what=f"{name} answers")  # type: ignore[misc]
        if "ami" in new and self.redis.process is not None:
            self.watch_queues()

    def watch_queues(self) -> None:
        """Returns when the process ``ami``, which runs, watches the queues from now on."""
        store, now = Store(self.settings), time.time()
        until(lambda: (snapshot := last(store)) and snapshot.at > now, what="the queues are watched")

    def service(self, name: str) -> Service:
        return next(service for service in services(self.settings) if service.name == name)

    def kill(self, *names: str) -> None:
        """As the kernel would, without a word."""
        for name in names:
            if name == "redis":
                self.redis.kill()
            elif name in self._running:
                process = self._running.pop(name)
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def freeze(self, name: str) -> None:
        """It keeps its connections but does nothing more."""
        os.killpg(self._running[name].pid, signal.SIGSTOP)

    def thaw(self, name: str) -> None:
        if name in self._running:
            os.killpg(self._running[name].pid, signal.SIGCONT)

    def stop(self) -> None:
        self.kill("redis", *list(self._running))

    def pid(self, name: str) -> int:
        return self._running[name].pid

    def log(self, name: str) -> str:
        return (self.settings.state / "log" / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def _spawn(self, service: Service) -> subprocess.Popen[bytes]:
        with (self.settings.state / "log" / f"{service.name}.log").open("ab") as out:
            return subprocess.Popen(
                service.command, env=self._environ, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                start_new_session=True,
            )  # fmt: skip

    def _lives(self, name: str) -> bool:
        assert self._running[name].poll() is None, self.log(name)[-2000:]
        return True
