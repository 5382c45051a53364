"""Who and what the live tests share: a city, its gateway real or stood in for, the desk's pages, a browser."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Error

from gateway.calls.conference import Calls
from gateway.channels.ami import Manager
from gateway.setup.page import bundle
from gateway.store import Store, connect, connection
from tests.live.browser import Browser
from tests.live.city import City
from tests.live.desk_browser import DeskCity, DeskPage, Desks
from tests.live.parts import Parts
from tests.live.redis_server import RedisServer, redis_server
from tests.live.stand_in import StandIn
from tests.pages_in_process import PAGES, Pages


@pytest.fixture(scope="session", autouse=True)
def patient_store() -> Iterator[None]:
    """A test's own questions wait for Redis longer than a caller may; the gateway's processes wait as outside."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection, "CONNECT_SECONDS", 3.0)
        patch.setattr(connection.connect, "__defaults__", (3.0,))
        yield


@pytest.fixture(scope="session")
def whole_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    city = City(tmp_path_factory.mktemp("city"))
    try:
        city.asterisk.start()
        yield city
    finally:
        city.asterisk.stop()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A Redis alone, for tests of what needs no Asterisk."""
    with redis_server(tmp_path_factory.mktemp("redis")) as running:
        yield running


@pytest.fixture
def city(whole_city: City) -> Iterator[City]:
    yield whole_city
    whole_city.clear()


@pytest.fixture
def calls(city: City) -> Iterator[Calls]:
    """What desks do with calls, by Asterisk's manager."""
    with Manager(city.settings) as manager:
        yield Calls(manager)


@pytest.fixture
def watch(city: City) -> Iterator[Parts]:
    """Redis and the process that watches the queues."""
    with city.running("redis", "ami") as parts:
        yield parts


@pytest.fixture(scope="module")
def parts(whole_city: City) -> Iterator[Parts]:
    """The real gateway: Redis, what meets callers and queues, and what brings to Redis what had to wait for it."""
    with whole_city.running("redis", "agi", "ami", "replay") as parts:
        yield parts


@pytest.fixture
def redis(server: RedisServer) -> Any:
    """A client of a Redis that runs and knows of nothing."""
    if server.process is None:
        server.start()
    client = connect(server.settings())
    client.flushall()
    return client


@pytest.fixture
def store(server: RedisServer, redis: Any) -> Store:
    return Store(server.settings())


@pytest.fixture
def clock() -> Callable[[], float]:
    """What the desk's pages take for the time."""
    return time.time


@pytest.fixture
def pages(server: RedisServer, redis: Any, clock: Callable[[], float]) -> Iterator[Pages]:
    """The desk's pages in this process, over a Redis that runs and knows of nothing."""
    pages = Pages(server.settings(**PAGES), clock)
    yield pages
    if pages.parts.floor:
        pages.parts.floor.hub.stop()


@pytest.fixture
def stand_in(city: City) -> Iterator[StandIn]:
    server = StandIn(city.settings.number("agi_port"))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def whole_browser() -> Iterator[Browser]:
    browser = Browser()
    try:
        yield browser
    finally:
        browser.stop()


@pytest.fixture
def browser(whole_browser: Browser) -> Iterator[Browser]:
    """At the end no tab may have had a fault that nobody saw."""
    yield whole_browser
    whole_browser.clear()


@pytest.fixture(scope="session")
def whole_desk_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskCity]:
    city = DeskCity(tmp_path_factory.mktemp("desks"))
    try:
        yield city.start()
    finally:
        city.stop()


@pytest.fixture
def desk_city(whole_desk_city: DeskCity, browser: Browser) -> Iterator[DeskCity]:
    """Everybody calls and writes from new telephones: what is left of a test disturbs no other."""
    bundle(whole_desk_city.settings.natives)  # the page's sources may have changed since
    yield whole_desk_city
    whole_desk_city.clear()


@pytest.fixture
def at(desk_city: DeskCity, browser: Browser) -> Iterator[Desks]:
    """``at("110-2")``: somebody in a tab of his own, on duty at that desk."""
    pages: list[DeskPage] = []

    def begin(desk: str, name: str = "", **how: bool | str) -> DeskPage:
        tab = browser.tab(**how)  # type: ignore[arg-type]
        pages.append(desk_city.page(tab).log_in(name or desk_city.call_taker(desk)))
        return pages[-1].on_duty(desk)

    yield begin
    # Read where a test fails.
    for page in pages:
        with contextlib.suppress(Error):
            print(page.tab.faults, page.page.url, page.page.inner_text("body"), sep="\n")
