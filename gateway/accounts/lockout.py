"""How often a password may be tried. Wrong attempts bring delays that double; nothing is ever locked for good.

Whoever tries passwords must not be able to keep a desk empty, also not from the room's own address (a guest network, a
proxy that is not told of). So an attempt is counted by what the person at the desk has and a stranger has not:

- in a browser in which the account came in before (a cookie says so): by account and browser alone;
- in a browser in which somebody else of ours came in before: by account and who that was, for who guesses there is he;
- in any other browser: by account and address, strictly; and, from where nobody of ours came in lately, by account from
  anywhere, leniently and with a short delay: twelve letters are not guessed at that speed.

No address is delayed as a whole. A name that nobody has delays no name that somebody has.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from gateway.store.attempts import Count

FORGOTTEN_SECONDS = 3600
PLACE_SECONDS = 30 * 86_400
"""So long an address is known as one where somebody of ours came in."""

MOST_ACCOUNTS = 20
STRANGERS = 16_384
"""Counts of names that nobody has, each of several: whoever makes up names does not fill the store."""

_BROWSER = re.compile(r"[0-9a-f]{16}( [0-9a-f]{12}){1,20}")


@dataclass(frozen=True, slots=True)
class Browser:
    """What a browser's cookie says of it; it lets nobody in.

    Attributes:
        name: random; empty: nobody of ours came in there before.
        accounts: digests of who did, the last one first.
    """

    name: str = ""
    accounts: tuple[str, ...] = ()

    def after(self, account: str, fresh: str) -> Browser:
        """After this account came in; ``fresh`` names it where it has no name."""
        others = tuple(each for each in self.accounts if each != _short(account))
        return Browser(self.name or fresh, (_short(account), *others)[:MOST_ACCOUNTS])

    def __str__(self) -> str:
        return " ".join((self.name, *self.accounts))


def read_browser(text: str) -> Browser:
    """What ``str`` of one gave; anything else is one that nobody knows."""
    name, *accounts = text.split(" ") if _BROWSER.fullmatch(text) else ("",)
    return Browser(name, tuple(accounts))


def counts(account: str, address: str, browser: Browser, *, is_ours: bool = False) -> Sequence[Count]:
    """What an attempt on somebody's account is counted in.

    Args:
        is_ours: somebody of ours came in from this address lately.
    """
    who = _short(account)
    if who in browser.accounts:
        return (Count(f"device:{who}:{browser.name}", 10, 60, FORGOTTEN_SECONDS),)
    if browser.accounts:
        return (Count(f"beside:{who}:{browser.accounts[0]}", 5, 300, FORGOTTEN_SECONDS),)
    pair = Count(f"pair:{who}:{place(address)}", 5, 300, FORGOTTEN_SECONDS)
    return (pair,) if is_ours else (pair, Count(f"account:{who}", 60, 5, FORGOTTEN_SECONDS))


def strangers_counts(name: str, address: str) -> Sequence[Count]:
    """The same of a name that nobody has: told apart from others by nothing."""
    at = int(_short(f"{name} {place(address)}"), 16) % STRANGERS
    return (Count(f"stranger:{at}", 5, 300, FORGOTTEN_SECONDS),)


def session_counts(account: str, session: str) -> Sequence[Count]:
    """The same of who is in and gives the password once more."""
    return (Count(f"session:{_short(account)}:{_short(session)}", 10, 60, FORGOTTEN_SECONDS),)


def code_counts(account: str) -> Sequence[Count]:
    """The same of the second factor's code, whose guesser has the password: a million codes, three good at a time."""
    return (Count(f"code:{_short(account)}", 5, 120, FORGOTTEN_SECONDS),)


def owner(account: str) -> str:
    """Whose attempts they are, for who sets them back."""
    return _short(account)


def place(address: str) -> str:
    """Where somebody is. Who has one address of IPv6 has 2^64 of them."""
    try:
        found = ip_address(address)
    except ValueError:
        return _short(address)
    return _short(str(ip_network((found, 64), strict=False)) if found.version == 6 else address)


def _short(text: str) -> str:
    """What was typed as a name may be a password."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]
