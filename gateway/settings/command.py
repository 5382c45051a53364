"""``gateway112 settings``: the table as it stands, secrets hidden."""

from __future__ import annotations

import argparse

from gateway.settings import SETTINGS, Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Change one with GATEWAY112_<NAME> in the environment, or in settings.toml in the state folder."


def run(_arguments: argparse.Namespace, settings: Settings) -> int:
    width = max(len(setting.name) for setting in SETTINGS)
    for setting in SETTINGS:
        value = "(set)" if setting.secret and settings[setting.name] else str(settings[setting.name])
        print(f"{setting.name:<{width}}  {value or '-':<20}  {setting.help}")
    return 0
