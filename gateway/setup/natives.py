"""The programs beside Python: Kamailio, Asterisk, Redis, Kannel, the callers of the tests, the voice of the prompts.

An installed program that is new enough is used as it is; of every other we unpack a copy of our own. Either way
``<natives>/bin/NAME`` starts it, and ``<natives>/share`` leads to the folders its configuration has to name.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from gateway.setup import SetupRefused, archive
from gateway.setup.programs import ASTERISK_MODULES, Program
from gateway.setup.progress import Progress


def prepare(natives: Path, programs: Sequence[Program], progress: Progress) -> None:
    """Fill ``natives`` with these programs, leaving alone what is there already.

    Raises:
        SetupRefused: a program can be neither found nor fetched.
    """
    own = [program for program in programs if not usable(program, _installed(program), Path("/"))]
    for name in dict.fromkeys(program.set for program in own):
        members = [program for program in own if program.set == name]
        packages = list(dict.fromkeys(each for program in members for each in program.packages))
        if not set(packages) <= set(_unpacked(natives / name)):
            _unpack(natives, name, packages, [each for program in members for each in program.without], progress)
    _write_wrappers(natives, programs, own)
    for program in programs:
        root = natives / program.set if program in own else Path("/")
        if not usable(program, str(natives / "bin" / program.name), root):
            raise SetupRefused(program.name, f"does not start: remove {natives} and run this again")


def _installed(program: Program) -> str | None:
    """The system's own file of it."""
    path = os.pathsep.join([os.environ.get("PATH", ""), *(f"/{at}" for at in program.lies)])
    return next((found for name in program.files if (found := shutil.which(name, path=path))), None)


def usable(program: Program, command: str | None, root: Path) -> bool:
    """Whether ``command`` is that program, new enough, with what it must bring below ``root``."""
    if command is None or not _answers(Path(command), program):
        return False
    if any(_folder(root, patterns) is None for patterns in program.folders.values()):
        return False
    if program.name != "asterisk":
        return True
    modules = _folder(root, program.folders["asterisk-modules"])
    return modules is not None and all((modules / f"{name}.so").exists() for name in ASTERISK_MODULES)


def _answers(command: Path, program: Program) -> bool:
    try:
        # sipp ends with 99 after its version; 126 and 127 are the shell's and the loader's own failures.
        done = subprocess.run([str(command), *program.version], capture_output=True, text=True, check=False, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return False
    number = re.search(r"(\d+)\.\d+", done.stdout + done.stderr)
    started = done.returncode not in (126, 127)
    return started and number is not None and int(number[1]) >= program.at_least


def _folder(root: Path, patterns: Sequence[str]) -> Path | None:
    return next((found for pattern in patterns for found in sorted(root.glob(pattern)) if found.is_dir()), None)


def _unpacked(root: Path) -> list[str]:
    """The packages asked for when ``root`` was filled; written last, so an interrupted set counts as absent."""
    file = root / "packages"
    return file.read_text(encoding="utf-8").split() if file.exists() else []


def _unpack(natives: Path, name: str, packages: Sequence[str], without: Sequence[str], progress: Progress) -> None:
    release = archive.host_release()
    scratch = natives / "fetch"
    sources = archive.host_sources(release, scratch / "lists")
    if name == "asterisk":
        sources = asterisk_sources(sources, release)
    progress(f"reading the package lists of {', '.join(source.suite for source in sources)}")
    apt = archive.Apt(scratch / name, sources, release, without)
    apt.update()
    progress(f"fetching {', '.join(packages)} with all they need")
    files = apt.fetch(packages)
    progress(f"unpacking {len(files)} packages")
    fresh = natives / f"{name}.new"
    shutil.rmtree(fresh, ignore_errors=True)
    archive.unpack(files, fresh)
    (fresh / "packages").write_text("\n".join(packages), encoding="utf-8")
    shutil.rmtree(natives / name, ignore_errors=True)
    fresh.rename(natives / name)
    shutil.rmtree(scratch / name)


def asterisk_sources(sources: Sequence[archive.Source], release: archive.Release) -> list[archive.Source]:
    """Where Asterisk 20 or later is found: Debian has it in sid alone; Ubuntu in each release from 24.04 on."""
    if release.family == "debian":
        return archive.other_suite(sources, "sid", release)
    if release.version < 24.04:
        return archive.other_suite(sources, "noble", release)
    return list(sources)


def _write_wrappers(natives: Path, programs: Sequence[Program], own: Sequence[Program]) -> None:
    for part in ("bin", "share"):
        (natives / part).mkdir(parents=True, exist_ok=True)
    for program in programs:
        root = natives / program.set if program in own else Path("/")
        system = f'#!/bin/sh\nexec {shlex.quote(str(_installed(program)))} "$@"\n'
        _place(natives / "bin" / program.name, wrapper(root, program) if program in own else system)
        for name, patterns in program.folders.items():
            link = natives / "share" / name
            fresh = link.with_suffix(".new")
            fresh.unlink(missing_ok=True)
            fresh.symlink_to(_folder(root, patterns) or root)
            fresh.replace(link)


def _place(file: Path, script: str) -> None:
    fresh = file.with_suffix(".new")
    fresh.write_text(script, encoding="utf-8")
    fresh.chmod(0o755)
    fresh.replace(file)


def wrapper(root: Path, program: Program) -> str:
    """A shell script that starts our own copy by the loader unpacked with it, or else by the host's.

    Raises:
        SetupRefused: the program or its loader is not below ``root``.
    """
    loader = next((file for file in _libraries(root, "ld-linux*.so.*") if os.access(file, os.X_OK)), None)
    places = (root / part / name for name in program.files for part in program.lies)
    binary = next((file for file in places if file.exists()), None)
    if binary is None or (loader is None and not program.host_loader):
        raise SetupRefused(program.name, f"not found in what was unpacked under {root}")
    # Some libraries keep parts of themselves one folder deeper (PulseAudio's is named lib….so without a number).
    libraries = [*_libraries(root, "lib*.so.*"), *_libraries(root, "*/lib*.so*")]
    path = ":".join(dict.fromkeys(str(file.parent) for file in libraries))
    environ = {name: str(_folder(root, at)) for name, at in program.environ.items()}
    if program.host_loader:
        environ["LD_LIBRARY_PATH"], words = path, [str(binary)]
    else:
        # A loader keeps our libraries to this one program; LD_LIBRARY_PATH would give them to all that it starts.
        words = [str(loader), "--argv0", program.name, "--library-path", path, str(binary)]
    exports = [f"export {name}={shlex.quote(value)}" for name, value in environ.items()]
    return "\n".join(["#!/bin/sh", *exports, f'exec {shlex.join(words)} "$@"', ""])


def _libraries(root: Path, pattern: str) -> list[Path]:
    """Files below the library folders, whatever the host's multi-architecture name is."""
    return [file for base in ("lib", "usr/lib") for file in sorted(root.glob(f"{base}/*-linux-*/{pattern}"))]
