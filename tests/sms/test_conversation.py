"""What a writer is answered, and when nothing is."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from gateway.incident.report import Nature
from gateway.incident.shape import Area
from gateway.rules import load
from gateway.settings import ROOT
from sms.conversation import QUESTIONS, Answer, answer, missing
from sms.policies import MessagePolicies, Occasions
from sms.reading import Finding, PlaceRead, Reading
from sms.thread import Author, Line, Thread

POLICIES = load(ROOT / "routing_rules.yaml").policies.messages
KALIBATA = PlaceRead(kelurahan=Area("31.74.08.1006", "Kalibata"))
FIRE = Reading(nature=Nature.FIRE, place=KALIBATA)
VIOLENCE = Reading(nature=Nature.VIOLENCE, place=KALIBATA)
NOTHING_KNOWN = Reading()


def thread(*lines, waiting_since=0.0, **state):
    """Lines ten seconds apart: a writer's text, or ``>phrase`` of the gateway, or ``desk:text``."""
    said = []
    for number, words in enumerate(lines):
        at = 10.0 * number
        if words.startswith(">"):
            said.append(Line(at, Author.GATEWAY, "", words[1:]))
        elif words.startswith("desk:"):
            said.append(Line(at, Author.DESK, words[5:]))
        else:
            said.append(Line(at, Author.WRITER, words))
    return Thread(tuple(said), waiting_since, **state)


def answered(said, reading, after=1.0, policies=POLICIES):
    return answer(said, reading, policies, said.lines[-1].at + after)


# what is asked


def test_what_is_missing_is_asked_in_the_order_of_need_each_once():
    violence = replace(VIOLENCE, place=PlaceRead())
    assert answered(thread("dia mukul lagi"), violence) == Answer("safe")
    assert answered(thread("dia mukul lagi", ">safe", "aman"), violence) == Answer("where")
    assert answered(thread("dia mukul lagi", ">safe", "aman", ">where", "ga tau"), violence).phrase == ""
    fire = replace(FIRE, place=PlaceRead())
    assert answered(thread("kebakaran"), fire) == Answer("where")
    assert answered(thread("kebakaran", ">where", "ga tau"), fire).phrase == ""


def test_as_long_as_nobody_knows_what_it_is_it_may_be_violence():
    assert answered(thread("tolong"), NOTHING_KNOWN) == Answer("safe")
    assert answered(thread("tolong", ">safe", "ga"), NOTHING_KNOWN).mute == "not_safe"
    assert answered(thread("tolong", ">safe", "ini siapa"), NOTHING_KNOWN).mute == "takeover"
    asked = ("tolong", ">safe", "ya", ">where", "ga tau")
    assert answered(thread(*asked[:3]), NOTHING_KNOWN) == Answer("where")
    assert answered(thread(*asked), NOTHING_KNOWN) == Answer("what")
    assert answered(thread("tolong", ">safe"), NOTHING_KNOWN, after=3600).phrase == ""


def test_what_was_long_under_way_is_answered_by_desks_alone():
    def came(late, **state):
        return Thread((Line(0, Author.WRITER, "x"), Line(9, Author.WRITER, "dia mukul", late=late)), 0.0, **state)

    assert answered(came(601.0), VIOLENCE) == Answer(silence="late")
    assert answered(came(601.0, accepted_at=10.0, closed_at=20.0), FIRE) == Answer(silence="late")
    assert answered(came(599.0), VIOLENCE) == Answer("safe")
    assert answered(came(601.0), replace(FIRE, opt_out=True)).mute == "opt_out"
    later = Thread((*came(601.0).lines, Line(60, Author.WRITER, "halo")), 0.0)
    assert answered(later, VIOLENCE) == Answer("safe")


def test_a_sign_of_violence_in_another_need_is_enough_to_ask_whether_it_is_safe():
    hurt = Reading(nature=Nature.MEDICAL, place=KALIBATA, findings=(Finding("violence", "didorong", "unexplained"),))
    assert answered(thread("jatuh didorong"), hurt) == Answer("safe")


def test_a_first_message_that_leaves_nothing_to_ask_has_a_neutral_answer_and_the_next_ones_none():
    assert answered(thread("rumah kebakaran di kalibata"), FIRE) == Answer("hello")
    assert answered(thread("rumah kebakaran di kalibata", ">hello", "cepat"), FIRE) == Answer(silence="nothing_missing")


@pytest.mark.parametrize(
    ("place", "asked"),
    [
        (PlaceRead(coordinates=(-6.25, 106.9)), False),
        (KALIBATA, False),
        (PlaceRead(kecamatan=Area("31.74.08", "Pancoran"), landmark="dekat stasiun"), False),
        (PlaceRead(kecamatan=Area("31.74.08", "Pancoran")), True),
        (PlaceRead(street="Jl Mawar"), True),
        (PlaceRead(city=Area("31.74", "Jakarta Selatan")), True),
    ],
)
def test_a_place_to_which_nobody_could_be_sent_is_asked_for(place, asked):
    assert ("where" in missing(thread("x"), Reading(nature=Nature.FIRE, place=place))) is asked


