"""The watch over the queues, fed with what a real Asterisk said; the manager is a small stand-in, the rest is real."""

import threading
import time

import pytest
from test_queue_events import INCIDENT, dialogue

from gateway.channels.ami import ActionRefused
from gateway.channels.ami_actions import Actions
from gateway.incident.report import Nature
from gateway.incident.timeline import Entry, Kind
from gateway.intake import Intake, Surroundings
from gateway.queues.events import HUNG_UP, UNSEEN
from gateway.queues.listener import QueueWatch
from gateway.queues.raising import RAISED_PRIO
from gateway.queues.state import Readiness
from gateway.queues.story import QueueStory
from gateway.rules import load
from gateway.settings import ROOT
from tests.notebook import Notebook

RULEBOOK = load(ROOT / "routing_rules.yaml")


class Exchange(Actions):
    """An Asterisk with calls in its queues, that changes what it is told to change."""

    def __init__(self):
        self.entries, self.members, self.channels, self.variables, self.asked = [], [], [], {}, []
        self.queues = ["110", "112"]
        self.withdrawn = []

    def wait(self, channel_id, queue="110", prio=30, waited=0, **variables):
        channel = f"PJSIP/trial-{channel_id}"
        entry = {"Event": "QueueEntry", "Queue": queue, "Position": str(len(self.entries) + 1), "Channel": channel}
        self.entries.append({**entry, "Uniqueid": channel_id, "Wait": str(waited), "Priority": str(prio)})
        names = {f"ChanVariable({name})": value for name, value in variables.items()}
        number = {"CallerIDNum": "081200000001", "Uniqueid": channel_id, "Linkedid": channel_id}
        self.channels.append({"Event": "CoreShowChannel", "Channel": channel, **number, **names})

    def answer(self, channel_id, desk):
        """The call leaves its queue for a desk."""
        self.entries = [entry for entry in self.entries if entry["Uniqueid"] != channel_id]
        own = next(channel for channel in self.channels if channel["Uniqueid"] == channel_id)
        own["BridgeId"] = f"bridge-{channel_id}"
        names = {name: value for name, value in own.items() if name.startswith("ChanVariable")}
        other = {"Channel": f"PJSIP/{desk}-0000000a", "Uniqueid": f"{channel_id}0", "Linkedid": channel_id}
        self.channels.append({"Event": "CoreShowChannel", "BridgeId": own["BridgeId"], **names, **other})

    def send(self, fields):
        self.asked.append(fields["Action"])
        if fields["Action"] == "Setvar":
            self.variables[fields["Channel"], fields["Variable"]] = fields["Value"]
        elif fields["Action"] == "QueueWithdrawCaller":
            if self.withdrawn is None:
                raise ActionRefused("no such caller")
            self.withdrawn.append((fields["Queue"], fields["Caller"], fields["WithdrawInfo"]))
        elif fields["Action"] == "QueueChangePriorityCaller":
            entry = next((each for each in self.entries if each["Channel"] == fields["Caller"]), None)
            if entry is None or entry["Queue"] != fields["Queue"]:
                raise ActionRefused("no such caller")
            entry["Priority"] = str(fields["Priority"])
        return {"Response": "Success"}

    def send_for_list(self, fields):
        self.asked.append(fields["Action"])
        if fields["Action"] == "CoreShowChannels":
            return self.channels
        return [{"Event": "QueueParams", "Queue": name} for name in self.queues] + self.members + self.entries


class Watchtower:
    """A watch whose work is done at once."""

    def __init__(self, recent=()):
        self.exchange, self.journal, self.states = Exchange(), Notebook(), []
        surroundings = Surroundings(
            journal=self.journal,
            rulebook=lambda: RULEBOOK,
            gather=lambda call: (),
            names=lambda code: [],
            describe=lambda location, now: ("tidak diketahui", []),
            reference=lambda incident, now: "",
        )
        story = QueueStory(Intake(surroundings), self.journal, lambda: RULEBOOK)
        self.watch = QueueWatch(
            self.exchange,
            story,
            self.journal,
            raise_at=lambda: 0.5,
            keep=lambda states, now: self.states.append(states),
            recent=lambda: recent,
        )

    def see(self, *events):
        for event in events:
            self.watch.take(event)
        self.write()

    def look(self):
        self.watch.look()
        self.write()

    def write(self):
        self.watch.writer.put(None)
        self.watch.writer.run()

    def kinds(self):
        return [entry.kind for entry in self.journal.entries]


