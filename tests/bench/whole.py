"""The two that are compared, each on ports and in a folder of its own: the whole gateway, and an Asterisk alone."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from gateway import settings as settings_table
from gateway.channels import asterisk
from gateway.rules import load
from gateway.running.readiness import questions
from gateway.settings import Settings, write_missing_secrets

PORTS = (
    "sip_port", "sips_port", "asterisk_sip_port", "asterisk_sips_port", "asterisk_https_port", "capture_port",
    "asterisk_http_port", "agi_port", "ami_port", "redis_port", "web_port", "fallback_port", "pages_port",
)  # fmt: skip
START_SECONDS = 90

QUEUES = {"2": "118", "3": "113", "4": "110", "7": "112"}
"""Keys that the callers press in turn, and the queues behind them."""

DESKS = 100
"""In each queue, more than are ever busy: else waiting for a free desk would be measured, in steps of a second."""


JOINED = """
[g112-joined]
exten => s,1,MSet(SHARED(G112_LINE,${G112_CALLER})=${CHANNEL(name)},SHARED(G112_JOINED,${G112_CALLER})=${G112_DESK})
 same => n,Return()
"""
"""What a desk's telephone does that accepts by answering, without the whisper: its length is none of what is measured.
A browser's desk would not do, for its hanging up ends no call."""


def add_desks(settings: Settings, port: int) -> None:
    """Give the queues further desks, all of them played by one SIP program on this port."""
    local = asterisk.folder(settings) / "local"
    names = {queue: [f"bench-{queue}-{number}" for number in range(DESKS)] for queue in QUEUES.values()}
    (local / "queues.conf").write_text(
        "".join(
            f"[{queue}](+)\nmembergosub = g112-joined\n" + "".join(f"member => PJSIP/{n},0,{n}\n" for n in desks)
            for queue, desks in names.items()
        )
    )
    (local / "extensions.conf").write_text(JOINED)
    (local / "pjsip.conf").write_text(
        "".join(
            f"[{name}](telephone)\naors = {name}\nset_var = G112_LOCATION=reference\n"
            f"[{name}]\ntype = aor\ncontact = sip:{name}@127.0.0.1:{port}\n"
            for desks in names.values()
            for name in desks
        )
    )


# What the gateway's dialplan does, without the gateway: answer, take one key, queue.
BARE = """
[general]
static = yes
writeprotect = yes
[g112-trunk]
exten => _!,1,Goto(bare,s,1)
[bare]
exten => s,1,Answer()
 same => n,WaitExten(4)
{extensions}
[g112-nothing]
[g112-desk]
exten => s,1,Return()
[g112-joined]
exten => s,1,Return()
"""


def fresh_settings(folder: Path, natives: Path, *, edge: bool = True) -> tuple[Settings, dict[str, str]]:
    """Settings of a gateway in ``folder`` on free ports, and the environment that gives a process the same."""
    environment = {
        "GATEWAY112_STATE": str(folder),
        "GATEWAY112_NATIVES": str(natives),
        "GATEWAY112_SIP_BIND": "127.0.0.1",
        "GATEWAY112_LOG_LEVEL": "warning",
        "GATEWAY112_EDGE": "yes" if edge else "no",
        **{f"GATEWAY112_{name.upper()}": str(port) for name, port in zip(PORTS, free_ports(len(PORTS)), strict=True)},
    }
    write_missing_secrets(folder)
    return settings_table.read(environment), {**os.environ, **environment}


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on at this moment."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


@contextlib.contextmanager
def gateway(folder: Path, natives: Path, desk_port: int) -> Iterator[Settings]:
    """Everything, as `make run` starts it."""
    settings, environment = fresh_settings(folder, natives)
    asterisk.write(settings, load(settings.rules))
    add_desks(settings, desk_port)
    _share_sounds(settings)
    command = [str(Path(sys.executable).parent / "gateway112"), "up"]
    with _running(command, environment, folder / "up.log", signal.SIGINT):
        _await(settings)
        yield settings


@contextlib.contextmanager
def bare(folder: Path, natives: Path, desk_port: int) -> Iterator[Settings]:
    """The same Asterisk with the same queues and desks, no edge before it, and a dialplan that asks nobody."""
    settings, environment = fresh_settings(folder, natives, edge=False)
    asterisk.write(settings, load(settings.rules))
    etc = asterisk.folder(settings)
    add_desks(settings, desk_port)
    (etc / "extensions.conf").write_text(
        BARE.format(extensions="\n".join(f"exten => {k},1,Queue({q})" for k, q in QUEUES.items()))
    )
    command = [str(natives / "bin" / "asterisk"), "-f", "-C", str(etc / "asterisk.conf")]
    with _running(command, environment, folder / "asterisk.out", signal.SIGTERM):
        _await(settings, only="asterisk")
        yield settings


def _share_sounds(settings: Settings) -> None:
    """Prompts are the same for everybody; they need not be spoken again."""
    made = settings_table.read({}).state / "sounds"
    sounds = settings.state / "sounds"
    if made.is_dir():
        if sounds.is_dir() and not any(sounds.iterdir()):
            sounds.rmdir()
        if not sounds.exists():
            sounds.symlink_to(made.resolve())


@contextlib.contextmanager
def _running(command: list[str], environment: dict[str, str], log: Path, stop: signal.Signals) -> Iterator[None]:
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=out, stdin=subprocess.DEVNULL)
        try:
            yield
        finally:
            process.send_signal(stop)
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()


def _await(settings: Settings, only: str = "") -> None:
    waiting = {name: there for name, there in questions(settings).items() if only in ("", name)}
    deadline = time.monotonic() + START_SECONDS
    while waiting:
        waiting = {name: there for name, there in waiting.items() if not there()}
        if time.monotonic() > deadline:
            raise RuntimeError(f"not there after {START_SECONDS} s: {', '.join(waiting)} (logs in {settings.state})")
        time.sleep(0.2)
