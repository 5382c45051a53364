"""The promises of the call's table, on every path there is, wherever a call begins."""

from collections.abc import Iterator

import pytest

from gateway.incident.report import Nature, Report
from gateway.incident.service_urn import SERVICES, report
from ivr.entry import entry
from ivr.flow import CALL, CARS, ENTRIES
from ivr.steps import (
    FIRST_WAIT_SECONDS,
    MOST_CODES,
    Ask,
    Code,
    HandOff,
    Position,
    Speak,
    advance,
    languages,
    report_of,
    settle,
)
from tests.dialogue import KEYS, keys_at

LONGEST_PATH = 20
START = settle(CALL, Position())
BEGINNINGS = sorted({entry(service).step for service in SERVICES})
MENUS = ("start", "police")

Path = tuple[tuple[tuple[str, str | None], ...], Position]


def paths(position: Position, pressed: tuple[tuple[str, str | None], ...] = ()) -> Iterator[Path]:
    """Every way from here to a person, as each step with what was pressed at it, and the position at the end."""
    if isinstance(CALL[position.step], HandOff):
        yield pressed, position
        return
    assert len(pressed) < LONGEST_PATH, f"a path that never ends: {pressed}"
    for key in keys_at(position):
        yield from paths(advance(CALL, position, key), (*pressed, (position.step, key)))


def positions(start: Position) -> set[Position]:
    """Every question or code that a call which begins here can come to."""
    found: set[Position] = set()
    todo = [start]
    while todo:
        position = todo.pop()
        if position not in found and not isinstance(CALL[position.step], HandOff):
            found.add(position)
            todo += [advance(CALL, position, key) for key in keys_at(position)]
    return found


EVERY_PATH = {step: list(paths(settle(CALL, Position(step)))) for step in BEGINNINGS}
EVERY_POSITION = {position for step in BEGINNINGS for position in positions(settle(CALL, Position(step)))}
QUESTIONS = {position for position in EVERY_POSITION if isinstance(CALL[position.step], Ask)}


@pytest.mark.parametrize("step", BEGINNINGS)
def test_every_path_ends_at_a_person(step):
    assert all(isinstance(CALL[position.step], HandOff) for _, position in EVERY_PATH[step])
    assert len(EVERY_PATH[step]) == 1 or len(EVERY_PATH[step]) > 1000


def test_violence_is_at_most_two_keys_from_a_person_at_every_menu_whatever_was_pressed_before():
    menus = [position for position in QUESTIONS if position.step in MENUS]
    assert {position.language for position in menus} == languages(CALL)
    for position in menus:
        then = advance(CALL, position, "1")
        ends = [report_of(CALL, advance(CALL, then, key)) for key in KEYS]
        assert all(isinstance(CALL[advance(CALL, then, key).step], HandOff) for key in KEYS)
        assert {end.nature for end in ends} == {Nature.VIOLENCE}


def test_once_violence_was_said_only_its_own_key_ends_as_a_caller_who_can_talk():
    for keys, end in [path for every in EVERY_PATH.values() for path in every]:
        said = report_of(CALL, end)
        if said.nature is Nature.VIOLENCE:
            assert said.silent == (keys[-1] != ("can_you_talk", "1")), keys


@pytest.mark.parametrize(("step", "end", "nature"), [
    ("start", "silent_call", Nature.UNKNOWN), ("police", "crime_silent", Nature.CRIME),
])  # fmt: skip
def test_pressing_nothing_at_all_ends_after_one_question_at_a_person_marked_silent(step, end, nature):
    position = advance(CALL, Position(step), None)
    assert position.step == end
    assert report_of(CALL, position) == Report(nature, silent=True)


def test_no_question_follows_one_at_which_nothing_was_pressed():
    assert all(isinstance(CALL[advance(CALL, position, None).step], HandOff) for position in QUESTIONS)


@pytest.mark.parametrize(("step", "end"), [("start", "unclear"), ("police", "crime_silent")])
def test_keys_that_mean_nothing_end_after_two_questions_at_a_person_marked_silent(step, end):
    for then in ("*", "#", None):
        position = advance(CALL, advance(CALL, Position(step), "*"), then)
        if then == "#":  # No code follows it.
            position = advance(CALL, position, None)
        assert position.step == end
        assert report_of(CALL, position).silent


def test_every_nature_has_a_way():
    assert {report_of(CALL, end).nature for _, end in EVERY_PATH["start"]} == set(Nature)


def test_every_step_is_reached():
    reached = {*BEGINNINGS}
    while True:
        further = {step for name in reached for step in _follow(name)} - reached
        if not further:
            break
        reached |= further
    assert reached == set(CALL)


def _follow(name: str) -> set[str]:
    match CALL[name]:
        case Ask() as ask:
            return {*ask.keys.values(), ask.silence, *([ask.otherwise] if ask.otherwise else [])}
        case Speak() as speak:
            return {speak.then}
    return set()


