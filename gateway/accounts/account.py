"""One person's account."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from gateway.incident.errors import Refused
from gateway.language import LANGUAGES

EVERY_AGENCY = "*"
"""Stands for all agencies, those to come as well."""

LONGEST_TITLE = 60

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")


class Role(StrEnum):
    CALL_TAKER = "call_taker"
    SUPERVISOR = "supervisor"  # a call taker who also sees the board, listens in and moves contacts
    ADMINISTRATOR = "administrator"  # keeps accounts; sees no case
    AUDITOR = "auditor"  # reads who did what; sees no case


class AccountRefused(Refused):
    """An account cannot be as asked."""


@dataclass(frozen=True, slots=True)
class Account:
    """
    Attributes:
        name: what the person types; small letters, digits and ``._-``.
        title: what colleagues see, such as the person's name.
        agencies: ids of the agencies it is bound to; EVERY_AGENCY alone: all of them.
        password: argon2 hash.
        language: ``id`` or ``en``; empty: never chosen, then what the browser asks for.
        second_factor: from what its TOTP secret is derived; empty: it has none.
        must_change: somebody else knows the password: it has to be replaced before anything else.
        generation: sessions of an earlier one are over.
        created: seconds since the epoch.
    """

    name: str
    role: Role
    agencies: tuple[str, ...]
    password: str
    title: str = ""
    language: str = ""
    second_factor: str = ""
    disabled: bool = False
    must_change: bool = False
    generation: int = 0
    created: float = 0.0

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def read_account(values: Mapping[str, Any]) -> Account:
    """The account of ``as_dict``'s values.

    Raises:
        KeyError, ValueError, TypeError: they are no account's.
    """
    return Account(**{**values, "role": Role(values["role"]), "agencies": tuple(values["agencies"])})


def checked(account: Account, known: Iterable[str]) -> Account:
    """
    Args:
        known: ids of the agencies there are.

    Raises:
        AccountRefused: its name, title, language or agencies cannot be.
    """
    if not _NAME.fullmatch(account.name):
        raise AccountRefused("name", "write 2 to 40 small letters, digits, dots, dashes and underscores")
    if len(account.title) > LONGEST_TITLE or not account.title.isprintable():
        raise AccountRefused("title", f"write up to {LONGEST_TITLE} printable characters")
    if account.language not in ("", *LANGUAGES):
        raise AccountRefused("language", f"choose one of {', '.join(LANGUAGES)}")
    _check_agencies(account, list(known))
    return account


def _check_agencies(account: Account, known: list[str]) -> None:
    if account.agencies == (EVERY_AGENCY,):
        if account.role in (Role.CALL_TAKER, Role.SUPERVISOR):
            raise AccountRefused("agencies", f"a {account.role} is bound to agencies: name them ({', '.join(known)})")
        return
    unknown = [agency for agency in account.agencies if agency not in known]
    if unknown:
        raise AccountRefused("agencies", f"the rules have no {', '.join(unknown)}: they have {', '.join(known)}")
    if not account.agencies:
        raise AccountRefused("agencies", f"name at least one of {', '.join(known)}")
