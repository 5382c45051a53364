"""The first accounts: one for each agency and an administrator, each with a random password that is told once."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TextIO

from gateway.accounts import password
from gateway.accounts.account import EVERY_AGENCY, Account, Role
from gateway.settings import Settings
from gateway.store import Store
from gateway.store.accounts import Accounts

ADMINISTRATOR = "admin"
FILE = "first-accounts.txt"


def open_accounts(accounts: Accounts, agencies: Iterable[str], now: float) -> list[tuple[Account, str]]:
    """Where there is no account at all: the first ones with their passwords. Else nothing.

    Raises:
        StoreAway: they cannot be kept now.
    """
    if accounts.any():
        return []
    # Who answers for an agency sees its board as well; further accounts are for those who take calls alone.
    wanted = [(agency, Role.SUPERVISOR, (agency,)) for agency in agencies]
    wanted.append((ADMINISTRATOR, Role.ADMINISTRATOR, (EVERY_AGENCY,)))
    opened = []
    for name, role, bound in wanted:
        secret = password.random_password()
        account = Account(name.lower(), role, bound, password.hashed(secret), must_change=True, created=now)
        opened.append((account, secret))
    return opened if accounts.begin([account for account, _ in opened]) else []


def tell(opened: Sequence[tuple[Account, str]], settings: Settings, out: TextIO) -> None:
    """Show them on a terminal. What is no terminal may end in a log: then they go into a file of their owner alone."""
    lines = [f"  {account.name:<16} {secret}   {account.role}" for account, secret in opened]
    if out.isatty():
        print(
            "\n  first accounts of the desk's page; this is shown once:\n", *lines, "", sep="\n", file=out, flush=True
        )
        return
    file = settings.state / FILE
    _write(file, "\n".join(lines) + "\n")
    print(f"  first accounts of the desk's page: in {file}, read it and remove it", file=out, flush=True)


def begin(settings: Settings, agencies: Iterable[str], out: TextIO = sys.stdout) -> None:
    """Open the first accounts at the first start, and tell them.

    Raises:
        StoreAway: they cannot be kept now.
    """
    opened = open_accounts(Accounts(Store(settings).redis), agencies, time.time())
    if opened:
        tell(opened, settings, out)


def _write(file: Path, text: str) -> None:
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(text)
