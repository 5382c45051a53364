"""The telephone itself in a SIP request: its IMEI, where the network passes it on (RFC 7254, TS 24.229 §5.1.1.2.1)."""

from __future__ import annotations

import re
from urllib.parse import unquote

from gateway.evidence.aml_told import imei

LONGEST = 64 * 1024

# urn:gsma:imei:TAC-SNR-CD with parameters after it; older ones write urn:imei.
_URN = re.compile(r"urn:(?:gsma:)?imei:([0-9][0-9\-]{12,20})", re.IGNORECASE)


def imei_of(request: str) -> str:
    """The digits of the IMEI in a request, or in a header's text; empty if there is none. Hostile input; never raises.

    It stands in ``+sip.instance`` of Contact, by brackets and quotes that may be escaped.
    """
    text = request[:LONGEST]
    found = (imei(match[1]) for form in (text, unquote(text)) for match in _URN.finditer(form))
    return next((digits for digits in found if digits), "")
