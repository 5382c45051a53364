"""``gateway112 check`` and ``gateway112 reload`` with nothing running: a line for each fault, never a traceback."""

import fcntl
import socket
import subprocess
from pathlib import Path

import pytest

from gateway import check
from gateway.__main__ import main
from gateway.channels import asterisk, kamailio_conf, kannel_conf
from gateway.check import prepared, serving
from gateway.check import queues as queue_check
from gateway.check.finding import Verdict
from gateway.check.settings import contradictions
from gateway.rules import load
from gateway.running import elsewhere
from gateway.settings import ROOT, SETTINGS, read, write_missing_secrets
from tests.gateway.fake_asterisk import FakeManager
from tests.live.wait import until
from tests.ports import free_port

pytestmark = pytest.mark.filterwarnings("ignore:setDaemon:DeprecationWarning")  # pyst2's

NATIVES = read().natives
SHIPPED = ROOT / "routing_rules.yaml"
PORTS = [setting.name for setting in SETTINGS if setting.name.endswith("_port")]


def free_ports():
    """A port that nobody listens on for each of ours."""
    return {f"GATEWAY112_{name.upper()}": str(free_port()) for name in PORTS}


class Site:
    """A gateway that was set up but for its sounds, with a copy of the rules, and is not running."""

    def __init__(self, folder, monkeypatch):
        self.rules = folder / "routing_rules.yaml"
        self.rules.write_text(SHIPPED.read_text())
        self.environ = {
            "GATEWAY112_STATE": str(folder / "state"), "GATEWAY112_NATIVES": str(NATIVES),
            "GATEWAY112_RULES": str(self.rules), **free_ports(),
        }  # fmt: skip
        for name, value in self.environ.items():
            monkeypatch.setenv(name, value)
        write_missing_secrets(folder / "state")
        asterisk.write(self.settings, load(self.rules))
        kamailio_conf.write(self.settings, load(self.rules))
        kannel_conf.write(self.settings)

    @property
    def settings(self):
        return read(self.environ)

    def change(self, before, after):
        text = self.rules.read_text()
        assert before in text
        self.rules.write_text(text.replace(before, after, 1))

    def told(self, check):
        return [(finding.verdict, finding.what) for finding in check(self.settings)]

    def wrongs(self, check):
        return [what for verdict, what in self.told(check) if verdict is Verdict.WRONG]


@pytest.fixture
def site(tmp_path, monkeypatch):
    return Site(tmp_path, monkeypatch)


def test_all_but_the_sounds_is_well_and_what_does_not_run_is_no_fault(site):
    findings = list(check.examine(site.settings))
    wrong = {name for name, finding in findings if finding.verdict is Verdict.WRONG}
    assert wrong == {"sounds"}
    assert {name for name, finding in findings if finding.verdict is Verdict.NOT_RUNNING} == {
        "kannel", "edge", "queues", "redis", "services"
    }  # fmt: skip


