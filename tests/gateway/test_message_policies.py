"""What the rules say of answers: a phrase for each occasion, and a fault with its line where it may not be said."""

import pytest

from gateway.rules import examine, load
from gateway.settings import ROOT
from sms.policies import MessagePolicies, Occasions

SHIPPED = (ROOT / "routing_rules.yaml").read_text(encoding="utf-8")


def faults(tmp_path, before, after):
    assert SHIPPED.count(before) == 1, before
    file = tmp_path / "routing_rules.yaml"
    file.write_text(SHIPPED.replace(before, after), encoding="utf-8")
    return [(fault.where.rpartition(":")[2], fault.why) for fault in examine(file)[1]]


def line_of(words):
    return str(next(number for number, line in enumerate(SHIPPED.splitlines(), 1) if words in line))


def test_as_shipped_who_waits_is_told_so_and_a_case_of_violence_is_promised_nothing():
    policies = load(ROOT / "routing_rules.yaml").policies.messages
    assert policies.usual == Occasions("hello", "waiting", "accepted", "thanks")
    assert policies.violence == Occasions("hello", "", "read", "")


def test_without_a_word_on_messages_the_least_is_answered(tmp_path):
    file = tmp_path / "rules.yaml"
    begin = SHIPPED.index("  messages:\n")
    file.write_text(SHIPPED[:begin] + SHIPPED[SHIPPED.index("# ----", begin) :], encoding="utf-8")
    policies = load(file).policies.messages
    assert policies == MessagePolicies()
    assert (policies.violence.waiting, policies.violence.accepted, policies.violence.closed) == ("", "", "")


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("answers: {first: hello,", "answers: {first: helo,", "did you mean 'hello'"),
        ("answers: {first: hello,", "answers: {frist: hello,", "has no field 'frist'"),
        ("waiting: waiting,", "waiting: on_the_way,", "true only once a desk has accepted"),
        ("closed: thanks}", "closed: read}", "true only once a desk has accepted"),
        ("accepted: read,", "accepted: accepted,", "in a case of violence nothing is promised"),
        ("accepted: read,", "accepted: on_the_way,", "in a case of violence nothing is promised"),
        ("waiting_after: 60", "waiting_after: 1", "from 10 to 3600"),
        ("without_person: 3", "without_person: 0", "from 1 to 10"),
        ("desk_valid: 1800", "desk_valid: soon", "a whole number"),
    ],
)
def test_what_may_not_be_answered_is_refused_with_its_line(tmp_path, before, after, why):
    found = faults(tmp_path, before, after)
    assert any(why in words for _, words in found)
    assert {line for line, _ in found} == {line_of(before)}
