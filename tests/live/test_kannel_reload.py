"""An operator's line is added while the gateway runs; Kannel cannot use one; it would end for ever."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

import pytest

from gateway.channels import kannel_status
from gateway.channels.kannel_conf import LOCAL, local_file
from gateway.incident.timeline import Kind
from gateway.settings import ROOT
from gateway.store import Store
from tests.live.asterisk_server import environment
from tests.live.gateway_process import GatewayProcess
from tests.live.kannel_server import MobileNetwork
from tests.live.wait import until
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


def texts(gateway: GatewayProcess, number: str) -> list[str]:
    """What was filed of a writer's."""
    store = Store(gateway.settings)
    incident = next((each.id for each in store.recent(50) if each.number == number), "")
    return [str(entry.data["text"]) for entry in store.timeline(incident) if entry.kind is Kind.MESSAGE]


def test_a_kannel_with_texts_that_nobody_takes_starts_anew_and_loses_none(gateway: GatewayProcess) -> None:
    writer, wanted = "+6281200000030", [f"kebakaran nomor {count}" for count in range(20)]
    reader = gateway.states["kannel"].process
    os.kill(reader, signal.SIGSTOP)
    network = MobileNetwork(gateway.settings)
    try:
        for text in wanted:
            network.write(writer, text)
        until(lambda: kannel_status.waiting(gateway.settings, time.time() + 60) == 20, what="Kannel has them")
        local_file(gateway.settings).write_text(f"{LOCAL}# changed\n")
        assert "started anew" in gateway.command("reload").stdout
    finally:
        network.close()
        os.kill(reader, signal.SIGCONT)
    # One that was being handed over comes twice, and is filed once.
    until(lambda: len(texts(gateway, writer)) >= 20, what="all were filed")
    assert sorted(texts(gateway, writer)) == sorted(wanted)
