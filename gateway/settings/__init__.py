"""The settings. Read once at start, frozen afterwards.

A value comes, in this order, from the environment (``GATEWAY112_`` + the name in capitals), from
``settings.toml`` in the state folder, from ``secrets.toml`` beside it (written at set-up, mode 0600), or from the
table's default. An empty secret is refused where it is needed, never replaced by a guess.
"""

from gateway.settings.reading import nearest, read
from gateway.settings.secrets import GENERATED_SECRETS, write_missing_secrets
from gateway.settings.table import SETTINGS
from gateway.settings.values import ROOT, Settings, SettingsRefused

__all__ = [
    "GENERATED_SECRETS",
    "ROOT",
    "SETTINGS",
    "Settings",
    "SettingsRefused",
    "nearest",
    "read",
    "write_missing_secrets",
]