def test_with_nothing_set_up_every_fault_is_a_line_with_what_to_do(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("GATEWAY112_STATE", str(tmp_path / "none"))
    monkeypatch.setenv("GATEWAY112_NATIVES", str(tmp_path / "none"))
    for name, value in free_ports().items():
        monkeypatch.setenv(name, value)
    assert main(["check"]) == 1
    told = capsys.readouterr()
    wrong = [line for line in told.out.splitlines() if line.startswith("WRONG")]
    assert wrong
    assert all("run `" in line for line in wrong), wrong
    assert "Traceback" not in told.out + told.err
    assert not (tmp_path / "none").exists()


def test_every_fault_of_the_rules_is_a_line_of_its_own(site):
    site.change("queue: 118", "queue: 181")
    site.change("priority: 5", "priority: 7")
    first, second = site.wrongs(prepared.check_rules)
    assert "routing_rules.yaml:" in first
    assert "'181'" in first
    assert "not '7'" in second


def test_a_trunk_with_the_address_of_the_trial_trunk_is_told(site):
    site.change("trunks: {}", "trunks: {local: {addresses: [127.0.0.0/24]}}")
    [taken] = site.wrongs(prepared.check_rules)
    assert "trial_trunk" in taken
    site.environ["GATEWAY112_TRIAL_TRUNK"] = "no"
    assert site.wrongs(prepared.check_rules) == []


def test_faulty_rules_are_told_once_and_not_by_every_check_that_reads_them(site, capsys):
    site.change("queue: 118", "queue: 181")
    assert main(["check"]) == 1
    assert capsys.readouterr().out.count("'181'") == 1


def test_a_configuration_that_no_longer_follows_from_the_rules_is_told_with_its_files(site):
    site.change("- {id: 118-2, kind: browser, location: reference}", "")
    [stale] = site.wrongs(serving.check_asterisk)
    assert "queues.conf" in stale
    assert "gateway112 reload" in stale


def test_an_edge_that_knows_other_trunks_than_the_rules_is_told(site):
    site.change("trunks: {}", "trunks: {telkom: {addresses: [198.51.100.0/28]}}")
    [stale] = site.wrongs(serving.check_edge)
    assert stale == "trunks.list no longer follows from rules and settings: run `gateway112 reload`"


def test_a_gateway_that_runs_with_other_settings_by_its_environment_is_advised_on_before_all(site):
    port = site.environ.pop("GATEWAY112_SIP_PORT")
    site.settings.run.mkdir(parents=True, exist_ok=True)
    with (site.settings.run / "up.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        running = subprocess.Popen(["sleep", "60"], env={**site.environ, "GATEWAY112_SIP_PORT": port})
        try:
            until(
                Path(f"/proc/{running.pid}/environ").read_bytes,
                what="a process that is just being started has none yet",
            )
            held.write(str(running.pid))
            held.flush()
            [told] = site.wrongs(prepared.check_settings)
            stale = site.wrongs(serving.check_edge)
        finally:
            running.kill()
            running.wait()
    assert "(GATEWAY112_SIP_PORT): give the same here" in told
    assert port not in told
    assert stale
    assert not any("make run" in line for line in stale)
    assert elsewhere.differences(site.settings) == [], "it has ended"


def test_a_configuration_that_kamailio_refuses_is_told_with_how_to_learn_why(site):
    file = kamailio_conf.folder(site.settings) / "kamailio.cfg"
    file.write_text(file.read_text() + "nonsense\n")
    stale, refused = site.wrongs(serving.check_edge)
    assert "kamailio.cfg no longer follows" in stale
    assert f"-f {file}`, which says why" in refused


def test_without_the_edge_it_is_told_what_is_missing(site):
    site.environ["GATEWAY112_EDGE"] = "no"
    [(verdict, what)] = site.told(serving.check_edge)
    assert (verdict, "URN" in what) == (Verdict.NOTICE, True)


def test_queues_of_the_rules_are_held_against_those_of_the_configuration(site):
    assert site.told(serving.check_queues)[-1] == (Verdict.OK, "5 queues in queues.conf, with the desks of the rules")
    site.change("- {id: 118-2, kind: browser, location: reference}", "- {id: 118-3, kind: browser}")
    assert site.wrongs(serving.check_queues) == [
        "desk 118-3 is missing in queue 118 in queues.conf: run `gateway112 reload`",
        "queue 118 has a desk 118-2 unknown to it in queues.conf: run `gateway112 reload`",
    ]


def queue_status(queues):
    blocks = ["Response: Success\nEventList: start"]
    for name, desks in queues.items():
        blocks.append(f"Event: QueueParams\nQueue: {name}")
        blocks += [f"Event: QueueMember\nQueue: {name}\nName: {desk}\nLocation: PJSIP/{desk}" for desk in desks]
    return "\n\n".join([*blocks, "Event: QueueStatusComplete\nEventList: Complete"])


def test_queues_of_the_rules_are_held_against_those_of_a_running_asterisk(site, monkeypatch):
    desks = {agency.id: [desk.id for desk in agency.desks] for agency in load(site.rules).agencies.values()}
    desks["110"].remove("110-2")
    desks["911"] = []
    fake = FakeManager({"QueueStatus": queue_status(desks)}, site.settings.secret("ami_secret"))
    try:
        site.environ["GATEWAY112_AMI_PORT"] = str(fake.port)
        assert site.wrongs(serving.check_queues) == [
            "desk 110-2 is missing in queue 110 in Asterisk: run `gateway112 reload`",
            "queue 911 is no agency's in Asterisk: run `gateway112 reload`",
        ]
    finally:
        fake.close()


def test_an_asterisk_that_turns_us_away_is_a_fault_and_not_one_that_does_not_run(site):
    fake = FakeManager({}, "another secret")
    try:
        site.environ["GATEWAY112_AMI_PORT"] = str(fake.port)
        [refused] = site.wrongs(serving.check_queues)
        assert "ami_secret" in refused
    finally:
        fake.close()


def test_local_and_plain_members_of_a_queue_are_both_read(tmp_path):
    file = tmp_path / "queues.conf"
    file.write_text("[general]\nx = y\n[agency](!)\n[110](agency)\nmember => PJSIP/110-1,0\nmember = Local/110-2@d/n\n")
    assert queue_check.written(file) == {"110": {"110-1", "110-2"}}
    assert queue_check.written(tmp_path / "none") is None


def test_a_secret_that_others_can_read_is_a_fault(site):
    (site.settings.state / "secrets.toml").chmod(0o644)
    [readable] = site.wrongs(prepared.check_secrets)
    assert "chmod 600" in readable


def test_a_secret_is_named_but_never_shown(site, capsys):
    secret = site.settings.secret("ami_secret")
    main(["check"])
    assert secret not in capsys.readouterr().out


def test_a_port_that_is_taken_is_told_with_its_setting(site):
    with socket.create_server(("127.0.0.1", int(site.environ["GATEWAY112_WEB_PORT"]))):
        [taken] = site.wrongs(serving.check_services)
    assert "web_port" in taken


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"bind": "localhost"}, "bind is 'localhost'"),
        ({"sip_bind": "everywhere"}, "sip_bind is 'everywhere'"),
        ({"web_port": "5038"}, "web_port is 5038, as is ami_port"),
        ({"rtp_first": "20000"}, "leave ports for no more than 0 calls"),
        ({"sip_port": "12000"}, "lies among the RTP ports"),
        ({"log_level": "loud"}, "log_level is 'loud'"),
        ({"timezone": "Asia/Jakata"}, "timezone is 'Asia/Jakata'"),
        ({"twilio_operators_number": "112"}, "no number in E.164"),
        ({"twilio_account_sid": "AC0"}, "twilio_auth_tokens is empty"),
        ({"twilio_account_sid": "AC0"}, "public_url is no https:// URL"),
        ({"twilio_account_sid": "AC0"}, "twilio_operators_number is empty"),
        ({"anonymous_sip": "yes", "trial_trunk": "no"}, "switch anonymous_sip off"),
        ({"kannel_peers": "localhost"}, "setting kannel_peers: 'localhost'"),
        ({"kannel_peers": "127.0.0.1, 10.0.0.1/8"}, "name addresses, not hosts"),
        ({"agi_peers": "asterisk.example"}, "setting agi_peers: 'asterisk.example'"),
        ({"kannel_sender": "Kota Jakarta Raya"}, "kannel_sender is 'Kota Jakarta Raya'"),
        ({"kannel_sender": "1" * 21}, "up to 20 digits"),
        ({"kannel_sender": ""}, "kannel_sender is ''"),
        ({"sms_number": "112"}, "sms_number is '112'"),
        ({"sms_number": "MG0"}, "sms_number is 'MG0'"),
        ({"sms_number": "0812-0000-0001"}, "in E.164"),
    ],
)
def test_settings_that_cannot_be_meant_are_told(changed, words):
    settings = read({f"GATEWAY112_{name.upper()}": value for name, value in changed.items()})
    assert [problem for problem in contradictions(settings) if words in problem]


