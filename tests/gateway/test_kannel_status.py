"""What Kannel says of itself, what health and `check` make of it, and what waits in its files."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from gateway import settings as table
from gateway.channels.kannel_conf import folder, lines_file, local_file, password, write
from gateway.channels.kannel_status import KannelAway, Status, is_stale, status, waiting
from gateway.check import kannel as kannel_check
from gateway.check.finding import Verdict
from gateway.check.serving import check_kannel
from gateway.running import kannel_reload
from gateway.running.health import Examiner
from gateway.running.kannel_reload import reload
from gateway.settings import Settings

RECORDED = Path(__file__).parent.parent / "recorded" / "kannel" / "status.txt"


@pytest.fixture
def asked() -> list[str]:
    """The paths that Kannel was asked for."""
    return []


@pytest.fixture
def settings(tmp_path: Path, asked: list[str]) -> Iterator[Settings]:
    """Settings under which something answers as Kannel's administration does."""
    table.write_missing_secrets(tmp_path)
    plain = table.read({"GATEWAY112_STATE": str(tmp_path)})
    word = f"?password={password(plain, 'admin')}"

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200 if self.path.endswith(word) else 403)
            self.end_headers()
            self.wfile.write(RECORDED.read_bytes())

        def log_message(self, *_words: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    settings = Settings({**plain, "kannel_admin_port": server.server_port})
    write(settings)
    yield settings
    server.shutdown()
    server.server_close()


def test_each_line_is_told_with_its_state(settings: Settings) -> None:
    told = status(settings)
    assert told.lines == {"trial": "connecting", "operator-b": "online", "operator-a": "re-connecting"}
    assert told.broken == ("operator-a",)
    assert told.uptime == 2


def age(settings: Settings, seconds: float) -> None:
    """Both files of the configuration are as old as that."""
    for file in (folder(settings) / "kannel.conf", lines_file(settings)):
        os.utime(file, (time.time() - seconds, time.time() - seconds))


def test_what_was_changed_since_kannel_read_it_is_told(settings: Settings) -> None:
    age(settings, 50)
    assert not is_stale(settings, Status({}, uptime=5), time.time())
    assert is_stale(settings, Status({}, uptime=100), time.time())
    assert any("was changed" in told for told in kannel_check.differences(settings, Status({}, uptime=100)))


def test_kannel_starts_anew_for_what_was_changed_and_only_then(settings: Settings, asked: list[str]) -> None:
    age(settings, 50)
    assert reload(settings) == "Kannel has nothing to change"
    assert not [path for path in asked if path.startswith("/shutdown")]
    with local_file(settings).open("a") as out:
        out.write("\ngroup = smsc\nsmsc-id = operator-c\n")
    assert is_stale(settings, status(settings), time.time())
    assert "started anew" in reload(settings)
    assert len([path for path in asked if path.startswith("/shutdown")]) == 1
    assert "operator-c" in lines_file(settings).read_text()


def test_kannel_that_does_not_come_back_has_its_former_lines_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kannel_reload, "PATIENCE_SECONDS", 0.3)
    age(settings, 50)
    before = lines_file(settings).read_bytes()
    local_file(settings).write_text("grup = smsc\n")
    assert "REFUSED" in reload(settings)
    assert lines_file(settings).read_bytes() == before


def test_kannel_away_is_told_from_kannel_without_lines(settings: Settings) -> None:
    with pytest.raises(KannelAway):
        status(Settings({**settings, "kannel_admin_port": 1}))
    assert Status({}).broken == ()


def test_what_waits_in_kannel_is_counted_once_it_has_waited(settings: Settings) -> None:
    assert waiting(settings, time.time() + 60) == 0
    file = folder(settings) / "store" / "7" / "1bebd0b8-b7fb-432f-8f7f-83755a477ace"
    file.parent.mkdir()
    file.touch()
    assert waiting(settings, time.time() - 60) == 0
    os.utime(file, (time.time() - 120, time.time() - 120))
    assert waiting(settings, time.time() - 60) == 1


def test_health_names_a_line_that_is_down(settings: Settings) -> None:
    assert "operator-a" in Examiner(settings).examine().parts["kannel"].why
    away = Settings({**settings, "kannel_admin_port": 1})
    assert "no SMS" in Examiner(away).examine().parts["kannel"].why
    assert "kannel" not in Examiner(Settings({**away, "kannel": False})).examine().parts


def test_the_check_says_what_differs_from_the_operators_file(settings: Settings) -> None:
    age(settings, 50)
    first, second = kannel_check.differences(settings, status(settings))
    assert "operator-a is re-connecting" in first
    assert "other lines" in second
    lines = "".join(f"group = smsc\nsmsc-id = {name}\n" for name in ("operator-a", "operator-b"))
    local_file(settings).write_text(lines)
    write(settings)
    age(settings, 50)
    well = Status(dict.fromkeys(("operator-a", "operator-b", "trial"), "online"))
    assert list(kannel_check.differences(settings, well)) == []


def test_the_check_says_when_the_configuration_is_old(settings: Settings) -> None:
    other = Settings({**settings, "kannel_send_port": 13099})
    assert any("no longer follows" in finding.what for finding in check_kannel(other))
    (folder(settings) / "kannel.conf").unlink()
    found = list(check_kannel(Settings({**settings, "kannel_admin_port": 1})))
    assert [finding.verdict for finding in found] == [Verdict.NOT_RUNNING, Verdict.WRONG]
    assert [finding.verdict for finding in check_kannel(Settings({**settings, "kannel": False}))] == [Verdict.OK]
