"""Jobs by real workers on a real Redis, through restarts and kills. Asterisk's manager is a fake that can be mute."""

import os
import signal
import subprocess
import sys
import time

import pytest

from gateway import jobs
from gateway.desk.missed import Missed, followed_again
from gateway.incident.timeline import Entry, Job, Kind
from gateway.jobs.follow_up import FollowUp
from gateway.rules import load
from gateway.settings import ROOT, Settings
from gateway.store import Store, connect
from tests.gateway.fake_asterisk import FakeManager
from tests.live.redis_server import RedisServer
from tests.live.wait import PATIENCE_SECONDS, until

NUMBER = "+6281200000001"
ORIGINATED = {"Originate": "Response: Success\nMessage: Originate successfully queued"}


@pytest.fixture
def server(tmp_path):
    server = RedisServer(tmp_path).start()
    yield server
    server.kill()


@pytest.fixture
def manager():
    manager = FakeManager(ORIGINATED)
    yield manager
    manager.close()


@pytest.fixture
def rules(tmp_path):
    """The rules as shipped, with a trunk that calls back."""
    text = (ROOT / "routing_rules.yaml").read_text(encoding="utf-8")
    text = text.replace("# trunk: telkom", "trunk: telkom")
    outgoing = "trunks:\n  telkom:\n    addresses: [198.51.100.0/28]\n    outgoing: sip.telkom.example:5060"
    file = tmp_path / "rules.yaml"
    file.write_text(text.replace("trunks: {}", outgoing), encoding="utf-8")
    return file


