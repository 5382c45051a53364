"""`gateway112 dial`: a call as a user tries it, with a real client."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass

import pytest

from gateway.settings import ROOT
from tests.live.conftest import City
from tests.live.parts import Parts
from tests.live.redis_server import free_port


@dataclass
class Dialled:
    """What the command said, and its exit code."""

    code: int
    said: str
    complained: str

    @property
    def told(self) -> list[str]:
        """What happened, in its order, without times and details."""
        return [line[10:22].strip() for line in self.said.splitlines()]


def dial(city: City, *words: str, **settings: object) -> Dialled:
    changed = {f"GATEWAY112_{name.upper()}": str(value) for name, value in settings.items()}
    done = subprocess.run(
        [sys.executable, "-m", "gateway", "dial", *words],
        env={**os.environ, **city.environ, **changed}, cwd=ROOT,
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    return Dialled(done.returncode, done.stdout, done.stderr)


def test_where_no_desk_is_registered_one_is_played_and_answers(city: City, parts: Parts) -> None:
    call = dial(city, "2", "--stay", "1")
    assert call.code == 0, call.said + call.complained
    assert "no desk of 118 is registered: 118-1 is played" in call.said
    assert "desk 118-1 answered" in call.said
    order = ["trial desk", "opened", "pressed", "filed", "handed_off", "queued", "rang", "answered", "ended"]
    assert [what for what in call.told if what in order] == order


def test_a_registered_desk_answers_by_itself(city: City, parts: Parts) -> None:
    desk = city.desk("110-1")
    call = dial(city, "11", "--stay", "1")
    assert call.code == 0, call.said + call.complained
    assert "desk 110-1 rings" in call.said
    assert "played" not in call.said
    assert desk.invitations


def test_a_caller_who_presses_nothing_reaches_the_operators_as_silent(city: City, parts: Parts) -> None:
    city.desk("112-1")
    call = dial(city, "--stay", "1")
    assert call.code == 0, call.said + call.complained
    assert "nature unknown, silent" in call.said


def test_no_number_is_told(city: City, parts: Parts) -> None:
    city.desk("118-1")
    call = dial(city, "2", "--stay", "0", "--number", "+62 812-0000-0042")
    assert call.code == 0, call.said + call.complained
    assert not re.search(r"\d{7}", re.sub(r"[0-9a-f]{24}", "", call.said))


def test_without_any_desk_the_code_says_that_nobody_answered(city: City, parts: Parts) -> None:
    call = dial(city, "2", "--no-trial-desk", "--limit", "6")
    assert call.code == 1
    assert "no desk within 6 s" in call.said


def test_with_the_store_away_the_call_is_answered_all_the_same(city: City, parts: Parts) -> None:
    city.desk("118-1")
    parts.kill("redis")
    try:
        call = dial(city, "2", "--stay", "0")
    finally:
        parts.start("redis")
    assert call.code == 0, call.said + call.complained
    assert "no timeline" in call.told
    assert "in the call" in call.told


@pytest.mark.parametrize(
    ("words", "settings", "advice"),
    [
        (("x",), {}, "no key"),
        (("2", "--number", "nobody"), {}, "no telephone number"),
        (("2",), {"sip_port": free_port()}, "is `make run` running?"),
        (("2",), {"trial_trunk": "no"}, "trial_trunk"),
        (("2",), {"natives": "nowhere"}, "run `make setup`"),
    ],
)
def test_what_cannot_work_is_refused_with_advice(
    city: City, words: tuple[str, ...], settings: dict[str, object], advice: str
) -> None:
    call = dial(city, *words, **settings)
    assert call.code == 2
    assert advice in call.complained
    assert "Traceback" not in call.complained
