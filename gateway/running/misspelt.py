"""Environment variables that look like settings of ours and are none: what was set by them is not set."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator, Mapping

from gateway.running.services import MARK
from gateway.settings import SETTINGS

PREFIX = "GATEWAY112_"


def misspelt(environ: Mapping[str, str] = os.environ) -> Iterator[str]:
    """A sentence for each; never its value, which may be a secret."""
    known = [PREFIX + setting.name.upper() for setting in SETTINGS]
    for name in sorted(environ):
        if name.upper().startswith(PREFIX) and name not in (*known, MARK):
            near = difflib.get_close_matches(name.upper(), known, n=1, cutoff=0.8)
            hint = f"did you mean {near[0]}?" if near else "see `gateway112 settings` for the table"
            yield f"{name[:80]} is no setting, so it changes nothing: {hint}"
