"""What becomes of the dialplan's marks; the store may be away at any moment."""

import pytest
from test_queue_watch import Watchtower

from gateway.incident.timeline import Kind
from gateway.queues.events import UNSEEN
from gateway.queues.marks import FAMILY, LOOK_EVERY_SECONDS, Marks

NOW = 1_700_000_100.0
QUEUED = "1700000000|trial|%2B6281200000001|112"


class Tower(Watchtower):
    """A watch over an Asterisk that has a database."""

    def __init__(self, **marks):
        super().__init__()
        self.now = NOW
        self.database = {f"/{FAMILY}/{name}": text for name, text in marks.items()} | {"/g112-unseen-else/1.1": "other"}
        self.exchange.send_for_list, self._others = self._list, self.exchange.send_for_list
        self.exchange.send = self._delete
        self.marks = Marks(self.exchange, self.watch.story, self.journal.alarm)

    def _list(self, fields):
        if fields["Action"] != "DBGetTree":
            return self._others(fields)
        return [{"Event": "DBGetTreeResponse", "Key": key, "Val": text} for key, text in self.database.items()]

    def _delete(self, fields):
        assert fields["Action"] == "DBDel"
        del self.database[f"/{fields['Family']}/{fields['Key']}"]

    def look(self, times=1):
        for _ in range(times):
            self.marks.settle(self.now)
            self.now += LOOK_EVERY_SECONDS

    @property
    def left(self):
        return [key for key in self.database if key.startswith(f"/{FAMILY}/")]


def test_a_call_that_ended_unseen_gets_its_incident_and_loses_its_mark():
    tower = Tower(one=QUEUED)
    tower.look(3)
    assert tower.kinds() == [Kind.OPENED, Kind.HANDED_OFF, Kind.ENDED, Kind.ABANDONED]
    opened, handed_off, ended, abandoned = tower.journal.entries
    assert (opened.data["number"], opened.data["trunk"], opened.at) == ("+6281200000001", "trial", 1_700_000_000.0)
    assert (handed_off.data["queue"], ended.data["why"]) == ("112", UNSEEN)
    assert (abandoned.data["step"], abandoned.data["follow_up"]) == ("queue 112", "sms")
    assert [job.arguments[1:] for job in tower.journal.jobs] == [("one", "sms")]
    assert tower.left == []
    assert len(tower.journal.alarms) == 1
    assert "/g112-unseen-else/1.1" in tower.database


def test_by_its_call_id_what_the_edge_copied_of_an_unseen_call_is_found():
    tower = Tower(one=f"{QUEUED}|a%7Cb%40example.invalid", two=QUEUED)
    tower.look(3)
    opened = {e.channel_id: e.data["call_id"] for e in tower.journal.entries if e.kind is Kind.OPENED}
    assert opened == {"one": "a|b@example.invalid", "two": ""}


def test_a_call_that_ended_while_it_rang_was_handed_off_to_nobody():
    tower = Tower(one="1700000000|trial|%2B6281200000001|")
    tower.look(3)
    assert tower.kinds() == [Kind.OPENED, Kind.ENDED, Kind.ABANDONED]


def test_no_mark_goes_and_nothing_is_told_twice_while_the_store_is_away():
    tower = Tower(one=QUEUED)
    tower.journal.away = True
    tower.look(5)
    assert (tower.kinds(), len(tower.left)) == ([], 1)
    tower.journal.away = False
    tower.look(3)
    assert tower.kinds() == [Kind.OPENED, Kind.HANDED_OFF, Kind.ENDED, Kind.ABANDONED]
    assert tower.left == []


def test_a_mark_stays_until_the_store_has_its_call():
    tower = Tower(one=QUEUED)
    kept, tower.journal.add = tower.journal.add, lambda *_: [True]
    tower.look(4)
    assert len(tower.left) == 1
    tower.journal.add = kept
    tower.look(2)
    assert (tower.kinds(), tower.left) == ([Kind.OPENED, Kind.HANDED_OFF, Kind.ENDED, Kind.ABANDONED], [])


def test_a_call_that_is_still_there_is_left_to_the_queues():
    tower = Tower(one=QUEUED)
    tower.exchange.wait("one", queue="112")
    tower.look(4)
    assert (tower.kinds(), len(tower.left)) == ([], 1)


def test_a_call_that_the_queues_have_told_of_needs_its_mark_no_longer():
    tower = Tower(one=QUEUED)
    tower.exchange.wait("one", queue="112")
    tower.watch.story.incident_for({**tower.exchange.channels[0], "Queue": "112"}, NOW)
    tower.look()
    assert (tower.kinds(), tower.left) == ([Kind.OPENED, Kind.HANDED_OFF], [])


def test_a_call_that_was_told_before_we_crashed_gets_the_end_that_is_missing():
    tower = Tower(one=QUEUED)
    tower.exchange.wait("one", queue="112")
    tower.watch.story.incident_for({**tower.exchange.channels[0], "Queue": "112"}, NOW)
    tower.exchange.channels, tower.exchange.entries = [], []
    tower.look(3)
    assert (tower.kinds(), tower.left) == ([Kind.OPENED, Kind.HANDED_OFF, Kind.ENDED, Kind.ABANDONED], [])


def test_who_called_in_vain_long_ago_is_not_followed_up():
    tower = Tower(one=QUEUED)
    tower.now += 4000
    tower.look(3)
    assert tower.kinds() == [Kind.OPENED, Kind.HANDED_OFF, Kind.ENDED]
    assert not tower.journal.jobs


@pytest.mark.parametrize("text", ["", "|||", "soon|trial|nobody|112|more", "99999999999999|%00%0A|%FF|", "\x00"])
def test_a_mark_that_says_little_is_a_call_all_the_same(text):
    tower = Tower(one=text)
    tower.look(3)
    assert tower.kinds()[0] is Kind.OPENED
    assert tower.journal.entries[0].at <= NOW + LOOK_EVERY_SECONDS
    assert tower.left == []
