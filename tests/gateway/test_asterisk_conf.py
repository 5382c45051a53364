"""Asterisk's configuration as it is generated: what it says for given rules and settings."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from gateway import settings as table
from gateway.channels.asterisk import AsteriskRefused, desk_password, render, write
from gateway.rules import load
from gateway.rules.rulebook import Agency, Desk, DeskKind, LocationForm, Rulebook, Target, Trunk
from gateway.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    table.write_missing_secrets(tmp_path)
    return table.read({"GATEWAY112_STATE": str(tmp_path), "GATEWAY112_NATIVES": str(tmp_path / "natives")})


@pytest.fixture
def book() -> Rulebook:
    return load(table.ROOT / "routing_rules.yaml")


def with_trunks(book: Rulebook, *trunks: Trunk) -> Rulebook:
    return dataclasses.replace(book, trunks={trunk.name: trunk for trunk in trunks})


def with_setting(settings: Settings, **values: str | int | bool) -> Settings:
    return Settings({**settings, **values})


def sections(text: str, title: str) -> list[dict[str, list[str]]]:
    """The values of every section with this title."""
    found = []
    for head, body in re.findall(r"^\[([^]]+)\][^\n]*\n((?:(?!\[).*\n)*)", text, re.MULTILINE):
        if head == title:
            values: dict[str, list[str]] = {}
            for name, value in re.findall(r"^(\w+) *=>? *(.*)$", body, re.MULTILINE):
                values.setdefault(name, []).append(value)
            found.append(values)
    return found


def chain(text: str, queue: str) -> list[str]:
    """The steps of a queue's chain in the dialplan, without what is the same in each."""
    lines = text.partition("[g112-chain]")[2].partition("\n[")[0]
    own = re.search(rf"^exten => {queue},1,(?:NoOp\(\)|MSet\(G112_HOMES=.*\))\n((?: same.*\n)*)", lines, re.MULTILINE)
    assert own
    return [step.removeprefix(" same => n,") for step in own[1].splitlines()]


def test_every_agency_has_a_queue_with_its_desks(settings: Settings, book: Rulebook) -> None:
    text = render(settings, book)["queues.conf"]
    for agency in book.agencies.values():
        [queue] = sections(text, agency.id)
        assert [member.partition(",")[0] for member in queue["member"]] == [f"PJSIP/{desk.id}" for desk in agency.desks]


def test_a_chain_follows_the_rules_and_ends_with_the_operators(settings: Settings, book: Rulebook) -> None:
    text = render(settings, book)["extensions.conf"]
    assert chain(text, "ppa") == [
        "Gosub(g112-wait,s,1(ppa,20,G112_NEED))",
        "Gosub(g112-wait,s,1(110,20,G112_NEED))",
        "Goto(112,1)",
    ]
    assert chain(text, "112") == ["Gosub(g112-wait,s,1(112,,G112_NEED))", "Wait(1)", "Goto(112,1)"]


def test_only_agencies_that_need_to_know_are_told_of_violence(settings: Settings, book: Rulebook) -> None:
    text = render(settings, book)["extensions.conf"]
    for agency in book.agencies.values():
        need = "G112_NEED" if agency.sees_violence else "G112_DISCREET_NEED"
        assert chain(text, agency.id)[0].endswith(f",{need}))")


def test_a_number_over_a_trunk_is_dialled_for_as_long_as_the_rule_says(settings: Settings, book: Rulebook) -> None:
    trunk = Trunk("telkom", username="gateway-user", outgoing="sip.telkom.example")
    overflow = (Target(20, trunk="telkom", number="119"), Target(25, queue="112"))
    agency = dataclasses.replace(book.agencies["118"], overflow=overflow)
    book = with_trunks(dataclasses.replace(book, agencies={**book.agencies, "118": agency}), trunk)
    (settings.state / "trunks.toml").write_text('telkom = "secret"\n')
    assert chain(render(settings, book)["extensions.conf"], "118") == [
        "Gosub(g112-wait,s,1(118,20,G112_DISCREET_NEED))",
        "Gosub(g112-dial,s,1(gateway-user,119,25))",
        "Goto(112,1)",
    ]


