"""Requests that were refused, kept for a while: a proxy that is set wrongly must not lose an emergency silently.

A refused voice request reaches a person all the same, by Twilio's fallback URL. What is lost is only what we would have
known about it, and that is here.
"""

from __future__ import annotations

import json
import os
import secrets
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from gateway.log import get_logger

KEPT_FILES = 500
KEPT_SECONDS = 7 * 86_400
KEPT_BYTES = 8 * 1024
KEPT_PER_MINUTE = 50
"""Who floods us pushes out only slowly what was kept before."""

log = get_logger("web")


class Bell(Protocol):
    """Whom an alarm is given to."""

    def alarm(self, what: str, incident: str = "") -> None: ...


class Quarantine:
    """Keeps refused requests in a folder for KEPT_SECONDS, and gives an alarm for the first of each minute.

    Each process that serves webhooks counts for itself.
    """

    def __init__(self, folder: Path, bell: Bell):
        self._folder = folder
        self._bell = bell
        self._lock = threading.Lock()
        self._minute = float("-inf")
        self._count = 0

    def keep(self, status: int, why: str, request: Mapping[str, str], body: bytes, now: float) -> None:
        """Keep one refused request and tell of it. Never raises.

        Args:
            request: what of it helps to find the fault: method, path, sender, headers.
            now: seconds since the epoch.
        """
        number, before = self._counted(now)
        if number <= KEPT_PER_MINUTE:
            kept = {
                "at": now,
                "status": status,
                "why": why,
                **request,
                "body": body[:KEPT_BYTES].decode(errors="replace"),
            }
            try:
                self._write(json.dumps(kept, indent=1), now)
            except OSError:
                log.exception("a refused request could not be kept")
        log.warning("a webhook was refused", status=status, why=why, count=number)
        if number == 1:
            self._bell.alarm(f"a webhook was refused with {status}: {why} (with the alarm before: {before} refused)")

    def _counted(self, now: float) -> tuple[int, int]:
        """Which refusal of the running minute this is, and how many the one before had."""
        with self._lock:
            before = self._count
            if now - self._minute >= 60:
                self._minute, self._count = now, 0
            self._count += 1
            return self._count, before

    def _write(self, text: str, now: float) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        # What a caller's provider sent may name the caller: for the owner's eyes alone.
        file = self._folder / f"{now:017.6f}-{secrets.token_hex(4)}.json"
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
            out.write(text)
        for index, old in enumerate(sorted(self._folder.glob("*.json"), reverse=True)):
            if index >= KEPT_FILES or old.name < f"{now - KEPT_SECONDS:017.6f}":
                old.unlink(missing_ok=True)
