"""The second factor: a code of six digits that changes every 30 seconds (TOTP, RFC 6238, by SHA-1 as telephones do).

A secret is derived from a seed of ours and a random word kept with the account: who reads the store alone has none.
"""

from __future__ import annotations

import base64
import hmac
import re
import secrets
from urllib.parse import quote

from gateway.settings import Settings

STEP_SECONDS = 30
STEPS_BESIDE = 1
"""Codes before and after the present one that are good: clocks differ."""

_CODE = re.compile(r"[0-9]{6}")


def new_word() -> str:
    """What is kept with an account, and its secret derived from."""
    return secrets.token_hex(16)


def secret(settings: Settings, word: str) -> str:
    """The secret in base32, as it is typed into a telephone: 160 bits."""
    derived = hmac.digest(settings.secret("second_factor_seed").encode(), word.encode(), "sha256")[:20]
    return base64.b32encode(derived).decode("ascii")


def address(settings: Settings, name: str, word: str) -> str:
    """The ``otpauth:`` URI of the same."""
    issuer = f"112 {settings.domain}"
    label = quote(f"{issuer}:{name}", safe="")
    return f"otpauth://totp/{label}?secret={secret(settings, word)}&issuer={quote(issuer)}&digits=6&period=30"


def step_of(settings: Settings, word: str, code: str, now: float) -> int | None:
    """The time step whose code it is, for who sees to it that it is used once; None of a wrong one."""
    digits = code.replace(" ", "")
    if not _CODE.fullmatch(digits):
        return None
    present = int(now // STEP_SECONDS)
    found = None
    for step in range(present - STEPS_BESIDE, present + STEPS_BESIDE + 1):
        if hmac.compare_digest(code_at(secret(settings, word), step), digits):
            found = step
    return found


def code_at(secret_base32: str, step: int) -> str:
    """RFC 4226, section 5.3."""
    digest = hmac.digest(base64.b32decode(secret_base32), step.to_bytes(8, "big"), "sha1")
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"
