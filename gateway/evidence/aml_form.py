"""AML over HTTPS (ETSI TS 103 625 §5.3; Android's Emergency Location Service): a form, or the same fields as JSON.

    v=1&emergency_number=112&source=CALL&time=1772338755000&location_latitude=-6.2437&location_longitude=106.8925&
    location_time=1772338775000&location_accuracy=18.0&location_confidence=0.6827&location_source=gps&
    device_number=%2B6281200000001&device_imei=…&cell_network_mcc=510&cell_network_mnc=10&hmac=…

Every field may be missing or malformed. ``gt_location_…`` are the true position in a test: they are no claim. Where no
``device_number`` is told, the IMEI names the telephone.
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import parse_qsl

from gateway.evidence.aml_cut import without_cut
from gateway.evidence.aml_told import LONGEST, SOURCE, Said, Told, decimal, first, imei, percent, told
from gateway.incident.errors import EvidenceRefused

WHERE = "AML over HTTPS"
MOST_FIELDS = 200
LONGEST_BODY = 4 * LONGEST
MOST_MESSAGES = 8

FIELDS = frozenset({"location_latitude", "location_longitude", "device_number", "device_imei", "location_time"})
"""A body with any of them is AML."""

HMACS = {40: "sha1", 64: "sha256"}
"""What the field ``hmac`` is made with, by its hexadecimal digits."""

_HMAC = re.compile(rb"(?:^|&)hmac=([0-9A-Fa-f]{40}|[0-9A-Fa-f]{64})$")
_LATER = re.compile(r"device_(?!number).*|cell_.*|hmac")
"""What stands after the place; the number may stand before it."""

_PART_NAME = re.compile(r"^content-disposition:[^\n]*[;\s]name=\"?([^\"\n;]{1,64})", re.IGNORECASE | re.MULTILINE)
_MILLISECONDS_FROM = 1e11


def read(body: bytes, received_at: float) -> list[Told] | None:
    """What a request's body tells; None if it is no AML.

    Args:
        body: as it came; hostile input, never raises.
    """
    original = body[:LONGEST_BODY]
    messages = [fields for fields in _messages(body) if FIELDS & set(fields)][:MOST_MESSAGES]
    return [_told(fields, received_at, original) for fields in messages] or None


def bodies(body: bytes) -> list[bytes]:
    """The messages in a request's body, each by itself: a list in JSON may be of several telephones."""
    text = body.decode("utf-8", "replace").strip().lstrip("\ufeff")
    if text[:1] != "[" or len(body) > LONGEST_BODY:
        return [body]
    try:
        return [json.dumps(item, ensure_ascii=False).encode() for item in json.loads(text)[:MOST_MESSAGES]]
    except (ValueError, RecursionError):
        return [body]


def is_genuine(body: bytes, keys: Iterable[str]) -> bool:
    """Whether the last field is an HMAC of all before it, under one of the keys (hexadecimal, else the text itself)."""
    found = _HMAC.search(body)
    if found is None:
        return False
    given, before = found[1].lower(), body[: found.start()]
    digest = HMACS[len(given)]
    return any(
        hmac.compare_digest(hmac.digest(secret, before, digest).hex().encode(), given)
        for key in keys
        for secret in _secrets(key)
    )


def signed(body: bytes, key: str) -> bytes:
    """A form with the field that ``is_genuine`` asks for."""
    return body + b"&hmac=" + hmac.digest(key.encode(), body, "sha256").hex().encode()


def _secrets(key: str) -> list[bytes]:
    try:
        return [key.encode(), bytes.fromhex(key)] if len(key) >= 16 else [key.encode()]
    except ValueError:
        return [key.encode()]


def _messages(body: bytes) -> list[Mapping[str, str]]:
    if len(body) > LONGEST_BODY:
        return []
    text = body.decode("utf-8", "replace").strip().lstrip("\ufeff")
    if text[:1] in ("{", "["):
        return _json(text)
    if text[:2] == "--":
        return [_multipart(text)]
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return []
    named = [(name.strip().lower(), value.strip()) for name, value in pairs]
    return [_fields(named, is_ended=text.endswith("&"))]


