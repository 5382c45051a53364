"""Webhooks: what happens to an agency's incidents is told to its own systems, as the agency may know it.

    secrets.py     what they are signed with
    happenings.py  which entries of a timeline are told
    outbox.py      to whom each of them, and which are not told yet
    letter.py      one of them as a signed request

Who performs them is gateway/jobs/webhook.py; the receiver's part is in docs/handover.md.
"""

from __future__ import annotations

from enum import StrEnum


class Event(StrEnum):
    """What is told."""

    HANDED_OFF = "handed_off"  # a contact enters the agency's queue
    INFORMED = "informed"  # another agency answers it, and this one is told
    LOCATED = "located"  # the place is another one, or better known, than was told before
    CLOSED = "closed"


ID, TIMESTAMP, SIGNATURE = "X-Gateway112-Id", "X-Gateway112-Timestamp", "X-Gateway112-Signature"
