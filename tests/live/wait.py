"""Waiting for a condition, with a deadline."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from gateway.store import StoreAway

T = TypeVar("T")

PATIENCE_SECONDS = 60.0
"""What is to come is waited for so long: how long it takes says nothing, for a busy machine is no fault. What must not
wait for a bound of the product is tested where that bound is longer (``after`` in the tests' rules)."""


def until(condition: Callable[[], T], seconds: float = PATIENCE_SECONDS, what: str = "") -> T:
    """The condition's first true value.

    A store that does not answer in the half second it has is asked again.

    Raises:
        AssertionError: it never came.
    """
    deadline = time.monotonic() + seconds
    while True:
        why = ""
        try:
            value = condition()
        except StoreAway as away:
            value, why = None, f"; {away}"
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what or condition}{why}")
        time.sleep(0.02)
