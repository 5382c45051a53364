"""Numbers whose place is known beforehand: buildings, schools, stations, posts of the police.

The table holds no number and no place in the clear: an entry's key is an HMAC of the number, its content is encrypted
(Fernet), both under the setting ``registry_key``. What it says goes to desks and into timelines, never into a log.
"""

from __future__ import annotations

import hmac
import json
import sqlite3
from collections.abc import Iterator, Mapping

from cryptography.fernet import Fernet, InvalidToken

from gateway.contact import IncomingCall
from gateway.evidence.csv_import import filled, place
from gateway.evidence.shelter import names_a_shelter
from gateway.evidence.table import Table, TableMissing, replace
from gateway.incident.errors import EvidenceRefused, Refused
from gateway.incident.location import Evidence
from gateway.incident.shape_json import as_dict, from_dict
from gateway.numbers import e164
from gateway.settings import Settings, SettingsRefused

FILE = "registered.sqlite"
WHERE = "registered number"
CONFIDENCE = 90.0
"""Percent: a private branch exchange may show one number for several sites."""

REQUIRED = ("number", "kind", "label", "address")
OPTIONAL = ("lat", "lon", "radius_m", "area", "floor")

KINDS = (
    *("building", "school", "hospital", "station", "stop", "market", "mall", "worship", "office", "factory"),
    *("police_post", "panic_button"),
)


class Registry:
    """The table of registered numbers of one state folder.

    Raises:
        SettingsRefused: the setting ``registry_key`` is empty or no Fernet key.
    """

    def __init__(self, settings: Settings):
        secret = settings.secret("registry_key")
        self._secret = secret.encode()
        try:
            self._fernet = Fernet(self._secret)
        except ValueError:
            raise SettingsRefused("setting registry_key is no Fernet key (32 bytes in URL-safe base64)") from None
        self._file = settings.state / FILE
        self._table = Table(self._file)

    def find(self, number: str) -> dict[str, object] | None:
        """What is registered for a number in E.164, or None.

        Raises:
            EvidenceRefused: the table is damaged, or was encrypted under another key.
        """
        try:
            value = self._table.get(self._key(number))
            return self._open(value) if value is not None else None
        except TableMissing:
            return None
        except sqlite3.DatabaseError:
            raise EvidenceRefused(FILE, "it is damaged: `gateway112 registered import FILE` again") from None

    def entries(self) -> Iterator[tuple[str, dict[str, object]]]:
        """Key and content of every entry.

        Raises:
            TableMissing: nothing was imported.
            EvidenceRefused: the table was encrypted under another key.
        """
        return ((key, self._open(value)) for key, value in self._table.items())

    def write(self, numbers: Mapping[str, Mapping[str, object]]) -> None:
        """Replace the whole table."""
        replace(self._file, ((self._key(number), self._seal(content)) for number, content in numbers.items()))

    def remove(self, number: str) -> bool:
        """Take one number out; whether it was there."""
        gone = self._key(number)
        kept = [(key, value) for key, value in self._table.items() if key != gone]
        there = self._table.get(gone) is not None
        if there:
            replace(self._file, kept)
        return there

    def _key(self, number: str) -> str:
        return hmac.digest(self._secret, b"registered number\0" + number.encode(), "sha256").hex()

    def _seal(self, content: Mapping[str, object]) -> str:
        return self._fernet.encrypt(json.dumps(content).encode()).decode("ascii")

    def _open(self, value: str) -> dict[str, object]:
        try:
            return dict(json.loads(self._fernet.decrypt(value)))
        except InvalidToken:
            raise EvidenceRefused(FILE, "it was encrypted under another registry_key: import it again") from None


def find(call: IncomingCall, registry: Registry) -> list[Evidence | EvidenceRefused]:
    """The registered place of the caller's number."""
    if call.caller.number is None:
        return []
    try:
        content = registry.find(call.caller.number)
        if content is None:
            return []
        label = ", ".join(str(content[name]) for name in ("label", "address", "floor") if content.get(name))
        return [
            Evidence(
                "registered_number",
                from_dict(content["shape"]),
                received_at=call.at,
                confidence=CONFIDENCE,
                method="Manual",
                label=label,
                original=json.dumps(content).encode(),
            )
        ]
    except EvidenceRefused as refused:
        return [EvidenceRefused(refused.where, refused.why, "registered_number")]


def entry(row: Mapping[str, str]) -> tuple[str, dict[str, object]]:
    """A line of the operator's file as number and content.

    Raises:
        Refused: a column is at fault, or the line names a shelter.
    """
    kind = filled(row, "kind").lower()
    police_post = kind == "police_post"
    for name in row:
        if names_a_shelter(row[name], police_post=police_post):
            raise Refused(name, "it names a shelter, whose place is secret: remove the line (a bus stop is a halte)")
    if kind not in KINDS:
        raise Refused("kind", f"{kind[:20]!r} is none of {', '.join(KINDS)}")
    number = e164(row["number"])
    if number is None:
        raise Refused("number", "it is no telephone number that could call: write it as +62…")
    texts = {"label": filled(row, "label"), "address": filled(row, "address"), "floor": row.get("floor", "")}
    return number, {"kind": kind, **texts, "shape": as_dict(place(row))}
