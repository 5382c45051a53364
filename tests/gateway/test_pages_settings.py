"""Where the desk's pages are, by the settings: addresses, certificates, ports, and what contradicts itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.accounts import first_start
from gateway.channels import asterisk
from gateway.check.finding import Verdict
from gateway.check.prepared import check_secrets
from gateway.check.settings import contradictions
from gateway.rules import load
from gateway.running.doors import doors
from gateway.running.services import services
from gateway.settings import GENERATED_SECRETS, ROOT, Settings
from tests.gateway_in_process import made_up_settings


def settings(folder: Path, **others: str | int | bool) -> Settings:
    secrets = {name: f"made up {name}" for name in GENERATED_SECRETS}
    return made_up_settings(folder, **{"public_url": "", "twilio_account_sid": "", **secrets, **others})


def with_certificate(folder: Path, **others: str | int | bool) -> Settings:
    for name in ("c.pem", "k.pem"):
        (folder / name).write_text("-")
    files = {"pages_certificate": str(folder / "c.pem"), "pages_key": str(folder / "k.pem")}
    return settings(folder, **{**files, **others})


@pytest.mark.parametrize(
    ("others", "url", "sip"),
    [
        ({}, "http://127.0.0.1:8114", "ws://127.0.0.1:8088/ws"),
        ({"bind": "0.0.0.0"}, "http://127.0.0.1:8114", "ws://127.0.0.1:8088/ws"),
        ({"bind": "::1"}, "http://[::1]:8114", "ws://[::1]:8088/ws"),
        (
            {"pages_url": "https://desk.example/", "pages_sip_url": "wss://desk.example/ws"},
            "https://desk.example", "wss://desk.example/ws",
        ),
    ],
)  # fmt: skip
def test_without_a_certificate_a_proxy_or_nobody_speaks_tls(
    tmp_path: Path, others: dict[str, str], url: str, sip: str
) -> None:
    found = settings(tmp_path, **others)
    assert (found.pages_url, found.sip_websocket_url) == (url, sip)
    assert "asterisk_https_port" not in {door.setting for door in doors(found)}
    assert "tlsenable" not in asterisk.render(found, load(ROOT / "routing_rules.yaml"))["http.conf"]


def test_with_a_certificate_pages_and_websocket_speak_tls(tmp_path: Path) -> None:
    found = with_certificate(tmp_path, pages_url="https://desk.example:8114")
    assert found.sip_websocket_url == "wss://desk.example:8089/ws"
    assert list(contradictions(found)) == []
    pages = next(service for service in services(found) if service.name == "pages")
    assert pages.command[-5:-1] == ("--certfile", str(tmp_path / "c.pem"), "--keyfile", str(tmp_path / "k.pem"))
    open_doors = {door.setting: door for door in doors(found)}
    assert open_doors["pages_port"].tls
    assert not open_doors["web_port"].tls
    assert open_doors["asterisk_https_port"].service == "asterisk"
    conf = asterisk.render(found, load(ROOT / "routing_rules.yaml"))["http.conf"]
    assert f"tlscertfile = {tmp_path / 'c.pem'}" in conf
    assert "tlsbindaddr = 127.0.0.1:8089" in conf


@pytest.mark.parametrize(
    ("others", "told"),
    [
        ({"pages_key": ""}, "belong together"),
        ({"pages_certificate": "/nowhere/c.pem"}, "cannot be read"),
        ({"pages_sip_url": "ws://desk.example/ws"}, "no wss:// URL"),
        ({"pages_url": "https://desk.example/desk"}, "scheme and host alone"),
        ({"pages_url": "desk.example"}, "scheme and host alone"),
        ({"pages_url": "http://desk.example"}, "without https"),
        ({"pages_proxies": "proxy.example"}, "name addresses"),
        ({"pages_port": 8113}, "as is"),
        ({"phone": True, "trial_trunk": False, "trial_smsc": False}, "phone"),
    ],
)
def test_what_cannot_be_meant_is_said(tmp_path: Path, others: dict[str, str | int | bool], told: str) -> None:
    found = with_certificate(tmp_path, **others)
    assert any(told in sentence for sentence in contradictions(found)), list(contradictions(found))


def test_an_address_that_is_not_this_machines_needs_https(tmp_path: Path) -> None:
    assert any("without https" in sentence for sentence in contradictions(settings(tmp_path, bind="192.0.2.7")))
    assert list(contradictions(settings(tmp_path))) == []


def test_first_passwords_that_still_lie_about_are_noticed(tmp_path: Path) -> None:
    found = settings(tmp_path)
    assert not any("first passwords" in finding.what for finding in check_secrets(found))
    (tmp_path / first_start.FILE).write_text("110 a-password")
    told = [finding.what for finding in check_secrets(found) if finding.verdict is Verdict.NOTICE]
    assert len(told) == 1
    assert "a-password" not in told[0]
