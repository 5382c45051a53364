import json

import pytest

from gateway.web import quarantine as quarantine_module
from gateway.web.quarantine import KEPT_SECONDS, Quarantine
from tests.notebook import Notebook

NOW = 1_750_000_000.0


@pytest.fixture
def bell():
    return Notebook()


@pytest.fixture
def quarantine(tmp_path, bell):
    return Quarantine(tmp_path / "quarantine", bell)


def kept(tmp_path):
    return [json.loads(file.read_text(encoding="utf-8")) for file in sorted((tmp_path / "quarantine").iterdir())]


def test_each_minute_with_refusals_has_its_alarm_and_the_count_of_the_one_before(quarantine, bell):
    for second in (0, 1, 2, 59, 61, 200):
        quarantine.keep(403, "why", {}, b"", NOW + second)
    assert [alarm.rpartition("(")[2] for alarm in bell.alarms] == [
        "with the alarm before: 0 refused)", "with the alarm before: 4 refused)", "with the alarm before: 1 refused)",
    ]  # fmt: skip


def test_the_oldest_go_when_there_are_too_many(quarantine, tmp_path, monkeypatch):
    monkeypatch.setattr(quarantine_module, "KEPT_FILES", 10)
    for number in range(15):
        quarantine.keep(403, str(number), {}, b"", NOW + number * 60)
    assert [request["why"] for request in kept(tmp_path)] == [str(number) for number in range(5, 15)]


def test_nothing_is_kept_for_ever(quarantine, tmp_path):
    quarantine.keep(403, "old", {}, b"", NOW)
    quarantine.keep(403, "new", {}, b"", NOW + KEPT_SECONDS + 1)
    assert [request["why"] for request in kept(tmp_path)] == ["new"]


def test_bytes_that_are_no_text_are_kept_as_far_as_they_are(quarantine, tmp_path):
    quarantine.keep(403, "why", {"path": "/\udcff"}, b"From=\xff\x00", NOW)
    assert kept(tmp_path)[0]["body"] == "From=\ufffd\x00"
