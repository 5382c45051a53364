"""Who may do what with an account. Each condition on its own line; pure. Of cases gateway/desk/rights.py says more."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from gateway.accounts.account import EVERY_AGENCY, Account, Role


class Stage(StrEnum):
    """How far a session has come in."""

    SECOND_FACTOR = "second_factor"  # the password was right, the code is still to come
    NEW_PASSWORD = "new_password"  # noqa: S105 - a stage's name; everything was right, but somebody else knows the password
    IN = "in"


class Right(StrEnum):
    """What a route asks for."""

    OPEN = "open"  # nothing: whoever comes
    CODE = "code"  # to give the second factor's code
    OWN = "own"  # one's own account: who am I, language, second factor, sign out
    PASSWORD = "password"  # noqa: S105 - a right's name; one's own password, also while it must be changed
    WORK = "work"  # to be at a desk: duty, cases, calls, the feed
    SUPERVISE = "supervise"  # the board, listening in, moving contacts, dead letters, alarms
    ADMINISTER = "administer"  # accounts
    AUDIT = "audit"  # who did what


_ROLES: dict[Right, frozenset[Role]] = {
    Right.OWN: frozenset(Role),
    Right.PASSWORD: frozenset(Role),
    Right.CODE: frozenset(Role),
    Right.WORK: frozenset({Role.CALL_TAKER, Role.SUPERVISOR}),
    Right.SUPERVISE: frozenset({Role.SUPERVISOR}),
    Right.ADMINISTER: frozenset({Role.ADMINISTRATOR}),
    Right.AUDIT: frozenset({Role.AUDITOR}),
}
_STAGES: dict[Right, frozenset[Stage]] = {
    Right.CODE: frozenset({Stage.SECOND_FACTOR}),
    Right.PASSWORD: frozenset({Stage.NEW_PASSWORD, Stage.IN}),
}


def may(account: Account, stage: Stage, right: Right) -> bool:
    """Whether the role has the right at all; for which agencies, ``concerns`` says."""
    if right is Right.OPEN:
        return True
    if account.disabled:
        return False
    if stage not in _STAGES.get(right, {Stage.IN}):
        return False
    return account.role in _ROLES[right]


def concerns(account: Account, agency: str) -> bool:
    """Whether an agency is one of the account's."""
    if account.agencies == (EVERY_AGENCY,):
        return True
    return agency in account.agencies


def agencies_of(account: Account, known: Iterable[str]) -> list[str]:
    """Its agencies among those there are, in the order of the rules."""
    return [agency for agency in known if concerns(account, agency)]


def may_manage(administrator: Account, account: Account) -> bool:
    """Whether it may see and change the account, or make one like it."""
    if administrator.disabled:
        return False
    if administrator.role is not Role.ADMINISTRATOR:
        return False
    if administrator.agencies == (EVERY_AGENCY,):
        return True
    return set(account.agencies) <= set(administrator.agencies)


def may_unmake(administrator: Account, account: Account) -> bool:
    """Whether it may disable the account or change its role: nobody shuts himself out."""
    if administrator.name == account.name:
        return False
    return may_manage(administrator, account)


def may_audit(auditor: Account, agency: str) -> bool:
    """Whether it may read what was done for an agency; what concerns none is for auditors of all."""
    if auditor.role is not Role.AUDITOR:
        return False
    if auditor.agencies == (EVERY_AGENCY,):
        return True
    return bool(agency) and agency in auditor.agencies
