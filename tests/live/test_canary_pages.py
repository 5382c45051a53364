"""Each route of the desks' pages, asked by everybody who may not know of violence, where there is some and is none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from gateway.accounts.account import Role
from gateway.incident.timeline import Kind
from gateway.queues.state import DeskState, QueueState, Readiness, TalkingCall
from gateway.settings import ROOT
from tests.live import canaries
from tests.live.board_scene import dead_job, waiting
from tests.live.canaries import CANARIES
from tests.live.twins import Twins, twins

SILENT, TEXT, MISSED, KNOWN, OPEN = (letter * 24 for letter in "abcde")

BODIES: tuple[dict[str, Any], ...] = (
    {},
    {"text": "di mana?", "name": "read", "language": "id", "outcome": "helped", "nature": "fire", "agency": "113",
     "safe_to_call": "yes", "share": "yes", "what": "protection", "why": "x", "incident": OPEN, "queue": "118",
     "medium": "call", "draft": "1", "confirm": True, "tab": "t1"},
)  # fmt: skip

VISITORS = {
    "a call taker of 113": (Role.CALL_TAKER, ("113",), "113-1"),
    "a call taker of 118": (Role.CALL_TAKER, ("118",), "118-1"),
    "a supervisor of 113 and 118": (Role.SUPERVISOR, ("113", "118"), "118-2"),
    "an auditor of 118": (Role.AUDITOR, ("118",), ""),
    "an administrator of 113": (Role.ADMINISTRATOR, ("113",), ""),
    "an administrator of all": (Role.ADMINISTRATOR, ("*",), ""),
    "nobody": (None, (), ""),
}


QUEUES = ("110", "112", "113", "118", "ppa")


@contextmanager
def violence_elsewhere(folder: Path, operators_know: str = "yes") -> Iterator[Twins]:
    """Violence at the police in one gateway; nothing at all in the other."""
    rules = folder / "rules.yaml"
    text = (ROOT / "routing_rules.yaml").read_text(encoding="utf-8")
    assert text.index("\n  112:\n") < text.index("sees_violence: yes") < text.index("\n  110:\n")
    rules.write_text(text.replace("sees_violence: yes", f"sees_violence: {operators_know}", 1), encoding="utf-8")
    with twins(folder, rules=str(rules)) as found:
        at = found.clock.now - 60
        found.tell(canaries.silent_call(SILENT, at))
        found.tell(canaries.text(TEXT, at))
        found.tell(canaries.missed_call(MISSED, at))
        found.tell(canaries.known(KNOWN, at, TEXT))
        found.tell(canaries.without(canaries.silent_call(OPEN, at), Kind.CLOSED, Kind.ENDED, Kind.MOVED))
        desks = tuple(DeskState(f"110-{number}", Readiness.BUSY) for number in (1, 2))
        talking = (TalkingCall(f"sip-{OPEN}", OPEN, "110-1", at),)
        busy = QueueState("110", (waiting(SILENT, "110"),), desks, talking)
        quiet = [QueueState(name) for name in QUEUES]
        found.queue([busy, *quiet[1:]], quiet)
        dead_job(found.pages[0], "notify", OPEN, "ppa")
        found.pages[0].parts.audit.write("siti", "call_taker", "view", incident=OPEN, agency="110", about="110-1")
        yield found


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twins]:
    with violence_elsewhere(tmp_path_factory.mktemp("twins")) as found:
        yield found


def questions(twins: Twins) -> list[tuple[str, str, Any]]:
    """Every route, about the case of violence by its name, and about all that it left behind."""
    police, _ = twins.visitors(Role.SUPERVISOR, "110", desk="110-1")
    values = {
        "incident": OPEN, "act": "add", "file": "x",
        "letter": police.get("/api/dead").get_json()["letters"][0]["id"],
        "alarm": police.get("/api/alarms").get_json()["alarms"][0]["id"],
    }  # fmt: skip
    asked = [("GET", f"/api/cases/{each}", None) for each in (SILENT, TEXT, MISSED, KNOWN)]
    asked += [("GET", path, None) for path in (f"/desk?incident={OPEN}", f"/audit?incident={OPEN}")]
    asked += [("GET", f"/api/places?q={each}", None) for each in ("kanari", "Cipinang", "ppa")]
    return [*asked, *searches(OPEN), *twins.requests(values, BODIES)]


def searches(incident: str) -> list[tuple[str, str, Any]]:
    """Everything that a case of violence might be found by."""
    terms = (canaries.NUMBER, "77777", "kanari", "kekerasan", "darah", "Kayu Putih", incident[:8])
    return [*(("POST", "/api/find", {"term": term}) for term in terms), ("GET", f"/api/found?of={incident}", None)]


@pytest.mark.parametrize("who", VISITORS)
def test_violence_elsewhere_changes_no_answer_of_any_route(elsewhere: Twins, who: str) -> None:
    role, agencies, desk = VISITORS[who]
    visitors = elsewhere.visitors(role, *agencies, desk=desk)
    # Whoever keeps the accounts of all is told that there is a PPA.
    unheard = () if "*" in agencies else CANARIES
    assert elsewhere.compare(visitors, questions(elsewhere), unheard) == []


def test_operators_who_may_not_know_of_it_are_told_nothing(tmp_path: Path) -> None:
    with violence_elsewhere(tmp_path, operators_know="no") as found:
        visitors = found.visitors(Role.SUPERVISOR, "112", desk="112-1")
        assert found.compare(visitors, questions(found), CANARIES) == []


def test_who_may_know_of_it_is_told_by_the_same_routes(elsewhere: Twins) -> None:
    asked = [each for each in questions(elsewhere) if each[0] == "GET" or each[1] == "/api/find"]
    told = elsewhere.compare(elsewhere.visitors(Role.SUPERVISOR, "110", desk="110-1"), asked, CANARIES)
    assert [each for each in CANARIES if not any(f"sings of {each!r}" in line for line in told)] == []
    for path in (f"/api/cases/{OPEN}", "/api/board", "/api/dead", "/api/alarms", "/api/find"):
        assert any(f" {path} " in line for line in told), path
    auditor = elsewhere.visitors(Role.AUDITOR, "110")
    assert elsewhere.compare(auditor, [("GET", "/audit", None)]) != []
