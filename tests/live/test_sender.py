"""The sender on a real Redis and a provider on a real port: each reply leaves once at most, and in its time."""

import os
import subprocess
import sys
import threading
import time

import pytest

from gateway import journal as journal_module
from gateway.incident.timeline import Entry, Kind
from gateway.journal import open_journal
from gateway.journal import spool as spool_module
from gateway.journal.replay import Replay
from gateway.journal.spool import waiting_files
from gateway.messages import dispatch as dispatch_module
from gateway.messages.attempt import SENDING_SECONDS
from gateway.messages.dispatch import LEASE_SECONDS, OURS_SECONDS, Dispatch
from gateway.messages.replies import Answers, receipt_of, reply_entry
from gateway.messages.sender import Patience
from gateway.messages.thread import Way, delivery_of
from gateway.rules import load
from gateway.settings import ROOT
from gateway.store import GATEWAY, Store, StoreAway, connect
from tests.live.provider import NAME, Provider, ProviderChannel
from tests.live.wait import PATIENCE_SECONDS, until

NUMBER = "+6281200000001"
WAY = Way(NAME, "line", NUMBER, "112", "t1")
POLICIES = load(ROOT / "routing_rules.yaml").policies


@pytest.fixture
def provider():
    provider = Provider()
    yield provider
    provider.close()


class Desk:
    """Writes replies, and steps a sender whose clock it keeps."""

    def __init__(self, server, provider):
        self.settings = server.settings()
        self.server = server
        self.provider = provider
        self.store = Store(self.settings)
        self.journal = open_journal(self.settings, "sender")
        self.channel = ProviderChannel(provider.port)
        self.now = float(int(time.time()))
        self.sender = self.another()

    def another(self):
        return Dispatch(NAME, self.channel, self.settings, Store(self.settings), self.journal, lambda: self.now)

    def reply(self, text="Halo", by="gateway", incident="i1", valid=300.0, key="", **others):
        key = key or f"{incident}:{text}"
        entry = reply_entry(incident, WAY, text, self.now, key=key, by=by, valid_seconds=valid, **others)
        self.store.add([entry])
        return entry

    def tell(self, kind, incident="i1", **data):
        self.store.add([Entry(incident, kind, self.now, data)])

    def steps(self, count=1, after=0.0, sender=None):
        for _ in range(count):
            self.now += after
            (sender or self.sender).go_on()

    def statuses(self, incident="i1"):
        return [e.data["status"] for e in self.store.timeline(incident) if e.kind is Kind.DELIVERY]

    def status(self, reply):
        return delivery_of(self.store.timeline(reply.incident), reply.data["reply"])

    def alarms(self, incident="i1"):
        return [str(e.data["what"]) for e in self.store.timeline(incident) if e.kind is Kind.ALARM]

    def left(self):
        return self.store.messages.outgoing(NAME)

    def replay(self):
        folder = self.settings.state / "spool"

        def look():
            Replay(Store(self.settings), self.journal, folder).look()
            return not waiting_files(folder)

        until(look)


