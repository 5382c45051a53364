"""The store on a real Redis."""

import threading

import pytest

from gateway.incident.timeline import Entry, Job, Kind
from gateway.numbers import number_key
from gateway.store import Store, StoreAway, connect
from gateway.store.durability import durability_problems
from gateway.store.record import Record, accept
from tests.live.redis_server import RedisServer, redis_server
from tests.live.wait import until

NUMBER = "+6281200000001"
NOW = 1_750_000_000.0


def entry(kind=Kind.QUEUED, at=NOW, incident="i1", key="", channel_id="", **data):
    return Entry(incident, kind, at, data, key, channel_id)


@pytest.fixture
def claim(store, server):
    """Claims an incident for the one caller, who joins what was open a minute ago; returns all that is answered."""
    key = number_key(server.settings(), NUMBER)
    return lambda new, at: store.write([store.prepare_claim(key, new, at, 60)])[0]


def at_once(count, act):
    """What each of ``count`` threads brings back that all begin at the same moment."""
    start, results = threading.Barrier(count), [None] * count

    def one(number):
        start.wait()
        results[number] = act(number)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def queued_jobs(redis):
    return {name: redis.llen(f"rq:queue:{name}") for name in ("urgent", "routine")}


def test_an_entry_is_in_its_timeline_and_in_the_feed_as_it_was_written(store):
    written = entry(Kind.OPENED, number=NUMBER, as_given='Ibu "A"\n\u202e', nested={"a": [1, None, 2.5]}, key="sip:1")
    assert store.add([written]) == [True]
    assert store.timeline("i1") == [written]
    assert [found for _, found in store.feed("0")] == [written]


def test_an_incident_adds_up_from_its_timeline(store):
    store.add([entry(Kind.OPENED, number=NUMBER, trunk="trial"), entry(Kind.FILED, nature="fire", silent=True)])
    store.add([entry(Kind.ANSWERED, at=NOW + 9, desk="113-1")])
    incident = store.incident("i1")
    assert (incident.number, incident.nature, incident.answered_by, incident.contacts) == (NUMBER, "fire", "113-1", 1)
    assert store.incident("unknown").contacts == 0


def test_fifty_redeliveries_at_once_are_one_entry_and_one_job(store, redis):
    def deliver(_):
        return store.add([entry(key="SM1"), entry(key="SM2")], [Job("inform", ("i1", "ppa"), urgent=True)])

    news = at_once(50, deliver)
    assert [sum(column) for column in zip(*news, strict=True)] == [1, 1]
    assert len(store.timeline("i1")) == 2
    assert queued_jobs(redis) == {"urgent": 1, "routine": 0}


def test_a_redelivery_without_jobs_adds_nothing_either(store):
    assert at_once(50, lambda _: store.add([entry(key="SM1")])).count([True]) == 1
    assert store.add([entry(key="SM1"), entry(key="SM3"), entry(key="SM3")]) == [False, True, False]


def test_jobs_of_different_entries_at_once_are_all_there(store, redis):
    at_once(
        30,
        lambda n: store.add(
            [entry(key=f"k{n}")], [Job("inform", ("i1", f"a{n}")), Job("inform", ("i1", "z"), key="z")]
        ),
    )
    assert queued_jobs(redis) == {"urgent": 0, "routine": 31}


def test_an_entry_that_could_not_be_saved_is_not_taken_for_saved(store, redis):
    redis.set("timeline:i1", "in the way")
    with pytest.raises(StoreAway):
        store.add([entry(key="k")], [Job("inform", ("i1", "ppa"))])
    redis.delete("timeline:i1")
    assert store.add([entry(key="k")], [Job("inform", ("i1", "ppa"))]) == [True]
    assert len(store.timeline("i1")) == 1
    assert queued_jobs(redis) == {"urgent": 0, "routine": 1}


def test_several_records_are_one_transaction_each_entry_with_its_answer(store):
    records = [accept([entry(key="a"), entry(key="b")]), accept([entry(key="a"), entry(key="c")])]
    assert store.save(records) == [[True, True], [False, True]]


def test_a_key_leads_to_its_incident(store):
    store.add([entry(key="twilio:CA1:opened", incident="i7")])
    assert store.incident_of("twilio:CA1:opened") == "i7"
    assert store.incident_of("twilio:CA2:opened") is None