def test_the_settings_as_shipped_agree():
    assert list(contradictions(read({}))) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"sms_number": "+6281200000001"}, {"sms_number": "MG" + "0a" * 16}, {"sms_number": "12345"},
        {"kannel_sender": "Kota Raya"}, {"kannel_sender": "+6281200000001"}, {"kannel": "no", "kannel_sender": ""},
        {"kannel_peers": "10.0.0.0/8, ::1, 10.1.1.1"}, {"kannel_peers": ""},
    ],
)  # fmt: skip
def test_what_messages_may_be_set_to_is_no_fault(changed):
    settings = read({f"GATEWAY112_{name.upper()}": value for name, value in changed.items()})
    assert list(contradictions(settings)) == []


def test_reload_refuses_faulty_rules_and_changes_nothing(site, capsys):
    before = {file: file.read_bytes() for file in Path(asterisk.folder(site.settings)).glob("*.conf")}
    site.change("- {id: 118-2, kind: browser, location: reference}", "")
    site.change("queue: 118", "queue: 181")
    assert main(["reload"]) == 1
    refused = capsys.readouterr().err
    assert "nothing was changed" in refused
    assert "routing_rules.yaml:" in refused
    assert {file: file.read_bytes() for file in before} == before
    assert not (site.settings.state / "sounds" / "made.json").exists()


