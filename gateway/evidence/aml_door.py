"""The address at which telephones, or who speaks for them, bring AML over HTTPS.

It stands in the configuration of telephones for years, so it has a secret of its own and does not expire.
"""

from __future__ import annotations

import hmac

from gateway.settings import Settings

PATH = "/aml/"
_DIGITS = 32


def url(settings: Settings, *, inside: bool = False) -> str:
    """The whole address.

    Args:
        inside: as this machine reaches it.

    Raises:
        SettingsRefused: the setting ``aml_seed`` is empty.
    """
    settings.secret("aml_seed")
    return f"{settings.inside_url if inside else settings.public_url}{PATH}{_token(settings)}"


def is_ours(settings: Settings, token: str) -> bool:
    """Whether this is the address's last word; never while the setting ``aml_seed`` is empty."""
    known = bool(settings.text("aml_seed"))
    return hmac.compare_digest(_token(settings).encode(), token.encode("utf-8", "replace")) and known


def keys(settings: Settings) -> list[str]:
    """The keys of which one must have signed a request; none: no request needs to be signed."""
    return [key for word in settings.text("aml_hmac_keys").split(",") if (key := word.strip())]


def _token(settings: Settings) -> str:
    return hmac.digest(settings.text("aml_seed").encode(), b"aml door", "sha256").hex()[:_DIGITS]
