"""Who is sent a link by which a telephone tells its place, and who never is."""

import pytest

from gateway.desk.draft import draft
from gateway.incident.evidence import Evidence
from gateway.incident.link import LINKED, why_no_link
from gateway.incident.report import Nature
from gateway.incident.shape import Circle
from gateway.incident.summary import Before, Incident
from gateway.incident.timeline import Entry, Kind
from gateway.jobs.follow_up import NotYet
from gateway.jobs.offered_link import offer_link
from gateway.messages.attempt import needless_now
from gateway.messages.replies import Answers
from gateway.numbers import is_mobile
from gateway.rules import load
from gateway.settings import ROOT
from sms.conversation import Answer
from sms.reading import Reading
from tests.gateway.test_replies import Thread
from tests.gateway_in_process import made_up_settings
from tests.notebook import Notebook

NOW = 1_750_000_000.0
MOBILE, FIXED = "+6281200000001", "+622150000001"


@pytest.fixture
def settings(tmp_path):
    text = (ROOT / "routing_rules.yaml").read_text(encoding="utf-8")
    rules = tmp_path / "rules.yaml"
    rules.write_text(text.replace("location_link: no", "location_link: yes"), encoding="utf-8")
    return made_up_settings(tmp_path, rules=str(rules), sms_number=MOBILE, sms_channel="twilio")


class Call:
    """A call's timeline in a notebook."""

    def __init__(self, nature="medical", number=MOBILE, **filed):
        self.book = Notebook()
        self.tell(Kind.OPENED, number=number, medium="call", trunk="trial")
        self.tell(Kind.FILED, nature=nature, language="id", **filed)
        self.tell(Kind.HANDED_OFF, queue="118", priority=2)

    def tell(self, kind, **data):
        at = NOW + len(self.book.entries)
        self.book.add([Entry("i1", kind, at, data, channel_id="a")])
        return self

    def offered(self, settings):
        offer_link(settings, self.book, "i1")
        return [entry.data for entry in self.book.of_kind(Kind.REPLY)]


def found(radius, at=NOW):
    return Evidence("aml", Circle(-6.2, 106.8, radius), received_at=at, observed_at=at).as_dict()


@pytest.mark.parametrize("nature", sorted(LINKED))
def test_a_caller_whose_place_nobody_knows_is_sent_one_link(settings, nature):
    call = Call(nature)
    [reply] = call.offered(settings)
    assert "https://gateway.test/h/" in reply["text"]
    assert (reply["to"], reply["by"], reply["phrase"], reply["link"]) == (MOBILE, "gateway", "here", True)
    assert call.offered(settings) == [reply]


@pytest.mark.parametrize("nature", sorted(set(Nature) - LINKED))
def test_nobody_is_sent_one_where_it_is_violence_or_may_be_or_somebody_may_hide(settings, nature):
    assert Call(nature).offered(settings) == []


@pytest.mark.parametrize(
    "told",
    [
        {"kind": Kind.MUTED, "why": "opt_out"},
        {"kind": Kind.CLOSED, "by": "desk:118-1"},
        {"kind": Kind.FILED, "nature": "violence"},
        {"kind": Kind.ASKED, "nature": "violence", "step": "can_you_talk"},
        {"kind": Kind.REPLY, "link": True, "text": "x"},
        {"kind": Kind.OPENED, "number": MOBILE, "before": Before("i0", "violence").as_dict()},
        {"kind": Kind.OPENED, "number": MOBILE, "before": Before("i0", silent=True).as_dict()},
        {"kind": Kind.OPENED, "number": MOBILE, "before": Before("i0", muted="takeover").as_dict()},
    ],
)
def test_what_came_meanwhile_keeps_the_link_back(settings, told):
    call = Call().tell(**told)
    before = len(call.book.entries)
    call.offered(settings)
    assert len(call.book.entries) == before


def test_a_silent_caller_is_sent_none(settings):
    assert Call(silent=True).offered(settings) == []


@pytest.mark.parametrize("number", [None, FIXED])
def test_a_number_that_takes_no_texts_is_sent_none(settings, number):
    assert Call(number=number).offered(settings) == []


@pytest.mark.parametrize(("radius", "sent"), [(20.0, 0), (300.0, 0), (1500.0, 1)])
def test_where_the_place_is_known_well_enough_none_is_sent(settings, radius, sent, monkeypatch):
    monkeypatch.setattr("time.time", lambda: NOW + 30)
    assert len(Call().tell(Kind.EVIDENCE, **found(radius)).offered(settings)) == sent


def test_without_the_policy_none_is_sent(tmp_path):
    assert Call().offered(made_up_settings(tmp_path, sms_number=MOBILE, sms_channel="twilio")) == []


def test_without_an_https_url_none_is_sent(settings):
    plain = made_up_settings(
        settings.state, rules=str(settings.rules), sms_number=MOBILE, public_url="http://x.example"
    )
    assert Call().offered(plain) == []


