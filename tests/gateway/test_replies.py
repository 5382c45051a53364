"""Replies: made from the thread in a timeline, each once, and only where an answer can reach its writer."""

import itertools

import pytest

from gateway.incident.report import Nature
from gateway.incident.timeline import Entry, Kind
from gateway.messages.replies import Answers, receipt_of, receipt_url, reply_entry
from gateway.messages.thread import Delivery, Way, delivery_of, thread_of, way_to
from gateway.rules import load
from gateway.rules.phrases import phrases
from gateway.settings import ROOT
from sms.conversation import Answer
from sms.reading import Reading
from sms.thread import Author
from tests.gateway_in_process import made_up_settings
from tests.notebook import Notebook

NUMBER, THREAD = "+6281200000001", "kannel:operator:1"
POLICIES = load(ROOT / "routing_rules.yaml").policies
NOW = 1_750_000_000.0


class Thread:
    """A writer's thread in a notebook, told a second at a time."""

    def __init__(self, number=NUMBER, **filed):
        self.book = Notebook()
        self.answers = Answers(self.book, lambda: POLICIES)
        self._clock = itertools.count(1)
        self.now = NOW
        self.filed = {"medium": "message", "nature": "unknown", "language": "id"} | filed
        self.tell(Kind.OPENED, number=number, medium="message", dialled="112", channel="kannel")

    def tell(self, kind, after=1.0, channel_id=THREAD, **data):
        self.now += after
        self.book.add([Entry("i1", kind, self.now, data, "", channel_id)])
        return self

    def writes(self, text, after=10.0, **message):
        name = f"kannel:operator:{next(self._clock)}"
        told = {"message": name, "channel": "kannel", "connector": "operator", "text": text, "awaited": False} | message
        self.tell(Kind.MESSAGE, after, **told)
        self.tell(Kind.FILED, 0.0, **self.filed)
        return self.tell(Kind.HANDED_OFF, 0.0, medium="message", queue="112", priority=3)

    def considered(self, reading=None):
        return self.answers.consider("i1", self.now, reading)

    def delivered(self, reply, *statuses):
        for status in statuses:
            self.tell(Kind.DELIVERY, 0.1, reply=reply.data["reply"], status=status)
        return self

    @property
    def replies(self):
        return self.book.of_kind(Kind.REPLY)


def test_a_reply_goes_back_the_way_its_message_came():
    thread = Thread().writes("tolong")
    assert thread.considered() == Answer("safe")
    (reply,) = thread.replies
    told = {name: value for name, value in reply.data.items() if name != "reply"}
    assert told == {
        "text": phrases()["id"]["safe"].text, "phrase": "safe", "language": "id", "by": "gateway", "segments": 1,
        "channel": "kannel", "connector": "operator", "to": NUMBER, "sender": "112",
        "urgent": False, "violence": False, "valid_until": thread.now + 300,
    }  # fmt: skip
    assert reply.channel_id == THREAD


def test_what_is_considered_twice_is_answered_once():
    thread = Thread().writes("tolong")
    thread.considered()
    assert thread.considered() == Answer(silence="answered_already")
    assert len(thread.replies) == 1


def test_two_that_consider_the_same_at_the_same_time_say_it_once():
    thread = Thread().writes("tolong")
    before = thread.book.timeline("i1")

    class Late(Notebook):
        """Sees the timeline as it was."""

        def timeline(self, incident):
            return before

        def add(self, entries, jobs=()):
            return thread.book.add(entries, jobs)

    thread.considered()
    assert Answers(Late(), lambda: POLICIES).consider("i1", thread.now) == Answer("safe")
    assert len(thread.replies) == 1


def test_a_fresher_reading_counts_but_violence_once_reported_stays_it():
    thread = Thread().writes("tolong")
    assert thread.considered(Reading(nature=Nature.VIOLENCE)) == Answer("safe")
    violence = Thread(nature="violence").writes("dia mukul")
    assert violence.considered(Reading(nature=Nature.NOT_EMERGENCY)) == Answer("safe")
    assert violence.replies[0].data["urgent"]


def test_violence_told_by_telephone_counts_for_the_messages_too():
    thread = Thread(nature="medical").writes("sakit")
    thread.tell(Kind.ASKED, channel_id="call", nature="violence")
    assert thread.considered() == Answer("safe")


