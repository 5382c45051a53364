"""The distribution's apt archive, read through an apt state of our own: nothing of the system's apt is touched.

Packages are fetched with everything they depend on, down to the C library, and unpacked side by side into one folder;
what is unpacked so is started by the C library's loader in that folder and depends on nothing the host has installed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from gateway.setup import SetupRefused

# What a package carries for people, not for programs.
NEEDLESS = tuple(f"usr/share/{name}" for name in ("doc", "man", "locale", "info", "lintian", "perl"))

# For dpkg's status: a package of whatever version somebody asks for.
PRESENT = """Package: {}
Status: install ok installed
Maintainer: nobody
Architecture: all
Multi-Arch: foreign
Version: 999:0
Description: not fetched

"""


@dataclass(frozen=True)
class Release:
    """The host's distribution: ``debian`` or ``ubuntu``, its code name, and its version (0 where it has none yet)."""

    family: str
    codename: str
    version: float


def host_release(os_release: str | None = None) -> Release:
    """Read from the text of os-release(5).

    Raises:
        SetupRefused: the host is neither Debian, nor Ubuntu, nor made from one of them.
    """
    if os_release is None:
        file = Path("/etc/os-release")
        os_release = file.read_text(encoding="utf-8") if file.exists() else ""
    fields = {name: value.strip("\"'") for name, _, value in (line.partition("=") for line in os_release.splitlines())}
    likes = [fields.get("ID", ""), *fields.get("ID_LIKE", "").split()]
    family = next((like for like in likes if like in ("ubuntu", "debian")), None)
    if family is None or shutil.which("apt-get") is None:
        raise SetupRefused(
            "distribution",
            f"{fields.get('PRETTY_NAME', 'this system')} is neither Debian nor Ubuntu: install asterisk (20 or later), "
            "kamailio (5 or later), redis (7 or later), kannel (1.4), sipp, espeak-ng and baresip yourself, "
            "then run this again",
        )
    codename = fields.get("UBUNTU_CODENAME") or fields.get("DEBIAN_CODENAME") or fields.get("VERSION_CODENAME", "sid")
    version = fields.get("VERSION_ID", "0")
    return Release(family, codename, float(version) if re.fullmatch(r"\d+(\.\d+)?", version) else 0.0)


@dataclass(frozen=True)
class Source:
    """One line of a sources list."""

    archive: str
    suite: str
    components: tuple[str, ...]

    def line(self, keyring: Path | None) -> str:
        trust = f"[signed-by={keyring}] " if keyring else ""
        return f"deb {trust}{self.archive} {self.suite} {' '.join(self.components)}\n"


def sources_from(uris: str, release: Release) -> list[Source]:
    """The distribution's own sources among what ``apt-get update --print-uris`` prints; third parties' are left out."""
    suites = {release.codename + ending for ending in ("", "-updates", "-security")}
    found: dict[tuple[str, str], list[str]] = {}
    for line in uris.splitlines():
        match = re.match(r"'([^' ]+)/dists/([^/' ]+)/([^/' ]+)/binary-[^']*'", line)
        if match and match[2] in suites and match[3] in ("main", "universe"):
            components = found.setdefault((match[1], match[2]), [])
            if match[3] not in components:
                components.append(match[3])
    # A third party may name its suite like the distribution's; the real archive serves the updates too.
    real = {archive for archive, suite in found if suite != release.codename} or {archive for archive, _ in found}
    return [Source(archive, suite, tuple(names)) for (archive, suite), names in found.items() if archive in real]


def other_suite(sources: Sequence[Source], suite: str, release: Release) -> list[Source]:
    """Another suite from the same mirror."""
    return [Source(s.archive, suite, s.components) for s in sources if s.suite == release.codename][:1]


