"""What a channel delivered and we lost is taken up, once, whatever came meanwhile."""

from dataclasses import replace

import pytest

from gateway.messages.channel import Uncertain
from gateway.messages.part import Part, received
from gateway.messages.reconcile import BATCH, Outcome, reconcile
from gateway.store import Store, StoreAway, connect
from tests.live.redis_server import RedisServer

NOW = 1_750_000_000.0


class Listing:
    """A channel that can tell what it delivered, and may lose its voice in the middle of it."""

    def __init__(self, count, fails_after=None):
        self.count, self.fails_after, self.asked = count, fails_after, []

    def delivered(self, _settings, since):
        self.asked.append(since)
        for number in range(self.count):
            if number == self.fails_after:
                raise Uncertain("the provider was lost")
            yield part(number)


def part(number):
    return Part("twilio", "+622100000112", f"SM{number}", "+6281200000001", "+622100000112", b"x", "utf-8", NOW)


@pytest.fixture
def server(tmp_path):
    server = RedisServer(tmp_path).start()
    connect(server.settings()).flushall()
    yield server
    server.kill()


def test_what_was_lost_is_taken_up_and_what_came_is_not_taken_twice(server):
    store, channel = Store(server.settings()), Listing(2 * BATCH + 5)
    store.add([received(part(number)) for number in range(0, 2 * BATCH, 2)])
    assert reconcile(channel, server.settings(), store, NOW - 60) == Outcome(2 * BATCH + 5, BATCH + 5)
    assert channel.asked == [NOW - 60]
    assert reconcile(channel, server.settings(), store, NOW - 60).new == 0
    kept = [entry.data["id"] for _, entry in store.messages.incoming(count=1000)]
    assert sorted(kept) == sorted(f"SM{number}" for number in range(2 * BATCH + 5))


def test_what_was_lost_comes_in_the_order_it_was_sent_whatever_the_order_it_is_told_of(server):
    newest_first = [replace(part(number), at=NOW + 9 - number, sent_at=NOW - 60 + number) for number in range(9, 0, -1)]
    channel = type("Telling", (), {"delivered": staticmethod(lambda _settings, _since: iter(newest_first))})
    store = Store(server.settings())
    assert reconcile(channel, server.settings(), store, NOW - 60).new == 9
    kept = [entry for _, entry in store.messages.incoming(count=1000)]
    assert [entry.data["id"] for entry in kept] == [f"SM{number}" for number in range(1, 10)]
    assert [entry.at for entry in kept] == sorted(entry.at for entry in kept)


def test_what_a_channel_told_before_it_was_lost_is_kept(server):
    store = Store(server.settings())
    outcome = reconcile(Listing(3 * BATCH, fails_after=BATCH + 7), server.settings(), store, 0.0)
    assert (outcome.new, outcome.fault) == (BATCH + 7, "the provider was lost")
    assert reconcile(Listing(3 * BATCH), server.settings(), store, 0.0).new == 2 * BATCH - 7


def test_a_store_that_is_away_says_so(server):
    server.kill()
    with pytest.raises(StoreAway):
        reconcile(Listing(1), server.settings(), Store(server.settings()), 0.0)
