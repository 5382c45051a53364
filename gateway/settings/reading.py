"""Reads the settings as they stand: the environment, the two files of the state folder, the defaults."""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path

from gateway.settings.table import SETTINGS, Setting, Value
from gateway.settings.values import ROOT, Settings, SettingsRefused

_YES, _NO = ("yes", "on", "true", "1"), ("no", "off", "false", "0")


def read(environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings as they stand now.

    Raises:
        SettingsRefused: a file is malformed, a name is unknown, or a value is of the wrong type.
    """
    table = {setting.name: setting for setting in SETTINGS}
    values: dict[str, Value] = {setting.name: setting.default for setting in SETTINGS}
    state = ROOT / environ.get("GATEWAY112_STATE", str(values["state"]))
    for file in (state / "secrets.toml", state / "settings.toml"):
        for name, value in values_in(file).items():
            if name not in table:
                near = nearest(name)
                hint = f"did you mean {near}?" if near else "see `gateway112 settings` for the table"
                raise SettingsRefused(f"{file}: unknown setting {name!r}: {hint}")
            values[name] = _typed(table[name], value, str(file))
    for setting in SETTINGS:
        variable = f"GATEWAY112_{setting.name.upper()}"
        if variable in environ:
            values[setting.name] = _typed(setting, environ[variable], variable)
    return Settings(values)


def values_in(file: Path) -> dict[str, object]:
    """What a file in TOML says; nothing while it is absent.

    Raises:
        SettingsRefused: it cannot be read.
    """
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise SettingsRefused(f"{file}: {fault}: mend the file or remove it") from fault


def _typed(setting: Setting, value: object, where: str) -> Value:
    if isinstance(setting.default, bool):
        word = str(value).strip().lower()
        if word not in _YES + _NO:
            raise SettingsRefused(f"{where}: {setting.name} must be yes or no, not {value!r}")
        return word in _YES
    if isinstance(setting.default, int):
        try:
            number = int(str(value))
        except ValueError:
            raise SettingsRefused(f"{where}: {setting.name} must be a whole number, not {value!r}") from None
        if not 0 < number < 65536:
            raise SettingsRefused(f"{where}: {setting.name} must be between 1 and 65535, not {number}")
        return number
    return str(value)


def nearest(name: str) -> str:
    """The setting that a name which is none was probably meant for; empty: none is near."""
    return next(iter(difflib.get_close_matches(name, [setting.name for setting in SETTINGS], n=1, cutoff=0.6)), "")
