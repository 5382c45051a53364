"""SIP passwords of browser desks: made when somebody goes on duty there, gone when they go off.

They lie in Asterisk's own database, where its SIP looks at each request (asterisk_conf/sorcery.conf.j2).
"""

from __future__ import annotations

import contextlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.channels.ami_actions import ActionRefused, Actions

FAMILY = "g112/auth"
UNTIL = "g112-auth-until"
"""Each password's end, beside it: Asterisk knows of none."""

CONTACTS = "registrar/contact"
"""Where Asterisk keeps who has registered; a key is the desk's id, ``;@`` and a digest."""

LASTS_SECONDS = 3600.0
RENEWED_IN_LAST = 1 / 6
"""In this last part of its life a page's password is replaced by whatever it asks for."""


@dataclass(frozen=True, slots=True)
class Credential:
    """
    Attributes:
        user: the SIP user name, which is the desk's id.
        expires_at: seconds since the epoch.
    """

    user: str
    password: str
    expires_at: float


@dataclass
class Credentials:
    """Every method raises AmiAway where Asterisk's manager is away.

    Attributes:
        lasts: seconds that a password is good for.
    """

    manager: Actions
    lasts: float = LASTS_SECONDS
    _of_pages: dict[str, tuple[str, Credential]] = field(default_factory=dict)

    def mint(self, desk: str, now: float) -> Credential:
        """A fresh password; the one before it holds no longer.

        Raises:
            ActionRefused: Asterisk did not keep it.
        """
        credential = Credential(desk, secrets.token_hex(24), now + self.lasts)
        # Its end first: what has a password and no end would last for ever.
        self.manager.put(UNTIL, desk, str(round(credential.expires_at)))
        self._put(desk, credential.password)
        return credential

    def of_page(self, desk: str, tab: str, now: float, *, fresh: bool) -> Credential:
        """The password of the page at a desk: its own as long as it lasts, unless it is to be a fresh one."""
        whose, kept = self._of_pages.get(desk, ("", None))
        if whose != tab:
            self._forget_contacts(desk)
        if fresh or whose != tab or kept is None or kept.expires_at - now < self.lasts * RENEWED_IN_LAST:
            kept = self.mint(desk, now)
            self._of_pages[desk] = tab, kept
        return kept

    def revoke(self, desk: str) -> None:
        """From the next request on the desk's password is wrong: the one in its place nobody knows. (Without any,
        Asterisk would answer that the fault is its own.)"""
        self._of_pages.pop(desk, None)
        self._put(desk, secrets.token_hex(24))
        self._forget_contacts(desk)
        with contextlib.suppress(ActionRefused):
            self.manager.delete(UNTIL, desk)

    def sweep(self, now: float, late: Mapping[str, float] | None = None) -> list[str]:
        """Revoke those whose time has come; returns their desks.

        Args:
            late: by desk, so many seconds after its end a password is still good.
        """
        late, ends = late or {}, self.manager.database(UNTIL)
        gone = [desk for desk, end in ends.items() if not end.isdigit() or float(end) + late.get(desk, 0.0) <= now]
        for desk in gone:
            self.revoke(desk)
        return gone

    def _put(self, desk: str, password: str) -> None:
        values = {"auth_type": "userpass", "username": desk, "password": password}
        self.manager.put(FAMILY, desk, json.dumps(values, separators=(",", ":")))

    def _forget_contacts(self, desk: str) -> None:
        """Whoever registered with a password that is over is found there no longer."""
        for key in self.manager.database(CONTACTS):
            if key.startswith(f"{desk};@"):
                with contextlib.suppress(ActionRefused):
                    self.manager.delete(CONTACTS, key)
