"""``gateway112 call``: a whole dialogue and its route with nothing running."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest

from gateway.__main__ import main
from gateway.incident.errors import Refused
from gateway.incident.report import Nature, Report
from gateway.rules import load
from gateway.settings import ROOT
from gateway.trials.rehearsal import Rehearsal, parse_keys, rehearse

RULEBOOK = load(ROOT / "routing_rules.yaml")
FIELDS = {"steps", "nature", "silent", "rule", "queue", "priority", "inform"}


@pytest.fixture(autouse=True)
def nothing_is_prepared(monkeypatch, tmp_path):
    monkeypatch.setenv("GATEWAY112_STATE", str(tmp_path / "no such folder"))
    yield
    assert not (tmp_path / "no such folder").exists()


def told(capsys, *keys):
    assert main(["call", *keys, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("keys", "steps", "nature", "silent", "queue", "priority"),
    [
        ("1 1", ["start", "can_you_talk", "violence"], "violence", False, "110", 1),
        ("1 2", ["start", "can_you_talk", "violence_silent"], "violence", True, "110", 1),
        ("1", ["start", "can_you_talk", "violence_silent"], "violence", True, "110", 1),
        ("2", ["start", "medical"], "medical", False, "118", 2),
        ("3", ["start", "fire"], "fire", False, "113", 2),
        ("4", ["start", "crime"], "crime", False, "110", 3),
        ("5", ["start", "accident"], "accident", False, "118", 2),
        ("6", ["start", "disaster"], "disaster", False, "112", 3),
        ("7", ["start", "other"], "other", False, "112", 4),
        ("8", ["start", "not_emergency"], "not_emergency", False, "112", 5),
        ("0", ["start", "operator"], "unknown", False, "112", 3),
        ("", ["start", "silent_call"], "unknown", True, "112", 2),
        ("* #", ["start", "code", "unclear"], "unknown", True, "112", 2),
        ("#4711#2", ["start", "code", "start", "medical"], "medical", False, "118", 2),
        ("#4711 - 2", ["start", "code", "start", "medical"], "medical", False, "118", 2),
        ("# - 1 2", ["start", "code", "start", "can_you_talk", "violence_silent"], "violence", True, "110", 1),
        ("* -", ["start", "unclear"], "unknown", True, "112", 2),
        ("9 3", ["start", "english", "start", "fire"], "fire", False, "113", 2),
    ],
)
def test_every_choice_is_rehearsed_as_json(capsys, keys, steps, nature, silent, queue, priority):
    found = told(capsys, *keys.split())
    assert set(found) >= FIELDS
    assert (found["steps"], found["nature"], found["silent"]) == (steps, nature, silent)
    assert (found["queue"], found["priority"]) == (queue, priority)
    assert found["inform"] == {"violence": ["ppa"], "accident": ["110"]}.get(nature, [])


def test_keys_may_be_written_together(capsys):
    assert told(capsys, "12") == told(capsys, "1", "2")


def test_a_dash_is_a_caller_who_presses_nothing_in_time(capsys):
    assert told(capsys, "-") == told(capsys)
    assert told(capsys, "1", "-")["steps"] == ["start", "can_you_talk", "violence_silent"]


def test_after_a_question_at_which_nothing_was_pressed_no_key_is_used(capsys):
    assert told(capsys, "-", "3") == told(capsys) | {"unused_keys": ["3"]}


def test_after_a_key_that_means_nothing_the_next_one_is_used(capsys):
    assert told(capsys, "*", "3")["nature"] == "fire"


def test_keys_after_the_hand_off_are_told_as_unused():
    assert rehearse(parse_keys(["3", "7", "-"]), RULEBOOK).unused == ("7", "-")


def test_people_read_the_agency_the_bound_and_who_is_informed(capsys):
    assert main(["call", "5"]) == 0
    text = capsys.readouterr().out
    assert "start → accident" in text
    assert "118, Ambulans" in text
    assert "at most 45 s" in text
    assert "110" in text


@pytest.mark.parametrize("bad", ["x", "1x", "١", "²", "1\n", "A", "--1"])
def test_what_is_no_key_is_refused_by_name(capsys, bad):
    try:
        code = main(["call", bad])
    except SystemExit as refused:  # argparse takes words that begin with -- for options
        code = refused.code
    assert code == 2
    assert "Traceback" not in capsys.readouterr().err


def test_the_refusal_says_what_a_key_is():
    with pytest.raises(Refused, match="'x' is no key: use 0-9"):
        parse_keys(["1x"])


def test_faulty_rules_are_refused_with_their_line(capsys, monkeypatch, tmp_path):
    file = tmp_path / "rules.yaml"
    file.write_text((ROOT / "routing_rules.yaml").read_text().replace("queue: 118", "queue: 811"))
    monkeypatch.setenv("GATEWAY112_RULES", str(file))
    assert main(["call", "2"]) == 2
    assert "rules.yaml:" in capsys.readouterr().err


def test_it_works_as_a_program_from_any_folder(tmp_path):
    program = [sys.executable, "-m", "gateway", "call", "1", "2", "--json"]
    done = subprocess.run(program, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert json.loads(done.stdout)["queue"] == "110"


def test_a_hang_up_is_rehearsed_as_the_gateway_would_deal_with_it(capsys):
    assert told(capsys, "1", "1")["abandoned"] == "nothing"
    assert told(capsys, "3")["abandoned"] == "call_back"
    rule = next(rule for rule in RULEBOOK.rules.rules if rule.name == "violence")
    careless = Rehearsal((), Report(Nature.VIOLENCE), replace(rule, route=replace(rule.route, abandoned="sms")), ())
    assert careless.as_dict()["abandoned"] == "nothing"


def test_what_could_not_follow_a_hang_up_is_not_promised(capsys):
    assert main(["call", "3"]) == 0
    assert "would be call_back, not possible: policies.callbacks names no trunk" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("service", "keys", "steps", "nature", "silent", "queue"),
    [
        ("sos", "", ["start", "silent_call"], "unknown", True, "112"),
        ("sos.police", "", ["police", "crime_silent"], "crime", True, "110"),
        ("sos.police", "4", ["police", "crime"], "crime", False, "110"),
        ("sos.police", "1 1", ["police", "can_you_talk", "violence"], "violence", False, "110"),
        ("sos.police", "9 4", ["police", "police_english", "police", "crime"], "crime", False, "110"),
        ("urn:service:sos.fire", "", ["fire"], "fire", False, "113"),
        ("sos.poison", "1", ["medical"], "medical", False, "118"),
        ("sos.ecall.automatic", "", ["crash"], "accident", True, "118"),
        ("sos.ecall.manual", "", ["operator"], "unknown", False, "112"),
        ("sos.marine", "", ["rescue"], "disaster", False, "113"),
        ("sos.animal-control", "", ["animal"], "other", False, "113"),
        ("sos.nobody-knows", "3", ["start", "fire"], "fire", False, "113"),
    ],
)  # fmt: skip
def test_a_service_is_rehearsed_from_where_it_begins(capsys, service, keys, steps, nature, silent, queue):
    found = told(capsys, "--service", service, *keys.split())
    assert (found["steps"], found["nature"], found["silent"], found["queue"]) == (steps, nature, silent, queue)


def test_a_silent_call_to_the_police_is_not_called_back(capsys):
    assert told(capsys, "--service", "sos.police")["abandoned"] == "sms"


def test_what_is_no_emergency_service_is_refused(capsys):
    assert main(["call", "--service", "counseling"]) == 2
    assert "sos.police" in capsys.readouterr().err
