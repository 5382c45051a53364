"""The front by the settings: what nginx is told, who is where behind it, and what is said of a certificate."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.channels import asterisk, nginx_conf
from gateway.channels.nginx_conf import FrontRefused
from gateway.check import certificate
from gateway.check.finding import Verdict
from gateway.check.prepared import check_programs
from gateway.check.serving import check_front
from gateway.check.settings import contradictions
from gateway.rules import load
from gateway.running.doors import doors
from gateway.running.services import services
from gateway.settings import GENERATED_SECRETS, ROOT, Settings, read
from gateway.web.pages.origin import origin
from tests.gateway_in_process import made_up_settings
from tests.ports import free_port
from tests.self_signed import self_signed

DESK = "desk.example"
Front = Callable[..., Settings]


@pytest.fixture
def front(tmp_path: Path) -> Front:
    """Settings with a front whose certificate is good."""
    made = self_signed(tmp_path, DESK, "gateway.example", "g.example")

    def settings(**others: str | int | bool) -> Settings:
        secrets = {name: f"made up {name}" for name in GENERATED_SECRETS}
        own = {"front": True, "pages_url": f"https://{DESK}", "natives": str(read().natives), "front_port": free_port()}
        plain = {"public_url": "", "twilio_account_sid": ""}
        return made_up_settings(tmp_path, **{**plain, **secrets, **own, **made.settings, **others})

    return settings


def told(settings: Settings, verdict: Verdict) -> list[str]:
    return [finding.what for finding in check_front(settings) if finding.verdict is verdict]


def conf_of(settings: Settings) -> str:
    return nginx_conf.render(settings)["nginx.conf"]


def test_without_the_setting_there_is_none(tmp_path: Path) -> None:
    settings = made_up_settings(tmp_path)
    assert "front" not in [service.name for service in services(settings)]
    assert "front" not in [door.service for door in doors(settings)]
    assert [finding.verdict for finding in check_front(settings)] == [Verdict.OK]
    assert "nginx" not in next(iter(check_programs(settings))).what


def test_behind_it_pages_and_websocket_are_this_machines_alone(front: Front) -> None:
    settings = front(bind="192.0.2.7")
    opened = {door.setting: door.address for door in doors(settings)}
    assert opened["pages_port"] == opened["asterisk_http_port"] == "127.0.0.1"
    assert opened["web_port"] == "192.0.2.7"
    assert opened["front_port"] == opened["front_http_port"] == "0.0.0.0"
    pages = next(service for service in services(settings) if service.name == "pages")
    assert f"127.0.0.1:{settings.number('pages_port')}" in pages.command
    assert "bindaddr = 127.0.0.1" in asterisk.render(settings, load(ROOT / "routing_rules.yaml"))["http.conf"]
    assert list(contradictions(settings)) == []


@pytest.mark.parametrize(
    ("others", "pages", "sip"),
    [
        ({}, "https://desk.example", "wss://desk.example/ws"),
        ({"pages_url": "https://desk.example:8443/"}, "https://desk.example:8443", "wss://desk.example:8443/ws"),
        ({"pages_url": "", "front_port": 8443}, "https://127.0.0.1:8443", "wss://127.0.0.1:8443/ws"),
        ({"pages_url": "", "front_port": 443, "front_bind": "::"}, "https://[::1]", "wss://[::1]/ws"),
        ({"pages_sip_url": "wss://sip.example/ws"}, "https://desk.example", "wss://sip.example/ws"),
    ],
)
def test_the_page_speaks_sip_where_it_came_from(front: Front, others: dict[str, str], pages: str, sip: str) -> None:
    settings = front(**others)
    assert (settings.pages_url, settings.sip_websocket_url) == (pages, sip)


def test_its_word_on_whence_somebody_comes_is_believed_and_that_of_no_other(front: Front) -> None:
    assert [str(each) for each in origin(front()).proxies] == ["127.0.0.1/32"]
    outer = front(pages_proxies="192.0.2.0/24")
    assert [str(each) for each in origin(outer).proxies] == ["192.0.2.0/24", "127.0.0.1/32"]
    assert "set_real_ip_from 192.0.2.0/24;" in conf_of(outer)
    assert "real_ip" not in conf_of(front())


@pytest.mark.parametrize("bind", ["0.0.0.0", "::", "127.0.0.1"])
@pytest.mark.parametrize("url", ["https://desk.example", "https://192.0.2.7", "https://[2001:db8::7]:8443"])
def test_nginx_takes_what_it_is_told(front: Front, bind: str, url: str) -> None:
    others = {
        "public_url": "https://gateway.example",
        "link_url": "https://g.example",
        "fallback_url": "https://f.example",
    }
    settings = front(front_bind=bind, pages_url=url, pages_proxies="192.0.2.1, 2001:db8::/32", **others)
    settings.run.mkdir(parents=True, exist_ok=True)
    conf = nginx_conf.write(settings)
    words = [str(settings.natives / "bin/nginx"), "-t", "-p", f"{settings.run}/", "-c", str(conf)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert [line for line in done.stderr.splitlines() if "[warn]" in line] == []
    assert nginx_conf.refused(settings) == ""


def test_a_name_is_led_where_it_belongs_and_only_by_https(front: Front) -> None:
    settings = front(
        public_url="https://gateway.example", link_url="http://g.example", fallback_url="https://desk.example"
    )
    assert nginx_conf.names(settings) == [DESK, "gateway.example"]
    conf = conf_of(settings)
    assert "location ^~ /messages/kannel/ { return 404; }" in conf
    assert "g.example" not in conf


@pytest.mark.parametrize("sign", ['"', "'", ";", "{", "}", "$", "\n", "\\"])
def test_no_value_breaks_out_of_its_place(front: Front, sign: str) -> None:
    with pytest.raises(FrontRefused, match="remove it"):
        conf_of(front(front_key=f"/etc/a{sign}key"))


@pytest.mark.parametrize(
    ("others", "sentence"),
    [
        ({"pages_url": "http://desk.example"}, "with https://"),
        ({"public_url": "https://desk.example"}, "one host"),
        ({"pages_certificate": "/etc/c.pem", "pages_key": "/etc/k.pem"}, "leave that"),
        ({"front_bind": "desk.example"}, "no IP address"),
        ({"front_port": 8114}, "as is"),
    ],
)
def test_what_cannot_be_meant_of_the_front_is_said(front: Front, others: dict[str, str | int], sentence: str) -> None:
    assert any(sentence in each for each in contradictions(front(**others))), list(contradictions(front(**others)))


def written(settings: Settings) -> Settings:
    settings.run.mkdir(parents=True, exist_ok=True)
    nginx_conf.write(settings)
    return settings


def test_a_good_certificate_is_said_to_be_one_and_who_signed_it_is_asked_about(front: Front) -> None:
    settings = written(front())
    assert told(settings, Verdict.WRONG) == []
    [notice] = told(settings, Verdict.NOTICE)
    assert "no authority that this machine knows" in notice
    assert f"with a certificate for {DESK}" in told(settings, Verdict.OK)[0]
    assert "does not answer" in told(settings, Verdict.NOT_RUNNING)[0]


@pytest.mark.parametrize(
    ("names", "days", "sentence"),
    [
        ([DESK], -1, "expired"),
        (["other.example"], 90, "not valid for"),
        ([DESK], 90, "not valid for 'gateway.example'"),
    ],
)
def test_a_certificate_that_browsers_would_refuse_is_told(
    front: Front, tmp_path: Path, names: list[str], days: float, sentence: str
) -> None:
    made = self_signed(tmp_path, *names, days=days, called="worse")
    wrong = told(written(front(public_url="https://gateway.example", **made.settings)), Verdict.WRONG)
    assert any(sentence in each for each in wrong), wrong


def test_one_that_ends_soon_is_noticed(front: Front, tmp_path: Path) -> None:
    settings = written(front(**self_signed(tmp_path, DESK, days=certificate.SOON_DAYS - 1, called="soon").settings))
    assert any("expires in 1" in each for each in told(settings, Verdict.NOTICE))


def test_a_key_that_is_missing_another_ones_or_locked_is_told(front: Front, tmp_path: Path) -> None:
    other = self_signed(tmp_path, DESK, called="other")
    for key, why in (
        ("/nowhere/key.pem", "/nowhere/key.pem cannot be read"),
        (str(other.key), "do not fit"),
        ("", "set front_cert"),
    ):
        [wrong] = told(front(front_key=key), Verdict.WRONG)
        assert why in wrong


def test_what_no_longer_follows_from_the_settings_is_told(front: Front) -> None:
    settings = written(front())
    changed = Settings({**settings, "pages_url": "https://gateway.example"})
    assert any("run `gateway112 reload`" in each for each in told(changed, Verdict.WRONG))


def test_every_address_is_one_socket_of_each_family(front: Front) -> None:
    conf = conf_of(front(front_bind="::", front_port=8443))
    assert "listen [::]:8443 ssl" in conf
    assert "listen 0.0.0.0:8443 ssl" in conf
    assert "listen [2001:db8::7]:8443 ssl" in conf_of(front(front_bind="2001:db8::7", front_port=8443))
