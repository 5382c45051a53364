"""Which account is on duty at which desk, as the desks' duty keeps it (``duty:<desk>``)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from gateway.store.connection import away

OFF = "off"


def seats(client: Any, desks: Sequence[str]) -> dict[str, str]:
    """For each account on duty, paused or not, its desk among these.

    Raises:
        StoreAway: nobody can say.
    """
    with away():
        found = client.mget([f"duty:{desk}" for desk in desks]) if desks else []
    taken = {}
    for desk, text in zip(desks, found, strict=True):
        account = _account(text)
        if account:
            taken[account] = desk
    return taken


def _account(text: bytes | None) -> str:
    try:
        values = json.loads(text) if text else {}
        return str(values["account"]) if values.get("state", OFF) != OFF else ""
    except (ValueError, KeyError, AttributeError):
        return ""
