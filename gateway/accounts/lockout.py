"""How often a password may be tried. Wrong attempts bring delays that double; nothing is ever locked for good.

Whoever tries passwords from anywhere must not be able to keep a desk empty. So there are four counts:

- one account from one address: strict, for that is who guesses;
- one account from a browser in which it came in before (a cookie says so): a count of its own, in place of all others,
  so that what happens elsewhere never delays it;
- one address, whoever is tried: lenient, for a whole room of call takers may share it;
- one account from anywhere else: lenient, and its delay is short. Twelve letters are not guessed at that speed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from ipaddress import ip_address, ip_network

from gateway.store.attempts import Count

FORGOTTEN_SECONDS = 3600


def counts(account: str, address: str, device: str) -> Sequence[Count]:
    """What an attempt is counted in.

    Args:
        device: names the browser in which this account came in before; empty: it never did.
    """
    if device:
        return (Count(f"device:{_short(account)}:{_short(device)}", 10, 60, FORGOTTEN_SECONDS),)
    place = _short(_network(address))
    return (
        Count(f"pair:{_short(account)}:{place}", 5, 300, FORGOTTEN_SECONDS),
        Count(f"address:{place}", 40, 60, FORGOTTEN_SECONDS),
        Count(f"account:{_short(account)}", 60, 5, FORGOTTEN_SECONDS),
    )


def code_counts(account: str) -> Sequence[Count]:
    """The same of the second factor's code, whose guesser has the password: a million codes, three good at a time."""
    return (Count(f"code:{_short(account)}", 5, 120, FORGOTTEN_SECONDS),)


def owner(account: str) -> str:
    """Whose attempts they are, for who sets them back."""
    return _short(account)


def _network(address: str) -> str:
    """Who has one address of IPv6 has 2^64 of them."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((found, 64), strict=False)) if found.version == 6 else address


def _short(text: str) -> str:
    """What was typed as a name may be a password."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:24]
