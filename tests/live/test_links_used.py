"""A link is used once, whichever process is asked, on a real Redis."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from gateway.store import Store, StoreAway, connect
from gateway.store.links import IMPROVES_SECONDS, MOST_POSITIONS

NOW = 1_750_000_000.25


@pytest.fixture
def links(store):
    return store.links


def test_the_first_page_has_the_link_and_no_other(links):
    assert links.use("token", "a", NOW) == 1
    assert links.use("token", "b", NOW) == 0
    assert links.use("another", "b", NOW) == 1


def test_fifty_pages_at_once_are_one(server, links):
    stores = [Store(server.settings()).links for _ in range(5)]
    with ThreadPoolExecutor(50) as pool:
        turns = list(pool.map(lambda number: stores[number % 5].use("token", f"page {number}", NOW), range(50)))
    assert sorted(turns) == [0] * 49 + [1]


def test_its_page_may_send_so_many_positions_for_so_long(links):
    turns = [links.use("token", "a", NOW + second) for second in range(MOST_POSITIONS + 2)]
    assert turns == [*range(1, MOST_POSITIONS + 1), 0, 0]
    assert links.use("late", "a", NOW) == 1
    assert links.use("late", "a", NOW + IMPROVES_SECONDS + 1) == 0


def test_no_token_is_a_key_and_no_key_stays(server, links):
    links.use("token", "a", NOW)
    redis = connect(server.settings())
    [key] = redis.keys("link:*")
    assert b"token" not in key
    assert 0 < redis.ttl(key) <= 3600


def test_an_absent_store_says_so(server):
    settings = server.settings()
    gone = type(settings)({**settings, "redis_url": "redis://127.0.0.1:1/0"})
    with pytest.raises(StoreAway):
        Store(gone).links.use("token", "a", NOW)
