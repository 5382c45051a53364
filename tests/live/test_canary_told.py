"""An agency that is rightly told of a case, and may not know that it is violence: at each moment it gets the same as of
an ordinary case with the same need and place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from gateway.accounts.account import Role
from gateway.incident.timeline import Entry, Kind
from gateway.queues.state import QueueState
from tests.live import canaries
from tests.live.board_scene import waiting
from tests.live.canaries import CANARIES, NEED, NUMBER, ORDINARY, TOLD, place, told
from tests.live.pages_desk import call, written
from tests.live.test_canary_pages import BODIES, searches
from tests.live.twins import Twins, twins

CASE, OLDER = "f" * 24, "9" * 24

Moment = tuple[str, Sequence[Entry], Sequence[Entry]]
"""What happens, to the victim and to the ordinary caller."""

VISITORS = {
    "a call taker": (Role.CALL_TAKER, ("118",), "118-1"),
    "a supervisor": (Role.SUPERVISOR, ("118",), "118-2"),
    "an auditor": (Role.AUDITOR, ("118",), ""),
    "another agency's": (Role.CALL_TAKER, ("113",), "113-2"),
}

NOT_ASKED = re.compile(r"/api/(map|places|phrases|phone).*|.*/(accept|release|close)|/(?!api/|audit).*")
"""What tells of no case, and what a desk may do with what waits for it, which changes both."""


def both(at: float, kind: Kind, channel: str = "", **data: Any) -> tuple[list[Entry], list[Entry]]:
    entry = told(CASE, kind, at, channel, **data)
    return [entry], [entry]


def informed(at: float) -> Iterator[Moment]:
    """The police have the caller and tell the ambulance."""
    channel = f"sip-{CASE}"
    yield (
        "the police have the caller",
        call(CASE, "110", "violence", number=NUMBER, priority=1, silent=True, inform=("ppa",), at=at),
        call(CASE, "110", "other", number=ORDINARY, priority=4, silent=True, at=at),
    )
    yield "they answer", *both(at + 1, Kind.ANSWERED, channel, queue="110", desk="110-1", waited=1.0)
    yield "the ambulance is told", *both(at + 2, Kind.INFORMED, agency="118", by="desk:110-1")
    aml = place(CASE, at + 3, -6.2088, 106.8456, channel)
    yield "its telephone tells where it is", [aml], [aml]
    yield "its place has a name", *both(at + 3.5, Kind.LOCATED, place="Kel. Gambir")
    late = [
        told(CASE, Kind.INVITED, at + 4, channel, queue="ppa", desk="110-1", why="conference"),
        told(CASE, Kind.JOINED, at + 5, channel, queue="ppa", desk="ppa-1"),
        told(CASE, Kind.KEYED, at + 5.5, channel, key="1"),
        *canaries.cared_for(CASE, at + 6),
    ]
    yield "the PPA comes", late, []
    asked = {"queue": "118", "desk": "110-1", "why": "conference"}
    yield "the ambulance is asked to join", *both(at + 7, Kind.INVITED, channel, **asked)
    yield "it rings there", *both(at + 8, Kind.RANG, channel, queue="118", desk="118-1")
    yield "nobody comes", *both(at + 9, Kind.DECLINED, channel, queue="118", why="no_answer")
    yield "the call ends", *both(at + 10, Kind.ENDED, channel, seconds=10, cause="16")
    closed = {"by": "desk:110-1", "outcome": "helped"}
    yield (
        "the case is closed",
        [told(CASE, Kind.CLOSED, at + 12, **closed, note="kanari")],
        [told(CASE, Kind.CLOSED, at + 12, **closed)],
    )


def overflowed(at: float) -> Iterator[Moment]:
    """Nobody answers at the police; the call goes on to the ambulance, and its caller hangs up there."""
    channel = f"sip-{CASE}"
    yield (
        "it waits at the police",
        call(CASE, "110", "violence", number=NUMBER, priority=1, silent=True, inform=("ppa",), at=at),
        call(CASE, "110", "other", number=ORDINARY, priority=4, silent=True, at=at),
    )
    yield "it goes on", *both(at + 2, Kind.OVERFLOWED, channel, queue="110", to="118", waited=2.0)
    yield "it waits at the ambulance", *both(at + 2.1, Kind.QUEUED, channel, queue="118", position=1)
    yield "it rings there", *both(at + 3, Kind.RANG, channel, queue="118", desk="118-1")
    yield "it rings no more", *both(at + 4, Kind.LEFT, channel, queue="118", why="unanswered")
    gone = canaries.hung_up(CASE, at + 6, "118", "nothing")
    yield "the caller hangs up", [gone], [canaries.hung_up(CASE, at + 6, "118", "call_back")]
    tried = told(CASE, Kind.FOLLOW_UP, at + 8, channel, what="call_back", outcome="no_answer")
    yield "what follows is done", [told(CASE, Kind.FOLLOW_UP, at + 8, channel, what="nothing", outcome="done")], [tried]


def parted(at: float) -> Iterator[Moment]:
    """A text tells that somebody bleeds: the ambulance has the task, the police read the words of violence."""
    injured = {"at": at, "queue": "118"}
    yield (
        "it waits at the ambulance",
        written(CASE, "suami kanari, darah", nature="violence", number=NUMBER, priority=1, inform=("110", "ppa"),
                why=[TOLD, NEED], **injured),
        written(CASE, "darah", nature="medical", number=ORDINARY, priority=2, why=[NEED], **injured),
    )  # fmt: skip
    words = {"medium": "message", "from": "118", "queue": "110", "priority": 1}
    parts = [told(CASE, Kind.PARTED, at + 1, **words), told(CASE, Kind.INFORMED, at + 1, agency="ppa")]
    accepted = told(CASE, Kind.ACCEPTED, at + 2, medium="message", queue="110", desk="110-1", part="words")
    reply = {"reply": "r1", "channel": "kannel", "connector": "a", "to": NUMBER, "by": "desk:110-1"}
    wrote = told(CASE, Kind.REPLY, at + 3, **reply, text="Aman, kanari?", violence=True, valid_until=at + 9000)
    yield "the police have the words", [*parts, accepted, wrote, *canaries.cared_for(CASE, at + 4)], []
    lost = told(CASE, Kind.DELIVERY, at + 6, reply="r1", status="failed", why="kanari")
    yield "an answer is lost", [lost], []


STORIES: dict[str, Callable[[float], Iterator[Moment]]] = {
    "a case it is told of": informed,
    "a call that goes on to it": overflowed,
    "a task of a text": parted,
}


def queues(moment: str, at: float, prio: int) -> list[QueueState]:
    """As Asterisk tells them of the call at this moment."""
    here = {"it waits at the police": "110", "it waits at the ambulance": "118", "it rings there": "118"}.get(moment)
    call = waiting(CASE, here or "", ago=0, prio=prio)
    waits = (type(call)(call.channel, call.channel_id, CASE, here, 1, prio, at, silent=True),) if here else ()
    return [QueueState(name, waits if name == here else ()) for name in ("110", "112", "113", "118", "ppa")]


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Twins]:
    with twins(tmp_path) as found:
        yield found


@pytest.mark.parametrize("story", STORIES)
def test_who_may_not_know_gets_the_same_of_violence_as_of_anything_else(pair: Twins, story: str) -> None:
    at = pair.clock.now - 60
    older = written(OLDER, "pingsan", "118", "medical", number="+628120000099", priority=2, at=at - 20)
    pair.tell(older, older)
    asked = pair.requests({"incident": CASE, "letter": "1", "alarm": "1"}, BODIES)
    asked = [each for each in asked if not NOT_ASKED.fullmatch(each[1])]
    read = [*(each for each in asked if each[0] == "GET"), *searches(CASE)[::4]]
    differences = []
    for moment, violence, ordinary in STORIES[story](at):
        pair.tell(violence, ordinary)
        pair.queue(queues(moment, at, 5), queues(moment, at, 2))
        for who, (role, agencies, desk) in VISITORS.items():
            visitors = pair.visitors(role, *agencies, desk=desk)
            found = pair.compare(visitors, asked if who == "a call taker" else read, CANARIES)
            found += pair.compare_lists(desk, CASE, CANARIES) if desk else []
            differences += [f"{moment}, {who}: {each}" for each in found]
    assert not differences, "\n".join(differences)