def test_a_call_that_a_desk_answered_is_in_its_incidents_timeline():
    tower = Watchtower()
    tower.see(*dialogue("answered"))
    assert tower.kinds() == [Kind.QUEUED, Kind.RANG, Kind.ANSWERED, Kind.ENDED]
    assert not tower.journal.jobs


def test_a_caller_who_hangs_up_in_a_queue_is_called_back_where_the_rule_says_so():
    tower = Watchtower()
    tower.see(*dialogue("abandoned"))
    assert tower.kinds() == [Kind.QUEUED, Kind.LEFT, Kind.ENDED, Kind.ABANDONED]
    assert [(job.name, job.arguments[0], job.arguments[2]) for job in tower.journal.jobs] == [
        ("follow_up", INCIDENT, "call_back")
    ]


@pytest.mark.parametrize("nature", [Nature.VIOLENCE, Nature.UNKNOWN])
def test_who_hangs_up_in_a_queue_after_violence_or_silence_is_never_called_back(nature):
    tower = Watchtower()
    for event in dialogue("abandoned"):
        event["ChanVariable(G112_NEED)"], event["ChanVariable(G112_SILENT)"] = nature.value, "1"
        tower.see(event)
    assert Kind.ABANDONED in tower.kinds()
    assert not [job for job in tower.journal.jobs if "call_back" in job.arguments]


def test_nobody_hung_up_when_a_call_of_ours_is_answered_by_no_desk():
    tower = Watchtower()
    for event in dialogue("abandoned"):
        tower.see({**event, "Channel": "Local/s@g112-callback-00000001;2"})
    assert Kind.ABANDONED not in tower.kinds()


def test_a_call_handed_off_without_us_is_opened_afterwards_and_its_channel_keeps_the_incident():
    tower = Watchtower()
    tower.see(*dialogue("last_resort"))
    assert tower.kinds() == [Kind.OPENED, Kind.HANDED_OFF, Kind.QUEUED, Kind.RANG, Kind.ANSWERED, Kind.ENDED]
    opened, handed_off = tower.journal.entries[:2]
    assert (opened.data["number"], opened.data["trunk"]) == ("+6281200000001", "trial")
    assert (handed_off.data["queue"], handed_off.data["rule"]) == ("112", "")
    assert {entry.incident for entry in tower.journal.entries} == {opened.incident}
    assert list(tower.exchange.variables.values()) == [opened.incident]


def test_a_call_that_fell_out_of_our_hands_keeps_the_incident_it_was_stored_under():
    tower = Watchtower()
    join = next(dialogue("last_resort"))
    key = f"sip:{join['Uniqueid']}:opened"
    tower.journal.add([Entry(INCIDENT, Kind.OPENED, 1.0, {}, key, join["Uniqueid"])])
    tower.see(*dialogue("last_resort"))
    assert {entry.incident for entry in tower.journal.entries} == {INCIDENT}
    assert len(tower.journal.of_kind(Kind.OPENED)) == 1


@pytest.mark.parametrize("kept", ["in the channel", "in the timeline"])
def test_who_told_of_violence_and_hangs_up_after_we_fell_silent_is_left_in_peace(kept):
    tower = Watchtower()
    events = list(dialogue("abandoned"))
    incident = "i-violence"
    if kept == "in the timeline":
        tower.journal.add([Entry(incident, Kind.ASKED, 1.0, {"step": "can_you_talk", "nature": "violence"}, "k", "c")])
    for event in events:
        event["ChanVariable(G112_INCIDENT)"] = incident
        event["ChanVariable(G112_NEED)"] = "violence" if kept == "in the channel" else "unknown"
        tower.see(event)
    assert [entry.data["follow_up"] for entry in tower.journal.of_kind(Kind.ABANDONED)] == ["nothing"]
    assert not tower.journal.jobs


