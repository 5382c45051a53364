"""The command line itself: what is refused is one sentence, never a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gateway import __main__ as command_line
from gateway.settings import ROOT


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY112_STATE", str(tmp_path))


def test_a_faulty_setting_is_one_sentence_and_exit_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GATEWAY112_SIP_PORT", "fifty")
    assert command_line.main(["settings"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == "gateway112: GATEWAY112_SIP_PORT: sip_port must be a whole number, not 'fifty'\n"


def test_an_unknown_setting_in_the_file_names_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "settings.toml").write_text("sip_prot = 5060\n", encoding="utf-8")
    assert command_line.main(["settings"]) == 2
    assert (
        f"{tmp_path / 'settings.toml'}: unknown setting 'sip_prot': did you mean sip_port?" in capsys.readouterr().err
    )


def test_settings_shows_every_value_but_no_secret(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GATEWAY112_AMI_SECRET", "canary")
    assert command_line.main(["settings"]) == 0
    told = capsys.readouterr().out
    assert "canary" not in told
    assert "ami_secret" in told


def test_without_a_command_all_commands_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main([]) == 2
    told = capsys.readouterr().err
    assert [name for name in command_line.COMMANDS if f"    {name}" not in told] == []


@pytest.mark.parametrize("name", command_line.COMMANDS)
def test_every_command_can_explain_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command_line.main([name, "--help"])
    assert ended.value.code == 0
    assert f"usage: gateway112 {name}" in capsys.readouterr().out


def test_a_reader_that_has_gone_is_no_fault() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    words = [sys.executable, "-m", "gateway", "settings"]
    done = subprocess.run(words, stdout=writer, stderr=subprocess.PIPE, text=True, check=False, cwd=ROOT)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.parametrize("keys", ["#47118# 2", "* 1", "- 1", ""])
def test_make_call_passes_every_key_on_as_it_was_typed(keys: str, tmp_path: Path) -> None:
    gateway = tmp_path / "gateway"
    gateway.write_text('#!/bin/sh\nfor last; do :; done\nprintf %s "$last"\n', encoding="utf-8")
    gateway.chmod(0o700)
    done = subprocess.run(
        ["make", "-s", "call", f"GATEWAY={gateway}", f"KEYS={keys}"], cwd=ROOT,
        env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == (keys, "")
