"""The ports we listen on: which setting names each, whether it is free, and who sits on it when it is not."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gateway.channels import kamailio_conf, kannel_conf, nginx_conf
from gateway.incident.errors import Refused
from gateway.settings import Settings

KANNEL = (
    ("bearerbox", "kannel_admin_port"),
    ("bearerbox", "kannel_box_port"),
    ("bearerbox", "trial_smsc_port"),
    ("smsbox", "kannel_send_port"),
)


EDGE = (("sip_port", "udp"), ("sip_port", "tcp"), ("sips_port", "tcp"))


FRONT = ("front_port", "front_http_port")


class DoorRefused(Refused):
    """A port cannot be listened on; says which, why, and which setting to change."""


@dataclass(frozen=True)
class Door:
    """One port.

    Attributes:
        service: name of the service behind it.
        setting: the setting that holds its number.
        kind: ``tcp`` or ``udp``.
        address: the address it is opened on; ``0.0.0.0`` and ``::`` are every address.
        tls: it speaks HTTP over TLS.
    """

    service: str
    setting: str
    kind: str
    address: str
    port: int
    tls: bool = False

    @property
    def near(self) -> str:
        """An address that reaches it from this machine."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.address, self.address)  # noqa: S104 - compared, not bound


def doors(settings: Settings) -> list[Door]:
    """Every port that is opened with these settings; of each service, that which tells first whether it is there."""
    inside, outside, front = settings.text("bind"), settings.text("sip_bind"), settings.text("front_bind")
    edge = kamailio_conf.runs(settings)
    sip, sips = ("asterisk_sip_port", "asterisk_sips_port") if edge else ("sip_port", "sips_port")
    table = [
        ("redis", "redis_port", "tcp", inside),
        ("agi", "agi_port", "tcp", inside),
        *((("edge", *door, outside) for door in EDGE) if edge else ()),
        ("asterisk", sip, "udp", outside),
        ("asterisk", sip, "tcp", outside),
        ("asterisk", sips, "tcp", outside),
        ("asterisk", "asterisk_http_port", "tcp", settings.pages_bind),
        ("asterisk", "asterisk_https_port", "tcp", settings.pages_bind),
        ("asterisk", "ami_port", "tcp", inside),
        ("locator", "capture_port", "tcp", inside),
        ("locator", "capture_port", "udp", inside),
        ("web", "web_port", "tcp", inside),
        ("fallback", "fallback_port", "tcp", inside),
        ("pages", "pages_port", "tcp", settings.pages_bind),
        *(("front", name, "tcp", front) for name in FRONT if nginx_conf.runs(settings)),
        *((service, name, "tcp", "127.0.0.1") for service, name in KANNEL if kannel_conf.runs(settings)),
    ]
    closed = {"redis_port"} if settings.text("redis_url") else set()
    if not settings.flag("trial_smsc"):
        closed.add("trial_smsc_port")
    if settings.pages_certificate is None:
        closed.add("asterisk_https_port")
    if not settings.sip_certificate.exists():
        closed |= {"sips_port", "asterisk_sips_port"}
    return [
        Door(
            service,
            name,
            kind,
            address,
            settings.number(name),
            service == "pages" and settings.pages_certificate is not None,
        )
        for service, name, kind, address in table
        if name not in closed
    ]


NOWHERE = "no interface of this machine has this address: set bind, sip_bind or front_bind to one that it has"


def check_free(wanted: list[Door]) -> None:
    """Raises DoorRefused: a port is named twice, is taken, or may not be opened by us."""
    named: dict[tuple[str, int], Door] = {}
    for door in wanted:
        twin = named.setdefault((door.kind, door.port), door)
        if twin is not door:
            raise DoorRefused(door.setting, f"{door.port} is also {twin.setting}: give one of them another port")
        fault = _fault(door)
        if fault:
            where = f"{door.setting}, {door.kind} port {door.port} on {door.address}"
            other = f"set {door.setting} in settings.toml, or GATEWAY112_{door.setting.upper()}, to another"
            raise DoorRefused(where, fault if fault == NOWHERE else f"{fault}: free it, or {other}")


def _fault(door: Door) -> str:
    family = socket.AF_INET6 if ":" in door.address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM if door.kind == "tcp" else socket.SOCK_DGRAM) as trial:
        if door.kind == "tcp":
            # A connection of an earlier run that is still fading away does not make the port taken.
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((door.address, door.port))
            if door.kind == "tcp":
                trial.listen()
        except OSError as refused:
            if refused.errno == errno.EADDRINUSE:
                return f"is taken by {occupant(door)}"
            if refused.errno == errno.EADDRNOTAVAIL:
                return NOWHERE
            return str(refused.strerror)
        except (ValueError, OverflowError) as refused:
            return str(refused)
    return ""


def occupant(door: Door) -> str:
    """Who holds it, as far as we may see: ``redis-server (process 4711)``."""
    inodes = set(_inodes(door))
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if any(str(link.readlink()) in inodes for link in (process / "fd").iterdir()):
                return f"{process_name(process)} (process {process.name})"
        except OSError:
            continue  # it has ended, or belongs to another user
    return "a process of another user"


def _inodes(door: Door) -> Iterator[str]:
    for ending in ("", "6"):
        table = Path(f"/proc/net/{door.kind}{ending}")
        for line in table.read_text(encoding="ascii").splitlines()[1:] if table.exists() else []:
            fields = line.split()
            if int(fields[1].rpartition(":")[2], 16) == door.port:
                yield f"socket:[{fields[9]}]"


def process_name(process: Path) -> str:
    """What ``process``, a folder of /proc, is: behind a loader or an interpreter, the program that it runs."""
    words = (process / "cmdline").read_bytes().decode(errors="replace").split("\0")
    if "--argv0" in words[:-1]:
        return words[words.index("--argv0") + 1]
    if len(words) > 2 and Path(words[0]).name.startswith("python") and not words[1].startswith("-"):
        return " ".join((Path(words[1]).name, words[2])).strip()
    # ``nginx: worker process`` is a title, too.
    return Path(words[0].partition(" ")[0]).name.rstrip(":") or (process / "comm").read_text(encoding="utf-8").strip()