def _multipart(text: str) -> Mapping[str, str]:
    """The fields of a form that was sent in parts (RFC 7578), in whatever state it came; the first of a name counts."""
    boundary = text.split("\n", 1)[0].rstrip()
    parts = text.replace("\r\n", "\n").split(boundary)[1 : MOST_FIELDS + 1]
    pairs = []
    for part in parts:
        head, _, value = part.partition("\n\n")
        if named := _PART_NAME.search(head):
            pairs.append((named[1].strip().lower(), value.strip()))
    return _fields(pairs, is_ended=len(parts) > len(pairs))


def _fields(pairs: Sequence[tuple[str, str]], *, is_ended: bool) -> Mapping[str, str]:
    """The fields by name, the first of a name; of a form that ends within its place, what is sure."""
    is_ended = is_ended or not pairs or not pairs[-1][0].startswith("location_")
    return dict(reversed(without_cut(pairs, is_ended, _LATER)))


def _json(text: str) -> list[Mapping[str, str]]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return []
    objects = found if isinstance(found, list) else [found]
    return [_flat(item) for item in objects[:MOST_MESSAGES] if isinstance(item, dict)]


def _flat(item: Mapping[object, object]) -> dict[str, str]:
    """The fields of an object as the form would have them: ``{"location": {"latitude": 1}}`` is the same."""
    flat: dict[str, str] = {}
    for name, value in list(item.items())[:MOST_FIELDS]:
        key = str(name).strip().lower()
        if isinstance(value, dict):
            flat |= {f"{key}_{str(inner).lower()}": _plain(deep) for inner, deep in list(value.items())[:MOST_FIELDS]}
        else:
            flat[key] = _plain(value)
    return flat


def _plain(value: object) -> str:
    return "" if value is None or isinstance(value, bool | dict | list) else str(value).strip()[:LONGEST]


def _told(fields: Mapping[str, str], received_at: float, original: bytes) -> Told:
    found = told(_said(fields), received_at, original)
    if isinstance(found.claim, EvidenceRefused):
        why = found.claim.why.replace("lt and lg", "latitude and longitude").replace("lt or lg", "the position")
        return Told(EvidenceRefused(WHERE, why, SOURCE, original), found.said)
    return found


def _said(fields: Mapping[str, str]) -> Said:
    return Said(
        lat=decimal(fields.get("location_latitude", "")),
        lon=decimal(fields.get("location_longitude", "")),
        radius=fields.get("location_accuracy", ""),
        altitude=fields.get("location_altitude", ""),
        vertical=fields.get("location_vertical_accuracy", ""),
        observed_at=_time(fields.get("location_time", "")),
        confidence=percent(first(fields, "location_confidence", "location_certainty"), as_share=True),
        method=fields.get("location_source", ""),
        number=fields.get("device_number", "")[:64],
        imei=imei(fields.get("device_imei", "")),
        emergency_number=fields.get("emergency_number", "")[:32],
        mcc=fields.get("cell_network_mcc", ""),
        mnc=fields.get("cell_network_mnc", ""),
        area=first(fields, "cell_tac", "cell_lac", "cell_area"),
        cell=first(fields, "cell_id", "cell_cid"),
        access=first(fields, "cell_radio", "cell_rat", "cell_network_type"),
        floor=" ".join(fields.get("location_floor", "").split())[:16],
    )


def _time(text: str) -> float | None:
    """Milliseconds since the epoch, as the standard has it, or seconds."""
    if not re.fullmatch(r"(\d{10}|\d{13})(\.\d{1,6})?", text, re.ASCII):
        return None
    value = float(text)
    return value / 1000 if value >= _MILLISECONDS_FROM else value
