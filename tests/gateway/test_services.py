"""What supervisord and Redis are told, which ports we open, and what happens when they cannot be."""

import configparser
import os
import shlex
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.running import doors, leftovers, services
from gateway.running.doors import Door, DoorRefused
from gateway.settings import Settings, read, write_missing_secrets


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    state = tmp_path / "state of 100% use"
    write_missing_secrets(state)
    return read({"GATEWAY112_STATE": str(state)})


def supervisord_of(settings: Settings) -> configparser.ConfigParser:
    conf = configparser.ConfigParser()
    conf.read_string(services.supervisord_conf(settings))
    return conf


def test_every_service_comes_back_however_often_it_dies(settings: Settings) -> None:
    conf = supervisord_of(settings)
    kept = [section for section in conf.sections() if section.startswith("program:")]
    assert {section.removeprefix("program:") for section in kept} == {
        "redis", "asterisk", "agi", "ami", "replay", "worker-urgent", "worker-routine", "web", "fallback",
        "worker-outside", "locator", "locator-second", "messages", "sender", "bearerbox", "smsbox", "kannel", "edge",
            "pages",
    }  # fmt: skip
    for section in kept:
        assert conf[section]["autorestart"] == "true"
        assert int(conf[section]["startretries"]) >= 1_000_000
        assert conf[section]["stopasgroup"] == conf[section]["killasgroup"] == "true"
        assert int(conf[section]["stdout_logfile_maxbytes"]) > 0


def test_agencies_systems_have_a_worker_of_their_own_before_there_is_one(settings: Settings) -> None:
    assert not (settings.state / "webhooks.toml").exists(), "the first webhook needs no new start"
    worker = next(service for service in services.services(settings) if service.name == "worker-outside")
    assert worker.command[1:] == ("worker", "outside")


def test_a_folder_with_blanks_and_percent_signs_survives_into_the_command(settings: Settings) -> None:
    command = supervisord_of(settings)["program:asterisk"]["command"]
    assert shlex.split(command)[-1] == str(settings.state / "asterisk" / "asterisk.conf")


def test_redis_loses_nothing_it_has_acknowledged(settings: Settings) -> None:
    lines = dict(line.split(" ", 1) for line in services.redis_conf(settings).splitlines())
    assert lines["appendonly"] == "yes"
    assert lines["appendfsync"] == "always"
    assert lines["maxmemory-policy"] == "noeviction"
    assert lines["requirepass"] == settings.secret("redis_password")


def test_a_redis_elsewhere_is_not_ours_to_keep(settings: Settings) -> None:
    elsewhere = Settings({**settings, "redis_url": "rediss://store.invalid:6379/0"})
    assert "redis" not in [service.name for service in services.services(elsewhere)]
    assert "redis" not in [door.service for door in doors.doors(elsewhere)]


def test_kannel_is_kept_unless_it_is_off_and_its_trial_network_goes_with_the_trials(settings: Settings) -> None:
    names = {"bearerbox", "smsbox"}
    assert names <= {service.name for service in services.services(settings)}
    assert {door.address for door in doors.doors(settings) if door.service in names} == {"127.0.0.1"}
    off = Settings({**settings, "kannel": False})
    assert not names & {each.service for each in doors.doors(off)}
    assert not {*names, "kannel"} & {service.name for service in services.services(off)}
    assert "trial_smsc_port" in [door.setting for door in doors.doors(settings)]
    production = Settings({**settings, "trial_smsc": False})
    assert "trial_smsc_port" not in [door.setting for door in doors.doors(production)]


def test_sip_over_tls_is_opened_once_there_is_a_certificate(settings: Settings) -> None:
    assert "sips_port" not in [door.setting for door in doors.doors(settings)]
    settings.sip_certificate.parent.mkdir()
    settings.sip_certificate.touch()
    assert "sips_port" in [door.setting for door in doors.doors(settings)]


def test_files_with_secrets_are_closed_to_other_users(settings: Settings) -> None:
    services.write(settings)
    for name in ("redis.conf", "supervisord.conf"):
        assert (settings.run / name).stat().st_mode & 0o777 == 0o600


def taken(kind: socket.SocketKind) -> tuple[socket.socket, int]:
    held = socket.socket(socket.AF_INET, kind)
    held.bind(("127.0.0.1", 0))
    if kind == socket.SOCK_STREAM:
        held.listen()
    return held, held.getsockname()[1]


@pytest.mark.parametrize(("kind", "name"), [(socket.SOCK_STREAM, "tcp"), (socket.SOCK_DGRAM, "udp")])
def test_a_taken_port_is_named_with_its_setting_and_its_occupant(kind: socket.SocketKind, name: str) -> None:
    held, port = taken(kind)
    with held, pytest.raises(DoorRefused) as refused:
        doors.check_free([Door("agi", "agi_port", name, "127.0.0.1", port)])
    text = str(refused.value)
    assert text.startswith(f"agi_port, {name} port {port} on 127.0.0.1: is taken by ")
    assert f"(process {os.getpid()})" in text
    assert "GATEWAY112_AGI_PORT" in text
    doors.check_free([Door("agi", "agi_port", name, "127.0.0.1", port)])


def test_a_port_given_twice_names_both_settings() -> None:
    held, port = taken(socket.SOCK_STREAM)
    held.close()
    twice = [Door("agi", "agi_port", "tcp", "127.0.0.1", port), Door("web", "web_port", "tcp", "127.0.0.1", port)]
    with pytest.raises(DoorRefused, match=f"web_port: {port} is also agi_port"):
        doors.check_free(twice)


def test_an_address_that_is_not_this_machines_is_refused() -> None:
    with pytest.raises(DoorRefused, match=r"on 192\.0\.2\.1: no interface of this machine has this address"):
        doors.check_free([Door("agi", "agi_port", "tcp", "192.0.2.1", 4573)])


def marked(run: Path) -> subprocess.Popen[bytes]:
    """A process with our mark that does not end when it is asked to."""
    program = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('there', flush=True); signal.pause()"
    environ = {**os.environ, services.MARK: str(run)}
    process = subprocess.Popen([sys.executable, "-c", program], env=environ, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    return process


def test_what_a_killed_supervisor_left_behind_is_found_and_ended(tmp_path: Path) -> None:
    said: list[str] = []
    with marked(tmp_path / "run") as ours, marked(tmp_path / "another run") as others:
        assert set(leftovers.find(services.MARK, tmp_path / "run")) == {ours.pid}
        leftovers.end(services.MARK, tmp_path / "run", said.append, patience=0.2)
        assert ours.wait(10) < 0
        assert others.poll() is None
        others.kill()
    assert f"({ours.pid})" in said[0]


def test_what_libraries_below_asterisk_print_of_a_caller_goes_nowhere(settings):
    programs = supervisord_of(settings)
    ours = {name: values for name, values in programs.items() if name.startswith("program:")}
    kept = {name for name, values in ours.items() if values["stdout_logfile"] != "NONE"}
    assert kept == set(ours) - {"program:asterisk"}


def test_the_edge_has_the_networks_ports_and_asterisk_those_of_the_desks(settings: Settings) -> None:
    named = {(door.service, door.setting) for door in doors.doors(settings)}
    assert {("edge", "sip_port"), ("asterisk", "asterisk_sip_port")} <= named
    without = Settings({**settings, "edge": False})
    named = {(door.service, door.setting) for door in doors.doors(without)}
    assert ("asterisk", "sip_port") in named
    assert "edge" not in {service.name for service in services.services(without)} | {name for name, _ in named}
