"""The set-up as a whole: folders and secrets are closed, two at once wait for each other, steps are told."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from gateway.settings import ROOT, Settings, read
from gateway.setup import SetupRefused
from gateway.setup.alone import alone
from gateway.setup.progress import NumberedLines, Progress
from gateway.setup.steps import FETCH, perform


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def settings_in(state: Path) -> Settings:
    return read({"GATEWAY112_STATE": str(state)})


def test_folders_and_secrets_are_closed_to_other_users(tmp_path: Path) -> None:
    state = tmp_path / "state"
    lines: list[str] = []
    perform(FETCH[:1], settings_in(state), NumberedLines(1, write=lines.append))
    assert mode(state) == mode(state / "redis") == mode(state / "run") == 0o700
    assert mode(state / "secrets.toml") == 0o600
    assert [line[:5] for line in lines] == ["[1/1]"]


def test_a_second_set_up_keeps_the_secrets(tmp_path: Path) -> None:
    state = tmp_path / "state"
    for _ in range(2):
        perform(FETCH[:1], settings_in(state), NumberedLines(1, write=lambda _line: None))
        first = settings_in(state).secret("signing_key")
    assert settings_in(state).secret("signing_key") == first


def test_a_disk_that_takes_nothing_is_one_sentence_naming_the_step(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be", encoding="utf-8")
    settings = settings_in(tmp_path / "good")

    def full(_settings: Settings, _progress: Progress) -> None:
        (tmp_path / "state" / "file").write_text("", encoding="utf-8")

    with pytest.raises(SetupRefused, match=r"prompts: .*Not a directory.*: check the disk"):
        perform([("prompts", full)], settings, NumberedLines(1, write=lambda _line: None))


def test_a_set_up_waits_for_the_one_at_work(tmp_path: Path) -> None:
    told: list[str] = []
    waits, done = threading.Event(), threading.Event()

    def second() -> None:
        def tell(text: str) -> None:
            told.append(text)
            waits.set()

        with alone(tmp_path / "lock", tell):
            done.set()

    with alone(tmp_path / "lock", told.append):
        other = threading.Thread(target=second)
        other.start()
        assert waits.wait(10)
        assert not done.is_set()
    other.join(10)
    assert done.is_set()
    assert told == ["another set-up is at work here: waiting for it"]


def test_a_deep_state_folder_keeps_its_sockets_elsewhere(tmp_path: Path) -> None:
    near, deep = settings_in(Path("/tmp/gateway")), settings_in(tmp_path / ("deep" * 30))
    assert near.run == Path("/tmp/gateway/run")
    assert len(os.fsencode(deep.run / "supervisor.sock.1234567")) < 108
    assert deep.run != settings_in(tmp_path / ("deeper" * 30)).run


def test_the_first_part_of_the_set_up_needs_nothing_installed() -> None:
    program = "import gateway.setup.environment, gateway.setup.steps"
    words = [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); {program}"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("line", ["://", "--index-url", "--find-links"])
def test_the_lock_names_no_place_packages_come_from(line: str) -> None:
    assert line not in (ROOT / "requirements.lock").read_text(encoding="utf-8")
