"""A text from a telephone to a desk's queue and an answer back, through real Kannel, and what is killed on the way."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from gateway.incident.timeline import Entry, Kind
from gateway.settings import ROOT
from tests.live.sms_city import SmsCity
from tests.live.wait import until


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmsCity]:
    city = SmsCity(tmp_path_factory.mktemp("sms-city"))
    try:
        yield city.start()
    finally:
        city.stop()


def story(city: SmsCity, number: str) -> list[Entry]:
    """The timeline of a writer's incident; empty while there is none."""
    incident = next((each for each in city.store.recent(50) if each.number == number), None)
    return city.store.timeline(incident.id) if incident else []


def of(entries: list[Entry], kind: Kind) -> list[Entry]:
    return [entry for entry in entries if entry.kind is kind]


def texts(city: SmsCity, number: str) -> list[str]:
    return [str(entry.data["text"]) for entry in of(story(city, number), Kind.MESSAGE)]


def test_a_text_reaches_its_queue_and_the_answer_its_writer(city: SmsCity) -> None:
    number = "+6281200000041"
    city.network.write(number, "tolong saya dipukul suami di cipinang melayu")
    handed = until(lambda: of(story(city, number), Kind.HANDED_OFF))[0]
    assert (handed.data["queue"], handed.data["priority"], handed.data["inform"]) == ("110", 1, ["ppa"])
    until(lambda: city.network.arrived(number))
    delivered = until(lambda: [e for e in of(story(city, number), Kind.DELIVERY) if e.data["status"] == "delivered"])
    assert delivered[0].data["reply"] == of(story(city, number), Kind.REPLY)[0].data["reply"]


def test_whatever_is_killed_each_text_comes_once(city: SmsCity) -> None:
    number = "+6281200000042"
    wanted = [f"kebakaran nomor {count}" for count in range(60)]
    for text in wanted[:20]:
        city.network.write(number, text)
    city.parts.kill("kannel")
    for text in wanted[20:40]:
        city.network.write(number, text)
    city.parts.start("kannel")
    until(lambda: len(texts(city, number)) >= 21)
    city.parts.kill("messages", "web")
    for text in wanted[40:]:
        city.network.write(number, text)
    city.parts.start("messages", "web")
    until(lambda: len(texts(city, number)) >= 60)
    # Two that were being handed over when the process died may have changed places: Kannel forgets which was first.
    assert sorted(texts(city, number)) == sorted(wanted)
    assert city.kannel.kept() == 0


def test_the_texts_of_one_writer_keep_their_order_while_the_store_is_away(city: SmsCity) -> None:
    number = "+6281200000044"
    wanted = [f"banjir nomor {count}" for count in range(60)]
    for text in wanted[:20]:
        city.network.write(number, text)
    city.redis.kill()
    for text in wanted[20:40]:
        city.network.write(number, text)
    until(lambda: city.kannel.kept() == 0, what="what the store could not take is in the spool")
    city.redis.start()
    for text in wanted[40:]:
        city.network.write(number, text)
    until(lambda: len(texts(city, number)) >= 60)
    assert texts(city, number) == wanted


def test_a_text_by_the_command_tells_what_followed(city: SmsCity) -> None:
    city.hang_up()
    command = [sys.executable, "-m", "gateway", "text", "--from", "+6281200000043", "ada kebakaran di jalan mawar"]
    done = subprocess.run(
        command, env={**os.environ, **city.environ}, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = [line.split()[2] for line in done.stdout.splitlines()]
    assert [word for word in told if word in ("opened", "message", "filed", "handed_off")] == [
        "opened", "message", "filed", "handed_off",
    ]  # fmt: skip
    assert "telephone" in told
    assert "queue 113" in done.stdout


def test_a_text_is_refused_where_there_is_no_trial_network(city: SmsCity) -> None:
    environ = {**os.environ, **city.environ, "GATEWAY112_TRIAL_SMSC": "off"}
    command = [sys.executable, "-m", "gateway", "text", "halo"]
    done = subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert "trial_smsc" in done.stderr
