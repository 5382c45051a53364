"""The secrets that set-up makes up."""

from __future__ import annotations

import os
import secrets as random_secrets
from pathlib import Path

from gateway.settings.reading import values_in
from gateway.settings.table import SETTINGS

GENERATED_SECRETS = tuple(setting.name for setting in SETTINGS if setting.generated)


def write_missing_secrets(state: Path) -> list[str]:
    """Give each generated secret a random value where it has none yet; returns the names written."""
    file = state / "secrets.toml"
    known = values_in(file)
    missing = [name for name in GENERATED_SECRETS if not known.get(name)]
    if missing:
        state.mkdir(parents=True, exist_ok=True)
        # 32 bytes in URL-safe base64 with padding is also what Fernet takes as a key.
        new = {name: random_secrets.token_urlsafe(32) + "=" for name in missing}
        text = "".join(f'{name} = "{value}"\n' for name, value in {**known, **new}.items())
        handle = os.open(file.with_suffix(".new"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        file.with_suffix(".new").replace(file)
    return missing