class Office:
    """Starts workers and other commands with the settings of one server."""

    def __init__(self, server, manager, rules):
        self.settings = server.settings(
            # Twilio is off, and with it the SMS to callers who hung up, unless a test has another channel.
            ami_port=manager.port, ami_secret=manager.secret, rules=str(rules), sms_channel="twilio",
        )  # fmt: skip
        self.store = Store(self.settings)
        self.redis = connect(self.settings)
        self._running = []

    def start(self, *words, **others):
        names = ("state", "redis_url", "number_key", "signing_key", "ami_port", "ami_secret", "rules", "sms_channel")
        given = {f"GATEWAY112_{name.upper()}": str(others.get(name, self.settings[name])) for name in names}
        process = subprocess.Popen(
            [sys.executable, "-m", "gateway", *words],
            cwd=ROOT,
            env={**os.environ, **given},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self._running.append(process)
        return process

    def says(self, *words):
        return self.start(*words).communicate(timeout=PATIENCE_SECONDS)[0].decode()

    def worker(self, *queues, **others):
        return self.start("worker", *(queues or ("urgent", "routine")), **others)

    def replies(self):
        return [entry for entry in self.store.timeline("i1") if entry.kind is Kind.REPLY]

    def close(self):
        for process in self._running:
            process.kill()
            process.communicate()

    def hung_up(self, what, number=NUMBER, nature="fire", after=0.0):
        """An incident whose caller hung up, with the follow-up that policy wants."""
        now = time.time()
        entries = [
            Entry("i1", Kind.OPENED, now - 9, {"number": number, "trunk": "trial"}, channel_id="c1"),
            Entry("i1", Kind.FILED, now - 5, {"nature": nature}, channel_id="c1"),
            Entry("i1", Kind.HANDED_OFF, now - 5, {"queue": "113", "priority": 2}, channel_id="c1"),
            Entry("i1", Kind.ABANDONED, now - 3, {"step": "fire"}, key="sip:c1:abandoned", channel_id="c1"),
        ]
        self.store.add(entries, [Job("follow_up", ("i1", "c1", what), key="follow_up:c1", after=after)])

    def outcomes(self):
        return [entry.data["outcome"] for entry in self.store.timeline("i1") if entry.kind is Kind.FOLLOW_UP]

    def alarms(self, incident="i1"):
        return [entry.data["what"] for entry in self.store.timeline(incident) if entry.kind is Kind.ALARM]

    def informed(self):
        return [entry.data["agency"] for entry in self.store.timeline("i1") if entry.kind is Kind.INFORMED]

    def inform(self, agency, **options):
        self.store.add([Entry("i1", Kind.QUEUED, time.time())], [Job("inform", ("i1", agency), **options)])


@pytest.fixture
def office(server, manager, rules):
    office = Office(server, manager, rules)
    yield office
    office.close()


def originated(manager):
    return [action for action in manager.actions if "Originate" in action]


def test_an_agency_is_informed_once_however_often_the_job_comes(office):
    for number in range(3):
        office.inform("ppa", urgent=True, key=f"job{number}")
    office.worker("urgent")
    until(lambda: office.redis.zcard("rq:finished:urgent") == 3)
    assert office.informed() == ["ppa"]
    assert [entry.incident for entry in office.store.inbox("ppa")] == ["i1"]


def test_what_is_urgent_is_done_before_what_is_routine(office):
    for number in range(5):
        office.inform(f"r{number}")
        office.inform(f"u{number}", urgent=True)
    office.worker("urgent", "routine")
    until(lambda: len(office.informed()) == 10)
    assert [agency[0] for agency in office.informed()] == ["u"] * 5 + ["r"] * 5


def test_a_worker_survives_a_restart_of_redis(office, server):
    worker = office.worker()
    office.inform("before")
    until(lambda: office.informed() == ["before"])
    server.kill()
    server.start()
    office.inform("after")
    until(lambda: office.informed() == ["before", "after"])
    assert worker.poll() is None


def test_a_worker_waits_for_a_redis_that_is_not_there_yet(office, server):
    server.kill()
    worker = office.worker()
    until(lambda: b"starts anew" in worker.stderr.readline())
    server.start()
    office.inform("ppa")
    until(lambda: office.informed() == ["ppa"])


def test_a_worker_ends_when_asked(office):
    worker = office.worker()
    office.inform("ppa")
    until(lambda: office.informed() == ["ppa"])
    worker.terminate()
    assert worker.wait(PATIENCE_SECONDS) == 0


def test_a_job_for_later_waits_and_is_then_done(office):
    office.inform("later", after=1.5)
    office.inform("now")
    office.worker()
    until(lambda: office.informed() == ["now", "later"])


def test_a_fire_is_called_back_over_the_queue_it_was_in(office, manager):
    office.hung_up("call_back")
    office.worker()
    until(lambda: office.outcomes() == ["trying", "asked"])
    (action,) = originated(manager)
    for line in ("Channel: Local/s@g112-callback/n", "Variable: __G112_QUEUE=113", "Variable: __G112_INCIDENT=i1"):
        assert line in action
    assert "Variable: __G112_CALL_BACK=%2B6281200000001" in action
    assert office.redis.zcard("rq:scheduled:routine") == 1


def test_who_hung_up_three_times_is_called_back_once_however_many_workers_there_are(office, manager):
    office.hung_up("call_back", after=2.0)
    for channel in ("c2", "c3"):
        told = [
            Entry("i1", Kind.OPENED, time.time() - 9, {"number": NUMBER}, channel_id=channel),
            Entry("i1", Kind.ABANDONED, time.time() - 3, {}, channel_id=channel),
        ]
        office.store.add(told, [Job("follow_up", ("i1", channel, "call_back"), key=channel, after=2.0)])
    for _ in range(3):
        office.worker()
    until(lambda: sorted(office.outcomes()) == ["asked", "needless", "needless", "trying"])
    assert len(originated(manager)) == 1


def test_a_caller_who_rang_again_is_not_called_back(office, manager):
    office.hung_up("call_back", after=1.0)
    office.store.add([Entry("i1", Kind.OPENED, time.time(), {"number": NUMBER}, channel_id="c2")])
    office.worker()
    until(lambda: office.outcomes() == ["needless"])
    assert originated(manager) == []


@pytest.mark.parametrize(
    ("step", "nature", "handed_off", "follows"),
    [("start", "unknown", False, ["sms"]), ("can_you_talk", "violence", False, ["nothing"]),
     ("start", "unknown", True, [])],
)  # fmt: skip
def test_a_hang_up_that_was_told_while_the_store_was_away_is_decided_once_it_is_back(
    office, step, nature, handed_off, follows
):
    entries = [
        Entry("i1", Kind.OPENED, time.time() - 9, {"number": NUMBER, "trunk": "twilio"}, channel_id="CA1"),
        Entry("i1", Kind.ASKED, time.time() - 8, {"step": step, "language": "id", "nature": nature}, channel_id="CA1"),
        Entry("i1", Kind.ENDED, time.time() - 3, {}, channel_id="CA1"),
    ]
    if handed_off:
        entries.append(Entry("i1", Kind.HANDED_OFF, time.time() - 5, {"queue": "112", "priority": 3}, channel_id="CA1"))
    jobs_for_it = [Job("abandon", ("i1", "CA1"), key=f"abandon:{number}") for number in range(2)]
    office.store.add(entries, jobs_for_it)
    office.worker()
    until(lambda: office.redis.zcard("rq:finished:routine") == 2)
    abandoned = [entry for entry in office.store.timeline("i1") if entry.kind is Kind.ABANDONED]
    assert [entry.data["follow_up"] for entry in abandoned] == follows
    assert office.redis.zcard("rq:scheduled:routine") == (follows == ["sms"])


def test_what_cannot_follow_is_told_to_a_person(office):
    office.hung_up("sms")
    office.worker()
    until(lambda: office.outcomes() == ["not_possible"] and office.alarms("gateway"))
    assert "no way to send an SMS" in office.alarms("gateway")[0]
    assert NUMBER not in str(office.alarms("gateway"))


def test_the_sms_after_a_hang_up_is_given_to_the_sender_once(office):
    """Two contacts of one incident, and each told twice: the caller has one SMS."""
    now = time.time()
    for channel in ("c1", "c2"):
        opened = Entry("i1", Kind.OPENED, now - 9, {"number": NUMBER, "trunk": "trial"}, channel_id=channel)
        hung_up = Entry("i1", Kind.ABANDONED, now - 3, {"step": "start"}, channel_id=channel)
        jobs_for_it = [Job("follow_up", ("i1", channel, "sms"), key=f"{channel}:{number}") for number in range(2)]
        office.store.add([opened, hung_up], jobs_for_it)
    for _ in range(2):
        office.worker("routine", sms_channel="sip_message")
    until(lambda: office.redis.zcard("rq:finished:routine") == 4)
    (reply,) = office.replies()
    assert {name: reply.data[name] for name in ("by", "channel", "connector", "to", "sender", "urgent")} == {
        "by": "follow_up", "channel": "sip_message", "connector": "telkom", "to": NUMBER, "sender": "", "urgent": False,
    }  # fmt: skip
    assert reply.data["text"] == load(office.settings.rules).policies.neutral_sms["id"]
    assert reply.channel_id in ("c1", "c2")
    assert set(office.outcomes()) in ({"done"}, {"done", "needless"})
    assert [urgent for urgent, _, _ in office.store.messages.outgoing("sip_message")] == [False]


def test_two_hang_ups_followed_up_at_the_same_moment_have_one_sms(office):
    for channel in ("c1", "c2"):
        opened = Entry("i1", Kind.OPENED, time.time() - 9, {"number": NUMBER}, channel_id=channel)
        office.store.add([opened, Entry("i1", Kind.ABANDONED, time.time(), {}, channel_id=channel)])
    settings = Settings({**office.settings, "sms_channel": "sip_message"})
    both = [FollowUp(settings, office.store, "i1", channel, "sms") for channel in ("c1", "c2")]
    for follow_up in both:
        follow_up.go_on()
    assert len(office.replies()) == 1


def test_who_has_written_is_answered_the_way_it_came_whatever_else_is_set(office):
    written = {"message": "m", "channel": "kannel", "connector": "operator", "text": "halo"}
    office.store.add(
        [
            Entry("i1", Kind.OPENED, 1.0, {"number": NUMBER, "dialled": "112", "medium": "message"}, channel_id="t1"),
            Entry("i1", Kind.MESSAGE, 1.0, written, channel_id="t1"),
        ]
    )
    office.hung_up("sms")
    office.worker()
    until(lambda: office.outcomes() == ["done"])
    (reply,) = office.replies()
    assert (reply.data["channel"], reply.data["connector"], reply.data["sender"]) == ("kannel", "operator", "112")


def test_what_can_follow_no_hang_up_is_in_each_timeline_and_one_alarm(office):
    hour = time.time() // 3600
    for channel in ("c1", "c2"):
        hung_up = Entry("i1", Kind.ABANDONED, time.time(), {}, channel_id=channel)
        opened = Entry("i1", Kind.OPENED, time.time() - 9, {"number": NUMBER}, channel_id=channel)
        office.store.add([opened, hung_up], [Job("follow_up", ("i1", channel, "sms"), key=channel)])
    office.worker()
    until(lambda: office.outcomes() == ["not_possible"] * 2 and office.redis.zcard("rq:finished:routine") == 2)
    assert len(set(office.alarms("gateway"))) == 1
    assert len(office.alarms("gateway")) == 1 + (hour != time.time() // 3600), "an hour may end in between"
    assert office.alarms() == []


def test_an_asterisk_that_is_away_is_asked_again_until_it_is_there(office, manager):
    manager.secret = "another"
    office.hung_up("call_back")
    office.worker()
    until(lambda: office.outcomes() == ["trying", "failed"])
    manager.secret = "secret"
    until(lambda: office.outcomes() == ["trying", "failed", "trying", "asked"])
    assert len(originated(manager)) == 1


def test_a_worker_killed_before_it_did_anything_costs_nothing_but_time(office):
    """The kill falls between taking the job from its queue and starting it: no list of RQ's has it any more."""
    office.inform("ppa")
    (identifier,) = office.redis.zrange(jobs.OPEN, 0, -1)
    assert office.redis.lpop("rq:queue:routine") == identifier
    office.redis.zadd(jobs.OPEN, {identifier: time.time() - jobs.LOST_SECONDS})
    office.worker()
    until(lambda: office.informed() == ["ppa"])


def test_a_worker_killed_in_the_middle_of_a_job_leaves_it_to_another(office, manager):
    """It dies while Asterisk has the request and has not answered: nobody can know whether a desk was rung."""
    manager.mute.add("Originate")
    office.hung_up("call_back")
    worker = office.worker()
    until(lambda: originated(manager))
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    assert office.outcomes() == ["trying"]
    manager.mute.clear()
    office.worker()
    until(lambda: office.outcomes() == ["trying", "uncertain"])
    assert "the worker died while at it" in office.alarms()[0]
    assert len(originated(manager)) == 1


def test_a_job_that_fails_for_good_is_listed_told_and_can_be_tried_anew(office, rules):
    whole = rules.read_text(encoding="utf-8")
    rules.write_text("not: [rules", encoding="utf-8")
    office.hung_up("sms")
    (identifier,) = (name.decode() for name in office.redis.zrange(jobs.OPEN, 0, -1))
    office.redis.hset(f"rq:job:{identifier}", "retries_left", 0)
    office.worker()
    until(lambda: office.alarms())
    assert office.alarms() == ["follow_up could not be done: see `gateway112 dead`"]
    listed = office.says("dead")
    assert identifier in listed
    assert "RulesRefused at gateway/" in listed
    rules.write_text(whole, encoding="utf-8")
    assert "1 jobs are tried anew" in office.says("dead", "--requeue", identifier)
    until(lambda: office.outcomes() == ["not_possible"])
    assert int(office.redis.hget(f"rq:job:{identifier}", "retries_left")) == len(jobs.RETRY_SECONDS)
    assert "no job is dead" in office.says("dead")


def test_jobs_name_tasks_and_carry_no_code_and_no_number(office):
    office.hung_up("sms")
    (identifier,) = (name.decode() for name in office.redis.zrange(jobs.OPEN, 0, -1))
    held = office.redis.hgetall(f"rq:job:{identifier}")
    (job,) = (queue.fetch_job(identifier) for queue in jobs.Queues(office.redis) if queue.name == "routine")
    assert list(job.args) == ["follow_up", "i1", "c1", "sms"]
    assert job.func_name == "gateway.jobs.tasks.perform"
    assert b"81200000001" not in b"".join(held.values())


def test_an_unknown_task_fails_and_performs_nothing(office):
    office.store.add([Entry("i1", Kind.QUEUED, 1.0)], [Job("os.system", ("true",), key="evil")])
    (identifier,) = (name.decode() for name in office.redis.zrange(jobs.OPEN, 0, -1))
    office.redis.hset(f"rq:job:{identifier}", "retries_left", 0)
    office.worker()
    until(lambda: "KeyError" in office.says("dead"))


def test_a_canary_in_a_job_reaches_no_log(office, manager):
    office.hung_up("call_back", number="+6281277777771")
    manager.secret = "another"
    worker = office.worker()
    until(lambda: office.outcomes() == ["trying", "failed"])
    worker.terminate()
    told = b"".join(worker.communicate(timeout=PATIENCE_SECONDS))
    assert b"a job failed" in told
    assert b"77777" not in told


def test_who_is_taken_on_is_not_called_back_until_the_desk_puts_him_back(office, manager):
    office.hung_up("call_back")
    office.store.add([Entry("i1", Kind.TAKEN, time.time(), {"queue": "113", "desk": "113-1"})])
    office.worker()
    until(lambda: office.outcomes() == ["needless"])
    back = Entry("i1", Kind.PUT_BACK, time.time(), {"queue": "113", "desk": "113-1"})
    office.store.add([back], followed_again("i1", Missed("113", "c1", time.time(), "call_back")))
    until(lambda: office.outcomes() == ["needless", "trying", "asked"])
    assert len(originated(manager)) == 1


def test_an_sms_that_was_sent_is_not_sent_again_when_the_caller_is_put_back(office):
    office.hung_up("sms")
    office.worker()
    until(lambda: len(office.outcomes()) == 1)
    outcomes = office.outcomes()
    back = Entry("i1", Kind.PUT_BACK, time.time(), {"queue": "113", "desk": "113-1"})
    office.store.add([back], followed_again("i1", Missed("113", "c1", time.time(), "sms")))
    until(lambda: office.redis.zcard("rq:finished:urgent") + office.redis.zcard("rq:finished:routine") == 2)
    assert office.outcomes() == outcomes
