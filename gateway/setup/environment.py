"""The Python environment of the project, ``.venv``: made with the system's Python, filled from requirements.lock.

Runs before anything is installed (``python3 -m gateway.setup.environment``), so it needs the standard library alone.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from gateway.incident.errors import Refused
from gateway.settings import ROOT, SettingsRefused, read
from gateway.setup import SetupRefused, archive
from gateway.setup.alone import alone
from gateway.setup.progress import NumberedLines, Progress
from gateway.setup.steps import CONFIGURE, FETCH

FOLDER = ROOT / ".venv"
PYTHON = FOLDER / "bin" / "python"
# A package's presence does not tell that pip was not interrupted; this file, written after it, does.
STAMP = FOLDER / "complete"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


def prepare(scratch: Path, progress: Progress) -> None:
    """Make ``.venv`` agree with requirements.lock; done already, this takes no time.

    Raises:
        SetupRefused: this Python is too old, or packages cannot be fetched.
    """
    wanted = fingerprint()
    found = STAMP.read_text(encoding="utf-8") if STAMP.exists() else ""
    if found == wanted and _starts():
        return
    STAMP.unlink(missing_ok=True)
    if found.partition(" ")[0] != wanted.partition(" ")[0] or not _starts():
        progress("making .venv")
        _make(scratch)
    environ = {**os.environ, **_certificates(scratch)}
    progress("installing the packages of requirements.lock")
    _pip(environ, "install", "--require-hashes", "--requirement", str(ROOT / "requirements.lock"))
    progress("installing the command line, .venv/bin/gateway112")
    _pip(environ, "install", "--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    STAMP.write_text(wanted, encoding="utf-8")


def fingerprint() -> str:
    """What ``.venv`` depends on: first the folder, whose path is written into it, then the packages.

    Which Python runs this does not count: any that is new enough may have made the environment.
    """
    packages = b"".join((ROOT / name).read_bytes() for name in ("requirements.lock", "pyproject.toml"))
    return f"{hashlib.sha256(bytes(FOLDER)).hexdigest()} {hashlib.sha256(packages).hexdigest()}"


def _starts() -> bool:
    try:
        words = [str(PYTHON), "-c", "import gateway"]
        return subprocess.run(words, capture_output=True, check=False, cwd="/").returncode == 0
    except OSError:
        return False


def _make(scratch: Path) -> None:
    missing = [name for name in ("venv", "ssl", "xml.parsers.expat") if importlib.util.find_spec(name) is None]
    if sys.version_info < (3, 11) or missing:
        lacks = f"without {', '.join(missing)}" if missing else "older than 3.11"
        raise SetupRefused("Python", f"{sys.executable} is {lacks}: install Python 3.11 or later, then run this again")
    # Debian and Ubuntu keep ensurepip, which venv takes pip from, in a package that is often absent.
    with_pip = importlib.util.find_spec("ensurepip") is not None
    words = [sys.executable, "-m", "venv", "--clear", *([] if with_pip else ["--without-pip"]), str(FOLDER)]
    _checked(words, os.environ, "check the disk")
    if not with_pip:
        wheel = _archived(scratch, "python3-pip-whl", "usr/share/python-wheels/pip-*.whl")
        _checked([str(PYTHON), f"{wheel}/pip", "install", "--no-index", "--quiet", str(wheel)], os.environ, "")


def _certificates(scratch: Path) -> Mapping[str, str]:
    """Where pip finds the roots of trust, on a host that has none installed."""
    if CERTIFICATES.exists() or {"PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"} & set(os.environ):
        return {}
    some = _archived(scratch, "ca-certificates", "usr/share/ca-certificates/mozilla/*.crt")
    bundle = scratch / "certificates.pem"
    bundle.write_bytes(b"".join(file.read_bytes() for file in sorted(some.parent.glob("*.crt"))))
    return {"PIP_CERT": str(bundle)}


def _archived(scratch: Path, package: str, pattern: str) -> Path:
    """A file out of one package of the distribution, without what the package depends on."""
    folder = scratch / package
    if not folder.exists():
        release = archive.host_release()
        apt = archive.Apt(scratch / "apt", archive.host_sources(release, scratch / "lists"), release)
        apt.update()
        fresh = scratch / f"{package}.new"
        archive.unpack([apt.fetch_alone(package)], fresh)
        fresh.rename(folder)
    found = sorted(folder.glob(pattern))
    if not found:
        raise SetupRefused(package, f"holds no {pattern}: install python3-venv and ca-certificates")
    return found[-1]


def _pip(environ: Mapping[str, str], *words: str) -> None:
    quiet = ("--quiet", "--no-input", "--disable-pip-version-check")
    _checked([str(PYTHON), "-m", "pip", *quiet, *words], environ, "check the network to the package index")


def _checked(words: list[str], environ: Mapping[str, str], advice: str) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=dict(environ), cwd=ROOT)
    if done.returncode:
        raise SetupRefused(" ".join(words[1:4]), f"{_reason(done.stderr)}: {advice}, then run this again")


def _reason(errors: str) -> str:
    # pip ends with "no matching distribution" whatever kept it from the index; why is in its warnings before.
    unreachable = re.search(r"connection broken by ['\"](.+)['\"]: /", errors)
    lines = [line for line in errors.splitlines() if line.startswith("ERROR")] or errors.splitlines()[-3:]
    return unreachable[1] if unreachable else " ".join(lines)[:600]


def main() -> int:
    progress = NumberedLines(1 + len(FETCH) + len(CONFIGURE))
    try:
        settings = read()
        with alone(settings.state / "setup.lock", progress):
            progress.begin("Python packages")
            scratch = settings.state / "fetch"
            prepare(scratch, progress)
            shutil.rmtree(scratch, ignore_errors=True)
    except KeyboardInterrupt:
        return 130
    except (Refused, SettingsRefused) as refused:
        print(f"set-up: {refused}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
