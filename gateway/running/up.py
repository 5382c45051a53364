"""``gateway112 up``: check, start every service under supervisord, wait until each answers, say what listens where,
and stop everything on Ctrl-C.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from gateway.accounts import first_start
from gateway.incident.errors import Refused
from gateway.rules import load
from gateway.running import doors, leftovers, services
from gateway.running.misspelt import misspelt
from gateway.running.readiness import questions
from gateway.settings import ROOT, Settings
from gateway.setup.progress import NumberedLines
from gateway.setup.steps import CONFIGURE, perform
from gateway.store import StoreAway

# Seconds without another service that answers; after that we name those that do not, and carry on without them. A busy
# machine needs a minute or more for all of them, but goes on from one to the next.
PATIENCE = 45.0
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class UpRefused(Refused):
    """The services cannot be started as things stand."""


class Stopped(Exception):
    """We were told to stop."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Ctrl-C stops everything; so does `gateway112 down`."


def run(_arguments: argparse.Namespace, settings: Settings) -> int:
    for each in misspelt():
        print(f"NOTICE: {each}", flush=True)
    if not (settings.natives / "bin" / "asterisk").exists():
        raise UpRefused("programs", f"none in {settings.natives / 'bin'}: run `make setup` first")
    progress = NumberedLines(len(CONFIGURE) + 2)
    with _only_one(settings):
        perform(CONFIGURE, settings, progress)
        progress.begin("ports")
        leftovers.end(services.MARK, settings.run, progress)
        doors.check_free(doors.doors(settings))
        progress.begin("services")
        return _keep(settings, progress)


@contextmanager
def _only_one(settings: Settings) -> Iterator[None]:
    with _lock_file(settings) as held:
        other = _holder(held, fcntl.LOCK_EX)
        if other:
            raise UpRefused("up", f"runs already (process {other}): stop it first, with `gateway112 down`")
        held.truncate(0)
        held.write(str(os.getpid()))
        held.flush()
        try:
            yield
        finally:
            held.truncate(0)


def keeper(settings: Settings) -> int:
    """The process of ``up`` that runs with these settings, or 0."""
    with _lock_file(settings) as held:
        return _holder(held, fcntl.LOCK_SH)


def _lock_file(settings: Settings) -> TextIO:
    settings.run.mkdir(parents=True, exist_ok=True, mode=0o700)
    return (settings.run / "up.lock").open("a+", encoding="ascii")


def _holder(held: TextIO, kind: int) -> int:
    """The process that has ``held`` locked; or 0, and then it is locked by us."""
    while True:
        try:
            fcntl.flock(held, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            held.seek(0)
            number = held.read()
            if number:
                return int(number)
            time.sleep(0.01)  # it has only just locked it, or is just letting go
        else:
            return 0


def _keep(settings: Settings, progress: NumberedLines) -> int:
    conf = services.write(settings)
    for told in STOPS:
        signal.signal(told, _stop)
    supervisor = _supervisor(settings, conf)
    try:
        silent = _await(settings, supervisor, progress)
        _first_accounts(settings)
        print(_board(settings, silent), flush=True)
        code = supervisor.wait()
    except Stopped:
        for told in STOPS:
            signal.signal(told, signal.SIG_IGN)
        print("stopping", flush=True)
        supervisor.terminate()
        supervisor.wait()
        leftovers.end(services.MARK, settings.run, print)
        return 0
    raise UpRefused(
        "supervisord",
        f"ended with {code} (see {settings.state / 'log' / 'supervisord.log'}): what it kept may still answer calls, "
        "but is not restarted any more: start again with `make run`",
    )


def _stop(_number: int, _frame: object) -> None:
    raise Stopped


def _supervisor(settings: Settings, conf: Path) -> subprocess.Popen[bytes]:
    """Start supervisord. Were we killed, it would go on keeping the services, and calls would be answered on."""
    # A core of any of them would hold what callers said.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    program = Path(sys.executable).parent / "supervisord"
    return subprocess.Popen(
        [str(program), "--nodaemon", "--silent", "--configuration", str(conf)],
        stdin=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is meant for us: supervisord is told by us, and stops the services in order
        env={**os.environ, services.MARK: str(settings.run)},
        cwd=ROOT,
        # Of itself supervisord sets none, and its services write down what callers said (Asterisk's database, Redis').
        umask=0o077,
    )


def _await(settings: Settings, supervisor: subprocess.Popen[bytes], progress: NumberedLines) -> list[str]:
    """Wait until every service answers; returns the names of those that do not in time."""
    waiting = questions(settings)
    deadline = time.monotonic() + PATIENCE
    while waiting and time.monotonic() < deadline and supervisor.poll() is None:
        for name in [name for name, is_there in waiting.items() if is_there()]:
            progress(f"{name} answers")
            del waiting[name]
            deadline = time.monotonic() + PATIENCE
        time.sleep(0.1)
    return list(waiting)


def _first_accounts(settings: Settings) -> None:
    try:
        first_start.begin(settings, load(settings.rules).agencies)
    except StoreAway as away:
        print(f"no accounts of the desk's page were looked for ({away}): the next start does it", flush=True)


def _board(settings: Settings, silent: list[str]) -> str:
    """What listens where and how to try it; first of all what does not answer."""
    bind, first, last = settings.text("sip_bind"), settings.number("rtp_first"), settings.number("rtp_last")
    rows = [(door.service, door.kind, f"{door.address}:{door.port}", door.setting) for door in doors.doors(settings)]
    rows.append(("asterisk", "udp", f"{bind}:{first}-{last}", "rtp_first, rtp_last"))
    return "\n".join([
        *(f"NOT ANSWERING: {name}: see {settings.state / 'log' / name}.log" for name in silent),
        "",
        *(f"  {service:<10} {kind}  {where:<22} {setting}" for service, kind, where, setting in rows),
        "",
        '  try it     make call KEYS="1 2"          a real call to 112, with these keys',
        '             make call KEYS=2 PLACE=-6.2475,106.8915,30    the same, and the network says where',
        '             make text TEXT="tolong"       an SMS to 112, and what is answered',
        "             .venv/bin/gateway112 watch    queues, calls and messages as they happen",
        "             .venv/bin/gateway112 desk 110-1   the police's desk for messages",
        f"  desk page  {settings.pages_url}    a lost password: .venv/bin/gateway112 user password 110",
        f"  telephone  {_telephone(settings)}",
        f"  health     {settings.public_url}/health",
        f"  logs       {settings.state / 'log'}",
        "  stop       Ctrl-C",
    ])  # fmt: skip


def _telephone(settings: Settings) -> str:
    """Where the caller's telephone in the browser is, with which two tabs are enough to try the whole thing."""
    if settings.flag("phone"):
        return f"{settings.pages_url}/phone    a caller's, in a second tab of the same browser: dial 112, press 1"
    return f"off: `phone = true` in {settings.state / 'settings.toml'} brings a caller's into the browser"