def test_who_writes_what_is_no_emergency_is_asked_nothing():
    advert = Reading(nature=Nature.NOT_EMERGENCY)
    assert answered(thread("promo pulsa"), advert) == Answer("hello")
    assert answered(thread("promo pulsa", ">hello"), advert, after=600) == Answer(silence="answered_already")


def test_what_a_desk_asked_by_phrase_is_not_asked_again():
    said = Thread((Line(0, Author.WRITER, "x"), Line(9, Author.DESK, "", "where"), Line(60, Author.WRITER, "y")), 0.0)
    assert answered(said, NOTHING_KNOWN) == Answer("safe")
    assert answered(said, replace(FIRE, place=PlaceRead())).phrase != "where"


def test_several_messages_in_a_row_have_one_answer_and_are_none_to_our_question():
    row = (Line(0, Author.WRITER, "tolong"), Line(1, Author.GATEWAY, "", "safe"), Line(3, Author.WRITER, "dia mukul"))
    assert answered(Thread(row, 0.0), replace(VIOLENCE, place=PlaceRead())) == Answer(silence="nothing_missing")
    followed = Thread((*row[:1], row[2], row[1]), 0.0)
    assert answered(followed, VIOLENCE) == Answer(silence="answered_already")


def test_a_text_whose_parts_are_still_coming_is_answered_when_they_are_there_or_given_up():
    half = Thread((Line(0, Author.WRITER, "rumah keba", complete=False),), 0.0)
    assert answered(half, FIRE) == Answer(silence="incomplete")
    assert answered(half, FIRE, after=11) == Answer("hello")


# silence


@pytest.mark.parametrize(("sign", "why"), [("silent", "silent_wish"), ("takeover", "takeover"), ("opt_out", "opt_out")])
@pytest.mark.parametrize("nature", Nature)
def test_a_silent_wish_a_takeover_and_an_opt_out_end_what_is_answered_of_itself(sign, why, nature):
    reading = Reading(nature=nature, **{sign: True})
    for said in (thread("x"), thread("x", ">hello", "y"), thread("x", waiting_since=None, accepted_at=5.0)):
        assert answered(said, reading, after=100) == Answer(silence=why, mute=why)


def test_what_merely_looks_like_a_silent_wish_is_silence_until_somebody_says_that_it_is_safe():
    likeness = replace(VIOLENCE, place=PlaceRead(), silent=True, findings=(Finding("silent", "", "model 0.40"),))
    assert answered(thread("dia mukul"), likeness) == Answer(silence="silent_wish")
    assert answered(thread("dia mukul", ">safe", "aman"), likeness) == Answer("where")
    assert answered(thread("dia mukul", ">safe", "ga"), likeness).mute == "not_safe"
    said = replace(likeness, findings=(*likeness.findings, Finding("silent", "jangan telepon", "silent_wish")))
    assert answered(thread("dia mukul", ">safe", "aman"), said).mute == "silent_wish"


@pytest.mark.parametrize(
    "words", ["tidak", "ga", "Gak aman", "jgn dulu", "no", "blm", "g", "ga bisa", "kayaknya ga aman"]
)
def test_who_says_that_it_is_not_safe_is_answered_no_more(words):
    assert answered(thread("x", ">safe", words), VIOLENCE) == Answer(silence="not_safe", mute="not_safe")


@pytest.mark.parametrize(
    "words", ["aman", "ya", "iya aman", "ga papa, aman", "gak apa-apa", "bisa", "ok", "no problem"]
)
def test_who_says_that_it_is_safe_is_asked_on(words):
    assert answered(thread("x", ">safe", words), replace(VIOLENCE, place=PlaceRead())) == Answer("where")


@pytest.mark.parametrize("words", ["ini siapa?", "siapa ini", "Who is this", "salah nomor", "sopo iki"])
def test_who_does_not_know_us_in_a_case_of_violence_is_another_hand(words):
    assert answered(thread("x", ">safe", words), VIOLENCE) == Answer(silence="takeover", mute="takeover")
    assert answered(thread(words), VIOLENCE).phrase == "safe"
    assert not answered(thread("x", ">hello", words), FIRE).mute


def test_while_nobody_has_said_that_it_is_safe_nothing_more_comes_by_itself():
    asked = thread("x", ">safe")
    everything = Occasions("hello", "waiting", "read", "thanks")
    policies = replace(POLICIES, violence=everything)
    assert answered(asked, VIOLENCE, after=3600, policies=policies).phrase == ""
    accepted = replace(asked, waiting_since=None, accepted_at=50.0)
    assert answered(accepted, VIOLENCE, after=60, policies=policies).phrase == ""
    assert answered(replace(accepted, closed_at=60.0), VIOLENCE, after=90, policies=policies).phrase == ""


def test_what_is_muted_stays_so_and_nothing_written_is_nothing_answered():
    assert answered(thread("x", muted="loop"), FIRE) == Answer(silence="muted")
    assert answer(Thread(()), FIRE, POLICIES, 0.0) == Answer(silence="nothing_written")


