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
from gateway.channels.kannel_conf import folder, password, write
from gateway.channels.kannel_status import KannelAway, Status, status, waiting
from gateway.check import Verdict, check_kannel
from gateway.check import kannel as kannel_check
from gateway.running.health import Examiner
from gateway.settings import Settings

RECORDED = Path(__file__).parent.parent / "recorded" / "kannel" / "status.txt"


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    """Settings under which something answers as Kannel's administration does."""
    table.write_missing_secrets(tmp_path)
    plain = table.read({"GATEWAY112_STATE": str(tmp_path)})
    wanted = f"/status.txt?password={password(plain, 'admin')}"

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == wanted else 403)
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
    differing = list(kannel_check.differences(settings, status(settings)))
    assert len(differing) == 2
    assert "operator-a is re-connecting" in differing[0]
    lines = "".join(f"group = smsc\nsmsc-id = {name}\n" for name in ("operator-a", "operator-b"))
    (folder(settings) / "local" / "smsc.conf").write_text(lines)
    assert (
        list(kannel_check.differences(settings, Status(dict.fromkeys(("operator-a", "operator-b", "trial"), "online"))))
        == []
    )


def test_the_check_says_when_the_configuration_is_old(settings: Settings) -> None:
    other = Settings({**settings, "kannel_send_port": 13099})
    assert any("no longer follows" in finding.what for finding in check_kannel(other))
    (folder(settings) / "kannel.conf").unlink()
    found = list(check_kannel(Settings({**settings, "kannel_admin_port": 1})))
    assert [finding.verdict for finding in found] == [Verdict.NOT_RUNNING, Verdict.WRONG]
    assert [finding.verdict for finding in check_kannel(Settings({**settings, "kannel": False}))] == [Verdict.OK]