def test_a_follow_up_that_cannot_be_is_noticed_with_what_to_set_and_is_no_fault(site, capsys):
    found = site.told(prepared.check_hang_ups)
    assert [verdict for verdict, _ in found] == [Verdict.NOTICE, Verdict.NOTICE]
    call_back, sms = (what for _, what in found)
    assert call_back.startswith("call_back after a hang-up is wanted (medical, fire,")
    assert "policies.callbacks names no trunk" in call_back
    assert "policies.abandoned.unfiled" in sms
    assert "no way to send an SMS is set: set sms_channel" in sms
    site.environ |= {
        "GATEWAY112_TWILIO_ACCOUNT_SID": "AC1", "GATEWAY112_TWILIO_AUTH_TOKENS": "t",
        "GATEWAY112_SMS_NUMBER": "+622100000001",
    }  # fmt: skip
    assert len(site.told(prepared.check_hang_ups)) == 1


def test_a_variable_that_is_no_setting_is_told_with_the_nearest_that_is_one_and_never_its_value(site, monkeypatch):
    monkeypatch.setenv("GATEWAY112_SIP_PROT", "a-secret")
    monkeypatch.setenv("gateway112_web_port", "a-secret")
    monkeypatch.setenv("GATEWAY112_NONSENSE", "a-secret")
    monkeypatch.setenv("GATEWAY112_RUN", "what marks the services of one gateway")
    told = site.told(prepared.check_settings)
    notices = [what for verdict, what in told if verdict is Verdict.NOTICE]
    assert notices == [
        "GATEWAY112_NONSENSE is no setting, so it changes nothing: see `gateway112 settings` for the table",
        "GATEWAY112_SIP_PROT is no setting, so it changes nothing: did you mean GATEWAY112_SIP_PORT?",
        "gateway112_web_port is no setting, so it changes nothing: did you mean GATEWAY112_WEB_PORT?",
    ]
    assert site.wrongs(prepared.check_settings) == []


def test_a_start_tells_of_such_a_variable_before_all_else(site, monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("GATEWAY112_NATIVES", str(tmp_path / "none"))
    monkeypatch.setenv("GATEWAY112_NATIVE", "a-secret")
    assert main(["up"]) == 2
    told = capsys.readouterr()
    assert told.out.splitlines()[0].startswith("NOTICE: GATEWAY112_NATIVE is no setting")
    assert "a-secret" not in told.out + told.err
