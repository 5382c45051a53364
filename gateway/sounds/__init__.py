"""Every sound a caller or desk hears, as files: recorded where somebody recorded it, else spoken by espeak-ng.

A recording is ``recordings/<language>/<name>.wav`` in the project; what Asterisk plays is
``<state>/sounds/<language>/<name>.wav``, made from it or spoken. Made again is only what changed.
"""

from __future__ import annotations

import argparse
import difflib
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from gateway.evidence.whisper import phrases
from gateway.incident.errors import Refused
from gateway.settings import ROOT, Settings
from gateway.sounds import speech
from gateway.sounds.prompts import Breath, Language, load_languages

RECORDINGS = ROOT / "recordings"

PLACE_NAMES_LANGUAGE = "id"
"""Names of places are said in their own language, whatever the rest is in."""

METHOD = "1"
"""Raised when the same words would now be spoken into other samples, so that all are made again."""

Breaths = tuple[tuple[str, int, str], ...]


@dataclass(frozen=True, slots=True)
class Sound:
    """One sound that has to be there. ``breaths`` are (voice, words a minute, words)."""

    language: str
    name: str
    breaths: Breaths
    file: Path
    recording: Path

    @property
    def key(self) -> str:
        return f"{self.language}/{self.name}"

    @property
    def spoken(self) -> str:
        """What its file is made from when it is spoken."""
        return "spoken " + hashlib.sha256(json.dumps([METHOD, self.breaths]).encode()).hexdigest()

    @property
    def recorded(self) -> str:
        """What its file is made from when it is recorded; empty without a recording."""
        if not self.recording.is_file():
            return ""
        return "recorded " + hashlib.sha256(self.recording.read_bytes()).hexdigest()


def wanted(settings: Settings, recordings: Path = RECORDINGS) -> list[Sound]:
    """Every prompt and every phrase of the whisper, in each language.

    Raises:
        Refused: a file of prompts is faulty.
    """
    languages = load_languages()
    folder = settings.state / "sounds"
    return [
        Sound(
            code,
            name,
            tuple((languages[b.language].voice, languages[b.language].pace, b.words) for b in breaths),
            folder / code / f"{name}.wav",
            recordings / code / f"{name}.wav",
        )
        for code, language in languages.items()
        for name, breaths in _spoken_in(language)
    ]


def _spoken_in(language: Language) -> Iterator[tuple[str, tuple[Breath, ...]]]:
    yield from language.prompts.items()
    for name, words in phrases(language.code).items():
        is_name = name.startswith("place/") and name.removeprefix("place/")[0].isdigit()
        yield name, (Breath(PLACE_NAMES_LANGUAGE if is_name else language.code, words),)


def make_all(settings: Settings, progress: Callable[[str], None], recordings: Path = RECORDINGS) -> list[Refused]:
    """Make what is missing or has changed; returns the recordings that cannot be used (they are spoken instead).

    Raises:
        Refused: espeak-ng is missing or fails, or a file of prompts is faulty.
    """
    return make(settings, wanted(settings, recordings), progress, recordings)


def make(
    settings: Settings, sounds: Sequence[Sound], progress: Callable[[str], None], recordings: Path = RECORDINGS
) -> list[Refused]:
    """As ``make_all``, of these sounds alone."""
    ledger = settings.state / "sounds" / "made.json"
    made = _read_ledger(ledger)
    faults = recording_faults(sounds, recordings)
    unusable = {fault.where for fault in faults}
    to_speak: dict[Breaths, list[Sound]] = {}
    for sound in sounds:
        recorded = "" if str(sound.recording) in unusable else sound.recorded
        if sound.file.is_file() and made.get(sound.key) == (recorded or sound.spoken):
            continue
        if recorded:
            speech.write(sound.file, speech.read(sound.recording))
            made[sound.key] = recorded
        else:
            to_speak.setdefault(sound.breaths, []).append(sound)
    try:
        for sound in _speak(settings, to_speak, progress):
            made[sound.key] = sound.spoken
    finally:
        _write_ledger(ledger, made)
    return faults