def test_a_timeline_is_told_in_the_order_of_events_whichever_came_first(store):
    late, early = entry(Kind.ANSWERED, at=NOW + 5), entry(Kind.OPENED, at=NOW)
    same_second = [entry(Kind.RANG, at=NOW + 3, n=n) for n in range(4)]
    accepted = [Record((one,), (), 1000 + n) for n, one in enumerate(accept(same_second).entries)]
    store.add([late])
    store.save([accepted[3], accepted[1]])
    store.save([accepted[0]])
    store.add([early])
    store.save([accepted[2]])
    told = store.timeline("i1")
    assert [item.kind for item in told] == [Kind.OPENED, *[Kind.RANG] * 4, Kind.ANSWERED]
    assert [item.data["n"] for item in told[1:5]] == [0, 1, 2, 3]


def test_two_first_calls_of_one_number_at_once_are_one_incident(claim):
    claimed = at_once(50, lambda n: claim(f"new{n}", NOW)[0])
    assert len(set(claimed)) == 1


def test_a_caller_joins_the_open_incident_for_as_long_as_policy_says(claim):
    assert claim("first", NOW)[0] == "first"
    assert claim("second", NOW + 50)[0] == "first"
    assert claim("second", NOW + 110)[0] == "first"
    assert claim("second", NOW + 171)[0] == "second"


def test_a_closed_incident_is_not_joined(store, claim):
    claim("i1", NOW)
    store.add([entry(Kind.CLOSED, by="110-1")])
    assert claim("i2", NOW + 1)[0] == "i2"


def test_an_opened_entry_that_was_spooled_makes_its_incident_joinable(store, claim):
    store.add([entry(Kind.OPENED, number=NUMBER)])
    assert claim("i2", NOW + 5)[0] == "i1"


def test_an_opened_entry_that_comes_late_does_not_hide_a_later_call(store, claim):
    claim("later", NOW + 30)
    store.add([entry(Kind.OPENED, number=NUMBER)])
    assert claim("i2", NOW + 31)[0] == "later"


def test_a_spooled_contact_makes_the_latest_one_no_older(claim):
    claim("i1", NOW)
    assert claim("i2", NOW - 50)[0] == "i1"
    assert claim("i2", NOW + 55)[0] == "i1"


def test_the_beginning_and_the_end_of_long_timelines_are_read_with_one_question(store):
    store.add([entry(at=NOW + number, number=number) for number in range(20)])
    told, none = store.timelines(["i1", "i2"], most=6)
    assert ([one.data["number"] for one in told], none) == ([0, 1, 2, 17, 18, 19], [])
    assert store.timelines(["i1"], most=100) == [store.timeline("i1")]


def test_no_key_in_redis_holds_a_number(store, claim, redis):
    claim("i1", NOW)
    store.add([entry(Kind.OPENED, number=NUMBER, key=f"sms:{NUMBER}:1")], [Job("inform", ("i1", "ppa"), key=NUMBER)])
    assert not [name for name in redis.scan_iter() if b"81200000001" in name]


def test_what_may_be_forgotten_expires_and_timelines_do_not(store, redis):
    store.add([entry(Kind.OPENED, number=NUMBER, key="k")], [Job("inform", ("i1", "ppa"))])
    store.add([entry(Kind.CLOSED)])
    store.put_snapshot("{}")
    names = [name for name in redis.scan_iter() if not name.startswith((b"rq:", b"jobs:"))]
    kept = {name.decode() for name in names if redis.ttl(name) == -1}
    assert kept == {"timeline:i1", "feed", "incidents"}


def test_informing_an_agency_puts_it_into_that_agencys_inbox_alone(store):
    store.add([entry(Kind.INFORMED, agency="ppa"), entry(Kind.INFORMED, agency="110", incident="i2")])
    assert [found.incident for found in store.inbox("ppa")] == ["i1"]
    assert [found.incident for found in store.inbox("118")] == []


def test_who_follows_the_feed_sees_every_entry_once_from_where_it_stood(store):
    store.add([entry(n=0)])
    after, seen, ready = store.last_feed_id(), [], threading.Event()

    def follow():
        ready.set()
        for _, found in store.follow(after):
            seen.append(found.data["n"])
            if len(seen) == 20:
                return

    reader = threading.Thread(target=follow, daemon=True)
    reader.start()
    ready.wait()
    for number in range(1, 21):
        store.add([entry(n=number)])
    reader.join(10)
    assert seen == list(range(1, 21))


