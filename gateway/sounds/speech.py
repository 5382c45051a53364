"""Words to 8 kHz sound, by espeak-ng; and recordings checked to be of that form.

Every sound of ours is a WAV file of 8,000 samples a second, 16 bits, one channel: what a telephone line carries.
"""

from __future__ import annotations

import array
import io
import math
import subprocess
import sys
import wave
from collections.abc import Sequence
from functools import cache
from operator import mul
from pathlib import Path

from gateway.incident.errors import Refused

RATE = 8000
SPOKEN_RATE = 22050
PAUSE_SECONDS = 0.12
"""Between breaths: enough to hear that one has ended, short enough for the menu."""

QUIET_SHARE = 0.02
"""Below this share of the loudest sample is silence, cut off at both ends."""

PEAK = 0.7 * 32767
"""What the loudest sample becomes: 3 dB below full scale, so that no codec clips."""

UP, DOWN = 160, 441
"""RATE / SPOKEN_RATE as a fraction."""

HALF_TAPS = 48
CUT_OFF_HZ = 3600

HOW_TO_CONVERT = "convert it: ffmpeg -i IN -ac 1 -ar 8000 -c:a pcm_s16le OUT.wav, or sox IN -c 1 -r 8000 -b 16 OUT.wav"

Samples = Sequence[float]


def speak(espeak: Path, breaths: Sequence[tuple[str, int, str]]) -> list[float]:
    """Breaths as (voice, words a minute, words), spoken one after the other, at RATE.

    Raises:
        Refused: espeak-ng is missing, fails, or says nothing.
    """
    spoken: list[float] = []
    for voice, pace, words in breaths:
        if spoken:
            spoken.extend([0.0] * round(PAUSE_SECONDS * RATE))
        spoken.extend(resample(trim(_espeak(espeak, voice, pace, words))))
    loudest = max(map(abs, spoken), default=0.0)
    if loudest == 0:
        raise Refused("espeak-ng", f"said nothing for {[words for *_, words in breaths]}: write words, not signs")
    return [sample * PEAK / loudest for sample in spoken]


def _espeak(espeak: Path, voice: str, pace: int, words: str) -> array.array[int]:
    command = [str(espeak), "-v", voice, "-s", str(pace), "--stdin", "--stdout"]
    try:
        done = subprocess.run(command, input=words.encode(), capture_output=True, check=True, timeout=60)
    except FileNotFoundError:
        raise Refused("espeak-ng", f"is not at {espeak}: run `make setup`") from None
    except (OSError, subprocess.SubprocessError) as fault:
        raise Refused("espeak-ng", f"cannot speak with voice {voice!r}: {fault}") from None
    with wave.open(io.BytesIO(done.stdout)) as sound:
        if sound.getframerate() != SPOKEN_RATE:
            raise Refused("espeak-ng", f"voice {voice!r} speaks at {sound.getframerate()} Hz, not at {SPOKEN_RATE}")
        frames = sound.readframes(len(done.stdout))
    return _samples(frames[: len(frames) // 2 * 2])


def trim(samples: Sequence[int]) -> Sequence[int]:
    """Without the silence at both ends."""
    quiet = max(map(abs, samples), default=0) * QUIET_SHARE
    loud = [index for index, sample in enumerate(samples) if abs(sample) > quiet]
    return samples[loud[0] : loud[-1] + 1] if loud else samples[:0]


def resample(samples: Sequence[int]) -> list[float]:
    """From SPOKEN_RATE to RATE by a windowed sinc, one set of taps for each of the UP places between samples."""
    padded = [0.0] * HALF_TAPS + [float(sample) for sample in samples] + [0.0] * HALF_TAPS
    taps = _taps()
    there = []
    for index in range(len(samples) * UP // DOWN):
        whole, phase = divmod(index * DOWN, UP)
        there.append(sum(map(mul, taps[phase], padded[whole : whole + 2 * HALF_TAPS])))
    return there


@cache
def _taps() -> list[list[float]]:
    width = 2 * CUT_OFF_HZ / SPOKEN_RATE
    sets = []
    for phase in range(UP):
        distances = [tap - HALF_TAPS - phase / UP for tap in range(2 * HALF_TAPS)]
        window = [0.5 + 0.5 * math.cos(math.pi * distance / (HALF_TAPS + 1)) for distance in distances]
        taps = [share * _sinc(width * distance) for share, distance in zip(window, distances, strict=True)]
        sets.append([tap / sum(taps) for tap in taps])
    return sets


def _sinc(x: float) -> float:
    return math.sin(math.pi * x) / (math.pi * x) if x else 1.0


def write(path: Path, samples: Samples) -> None:
    """Whole or not at all: a sound half written must never be played."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    values = array.array("h", (max(-32768, min(32767, round(sample))) for sample in samples))
    if sys.byteorder == "big":
        values.byteswap()
    with wave.open(str(fresh), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(values.tobytes())
    fresh.replace(path)


def read(path: Path) -> array.array[int]:
    """The samples of a sound of our form.

    Raises:
        Refused: it is of another form, damaged, empty or silent; says how to convert it.
    """
    try:
        with wave.open(str(path), "rb") as file:
            form = (file.getnchannels(), file.getsampwidth() * 8, file.getframerate())
            frames = file.readframes(file.getnframes())
    except (OSError, EOFError, wave.Error) as fault:
        raise Refused(str(path), f"is no WAV file of plain PCM ({fault}): {HOW_TO_CONVERT}") from None
    if form != (1, 16, RATE):
        raise Refused(str(path), f"has {form[0]} channels of {form[1]} bits at {form[2]} Hz: {HOW_TO_CONVERT}")
    samples = _samples(frames[: len(frames) // 2 * 2])
    if not any(abs(sample) > 100 for sample in samples):
        raise Refused(str(path), "is silent: record it again")
    return samples


def _samples(frames: bytes) -> array.array[int]:
    samples = array.array("h", frames)
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def seconds(path: Path) -> float:
    """How long a sound lasts.

    Raises:
        Refused: as ``read``.
    """
    return len(read(path)) / RATE
