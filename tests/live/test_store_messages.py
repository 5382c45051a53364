"""The store's streams and queues of messages, on a real Redis."""

import pytest

from gateway.incident.timeline import Entry, Kind
from gateway.store import Store, connect
from tests.live.redis_server import redis_server

NOW = 1_750_000_000.25


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with redis_server(tmp_path_factory.mktemp("redis")) as running:
        yield running


@pytest.fixture
def redis(server):
    client = connect(server.settings())
    client.flushall()
    return client


@pytest.fixture
def store(server, redis):
    return Store(server.settings())


def received(number, at=NOW):
    return Entry("incoming", Kind.RECEIVED, at, {"body": "", "id": number}, key=f"kannel:a:{number}:received")


def reply(number, urgent=False, channel="kannel"):
    data = {"reply": number, "channel": channel, "urgent": urgent}
    return Entry("i1", Kind.REPLY, NOW, data, key=f"reply:{number}")


def moved(kind, incident="i1", at=NOW, **data):
    return Entry(incident, kind, at, {"medium": "message", **data})


def handed_off(incident="i1", queue="110", priority=1, since=NOW, **data):
    return moved(Kind.HANDED_OFF, incident, queue=queue, priority=priority, since=since, **data)


def order(store, queue="110"):
    return [waiting.incident for waiting in store.messages.waiting(queue)]


def test_a_part_waits_in_its_stream_alone_until_it_is_filed(store, redis):
    assert store.add([received("1")]) == [True]
    assert store.add([received("1")]) == [False]
    ((identifier, entry),) = store.messages.incoming()
    assert entry == received("1")
    assert not redis.exists("feed", "timeline:incoming")
    assert store.messages.incoming(after=identifier) == []
    store.messages.incoming_done([identifier])
    assert store.messages.incoming() == []
    assert store.add([received("1")]) == [False]


def test_a_reply_is_in_its_timeline_and_waits_to_be_sent_urgent_ones_first(store):
    store.add([reply("1"), reply("2", urgent=True), reply("3", channel="twilio")])
    assert [entry.data["reply"] for entry in store.timeline("i1")] == ["1", "2", "3"]
    first, second = store.messages.outgoing("kannel", wait=1.0)
    assert (first[0], first[2].data["reply"], second[0], second[2].data["reply"]) == (True, "2", False, "1")
    store.messages.outgoing_done("kannel", [first[1]], urgent=True)
    assert [entry.data["reply"] for _, _, entry in store.messages.outgoing("kannel")] == ["1"]


def test_who_is_raised_comes_first_then_the_more_urgent_then_who_waits_longer(store):
    store.add([handed_off("late", priority=2, since=NOW + 5), handed_off("early", priority=2), handed_off("urgent")])
    store.add([handed_off("bounded", priority=4)])
    store.add([moved(Kind.RAISED, "bounded", queue="110", priority=4, since=NOW)])
    assert order(store) == ["bounded", "urgent", "early", "late"]
    assert [(one.raised, one.priority, one.since) for one in store.messages.waiting("110")][:2] == [
        (True, 0, NOW),
        (False, 1, pytest.approx(NOW, abs=0.001)),
    ]


def test_an_incident_waits_in_one_queue_and_moves_with_its_messages(store):
    store.add([handed_off(queue="118", priority=2)])
    store.add([handed_off(queue="110", priority=1)])
    assert (order(store, "118"), order(store, "110"), store.messages.waits()) == ([], ["i1"], {"i1": "110"})
    store.add([moved(Kind.OVERFLOWED, queue="110", to="112", priority=1, since=NOW)])
    assert (order(store, "110"), store.messages.queue_of("i1")) == ([], "112")


def test_a_new_reading_sets_nobody_back(store):
    store.add([handed_off("i1", priority=1), handed_off("i2", priority=2)])
    store.add([handed_off("i1", priority=3, since=NOW + 60)])
    assert order(store) == ["i1", "i2"]


def test_what_a_desk_has_waits_nowhere_until_it_is_given_back(store):
    store.add([handed_off("i1", since=NOW + 1), handed_off("i2")])
    store.add([moved(Kind.ACCEPTED, "i1", queue="110", desk="110-1")])
    store.add([handed_off("i1", queue="112")])
    store.add([moved(Kind.OVERFLOWED, "i1", queue="110", to="112", priority=1, since=NOW)])
    assert (store.messages.waits(), store.messages.held()) == ({"i2": "110"}, {"i1": "110-1"})
    store.add([moved(Kind.RELEASED, "i1", queue="110", desk="110-1", priority=1, since=NOW + 1)])
    assert (order(store), store.messages.held()) == (["i1", "i2"], {})
    store.add([moved(Kind.CLOSED, "i1", by="110-1")])
    assert order(store) == ["i2"]


def test_what_does_not_wait_is_neither_raised_nor_passed_on(store):
    store.add([moved(Kind.RAISED, queue="110", priority=1, since=NOW)])
    store.add([moved(Kind.OVERFLOWED, queue="110", to="112", priority=1, since=NOW)])
    assert store.messages.waits() == {}


def test_a_call_waits_in_asterisk_and_not_here(store):
    store.add([Entry("i1", Kind.HANDED_OFF, NOW, {"queue": "110", "priority": 1})])
    assert store.messages.waits() == {}


def test_an_entry_with_odd_figures_still_waits(store):
    store.add([handed_off(priority="high", since=None)])
    assert order(store) == ["i1"]


def test_one_holder_at_a_time_has_a_lease(store):
    messages = store.messages
    assert messages.hold_lease("incoming", "a", 5)
    assert not messages.hold_lease("incoming", "b", 5)
    assert messages.hold_lease("incoming", "a", 5)
    messages.drop_lease("incoming", "b")
    assert not messages.hold_lease("incoming", "b", 5)
    messages.drop_lease("incoming", "a")
    assert messages.hold_lease("incoming", "b", 5)


def test_an_entry_that_cannot_be_read_is_set_aside_and_holds_up_nothing(store, redis):
    redis.xadd("incoming", {"e": '{"k":"from the future"}'})
    store.add([received("1")])
    assert [entry for _, entry in store.messages.incoming()] == [received("1")]
    assert (redis.xlen("incoming"), redis.xlen("unreadable")) == (1, 1)
