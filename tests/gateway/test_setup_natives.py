"""Programs beside Python: used from the system when new enough, else unpacked; started by a wrapper."""

import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.channels.asterisk import MODULES
from gateway.setup import SetupRefused
from gateway.setup.archive import Release, Source
from gateway.setup.natives import asterisk_sources, prepare, usable, wrapper
from gateway.setup.programs import ASTERISK_MODULES, PROGRAMS, Program

ASTERISK = next(program for program in PROGRAMS if program.name == "asterisk")
VOICE = Program("voice", "tools", ("voice",), ("--version",), 2, environ={"VOICE_DATA": ("usr/lib/*/voice-data",)})
SOURCES = [Source("http://mirror.invalid/d", suite, ("main",)) for suite in ("own", "own-updates")]


def script(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    file.chmod(0o755)
    return file


def unpacked(root: Path, kind: str, loader: str) -> None:
    """A closure whose loader prints how it was called."""
    libraries = root / "usr/lib" / f"{kind}-linux-gnu"
    script(libraries / loader, 'echo "$VOICE_DATA"; for word in "$@"; do echo "$word"; done')
    (libraries / "voice-data").mkdir()
    (libraries / "libsound.so.1").touch()
    (libraries / "deeper").mkdir()
    (libraries / "deeper" / "libpart-16.so").touch()
    script(root / "usr/bin/voice", "exit 1")


@pytest.mark.parametrize(("kind", "loader"), [("x86_64", "ld-linux-x86-64.so.2"), ("aarch64", "ld-linux-aarch64.so.1")])
def test_our_copy_is_started_by_the_loader_unpacked_with_it(tmp_path: Path, kind: str, loader: str) -> None:
    root = tmp_path / "a folder with 'quotes' and $signs"
    unpacked(root, kind, loader)
    start = script(tmp_path / "voice", wrapper(root, VOICE))
    said = subprocess.run([str(start), "say this", "$HOME"], capture_output=True, text=True, check=True).stdout
    libraries = root / "usr/lib" / f"{kind}-linux-gnu"
    assert said.splitlines() == [
        str(libraries / "voice-data"),
        "--argv0", "voice", "--library-path", f"{libraries}:{libraries / 'deeper'}", str(root / "usr/bin/voice"),
        "say this", "$HOME",
    ]  # fmt: skip


def test_what_starts_itself_anew_is_started_by_the_hosts_loader_with_our_libraries(tmp_path: Path) -> None:
    unpacked(tmp_path, "x86_64", "ld-linux-x86-64.so.2")
    script(tmp_path / "usr/bin/voice", 'echo "$LD_LIBRARY_PATH"; echo "$VOICE_DATA"; echo "$1"')
    browser = replace(VOICE, name="browser", called=("absent", "voice"), host_loader=True)
    start = script(tmp_path / "browser", wrapper(tmp_path, browser))
    said = subprocess.run([str(start), "say this"], capture_output=True, text=True, check=True).stdout
    libraries = tmp_path / "usr/lib/x86_64-linux-gnu"
    assert said.splitlines() == [f"{libraries}:{libraries / 'deeper'}", str(libraries / "voice-data"), "say this"]


def test_a_closure_without_its_program_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SetupRefused, match="voice: not found in what was unpacked"):
        wrapper(tmp_path, VOICE)


@pytest.mark.parametrize(
    ("prints", "code", "good"),
    [
        ("Voice v2.0.1", 0, True),
        ("Voice v2.0.1", 99, True),
        ("Voice v1.9", 0, False),
        ("voice: cannot load libsound-16.1.so", 127, False),
        ("no number", 0, False),
    ],
)
def test_a_program_counts_when_it_starts_and_is_new_enough(tmp_path: Path, prints: str, code: int, good: bool) -> None:
    command = script(tmp_path / "voice", f"echo '{prints}'; exit {code}")
    assert usable(VOICE, str(command), tmp_path) is good


def test_a_program_that_is_absent_does_not_count(tmp_path: Path) -> None:
    assert not usable(VOICE, None, tmp_path)
    assert not usable(VOICE, str(tmp_path / "voice"), tmp_path)


def asterisk_in(root: Path, modules: tuple[str, ...]) -> str:
    folder = root / "usr/lib/asterisk/modules"
    folder.mkdir(parents=True)
    (root / "usr/share/asterisk").mkdir(parents=True)
    for name in modules:
        (folder / f"{name}.so").touch()
    return str(script(root / "usr/sbin/asterisk", "echo Asterisk 22.1.0"))


def test_an_asterisk_without_a_module_we_configure_is_not_used(tmp_path: Path) -> None:
    assert usable(ASTERISK, asterisk_in(tmp_path / "whole", ASTERISK_MODULES), tmp_path / "whole")
    assert not usable(ASTERISK, asterisk_in(tmp_path / "part", ASTERISK_MODULES[1:]), tmp_path / "part")


def test_every_module_demanded_of_an_asterisk_is_one_we_load() -> None:
    assert set(ASTERISK_MODULES) <= set(MODULES)


def test_debian_takes_asterisk_from_sid_and_ubuntu_from_itself_or_from_noble() -> None:
    assert [s.suite for s in asterisk_sources(SOURCES, Release("debian", "own", 12.0))] == ["sid"]
    assert asterisk_sources(SOURCES, Release("ubuntu", "own", 24.04)) == SOURCES
    assert [s.suite for s in asterisk_sources(SOURCES, Release("ubuntu", "own", 22.04))] == ["noble"]


def test_programs_the_system_has_are_started_from_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    system = tmp_path / "system"
    for program in PROGRAMS:
        script(system / program.name, f"echo {program.name} version {program.at_least}.0 started with $1")
    plain = tuple(Program(p.name, p.set, p.packages, p.version, p.at_least) for p in PROGRAMS if p.name != "asterisk")
    monkeypatch.setenv("PATH", f"{system}{os.pathsep}{os.environ['PATH']}")
    told: list[str] = []
    prepare(tmp_path / "natives", plain, told.append)
    said = subprocess.run([str(tmp_path / "natives/bin/sipp"), "-sn"], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "sipp version 3.0 started with -sn"
    assert told == []
    assert not (tmp_path / "natives/tools").exists()