@pytest.mark.parametrize(("radius", "phrase"), [(20.0, "what"), (3000.0, "where")])
def test_who_was_measured_closely_is_not_asked_where(radius, phrase):
    shape = {"kind": "circle", "lat": -6.25, "lon": 106.9, "radius_m": radius}
    for reading in (None, Reading()):
        thread = Thread().tell(Kind.EVIDENCE, source="aml", shape=shape).writes("tolong")
        thread.considered()
        thread.delivered(thread.replies[0], "sent").writes("aman")
        assert thread.considered(reading) == Answer(phrase)


def test_what_was_told_before_is_not_asked_again_because_the_last_words_leave_it_open():
    thread = Thread(nature="fire", place={"kelurahan": {"code": "31.74.08.1006", "name": "Kalibata"}}).writes("api")
    assert thread.considered(Reading()) == Answer("hello")


@pytest.mark.parametrize(("language", "spoken"), [("id", "id"), ("jv", "id"), ("su", "id"), ("en", "en"), ("zz", "id")])
def test_a_phrase_is_in_the_language_of_the_writer_or_the_first(language, spoken):
    thread = Thread(language=language).writes("x")
    thread.considered()
    assert thread.replies[0].data["language"] == spoken
    assert thread.replies[0].data["text"] == phrases()[spoken]["safe"].text


def test_who_has_no_number_is_not_answered():
    thread = Thread(number=None).writes("promo")
    assert thread.considered() == Answer(silence="no_number")
    assert way_to(thread.book.timeline("i1")) is None


def test_while_an_answer_is_still_to_leave_no_other_is_made():
    thread = Thread().writes("tolong")
    thread.considered()
    assert thread.writes("cepat").considered() == Answer(silence="not_sent_yet")
    thread.delivered(thread.replies[0], "sending", "held")
    assert thread.considered() == Answer(silence="not_sent_yet")
    thread.delivered(thread.replies[0], "sending", "sent")
    assert thread.considered() == Answer("where")


@pytest.mark.parametrize("status", ["failed", "expired", "muted"])
def test_a_question_that_never_left_may_be_asked_again(status):
    thread = Thread().writes("tolong")
    thread.considered()
    thread.delivered(thread.replies[0], status).writes("halo?")
    assert thread.considered() == Answer("safe")
    assert len({reply.data["reply"] for reply in thread.replies}) == 2


def test_an_answer_whose_time_is_over_counts_as_expired_whoever_should_have_said_so():
    thread = Thread().writes("tolong")
    thread.considered()
    assert thread.writes("halo?", after=301).considered() == Answer("safe")


@pytest.mark.parametrize("status", ["sent", "delivered", "undelivered", "uncertain"])
def test_a_question_that_may_have_left_is_never_asked_again(status):
    thread = Thread().writes("tolong")
    thread.considered()
    thread.delivered(thread.replies[0], status).writes("halo?")
    assert thread.considered() == Answer("where")


def test_a_sign_of_danger_mutes_once_and_a_desk_can_still_write():
    thread = Thread(silent=True).writes("jangan telepon")
    assert thread.considered() == Answer(silence="silent_wish", mute="silent_wish")
    assert thread.considered() == Answer(silence="muted")
    assert [entry.data["why"] for entry in thread.book.of_kind(Kind.MUTED)] == ["silent_wish"]
    assert thread.replies == []
    assert way_to(thread.book.timeline("i1")) == Way("kannel", "operator", NUMBER, "112", THREAD)


def test_two_machines_that_answer_each_other_are_muted_and_told_of():
    thread = Thread(nature="violence")
    for words in ("auto reply", "auto reply", "auto reply"):
        thread.writes(words).considered()
        if thread.replies:
            thread.delivered(thread.replies[-1], "sent")
    assert [reply.data["phrase"] for reply in thread.replies] == ["safe", "where"]
    thread.tell(Kind.REPLY, by="gateway", reply="r3", phrase="what", valid_until=NOW + 9999).delivered(
        Entry("i1", Kind.REPLY, 0.0, {"reply": "r3"}), "sent"
    )
    assert thread.writes("auto reply").considered() == Answer(silence="loop", mute="loop")
    (alarm,) = thread.book.of_kind(Kind.ALARM)
    assert "machine" in str(alarm.data["what"])
    assert NUMBER not in str(alarm.data)


