"""Every process of the gateway, and the files that make supervisord keep them and Redis keep what it is told."""

from __future__ import annotations

import os
import resource
import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gateway import log
from gateway.channels import kamailio_conf, kannel_conf, nginx_conf
from gateway.settings import ROOT, Settings

# In the environment of all that supervisord keeps, by which they are found whatever was killed.
MARK = log.MARK
LOG_BYTES = 20_000_000
LOG_FILES = 5
# Enough for the RTP sockets of some thousand calls.
OPEN_FILES = 65_536

WORKER, WORKERS_LOG = "gateway.web.worker.Worker", "gateway.web.worker.WorkersLog"


@dataclass(frozen=True)
class Service:
    """One kept process.

    Attributes:
        rank: lower starts earlier and stops later.
        patience: seconds it may take to end its work when told to stop, before it is killed.
    """

    name: str
    command: tuple[str, ...]
    rank: int
    patience: int = 10


def services(settings: Settings) -> list[Service]:
    """The services in force, in the order they start; Redis elsewhere (``redis_url``) is not ours to keep."""
    programs = settings.natives / "bin"
    own = str(Path(sys.executable).parent / "gateway112")
    redis = Service("redis", (str(programs / "redis-server"), str(settings.run / "redis.conf")), 10)
    kannel = _kannel(settings, own) if kannel_conf.runs(settings) else []
    asterisk_conf = str(settings.state / "asterisk" / "asterisk.conf")
    return [
        *([] if settings.text("redis_url") else [redis]),
        Service("agi", (own, "agi"), 20),
        Service("asterisk", (str(programs / "asterisk"), "-f", "-C", asterisk_conf), 30),
        # After Asterisk, and stopped before it: whom it lets in somebody answers.
        *([Service("edge", (own, "edge"), 35)] if kamailio_conf.runs(settings) else []),
        Service("ami", (own, "ami"), 40),
        Service("replay", (own, "replay"), 40),
        Service("locator", (own, "locator"), 40),
        # Takes the edge's copies while the other one starts again.
        Service("locator-second", (own, "locator"), 40),
        Service("messages", (own, "messages"), 40),
        Service("worker-urgent", (own, "worker", "urgent"), 40),
        Service("worker-routine", (own, "worker", "urgent", "routine"), 40),
        # Also without a webhook: the first one must not need a new start, which ends calls.
        Service("worker-outside", (own, "worker", "outside"), 40),
        # What it is sending it ends: cut off there, nobody would know whether it left.
        Service("sender", (own, "sender"), 40, patience=30),
        Service("web", _gunicorn(settings, "web_port", "gateway.web:create_app()", 2, 64), 40),
        Service("fallback", _gunicorn(settings, "fallback_port", "gateway.web.fallback:application", 1, 16), 40),
        # One process, for it has the desks' presence; each page holds a thread of it while it listens.
        Service(
            "pages", _gunicorn(settings, "pages_port", "gateway.web.pages:create_app()", 1, 256, _pages(settings)), 40
        ),
        *([Service("front", (own, "front"), 45)] if nginx_conf.runs(settings) else []),
        *kannel,
    ]


def _kannel(settings: Settings, own: str) -> list[Service]:
    programs, conf = settings.natives / "bin", str(settings.state / "kannel" / "kannel.conf")
    # 4: on the screen, too, a panic alone.
    commands = {name: (str(programs / name), "-v", "4", conf) for name in ("bearerbox", "smsbox")}
    # Who takes its messages stops first, so that none is half given.
    return [
        Service("bearerbox", commands["bearerbox"], 40),
        Service("smsbox", commands["smsbox"], 50),
        Service("kannel", (own, "kannel"), 50),
    ]


def _gunicorn(
    settings: Settings, port: str, application: str, workers: int, threads: int, others: Sequence[str] = ()
) -> tuple[str, ...]:
    host = settings.pages_bind if port == "pages_port" else settings.text("bind")
    # No access log, and no word on malformed requests: a path may hold a location's token, and anybody could fill it.
    return (
        str(Path(sys.executable).parent / "gunicorn"), "--no-control-socket", "--chdir", str(ROOT),
        "--bind", f"{f'[{host}]' if ':' in host else host}:{settings.number(port)}", "--worker-class", WORKER,
        "--logger-class", WORKERS_LOG, "--workers", str(workers), "--threads", str(threads), "--graceful-timeout", "5",
        "--log-level", "error", *others, application,
    )  # fmt: skip


