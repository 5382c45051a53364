"""Short tones in place of prompts, so that no test sits through a menu, and that a whisper is known by its pitch."""

from __future__ import annotations

from pathlib import Path

from gateway.incident.report import Nature
from ivr.flow import CALL
from ivr.steps import Ask, HandOff
from tests.live.rtp import tone

NEED_HZ, PLACE_HZ, SILENT_HZ, PROMPT_HZ = 700.0, 1100.0, 1900.0, 1500.0
SECONDS = 0.2


def write_sounds(folder: Path) -> None:
    names = {step.prompt: PROMPT_HZ for step in CALL.values() if isinstance(step, Ask | HandOff) and step.prompt}
    names |= {"stay_on_the_line": PROMPT_HZ, "accept_call": PROMPT_HZ, "place/31.75": PLACE_HZ, "silent": SILENT_HZ}
    names |= {f"need/{nature.value}": NEED_HZ for nature in Nature}
    for language in ("id", "en"):
        for name, hertz in names.items():
            file = folder / language / f"{name}.alaw"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(tone(hertz, SECONDS))