def test_two_watchers_write_nothing_twice():
    tower, other = Watchtower(), Watchtower()
    other.watch.journal = other.watch.writer.journal = other.journal = tower.journal
    for situation in ("answered", "overflowed"):
        tower.see(*dialogue(situation))
        before = len(tower.journal.entries)
        other.see(*dialogue(situation))
        assert len(tower.journal.entries) == before


def test_a_call_near_its_bound_is_raised_and_stays_so_when_it_overflows():
    tower = Watchtower()
    tower.exchange.wait("1.1", prio=50, waited=500, G112_INCIDENT="violence", G112_BOUND="")
    tower.exchange.wait("1.2", prio=30, waited=40, G112_INCIDENT="crime", G112_BOUND="60")
    tower.exchange.wait("1.3", prio=30, waited=10, G112_INCIDENT="other", G112_BOUND="60")
    tower.see({"Event": "Resync"})
    tower.look()
    tower.look()
    assert [entry["Priority"] for entry in tower.exchange.entries] == ["50", str(RAISED_PRIO), "30"]
    assert tower.exchange.variables == {("PJSIP/trial-1.2", "__G112_PRIO"): str(RAISED_PRIO)}
    raised = tower.journal.of_kind(Kind.RAISED)
    assert [(entry.incident, entry.data["queue"]) for entry in raised] == [("crime", "110")]
    assert 40 <= raised[0].data["waited"] < 45


def desk(name, status="1", paused="0"):
    return {"Event": "QueueMember", "Queue": name[:3], "Name": name, "Status": status, "Paused": paused}


def test_who_waits_with_the_operators_is_called_home_and_led_there_by_the_queue_itself():
    tower = Watchtower()
    clock = iter(range(2_000_000_000, 2_000_000_100))
    tower.watch.now = lambda: float(next(clock))
    tower.exchange.wait("1.1", queue="112", G112_INCIDENT="crime", G112_HOMES="110/")
    tower.see({"Event": "Resync"})
    tower.exchange.members = [desk("110-1")]
    for _ in range(4):
        tower.look()
    assert tower.exchange.withdrawn == [("112", "PJSIP/trial-1.1", "110")]


def test_who_has_left_before_it_could_be_called_home_is_no_fault():
    tower = Watchtower()
    clock = iter(range(2_000_000_000, 2_000_000_100))
    tower.watch.now = lambda: float(next(clock))
    tower.exchange.wait("1.1", queue="112", G112_INCIDENT="crime", G112_HOMES="110/")
    tower.see({"Event": "Resync"})
    tower.exchange.members, tower.exchange.withdrawn = [desk("110-1")], None
    for _ in range(4):
        tower.look()
    assert len(tower.states) == 4


def test_who_waits_where_all_desks_have_gone_goes_on():
    tower = Watchtower()
    clock = iter(range(2_000_000_000, 2_000_000_100))
    tower.watch.now = lambda: float(next(clock))
    tower.exchange.wait("1.1", G112_INCIDENT="crime")
    tower.see({"Event": "Resync"})
    tower.exchange.members = [desk("110-1", paused="1")]
    for _ in range(6):
        tower.look()
    assert tower.exchange.withdrawn == [("110", "PJSIP/trial-1.1", "")]


def test_an_asterisk_that_does_not_sort_anew_is_told_of():
    tower = Watchtower()
    tower.exchange.wait("1.1", prio=50, G112_INCIDENT="violence")
    tower.exchange.wait("1.2", prio=30, waited=40, G112_INCIDENT="crime", G112_BOUND="60")
    tower.see({"Event": "Resync"})
    tower.look()
    assert not tower.journal.alarms
    tower.look()
    assert "20.5" in tower.journal.alarms[0]


