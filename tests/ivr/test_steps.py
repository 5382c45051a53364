"""The one function that walks a dialogue, on small tables made for one trait each, and from hostile positions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.incident.report import Nature
from ivr.flow import CALL
from ivr.steps import (
    MOST_CODES,
    Ask,
    Code,
    HandOff,
    Position,
    Speak,
    Walk,
    advance,
    is_code,
    languages,
    report_of,
    settle,
)

PERSON = HandOff(Nature.OTHER)
KEYS = [*"0123456789*#", None]


def test_a_key_leads_where_the_table_says():
    flow = {"start": Ask("menu", keys={"1": "person"}, silence="person"), "person": PERSON}
    assert advance(flow, Position(), "1").step == "person"


@pytest.mark.parametrize("language", ["id", "en"])
def test_no_key_in_time_leads_to_the_step_of_silence_at_once(language):
    start = Ask("menu", keys={"9": "english"}, silence="quiet", otherwise="unclear", repeats=2)
    flow = {"start": start, "english": Speak("en", then="start"), "quiet": PERSON, "unclear": PERSON}
    assert advance(flow, Position(language=language), None) == Position("quiet", language=language)


def test_a_key_that_means_nothing_repeats_the_question_as_often_as_it_says_and_then_leads_on():
    start = Ask("menu", keys={}, silence="quiet", otherwise="unclear", repeats=2)
    flow = {"start": start, "quiet": PERSON, "unclear": PERSON}
    walk = [Position()]
    for _ in range(3):
        walk.append(advance(flow, walk[-1], "*"))
    way = [(position.step, position.tries) for position in walk]
    assert way == [("start", 0), ("start", 1), ("start", 2), ("unclear", 0)]


def test_silence_after_a_key_that_means_nothing_leads_at_once_where_such_keys_do():
    start = Ask("menu", keys={}, silence="quiet", otherwise="unclear", repeats=2)
    flow = {"start": start, "quiet": PERSON, "unclear": PERSON}
    assert advance(flow, advance(flow, Position(), "5"), None) == Position("unclear")


def test_a_key_that_meant_nothing_at_an_earlier_question_does_not_count_at_a_later_one():
    ask = Ask("menu", keys={"1": "later"}, silence="quiet", otherwise="unclear")
    flow = {"start": ask, "later": ask, "quiet": PERSON, "unclear": PERSON}
    later = advance(flow, advance(flow, Position(), "*"), "1")
    assert later == Position("later")
    assert advance(flow, later, None).step == "quiet"


def test_without_a_step_for_unclear_keys_they_end_where_silence_does():
    flow = {"start": Ask("menu", keys={}, silence="quiet", repeats=0), "quiet": PERSON}
    assert advance(flow, Position(), "#").step == "quiet"


def test_a_language_is_switched_on_the_way():
    start = Ask("menu", keys={"9": "english"}, silence="quiet")
    flow = {"start": start, "english": Speak("en", then="start"), "quiet": PERSON}
    assert advance(flow, Position(), "9") == Position("start", language="en")


def test_a_stuck_key_that_leads_back_to_the_same_question_still_ends_at_a_person():
    walk = Walk(CALL)
    for _ in range(10):
        walk.press("9")
    assert isinstance(walk.step, HandOff)
    assert walk.report.language == "en"


def test_languages_that_lead_in_a_circle_end_at_the_operators():
    flow = {"start": Speak("en", then="other"), "other": Speak("id", then="start"), "operator": PERSON}
    assert settle(flow, Position()).step == "operator"


def test_a_walk_tells_every_step_it_passed():
    walk = Walk(CALL)
    for key in "911":
        walk.press(key)
    assert walk.steps == ["start", "english", "start", "can_you_talk", "violence"]


def test_a_question_left_unanswered_tells_what_getting_there_told():
    assert report_of(CALL, Position("can_you_talk")).nature is Nature.VIOLENCE
    assert report_of(CALL, Position("start", language="en")).language == "en"


@pytest.mark.parametrize("step", ["", "no such step", "../../etc/passwd", "start\r\nX: y", "\x00", "𝟙", "a" * 100_000])
@pytest.mark.parametrize("key", KEYS)
def test_an_unknown_step_leads_to_the_operators_whatever_is_pressed(step, key):
    position = advance(CALL, Position(step), key)
    assert position.step == "operator"
    assert report_of(CALL, position).nature is Nature.UNKNOWN


def test_a_table_without_operators_hands_off_all_the_same():
    walk = Walk({"start": Ask("menu", keys={}, silence="gone", repeats=0)})
    walk.press(None)
    assert isinstance(walk.step, HandOff)


CODED = {
    "start": Ask("menu", keys={"#": "code", "1": "person"}, silence="quiet", otherwise="unclear"),
    "code": Code(),
    "quiet": PERSON,
    "unclear": PERSON,
    "person": PERSON,
}


def test_a_code_leads_back_to_the_question_it_was_begun_at():
    begun = advance(CODED, Position(language="id", tries=1), "#")
    assert begun == Position("code", tries=1, back="start", codes=1)
    assert advance(CODED, begun, "4711") == Position("start", tries=1, pressed=True, codes=1)


def test_a_code_that_was_begun_nowhere_leads_to_the_operators():
    for back in ("", "no such step", "person", "code"):
        assert settle(CODED, Position("code", back=back)).step == "operator"


def test_after_the_last_code_the_key_that_begins_one_means_nothing():
    position = Position(codes=MOST_CODES)
    assert advance(CODED, position, "#") == Position(tries=1, pressed=True, codes=MOST_CODES)
    assert advance(CODED, Position("code", back="start", codes=10**9), "1").codes == MOST_CODES


@pytest.mark.parametrize("digits", ["4711", "0", "9" * 12])
def test_digits_are_a_code(digits):
    assert is_code(Code(), digits)


@pytest.mark.parametrize("digits", ["", None, "47*1", "#", "9" * 13, "\u0664\u0665", "4711\n", "x"])
def test_what_is_no_row_of_digits_is_no_code(digits):
    assert not is_code(Code(), digits)


def test_digits_at_a_question_are_no_code():
    assert not is_code(CODED["start"], "4711")


@given(
    step=st.one_of(st.sampled_from(sorted(CALL)), st.text()),
    tries=st.one_of(st.sampled_from([-(10**9), -1, 0, 1, 2, 10**9]), st.integers()),
    language=st.one_of(st.sampled_from(["id", "en", "xx", ""]), st.text()),
    pressed=st.booleans(),
    back=st.one_of(st.sampled_from(sorted(CALL)), st.text()),
    codes=st.integers(),
    keys=st.lists(st.one_of(st.sampled_from([*KEYS, "4711"]), st.text()), min_size=12, max_size=12),
)
def test_from_any_position_a_few_keys_or_none_end_at_a_person(step, tries, language, pressed, back, codes, keys):
    walk = Walk(CALL, Position(step, tries, language, pressed, back, codes))
    for key in keys:
        walk.press(key)
    assert isinstance(walk.step, HandOff)
    assert walk.report.language in languages(CALL)


@pytest.mark.parametrize("step", sorted(CALL))
def test_a_position_that_was_settled_stays_where_it_is(step):
    settled = settle(CALL, Position(step))
    assert settle(CALL, settled) == settled
