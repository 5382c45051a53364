"""What a PIDF-LO document says of a location besides the place: when, how, by whom, how surely, how fast."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from xml.etree.ElementTree import Element

from gateway.evidence import rfc3339
from gateway.xml_document import name_of, text_of

DEFAULT_CONFIDENCE = 95.0
"""Percent where none is stated (RFC 7459 §5.3). One that is stated to be unknown is unknown (§4.2)."""

METHOD = re.compile(r"[A-Za-z0-9_.\-]{1,40}")
PDFS = frozenset({"normal", "rectangular", "unknown"})
LONGEST_PROVIDER = 300
MOST_PROVIDERS = 8

PROVIDER = ("DataProviderString", "ProviderID", "ProviderIDSeries", "TypeOfProvider", "ContactURI")
"""What of RFC 7852's ProviderInfo names the provider. Of SubscriberInfo nothing: it is the caller's own."""


def parts(element: Element, *names: str) -> Iterator[Element]:
    """Elements of these names within one, in the document's order."""
    return (part for part in element.iter() if name_of(part) in names)


def timestamp(holder: Element, geopriv: Element) -> float | None:
    """When the location was true; None where nobody says, or it is garbled: a bad date spoils no good position."""
    near = [part for owner in (holder, geopriv) for part in owner if name_of(part) == "timestamp"]
    stated = near or list(parts(holder, "timestamp"))
    return next((at for at in (rfc3339.read(text_of(part)) for part in stated) if at is not None), None)


def method(geopriv: Element) -> str:
    """The tokens of all methods stated, separated by blanks."""
    tokens = (method_token(text_of(part)) for part in parts(geopriv, "method"))
    return " ".join(token for token in dict.fromkeys(tokens) if token)


def method_token(text: str) -> str:
    return text if METHOD.fullmatch(text) else ""


def confidence(text: str) -> float | None:
    """Percent; None where it is unknown: stated to be, no number, or no percentage. Nobody may take that for 95."""
    try:
        value = float(text.strip().removesuffix("%"))
    except ValueError:
        return None
    return value if 0 < value <= 100 else None


def stated_confidence(info: Element, geopriv: Element) -> tuple[float | None, str]:
    """Percent and the distribution, as stated in the location-info, else beside it."""
    found = next(parts(info, "confidence"), None)
    found = next(parts(geopriv, "confidence"), None) if found is None else found
    pdf = (found.get("pdf", "") if found is not None else "").strip().lower()
    sure = DEFAULT_CONFIDENCE if found is None else confidence(text_of(found))
    return sure, pdf if pdf in PDFS else ""


def provided_by(geopriv: Element) -> str:
    """Who vouches for the location: text (RFC 4119 §2.2.5), ProviderInfo by value, or references (RFC 7852 §6)."""
    told = [text for element in parts(geopriv, "provided-by") for text in _provider(element)]
    return "; ".join(dict.fromkeys(told))[:LONGEST_PROVIDER].strip()


def motion(info: Element) -> str:
    """Speed and heading (RFC 5962) in words, for a desk."""
    texts = {name_of(part): text_of(part) for each in parts(info, "Dynamic", "dynamic") for part in each}
    said = [f"kecepatan {texts['speed']} m/s"] if _is_numbers(texts.get("speed", "")) else []
    said += [f"arah {texts['heading'].split()[0]} derajat"] if _is_numbers(texts.get("heading", "")) else []
    return ", ".join(said)


def _is_numbers(text: str) -> bool:
    return re.fullmatch(r"[+-]?\d{1,6}(\.\d{1,6})?( [+-]?\d{1,6}(\.\d{1,6})?)?", text, re.ASCII) is not None


def _provider(element: Element) -> Iterator[str]:
    infos = [part for part in element.iter() if name_of(part).endswith("ProviderInfo")]
    for info in infos[:MOST_PROVIDERS]:
        texts = {name_of(part): text_of(part) for part in info}
        yield ", ".join(texts[name] for name in PROVIDER if texts.get(name))
    for reference in islice(parts(element, "EmergencyCallDataReference"), MOST_PROVIDERS):
        yield " ".join(filter(None, (reference.get("purpose"), reference.get("ref"))))
    if not infos and not any(name_of(part).startswith("EmergencyCallData") for part in element.iter()):
        yield " ".join(" ".join(element.itertext()).split())
