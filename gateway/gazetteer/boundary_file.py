"""The imported boundaries as they are kept: one file in the state folder, replaced at once and seen to be whole."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from gateway.incident.errors import Refused

FILE = "boundaries.wkb"
FORM = 1
"""Of this file; another one is imported anew."""

AGAIN = "`gateway112 gazetteer import FILE` again"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where boundaries came from.

    Attributes:
        file: name of the imported file; sha256: of its bytes.
        at: when it was imported, seconds since 1970.
        kelurahan, neighbours: how many boundaries of each.
    """

    file: str
    sha256: str
    at: float
    kelurahan: int
    neighbours: int


class Missing(Exception):
    """Nothing was imported."""


def write(file: Path, origin: Origin, areas: Mapping[str, bytes]) -> None:
    """Put these boundaries, WKB by code, in the place of whatever the file held."""
    body = b"".join(f"{code} {wkb.hex()}\n".encode("ascii") for code, wkb in areas.items())
    head = {"form": FORM, "sha256": hashlib.sha256(body).hexdigest(), "origin": asdict(origin)}
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f"{file.name}.{os.getpid()}.new")
    with new.open("wb") as out:
        out.write(json.dumps(head).encode("utf-8") + b"\n" + body)
        out.flush()
        os.fsync(out.fileno())
    new.replace(file)


def read(file: Path) -> tuple[Origin, dict[str, bytes]]:
    """Where the boundaries came from, and WKB by code.

    Raises:
        Missing: there is no such file.
        Refused: it is damaged, or of another version.
    """
    try:
        head, _, body = file.read_bytes().partition(b"\n")
    except FileNotFoundError:
        raise Missing(file.name) from None
    except OSError as fault:
        raise Refused(str(file), f"cannot be read: {fault.strerror}") from None
    try:
        about = json.loads(head)
        is_whole = about["sha256"] == hashlib.sha256(body).hexdigest() and about["form"] == FORM
        if is_whole:
            lines = (line.split(b" ", 1) for line in body.splitlines())
            return Origin(**about["origin"]), {code.decode("ascii"): bytes.fromhex(wkb.decode()) for code, wkb in lines}
    except (ValueError, KeyError, TypeError):
        pass
    raise Refused(str(file), f"it is damaged or of another version: {AGAIN}")
