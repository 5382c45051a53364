"""What a desk's page asks of the call that its desk has, over HTTP, on the real Asterisk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from gateway.accounts.account import Role
from gateway.incident.timeline import Kind
from gateway.store import Store
from gateway.web.pages import asterisk as to_asterisk
from tests.live.calls_city import calls_city, heard
from tests.live.city import City
from tests.live.desk import Desk
from tests.live.stand_in import StandIn
from tests.live.wait import until
from tests.pages_in_process import Pages, Person

CALL = "/api/calls/abc123"


@pytest.fixture(scope="module")
def whole_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with calls_city(tmp_path_factory.mktemp("pages"), second_factor_seed="test-second-factor-seed") as city:
        city.redis.start()
        yield city
        city.redis.kill()


@pytest.fixture
def pages(city: City) -> Iterator[Pages]:
    pages = Pages(city.settings)
    to_asterisk.begin(pages.parts)
    until(lambda: pages.parts.manager.is_connected)
    yield pages
    pages.parts.manager.close()


def at(city: City, pages: Pages, name: str, desk: str, answers_after: float | None = 0.0) -> tuple[Person, Desk]:
    """A person on duty at a browser desk, and the telephone in their page."""
    agency = desk.partition("-")[0]
    person = pages.person(name, Role.CALL_TAKER, agency)
    wanted = {"state": "on", "desk": desk, "tab": name, "instead": True}
    sip = person.post("/api/duty", wanted).get_json()["sip"]
    phone = Desk(desk, sip["password"], city.asterisk.address, answers_after)
    city.desks.append(phone)
    assert phone.register() == 200
    until(lambda: f"{desk} (PJSIP/{desk}) (ringinuse disabled) (Not in use)" in city.asterisk.console("queue show"))
    return person, phone


def asks(person: Person, act: str, **values: Any) -> tuple[int, str]:
    answer = person.post(f"{CALL}/{act}", {"tab": person.account, **values})
    return answer.status_code, answer.get_json().get("error", {}).get("name", "")


@pytest.fixture
def siti(city: City, pages: Pages, stand_in: StandIn) -> Iterator[tuple[Person, Desk]]:
    """Siti at 110-2, who talks with a caller."""
    person, phone = at(city, pages, "siti", "110-2")
    stand_in.hand_off("110")
    city.call().answered()
    until(lambda: phone.talks)
    heard(phone)
    yield person, phone
    person.post("/api/duty", {"state": "off", "tab": "siti"})


def test_a_warm_transfer_by_the_page(city: City, pages: Pages, siti: tuple[Person, Desk]) -> None:
    person, phone = siti
    budi, other = at(city, pages, "budi", "118-2", None)
    assert person.get("/api/calls").get_json() == [
        {"incident": "abc123", "state": "talking", "together": False, "peers": [], "invited": None}
    ]
    assert asks(person, "invite", agency="118", transfer=True) == (200, "")
    until(lambda: other.ringing)
    [call] = person.get("/api/calls").get_json()
    assert (call["invited"], call["peers"]) == ("118", [{"desk": "118-2", "state": "ringing"}])
    assert asks(person, "leave") == (409, "alone")
    # An agency that may not know of violence is not told by whom the case is held.
    [at_other] = budi.get("/api/calls").get_json()
    assert (at_other["peers"], at_other["invited"]) == ([], None)
    other.answer(other.call)
    until(lambda: person.get("/api/calls").get_json()[0]["peers"] == [{"desk": "118-2", "state": "joined"}])
    until(lambda: person.get("/api/calls").get_json()[0]["together"])
    heard(phone, other)
    assert asks(person, "leave") == (200, "")
    until(lambda: not phone.talks)
    heard(other)
    assert asks(budi, "end") == (200, "")
    until(lambda: not other.talks)
    until(city.asterisk.idle)
    entries = Store(city.settings).timeline("abc123")
    assert any(entry.kind is Kind.INVITED and entry.data["desk"] == "110-2" for entry in entries)


def test_where_nobody_is_on_duty_nobody_is_rung(siti: tuple[Person, Desk]) -> None:
    assert asks(siti[0], "invite", agency="113") == (409, "nobody")
    assert asks(siti[0], "invite", agency="nowhere") == (400, "malformed")


def test_a_caller_is_given_back_to_a_queue(city: City, siti: tuple[Person, Desk]) -> None:
    siti[1].answers_after = None
    assert asks(siti[0], "requeue", queue="113") == (200, "")
    until(lambda: city.asterisk.waiting("113"))


def test_whoever_has_no_call_can_do_nothing_to_one(city: City, pages: Pages, siti: tuple[Person, Desk]) -> None:
    budi, _ = at(city, pages, "budi", "118-2")
    for act in ("invite", "cancel", "leave", "requeue", "end"):
        assert asks(budi, act, agency="110")[0] == 409
    heard(siti[1])


def test_whoever_is_on_duty_nowhere_is_told_so(pages: Pages) -> None:
    ani = pages.person("ani", Role.CALL_TAKER, "110")
    assert asks(ani, "end") == (409, "not_on_duty")


def test_without_asterisk_the_page_is_told_what_to_do(pages: Pages, siti: tuple[Person, Desk]) -> None:
    pages.parts.manager.close()
    answer = siti[0].post(f"{CALL}/end", {})
    assert answer.status_code == 503
    assert "Asterisk" in answer.get_json()["error"]["sentence"]
