"""Sounds as files: spoken, recorded, made again only when something changed; measured by their samples."""

import array
import math
import os
import shutil
import wave

import pytest

from gateway.incident.errors import Refused
from gateway.settings import read
from gateway.sounds import make, recording_faults, speech, states, wanted

NATIVES = read().natives


def tone(path, seconds=0.5, rate=8000, channels=1, width=2, level=9000):
    """A recording of a plain tone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    samples = array.array("h", (round(level * math.sin(index / 5)) for index in range(int(seconds * rate))))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(samples.tobytes()[: len(samples) * width * channels])
    return path


class Studio:
    """A state folder of its own, three of the sounds, and a folder for recordings."""

    def __init__(self, tmp_path):
        self.recordings = tmp_path / "recordings"
        self.settings = read({"GATEWAY112_STATE": str(tmp_path / "state"), "GATEWAY112_NATIVES": str(NATIVES)})
        self.lines = []

    def sounds(self):
        names = {"id/connecting", "id/place/31.75", "en/place/31.75"}
        return [sound for sound in wanted(self.settings, self.recordings) if sound.key in names]

    def make(self):
        """The recordings refused, and the sounds whose files were written."""
        before = {sound.key: self.stamp(sound) for sound in self.sounds()}
        faults = make(self.settings, self.sounds(), self.lines.append, self.recordings)
        return faults, {sound.key for sound in self.sounds() if self.stamp(sound) != before[sound.key]}

    def stamp(self, sound):
        return os.stat(sound.file).st_ino if sound.file.exists() else None

    def state(self, key):
        [found] = [one.state for one in states(self.settings, self.recordings) if one.sound.key == key]
        return found

    def file(self, key):
        return self.settings.state / "sounds" / f"{key}.wav"


@pytest.fixture
def empty_studio(tmp_path):
    return Studio(tmp_path)


@pytest.fixture(scope="module")
def spoken(tmp_path_factory):
    folder = tmp_path_factory.mktemp("spoken")
    Studio(folder).make()
    return folder / "state"


@pytest.fixture
def studio(tmp_path, spoken):
    """A studio where everything was spoken before."""
    shutil.copytree(spoken, tmp_path / "state")
    return Studio(tmp_path)


def test_what_is_missing_is_spoken_and_then_left_alone(empty_studio):
    studio = empty_studio
    assert studio.state("id/connecting") == "missing"
    assert studio.make() == ([], {"id/connecting", "id/place/31.75", "en/place/31.75"})
    assert studio.lines == ["spoken 2 of 2"]  # a place's name is spoken once for all languages
    assert studio.make() == ([], set())
    assert studio.state("id/connecting") == "synthetic"


def test_a_spoken_sound_is_what_a_telephone_line_carries_neither_silent_nor_clipped(studio):
    for sound in studio.sounds():
        samples = speech.read(sound.file)
        loudest = max(map(abs, samples))
        assert 0.69 * 32767 <= loudest <= 0.71 * 32767
        loudness = math.sqrt(sum(sample * sample for sample in samples) / len(samples))
        assert loudness > 0.05 * 32767
        assert max(abs(sample) for sample in samples[:400]) > 0.02 * loudest, "begins with silence"


def test_a_recording_of_the_same_name_wins_and_its_removal_brings_the_voice_back(studio):
    recording = tone(studio.recordings / "id" / "connecting.wav")
    assert studio.make() == ([], {"id/connecting"})
    assert studio.state("id/connecting") == "recorded"
    assert speech.read(studio.file("id/connecting")) == speech.read(recording)
    recording.unlink()
    assert studio.make() == ([], {"id/connecting"})
    assert studio.state("id/connecting") == "synthetic"


def test_a_recording_that_was_recorded_again_is_taken_up(studio):
    tone(studio.recordings / "id" / "connecting.wav")
    studio.make()
    tone(studio.recordings / "id" / "connecting.wav", seconds=0.7)
    assert studio.make() == ([], {"id/connecting"})
    assert speech.seconds(studio.file("id/connecting")) == pytest.approx(0.7)


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"rate": 44100}, "44100 Hz"),
        ({"channels": 2}, "2 channels"),
        ({"width": 1}, "8 bits"),
        ({"level": 0}, "is silent"),
        ({"seconds": 0}, "is silent"),
    ],
)
def test_a_recording_in_another_form_is_refused_and_the_voice_stays(studio, form, words):
    tone(studio.recordings / "id" / "connecting.wav", **form)
    [fault], made = studio.make()
    assert words in fault.why
    assert made == set()
    assert studio.state("id/connecting") == "synthetic"


@pytest.mark.parametrize("content", [b"", b"ID3\x04 an mp3", b"RIFF\xff\xff\xff\xffWAVEfmt \x00\x00\x00\x00", b"RIFF"])
def test_a_file_that_is_no_wav_is_refused_with_how_to_convert_it(studio, content):
    file = studio.recordings / "id" / "connecting.wav"
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    [fault] = recording_faults(studio.sounds(), studio.recordings)
    assert fault.where == str(file)
    assert "ffmpeg" in fault.why


def test_a_recording_under_a_wrong_name_is_told_with_the_right_one(studio):
    tone(studio.recordings / "id" / "conecting.wav")
    [fault] = recording_faults(studio.sounds(), studio.recordings)
    assert "did you mean id/connecting.wav" in fault.why


def test_a_damaged_ledger_makes_everything_again(studio):
    (studio.settings.state / "sounds" / "made.json").write_text("{")
    assert len(studio.make()[1]) == 3


def test_a_sound_that_was_deleted_is_made_again(studio):
    studio.file("id/connecting").unlink()
    assert studio.make() == ([], {"id/connecting"})


def test_without_a_voice_the_refusal_names_the_program(empty_studio, tmp_path):
    studio = empty_studio
    studio.settings = read({"GATEWAY112_STATE": str(tmp_path / "state"), "GATEWAY112_NATIVES": str(tmp_path)})
    with pytest.raises(Refused, match="espeak-ng: is not at"):
        studio.make()


def test_every_prompt_and_every_phrase_of_the_whisper_is_wanted_in_each_language(studio):
    keys = {sound.key for sound in wanted(studio.settings)}
    for language in ("id", "en"):
        assert {f"{language}/{name}" for name in ("menu", "can_you_talk", "connecting", "stay_on_the_line")} <= keys
        assert {f"{language}/{name}" for name in ("need/violence", "unknown_location", "place/31.75.06.1002")} <= keys


def test_resampling_keeps_what_a_line_carries_and_drops_what_it_does_not():
    def through(hertz):
        wave_in = [round(10000 * math.sin(2 * math.pi * hertz * index / speech.SPOKEN_RATE)) for index in range(8820)]
        out = speech.resample(wave_in)[400:-400]
        return math.sqrt(2 * sum(sample * sample for sample in out) / len(out)) / 10000

    assert through(300) == pytest.approx(1, abs=0.02)
    assert through(1000) == pytest.approx(1, abs=0.02)
    assert through(3000) == pytest.approx(1, abs=0.05)
    assert through(4500) < 0.02
    assert through(8000) < 0.005
