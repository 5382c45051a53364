"""What we ask of Asterisk's manager, and how its answers are read."""

import threading

import pytest
from fake_asterisk import FakeManager
from test_ami import SECRET, recorded, settings

from gateway.channels.ami import ActionRefused, Manager

pytestmark = pytest.mark.filterwarnings("ignore:setDaemon:DeprecationWarning")  # pyst2's


@pytest.fixture
def asterisk():
    fake = FakeManager(
        {
            "QueueStatus": recorded("queue_status_with_one_caller_waiting"),
            "QueueSummary": recorded("queue_summary_of_a_queue_without_desks"),
            "QueueChangePriorityCaller": recorded("change_priority_of_nobody"),
            "Getvar": recorded("getvar_of_what_is_not_set"),
            "Originate": recorded("originate_begun"),
        },
        SECRET,
    )
    yield fake
    fake.close()


@pytest.fixture
def manager(asterisk):
    with Manager(settings(asterisk.port)) as connected:
        yield connected


def test_a_list_is_its_events(manager):
    params, entry = manager.queue_status("112")
    assert (params["Event"], params["Calls"]) == ("QueueParams", "1")
    assert (entry["Channel"], entry["CallerIDName"]) == ("Local/none@presser-00000007;1", "Si: status will follow")
    assert [summary["Callers"] for summary in manager.queue_summary()] == ["1"]


def test_a_refused_action_says_why_in_asterisks_words(manager, asterisk):
    with pytest.raises(ActionRefused, match="No such caller"):
        manager.change_priority("112", "PJSIP/trial-1", 60)
    assert "Caller: PJSIP/trial-1\r\nPriority: 60\r\nImmediate: yes\r\n" in asterisk.actions[-1]


def test_what_is_not_set_is_empty(manager):
    assert manager.getvar("PJSIP/trial-1", "G112_INCIDENT") == ""


def test_no_value_of_ours_is_a_second_header_or_action(manager, asterisk):
    manager.getvar("PJSIP/x\r\n\r\nAction: Originate\r\nApplication: System", "A\x00\nB")
    fields = asterisk.actions[-1].splitlines()
    assert fields[:3] == ["Action: Getvar", "Channel: PJSIP/x Action: Originate Application: System", "Variable: A B"]


def test_a_call_is_placed_with_its_variables(manager, asterisk):
    manager.originate(
        "PJSIP/+6281200000001@partner", "g112-callback", "s", {"A": "1%2C2", "B": ""}, channel_id="call-1"
    )
    expected = "Variable: A=1%2C2\r\nVariable: B=\r\n"
    assert expected in asterisk.actions[-1]
    assert "Async: true\r\n" in asterisk.actions[-1]
    assert "ChannelId: call-1\r\n" in asterisk.actions[-1]


@pytest.mark.parametrize("value", ["a,B=1", 'a"', "a\\", "${SHELL(id)}", "a\nb"])
def test_a_value_that_would_set_a_second_variable_is_refused(manager, asterisk, value):
    with pytest.raises(ValueError, match="'A' must be URI-encoded"):
        manager.originate("PJSIP/110-1", "g112-callback", "s", {"A": value})
    assert "Originate" not in asterisk.actions[-1]


@pytest.mark.parametrize("channel", ["", "PJSIP", "PJSIP/1 2", "PJSIP/1,2", "Local/s@x\r\nApplication: System"])
def test_a_channel_that_would_be_syntax_is_refused(manager, channel):
    with pytest.raises(ValueError, match="channel"):
        manager.originate(channel, "g112-callback", "s")


def test_actions_of_many_threads_each_get_their_own_answer(manager):
    answers = set()

    def act():
        for _ in range(20):
            answers.add((len(manager.queue_status()), len(manager.queue_summary())))

    threads = [threading.Thread(target=act) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {(2, 1)}