def _pages(settings: Settings) -> Sequence[str]:
    files = {"--certfile": settings.pages_certificate, "--keyfile": settings.pages_key}
    return [word for name, file in files.items() if file for word in (name, str(file))]


def write(settings: Settings) -> Path:
    """Write what the services are started from; returns supervisord's configuration."""
    (settings.state / "redis").mkdir(parents=True, exist_ok=True, mode=0o700)
    private(settings.run / "redis.conf", redis_conf(settings))
    file = settings.run / "supervisord.conf"
    private(file, supervisord_conf(settings))
    return file


def private(file: Path, text: str) -> None:
    """Replace ``file`` with ``text``, readable by its owner alone from its first instant."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = file.with_name(file.name + ".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(text)
    fresh.replace(file)


def redis_conf(settings: Settings) -> str:
    """Redis that loses nothing it has acknowledged: every write is on the disk first, and nothing is ever evicted."""
    lines = {
        "bind": settings.text("bind"),
        "port": settings.number("redis_port"),
        "requirepass": settings.secret("redis_password"),
        "dir": f'"{settings.state / "redis"}"',
        "appendonly": "yes",
        "appendfsync": "always",
        "maxmemory-policy": "noeviction",
        "save": '""',
        # Both quote the values of commands: what was slow, and what was done when it died.
        "slowlog-log-slower-than": -1,
        "crash-log-enabled": "no",
        "daemonize": "no",
        # A title is written over the environment, and with it over the mark.
        "set-proc-title": "no",
    }
    return "".join(f"{name} {value}\n" for name, value in lines.items())


def supervisord_conf(settings: Settings) -> str:
    sections: dict[str, dict[str, object]] = {
        "unix_http_server": {"file": settings.run / "supervisor.sock", "chmod": "0700"},
        "rpcinterface:supervisor": {
            "supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"
        },
        "supervisorctl": {"serverurl": f"unix://{settings.run / 'supervisor.sock'}"},
        "supervisord": _supervisor(settings),
    }
    sections |= {f"program:{service.name}": _program(service, settings) for service in services(settings)}
    return "".join(
        f"[{title}]\n" + "".join(f"{name} = {_value(value)}\n" for name, value in values.items()) + "\n"
        for title, values in sections.items()
    )


def _value(value: object) -> str:
    # supervisord replaces %(…)s in every value.
    return str(value).replace("%", "%%")


def _supervisor(settings: Settings) -> dict[str, object]:
    values: dict[str, object] = {
        "nodaemon": "true",
        "logfile": settings.state / "log" / "supervisord.log",
        "logfile_maxbytes": LOG_BYTES,
        "logfile_backups": LOG_FILES,
        "pidfile": settings.run / "supervisord.pid",
        "childlogdir": settings.state / "log",
        "directory": ROOT,
        "minfds": min(OPEN_FILES, resource.getrlimit(resource.RLIMIT_NOFILE)[1]),
    }
    # supervisord takes silence for an oversight when root runs it.
    return values | ({"user": "root"} if os.getuid() == 0 else {})


def _program(service: Service, settings: Settings) -> dict[str, object]:
    return {
        "command": shlex.join(service.command),
        "priority": service.rank,
        "autorestart": "true",
        "startsecs": 1,
        # Given up on is nothing: whatever ails it, it is tried again, a second later each time.
        "startretries": 1_000_000,
        "stopasgroup": "true",
        "killasgroup": "true",
        "stopwaitsecs": service.patience,
        "redirect_stderr": "true",
        # Asterisk keeps a log of its own. Libraries below it print what came in, numbers and addresses, when it is
        # malformed (libxml2 does): that goes nowhere.
        "stdout_logfile": "NONE" if service.name == "asterisk" else settings.state / "log" / f"{service.name}.log",
        "stdout_logfile_maxbytes": LOG_BYTES,
        "stdout_logfile_backups": LOG_FILES,
    }