def host_sources(release: Release, scratch: Path) -> list[Source]:
    """The host's own sources; its package lists may be missing or old.

    Raises:
        SetupRefused: apt names none.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    command = ["apt-get", "-o", f"Dir::State::lists={scratch}", "-o", "Debug::NoLocking=1", "update", "--print-uris"]
    asked = _run(command, scratch)
    found = sources_from(asked.stdout, release)
    if not found:
        raise SetupRefused(
            "apt sources",
            f"apt names no archive of {release.codename}: add the distribution's line to /etc/apt/sources.list "
            f"{asked.stderr.strip()[-200:]}",
        )
    return found


class Apt:
    """An apt state of our own in ``folder``: it knows ``sources`` and believes that only ``present`` is installed."""

    def __init__(self, folder: Path, sources: Sequence[Source], release: Release, present: Sequence[str] = ()):
        self.folder = folder
        for part in ("state/lists/partial", "cache/archives/partial"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        (folder / "status").write_text("".join(PRESENT.format(name) for name in present), encoding="utf-8")
        keyrings = (Path(f"/usr/share/keyrings/{release.family}-archive-keyring.{ending}") for ending in ("gpg", "pgp"))
        keyring = next((file for file in keyrings if file.exists()), None)
        (folder / "sources.list").write_text("".join(source.line(keyring) for source in sources), encoding="utf-8")

    def _apt_get(self, *words: str) -> subprocess.CompletedProcess[str]:
        options = {
            "Dir::State": self.folder / "state",
            "Dir::State::status": self.folder / "status",
            "Dir::Cache": self.folder / "cache",
            "Dir::Cache::pkgcache": "pkgcache.bin",
            "Dir::Cache::srcpkgcache": "",
            "Dir::Etc::sourcelist": self.folder / "sources.list",
            "Dir::Etc::sourceparts": "/dev/null",
            "Dir::Etc::preferences": "/dev/null",
            "Dir::Etc::preferencesparts": "/dev/null",
            "APT::Install-Recommends": "0",
            "APT::Sandbox::User": "",
            "Acquire::Languages": "none",
            "Acquire::Retries": "3",
            "Acquire::http::Timeout": "60",
            "Debug::NoLocking": "1",
        }
        pairs = (word for name, value in options.items() for word in ("-o", f"{name}={value}"))
        command = ["apt-get", *pairs, "--quiet=2", "--yes", *words]
        return _run(command, self.folder)

    def update(self) -> None:
        """Raises SetupRefused: the archive cannot be reached."""
        done = self._apt_get("--error-on=any", "update")
        if done.returncode:
            raise SetupRefused(
                "archive", f"no package lists: {_reason(done)}: check the network to the archive, then run this again"
            )

    def fetch(self, packages: Iterable[str]) -> list[Path]:
        """The files of ``packages`` and of all they depend on; what is already here is not fetched again.

        Raises:
            SetupRefused: a package is unknown, or the archive cannot be reached.
        """
        wanted = list(packages)
        nothing = self.folder / "nothing"  # apt leaves out of the list what its cache already holds
        (nothing / "partial").mkdir(parents=True, exist_ok=True)
        listed = self._apt_get("-o", f"Dir::Cache::archives={nothing}", "--print-uris", "install", *wanted)
        done = self._apt_get("--download-only", "install", *wanted) if listed.returncode == 0 else listed
        if done.returncode:
            raise SetupRefused(
                " ".join(wanted),
                f"not fetched: {_reason(done)}: check the network and the disk, or install it, then run this again",
            )
        names = re.findall(r"^'[^']+' (\S+)", listed.stdout, re.MULTILINE)
        return [self.folder / "cache/archives" / name for name in names]

    def fetch_alone(self, package: str) -> Path:
        """The file of ``package`` without what it depends on.

        Raises:
            SetupRefused: it is unknown, or the archive cannot be reached.
        """
        done = self._apt_get("--print-uris", "download", package)
        names: list[str] = re.findall(r"^'[^']+' (\S+)", done.stdout, re.MULTILINE)
        done = self._apt_get("download", package) if names else done
        if done.returncode:
            raise SetupRefused(package, f"not fetched: {_reason(done)}: check the network, then run this again")
        return self.folder / names[-1]


def unpack(files: Iterable[Path], folder: Path) -> None:
    """Raises SetupRefused: a file cannot be unpacked, because it is damaged or the disk is full."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        done = _run(["dpkg", "-x", str(file), str(folder)], folder)
        if done.returncode:
            file.unlink(missing_ok=True)
            raise SetupRefused(file.name, f"not unpacked: {_reason(done)}: check the disk, then run this again")
    for needless in NEEDLESS:
        shutil.rmtree(folder / needless, ignore_errors=True)


def _run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    # Messages in English, since they are parsed and quoted.
    environ = {**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}
    nobody = subprocess.DEVNULL
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environ, stdin=nobody, cwd=folder)


def _reason(done: subprocess.CompletedProcess[str]) -> str:
    lines = (line.strip() for line in done.stderr.splitlines())
    return next((line.removeprefix("E: ") for line in lines if line and not line.startswith("W:")), "no reason given")