# occasions


def test_who_waits_for_a_minute_is_told_so_once_but_not_in_a_case_of_violence():
    said = thread("x", ">hello")
    assert answered(said, FIRE, after=40) == Answer(silence="answered_already")
    assert answered(said, FIRE, after=60) == Answer("waiting")
    assert answered(thread("x", ">hello", ">waiting"), FIRE, after=600) == Answer(silence="answered_already")
    assert answered(thread("x", ">safe", "aman", ">hello"), VIOLENCE, after=600).phrase == ""


def test_once_a_desk_has_it_one_phrase_is_policy_and_then_the_person_talks():
    accepted = {"waiting_since": None, "accepted_at": 15.0}
    assert answered(thread("x", ">hello", **accepted), FIRE) == Answer("accepted")
    assert answered(thread("x", ">hello", ">accepted", "y", **accepted), FIRE) == Answer(silence="a_desk_has_it")
    assert answered(thread("x", ">hello", "desk:halo", **accepted), FIRE) == Answer(silence="a_desk_has_it")
    assert answered(thread("x", **accepted), NOTHING_KNOWN) == Answer("accepted"), "it asks nothing any more"


def test_in_a_case_of_violence_nothing_is_promised_when_a_desk_has_it():
    said = thread("x", ">safe", "aman", waiting_since=None, accepted_at=25.0)
    assert answered(said, VIOLENCE) == Answer("read")


def test_a_thread_that_went_back_to_its_queue_is_asked_on():
    back = thread("x", ">accepted", "desk:halo", "y", waiting_since=25.0, accepted_at=5.0)
    assert answered(back, NOTHING_KNOWN) == Answer("safe")


def test_a_closed_incident_is_answered_by_policy_once():
    closed = {"waiting_since": None, "accepted_at": 1.0, "closed_at": 15.0}
    assert answered(thread("x", ">hello", **closed), FIRE) == Answer("thanks")
    assert answered(thread("x", ">hello", ">thanks", **closed), FIRE) == Answer(silence="closed")
    assert answered(thread("x", ">hello", **closed), VIOLENCE) == Answer(silence="closed")


# guards


def test_after_three_answers_without_a_person_the_next_message_mutes():
    three = ["x", ">hello", "y", ">where", "z", ">what"]
    assert answered(thread(*three), NOTHING_KNOWN, after=600) == Answer(silence="loop")
    assert answered(thread(*three, "w"), NOTHING_KNOWN) == Answer(silence="loop", mute="loop")


@pytest.mark.parametrize("acted", [{"accepted_at": 55.0}, {"person_at": 55.0}])
def test_a_person_who_acted_begins_the_count_anew(acted):
    said = thread("x", ">hello", "y", ">accepted", "z", ">read", "w", waiting_since=58.0, **acted)
    assert answered(said, NOTHING_KNOWN) == Answer("safe")


def test_a_flood_is_read_and_not_answered():
    lines = [Line(at, Author.GATEWAY, "") for at in range(0, 60, 10)]
    said = Thread((Line(0, Author.WRITER, "x"), *lines, Line(70, Author.WRITER, "y")), 0.0, person_at=65.0)
    assert answered(said, NOTHING_KNOWN) == Answer(silence="flood")
    assert answered(said, NOTHING_KNOWN, after=4000) == Answer("safe")


# every thread there may be

times = some.floats(0, 10_000)
lines = some.builds(
    Line,
    at=times,
    author=some.sampled_from(Author),
    text=some.text(max_size=40) | some.sampled_from(["ga", "ya", "siapa ini", "stop"]),
    phrase=some.sampled_from(["", *QUESTIONS, "hello", "waiting", "accepted", "read", "thanks"]),
    complete=some.booleans(),
)
states = some.none() | times
threads = some.builds(
    Thread,
    lines=some.lists(lines, max_size=8).map(lambda found: tuple(sorted(found, key=lambda line: line.at))),
    waiting_since=states,
    accepted_at=states,
    closed_at=states,
    muted=some.sampled_from(["", "loop"]),
    person_at=states,
)
readings = some.builds(
    Reading,
    nature=some.sampled_from(Nature),
    silent=some.booleans(),
    takeover=some.booleans(),
    opt_out=some.booleans(),
    place=some.sampled_from([PlaceRead(), KALIBATA]),
)


@given(threads, readings, some.sampled_from([POLICIES, MessagePolicies()]), times)
def test_whatever_the_thread_the_answer_is_a_phrase_or_a_reason(said, reading, policies, now):
    found = answer(said, reading, policies, now)
    assert bool(found.phrase) != bool(found.silence)
    if found.phrase:
        assert not any((reading.silent, reading.takeover, reading.opt_out, said.muted))
        assert found.phrase not in {line.phrase for line in said.lines} or found.phrase == policies.usual.first
        assert not found.mute
    assert answer(said, reading, policies, now) == found
