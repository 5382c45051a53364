"""The whole gateway under its supervisor: it starts, it comes back, it stops, and it leaves nothing behind."""

import os
import re
import signal
import socket
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.running.doors import doors
from gateway.running.readiness import opens, questions
from gateway.running.services import services
from gateway.settings import ROOT
from gateway.setup.alone import WAITS
from tests.live.asterisk_server import environment
from tests.live.gateway_process import GatewayProcess
from tests.live.wait import PATIENCE_SECONDS, until
from tests.pages_in_process import token_of

CONFIGURED = (
    "Asterisk configuration", "Kamailio configuration", "Kannel configuration", "nginx configuration",
    "fallback document",
)  # fmt: skip


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayProcess]:
    state = tmp_path_factory.mktemp("services") / "state"
    process = GatewayProcess(environment(state, ROOT / "routing_rules.yaml")).prepare()
    yield process
    process.end()


@pytest.fixture
def gateway(prepared: GatewayProcess) -> GatewayProcess:
    """A running gateway: that of the test before, unless it has stopped that one."""
    return prepared if prepared.runs else prepared.start()


def steps(said: str) -> list[str]:
    """Whatever was told of a set-up or a start, line by line, without numbers and times."""
    told = re.findall(r"^\[ *\d+/\d+\] +[\d.]+ s  (.*)$", said, re.MULTILINE)
    # The natives are those of all tests: whichever file sets up at the same time has us wait, which is no step.
    return [line for line in told if not line.endswith(f": {WAITS}")]


def sip_is_open(gateway: GatewayProcess) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as trial:
        try:
            trial.bind(("127.0.0.1", gateway.settings.number("sip_port")))
        except OSError:
            return True
    return False


def test_everything_answers(gateway: GatewayProcess) -> None:
    assert gateway.ended is None, gateway.said
    assert "NOT ANSWERING" not in gateway.said
    for door in doors(gateway.settings):
        assert f"{door.address}:{door.port} " in gateway.said
        assert door.kind == "udp" or opens(door)(), f"{door.setting} is shut"
    assert len(gateway.processes) >= len(services(gateway.settings))


def test_the_desks_page_is_told_and_lets_its_first_accounts_in(gateway: GatewayProcess) -> None:
    assert f"desk page  {gateway.settings.pages_url}" in gateway.said
    file = gateway.settings.state / "first-accounts.txt"
    name, secret, _ = file.read_text(encoding="utf-8").splitlines()[0].split()
    assert secret not in gateway.said
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    page = browser.open(f"{gateway.settings.pages_url}/login", timeout=PATIENCE_SECONDS).read().decode()
    form = {"csrf": token_of(page), "name": name, "password": secret}
    answer = browser.open(
        f"{gateway.settings.pages_url}/login", urllib.parse.urlencode(form).encode(), timeout=PATIENCE_SECONDS
    )
    # Who set the gateway up has seen the password: it is replaced before anything else.
    assert answer.url.endswith("/password")


def test_set_up_once_it_is_up_again_without_fetching_or_speaking_anything(gateway: GatewayProcess) -> None:
    gateway.end()
    again = gateway.command("setup").stdout
    programs = "Kamailio, Asterisk, Redis, Kannel and tools"
    assert steps(again) == ["folders and secrets", programs, "desk's page", "prompts", *CONFIGURED]
    gateway.start()
    answering = {f"services: {service.name} answers" for service in services(gateway.settings)}
    done = steps(gateway.said)
    assert [step for step in done if step not in answering] == [*CONFIGURED, "ports", "services"]
    assert answering <= set(done)


def test_every_killed_service_comes_back_by_itself(gateway: GatewayProcess) -> None:
    before = gateway.states
    assert {name: state.word for name, state in before.items() if state.word != "RUNNING"} == {}, gateway.said
    for state in before.values():
        os.kill(state.process, signal.SIGKILL)

    def all_back() -> bool:
        now = gateway.states
        return set(now) == set(before) and all(
            now[name].word == "RUNNING" and now[name].process != before[name].process for name in before
        )

    until(all_back, what="every service runs again")
    for name, answers in questions(gateway.settings).items():
        until(answers, what=f"{name} answers again")


def test_a_second_start_is_refused_and_harms_nothing(gateway: GatewayProcess) -> None:
    second = GatewayProcess({name: value for name, value in gateway.environ.items() if name.startswith("GATEWAY112_")})
    second.output = gateway.output.with_name("second.out")
    second.start()
    assert second.ended == 2
    assert f"runs already (process {gateway.process.pid}): stop it first, with `gateway112 down`" in second.said
    assert gateway.ended is None
    assert sip_is_open(gateway)


def test_the_next_start_ends_what_a_killed_supervisor_left_behind(gateway: GatewayProcess) -> None:
    left = set(gateway.processes)
    supervisor = int((gateway.settings.run / "supervisord.pid").read_text(encoding="ascii"))
    os.kill(supervisor, signal.SIGKILL)
    assert gateway.process.wait(PATIENCE_SECONDS) == 2
    assert "what it kept may still answer calls" in gateway.said
    assert sip_is_open(gateway), "calls are answered on, until somebody starts it again"
    gateway.start()
    assert gateway.ended is None, gateway.said
    assert "left over from a run that was killed" in gateway.said
    assert not left & set(gateway.processes)


def test_ctrl_c_leaves_nothing(gateway: GatewayProcess) -> None:
    assert gateway.tell(signal.SIGINT) == 0, gateway.said
    assert gateway.processes == {}
    assert not sip_is_open(gateway)


def test_with_the_command_killed_calls_are_answered_on_until_it_is_told_to_stop(gateway: GatewayProcess) -> None:
    before = gateway.states
    assert gateway.tell(signal.SIGKILL) == -signal.SIGKILL
    assert gateway.states == before
    assert sip_is_open(gateway)
    assert gateway.command("down").returncode == 0
    assert gateway.processes == {}
    assert not sip_is_open(gateway)


def test_down_stops_a_gateway_that_runs_elsewhere(gateway: GatewayProcess) -> None:
    assert gateway.command("down").returncode == 0
    assert gateway.process.wait(PATIENCE_SECONDS) == 0
    assert gateway.processes == {}
    assert "nothing of it runs" in gateway.command("down").stdout


def test_with_rules_that_are_refused_nothing_starts(prepared: GatewayProcess, tmp_path: Path) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text("agencies:\n  '110': {\n", encoding="utf-8")
    faulty = GatewayProcess(
        {name: value for name, value in prepared.environ.items() if name.startswith("GATEWAY112_")}
        | {"GATEWAY112_RULES": str(rules)}
    ).start()
    assert faulty.ended == 2
    assert "rules.yaml:" in faulty.said
    assert "Traceback" not in faulty.said
    assert faulty.processes == {}
