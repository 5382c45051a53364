"""The store's streams of messages, on a real Redis."""

import time

from gateway.incident.timeline import Entry, Kind

NOW = 1_750_000_000.25


def received(number, at=NOW):
    return Entry("incoming", Kind.RECEIVED, at, {"body": "", "id": number}, key=f"kannel:a:{number}:received")


def reply(number, urgent=False, channel="kannel"):
    data = {"reply": number, "channel": channel, "urgent": urgent}
    return Entry("i1", Kind.REPLY, NOW, data, key=f"reply:{number}")


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


def test_since_when_something_is_to_be_done_is_told(store):
    assert (store.messages.incoming_since(), store.messages.outgoing_since("kannel")) == (None, None)
    begun = time.time()
    store.add([received("1"), reply("1"), reply("2", urgent=True)])
    for since in (store.messages.incoming_since(), store.messages.outgoing_since("kannel")):
        assert begun - 1 < since < time.time() + 1
    assert store.messages.outgoing_since("twilio") is None


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
