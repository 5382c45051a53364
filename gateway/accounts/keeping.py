"""What is done to accounts by who keeps them: an administrator at the page, or whoever has the machine."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from gateway.accounts import lockout, password
from gateway.accounts.account import Account, AccountRefused, Role, checked
from gateway.accounts.audit import TERMINAL, Audit
from gateway.store.accounts import Accounts
from gateway.store.attempts import Attempts


@dataclass
class Keeping:
    """Every method raises AccountRefused and StoreAway, and password.Busy where a password is made.

    Attributes:
        by, role: who does it, for the audit.
        agencies: ids of the agencies there are.
    """

    accounts: Accounts
    attempts: Attempts
    audit: Audit
    agencies: Callable[[], Iterable[str]]
    by: str = TERMINAL
    role: str = ""
    clock: Callable[[], float] = time.time

    def get(self, name: str) -> Account:
        account = self.accounts.get(name.strip().lower())
        if account is None:
            raise AccountRefused(name, "there is no such account: see `gateway112 user list`")
        return account

    def add(
        self, name: str, role: Role, agencies: Iterable[str], title: str = "", language: str = ""
    ) -> tuple[Account, str]:
        """A new account, and its password, which it has to change when it first comes in."""
        wanted = Account(
            name.strip().lower(), role, tuple(dict.fromkeys(agencies)), "", title.strip(), language,
            must_change=True, created=self.clock(),
        )  # fmt: skip
        checked(wanted, self.agencies())
        secret = password.random_password()
        account = replace(wanted, password=password.hashed(secret))
        if not self.accounts.add(account):
            raise AccountRefused(account.name, "there is an account of that name already")
        self._tell("account_add", account.name, str(account.role))
        return account, secret

    def renew_password(self, name: str) -> str:
        """A new password, to be changed when it comes in; its sessions are over, its wrong attempts forgotten."""
        account, secret = self.get(name), password.random_password()
        kept = password.hashed(secret)
        self._change(account, "account_password", lambda found: replace(_out(found), password=kept, must_change=True))
        self.attempts.forget(lockout.owner(account.name))
        return secret

    def disable(self, name: str) -> None:
        """It cannot come in, and is out at once."""
        self._change(self.get(name), "account_disable", lambda found: replace(_out(found), disabled=True))

    def enable(self, name: str) -> None:
        self._change(self.get(name), "account_enable", lambda found: replace(found, disabled=False))

    def unlock(self, name: str) -> None:
        """Forget its wrong attempts."""
        account = self.get(name)
        self.attempts.forget(lockout.owner(account.name))
        self._tell("account_unlock", account.name)

    def set_role(self, name: str, role: Role, agencies: Iterable[str]) -> None:
        """Another role or other agencies; it comes in anew."""
        account = self.get(name)
        bound = tuple(dict.fromkeys(agencies)) or account.agencies
        checked(replace(account, role=role, agencies=bound), self.agencies())
        self._change(account, "account_role", lambda found: replace(_out(found), role=role, agencies=bound), str(role))

    def end_second_factor(self, name: str) -> None:
        """For a telephone that is lost."""
        self._change(self.get(name), "account_code_off", lambda found: replace(_out(found), second_factor=""))

    def sign_out(self, name: str) -> None:
        self._change(self.get(name), "account_sign_out", _out)

    def _change(self, account: Account, act: str, how: Callable[[Account], Account], outcome: str = "done") -> None:
        try:
            self.accounts.change(account.name, how)
        except KeyError:
            raise AccountRefused(account.name, "there is no such account any more") from None
        self._tell(act, account.name, outcome)

    def _tell(self, act: str, about: str, outcome: str = "done") -> None:
        self.audit.write(self.by, self.role, act, about=about, outcome=outcome)


def _out(account: Account) -> Account:
    """All its sessions are over."""
    return replace(account, generation=account.generation + 1)
