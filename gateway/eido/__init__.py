"""EIDO-shaped JSON of an incident (NENA-STA-021.1), for the systems of agencies.

    registries.py  our words in those of the standard's registries
    document.py    the whole, as an agency may know it
    components.py  its parts
    reference.py   the URL under which an agency fetches it

What is ours and not the standard's stands under one name, ``x-gateway112``.
"""

from __future__ import annotations

MEDIA_TYPE = "application/emergency.eido+json"
PURPOSE = "emergency-eido"
"""Of the Call-Info header that brings a reference (NENA-STA-010.3 §4.7)."""

VERSION = "1.0"
OURS = "x-gateway112"
