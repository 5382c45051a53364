"""Another agency comes to a caller, beside the first desk or in its place. Whatever fails, somebody has the caller."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.calls.conference import Calls, Why
from gateway.channels.ami import Manager
from tests.live.caller import Caller
from tests.live.conftest import HERE, City
from tests.live.desk import Desk
from tests.live.stand_in import StandIn
from tests.live.wait import until

PLAIN_BROWSER = """
; A browser desk as the dialplan knows it, whose audio a telephone of the tests can speak.
[{desk}](+)
webrtc = no
use_avpf = no
media_encryption = no
ice_support = no
rtcp_mux = no
bundle = no
"""


@pytest.fixture(scope="module")
def whole_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    city = City(tmp_path_factory.mktemp("calls"), HERE / "rules_of_calls.yaml")
    local = Path(city.settings.state, "asterisk", "local")
    local.mkdir(parents=True)
    text = "".join(PLAIN_BROWSER.format(desk=desk) for desk in ("110-2", "118-2"))
    (local / "pjsip.conf").write_text(text, encoding="utf-8")
    try:
        city.asterisk.start()
        yield city
    finally:
        city.asterisk.stop()


@pytest.fixture
def calls(city: City) -> Iterator[Calls]:
    with Manager(city.settings) as manager:
        yield Calls(manager)


def on_duty(city: City, name: str, answers_after: float | None = 0.0) -> Desk:
    """A desk that calls come to."""
    desk = city.desk(name, answers_after)
    city.asterisk.console(f"queue unpause member PJSIP/{name}")
    return desk


def talking(city: City, stand_in: StandIn, desk: Desk, **order: str) -> Caller:
    """A caller who talks with this desk."""
    stand_in.hand_off(desk.name.partition("-")[0], **order)
    caller = city.call().answered()
    until(lambda: desk.talks)
    heard(desk)
    return caller


def heard(*desks: Desk) -> None:
    """Each of them hears the caller from now on."""
    for desk in desks:
        voice = desk.call.voice
        assert voice
        before = len(voice.heard)
        until(lambda: len(voice.heard) > before + 4000, what=f"{desk.name} hears the caller")  # noqa: B023 at once


def with_whom(calls: Calls) -> set[str]:
    """The desks that the caller talks with."""
    return {desk for contact in calls.all() for desk in contact.talking}


def joined(city: City, stand_in: StandIn, calls: Calls, first: Desk, second: Desk, why: Why) -> Caller:
    caller = talking(city, stand_in, first)
    calls.invite(first.name, "abc123", second.name.partition("-")[0], why)
    until(lambda: [contact for contact in calls.all() if contact.together], what="they are together")
    until(lambda: with_whom(calls) == {first.name, second.name})
    heard(first, second)
    return caller


def test_an_agency_comes_beside_and_each_hears_the_caller(city: City, stand_in: StandIn, calls: Calls) -> None:
    first, second = on_duty(city, "110-1"), on_duty(city, "118-1")
    caller = joined(city, stand_in, calls, first, second, Why.CONFERENCE)
    assert caller.there


def test_the_first_desk_stays_until_the_second_has_accepted(city: City, stand_in: StandIn, calls: Calls) -> None:
    first, second = on_duty(city, "110-1"), on_duty(city, "118-1", None)
    talking(city, stand_in, first)
    calls.invite("110-1", "abc123", "118", Why.TRANSFER)
    until(lambda: second.invitations)
    heard(first)
    assert with_whom(calls) == {"110-1"}


def test_after_the_first_desk_left_the_second_has_the_caller(city: City, stand_in: StandIn, calls: Calls) -> None:
    first, second = on_duty(city, "110-1"), on_duty(city, "118-1")
    caller = joined(city, stand_in, calls, first, second, Why.TRANSFER)
    calls.leave("110-1", "abc123")
    until(lambda: not first.talks)
    heard(second)
    assert caller.there
    assert with_whom(calls) == {"118-1"}


def test_when_the_caller_hangs_up_all_are_free(city: City, stand_in: StandIn, calls: Calls) -> None:
    first, second = on_duty(city, "110-1"), on_duty(city, "118-1")
    caller = joined(city, stand_in, calls, first, second, Why.TRANSFER)
    caller.hang_up()
    until(city.asterisk.idle)
    assert not first.talks
    assert not second.talks
