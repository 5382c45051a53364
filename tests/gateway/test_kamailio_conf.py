"""Kamailio's configuration as it is written; that Kamailio takes it and does what it says is shown in tests/live."""

from __future__ import annotations

import dataclasses
import re
import shutil
from pathlib import Path

import pytest

from gateway.channels.kamailio_conf import KamailioRefused, certificate_fault, nodes, render, write
from gateway.channels.kamailio_status import KamailioAway, call, nodes_away
from gateway.check.edge import stale
from gateway.rules import load
from gateway.rules.rulebook import Rulebook, Trunk
from gateway.settings import Settings, read, write_missing_secrets
from tests.gateway.http_server import write_certificate


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    write_missing_secrets(tmp_path / "state")
    return read({"GATEWAY112_STATE": str(tmp_path / "state")})


@pytest.fixture
def book(settings: Settings) -> Rulebook:
    return load(settings.rules)


def changed(settings: Settings, **others: str | int | bool) -> Settings:
    return Settings({**settings, **others})


def test_its_files_are_closed_to_other_users(settings: Settings, book: Rulebook) -> None:
    main = write(settings, book)
    assert main.name == "kamailio.cfg"
    assert {file.stat().st_mode & 0o777 for file in main.parent.iterdir()} == {0o600}


def test_a_trunk_is_told_by_its_networks_with_its_seal(settings: Settings, book: Rulebook) -> None:
    trunk = Trunk("telkom", addresses=("198.51.100.0/28", "2001:db8::/64", "192.0.2.7"))
    book = dataclasses.replace(book, trunks={"telkom": trunk})
    lines = [line for line in render(settings, book)["trunks.list"].splitlines() if not line.startswith("#")]
    told = [line.split()[:4] for line in lines if "telkom|" in line]
    assert told == [["1", "198.51.100.0", "28", "0"], ["1", "2001:db8::", "64", "0"], ["1", "192.0.2.7", "32", "0"]]
    (seal,) = {line.partition("telkom|")[2] for line in lines if "telkom|" in line}
    assert re.fullmatch(r"[0-9a-f]{32}", seal)


def test_strangers_and_trunks_with_a_password_alone_have_no_seal(settings: Settings, book: Rulebook) -> None:
    (settings.state / "trunks.toml").write_text('city = "secret"\n', encoding="utf-8")
    book = dataclasses.replace(book, trunks={"city": Trunk("city", username="city")})
    closed = changed(settings, trial_trunk=False, anonymous_sip=True)
    assert "|" not in render(closed, book)["trunks.list"]
    assert "trial|" in render(settings, book)["trunks.list"]


def test_without_nodes_of_others_calls_go_to_our_own_asterisk(settings: Settings) -> None:
    assert nodes(settings) == ["127.0.0.1:5080"]
    assert nodes(changed(settings, sip_bind="192.0.2.1", asterisk_sip_port=5090)) == ["192.0.2.1:5090"]
    assert nodes(changed(settings, sip_bind="::")) == ["[::1]:5080"]


def test_an_address_that_is_not_this_machines_is_no_way_to_its_own_asterisk(settings: Settings, book: Rulebook) -> None:
    """Behind address translation: networks know us by it, and the edge and Asterisk by another."""
    translated = changed(settings, sip_address="198.51.100.7")
    assert nodes(translated) == ["127.0.0.1:5080"]
    files = render(translated, book)
    assert 'record_route_preset("127.0.0.1:5060;r2=on"' in files["calls.cfg"]
    assert "advertise 198.51.100.7:5060" in files["kamailio.cfg"]


def test_calls_are_spread_over_the_nodes_that_are_named(settings: Settings, book: Rulebook) -> None:
    several = changed(settings, asterisk_nodes="10.0.0.1:5080, 10.0.0.2:5080")
    listed = render(several, book)["dispatcher.list"]
    assert re.findall(r"^1 sip:(\S+)", listed, re.MULTILINE) == ["10.0.0.1:5080", "10.0.0.2:5080"]


@pytest.mark.parametrize("named", ["10.0.0.1", "10.0.0.1:", ":5080", "a b:5080", "10.0.0.1:99999", "x;y:5080"])
def test_a_node_that_is_none_is_named(settings: Settings, named: str) -> None:
    with pytest.raises(KamailioRefused, match="asterisk_nodes"):
        nodes(changed(settings, asterisk_nodes=named))


def test_a_value_that_would_break_out_of_its_place_is_refused(settings: Settings, book: Rulebook) -> None:
    with pytest.raises(KamailioRefused, match="quotation mark"):
        render(changed(settings, sip_address='127.0.0.1"\nroute'), book)


def test_tls_is_opened_once_there_is_a_certificate(settings: Settings, book: Rulebook) -> None:
    assert "listen=tls" not in render(settings, book)["kamailio.cfg"]
    settings.sip_certificate.parent.mkdir()
    both = write_certificate(settings.sip_certificate, "127.0.0.1")
    shutil.copy(both, both.with_suffix(".key"))
    files = render(settings, book)
    assert f"listen=tls:0.0.0.0:{settings.number('sips_port')}" in files["kamailio.cfg"]
    assert 'loadmodule "tls.so"' in files["modules.cfg"]


def test_a_certificate_that_cannot_be_used_costs_tls_and_no_other_call(settings: Settings, book: Rulebook) -> None:
    assert certificate_fault(settings)
    settings.sip_certificate.parent.mkdir()
    settings.sip_certificate.write_text("no certificate", encoding="utf-8")
    assert "listen=tls" not in render(settings, book)["kamailio.cfg"]
    assert any("without TLS" in problem for problem in stale(settings, book))


def test_a_kamailio_that_is_away_says_so(settings: Settings) -> None:
    with pytest.raises(KamailioAway, match=r"dispatcher\.list"):
        nodes_away(settings)
    with pytest.raises(KamailioAway, match=r"no answer to core\.version"):
        call(settings, "core.version")
