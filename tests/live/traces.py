"""What a gateway leaves behind: files, processes, and in which of them a canary sings."""

from __future__ import annotations

import stat
from collections.abc import Sequence
from pathlib import Path

from tests.live.gateway_process import GatewayProcess

KEPT = ("redis/", "spool/", "quarantine/", "kannel/store/", "kannel/receipts/")
"""What the store holds, what waits for it or for Kannel's network, and what was refused: who has the machine has it."""


def singing(folder: Path, canaries: Sequence[str], but: tuple[str, ...] = ()) -> dict[str, list[str]]:
    """Each file below the folder in which there is a canary, or in whose name, with the lines of it."""
    files = [file for file in folder.rglob("*") if file.is_file() and not str(file.relative_to(folder)).startswith(but)]
    lines = {str(file): [file.name, *_text_of(file).splitlines()] for file in files}
    found = {name: [line for line in text if any(each in line for each in canaries)] for name, text in lines.items()}
    return {name: text for name, text in found.items() if text}


def _text_of(file: Path) -> str:
    """Nothing, of a file that is there for a moment only, such as a database's journal."""
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return ""


def open_to_others(folder: Path, files: Sequence[str]) -> list[str]:
    """Those of the files, and of the folders above them up to this one, that others than their owner may open."""
    found = {Path(file) for file in files}
    ways = found | {above for file in found for above in file.parents if above.is_relative_to(folder)}
    return sorted(str(each) for each in ways if each.exists() and stat.S_IMODE(each.stat().st_mode) & 0o077)


def titles(gateway: GatewayProcess) -> dict[int, str]:
    """The command line of every process that it keeps."""
    return {number: Path(f"/proc/{number}/cmdline").read_bytes().decode() for number in gateway.processes}


def with_cores(gateway: GatewayProcess) -> list[str]:
    """The processes that would write down their memory where they die."""
    found = []
    for number, name in gateway.processes.items():
        limits = Path(f"/proc/{number}/limits").read_text(encoding="ascii").splitlines()
        found += [name for line in limits if line.startswith("Max core file size") and line.split()[4] != "0"]
    return found