def test_an_incident_that_is_not_there_yet_is_tried_again(settings):
    with pytest.raises(NotYet):
        offer_link(settings, Notebook(), "i1")


@pytest.mark.parametrize(
    ("number", "mobile"),
    [(MOBILE, True), ("+14155550100", True), (FIXED, False), ("+622121211212", False), ("112", False), ("", False)],
)
def test_which_numbers_take_texts(number, mobile):
    assert is_mobile(number) is mobile


def test_a_link_that_waits_is_held_back_when_it_turns_out_to_be_violence(settings):
    call = Call()
    call.offered(settings)
    reply = call.book.of_kind(Kind.REPLY)[0]
    assert needless_now(reply, call.book.entries) == ""
    call.tell(Kind.FILED, nature="violence")
    assert "link" in needless_now(reply, call.book.entries)


# --- in the question where ------------------------------------------------------------


def asked(settings, *texts, policies=None, **filed):
    thread = Thread(**filed)
    policies = policies or load(settings.rules).policies
    thread.answers = Answers(thread.book, lambda: policies, settings)
    for text in texts:
        thread.writes(text)
    assert thread.considered() == Answer("where", link=policies.messages.location_link and filed["nature"] in LINKED)
    return thread.replies[0].data


def test_the_question_where_carries_a_link_where_it_is_known_to_be_no_violence(settings):
    told = asked(settings, "kebakaran", nature="fire")
    assert "/h/" in told["text"]
    assert (told["phrase"], told["link"], told["segments"]) == ("where", True, 1)


def test_without_the_policy_the_question_is_as_ever(settings, tmp_path):
    rules = load(ROOT / "routing_rules.yaml").policies
    told = asked(settings, "kebakaran", nature="fire", policies=rules)
    assert "/h/" not in told["text"]
    assert "link" not in told


def test_the_question_to_who_may_hide_carries_none(settings):
    assert "/h/" not in asked(settings, "ada maling", nature="crime")["text"]


def test_a_sign_of_violence_anywhere_keeps_the_link_back(settings):
    why = [{"what": "violence", "words": "didorong", "rule": "unexplained"}]
    thread = Thread(nature="medical", why=why)
    thread.answers = Answers(thread.book, lambda: load(settings.rules).policies, settings)
    for text in ("jatuh didorong", "aman"):
        thread.writes(text)
        thread.considered()
        thread.delivered(thread.replies[-1], "sent")
    assert [reply.data["phrase"] for reply in thread.replies] == ["safe", "where"]
    assert not any("/h/" in reply.data["text"] for reply in thread.replies)


def test_what_a_call_of_the_same_caller_told_meanwhile_keeps_the_link_back(settings):
    thread = Thread(nature="fire")
    thread.answers = Answers(thread.book, lambda: load(settings.rules).policies, settings)
    thread.writes("kebakaran").tell(Kind.FILED, nature="crime", channel_id="a call")
    thread.considered(Reading(nature=Nature.FIRE))
    assert [reply.data["phrase"] for reply in thread.replies] == ["where"]
    assert "/h/" not in thread.replies[0].data["text"]


@pytest.mark.parametrize("before", [Before("i0", "violence"), Before("i0", silent=True)])
def test_a_case_before_that_was_violence_or_silence_keeps_the_link_back(settings, before):
    thread = Thread(nature="fire")
    thread.answers = Answers(thread.book, lambda: load(settings.rules).policies, settings)
    thread.tell(Kind.OPENED, number=MOBILE, before=before.as_dict(), medium="message")
    for text in ("kebakaran", "aman"):
        thread.writes(text)
        thread.considered()
        thread.delivered(thread.replies[-1], "sent")
    assert [reply.data["phrase"] for reply in thread.replies] == ["safe", "where"]
    assert not any("/h/" in reply.data["text"] for reply in thread.replies)


# --- what a desk is told --------------------------------------------------------------


@pytest.mark.parametrize(
    ("incident", "why"),
    [
        (Incident("i", nature="fire"), ""),
        (Incident("i", nature="violence", silent=True, muted="opt_out"), "violence"),
        (Incident("i", nature="crime"), "nature"),
        (Incident("i"), "nature"),
        (Incident("i", nature="fire", silent=True), "silent"),
        (Incident("i", nature="fire", muted="takeover"), "muted"),
        (Incident("i", nature="fire", before=Before("b", "violence")), "before"),
        (Incident("i", nature="fire", closed=True), "closed"),
    ],
)
def test_the_worst_reason_is_told_first(incident, why):
    assert why_no_link(incident) == why


def test_a_draft_with_a_link_tells_what_speaks_against_it():
    entries = Call("violence").book.entries
    assert draft("i1", entries, "x https://l.example/h/a", "id", "here", link=True).risk == "violence"
    assert draft("i1", entries, "x", "id").risk == "violence", "a first text to who never wrote is asked about, too"
    wrote = Entry("i1", Kind.MESSAGE, 1.0, {"message": "m1", "text": "tolong"})
    assert draft("i1", [*entries, wrote], "x", "id").risk == ""
