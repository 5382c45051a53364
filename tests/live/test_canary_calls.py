"""What an agency's telephones are told, over SIP, of a call of violence that comes to it, and of an ordinary one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from gateway.calls.conference import Calls, Why
from gateway.calls.moving import move
from gateway.channels.ami import Manager
from tests.live.calls_city import RULES, calls_city, heard, on_duty
from tests.live.city import City
from tests.live.desk import Desk, Message
from tests.live.stand_in import StandIn
from tests.live.wait import until

VIOLENCE = {
    "NEED": "violence", "DISCREET_NEED": "other", "PRIORITY": "1", "PRIO": "50", "SILENT": "1",
    "LOCATION_TEXT": "rumah kanari", "DISCREET_TEXT": "Kel. Gambir", "LOCATION_URL": "https://a.example/kanari",
    "DISCREET_URL": "https://a.example/d", "EIDO_URL": "https://a.example/kanari/e", "DISCREET_EIDO_URL": "https://a.example/e",
}  # fmt: skip
ORDINARY = VIOLENCE | {
    "NEED": "unknown", "PRIORITY": "2", "PRIO": "40", "LOCATION_TEXT": "Kel. Gambir", "LOCATION_URL": "https://a.example/o",
    "EIDO_URL": "https://a.example/o",
}  # fmt: skip
SENDERS = ('"Kanari" <sip:+628120077777@127.0.0.1>', '"Budi" <sip:+628120000088@127.0.0.1>')
CANARIES = ("anari", "120077777", "violence", "kekerasan")

_NEW_EACH_TIME = re.compile(r"(?<=tag=)[\w.-]+|(?<=branch=)[\w.-]+|(?<=:)\d{4,5}\b|[\w-]{30,}")
_COUNTED = ("Call-ID", "CSeq", "Via", "Contact", "Content-Length")


class Recorder(Desk):
    """A desk's telephone that keeps every packet that came."""

    def __init__(self, city: City, name: str):
        self.came: list[Message] = []
        super().__init__(name, city._password(name), city.asterisk.address, None)
        city.desks.append(self)
        assert self.register() == 200
        city.asterisk.console(f"queue unpause member PJSIP/{name}")
        queue = name.partition("-")[0]
        until(lambda: re.search(rf"{name} \(.*\(Not in use\)", city.asterisk.console(f"queue show {queue}")))

    def _take(self, message: Message) -> None:
        self.came.append(message)
        super()._take(message)

    def told(self) -> list[str]:
        """The start and headers of each request that came, but for what is new each time."""
        requests = [message for message in self.came if not message.start.startswith("SIP/2.0")]
        found = []
        for message in requests:
            if message.method == "OPTIONS":
                continue
            headers = [f"{name}: {value}" for name, value in message.headers if name not in _COUNTED]
            found.append(_NEW_EACH_TIME.sub("…", "\n".join([message.start, *headers])))
        return found

    def sings(self) -> list[str]:
        whole = "\n".join(f"{each.start} {each.headers} {each.body!r}" for each in self.came)
        return [each for each in CANARIES if each in whole]


@pytest.fixture(scope="module")
def whole_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """Rules as a city may have them: who does not reach the police goes on to the ambulance."""
    folder = tmp_path_factory.mktemp("canary_calls")
    text = RULES.read_text(encoding="utf-8")
    overflows = "      - {after: 120, queue: 112}\n"
    assert text.index("\n  110:\n") < text.index(overflows) < text.index("\n  118:\n")
    rules = folder / "rules_of_overflow.yaml"
    goes_on = text.replace(overflows, overflows.replace("112", "118"), 1)
    rules.write_text(goes_on, encoding="utf-8")
    with calls_city(folder, rules=rules) as city:
        yield city


Way = Callable[[City, StandIn, Calls, str, bool], None]


def called(city: City, stand_in: StandIn, queue: str, violent: bool) -> None:
    stand_in.hand_off(queue, **(VIOLENCE if violent else ORDINARY))
    city.call(sender=SENDERS[0 if violent else 1]).answered()


def goes_on(city: City, stand_in: StandIn, _calls: Calls, _desk: str, violent: bool) -> None:
    """Nobody is there at the police."""
    called(city, stand_in, "110", violent)


def is_invited(city: City, stand_in: StandIn, calls: Calls, desk: str, violent: bool) -> None:
    """The police ask the ambulance to come beside them."""
    police = on_duty(city, "110-1")
    called(city, stand_in, "110", violent)
    until(lambda: police.talks)
    heard(police)
    calls.invite("110-1", "abc123", desk.partition("-")[0], Why.CONFERENCE)


def is_moved(city: City, stand_in: StandIn, _calls: Calls, desk: str, violent: bool) -> None:
    """A supervisor of the fire brigade gives it on."""
    on_duty(city, "113-1", None)
    called(city, stand_in, "113", violent)
    until(lambda: city.asterisk.waiting("113"))
    with Manager(city.settings) as manager:
        move(manager, "abc123", desk.partition("-")[0])


def is_its_own(city: City, stand_in: StandIn, _calls: Calls, _desk: str, violent: bool) -> None:
    """The rules send it there."""
    called(city, stand_in, "118", violent)


def heard_of(city: City, stand_in: StandIn, calls: Calls, name: str, way: Way, violent: bool) -> Recorder:
    """The desk that rang, answered, and was left by the caller."""
    desk = Recorder(city, name)
    way(city, stand_in, calls, name, violent)
    until(lambda: desk.ringing, what="it rings there")
    desk.answer(desk.call)
    until(lambda: desk.talks and len(desk.call.voice.heard) > 4000, what="the desk hears the caller")  # type: ignore[union-attr]
    city.clear()
    return desk


WAYS = ((goes_on, "118-1"), (goes_on, "118-2"), (is_invited, "118-1"), (is_moved, "118-2"), (is_its_own, "118-1"),
        (is_its_own, "118-2"))  # fmt: skip


@pytest.mark.parametrize(("way", "name"), WAYS)
def test_a_desk_that_may_not_know_is_told_the_same(
    city: City, stand_in: StandIn, calls: Calls, way: Way, name: str
) -> None:
    violence, ordinary = (heard_of(city, stand_in, calls, name, way, violent) for violent in (True, False))
    assert violence.sings() == []
    told = violence.told()
    assert any("X-Need: other" in each and "X-Priority: 2" in each for each in told)
    # Of a call that the rules send to it a telephone shows the number, but not of violence.
    if not (way is is_its_own and name == "118-1"):
        assert told == ordinary.told()


def test_a_desk_that_may_know_is_told(city: City, stand_in: StandIn, calls: Calls) -> None:
    assert set(heard_of(city, stand_in, calls, "ppa-1", is_invited, True).sings()) == {"120077777", "anari", "violence"}