def _speak(
    settings: Settings, to_speak: dict[Breaths, list[Sound]], progress: Callable[[str], None]
) -> Iterator[Sound]:
    """Speaks each text once, on every processor; yields each sound as it is there."""
    if not to_speak:
        return
    espeak = settings.natives / "bin" / "espeak-ng"
    with ProcessPoolExecutor(min(os.cpu_count() or 1, len(to_speak))) as pool:
        work = [(espeak, breaths, [sound.file for sound in same]) for breaths, same in to_speak.items()]
        for number, (fault, same) in enumerate(zip(pool.map(_speak_one, work), to_speak.values(), strict=True), 1):
            if fault:
                pool.shutdown(cancel_futures=True)
                raise Refused(same[0].key, fault)
            if number % 50 == 0 or number == len(to_speak):
                progress(f"spoken {number} of {len(to_speak)}")
            yield from same


def _speak_one(work: tuple[Path, Breaths, list[Path]]) -> str:
    """Runs in a process of its own, so a fault comes back as text; empty: none."""
    espeak, breaths, files = work
    try:
        samples = speech.speak(espeak, breaths)
        for file in files:
            speech.write(file, samples)
    except Refused as fault:
        return str(fault)
    return ""


def recording_faults(sounds: Iterable[Sound], recordings: Path = RECORDINGS) -> list[Refused]:
    """Recordings that cannot be played, or that nothing plays: most often a slip of the pen in the name."""
    known = {sound.recording: sound.key for sound in sounds}
    faults = []
    files = [path for path in recordings.rglob("*") if path.is_file()]
    for file in sorted(path for path in files if path.suffix != ".md" and not path.name.startswith(".")):
        if file not in known:
            key = file.relative_to(recordings).with_suffix("").as_posix()
            near = difflib.get_close_matches(key, known.values(), n=1)
            hint = f"did you mean {near[0]}.wav?" if near else "see the names that `gateway112 sounds` lists"
            faults.append(Refused(str(file), f"is played nowhere: {hint}"))
            continue
        try:
            speech.read(file)
        except Refused as fault:
            faults.append(fault)
    return faults


def _read_ledger(file: Path) -> dict[str, str]:
    try:
        made = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}  # lost or damaged: everything is made again
    return made if isinstance(made, dict) else {}


def _write_ledger(file: Path, made: dict[str, str]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps(made, indent=0), encoding="utf-8")
    fresh.replace(file)


@dataclass(frozen=True, slots=True)
class State:
    """How one sound stands: ``recorded``, ``synthetic``, ``stale`` (its words changed since) or ``missing``."""

    sound: Sound
    state: str
    seconds: float


def states(settings: Settings, recordings: Path = RECORDINGS) -> list[State]:
    """Raises Refused: a file of prompts is faulty."""
    made = _read_ledger(settings.state / "sounds" / "made.json")
    return [_state(sound, made.get(sound.key, "")) for sound in wanted(settings, recordings)]


def _state(sound: Sound, made: str) -> State:
    try:
        seconds = speech.seconds(sound.file)
    except Refused:
        return State(sound, "missing", 0.0)
    if made and made == sound.recorded:
        return State(sound, "recorded", seconds)
    # A recording that cannot be used is spoken for; which one, make_all tells.
    return State(sound, "synthetic" if made == sound.spoken else "stale", seconds)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--make", action="store_true", help="first make what is missing or has changed")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    faults = make_all(settings, print) if arguments.make else recording_faults(wanted(settings))
    found = states(settings)
    for one in found:
        words = " ".join(words for *_, words in one.sound.breaths)
        print(f"{one.state:<9} {one.seconds:6.2f} s  {one.sound.key:<28} {words}")
    counts = {name: sum(one.state == name for one in found) for name in ("recorded", "synthetic", "stale", "missing")}
    print(", ".join(f"{count} {name}" for name, count in counts.items()))
    for fault in faults:
        print(fault)
    return 1 if faults or counts["missing"] or counts["stale"] else 0
