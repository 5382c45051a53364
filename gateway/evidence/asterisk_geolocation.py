"""PIDF-LO as Asterisk passes it on: what the dialplan reads from GEOLOC_PROFILE, joined with ``|``.

Asterisk reads only some documents, drops the timestamp and everything but the first location; what it passes is taken
for what it is, a claim whose time is unknown. A raw document in the field's place is read whole.
"""

from __future__ import annotations

import re

from gateway.contact import IncomingCall
from gateway.evidence import gml, pidf_lo
from gateway.evidence.civic import label_of, shape_of
from gateway.evidence.pidf_details import DEFAULT_CONFIDENCE
from gateway.incident.errors import EvidenceRefused
from gateway.incident.location import Evidence
from gateway.incident.shape import Shape

SOURCE = "pidf_lo_asterisk"
WHERE = "GEOLOC_PROFILE"
FIELDS = ("format", "location_source", "method", "confidence", "usage_rules", "location_info")
"""In the dialplan's order. The last one may hold a ``|`` of its own."""

TOO_LONG = "cut"
"""What the dialplan says instead of fields that do not fit into an AGI command: half a polygon is another place."""

LIST_ENTRY = re.compile(r'(\w+)="([^"]*)"')
"""One entry of an Asterisk variable list, such as ``shape="Circle",crs="2d",pos="-6.2 106.8",radius="30"``."""


def find(call: IncomingCall) -> list[Evidence | EvidenceRefused]:
    """What Asterisk, or a raw document, says of the caller's place."""
    if not call.pidf.strip():
        return []
    original = call.pidf.encode("utf-8", "replace")
    if call.pidf.lstrip().startswith("<"):
        return pidf_lo.parse(original, call.at)
    try:
        return [_claim(_fields(call.pidf), call.at, original)]
    except EvidenceRefused as refused:
        if call.captured:
            # The locator reads the request itself, and tells what it cannot read of it.
            return []
        kept = original[: pidf_lo.LARGEST]
        return [EvidenceRefused(f"{WHERE} {refused.where}", refused.why, SOURCE, kept)]


def _fields(text: str) -> dict[str, str]:
    if text.strip() == TOO_LONG:
        raise EvidenceRefused("fields", "they are too long to be passed on")
    if len(text) > pidf_lo.LARGEST:
        raise EvidenceRefused("fields", f"they are longer than {pidf_lo.LARGEST} characters")
    values = text.split("|", len(FIELDS) - 1)
    if len(values) != len(FIELDS):
        raise EvidenceRefused("fields", f"there are {len(values)} of {len(FIELDS)}")
    return dict(zip(FIELDS, values, strict=True))


def _claim(fields: dict[str, str], received_at: float, original: bytes) -> Evidence:
    listed: dict[str, list[str]] = {}
    for name, value in LIST_ENTRY.findall(fields.get("location_info", "")):
        listed.setdefault(name, []).append(value)
    civic = {name: values[0] for name, values in listed.items() if name != "lang"}
    is_civic = fields.get("format", "").lower() == "civicaddress"
    stated = dict(LIST_ENTRY.findall(fields.get("confidence", "")))
    return Evidence(
        SOURCE,
        _shape(fields.get("format", ""), listed, civic),
        received_at=received_at,
        confidence=pidf_lo.confidence(stated["value"]) if "value" in stated else DEFAULT_CONFIDENCE,
        method=pidf_lo.method_token(fields.get("method", "")),
        label=label_of(civic),
        original=original,
        civic=tuple(civic.items()) if is_civic else (),
    )


def _shape(form: str, listed: dict[str, list[str]], civic: dict[str, str]) -> Shape:
    match form.lower():
        case "gml":
            return gml.shape_of_texts(civic.get("shape", ""), listed, dimensions=3 if civic.get("crs") == "3d" else 0)
        case "civicaddress":
            return shape_of(tuple(civic.items()))
        case "uri":
            raise EvidenceRefused("location_info", "it is a reference, which is not fetched")
        case _:
            raise EvidenceRefused("format", "it is none of GML, civicAddress and URI")
