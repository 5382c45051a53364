"""The promises of the call's table, on every path there is."""

from collections.abc import Iterator

import pytest

from gateway.incident.report import Nature
from ivr.flow import CALL
from ivr.steps import FIRST_WAIT_SECONDS, Ask, HandOff, Position, Speak, advance, languages, report_of, settle

KEYS = [*"0123456789*#", None]
LONGEST_PATH = 20

Path = tuple[tuple[str | None, ...], Position]


def paths(position: Position, pressed: tuple[str | None, ...] = ()) -> Iterator[Path]:
    """Every way from here to a person, as the keys pressed and the position at the end."""
    if isinstance(CALL[position.step], HandOff):
        yield pressed, position
        return
    assert len(pressed) < LONGEST_PATH, f"a path that never ends: {pressed}"
    for key in KEYS:
        yield from paths(advance(CALL, position, key), (*pressed, key))


EVERY_PATH = list(paths(settle(CALL, Position())))


def test_every_path_ends_at_a_person():
    assert len(EVERY_PATH) > 100
    assert all(isinstance(CALL[position.step], HandOff) for _, position in EVERY_PATH)


def test_violence_is_at_most_two_keys_from_a_person_in_each_language():
    for language in languages(CALL):
        start = Position("start", language=language)
        ends = [(keys, report_of(CALL, end)) for keys, end in paths(start) if keys[0] == "1"]
        assert ends
        assert all(len(keys) <= 2 and report.nature is Nature.VIOLENCE for keys, report in ends)


def test_once_violence_was_said_only_its_own_key_ends_as_a_caller_who_can_talk():
    for keys, end in EVERY_PATH:
        report = report_of(CALL, end)
        if report.nature is Nature.VIOLENCE:
            assert report.silent == (keys[-1] != "1"), keys


def test_pressing_nothing_at_all_ends_after_one_question_at_a_person_marked_silent():
    [(keys, end)] = [(keys, end) for keys, end in EVERY_PATH if set(keys) == {None}]
    assert (keys, end.step) == ((None,), "silent_call")
    assert report_of(CALL, end).silent


def test_no_question_follows_one_at_which_nothing_was_pressed():
    assert all(None not in keys[:-1] for keys, _ in EVERY_PATH)


def test_keys_that_mean_nothing_end_after_two_questions_at_a_person_marked_silent():
    ends = {keys: end for keys, end in EVERY_PATH if keys[0] in {"*", "#"} and set(keys) <= {"*", "#", None}}
    assert set(ends) == {(first, second) for first in "*#" for second in ("*", "#", None)}
    assert {end.step for end in ends.values()} == {"unclear"}
    assert report_of(CALL, ends["*", None]).silent


def test_every_nature_but_unknown_has_a_key():
    natures = {report_of(CALL, end).nature for _, end in EVERY_PATH}
    assert natures == set(Nature)


def test_every_step_is_reached():
    reached = {"start"}
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
    for keys, end in EVERY_PATH:
        # A 9 that ends a path was pressed where it means nothing: at the question after violence, or in English.
        assert end.language == ("en" if "9" in keys[:-1] else "id"), keys


@pytest.mark.parametrize("name", [name for name, step in CALL.items() if isinstance(step, Ask)])
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


def test_a_key_that_means_nothing_repeats_the_menu_once_and_the_question_after_violence_never():
    assert CALL["start"].repeats == 1
    assert CALL["can_you_talk"].repeats == 0
