"""The front as ``gateway112 up`` keeps it: it comes back however it ends, and takes a renewed certificate."""

from __future__ import annotations

import os
import signal
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.check import front as front_check
from gateway.running.leftovers import find
from gateway.running.services import MARK
from tests.live.asterisk_server import environment
from tests.live.gateway_process import GatewayProcess
from tests.live.wait import until
from tests.ports import free_port
from tests.self_signed import SelfSigned, self_signed


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> SelfSigned:
    return self_signed(tmp_path_factory.mktemp("certificate"), "127.0.0.1")


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory, certificate: SelfSigned) -> Iterator[GatewayProcess]:
    folder = tmp_path_factory.mktemp("up")
    ports = {name: str(free_port()) for name in ("front_port", "front_http_port")}
    values = {"front": "yes", "front_bind": "127.0.0.1", "edge": "no", "kannel": "no", **ports, **certificate.settings}
    environ = environment(folder / "state", Path(__file__).parents[2] / "routing_rules.yaml")
    gateway = GatewayProcess(environ | {f"GATEWAY112_{name.upper()}": value for name, value in values.items()})
    try:
        yield gateway.prepare().start()
    finally:
        gateway.end()


def workers(gateway: GatewayProcess) -> set[int]:
    kept = gateway.states["front"].process
    return {number for number, name in find(MARK, gateway.settings.run).items() if number != kept and "ngin" in name}


def shows_its_own(gateway: GatewayProcess) -> bool:
    try:
        return front_check.shown(gateway.settings) == ""
    except OSError:
        return False


def test_it_is_told_of_with_all_else_that_listens(gateway: GatewayProcess) -> None:
    assert "NOT ANSWERING" not in gateway.said
    assert f"desk page  https://127.0.0.1:{gateway.settings.number('front_port')}" in gateway.said
    done = gateway.command("check")
    assert "ok           front" in done.stdout, done.stdout


def test_a_renewed_certificate_is_taken_by_reload(gateway: GatewayProcess, certificate: SelfSigned) -> None:
    before = gateway.states["front"].process
    self_signed(certificate.certificate.parent, "127.0.0.1")
    assert "shows another certificate" in gateway.command("check").stdout
    assert "the front follows them" in gateway.command("reload").stdout
    until(lambda: shows_its_own(gateway))
    assert gateway.states["front"].process == before


def test_a_certificate_that_nginx_would_refuse_leaves_it_as_it_is(
    gateway: GatewayProcess, certificate: SelfSigned
) -> None:
    whole = certificate.key.read_bytes()
    certificate.key.write_bytes(b"-")
    try:
        assert "the front was not told, it would refuse" in gateway.command("reload").stdout
    finally:
        certificate.key.write_bytes(whole)
    assert shows_its_own(gateway)


def test_killed_with_workers_left_it_comes_back_on_its_ports(gateway: GatewayProcess) -> None:
    before, left = gateway.states["front"].process, workers(gateway)
    assert left, "they are found though they wrote over their environment"
    os.kill(before, signal.SIGKILL)
    until(lambda: not any(Path(f"/proc/{number}").exists() for number in left), what="what was left is gone")
    until(lambda: workers(gateway) and shows_its_own(gateway), what="the next one answers")


def test_nothing_of_it_is_left_at_the_end(gateway: GatewayProcess) -> None:
    assert gateway.tell(signal.SIGTERM) == 0
    assert find(MARK, gateway.settings.run) == {}
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"http://127.0.0.1:{gateway.settings.number('front_http_port')}/", timeout=2)
