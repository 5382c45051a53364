"""Whether Kamailio is configured as rules and settings say, takes that, and reaches every Asterisk."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

from gateway.channels.kamailio_conf import certificate_fault, folder, render
from gateway.channels.kamailio_status import nodes_away
from gateway.rules.rulebook import Rulebook
from gateway.running import elsewhere
from gateway.settings import Settings


def stale(settings: Settings, book: Rulebook) -> Iterator[str]:
    """What was generated and no longer follows from rules and settings, or is refused by Kamailio itself."""
    for name, text in render(settings, book).items():
        file = folder(settings) / name
        if not file.exists():
            yield f"no {name} in {folder(settings)}: run `make setup`"
        elif file.read_text(encoding="utf-8") != text:
            if name == "trunks.list":
                restart = "run `gateway112 reload`"
            elif elsewhere.differences(settings):
                restart = "give the settings here that the running gateway has (see `settings` above)"
            else:
                restart = "stop and start `make run`"
            yield f"{name} no longer follows from rules and settings: {restart}"
    if settings.sip_certificate.exists() and (fault := certificate_fault(settings)):
        yield f"{fault}: calls come in without TLS; mend it, then stop and start `make run`"
    program, conf = settings.natives / "bin" / "kamailio", folder(settings) / "kamailio.cfg"
    if program.exists() and conf.exists() and not _taken([str(program), "-c", "-M", "24", "-f", str(conf)]):
        yield f"Kamailio refuses {conf}: run `{program} -c -M 24 -f {conf}`, which says why"


def _taken(words: list[str]) -> bool:
    try:
        return subprocess.run(words, capture_output=True, check=False, timeout=20).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def unreached(settings: Settings) -> Iterator[str]:
    """Raises KamailioAway: it does not run."""
    for node in nodes_away(settings):
        yield f"Asterisk at {node} does not answer the edge: run `gateway112 check` there, or mend asterisk_nodes"
