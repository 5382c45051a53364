"""A line of the operator's, added while the gateway runs; and one that Kannel cannot use."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gateway.channels import kannel_status
from gateway.channels.kannel_conf import local_file
from gateway.settings import ROOT
from tests.live.asterisk_server import environment
from tests.live.gateway_process import GatewayProcess
from tests.ports import free_port


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayProcess]:
    state = tmp_path_factory.mktemp("lines") / "state"
    process = GatewayProcess(environment(state, ROOT / "routing_rules.yaml")).prepare().start()
    try:
        yield process
    finally:
        process.end()


def lines(gateway: GatewayProcess) -> set[str]:
    return set(kannel_status.status(gateway.settings).lines)


def test_a_line_is_added_and_a_faulty_one_leaves_those_that_work(gateway: GatewayProcess) -> None:
    assert lines(gateway) == {"trial"}
    good = f"group = smsc\nsmsc = fake\nsmsc-id = operator-a\nhost = 127.0.0.1\nport = {free_port()}\n"
    local_file(gateway.settings).write_text(good)
    assert "started anew" in gateway.command("reload").stdout
    assert lines(gateway) == {"trial", "operator-a"}
    local_file(gateway.settings).write_text(f"{good}\ngroup = smsc\nsmsc = no-such-kind\nsmsc-id = operator-b\n")
    assert "REFUSED" in gateway.command("reload").stdout
    assert lines(gateway) == {"trial", "operator-a"}
    assert "local/smsc.conf or kannel.conf was changed" in gateway.command("check").stdout
    assert gateway.command("text", "halo, apakah ini 112").returncode == 0
