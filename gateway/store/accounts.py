"""Accounts in Redis: one hash, a line of JSON each; and which codes of second factors were used."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from gateway.accounts.account import Account, read_account
from gateway.store.connection import StoreAway, away

CODE_SECONDS = 180
"""Longer than any code is good."""

_ATTEMPTS = 20
_REPLACE = """
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
"""
_BEGIN = """
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], unpack(ARGV))
return 1
"""
_USE = """
local last = redis.call('GET', KEYS[1])
if last and tonumber(last) >= tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
return 1
"""


class Accounts:
    """Safe to share between threads; every method raises StoreAway besides what it says."""

    def __init__(self, client: Any):
        self._redis = client
        self._replace = client.register_script(_REPLACE)
        self._begin = client.register_script(_BEGIN)
        self._use = client.register_script(_USE)

    def get(self, name: str) -> Account | None:
        with away():
            found = self._redis.hget("accounts", name)
        return _read(found) if found else None

    def every(self) -> list[Account]:
        """All of them by name."""
        with away():
            found = self._redis.hvals("accounts")
        return sorted(map(_read, found), key=lambda account: account.name)

    def any(self) -> bool:
        """Whether there is one at all."""
        with away():
            return bool(self._redis.exists("accounts"))

    def begin(self, accounts: Sequence[Account]) -> bool:
        """Put the first accounts in; False where there are some already."""
        words = [word for account in accounts for word in (account.name, _text(account))]
        with away():
            return bool(self._begin(keys=["accounts"], args=words))

    def add(self, account: Account) -> bool:
        """False where there is one of that name."""
        with away():
            return bool(self._redis.hsetnx("accounts", account.name, _text(account)))

    def change(self, name: str, how: Callable[[Account], Account]) -> Account:
        """Replace an account by what ``how`` makes of it; nobody else's change is lost.

        Raises:
            KeyError: there is none of that name.
        """
        for _ in range(_ATTEMPTS):
            with away():
                found = self._redis.hget("accounts", name)
            if not found:
                raise KeyError(name)
            fresh = how(_read(found))
            with away():
                if self._replace(keys=["accounts"], args=[name, found, _text(fresh)]):
                    return fresh
        raise StoreAway(f"an account changed {_ATTEMPTS} times while it was being changed")

    def use_code(self, name: str, step: int) -> bool:
        """Use the second factor's code of a time step; False if it, or a later one, was used before."""
        with away():
            return bool(self._use(keys=[f"code:{name}"], args=[step, CODE_SECONDS]))


def _read(text: bytes) -> Account:
    return read_account(json.loads(text))


def _text(account: Account) -> str:
    return json.dumps(account.as_dict(), ensure_ascii=False)
