"""Parts of the gateway are killed, in turn and together: who talks goes on talking, who calls reaches a person."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gateway.incident.timeline import Entry, Kind
from gateway.queues.events import UNSEEN
from gateway.queues.marks import FAMILY
from gateway.store import Store
from tests.live.city import City
from tests.live.parts import Parts
from tests.live.rtp import Voice
from tests.live.stand_in import StandIn
from tests.live.wait import until

EVERYTHING = ("redis", "agi", "ami", "worker-urgent", "worker-routine", "replay", "web")


@pytest.fixture(scope="module")
def whole_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """A gateway that hangs is waited for longer than any test is patient: who has died is seen to be gone at once."""
    city = City(tmp_path_factory.mktemp("kills"))
    city.asterisk.bounds["PATIENCE_SECONDS"] = 300
    try:
        city.asterisk.start()
        yield city
    finally:
        city.asterisk.stop()


@pytest.fixture
def everything(parts: Parts) -> Iterator[Parts]:
    parts.start("redis")
    # Callers of earlier tests hung up: they would be called back now, and take this test's desks.
    Store(parts.settings).redis.flushall()
    parts.start(*EVERYTHING)
    yield parts
    parts.start(*EVERYTHING)


def goes_on(*voices: Voice) -> None:
    """Returns when everybody has heard a second more."""
    heard = [len(voice.arrivals) for voice in voices]
    until(
        lambda: all(len(voice.arrivals) > before + 50 for voice, before in zip(voices, heard, strict=True)),
        what="all hear",
    )


@pytest.mark.parametrize(
    "killed",
    [("agi",), ("redis",), ("ami",), ("worker-urgent", "worker-routine"), ("web",), EVERYTHING],
    ids=["agi", "redis", "ami", "workers", "web", "everything"],
)
def test_a_live_call_keeps_its_audio_and_a_new_one_reaches_a_person(
    city: City, everything: Parts, killed: tuple[str, ...]
) -> None:
    police = city.desk("110-1")
    operator = city.desk("112-1")
    talking = city.call(number="+628120003001").answered()
    talking.voice.press("11")
    until(lambda: police.invitations and police.call.voice)
    assert police.call.voice
    goes_on(talking.voice, police.call.voice)
    everything.kill(*killed)
    goes_on(talking.voice, police.call.voice)
    calling = city.call(number="+628120003002").answered()
    calling.voice.press("0")
    until(lambda: operator.invitations, what="the operators ring")
    until(lambda: operator.call.voice)
    assert operator.call.voice
    goes_on(calling.voice, operator.call.voice, talking.voice, police.call.voice)
    assert talking.there


def test_what_could_not_be_stored_is_stored_when_the_store_is_back(city: City, everything: Parts) -> None:
    operator = city.desk("112-1")
    everything.kill("redis")
    caller = city.call(number="+628120003003").answered()
    caller.voice.press("0")
    until(lambda: operator.invitations and operator.call.answered_at)
    incident = operator.call.header("X-Incident-ID")
    everything.start("redis")
    wanted = {Kind.OPENED, Kind.FILED, Kind.HANDED_OFF}
    until(lambda: wanted <= {entry.kind for entry in Store(city.settings).timeline(incident)})


def test_a_caller_in_the_menu_when_the_gateway_dies_reaches_the_operators(city: City, everything: Parts) -> None:
    operator = city.desk("112-1")
    caller = city.call(number="+628120003004").answered()
    until(lambda: len(caller.voice.arrivals) > 15, what="the menu is heard")
    everything.kill("agi")
    until(lambda: operator.invitations, what="the operators ring")
    assert operator.call.header("X-Incident-ID"), "the incident was known before"
    assert caller.there


@pytest.mark.parametrize("dies", ["agi", "agi ami"])
def test_who_told_of_violence_before_the_gateway_died_and_then_hangs_up_is_left_in_peace(
    city: City, everything: Parts, dies: str
) -> None:
    operator = city.desk("112-1", None)
    number = f"+62812000301{len(dies)}"
    caller = city.call(number=number).answered()
    until(lambda: len(caller.voice.arrivals) > 15, what="the menu is heard")
    caller.voice.press("1")
    until(lambda: Kind.ASKED in {entry.kind for entry in latest(city, number)}, what="the question is asked")
    everything.kill(*dies.split())
    until(lambda: operator.invitations)
    assert operator.call.header("X-Need") == "violence"
    caller.hang_up()
    everything.start("ami")
    until(lambda: Kind.ABANDONED in {entry.kind for entry in latest(city, number)})
    (abandoned,) = [entry for entry in latest(city, number) if entry.kind is Kind.ABANDONED]
    assert abandoned.data["follow_up"] == "nothing"


def latest(city: City, number: str) -> list[Entry]:
    """The timeline of this number's incident; empty before there is one."""
    store = Store(city.settings)
    incident = next((incident.id for incident in store.recent(5) if incident.number == number), "")
    return store.timeline(incident) if incident else []


def test_a_caller_in_the_queue_when_everything_dies_is_still_served(city: City, everything: Parts) -> None:
    operator = city.desk("112-1", None)
    caller = city.call(number="+628120003005").answered()
    caller.voice.press("0")
    until(lambda: operator.invitations)
    everything.kill(*EVERYTHING)
    operator.answer(operator.call)
    until(lambda: operator.call.voice and len(operator.call.voice.arrivals) > 50)
    assert caller.there


def incident_of(city: City, number: str) -> list[Entry]:
    """The timeline of this number's incident, once what follows its caller's hang-up is decided; empty before."""
    told = latest(city, number)
    return told if any(entry.kind is Kind.ABANDONED for entry in told) else []


def marks(city: City) -> str:
    return city.asterisk.console(f"database show {FAMILY}")


def test_a_caller_who_came_and_left_while_nobody_of_us_was_there_leaves_an_incident(
    city: City, everything: Parts
) -> None:
    everything.kill(*EVERYTHING)
    number = "+628120003006"
    caller = city.call(number=number).answered()
    until(lambda: city.asterisk.waiting("112"))
    caller.hang_up()
    until(city.asterisk.idle)
    assert number.strip("+") in marks(city)
    everything.start(*EVERYTHING)
    told = until(lambda: incident_of(city, number), what="the call is told")
    assert [entry.kind for entry in told] == [Kind.OPENED, Kind.HANDED_OFF, Kind.ENDED, Kind.ABANDONED]
    assert (told[0].data["number"], told[0].data["trunk"]) == (number, "trial")
    assert (told[1].data["queue"], told[2].data["why"]) == ("112", UNSEEN)
    database = city.settings.state / "asterisk" / "lib" / "astdb.sqlite3"
    until(lambda: "0 results" in marks(city), what="the mark is gone")
    until(lambda: number.strip("+").encode() not in database.read_bytes(), what="the number is gone from the disk")


def test_a_caller_who_hangs_up_while_a_gateway_that_hangs_is_waited_for_leaves_an_incident(
    city: City, everything: Parts
) -> None:
    everything.kill("agi")
    number = "+628120003007"
    stand_in = StandIn(city.settings.number("agi_port"))
    stand_in.script = ("hang",)
    try:
        caller = city.call(number=number)
        until(lambda: stand_in.requests)
        caller.hang_up()
        until(city.asterisk.idle)
    finally:
        stand_in.stop()
    told = until(lambda: incident_of(city, number), what="the call is told")
    assert [entry.kind for entry in told] == [Kind.OPENED, Kind.ENDED, Kind.ABANDONED]
    until(lambda: "0 results" in marks(city), what="the mark is gone")