def test_a_trunk_is_known_by_its_addresses_alone(settings: Settings, book: Rulebook) -> None:
    book = with_trunks(book, Trunk("telkom", addresses=("198.51.100.0/28", "2001:db8::/64")))
    alone = render(with_setting(settings, edge=False), book)["pjsip.conf"]
    endpoint, identify = sections(alone, "telkom")
    assert endpoint["identify_by"] == ["ip"]
    assert identify["match"] == ["198.51.100.0/28,2001:db8::/64"]
    assert "auth" not in endpoint


def test_behind_the_edge_a_trunk_is_known_by_the_edges_seal_alone(settings: Settings, book: Rulebook) -> None:
    book = with_trunks(book, Trunk("telkom", addresses=("198.51.100.0/28",)), Trunk("other", addresses=("192.0.2.1",)))
    text = render(settings, book)["pjsip.conf"]
    endpoint, identify = sections(text, "telkom")
    assert (endpoint["identify_by"], "match" in identify) == (["header"], False)
    word, name, seal = identify["match_header"][0].split()
    assert (word, name) == ("X-G112-Trunk:", "telkom")
    assert len(seal) == 32
    assert seal not in sections(text, "other")[1]["match_header"][0]
    assert "endpoint_identifier_order = header,username,auth_username,anonymous" in text


def test_behind_the_edge_the_network_is_told_where_audio_goes(settings: Settings, book: Rulebook) -> None:
    """Asterisk would take the edge's address beside it for where the caller is, and name one that only it reaches."""
    book = with_trunks(book, Trunk("telkom", addresses=("198.51.100.0/28",)))
    reached = with_setting(settings, sip_address="192.0.2.1")
    text = render(reached, book)["pjsip.conf"]
    assert sections(text, "telkom")[0]["media_address"] == ["192.0.2.1"]
    assert "media_address" not in sections(text, "trial")[0]
    without = render(with_setting(reached, edge=False), book)["pjsip.conf"]
    assert "media_address" not in sections(without, "telkom")[0]


def test_a_trunk_with_a_user_name_needs_its_password(settings: Settings, book: Rulebook) -> None:
    book = with_trunks(book, Trunk("telkom", username="city"))
    with pytest.raises(AsteriskRefused, match=r"trunks\.toml.*telkom"):
        render(settings, book)
    (settings.state / "trunks.toml").write_text('telkom = "secret"\n')
    endpoint, auth = sections(render(settings, book)["pjsip.conf"], "city")
    assert (endpoint["identify_by"], endpoint["auth"]) == (["auth_username"], ["city"])
    assert (auth["username"], auth["password"]) == (["city"], ["secret"])


def test_calls_that_twilio_answered_are_resumed_not_asked_again(settings: Settings, book: Rulebook) -> None:
    book = with_trunks(book, Trunk("twilio", addresses=("203.0.113.0/30",), twilio=True))
    assert "G112_DOOR=resume" in sections(render(settings, book)["pjsip.conf"], "twilio")[0]["set_var"]


def test_strangers_and_the_trial_trunk_are_let_in_by_their_settings_alone(settings: Settings, book: Rulebook) -> None:
    closed = render(with_setting(settings, trial_trunk=False), book)["pjsip.conf"]
    opened = render(with_setting(settings, anonymous_sip=True), book)["pjsip.conf"]
    assert sections(closed, "trial") == sections(closed, "anonymous") == []
    assert len(sections(opened, "trial")) == 2
    assert len(sections(opened, "anonymous")) == 1


def test_a_telephone_may_get_the_place_by_value_and_a_browser_never(settings: Settings, book: Rulebook) -> None:
    text = render(settings, book)["pjsip.conf"]
    for agency in book.agencies.values():
        for desk in agency.desks:
            endpoint = sections(text, desk.id)[0]
            assert ("geoloc_outgoing_call_profile" in endpoint) == (desk.location == LocationForm.VALUE)


def test_a_telephone_has_its_password_there_and_a_browser_none(settings: Settings, book: Rulebook) -> None:
    text = render(settings, book)["pjsip.conf"]
    for agency in book.agencies.values():
        for desk in agency.desks:
            passwords = [section["password"] for section in sections(text, desk.id) if "password" in section]
            expected = [[desk_password(settings, desk.id)]] if desk.kind is DeskKind.TELEPHONE else []
            assert passwords == expected


def test_sip_over_tls_is_offered_with_a_certificate(settings: Settings, book: Rulebook) -> None:
    assert sections(render(settings, book)["pjsip.conf"], "tls") == []
    (settings.state / "tls").mkdir()
    (settings.state / "tls" / "sip.crt").touch()
    [transport] = sections(render(settings, book)["pjsip.conf"], "tls")
    assert transport["priv_key_file"] == [str(settings.state / "tls" / "sip.key")]


