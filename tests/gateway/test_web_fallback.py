"""The fallback document's process: it needs a file and the standard library."""

import os
import subprocess
import sys
from wsgiref.util import setup_testing_defaults

import pytest
from werkzeug.test import Client

from gateway.channels.twilio import write_fallback
from gateway.settings import ROOT
from gateway.web import fallback
from tests.gateway_in_process import made_up_settings
from tests.twilio_network import Answer
from tests.twiml import parse, read_leg


@pytest.fixture
def file(tmp_path, monkeypatch):
    written = write_fallback(made_up_settings(tmp_path))
    monkeypatch.setattr(fallback, "FILE", written)
    return written


def get(path="/", method="GET", **options):
    answer = Client(fallback.application).open(path, method=method, **options)
    return Answer(answer.status_code, answer.content_type or "", answer.get_data())


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "BREW"])
@pytest.mark.parametrize("path", ["/", "/voice.xml", "/twilio/voice?x=1", "/%00/../x"])
def test_whoever_asks_whatever_is_connected(file, method, path):
    document = parse(get(path, method, data=b"x" * 10_000))
    assert read_leg(document[0]).to == "sip:112@sip.gateway.test:5061;transport=tls"


def test_a_document_that_changes_is_served_anew(file):
    write_fallback(made_up_settings(file.parent.parent, twilio_sip_target="other.test"))
    assert read_leg(parse(get())[0]).to == "sip:112@other.test"


@pytest.mark.parametrize("content", [None, "", "<Response><Dial>"])
def test_without_a_document_the_caller_is_kept_on_the_line(file, content):
    if content is None:
        file.unlink()
    else:
        file.write_text(content)
    assert [verb.tag for verb in parse(get())] == ["Say", "Pause", "Redirect"]


def test_a_head_request_has_no_body(file):
    assert get(method="HEAD").body == b""


def test_it_runs_where_no_package_is_installed(file):
    words = "import sys; sys.path.insert(0, sys.argv[1]); from gateway.web.fallback import application, document; "
    words += (
        "print(document().decode()); print(sorted(name for name in sys.modules if 'flask' in name or 'redis' in name))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", words, str(ROOT)],
        env=os.environ | {"GATEWAY112_STATE": str(file.parent.parent)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    document, modules = done.stdout.splitlines()
    assert (document, modules) == (file.read_text(), "[]")


def test_any_wsgi_server_can_serve_it(file):
    environ: dict[str, object] = {}
    setup_testing_defaults(environ)
    told = []
    body = fallback.application(environ, lambda status, headers: told.append((status, dict(headers))))
    assert told[0][0] == "200 OK"
    assert told[0][1]["Content-Length"] == str(len(b"".join(body)))