def test_who_talks_with_a_desk_by_telephone_is_not_written_to():
    thread = Thread().writes("tolong").tell(Kind.ANSWERED, channel_id="call", desk="112-1")
    assert thread.considered() == Answer(silence="a_desk_is_talking")
    thread.tell(Kind.ENDED, channel_id="call")
    assert thread.considered() == Answer("safe")


def test_without_the_store_nothing_is_answered_and_nothing_raised():
    thread = Thread().writes("tolong")
    thread.book.away = True
    assert thread.considered() == Answer(silence="store_away")


def test_a_fault_of_ours_is_silence():
    broken = Answers(Thread().writes("x").book, lambda: None)
    assert broken.consider("i1", NOW) == Answer(silence="fault")


# the thread in a timeline


def test_a_long_text_is_one_line_that_grows():
    thread = Thread().writes("rumah keba", message="m", awaited=True)
    thread.tell(Kind.REPLY, by="desk:112-1", text="halo", valid_until=NOW + 999)
    thread.writes("rumah kebakaran", message="m")
    lines = thread_of(thread.book.timeline("i1"), thread.now).lines
    assert [(line.author, line.text, line.complete) for line in lines] == [
        (Author.WRITER, "rumah kebakaran", True),
        (Author.DESK, "halo", True),
    ]


def test_who_waits_and_since_when_is_in_the_timeline():
    thread = Thread().writes("x")
    begun = thread.now
    assert thread_of(thread.writes("y").book.timeline("i1"), thread.now).waiting_since == begun
    thread.tell(Kind.ACCEPTED, desk="112-1", queue="112")
    accepted = thread_of(thread.writes("z").book.timeline("i1"), thread.now)
    assert (accepted.waiting_since, accepted.accepted_at) == (None, begun + 11)
    released = thread_of(thread.tell(Kind.RELEASED, desk="112-1").book.timeline("i1"), thread.now)
    assert released.waiting_since == thread.now


@pytest.mark.parametrize(
    ("statuses", "shown"),
    [
        ((), None),
        (("sending",), "sending"),
        (("sending", "held"), "held"),
        (("sending", "held", "sending"), "sending"),
        (("sending", "sent", "delivered"), "delivered"),
        (("sending", "delivered", "sent"), "delivered"),
        (("delivered", "sending", "sent", "delivered"), "delivered"),
        (("uncertain", "sent"), "sent"),
        (("sent", "uncertain"), "sent"),
        (("sent", "undelivered"), "undelivered"),
        (("undelivered", "delivered"), "delivered"),
        (("failed", "delivered"), "delivered"),
        (("sent", "nonsense"), "sent"),
    ],
)
def test_receipts_in_any_order_never_take_back_what_is_known(statuses, shown):
    entries = [
        Entry("i1", Kind.DELIVERY, float(at), {"reply": "r", "status": status}) for at, status in enumerate(statuses)
    ]
    entries.append(Entry("i1", Kind.DELIVERY, 99.0, {"reply": "another", "status": "failed"}))
    assert delivery_of(entries, "r") == (Delivery(shown) if shown else None)


def test_a_reply_of_the_same_key_is_the_same_reply():
    way = Way("kannel", "operator", NUMBER)
    one, same, other = (
        reply_entry("i1", way, "Halo", NOW, key=key, by="desk:112-1", valid_seconds=60) for key in ("a", "a", "b")
    )
    assert one == same
    assert one.data["reply"] != other.data["reply"]


def test_a_receipts_url_brings_back_incident_and_reply_and_nothing_else_does(tmp_path):
    settings = made_up_settings(tmp_path)
    url = receipt_url(settings, "kannel", "i1", "r1", NOW + 300)
    front, _, token = url.rpartition("/")
    assert front == "https://gateway.test/messages/kannel/receipt"
    assert receipt_of(settings, token, NOW + 6 * 86_400) == ("i1", "r1")
    assert receipt_of(settings, token, NOW + 8 * 86_400) is None
    assert receipt_of(settings, token[:-2] + "AA", NOW) is None
    assert receipt_of(settings, "", NOW) is None
