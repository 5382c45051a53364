"""Passwords: how they are kept (argon2id, RFC 9106), which are good enough, and new ones."""

from __future__ import annotations

import contextlib
import secrets
import threading
import time
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 12, 200
"""Characters. NIST SP 800-63B asks for length, not for kinds of characters; the bound is for our memory."""

AT_ONCE = 2
"""Passwords looked at together: whoever floods the door must not take the machine from the calls."""

PATIENCE_SECONDS = 3.0

STRANGERS_SECONDS = 0.05
"""What it takes, about, to look at a password."""

# OWASP's choice for a machine that has other work: 19 MiB and 2 passes, some 30 ms.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_turns = threading.BoundedSemaphore(AT_ONCE)
_strangers_turn = threading.Lock()
_WORTHLESS = _HASHER.hash(secrets.token_hex(16))

# Without letters and digits that look alike on paper.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


class Busy(Exception):
    """Too many passwords are being looked at; in a moment it goes."""


def hashed(password: str) -> str:
    """What is kept of a password.

    Raises:
        Busy: too many are being looked at.
    """
    with _Turn():
        return _HASHER.hash(_plain(password))


def fits(kept: str | None, password: str) -> bool:
    """Whether it is the password. Takes as long where there is none to compare with.

    Raises:
        Busy: too many are being looked at.
    """
    if kept is None:
        _take_as_long(password)
        return False
    with _Turn():
        try:
            found = _HASHER.verify(kept, _plain(password[:LONGEST]))
        except (VerificationError, InvalidHashError):
            return False
    return found and len(password) <= LONGEST


def _take_as_long(password: str) -> None:
    """Made-up names take no turn of those who are somebody: one is looked at at a time, and others wait as long."""
    if not _strangers_turn.acquire(blocking=False):
        time.sleep(STRANGERS_SECONDS)
        return
    try:
        with contextlib.suppress(VerificationError, InvalidHashError):
            _HASHER.verify(_WORTHLESS, _plain(password[:LONGEST]))
    finally:
        _strangers_turn.release()


def is_outdated(kept: str) -> bool:
    """Whether it was made with other figures than are asked for now."""
    return _HASHER.check_needs_rehash(kept)


def fault(password: str, name: str) -> str:
    """Why a password will not do (``short``, ``long``, ``name``, ``simple``); empty: it will."""
    if len(password) < SHORTEST:
        return "short"
    if len(password) > LONGEST:
        return "long"
    if name.lower() in password.lower():
        return "name"
    if len(set(password.lower())) < 5:
        return "simple"
    return ""


def random_password() -> str:
    """20 letters in groups, to be read from a paper: 99 bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(4))


def _plain(password: str) -> str:
    """What looks alike is alike: keyboards write one letter in several ways (NIST SP 800-63B, section 5.1.1.2)."""
    return unicodedata.normalize("NFKC", password)


class _Turn:
    def __enter__(self) -> None:
        if not _turns.acquire(timeout=PATIENCE_SECONDS):
            raise Busy

    def __exit__(self, *_: object) -> None:
        _turns.release()
