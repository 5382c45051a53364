"""What a request tells besides the place: additional data of an emergency call (RFC 7852), and the telephone's IMEI.

Kept as it came; what a desk may need in one line is read from it.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from gateway.incident.errors import Refused
from gateway.xml_document import name_of, root, text_of

MEDIA_TYPE = "application/emergencycalldata."
LARGEST = 64 * 1024
LONGEST = 200
"""Characters of what is read for a desk."""

_LABELS = ("fn", "n", "Comment", "ServiceType", "ServiceEnvironment", "DeviceClassification", "DeviceModelNr")
_IMEI = re.compile(r"(?:urn:gsma:imei:)?([0-9]{8})-?([0-9]{6})-?([0-9]?)", re.IGNORECASE)
_IMEI_URN = re.compile(r"urn:gsma:imei:[0-9-]{14,17}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Additional:
    """
    Attributes:
        what: the kind of data: ProviderInfo, SubscriberInfo, DeviceInfo, ServiceInfo, Comment …
        provided_by: who vouches for it.
        label: what it says, in a line.
        imei: the telephone's identity, 14 or 15 digits; empty if it names none.
        url: where it is to be had, when it came by reference.
        original: the document, byte for byte.
    """

    what: str
    provided_by: str = ""
    label: str = ""
    imei: str = ""
    url: str = ""
    original: bytes = field(default=b"", repr=False)

    def as_dict(self) -> dict[str, object]:
        """In JSON's terms."""
        return {
            "what": self.what,
            "provided_by": self.provided_by,
            "label": self.label,
            "imei": self.imei,
            "url": self.url,
            "original": base64.b64encode(self.original).decode("ascii"),
        }


def read(media_type: str, document: bytes) -> Additional:
    """A part of type ``application/EmergencyCallData.…+xml``. What cannot be understood is kept all the same."""
    what = media_type.lower().removeprefix(MEDIA_TYPE).removesuffix("+xml")[:40]
    what = _WHAT.get(what, what)
    kept = document[:LARGEST]
    try:
        elements = list(root(document, where=f"EmergencyCallData {what}").iter())
    except Refused:
        return Additional(what, original=kept)
    said = [f"{text}" for element in elements if name_of(element) in _LABELS if (text := _text(element))]
    return Additional(
        what,
        provided_by=next(_texts(elements, "DataProviderString"), ""),
        label="; ".join(said)[:LONGEST],
        imei=next(filter(None, map(_device, elements)), ""),
        original=kept,
    )


def imei(text: str) -> str:
    """The first IMEI that a header names (RFC 7254); empty if it names none."""
    found = _IMEI_URN.search(text)
    return _digits(found[0]) if found else ""


_WHAT = {
    name.lower(): name
    for name in ("ProviderInfo", "SubscriberInfo", "DeviceInfo", "ServiceInfo", "Comment", "VEDS", "eCall.MSD")
}


def _texts(elements: list[Element], name: str) -> Iterator[str]:
    return (text for element in elements if name_of(element) == name if (text := _text(element)))


def _text(element: Element) -> str:
    """Its own text, or that of its first children: a vCard wraps what it says once more (RFC 6351)."""
    inner = " ".join(filter(None, map(text_of, element)))
    return (text_of(element) or inner)[:LONGEST]


def _device(element: Element) -> str:
    if name_of(element) != "UniqueDeviceID" or element.get("TypeOfDeviceID", "").upper() != "IMEI":
        return ""
    return _digits(text_of(element))


def _digits(text: str) -> str:
    match = _IMEI.fullmatch(text.strip())
    return "".join(match.groups()) if match else ""
