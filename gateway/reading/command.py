"""``gateway112 read``: what texts say, for one text or for a file of them, with no server."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, TextIO

from gateway.evidence import aml
from gateway.evidence.aml import is_aml
from gateway.incident.errors import EvidenceRefused, Refused
from gateway.incident.shape import centre
from gateway.reading import knowledge
from gateway.rules import Rulebook, load
from gateway.settings import Settings
from sms.knowledge import Knowledge
from sms.reader import read
from sms.reading import Finding, PlaceRead, Reading

LONGEST_LINE = 2_000_000
"""Bytes. A longer line is no text that anybody sent."""

TELL_EVERY = 1_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", nargs="?", help="one text; - reads it from standard input")
    parser.add_argument("--jsonl", metavar="FILE", help='lines {"id": …, "text": …}; - reads standard input')
    parser.epilog = "Queue and priority are what the rules in force give. One JSON object is printed for each text."


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Exit code 0; 1 if a line could not be read (the others are); 2 if asked wrongly."""
    if (arguments.text is None) == (arguments.jsonl is None):
        print("gateway112: give one text, or --jsonl FILE", file=sys.stderr)
        return 2
    book, known = load(settings.rules), knowledge()
    if arguments.jsonl is None:
        text = sys.stdin.buffer.read().decode("utf-8", "replace") if arguments.text == "-" else arguments.text
        print(_json(_answer(None, _reading(text, known), book)))
        return 0
    if arguments.jsonl == "-":
        return _lines(sys.stdin.buffer, "standard input", sys.stdout, known, book)
    try:
        with Path(arguments.jsonl).open("rb") as file:
            return _lines(file, arguments.jsonl, sys.stdout, known, book)
    except OSError as fault:
        raise Refused(arguments.jsonl, f"cannot be read: {fault.strerror}") from None


def _lines(file: BinaryIO, name: str, out: TextIO, known: Knowledge, book: Rulebook) -> int:
    done = faults = 0
    for number, line in _numbered(file):
        if not line.strip():
            continue
        try:
            key, text = _asked(line)
        except ValueError as fault:
            print(f"{name}:{number}: {fault}", file=sys.stderr)
            faults += 1
            continue
        print(_json(_answer(key, _reading(text, known), book)), file=out, flush=True)
        done += 1
        if done % TELL_EVERY == 0:
            print(f"{done:,} texts read", file=sys.stderr)
    print(f"{done:,} texts read, {faults:,} lines refused", file=sys.stderr)
    return 1 if faults else 0


def _numbered(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Lines with their numbers; a line that is too long is cut, and refused by who parses it."""
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        yield number, line
        while len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            line = file.readline(LONGEST_LINE + 1)


def _asked(line: bytes) -> tuple[object, str]:
    """The id and text of a line.

    Raises:
        ValueError: it is not such a line; says why.
    """
    if len(line) > LONGEST_LINE:
        raise ValueError(f"is longer than {LONGEST_LINE:,} bytes")
    try:
        given = json.loads(line)
    except (ValueError, RecursionError) as fault:
        raise ValueError(f"is not JSON: {fault}") from None
    match given:
        case {"id": key, "text": str(text)}:
            return key, text
    raise ValueError('is not an object {"id": …, "text": "…"}')


def _reading(text: str, known: Knowledge) -> Reading:
    """What a text says; an AML message is a machine's, and says where the telephone is, if it knows."""
    if not is_aml(text):
        return read([text], known)
    try:
        middle = centre(aml.read(text, received_at=0.0).shape)
    except EvidenceRefused as refused:
        return Reading(findings=(Finding(aml.SOURCE, text[: aml.LONGEST], str(refused)),))
    found = Finding("coordinates", text[: aml.LONGEST], aml.SOURCE)
    return Reading(place=PlaceRead(coordinates=middle), findings=(found,))


def _answer(key: object, reading: Reading, book: Rulebook) -> dict[str, object]:
    route = book.rules.choose(reading.report()).route
    place = reading.place
    levels = {"kelurahan": place.kelurahan, "kecamatan": place.kecamatan, "city": place.city}
    return {
        "id": key,
        "nature": reading.nature.value,
        "queue": route.queue,
        "priority": route.priority,
        "life_threat": reading.life_threat,
        "child": reading.child,
        "silent": reading.silent,
        "place": {level: area.name if area else None for level, area in levels.items()},
        "coordinates": list(place.coordinates) if place.coordinates else None,
        "why": reading.as_dict()["why"],
    }


def _json(answer: dict[str, object]) -> str:
    return json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")
