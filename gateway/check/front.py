"""Whether browsers elsewhere would take the front: its certificate, its configuration, and what it shows."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

from gateway.channels.nginx_conf import folder, names, refused, render
from gateway.check import certificate
from gateway.running.doors import Door, doors
from gateway.settings import Settings


def unusable(settings: Settings) -> str:
    """Why it would not start; empty: it would."""
    files = _files(settings)
    if not files:
        return "front is on: set front_certificate and front_key (PEM) for it"
    why = certificate.unusable(*files)
    return f"{why}: mend that, or the settings front_certificate and front_key" if why else ""


def problems(settings: Settings) -> Iterator[str]:
    """What is wrong with a certificate that it starts with, with its configuration, or with what it shows."""
    files = _files(settings)
    if files:
        yield from (f"{fault}: renew it" for fault in certificate.faults(*files, names(settings)))
    for name, text in render(settings).items():
        file = folder(settings) / name
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            yield f"{name} does not follow from the settings: run `gateway112 reload`"
        elif why := refused(settings):
            yield f"nginx refuses {file}: {why}"


def lacking(settings: Settings) -> Iterator[str]:
    """What will not work for everybody, or soon no longer."""
    files = _files(settings)
    if not files:
        return
    name = names(settings)[0]
    if not certificate.is_trusted(*files, name):
        yield (
            f"no authority that this machine knows answers for {files[0]}: put the whole chain into it, or have the "
            "desks' browsers trust who signed it"
        )
    if (left := certificate.days_left(*files, name)) < certificate.SOON_DAYS:
        yield f"{files[0]} expires in {left:.0f} days: renew it, then run `gateway112 reload`"


def shown(settings: Settings) -> str:
    """What is wrong with the certificate that the running front shows; empty: nothing.

    Raises:
        OSError: it does not answer.
    """
    files, door = _files(settings), door_of(settings)
    if not files:
        return ""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with (
        socket.create_connection((door.near, door.port), timeout=3) as plain,
        context.wrap_socket(plain, server_hostname=names(settings)[0].strip("[]")) as secret,
    ):
        found = secret.getpeercert(binary_form=True)
    return "" if found == certificate.served(files[0]) else f"the front shows another certificate than {files[0]}"


def door_of(settings: Settings) -> Door:
    return next(door for door in doors(settings) if door.setting == "front_port")


def _files(settings: Settings) -> tuple[Path, Path] | None:
    chain, key = settings.front_certificate, settings.front_key
    return (chain, key) if chain and key else None
