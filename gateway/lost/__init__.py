"""LoST (RFC 5222): which service answers at a place, told to networks and telephones from the rules in force.

request.py    a query read from XML
mapping.py    who answers it: the rules, the gazetteer, the neighbours
validation.py which elements of a civic address exist
boundary.py   where an answer holds
response.py   the answer as XML
server.py     the four of them in a row
"""

from __future__ import annotations

NAMESPACE = "urn:ietf:params:xml:ns:lost1"
MEDIA_TYPE = "application/lost+xml"

GEODETIC, CIVIC = "geodetic-2d", "civic"
PROFILES = (GEODETIC, CIVIC)
"""The location profiles that are understood (RFC 5222 §12)."""


class LostFault(Exception):
    """An error of RFC 5222 §13.1.

    Attributes:
        kind: its element's name, such as ``badRequest``.
        why: a sentence for the people who run the client; says nothing of any caller.
        profiles: of ``locationProfileUnrecognized``: what was offered.
    """

    def __init__(self, kind: str, why: str, profiles: tuple[str, ...] = ()):
        super().__init__(why)
        self.kind = kind
        self.why = why
        self.profiles = profiles
