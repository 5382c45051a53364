"""A canary in everything that a victim sends and a desk writes of her: nothing of a whole gateway sings of it, neither
its logs nor its other traces, nor what the other agencies' pages hear all the while."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.incident.timeline import Kind
from gateway.settings import ROOT
from tests.live.asterisk_server import environment
from tests.live.gateway_process import GatewayProcess
from tests.live.traces import KEPT, open_to_others, singing, titles, with_cores
from tests.live.victim import CANARIES, MALFORMED, NOBODY, WELL_FORMED, Victim
from tests.live.wait import until


def rules(folder: Path) -> Path:
    """The shipped ones, with a telephone where a supervisor listens."""
    text = (ROOT / "routing_rules.yaml").read_text(encoding="utf-8")
    assert "{id: 110-2, kind: browser" in text
    file = folder / "rules.yaml"
    file.write_text(text.replace("{id: 110-2, kind: browser", "{id: 110-2, kind: telephone"), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayProcess]:
    state = tmp_path_factory.mktemp("canary") / "state"
    process = GatewayProcess(environment(state, rules(state.parent))).prepare().start()
    yield process
    process.end()


@pytest.fixture(scope="module")
def victim(gateway: GatewayProcess, tmp_path_factory: pytest.TempPathFactory) -> Victim:
    """After all of it."""
    victim = Victim(gateway, tmp_path_factory.mktemp("victim"))
    victim.calls(0, "")
    victim.calls(1, "0", MALFORMED, victim.desks[0])
    victim.calls(2, "12", WELL_FORMED, victim.desks[1], victim.is_listened_to)
    victim.tells_where_she_is()
    victim.writes()
    victim.is_cared_for()
    until(lambda: "-6.17777" in repr(victim.told()), 30, "the telephone's own location is the call's")
    victim.goes()
    return victim


def test_it_is_kept_where_it_belongs(victim: Victim) -> None:
    told = victim.told()
    assert "anari" in repr(told)
    assert any(entry.data.get("original") for entry in told if entry.kind is Kind.EVIDENCE_REFUSED)
    done = {Kind.KEYED, Kind.ANSWERED, Kind.ACCEPTED, Kind.CONSENT, Kind.REPLY, Kind.CLOSED, Kind.INFORMED}
    assert done <= {entry.kind for entry in told}
    assert victim.incident in victim.police.told


def test_no_other_agencys_page_heard_of_it(victim: Victim) -> None:
    for visitor in victim.others:
        assert "event: lists" in visitor.told
        assert not [each for each in (*CANARIES, victim.incident, "violence") if each in visitor.told]


def test_nothing_of_it_is_in_any_log_or_run_file(gateway: GatewayProcess, victim: Victim) -> None:
    state = victim.settings.state
    assert (state / "log" / "pages.log").exists()
    assert singing(state, CANARIES, KEPT) == {}
    assert singing(victim.settings.run, CANARIES) == {}


def test_no_process_and_no_key_is_named_by_it(gateway: GatewayProcess, victim: Victim) -> None:
    named = list(titles(gateway).values())
    assert len(named) > 8
    redis = victim.store.redis
    named = [*named, *(key.decode("utf-8", "replace") for key in redis.scan_iter(count=1000))]
    assert not [each for each in named if any(canary in each for canary in (*CANARIES, "violence"))]


def test_no_other_agencys_supervisor_listens_to_her_or_learns_why_not(victim: Victim) -> None:
    of_her, of_nobody = victim.refused
    assert of_her == of_nobody
    assert "not_heard" in str(of_her)
    assert victim.incident in victim.audited("110")
    for agency in ("118", "113"):
        audited = victim.audited(agency)
        assert "agd" in audited or "dk" in audited
        assert audited.count(victim.incident) == audited.count(NOBODY)
        assert not [each for each in (*CANARIES, "kapolsek", "violence", "kekerasan") if each in audited]


def test_what_is_kept_of_it_is_its_owners_alone(gateway: GatewayProcess, victim: Victim) -> None:
    state = victim.settings.state
    kept = singing(state, CANARIES)
    assert any("/redis/" in file for file in kept)
    assert open_to_others(state, list(kept)) == []


def test_no_process_leaves_its_memory_where_it_dies(gateway: GatewayProcess, victim: Victim) -> None:
    assert with_cores(gateway) == []


def test_nothing_is_written_of_it_at_the_end(gateway: GatewayProcess, victim: Victim) -> None:
    gateway.end()
    assert singing(victim.settings.state, CANARIES, KEPT) == {}