@pytest.fixture
def desk(server, provider, monkeypatch):
    monkeypatch.setattr(dispatch_module, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(spool_module, "FILE_SECONDS", 0.05)
    monkeypatch.setattr(journal_module, "PAUSE_SECONDS", 0.05)
    connect(server.settings()).flushall()
    return Desk(server, provider)


# the usual


def test_a_reply_is_sent_once_and_its_timeline_tells_it(desk, provider):
    reply = desk.reply()
    desk.steps(3, after=1.0)
    assert [(taken["to"], taken["text"], taken["sender"]) for taken in provider.taken] == [(NUMBER, "Halo", "112")]
    assert desk.statuses() == ["sending", "sent"]
    assert desk.left() == []
    delivered = [e for e in desk.store.timeline("i1") if e.data.get("status") == "sent"]
    assert delivered[0].data["provider_id"] == "id-1"
    token = provider.taken[0]["receipt_url"].rpartition("/")[2]
    assert receipt_of(desk.settings, token, desk.now) == ("i1", reply.data["reply"])


def test_the_same_reply_made_twice_is_sent_once(desk, provider):
    desk.reply(key="k")
    desk.reply(key="k")
    desk.steps(3, after=1.0)
    assert provider.texts() == ["Halo"]


def test_urgent_replies_leave_before_routine_ones_and_each_kind_in_its_order(desk, provider):
    for number in range(3):
        desk.reply(f"r{number}")
    desk.steps(1, after=1.0)
    for number in range(3):
        desk.reply(f"u{number}", urgent=True)
    desk.steps(5, after=1.0)
    assert provider.texts() == ["r0", "u0", "u1", "u2", "r1", "r2"]


def test_of_urgent_replies_what_a_desk_wrote_leaves_first_and_then_what_is_about_violence(desk, provider):
    desk.reply("routine", violence=True)
    desk.reply("danger to life", urgent=True)
    desk.reply("violence", urgent=True, violence=True)
    desk.reply("desk", by="desk:112-1", urgent=True)
    desk.steps(4, after=1.0)
    assert provider.texts() == ["desk", "violence", "danger to life", "routine"]


def test_while_only_the_rate_holds_replies_back_the_store_is_not_waited_for(desk, provider, monkeypatch):
    """Redis ends its waits late, by up to a tenth of a second: at ten replies a second that would be half the rate."""
    waits = []
    messages = desk.sender.store.messages

    class Watched(type(messages)):
        def outgoing(self, channel, after=("0", "0"), count=100, wait=0.0):
            waits.append(wait)
            return super().outgoing(channel, after, count, wait)

    monkeypatch.setattr(messages, "__class__", Watched)
    desk.channel.per_second = 0.5
    desk.reply("first")
    desk.reply("second")
    desk.steps(3, after=0.7)
    assert provider.texts() == ["first"]
    assert waits[1:] == [0.0, 0.0]
    desk.steps(3, after=0.7)
    assert provider.texts() == ["first", "second"]
    desk.steps(1, after=5.0)
    assert waits[-1] > 0.0, "with nothing to be sent, what comes is seen at once"


def test_a_channel_is_given_no_more_than_its_rate(desk, provider):
    desk.channel.per_second = 0.5
    for number in range(9):
        desk.reply(f"r{number}")
    desk.steps(9, after=1.0)
    assert len(provider.taken) == 5, "at 1, 3, 5, 7 and 9 seconds"
    desk.channel.per_second = 1000.0
    desk.steps(6, after=2.0)
    assert len(provider.taken) == 9


# what goes wrong


def test_a_reply_that_surely_did_not_leave_is_tried_again(desk, provider):
    provider.statuses = [503, 503]
    desk.reply()
    desk.steps(1)
    assert desk.statuses() == ["sending", "held"]
    desk.steps(1, after=1.0)
    assert len(provider.taken) == 1, "not before it is time"
    desk.steps(2, after=5.0)
    assert desk.statuses() == ["sending", "held"] * 2 + ["sending", "sent"]
    assert len(provider.taken) == 3
    assert desk.left() == []


def test_a_provider_that_is_away_is_one_too(desk, provider):
    provider.close()
    desk.reply()
    desk.steps(2, after=3.0)
    assert desk.statuses() == ["sending", "held"] * 2


def test_one_writers_trouble_does_not_hold_up_the_others(desk, provider):
    provider.statuses = [503]
    desk.reply("first")
    desk.reply("second")
    desk.steps(2, after=0.1)
    assert provider.texts() == ["first", "second"]


def test_a_refusal_is_final_and_a_desk_learns_of_its_own(desk, provider):
    provider.statuses = [400, 400]
    desk.reply("mine", by="gateway")
    desk.reply("theirs", by="desk:112-1")
    desk.steps(9, after=10.0)
    assert desk.statuses() == ["sending", "failed"] * 2
    assert len(provider.taken) == 2
    assert desk.alarms() == ["a reply is failed: the provider answered 400"]


@pytest.mark.parametrize("by", ["gateway", "desk:112-1"])
def test_what_may_have_left_is_never_sent_again_and_a_person_is_told(desk, provider, by):
    provider.statuses = [500]
    desk.reply(by=by)
    desk.steps(9, after=30.0)
    assert len(provider.taken) == 1
    assert desk.statuses() == ["sending", "uncertain"]
    assert desk.alarms() == ["a reply is uncertain: the provider answered 500"]
    assert desk.left() == []


def test_a_provider_in_trouble_is_not_given_all_replies_to_lose(desk, provider):
    provider.statuses = [500] * 99
    for number in range(20):
        desk.reply(f"r{number}")
    desk.steps(20, after=0.5)
    assert 3 <= len(provider.taken) <= 5
    provider.statuses = []
    desk.steps(30, after=1.0)
    assert len(provider.taken) == 20


def test_a_channel_that_raises_what_it_should_not_leaves_it_uncertain(desk):
    class Broken(ProviderChannel):
        def send(self, settings, outgoing):
            raise RuntimeError(outgoing.to)

    desk.sender.channel = Broken(0)
    desk.reply()
    desk.steps(3, after=30.0)
    assert desk.statuses() == ["sending", "uncertain"]
    assert NUMBER not in str(desk.alarms())


def test_a_reply_that_we_cannot_understand_holds_up_no_other(desk, provider):
    odd = {"reply": "odd", "channel": NAME, "valid_until": desk.now + 60}
    desk.store.add([Entry("i2", Kind.REPLY, desk.now, odd)])
    desk.reply("plain")
    desk.steps(4, after=1.0)
    assert provider.texts() == ["plain"]
    assert "held up by a fault of ours" in desk.alarms("i2")[0]
    desk.steps(2, after=60.0)
    assert desk.statuses("i2") == ["expired"]
    assert desk.left() == []


def test_a_fault_of_ours_holds_the_channel_one_reply_tries_and_one_alarm_an_hour_tells(desk, provider):
    provider.statuses = [401] * 3
    for number in range(5):
        desk.reply(f"r{number}", valid=10_000.0)
    hour = desk.now // 3600
    desk.steps(1)
    desk.steps(3, after=OURS_SECONDS / 4)
    assert len(provider.taken) == 1
    desk.steps(2, after=OURS_SECONDS)
    assert len(provider.taken) == 3
    assert len(desk.alarms(GATEWAY)) == 1 + (desk.now // 3600 != hour)
    assert "no reply leaves by provider: the provider answered 401" in desk.alarms(GATEWAY)[0]
    desk.steps(12, after=OURS_SECONDS)
    assert sorted(provider.texts()[3:]) == [f"r{number}" for number in range(5)], "mended, all of them leave"


def test_a_fault_of_ours_in_one_reply_alone_holds_the_others_for_one_pause(desk, provider):
    provider.statuses = [401]
    odd = desk.reply("odd", by="desk:112-1", urgent=True)
    others = [desk.reply(f"r{number}") for number in range(5)]
    desk.steps(2, after=OURS_SECONDS)
    assert provider.texts() == ["odd", "r0"], "another one tries"
    assert (desk.status(odd), desk.status(others[0])) == ("held", "sent")
    provider.statuses = [401]
    desk.steps(5, after=0.1)
    assert provider.texts()[2:] == ["odd", "r1", "r2", "r3", "r4"], "by then it is known to be that one alone"
    desk.steps(1, after=60.0)
    assert desk.status(odd) == "sent"


def test_when_no_reply_leaves_each_tries_in_turn(desk, provider):
    provider.statuses = [401] * 9
    for number in range(3):
        desk.reply(f"r{number}", valid=10_000.0)
    desk.steps(6, after=OURS_SECONDS)
    assert provider.texts() == ["r0", "r1", "r2"] * 2


def test_a_reply_whose_time_is_over_does_not_leave_however_it_was_held(desk, provider):
    provider.statuses = [503] * 99
    desk.reply("late", by="desk:112-1", valid=20.0)
    desk.steps(1)
    provider.statuses = []
    desk.steps(1, after=21.0)
    assert desk.statuses() == ["sending", "held", "expired"]
    assert len(provider.taken) == 1
    assert "expired" in desk.alarms()[0]


def test_replies_of_a_held_channel_expire_meanwhile(desk, provider):
    provider.statuses = [401] * 99
    replies = [desk.reply(f"r{number}", valid=5.0) for number in range(3)]
    desk.steps(1)
    desk.steps(1, after=6.0)
    assert {desk.status(reply) for reply in replies} == {"expired"}
    assert desk.left() == []


def test_no_number_and_no_words_reach_the_log(desk, provider, capfd):
    provider.statuses = [503, 400, 401, 500]
    for number in range(6):
        desk.reply(f"rahasia {number}", by="desk:112-1", valid=20.0)
    desk.steps(4, after=16.0)
    desk.sender.channel = object()  # has none of a channel's names
    desk.reply("rahasia lain")
    desk.steps(2, after=16.0)
    said = "".join(capfd.readouterr())
    assert "could not be looked at" in said
    assert not any(secret in said for secret in ("rahasia", NUMBER, NUMBER[1:]))
    assert not any(secret in str(desk.alarms()) for secret in ("rahasia", NUMBER))


# what should no longer leave


def test_of_a_muted_incident_what_was_answered_of_itself_is_dropped_and_a_desks_is_sent(desk, provider):
    own = desk.reply("own")
    written = desk.reply("written", by="desk:112-1")
    desk.tell(Kind.MUTED, why="takeover")
    desk.steps(3, after=1.0)
    assert provider.texts() == ["written"]
    assert (desk.status(own), desk.status(written)) == ("muted", "sent")
    assert desk.left() == []


def test_a_question_that_a_desk_overtook_is_dropped(desk, provider):
    desk.reply("where are you")
    desk.now += 1.0
    desk.tell(Kind.ACCEPTED, desk="112-1", queue="112")
    desk.steps(2, after=1.0)
    assert provider.taken == []
    assert desk.statuses() == ["muted"]


# receipts


@pytest.mark.parametrize(
    ("receipts", "shown"), [(("delivered", "sent", "delivered"), "delivered"), (("undelivered",), "undelivered")]
)
def test_receipts_that_come_before_the_answer_twice_or_late_do_no_harm(desk, provider, receipts, shown):
    reply = desk.reply()

    def receipt(status):
        name = reply.data["reply"]
        desk.store.add([Entry("i1", Kind.DELIVERY, desk.now, {"reply": name, "status": status}, f"{name}:{status}")])

    provider.meanwhile = lambda: [receipt(status) for status in receipts]
    desk.steps(2, after=1.0)
    for status in receipts:
        receipt(status)
    assert desk.status(reply) == shown
    assert len(provider.taken) == 1


# several senders, and senders that die


def test_one_of_several_senders_leads_and_another_takes_over(desk, provider):
    other = desk.another()
    desk.reply("first")
    desk.steps(1)
    assert other.go_on() is False
    stop = threading.Event()
    stop.set()
    desk.sender.run(stop)  # told to stop before it began, it gives up what it leads
    desk.reply("second")
    desk.steps(2, after=1.0, sender=other)
    assert provider.texts() == ["first", "second"]


def test_senders_that_all_believe_to_lead_send_each_reply_once(desk, provider):
    """As after one was frozen for longer than its lease: what keeps a reply single is its claim."""
    replies = [desk.reply(f"r{number}") for number in range(30)]

    class Leading(Dispatch):
        def _leads(self):
            return True

    senders = [
        Leading(NAME, desk.channel, desk.settings, Store(desk.settings), desk.journal, lambda: desk.now)
        for _ in range(4)
    ]
    stop = threading.Event()
    threads = [threading.Thread(target=sender.run, args=(stop,)) for sender in senders]
    for thread in threads:
        thread.start()

    def all_sent():
        desk.now += 0.5
        return all(desk.status(reply) == "sent" for reply in replies)

    until(all_sent)
    stop.set()
    for thread in threads:
        thread.join()
    assert sorted(provider.texts()) == sorted(f"r{number}" for number in range(30))


def test_a_sender_killed_while_it_sends_leaves_it_uncertain_and_the_rest_to_the_next(desk, provider):
    answer, asked = threading.Event(), threading.Event()
    provider.meanwhile = lambda: (asked.set(), answer.wait(PATIENCE_SECONDS))
    first = desk.reply("first")
    environ = {name: str(desk.settings[name]) for name in ("state", "redis_url", "number_key", "signing_key")}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.live.provider", str(provider.port)],
        cwd=ROOT,
        env={**os.environ, **{f"GATEWAY112_{name.upper()}": value for name, value in environ.items()}},
    )
    assert asked.wait(PATIENCE_SECONDS)
    process.kill()
    process.wait()
    answer.set()
    second = desk.reply("second")
    until(desk.sender.go_on, LEASE_SECONDS + 5, "the lease of the dead one ends")
    desk.steps(2, after=1.0)
    assert (desk.status(first), desk.status(second)) == ("sending", "sent")
    desk.steps(2, after=SENDING_SECONDS)
    assert desk.status(first) == "uncertain"
    assert provider.texts() == ["first", "second"]
    assert "the sender died at it" in desk.alarms()[0]


# the store away


def test_a_store_that_goes_away_while_a_reply_leaves_neither_repeats_nor_forgets_it(desk, provider):
    def vanish():
        desk.server.kill()
        provider.meanwhile = lambda: None

    provider.meanwhile = vanish
    reply = desk.reply()
    with pytest.raises(StoreAway):
        desk.steps(1)
    desk.server.start()
    desk.steps(1, after=1.0)
    assert len(provider.taken) == 1
    desk.replay()
    assert desk.status(reply) == "sent"
    desk.steps(3, after=SENDING_SECONDS)
    assert len(provider.taken) == 1
    assert desk.left() == []
    assert desk.alarms() == []


def test_a_claim_whose_answer_was_lost_is_gone_on_with(desk, provider):
    """The store took it, and died before it could say so: we did nothing yet, and know it."""
    reply = desk.reply()
    add = desk.sender.store.add

    class Losing(Store):
        def add(self, entries, jobs=()):
            add(entries, jobs)
            raise StoreAway("after the act")

    whole, desk.sender.store = desk.sender.store, Losing(desk.settings)
    with pytest.raises(StoreAway):
        desk.steps(1)
    assert desk.statuses() == ["sending"]
    desk.sender.store = whole
    desk.steps(1, after=1.0)
    assert desk.status(reply) == "sent"
    assert provider.texts() == ["Halo"]


# patience


def test_who_waits_is_looked_at_no_more_often_than_anything_can_change(desk):
    waits = {"medium": "message", "queue": "113", "priority": 2}
    desk.store.add([Entry("i1", Kind.HANDED_OFF, desk.now, waits)])
    begun, looked = desk.now, []

    class Counting(Answers):
        def consider(self, incident, now, reading=None):
            looked.append(round(now - begun))
            return super().consider(incident, now, reading)

    patience = Patience(desk.store, Counting(desk.journal, lambda: POLICIES), lambda: POLICIES, lambda: desk.now)
    for _ in range(65):
        desk.now += 2
        patience.look()
    assert looked == [60, 120]


def test_who_waits_for_a_minute_is_told_so_once(desk):
    desk.now -= 100
    told = {"medium": "message", "number": NUMBER, "dialled": "112", "channel": NAME}
    message = {"message": "m", "channel": NAME, "connector": "line", "text": "rumah kebakaran", "awaited": False}
    filed = {"medium": "message", "nature": "fire", "language": "id"}
    handed = {"medium": "message", "queue": "113", "priority": 2, "since": desk.now}
    for kind, data in (
        (Kind.OPENED, told), (Kind.MESSAGE, message), (Kind.FILED, filed), (Kind.HANDED_OFF, handed),
    ):  # fmt: skip
        desk.store.add([Entry("i1", kind, desk.now, data, channel_id="t1")])
    answers = Answers(desk.journal, lambda: POLICIES)
    assert answers.consider("i1", desk.now).phrase == "where"
    desk.steps(1)
    patience = Patience(desk.store, answers, lambda: POLICIES, lambda: desk.now)

    def said():
        patience.look()
        desk.steps(1)
        return [e.data["phrase"] for e in desk.store.timeline("i1") if e.kind is Kind.REPLY]

    desk.now += 30
    assert said() == ["where"]
    desk.now += 31
    assert said() == ["where", "waiting"]
    desk.now += 500
    assert said() == ["where", "waiting"]