def test_a_quiet_feed_gives_nothing_and_no_error(store):
    assert store.feed("$", wait=0.01) == []
    assert store.last_feed_id() == "0"


def test_recent_incidents_come_newest_first_and_once_each(store):
    for number in range(5):
        store.add([entry(Kind.OPENED, at=NOW + number, incident=f"i{number}")])
    store.add([entry(Kind.OPENED, at=NOW + 99, incident="i1")])
    assert [incident.id for incident in store.recent(3)] == ["i4", "i3", "i2"]


def test_a_snapshot_is_kept_for_displays(store):
    assert store.get_snapshot() == ""
    store.put_snapshot('{"queues": "é"}')
    assert store.get_snapshot() == '{"queues": "é"}'


@pytest.mark.parametrize("hostile", ["a b", "x\ny", "'; FLUSHALL", "\x00", "é" * 500, "\ud800", "*", ""])
def test_no_identifier_or_key_from_outside_can_do_more_than_name(store, hostile):
    assert store.add([entry(incident=hostile, key=hostile + "k", channel_id=hostile)]) == [True]
    assert [found.incident for found in store.timeline(hostile)] == [hostile]


def test_what_was_answered_survives_a_kill_of_redis(tmp_path):
    server = RedisServer(tmp_path).start()
    try:
        store = Store(server.settings())
        for number in range(200):
            store.add([entry(n=number)], [Job("inform", ("i1", str(number)))] if number % 10 == 0 else ())
        server.kill()
        with pytest.raises(StoreAway):
            store.add([entry()])
        server.start()
        assert len(store.timeline("i1")) == 200
        assert queued_jobs(connect(server.settings())) == {"urgent": 0, "routine": 20}
    finally:
        server.kill()


def test_a_hung_redis_is_given_up_within_the_operations_time(tmp_path):
    with redis_server(tmp_path) as server:
        store = Store(server.settings())
        store.add([entry()])
        server.freeze()
        with pytest.raises(StoreAway, match="Timeout"):
            store.add([entry()])
        server.thaw()
        # Redis performs what it had received; a second attempt would have been a second command.
        until(lambda: len(store.timeline("i1")) == 2)
        assert store.redis.info("commandstats")["cmdstat_evalsha"]["calls"] == 3


def test_redis_that_may_lose_entries_is_named_with_what_to_change(tmp_path):
    options = {"appendonly": "no", "appendfsync": "everysec", "maxmemory-policy": "allkeys-lru"}
    with redis_server(tmp_path, options) as server:
        problems = durability_problems(server.settings())
    assert [problem.partition("`")[2].partition("`")[0] for problem in problems] == [
        "appendonly yes",
        "appendfsync always",
        "maxmemory-policy noeviction",
    ]


def test_redis_that_is_safe_has_no_problems(server):
    assert durability_problems(server.settings()) == []


def test_redis_that_forbids_the_question_is_told_apart_from_one_that_is_unsafe(tmp_path):
    with redis_server(tmp_path, {"user": "default on nopass ~* &* +@all -config"}) as server:
        (problem,) = durability_problems(server.settings())
    assert "forbids CONFIG GET" in problem


def test_redis_that_is_away_is_named_as_such(tmp_path):
    (problem,) = durability_problems(RedisServer(tmp_path).settings())
    assert "does not answer" in problem


def test_redis_without_memory_for_more_is_away_and_not_a_crash(tmp_path):
    with redis_server(tmp_path, {"maxmemory": "100kb"}) as server:
        store = Store(server.settings())
        with pytest.raises(StoreAway, match="OutOfMemory"):
            store.add([entry()])


def test_a_claim_of_a_new_incident_tells_of_the_one_before_and_so_does_its_repetition(claim):
    assert claim("i1", NOW) == ["i1", ""]
    assert claim("other", NOW + 10) == ["i1", ""]
    told = ["i2", f"i1 {NOW + 10!r}"]
    assert claim("i2", NOW + 100) == told
    assert claim("i2", NOW + 100) == told
