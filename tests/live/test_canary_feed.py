"""The live feed of a desk that may not know of violence, from before a case until after it, and after coming again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.accounts.account import Role
from gateway.desk.shown import without_ages
from gateway.incident.timeline import Entry, Kind
from gateway.store import GATEWAY
from tests.live.canaries import CANARIES
from tests.live.pages_desk import Followed
from tests.live.test_canary_told import CASE, STORIES, queues
from tests.live.twins import Twins, twins
from tests.live.wait import until
from tests.pages_in_process import Pages, Person

_LINE = re.compile(r'"id": "[0-9a-f]{18}"')


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Twins]:
    with twins(tmp_path) as found:
        yield found


def rung(pair: Twins, bell: str) -> None:
    """Something that every feed tells; what was told before is in them when it is."""
    for pages in pair.pages:
        pages.store.add([Entry(GATEWAY, Kind.ALARM, pair.clock.now, {"what": bell}, bell)])


def told(feed: Followed) -> dict[str, Any]:
    """All entries in their order, and the last word of all else."""
    last = {event: data for event, data in feed.events if event not in ("entry", "beat", "standing", "alarm")}
    return {"entries": feed.of("entry"), **last}


def compared(feeds: list[Followed]) -> list[str]:
    return [_LINE.sub("", json.dumps(without_ages(told(feed)), sort_keys=True)) for feed in feeds]


def followed(pair: Twins, people: list[Person], query: str = "") -> list[Followed]:
    both = zip(pair.pages, people, strict=True)
    return [Followed(pages, person, f"open={CASE}&{query}") for pages, person in both]


def settled(pages: Pages, feed: Followed) -> bool:
    """Whether the feed's last word of the lists and of the case is how they stand."""
    views, whose = pages.parts.floor.hub.views, pages.parts.floor.hub.views.whose("", "118-1", "id")
    lists, case = views.lists(whose, [CASE]), views.case(whose, CASE)
    said = told(feed)
    is_told = bool(said.get("lists")) and lists is not None and json.loads(lists.data) == said["lists"]
    shown = json.loads(case.data) if case else {"incident": CASE, "gone": True}
    return is_told and said.get("case", {}).get("timeline") == shown.get("timeline")


@pytest.mark.parametrize("story", STORIES)
def test_the_feed_tells_of_violence_what_it_tells_of_all(pair: Twins, story: str) -> None:
    at = pair.clock.now - 60
    people = pair.visitors(Role.CALL_TAKER, "118", desk="118-1")
    feeds = followed(pair, people)
    for moment, violence, ordinary in STORIES[story](at):
        pair.tell(violence, ordinary)
        pair.queue(queues(moment, at, 5), queues(moment, at, 2))
    rung(pair, "it is over")
    for pages, feed in zip(pair.pages, feeds, strict=True):
        feed.has("alarm", lambda alarm: alarm["what"] == "it is over")
        until(lambda pages=pages, feed=feed: settled(pages, feed), what="the feed has told it all")  # type: ignore[misc]
    first, second = compared(feeds)
    assert first == second
    again = followed(pair, people, "after=0-0")
    for feed in again:
        feed.has("case")
    assert [each["text"] for each in again[0].of("entry")] == [each["text"] for each in again[1].of("entry")]
    sung = json.dumps([feed.events for feed in (feeds[0], again[0])])
    assert [each for each in CANARIES if each in sung] == []
    for feed in (*feeds, *again):
        feed.close()
