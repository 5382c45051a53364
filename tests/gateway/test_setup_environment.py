"""The Python environment: when it is made anew, and what is said when packages cannot be fetched."""

from pathlib import Path

import pytest

from gateway.setup import SetupRefused, environment


def test_an_environment_that_is_complete_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stamp = tmp_path / "complete"
    monkeypatch.setattr(environment, "STAMP", stamp)
    stamp.write_text(environment.fingerprint(), encoding="utf-8")
    told: list[str] = []
    environment.prepare(tmp_path, told.append)
    assert told == []


def test_a_moved_project_needs_a_new_environment_and_a_new_lock_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, packages = environment.fingerprint().split()
    monkeypatch.setattr(environment, "FOLDER", tmp_path / ".venv")
    assert environment.fingerprint().split() != [folder, packages]
    assert environment.fingerprint().split()[1] == packages


def test_an_index_out_of_reach_is_told_by_its_cause(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pip = tmp_path / "python"
    warning = "WARNING: Retrying (Retry(total=4)) after connection broken by 'NewConnectionError('refused')': /x/"
    error = "ERROR: No matching distribution found for flask"
    pip.write_text(f"#!/bin/sh\ncat >&2 <<'END'\n{warning}\n{error}\nEND\nexit 1\n", encoding="utf-8")
    pip.chmod(0o755)
    monkeypatch.setattr(environment, "PYTHON", pip)
    monkeypatch.setattr(environment, "STAMP", tmp_path / "complete")
    (tmp_path / "complete").write_text(environment.fingerprint() + "of another lock", encoding="utf-8")
    monkeypatch.setattr(environment, "_starts", lambda: True)
    with pytest.raises(SetupRefused, match=r"NewConnectionError\('refused'\): check the network to the package index"):
        environment.prepare(tmp_path, lambda _text: None)
    assert not (tmp_path / "complete").exists(), "the next run must not take this for complete"


def test_a_host_without_roots_of_trust_gets_the_distributions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(environment, "CERTIFICATES", tmp_path / "absent")
    roots = tmp_path / "ca-certificates/usr/share/ca-certificates/mozilla"
    roots.mkdir(parents=True)
    (roots / "one.crt").write_text("one\n", encoding="utf-8")
    (roots / "two.crt").write_text("two\n", encoding="utf-8")
    bundle = environment._certificates(tmp_path)["PIP_CERT"]
    assert Path(bundle).read_text(encoding="utf-8") == "one\ntwo\n"
    monkeypatch.setenv("PIP_CERT", "/chosen")
    assert environment._certificates(tmp_path) == {}
