"""An agency's own system, which may not know that a case is violence, is sent the same letters of it as of an ordinary
case with the same need and place, and no others."""

from __future__ import annotations

import json
import re
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from gateway.jobs.webhook import webhook
from gateway.rules import load
from gateway.settings import Settings
from gateway.store import Store
from gateway.webhooks import secrets
from gateway.webhooks.happenings import name_of
from gateway.webhooks.outbox import concerned
from tests.gateway.agency_system import SECRET, AgencySystem
from tests.gateway.test_webhooks import rules_with
from tests.live.canaries import CANARIES
from tests.live.redis_server import redis_server
from tests.live.test_canary_told import CASE, STORIES

_TOKENS = re.compile(r"[0-9a-zA-Z_.=-]{43,}")

LETTERS = {"a case it is told of": 3, "a call that goes on to it": 0, "a task of a text": 1}


class System:
    """The ambulance's, and the gateway that writes to it."""

    def __init__(self, folder: Path, stack: ExitStack):
        server = stack.enter_context(redis_server(folder))
        self.system = AgencySystem()
        stack.callback(self.system.stop)
        hook = json.dumps({"url": self.system.url})
        self.settings: Settings = server.settings(rules=str(rules_with(folder, a118=hook)))
        self.settings.state.mkdir(parents=True, exist_ok=True)
        secrets.file(self.settings).write_text(f'118 = "{SECRET}"\n', encoding="utf-8")
        self.store = Store(self.settings)

    def work(self) -> None:
        """Sends what there is to be told now."""
        told, book = self.store.timeline(CASE), load(self.settings.rules)
        for entry in told:
            for agency in concerned(entry, told, book):
                webhook(self.settings, self.store, CASE, agency, name_of(entry))

    def letters(self) -> list[str]:
        return [_without_now(taken.body.decode()) for taken in self.system.came]


def _without_now(text: str) -> str:
    return _TOKENS.sub("…", text).replace(json.loads(text)["eido"]["x-gateway112"]["made_at"], "now")


@pytest.mark.parametrize("story", STORIES)
def test_its_system_is_sent_the_same_of_violence_as_of_anything_else(tmp_path: Path, story: str) -> None:
    at = float(int(time.time())) - 60
    with ExitStack() as stack:
        systems = [System(tmp_path / name, stack) for name in ("violence", "ordinary")]
        for moment, *happened in STORIES[story](at):
            for system, entries in zip(systems, happened, strict=True):
                if entries:
                    system.store.add(entries)
                system.work()
            violence, ordinary = (system.letters() for system in systems)
            assert violence == ordinary, moment
            assert not [each for each in CANARIES if each in repr(violence)], moment
        assert len(violence) == LETTERS[story]
