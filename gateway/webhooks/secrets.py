"""What each agency's webhook is signed with: ``<state>/webhooks.toml``, a line ``110 = "…"`` for each.

While a secret is replaced there may be two, ``110 = ["new", "old"]``: each request is then signed with both.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from gateway.incident.errors import Refused
from gateway.settings import Settings

SHORTEST = 24
"""Characters; ``python -c 'import secrets; print(secrets.token_urlsafe(32))'`` makes one of 43."""


def file(settings: Settings) -> Path:
    return settings.state / "webhooks.toml"


def are_used(settings: Settings) -> bool:
    """Whether there are webhooks at all: without secrets none is sent."""
    return file(settings).exists()


def read(settings: Settings) -> dict[str, tuple[str, ...]]:
    """The secrets by agency, the one to be used first.

    Raises:
        Refused: the file cannot be read.
    """
    path = file(settings)
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise Refused(str(path), f"{fault}: mend the file") from None
    return {name: tuple(map(str, value if isinstance(value, list) else [value])) for name, value in table.items()}
