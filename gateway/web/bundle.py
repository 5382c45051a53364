"""The desk's scripts and style sheets as they were bundled at set-up (gateway/setup/page.py)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from gateway.incident.errors import Refused
from gateway.settings import Settings
from gateway.setup.page import bundled


class BundleRefused(Refused):
    """There is nothing that could be served."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Names of the files that a page of this entry loads: a module script, and a style sheet where there is one.

    A name changes with what is in the file, so that a browser may keep it for ever.
    """

    script: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class Bundle:
    """What may be served: the files directly in ``folder``, and nothing else there is."""

    folder: Path
    entries: dict[str, Entry]


def built(settings: Settings) -> Bundle:
    """What was bundled of the sources as they are now.

    Raises:
        BundleRefused: nothing was; the set-up has to run.
    """
    folder = bundled(settings.natives)
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except OSError:
        raise BundleRefused("desk's page", f"not bundled in {folder}: run `make setup`") from None
    return Bundle(folder, {name: Entry(**files) for name, files in manifest.items()})
