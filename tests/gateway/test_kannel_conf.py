"""Kannel's configuration as it is generated: what it says for given settings."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gateway import settings as table
from gateway.channels.kannel_conf import (
    KannelRefused,
    folder,
    forget_receipts,
    incoming_url,
    lines_file,
    render,
    runs,
    smscs,
    write,
)
from gateway.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    state = tmp_path / "state of a city"
    table.write_missing_secrets(state)
    return table.read({"GATEWAY112_STATE": str(state)})


def groups(text: str) -> dict[str, dict[str, str]]:
    """The groups of a Kannel configuration by their names; of several of one name, the last."""
    found: dict[str, dict[str, str]] = {}
    values: dict[str, str] = {}
    for line in text.splitlines():
        name, sign, value = (word.strip() for word in line.partition("="))
        if line.startswith("#") or not sign:
            continue
        if name == "group":
            values = found[value] = {}
        else:
            values[name] = value.strip('"')
    return found


def conf(settings: Settings) -> dict[str, dict[str, str]]:
    return groups(render(settings)["kannel.conf"])


def test_kannel_joins_no_parts_and_answers_nobody(settings: Settings) -> None:
    found = conf(settings)
    assert found["core"]["sms-combine-concatenated-mo"] == "false"
    assert "sms-service" not in found
    assert not any(value for name, value in found["smsbox"].items() if name.startswith("reply-"))


def test_what_kannel_has_outlives_it(settings: Settings) -> None:
    found = conf(settings)
    assert found["core"]["store-type"] == found["core"]["dlr-storage"] == "spool"
    # Named, it is given no messages: they are for who keeps them before he says so.
    assert found["smsbox"]["smsbox-id"]


def test_kannel_listens_on_this_machine_alone(settings: Settings) -> None:
    found = conf(settings)
    for group, name in (("core", "admin-interface"), ("core", "smsbox-interface"), ("smsbox", "sendsms-interface")):
        assert found[group][name] == "127.0.0.1"
    assert found["smsc"]["our-host"] == found["smsc"]["connect-allow-ip"] == "127.0.0.1"


def test_each_password_of_kannel_is_another(settings: Settings) -> None:
    found = conf(settings)
    token = incoming_url(settings).partition("token=")[2].partition("&")[0]
    words = {found["core"]["admin-password"], found["sendsms-user"]["password"], token}
    assert len(words) == 3
    assert all(len(word) == 32 for word in words)


def test_kannel_logs_nothing_but_a_panic(settings: Settings) -> None:
    found = conf(settings)
    for group in ("core", "smsbox"):
        assert found[group]["log-level"] == "4"
        assert not {"access-log", "log-file", "syslog-level"} & set(found[group])


def test_there_is_no_trial_network_in_production(settings: Settings) -> None:
    assert conf(settings)["smsc"]["allowed-smsc-id"] == "trial"
    production = Settings({**settings, "trial_smsc": False})
    assert "smsc" not in conf(production)
    assert smscs(production) == []
    # Without any line Kannel would end as soon as it starts.
    assert not runs(production)
    assert runs(settings)


def test_the_operators_lines_are_read_from_their_file_which_is_left_alone(settings: Settings) -> None:
    write(settings)
    local = folder(settings) / "local" / "smsc.conf"
    local.write_text(
        'group = smsc\nsmsc = smpp\nsmsc-id = "operator-a"\n\ngroup = smsc\nsmsc-id=modem\n# smsc-id = no\n'
    )
    file = write(settings)
    assert smscs(settings) == ["operator-a", "modem", "trial"]
    assert runs(Settings({**settings, "trial_smsc": False}))
    assert local.read_text().startswith("group = smsc")
    assert file.read_text().rstrip().endswith(f'include = "{lines_file(settings)}"')
    assert lines_file(settings).read_text() == local.read_text()


def test_what_kannel_keeps_and_knows_is_closed_to_other_users(settings: Settings) -> None:
    file = write(settings)
    assert file.stat().st_mode & 0o777 == 0o600
    for part in ("local", "store", "receipts"):
        assert (folder(settings) / part).stat().st_mode & 0o777 == 0o700


def test_receipts_that_never_came_are_forgotten(settings: Settings) -> None:
    write(settings)
    old, fresh = (folder(settings) / "receipts" / name / "a-receipt" for name in ("12", "34"))
    for file in (old, fresh):
        file.parent.mkdir()
        file.touch()
    os.utime(old, (100, 100))
    forget_receipts(settings, before=200)
    assert (old.exists(), fresh.exists()) == (False, True)


def test_a_folder_that_would_break_its_line_is_refused(settings: Settings) -> None:
    with pytest.raises(KannelRefused, match="line break or a quotation mark"):
        render(Settings({**settings, "state": f'{settings.state}/a"b'}))
