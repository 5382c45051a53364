"""A call performed over a real socket, with a fake Asterisk at its other end and a notebook for a journal."""

from dataclasses import replace
from urllib.parse import quote

import pytest
from answering import Gateway
from fake_asterisk import HANG_UPS, SILENCE, FakeChannel
from test_intake import CELL, RULEBOOK

from gateway.incident.service_urn import SERVICES
from gateway.incident.timeline import Kind
from ivr.entry import entry
from ivr.flow import CALL
from ivr.steps import Ask, HandOff, Walk
from tests.dialogue import walked, ways


@pytest.fixture
def gateway():
    with Gateway() as running:
        yield running


@pytest.fixture(scope="module")
def busy_gateway():
    with Gateway() as running:
        yield running


def heard(keys, start):
    """The sounds that the table has a caller hear who presses these keys, and then nothing more."""
    walk = Walk(CALL, start)
    left = list(keys)
    while not isinstance(walk.step, HandOff):
        if isinstance(walk.step, Ask):
            yield f"g112/{walk.position.language}/{walk.step.prompt}"
        walk.press(left.pop(0) if left else None)


def arguments(service=""):
    """As the dialplan of a call to this service has them."""
    return ("trial", "", "", "112", "", "call-id", service, "")


# --- the dialogue ---------------------------------------------------------------------


@pytest.mark.parametrize("service", SERVICES)
def test_every_way_through_the_table_has_the_same_end_as_in_the_table(busy_gateway, service):
    start = entry(service)
    for keys in [(), *ways(start)] if start.step == "police" or service == "sos" else [(), ("1",)]:
        channel = busy_gateway.call(*keys, arguments=arguments(service))
        walk = walked(keys, start)
        route = RULEBOOK.rules.choose(walk.report).route
        assert channel.variables["G112_QUEUE"] == route.queue, keys
        assert channel.variables["G112_NEED"] == walk.report.nature.value, keys
        assert channel.variables.get("G112_SILENT", "") == ("1" if walk.report.silent else ""), keys
        assert channel.variables["G112_LANGUAGE"] == walk.report.language, keys
        assert channel.variables["G112_PRIORITY"] == str(route.priority), keys
        assert channel.sounds == list(heard(keys, start)), keys
    assert busy_gateway.alarms == []


def test_a_code_is_kept_as_evidence_and_the_question_comes_again():
    with Gateway(code_place=lambda code, at: replace(CELL, source="keyed_code", label=code)) as gateway:
        channel = gateway.call("#", "47112", "3")
        assert channel.sounds == ["g112/id/menu"] * 2
        assert channel.variables["G112_QUEUE"] == "113"
        assert channel.variables["G112_LOCATION_TEXT"] == "somewhere"
        assert gateway.entry(Kind.EVIDENCE)["label"] == "47112"


@pytest.mark.parametrize("keyed", ["99999", "9*9", "", SILENCE])
def test_a_code_that_names_nothing_costs_the_caller_nothing(gateway, keyed):
    channel = gateway.call("#", keyed, "1", "2")
    assert channel.variables.items() >= {"G112_NEED": "violence", "G112_SILENT": "1"}.items()
    refused = [entry for entry in gateway.city.journal.entries if entry.kind is Kind.EVIDENCE_REFUSED]
    assert [entry.key.rpartition(":")[2] for entry in refused] == (["99999"] if keyed == "99999" else [])


def test_a_code_that_asterisk_cannot_collect_costs_the_caller_nothing(gateway):
    class Deaf(FakeChannel):
        def _collect(self, most):
            return "200 result=-1"

    channel = gateway.asterisk.call(Deaf(["#", "3"]), arguments=["trial"])
    assert channel.variables["G112_QUEUE"] == "113"


def test_every_question_can_be_interrupted_and_waits_at_least_four_seconds(gateway):
    channel = gateway.call("9", "*", "1", "1")
    questions = [command.split() for command in channel.commands if "g112/" in command]
    assert [(words[0], words[1]) for words in questions] == [("GET", "DATA")] * 4
    assert all(int(words[3]) >= 4000 and words[4] == "1" for words in questions)


def test_a_call_takes_one_command_for_each_question_and_three_more(gateway):
    commands = gateway.call("9", "3").commands
    assert [command.split()[0] for command in commands] == ["EXEC", "ANSWER", "GET", "GET", "EXEC"]


def test_violence_is_kept_before_the_question_whether_one_can_talk_is_asked(gateway):
    channel = gateway.call("1", hang_up="closed", hang_up_at=4)
    assert [command.split()[0] for command in channel.commands] == ["EXEC", "ANSWER", "GET", "EXEC", "GET"]
    assert channel.variables.items() >= {"G112_NEED": "violence", "G112_DISCREET_NEED": "other"}.items()
    assert gateway.entry(Kind.ASKED) == {"step": "can_you_talk", "language": "id", "nature": "violence"}


