"""The caller's telephone in the browser: it reaches 112 as any caller does, and each of its calls is a drill."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from gateway.accounts.account import Role
from gateway.incident.timeline import Kind
from gateway.queues.drills import PHONE_LINES, is_drill
from gateway.queues.snapshot import last
from gateway.settings import Settings
from gateway.store import Store
from gateway.web.pages import asterisk as to_asterisk
from tests.live.calls_city import calls_city
from tests.live.city import City
from tests.live.desk import Desk
from tests.live.parts import Parts
from tests.live.wait import until
from tests.pages_in_process import Pages, Person

PLAIN = "".join(
    f"""
[{line}](+)
webrtc = no
use_avpf = no
media_encryption = no
ice_support = no
rtcp_mux = no
bundle = no
"""
    for line in PHONE_LINES
)


@pytest.fixture(scope="module")
def whole_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with calls_city(
        tmp_path_factory.mktemp("phone"), PLAIN, phone="yes", second_factor_seed="test-second-factor-seed"
    ) as city:
        yield city


@pytest.fixture
def pages(city: City, parts: Parts) -> Iterator[Pages]:
    pages = Pages(city.settings)
    to_asterisk.begin(pages.parts)
    until(lambda: pages.parts.manager.is_connected)
    yield pages
    pages.parts.manager.close()


def telephone(city: City, pages: Pages, person: Person | None = None) -> Desk:
    person = person or pages.person("siti", Role.CALL_TAKER, "110")
    sip = person.get("/api/phone").get_json()["sip"]
    phone = Desk(sip["user"], sip["password"], city.asterisk.address)
    city.desks.append(phone)
    return phone


def test_it_reaches_112_and_is_a_drill(city: City, pages: Pages) -> None:
    store = Store(city.settings)
    answer = telephone(city, pages).invite(f"sip:112@127.0.0.1:{city.asterisk.address[1]}")
    assert answer.start == "SIP/2.0 200 OK"
    [incident] = until(lambda: [each.id for each in store.recent(5)])
    timeline = store.timeline(incident)
    assert is_drill(timeline)
    assert next(entry.data["trunk"] for entry in timeline if entry.kind is Kind.OPENED) == "phone"
    snapshot = until(lambda: last(store))
    assert snapshot.figures.opened.total() == 0


def test_a_wrong_password_reaches_nobody(city: City, pages: Pages) -> None:
    telephone(city, pages)
    stranger = Desk(PHONE_LINES[0], "guessed", city.asterisk.address)
    city.desks.append(stranger)
    answer = stranger.invite(f"sip:112@127.0.0.1:{city.asterisk.address[1]}")
    assert answer.start.startswith("SIP/2.0 401")


def answer_to(city: City, phone: Desk) -> str:
    return phone.invite(f"sip:112@127.0.0.1:{city.asterisk.address[1]}").start


def test_each_login_has_a_line_of_its_own_for_all_its_pages(city: City, pages: Pages) -> None:
    siti, budi = (pages.person(name, Role.CALL_TAKER, "110") for name in ("siti", "budi"))
    first, again, other = (each.get("/api/phone").get_json()["sip"] for each in (siti, siti, budi))
    assert first == again
    assert first["user"] != other["user"]
    assert first["password"] != other["password"]


def leave(pages: Pages, person: Person) -> None:
    person.send("/logout")


def disable(pages: Pages, person: Person) -> None:
    pages.parts.accounts.change(person.account, lambda account: replace(account, disabled=True))


@pytest.mark.parametrize("end", [leave, disable])
def test_the_line_ends_with_the_login(city: City, pages: Pages, end: Callable[[Pages, Person], None]) -> None:
    siti, budi = (pages.person(name, Role.CALL_TAKER, "110") for name in ("siti", "budi"))
    hers, his = telephone(city, pages, siti), telephone(city, pages, budi)
    end(pages, siti)
    until(lambda: answer_to(city, hers).startswith("SIP/2.0 401"), what="her password is good no longer")
    assert answer_to(city, his) == "SIP/2.0 200 OK"


def test_it_is_not_there_unless_it_is_set(city: City, parts: Parts) -> None:
    off = Pages(Settings({**city.settings, "phone": False}))
    siti = off.person("siti", Role.CALL_TAKER, "110")
    assert siti.get("/phone").status_code == siti.get("/api/phone").status_code == 404