def test_a_call_that_left_before_it_could_be_raised_is_no_fault():
    tower = Watchtower()
    tower.exchange.wait("1.2", waited=40, G112_INCIDENT="crime", G112_BOUND="60")
    tower.see({"Event": "Resync"})
    tower.exchange.change_priority = _refuse
    tower.look()
    assert not tower.journal.of_kind(Kind.RAISED)
    assert tower.states


def _refuse(*_):
    raise ActionRefused("no such caller")


def test_calls_that_wait_already_are_found_at_connecting_and_told_once():
    tower = Watchtower()
    tower.exchange.wait("1.1", waited=7, G112_INCIDENT=INCIDENT)
    tower.exchange.wait("1.2", queue="112", waited=3)
    tower.see({"Event": "Resync"}, {"Event": "Resync"})
    queued = tower.journal.of_kind(Kind.QUEUED)
    assert [entry.data["queue"] for entry in queued] == ["110", "112"]
    assert queued[0].incident == INCIDENT
    assert time.time() - queued[0].at == pytest.approx(7, abs=2)
    assert len(tower.journal.of_kind(Kind.OPENED)) == 1, "the second came without us"


def test_calls_that_ended_while_the_connection_was_lost_have_left_unseen():
    tower = Watchtower()
    tower.exchange.wait("1.1", G112_INCIDENT=INCIDENT)
    tower.see({"Event": "Resync"})
    tower.exchange.entries, tower.exchange.channels = [], []
    tower.see({"Event": "Away", "Why": "gone"}, {"Event": "Resync"})
    assert tower.kinds() == [Kind.QUEUED, Kind.LEFT, Kind.ENDED, Kind.ABANDONED]
    assert tower.journal.of_kind(Kind.LEFT)[0].data["why"] == UNSEEN
    assert len(tower.journal.alarms) == 1


def test_calls_that_ended_while_we_did_not_run_have_left_unseen():
    tower = Watchtower(recent=["gone", "there", "answered", "over"])
    stories = {
        "gone": [Kind.QUEUED],
        "there": [Kind.QUEUED],
        "answered": [Kind.ANSWERED],
        "over": [Kind.LEFT, Kind.ENDED],
    }
    for incident, kinds in stories.items():
        for kind in (Kind.HANDED_OFF, *kinds):
            tower.journal.add([Entry(incident, kind, 1.0, {}, f"sip:id-{incident}:{kind}", f"id-{incident}")])
    tower.exchange.wait("id-there", G112_INCIDENT="there")
    known = len(tower.journal.entries)
    tower.see({"Event": "Resync"})
    told = [(entry.incident, entry.kind) for entry in tower.journal.entries[known:]]
    assert told[:3] == [("gone", Kind.LEFT), ("gone", Kind.ENDED), ("answered", Kind.ENDED)]
    assert {incident for incident, _ in told[3:]} == {"there"}, "it is still waiting"


@pytest.mark.parametrize(("nature", "what"), [("fire", "call_back"), ("violence", "nothing"), ("", "sms")])
def test_who_hangs_up_while_the_connection_is_lost_is_followed_up_as_if_seen(nature, what):
    tower = Watchtower()
    tower.exchange.wait("1.1", queue="113", G112_INCIDENT=INCIDENT, G112_NEED=nature)
    tower.see({"Event": "Resync"})
    tower.exchange.entries, tower.exchange.channels = [], []
    tower.see({"Event": "Away", "Why": "gone"}, {"Event": "Resync"}, {"Event": "Resync"})
    (abandoned,) = tower.journal.of_kind(Kind.ABANDONED)
    assert (abandoned.data["step"], abandoned.data["follow_up"]) == ("queue 113", what)
    assert "not known" in abandoned.data["unseen"]
    assert [job.arguments for job in tower.journal.jobs] == [(INCIDENT, "1.1", what)] * (what != "nothing")


