"""What the network of a trial call tells of the caller: a service, places by value, a cell."""

from __future__ import annotations

import argparse
import re
import time
from dataclasses import dataclass
from pathlib import Path

from gateway.evidence import pidf_lo
from gateway.evidence.pidf_document import MEDIA_TYPE, ledger
from gateway.gazetteer.typed import position_of
from gateway.incident import service_urn
from gateway.incident.errors import Refused
from gateway.incident.evidence import Evidence
from gateway.incident.shape import Circle, Point

LARGEST = 250_000
"""Bytes of a file: the edge takes no request above 300,000."""

_RADIUS = re.compile(r"\d{1,6}(\.\d{1,3})?", re.ASCII)
_LINE = re.compile(r"[\x20-\x7e]{1,1000}")


@dataclass(frozen=True, slots=True)
class Told:
    """
    Attributes:
        service: the emergency URN called, without its prefix; empty: 112 is.
        headers: of the INVITE.
        parts: of its body: type, Content-ID, bytes.
    """

    service: str = ""
    headers: tuple[str, ...] = ()
    parts: tuple[tuple[str, str, bytes], ...] = ()

    @property
    def is_nothing(self) -> bool:
        return not (self.service or self.headers or self.parts)

    @property
    def dialled(self) -> str:
        """What is called."""
        return f"{service_urn.PREFIX}{self.service}" if self.service else "112"

    @property
    def is_test(self) -> bool:
        """Whether the line is tested, and nobody called."""
        return service_urn.is_test(self.service)

    @property
    def tells_place(self) -> bool:
        return bool(self.headers or self.parts)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--service", default="", metavar="NAME", help="call this emergency URN: sos.fire, …; test.sos: a test"
    )
    parser.add_argument("--place", default="", metavar="LAT,LON[,M]", help="the network tells it (PIDF-LO); M: radius")
    parser.add_argument("--pidf", type=Path, metavar="FILE", help="the network tells this document (PIDF-LO) as it is")
    parser.add_argument("--cell", default="", metavar="VALUE", help="the network's P-Access-Network-Info")


def read(arguments: argparse.Namespace) -> Told:
    """What the arguments have the network tell.

    Raises:
        Refused: it is none that a network could tell.
    """
    service = service_urn.name(arguments.service)
    if arguments.service and not (service_urn.is_emergency(service) or service_urn.is_test(service)):
        why = (
            f"{arguments.service[:40]!r} is no emergency: use sos, or sos.police, sos.fire, …; test.sos tests the line"
        )
        raise Refused("--service", why)
    documents = [document for document in (_of_place(arguments.place), _of_file(arguments.pidf)) if document]
    parts = tuple((MEDIA_TYPE, f"place{number}@trial.invalid", each) for number, each in enumerate(documents, 1))
    headers = [f"Geolocation: <cid:{name}>" for _, name, _ in parts]
    headers += ["Geolocation-Routing: yes"] if parts else []
    if arguments.cell:
        if not _LINE.fullmatch(arguments.cell):
            raise Refused(
                "--cell", "give one line of ASCII, as in 3GPP-E-UTRAN-FDD;utran-cell-id-3gpp=5101012A3B0123456"
            )
        headers.append(f"P-Access-Network-Info: {arguments.cell}")
    return Told(service, tuple(headers), parts)


def place_of(text: str, option: str) -> Circle | Point:
    """``LAT,LON`` or ``LAT,LON,RADIUS`` (degrees, metres) as a shape.

    Raises:
        Refused: it is none.
    """
    words = text.split(",")
    position = position_of(",".join(words[:2]))
    radius = words[2].strip() if len(words) == 3 else "0"
    if position is None or len(words) > 3 or not _RADIUS.fullmatch(radius):
        raise Refused(option, f"{text[:60]!r} is no position: give LAT,LON or LAT,LON,METRES, as -6.2475,106.8915,30")
    return Circle(*position, float(radius)) if float(radius) else Point(*position)


def _of_place(text: str) -> bytes:
    if not text:
        return b""
    now = time.time()
    return ledger([Evidence(pidf_lo.SOURCE, place_of(text, "--place"), now, now)], "trial")


def _of_file(file: Path | None) -> bytes:
    if file is None:
        return b""
    try:
        with file.open("rb") as opened:
            document = opened.read(LARGEST + 1)
    except OSError as fault:
        raise Refused(f"--pidf {file}", f"it cannot be read: {fault.strerror}") from fault
    if not 0 < len(document) <= LARGEST:
        raise Refused(f"--pidf {file}", f"it must have 1 to {LARGEST:,} bytes")
    return document