def test_who_has_not_told_of_violence_costs_no_entry_for_a_question(gateway):
    gateway.call("3")
    assert gateway.kinds == [Kind.OPENED, Kind.FILED, Kind.HANDED_OFF]


def test_a_silent_caller_reaches_an_operator_and_hears_nothing_but_the_question_once(gateway):
    channel = gateway.call()
    assert channel.variables.items() >= {"G112_QUEUE": "112", "G112_SILENT": "1"}.items()
    assert channel.sounds == ["g112/id/menu"]


@pytest.mark.parametrize("then", ["*", "#", SILENCE])
def test_who_presses_a_key_that_means_nothing_hears_the_question_once_more_and_reaches_an_operator(gateway, then):
    channel = gateway.call("*", then)
    assert channel.variables.items() >= {"G112_QUEUE": "112", "G112_SILENT": "1"}.items()
    assert channel.sounds == ["g112/id/menu"] * 2
    assert gateway.entry(Kind.FILED)["steps"] == ["start", *(["code"] if then == "#" else []), "unclear"]


def test_who_may_not_know_of_violence_is_told_of_another_need(gateway):
    channel = gateway.call("1", "2")
    assert channel.variables["G112_NEED"] == "violence"
    assert channel.variables["G112_DISCREET_NEED"] == "other"


def test_the_incident_is_stored_and_known_to_asterisk_before_the_call_is_answered(gateway):
    channel = gateway.call(hang_up="hangup", hang_up_at=1)
    assert not channel.answered
    opened = gateway.entry(Kind.OPENED)
    assert opened["trunk"] == "trial"
    assert channel.variables == {"G112_INCIDENT": gateway.city.journal.entries[0].incident}


def test_what_the_desk_is_told_of_the_place_travels_with_the_call():
    with Gateway(CELL) as gateway:
        variables = gateway.call("3").variables
    assert variables["G112_LOCATION_TEXT"] == "somewhere"
    assert variables["G112_LOCATION_URL"] == f"https://gateway.test/location/{variables['G112_INCIDENT']}"
    assert variables["G112_WHISPER"] == "a&b"
    assert variables["G112_GEOLOC"].startswith("-6.25")


# --- hang-ups -------------------------------------------------------------------------


@pytest.mark.parametrize("shape", HANG_UPS)
@pytest.mark.parametrize("at", range(6))
def test_a_caller_who_hangs_up_leaves_an_entry_whenever_and_however(gateway, shape, at):
    gateway.call("1", "1", hang_up=shape, hang_up_at=at)
    steps = ["start", "start", "start", "can_you_talk", "can_you_talk", "violence"]
    assert gateway.entry(Kind.ABANDONED)["step"] == steps[at]
    assert gateway.alarms == []


def test_who_hangs_up_at_the_question_whether_one_can_talk_is_not_called_back(gateway):
    number = {"callerid": "+6281200000001"}
    gateway.call("1", hang_up="failed", hang_up_at=4, header=number)
    assert gateway.entry(Kind.ABANDONED)["follow_up"] == "nothing"


def test_a_fault_of_the_line_is_no_hang_up_but_an_alarm(gateway):
    class Confused(FakeChannel):
        def reply(self, command):
            return "what?" if command == "ANSWER" else super().reply(command)

    gateway.asterisk.call(Confused(), arguments=["trial"])
    incident = gateway.city.journal.entries[0].incident
    gateway.__exit__()
    assert gateway.kinds == [Kind.OPENED]
    assert gateway.alarms == [("the line to Asterisk failed (protocol): the operators have the call", incident)]


def test_every_step_that_asks_has_a_place_in_the_walk():
    starts = [entry(service) for service in SERVICES]
    asked = {sound.rpartition("/")[2] for start in starts for keys in ways(start) for sound in heard(keys, start)}
    assert asked == {step.prompt for step in CALL.values() if isinstance(step, Ask)}


def test_whose_requests_are_the_calls_own_is_kept_as_far_as_it_came_whole(gateway):
    whole = '"A" <sip:a@example.invalid>;tag=x1;other=y'
    gateway.call("3", arguments=["trial", "", quote(whole, safe=""), "", "", "call-1", "", "yes"])
    opened = gateway.entry(Kind.OPENED)
    assert (opened["call_id"], opened["from_tag"], opened["captured"]) == ("call-1", "x1", True)


def test_a_tag_that_may_have_been_cut_is_none(gateway):
    cut = quote(f'"{"A" * 350}" <sip:a@example.invalid>;tag={"x" * 80}', safe="")[:420]
    gateway.call("3", arguments=["trial", "", cut, "", "", "call-1"])
    assert gateway.entry(Kind.OPENED)["from_tag"] == ""
