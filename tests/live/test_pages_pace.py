"""One account neither keeps others waiting nor fills the audit; what a caller's life may hang on is never refused."""

from __future__ import annotations

import pytest

from gateway.accounts.account import Role
from gateway.web.pages.pace import HOUR, MINUTE, READS_AT_ONCE, REFUSED_AT_ONCE, WRITES_AT_ONCE
from tests.pages_in_process import Clock, Pages, Person

SOMEBODYS = "0123456789abcdef01234567"


@pytest.fixture
def clock() -> Clock:
    return Clock()


def told(pages: Pages, act: str) -> list[str]:
    """The outcomes that the audit has of this act, the oldest first."""
    return [fields["outcome"] for _, fields in pages.parts.stream.newest() if fields["act"] == act][::-1]


def too_many(person: Person) -> None:
    while person.get("/api/me").status_code == 200:
        pass


def test_whoever_asks_without_a_pause_is_told_to_wait_and_others_are_not(pages: Pages, clock: Clock) -> None:
    siti, budi = pages.person("siti", language="en"), pages.person("budi")
    answers = [siti.get("/api/me").status_code for _ in range(int(READS_AT_ONCE) + 5)]
    assert answers.count(200) >= READS_AT_ONCE - 5
    assert answers[-1] == 429
    refused = siti.get("/api/me")
    assert refused.headers["Retry-After"] == "1"
    assert "asks for too much at once" in refused.get_json()["error"]["sentence"]
    assert budi.get("/api/me").status_code == 200
    clock.now += 1
    assert siti.get("/api/me").status_code == 200


def test_looking_too_much_does_not_keep_from_acting_nor_the_other_way(pages: Pages) -> None:
    siti = pages.person("siti")
    too_many(siti)
    answers = [siti.post("/api/language", {"language": "id"}).status_code for _ in range(int(WRITES_AT_ONCE) + 1)]
    assert answers[0] == 200
    assert answers[-1] == 429


@pytest.mark.parametrize(
    "path",
    ["/api/duty", "/api/here", "/api/sip", f"/api/calls/{SOMEBODYS}/end", f"/api/calls/{SOMEBODYS}/requeue", "/logout"],
)
def test_what_a_callers_life_may_hang_on_is_never_refused_for_it(pages: Pages, path: str) -> None:
    siti = pages.person("siti")
    too_many(siti)
    for _ in range(int(WRITES_AT_ONCE) + 1):
        siti.post("/api/language", {"language": "id"})
    assert siti.post(path).status_code != 429


def test_the_same_refusal_is_one_line_a_minute(pages: Pages, clock: Clock) -> None:
    siti = pages.person("siti")
    for _ in range(20):
        assert siti.get(f"/api/cases/{SOMEBODYS}").status_code == 409
    assert told(pages, "view") == ["refused:409"]
    clock.now += MINUTE
    siti.get(f"/api/cases/{SOMEBODYS}")
    assert told(pages, "view") == ["refused:409"] * 2


def test_whoever_tries_case_after_case_is_told_of_and_fills_nothing(pages: Pages) -> None:
    siti = pages.person("siti")
    for each in range(200):
        siti.get(f"/api/cases/{each:024x}")
    outcomes = told(pages, "view")
    assert outcomes.count("refused:409") == REFUSED_AT_ONCE
    assert outcomes[-1] == "many"
    assert len(outcomes) == REFUSED_AT_ONCE + 1


def test_acts_are_told_one_by_one_also_refused_ones(pages: Pages) -> None:
    siti = pages.person("siti")
    for _ in range(3):
        assert siti.post(f"/api/cases/{SOMEBODYS}/accept").status_code == 409
    assert told(pages, "accept") == ["refused:409"] * 3


@pytest.mark.parametrize(
    ("path", "act"), [("/api/board", "board"), ("/api/dead", "dead_letters"), ("/api/alarms", "alarms")]
)
def test_a_look_at_the_board_is_told_once_a_login_and_hour(pages: Pages, clock: Clock, path: str, act: str) -> None:
    rina = pages.person("rina", Role.SUPERVISOR, "110")
    for _ in range(5):
        assert rina.get(path).status_code == 200
    assert told(pages, act) == ["done"]
    again = pages.person("rina", Role.SUPERVISOR, "110")
    again.get(path)
    assert told(pages, act) == ["done"] * 2
    clock.now += HOUR
    rina.get(path)
    assert told(pages, act) == ["done"] * 3


def test_wrong_names_without_end_are_one_line_a_minute_and_address(pages: Pages, clock: Clock) -> None:
    for each in range(4):
        assert pages.login(pages.browser(), f"nobody-{each}", "guessed").status_code == 403
    assert told(pages, "login") == ["wrong"]
    clock.now += MINUTE
    pages.login(pages.browser(), "nobody-again", "guessed")
    assert told(pages, "login") == ["wrong"] * 2


def test_each_wrong_password_of_somebody_is_told(pages: Pages) -> None:
    pages.account("siti")
    for _ in range(3):
        pages.login(pages.browser(), "siti", "guessed")
    assert told(pages, "login") == ["wrong"] * 3