def unfinished(tower, channel_id="1.1", nature="fire", **more):
    """What is in the store of a call that was in a queue when the watch died."""
    now = time.time()
    told = [
        (Kind.OPENED, {"number": "+6281200000001", "trunk": "trial"}), (Kind.FILED, {"nature": nature}),
        (Kind.HANDED_OFF, {"queue": "113", "priority": 2}), (Kind.QUEUED, {"queue": "113"}), *more.get("then", ()),
    ]  # fmt: skip
    for kind, data in told:
        key = f"sip:{channel_id}:{kind.value}"
        tower.journal.add([Entry(INCIDENT, kind, now - more.get("ago", 9), data, key, channel_id)])


@pytest.mark.parametrize(("nature", "what"), [("fire", "call_back"), ("violence", "nothing")])
@pytest.mark.parametrize("then", [(), [(Kind.LEFT, {"why": HUNG_UP}), (Kind.ENDED, {})]])
def test_who_hung_up_while_nothing_of_ours_ran_is_followed_up_as_if_seen(nature, what, then):
    tower = Watchtower(recent=[INCIDENT])
    unfinished(tower, nature=nature, then=then)
    tower.see({"Event": "Resync"}, {"Event": "Resync"})
    (abandoned,) = tower.journal.of_kind(Kind.ABANDONED)
    assert (abandoned.data["step"], abandoned.data["follow_up"]) == ("queue 113", what)
    assert [job.arguments for job in tower.journal.jobs] == [(INCIDENT, "1.1", what)] * (what != "nothing")


def test_who_was_cut_off_in_the_dialogue_when_everything_died_is_followed_up():
    tower = Watchtower(recent=[INCIDENT])
    key = "sip:1.1:opened"
    opened = {"number": "+6281200000001", "trunk": "trial"}
    tower.journal.add([Entry(INCIDENT, Kind.OPENED, time.time() - 9, opened, key, "1.1")])
    for _ in range(2):
        tower.see({"Event": "Resync"})
    assert tower.kinds() == [Kind.OPENED, Kind.ENDED, Kind.ABANDONED]
    assert tower.journal.of_kind(Kind.ABANDONED)[0].data["step"] == "dialogue"
    assert [job.arguments for job in tower.journal.jobs] == [(INCIDENT, "1.1", "sms")]


@pytest.mark.parametrize(
    "why_not",
    [{"then": [(Kind.ANSWERED, {"desk": "113-1"})]}, {"channel_id": "callback-1.1-1;2"}, {"ago": 4000}],
)  # fmt: skip
def test_who_was_answered_or_is_no_caller_or_hung_up_long_ago_is_not_followed_up(why_not):
    tower = Watchtower(recent=[INCIDENT])
    unfinished(tower, **why_not)
    tower.see({"Event": "Resync"})
    assert tower.kinds()[-1] == Kind.ENDED
    assert not tower.journal.jobs


@pytest.mark.parametrize("restarted", [True, False])
def test_a_call_that_was_answered_unseen_is_told_with_its_desk_and_is_not_abandoned(restarted):
    tower = Watchtower()
    tower.exchange.wait("1.1", G112_INCIDENT=INCIDENT, G112_NEED="fire")
    if not restarted:
        tower.see({"Event": "Resync"})
    tower.exchange.answer("1.1", "113-1")
    for _ in range(2):
        tower.see({"Event": "Resync"})
    [answered] = tower.journal.of_kind(Kind.ANSWERED)
    assert (answered.incident, answered.data["desk"], answered.data["why"]) == (INCIDENT, "113-1", UNSEEN)
    tower.see({**tower.exchange.channels[0], "Event": "Hangup", "Cause-txt": "Normal Clearing"})
    assert Kind.ABANDONED not in tower.kinds()
    assert tower.kinds()[-1] is Kind.ENDED