def test_the_end_of_a_path_keeps_the_language_that_was_chosen():
    for keys, end in EVERY_PATH["start"]:
        # A 9 that ends a path was pressed where it means nothing: at the question after violence, or in English.
        assert end.language == ("en" if ("start", "9") in keys[:-1] else "id"), keys


@pytest.mark.parametrize("name", [name for name, step in CALL.items() if isinstance(step, Ask | Code)])
def test_every_wait_for_a_key_is_at_least_four_seconds(name):
    assert CALL[name].wait >= FIRST_WAIT_SECONDS == 4.0


@pytest.mark.parametrize("name", [name for name, step in CALL.items() if isinstance(step, Ask)])
def test_every_key_is_one_that_telephones_have_and_leads_to_a_step(name):
    assert set(CALL[name].keys) <= set("0123456789*#")
    assert _follow(name) <= set(CALL)


def test_a_silent_caller_hears_no_word_before_the_person():
    for name, step in CALL.items():
        if isinstance(step, HandOff) and step.silent:
            assert step.prompt == "", name


def test_a_key_that_means_nothing_repeats_a_menu_once_and_the_question_after_violence_never():
    assert [CALL[menu].repeats for menu in MENUS] == [1, 1]
    assert CALL["can_you_talk"].repeats == 0


# --- where a call begins --------------------------------------------------------------


def test_every_known_service_tells_at_its_beginning_what_it_is_taken_to_report():
    for service in SERVICES:
        begins = settle(CALL, entry(service))
        silent = advance(CALL, begins, None)
        told = report_of(CALL, silent)
        assert (told.nature, told.rescue) == (report(service).nature, report(service).rescue), service


def test_whoever_says_what_it_is_by_what_was_dialled_is_asked_nothing_but_the_police_ask_for_violence():
    asked = {service for service in SERVICES if isinstance(CALL[entry(service).step], Ask)}
    unsaid = {service for service in SERVICES if report(service) == Report()} - set(CARS)
    assert asked == unsaid | {"sos.police", "sos.country-specific.id.110"}


def test_a_car_that_calls_of_itself_is_asked_nothing_and_is_marked_silent():
    assert report_of(CALL, entry("urn:service:sos.ecall.automatic")) == Report(Nature.ACCIDENT, silent=True)


@pytest.mark.parametrize("service", ["", "sos", "sos.unknown", "sos.unknown.sub", "x" * 10_000, "sos.\r\nX: y", "\x00"])
def test_an_unknown_service_begins_like_any_other_call(service):
    assert entry(service) == START


def test_a_service_below_a_known_one_begins_like_that_one():
    assert entry("sos.fire.forest").step == "fire"
    assert entry("SOS.Police").step == "police"


def test_a_hang_up_at_the_question_of_the_police_is_one_of_unknown_nature_for_it_may_be_violence():
    assert report_of(CALL, Position("police")).nature is Nature.UNKNOWN


def test_the_keys_of_the_police_question_mean_what_they_mean_at_the_menu():
    police, menu = CALL["police"].keys, CALL["start"].keys
    assert {key for key in menu if police[key] != menu[key]} == {"9", "0"}
    assert police["0"] == "crime"


def test_every_beginning_is_a_step():
    assert set(ENTRIES.values()) | set(CARS.values()) <= set(CALL)


# --- codes ----------------------------------------------------------------------------


def test_a_code_may_be_keyed_at_every_menu_and_leads_back_there_with_nothing_lost():
    for position in QUESTIONS:
        begun = advance(CALL, position, "#")
        if position.step in MENUS and position.codes < MOST_CODES:
            assert begun.step == "code"
            for keyed in ("4711", "47*1"):
                back = advance(CALL, begun, keyed)
                assert (back.step, back.tries, back.language) == (position.step, position.tries, position.language)
        else:
            assert begun.step != "code"


def test_without_a_digit_the_key_that_began_a_code_was_one_that_means_nothing():
    for keyed in ("", None):
        first = advance(CALL, advance(CALL, START, "#"), keyed)
        assert (first.step, first.tries) == ("start", 1)
        assert advance(CALL, advance(CALL, first, "#"), keyed).step == "unclear"


def test_a_key_that_is_stuck_ends_at_a_person():
    for key in KEYS:
        for position in QUESTIONS:
            for _ in range(2 * MOST_CODES + 4):
                at_code = isinstance(CALL[position.step], Code)
                position = advance(CALL, position, "" if at_code and key == "#" else key)
            assert isinstance(CALL[position.step], HandOff)


def test_a_code_tells_nothing_of_what_it_is_and_a_hang_up_there_is_one_at_its_question():
    for position in EVERY_POSITION:
        if position.back:
            question = Position(position.back, language=position.language)
            assert report_of(CALL, position) == report_of(CALL, question)
