"""Environment variables that look like settings of ours and are none: what was set by them is not set."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from gateway.running.services import MARK
from gateway.settings import SETTINGS, nearest

PREFIX = "GATEWAY112_"


def misspelt(environ: Mapping[str, str] = os.environ) -> Iterator[str]:
    """A sentence for each; never its value, which may be a secret."""
    known = [setting.name.upper() for setting in SETTINGS]
    for variable in sorted(environ):
        name = variable.upper().removeprefix(PREFIX)
        if variable.upper().startswith(PREFIX) and variable not in (MARK, *(PREFIX + each for each in known)):
            near = nearest(name.lower()).upper()
            hint = f"did you mean {PREFIX}{near}?" if near else "see `gateway112 settings` for the table"
            yield f"{variable[:80]} is no setting, so it changes nothing: {hint}"