def test_a_call_that_went_on_to_a_desk_while_an_event_got_lost_is_found_there():
    tower = Watchtower()
    tower.exchange.wait("1.1", G112_INCIDENT=INCIDENT)
    tower.see({"Event": "Resync"})
    tower.exchange.answer("1.1", "110-1")
    for _ in range(3):
        tower.look()
    assert tower.kinds() == [Kind.QUEUED, Kind.ANSWERED]
    asked = tower.exchange.asked.count("CoreShowChannels")
    tower.look()
    assert tower.exchange.asked.count("CoreShowChannels") == asked, "it is odd no more"


def test_a_call_on_its_way_between_queues_is_looked_for_once():
    tower = Watchtower()
    tower.exchange.wait("1.1", G112_INCIDENT=INCIDENT)
    tower.see({"Event": "Resync"})
    tower.exchange.entries = []
    for _ in range(5):
        tower.look()
    assert tower.exchange.asked.count("CoreShowChannels") == 2
    assert tower.kinds() == [Kind.QUEUED]


def test_an_event_happened_when_asterisk_says_so():
    tower = Watchtower()
    join = next(dialogue("abandoned"))
    tower.see(join, {**join, "Uniqueid": "1.1", "Timestamp": "garbled"})
    first, second = tower.journal.of_kind(Kind.QUEUED)
    assert first.at == float(join["Timestamp"])
    assert time.time() - second.at < 60


def test_a_call_without_us_is_opened_once_though_the_store_is_away():
    tower = Watchtower()
    tower.journal.away = True
    join = next(dialogue("last_resort"))
    tower.see(dict(join), {**join, "Queue": "110"})
    assert len(tower.journal.of_kind(Kind.OPENED)) == 1


def test_an_event_that_got_lost_is_made_up_for():
    tower = Watchtower()
    tower.exchange.wait("1.1", G112_INCIDENT=INCIDENT)
    tower.look()
    assert tower.kinds() == [], "it may be told any moment"
    tower.look()
    assert tower.kinds() == [Kind.QUEUED]
    tower.exchange.entries, tower.exchange.channels = [], []
    tower.look()
    tower.look()
    assert tower.kinds() == [Kind.QUEUED, Kind.LEFT, Kind.ENDED, Kind.ABANDONED]


def test_the_queues_are_looked_at_though_what_was_noted_without_us_takes_long():
    tower = Watchtower()
    settled, looked = threading.Event(), threading.Event()
    tower.watch.settle = (lambda now: settled.wait(30),)
    tower.watch.keep = lambda states, now: looked.set()

    def events():
        assert looked.wait(30)
        assert not settled.is_set()
        settled.set()
        yield {"Event": "Resync"}

    tower.watch.watch(events)


def test_an_event_that_cannot_be_understood_stops_nothing():
    tower = Watchtower()
    tower.see({"Event": "QueueCallerJoin"}, {"Event": "Hangup"}, {}, *dialogue("answered"))
    assert Kind.ANSWERED in tower.kinds()


def test_the_state_of_the_queues_tells_who_waits_and_who_could_answer():
    tower = Watchtower()
    status = {"110-1": ("1", "0"), "110-2": ("5", "0"), "110-3": ("1", "1"), "110-4": ("2", "0"), "110-5": ("6", "0")}
    tower.exchange.members = [
        {"Event": "QueueMember", "Queue": "110", "Name": f"PJSIP/{desk}", "Status": code, "Paused": paused}
        for desk, (code, paused) in status.items()
    ]
    tower.exchange.wait("1.1", waited=9, G112_INCIDENT=INCIDENT, G112_SILENT="1")
    tower.see({"Event": "Resync"})
    tower.look()
    police, operators = tower.states[-1]
    assert [desk.readiness for desk in police.desks] == [
        Readiness.AVAILABLE, Readiness.UNREACHABLE, Readiness.PAUSED, Readiness.BUSY, Readiness.RINGING,
    ]  # fmt: skip
    assert police.reachable == 3
    assert police.waiting[0].silent
    assert police.longest_wait(time.time()) == pytest.approx(9, abs=2)
    assert operators.waiting == ()
