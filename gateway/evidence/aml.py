"""Advanced Mobile Location: the telephone itself says where it is (ETSI TS 103 625), by SMS or over HTTPS.

It is a machine's message: never shown as a text, never answered. Its forms are in aml_text.py (versions 1 and 2),
aml_data.py (a text as data) and aml_form.py (HTTPS).
"""

from __future__ import annotations

from gateway.evidence import aml_data, aml_form, aml_text
from gateway.evidence.aml_text import is_aml, words
from gateway.evidence.aml_told import LONGEST, SOURCE, WHERE, Told
from gateway.incident.errors import EvidenceRefused
from gateway.incident.evidence import Evidence

CHANNEL = "aml"
"""The channel of what comes over HTTPS; by SMS it comes by the channels of messages."""

__all__ = ["CHANNEL", "LONGEST", "SOURCE", "Told", "is_aml", "messages", "read", "read_any", "text_of", "words"]


def text_of(body: bytes, charset: str) -> str:
    """The text of an AML message that came as data; empty if it is none.

    Args:
        charset: as of a part of a message: ``binary`` is data. Some providers put data into letters, which is a text.
    """
    if charset == "binary":
        return aml_data.text_of(body)
    return next((text for data in aml_data.encoded(body) if (text := aml_data.text_of(data))), "")


def messages(body: bytes, received_at: float) -> list[Told] | None:
    """What the AML messages in these bytes tell, in whatever form; None if they are no AML."""
    text = aml_data.text_of(body)
    return aml_text.read(text, received_at) if text else aml_form.read(body, received_at)


def read(text: str, received_at: float) -> Evidence:
    """The claim in an AML text.

    Raises:
        EvidenceRefused: it claims no place, or one that we cannot read.
    """
    found = aml_text.read(text, received_at)
    if not found:
        raise EvidenceRefused(WHERE, "it is none", SOURCE, text[:LONGEST].encode("utf-8", "replace"))
    if isinstance(found[0].claim, EvidenceRefused):
        raise found[0].claim
    return found[0].claim


def quoted(text: str, received_at: float) -> tuple[str, list[Evidence | EvidenceRefused]]:
    """What somebody wrote before an AML message that he passes on (or all of it), and the claims in that."""
    start = aml_text.first_mark(text)
    return text[:start], [one.claim for one in aml_text.read(text[start:], received_at)]


def read_any(body: bytes, received_at: float) -> list[Evidence | EvidenceRefused] | None:
    """The claims in these bytes, in whatever form of AML; None if they are no AML at all. Never raises."""
    found = messages(body, received_at)
    return None if found is None else [one.claim for one in found]
