"""Changed rules reach a running Asterisk by `gateway112 reload`; faulty ones reach nothing, and no call notices."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway import settings as table
from gateway.__main__ import main
from gateway.rules import load
from gateway.settings import ROOT
from tests.live.asterisk_server import AsteriskServer, environment
from tests.live.caller import Caller
from tests.live.wait import until

pytestmark = pytest.mark.filterwarnings("ignore:setDaemon:DeprecationWarning")  # pyst2's

LAST_DESK = "      - {id: 118-2, kind: browser, location: reference}\n"


class Site:
    """A running Asterisk with the shipped rules, which can be changed."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch):
        self.folder = folder
        self.rules = folder / "routing_rules.yaml"
        shutil.copy(ROOT / "routing_rules.yaml", self.rules)
        for name, value in environment(folder / "state", self.rules).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("GATEWAY112_EDGE", "no")
        self.settings = table.read()
        spoken = table.read({}).state / "sounds"
        if spoken.exists():  # what was spoken once need not be spoken again; if it is out of date, it is
            shutil.copytree(spoken, self.settings.state / "sounds", dirs_exist_ok=True)
        self.asterisk = AsteriskServer(self.settings, load(self.rules))

    def change(self, before: str, after: str) -> None:
        text = self.rules.read_text(encoding="utf-8")
        assert before in text
        self.rules.write_text(text.replace(before, after, 1), encoding="utf-8")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    site = Site(tmp_path, monkeypatch)
    try:
        site.asterisk.start()
        yield site
    finally:
        site.asterisk.stop()


def test_a_changed_rule_is_followed_by_asterisk_while_a_caller_keeps_waiting(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    caller = Caller(site.settings.natives / "bin" / "sipp", site.folder / "caller", site.asterisk.address)
    try:
        until(lambda: site.asterisk.waiting("112"), what="the caller waits for the operators")
        before = site.asterisk.waiting("112")
        site.change(LAST_DESK, LAST_DESK + "      - {id: 118-3, kind: telephone}\n")
        assert main(["check"]) == 1
        assert "desk 118-3 is missing in queue 118 in Asterisk: run `gateway112 reload`" in capsys.readouterr().out
        assert main(["reload"]) == 0
        until(lambda: "118-3" in site.asterisk.console("queue show 118"), what="the new desk is in its queue")
        assert "118-3" in site.asterisk.console("pjsip show endpoints")
        main(["check"])  # ends with 1, for the gateway itself does not run here
        told = capsys.readouterr().out
        assert "5 queues in Asterisk, with the desks of the rules" in told
        assert site.asterisk.waiting("112") == before
        assert caller.there
    finally:
        caller.hang_up()


def test_faulty_rules_are_refused_and_asterisk_keeps_the_last_good_ones(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    site.change(LAST_DESK, "")
    site.change("queue: 118", "queue: 811")
    assert main(["reload"]) == 1
    assert "routing_rules.yaml:" in capsys.readouterr().err
    assert "118-2" in site.asterisk.console("queue show 118")
