"""What systems fetch: figures, and place and incident by reference. A case of violence is in them as any other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from gateway.eido.reference import ANYBODY, eido_url
from gateway.incident.routing import queue_prio
from gateway.incident.timeline import Kind
from gateway.location_reference import location_url
from gateway.running.health import Health, Part
from gateway.web import eido, location, metrics
from tests.live import canaries
from tests.live.canaries import CANARIES, told
from tests.live.test_canary_told import CASE, STORIES, queues
from tests.live.twins import Twins, twins
from tests.pages_in_process import Pages

_NOT_COMPARED = re.compile(
    r"^gateway112_((\w*longest_wait|queues_seen)_seconds\b|messages\w*{queue=\"(110|ppa)\"}).*$", re.MULTILINE
)
"""What goes on by the hour, and words that are apart from their task: with the police they are counted."""


class Physician:
    def examine(self) -> Health:
        return Health({"asterisk": Part()})


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Twins]:
    with twins(tmp_path) as found:
        yield found


def site(pages: Pages) -> Flask:
    settings, now = pages.settings, pages.parts.clock
    app = Flask("systems")
    app.register_blueprint(metrics.blueprint(settings, Physician(), pages.store))  # type: ignore[arg-type]
    app.register_blueprint(location.blueprint(settings, pages.store, now))
    app.register_blueprint(eido.blueprint(settings, pages.parts.rulebook, pages.store, clock=now))
    return app


def fetched(pair: Twins, paths: list[str]) -> list[list[str]]:
    """What each of the two answers to each of the paths."""
    clients = [site(pages).test_client() for pages in pair.pages]
    answers = [[client.get(path) for client in clients] for path in paths]
    return [
        [f"{each.status}\n{_NOT_COMPARED.sub('', each.get_data(as_text=True))}" for each in both] for both in answers
    ]


@pytest.mark.parametrize("story", STORIES)
def test_figures_and_references_tell_of_violence_what_they_tell_of_all(pair: Twins, story: str) -> None:
    at = pair.clock.now - 60
    settings = pair.pages[0].settings
    urls = [location_url(settings, CASE, at, discreet=True), eido_url(settings, CASE, ANYBODY, at)]
    paths = ["/" + url.split("/", 3)[3] for url in urls]
    for moment, violence, ordinary in STORIES[story](at):
        # An alarm is one, whatever it is about, and of an ordinary case there is none here.
        pair.tell(canaries.without(violence, Kind.ALARM), ordinary)
        pair.queue(queues(moment, at, queue_prio(1)), queues(moment, at, queue_prio(2)))
        for path, (first, second) in zip(["/metrics", *paths], fetched(pair, ["/metrics", *paths]), strict=True):
            assert first == second, f"{moment}: {path.split('/')[1]}"
            assert not [each for each in CANARIES if each in first and not path.startswith("/metrics")]


def test_who_may_know_fetches_another_document(pair: Twins) -> None:
    pair.tell(canaries.silent_call(CASE, pair.clock.now - 60), [told(CASE, Kind.OPENED, pair.clock.now)])
    url = eido_url(pair.pages[0].settings, CASE, "110", pair.clock.now)
    ((text, _),) = fetched(pair, ["/" + url.split("/", 3)[3]])
    assert canaries.NUMBER in text