def test_behind_an_address_of_its_own_that_address_is_told(settings: Settings, book: Rulebook) -> None:
    text = render(with_setting(settings, sip_address="192.0.2.7"), book)["pjsip.conf"]
    assert sections(text, "transport")[0]["external_media_address"] == ["192.0.2.7"]


def test_each_desk_has_a_password_of_its_own_that_stays(settings: Settings, book: Rulebook) -> None:
    desks = [desk.id for agency in book.agencies.values() for desk in agency.desks]
    assert len({desk_password(settings, desk) for desk in desks}) == len(desks)
    assert desk_password(settings, "110-1") == desk_password(settings, "110-1")


@pytest.mark.parametrize("hostile", ["x\nexten => _.,1,System(rm)", "a;b", "a\rb"])
def test_a_value_that_would_leave_its_line_is_refused(settings: Settings, book: Rulebook, hostile: str) -> None:
    with pytest.raises(AsteriskRefused, match="line break"):
        render(settings, with_trunks(book, Trunk("telkom", addresses=("198.51.100.1",), outgoing=hostile)))


def test_two_endpoints_of_one_name_are_refused(settings: Settings, book: Rulebook) -> None:
    (settings.state / "trunks.toml").write_text('telkom = "secret"\n')
    with pytest.raises(AsteriskRefused, match="110-1"):
        render(settings, with_trunks(book, Trunk("telkom", username="110-1")))


def test_names_people_read_are_no_part_of_the_dialplan(settings: Settings, book: Rulebook) -> None:
    desk = Desk("x-1", DeskKind.TELEPHONE, LocationForm.VALUE)
    odd = Agency("x", "${SHELL(x)}; [b]", "${EVAL(y)}", "]", False, (desk,), (Target(5, queue="112"),))
    texts = render(settings, dataclasses.replace(book, agencies={**book.agencies, "x": odd}))
    assert not [name for name, text in texts.items() if "SHELL" in text or "EVAL" in text]


def test_the_manager_account_may_run_no_command_and_listens_at_home(settings: Settings, book: Rulebook) -> None:
    text = render(settings, book)["manager.conf"]
    [account] = sections(text, "gateway112")
    assert {"command", "config", "all"}.isdisjoint(account["write"][0].split(","))
    assert sections(text, "general")[0]["bindaddr"] == ["127.0.0.1"]


def test_only_named_modules_are_loaded_and_none_that_transfers_or_runs_programs(
    settings: Settings, book: Rulebook, tmp_path: Path
) -> None:
    modules = tmp_path / "natives" / "share" / "asterisk-modules"
    modules.mkdir(parents=True)
    for name in ("app_queue", "res_pjsip_refer", "app_voicemail", "app_system", "func_shell", "codec_opus_x"):
        (modules / f"{name}.so").touch()
    text = render(settings, book)["modules.conf"]
    assert "autoload = no" in text
    assert re.findall(r"^load = (.*)$", text, re.MULTILINE) == ["app_queue.so"]


def test_the_log_keeps_nothing_that_names_callers(settings: Settings, book: Rulebook) -> None:
    text = render(settings, book)["logger.conf"]
    assert re.findall(r"=> *(.*)", text) == ["error"]
    assert "queue_log = no" in text


def test_what_is_written_can_be_read_by_its_owner_alone(settings: Settings, book: Rulebook) -> None:
    files = write(settings, book)
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert (settings.state / "asterisk" / "data" / "sounds" / "g112").resolve() == settings.state / "sounds"
    assert write(settings, book) == files


def test_secrets_stand_in_no_file_but_those_that_need_them(settings: Settings, book: Rulebook) -> None:
    texts = render(settings, book)
    holders = {name for name, text in texts.items() if settings.secret("ami_secret") in text}
    assert holders == {"manager.conf"}
    assert not [name for name, text in texts.items() if settings.secret("desk_password_seed") in text]


def test_of_channels_nothing_is_declined_for_without_it_asterisk_does_not_start(
    settings: Settings, book: Rulebook
) -> None:
    declined = re.findall(r"^decline = (\w+)$", render(settings, book)["stasis.conf"], re.MULTILINE)
    assert declined
    assert not [name for name in declined if name.startswith("ast_channel_")]
