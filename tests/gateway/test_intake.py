"""The story of a contact, told without any server; the journal is a notebook."""

from collections import defaultdict
from dataclasses import replace

import pytest

from gateway.contact import IncomingCall, pack
from gateway.incident.errors import EvidenceRefused
from gateway.incident.link import LINKED
from gateway.incident.location import Evidence
from gateway.incident.report import Caller, Nature, Report
from gateway.incident.shape import Circle
from gateway.incident.summary import add_up
from gateway.incident.timeline import Entry, Kind
from gateway.intake import Intake, Surroundings
from gateway.rules import load
from gateway.settings import ROOT

NOW = 1_750_000_000.0
NUMBER = "+6281200000001"
CELL = Evidence("network_cell", Circle(-6.25, 106.9, 300.0), received_at=NOW, method="Cell", original=b"cell")
GARBLED = EvidenceRefused("P-Access-Network-Info", "no cell in it")
RULEBOOK = load(ROOT / "routing_rules.yaml")


class Notebook:
    """A journal that keeps entries in a list."""

    def __init__(self):
        self.entries, self.jobs, self._open, self._keys = [], [], {}, set()

    def add(self, entries, jobs=()):
        for entry in entries:
            if not entry.key or entry.key not in self._keys:
                self._keys.add(entry.key)
                self.entries.append(entry)
        self.jobs.extend(jobs)

    def claim(self, number, new, now, within, remember):
        incident, at = self._open.get(number, (new, now))
        if now - at > within or self.incident(incident).closed:
            incident = new
        self._open[number] = incident, now
        before = next((e.incident for e in reversed(self.entries) if e.incident != incident), None)
        return incident, self.incident(before) if incident == new and before else None

    def incident(self, identifier):
        return add_up(identifier, [entry for entry in self.entries if entry.incident == identifier])

    def close(self, incident, at):
        self.add([Entry(incident, Kind.CLOSED, at, {"by": "desk:110-1"})])

    def kinds(self, incident):
        return [entry.kind for entry in self.entries if entry.incident == incident]


class City:
    """An intake with its surroundings, and callers."""

    def __init__(self, *evidence, **surroundings):
        self.journal = Notebook()
        self.calls = defaultdict(int)
        given = {
            "rulebook": lambda: RULEBOOK,
            "gather": lambda call: evidence,
            "names": None,
            "describe": lambda location, now: ("somewhere" if location.is_known else "tidak diketahui", ["a", "b"]),
            "reference": lambda incident, now: f"https://gateway.test/location/{incident}",
        }
        self.intake = Intake(Surroundings(journal=self.journal, **given | surroundings))

    def call(self, number=NUMBER, at=NOW):
        self.calls[number] += 1
        caller = Caller(number=number, trunk="trial")
        return self.intake.open(IncomingCall("sip", f"{number}.{self.calls[number]}", caller, at))


def test_a_call_is_kept_before_anything_else_happens_to_it():
    city = City()
    contact = city.call()
    assert city.journal.kinds(contact.incident) == [Kind.OPENED]


def test_a_report_of_violence_goes_to_the_police_first_and_informs_ppa():
    city = City(CELL)
    contact = city.call()
    order = city.intake.hand_off(contact, Report(nature=Nature.VIOLENCE, silent=True), ["start"], NOW + 5)
    assert (order.queue, order.priority, order.inform, order.silent) == ("110", 1, ("ppa",), True)
    assert [(job.name, job.arguments, job.urgent) for job in city.journal.jobs] == [
        ("inform", (contact.incident, "ppa"), True)
    ]
    assert city.journal.kinds(contact.incident) == [Kind.OPENED, Kind.EVIDENCE, Kind.FILED, Kind.HANDED_OFF]


def test_who_may_not_see_violence_is_told_another_need():
    city = City()
    order = city.intake.hand_off(city.call(), Report(nature=Nature.VIOLENCE), [], NOW)
    assert (order.need, order.discreet_need) == ("violence", "other")


def test_a_garbled_claim_is_kept_with_its_reason_and_the_call_goes_on():
    city = City(GARBLED, CELL)
    contact = city.call()
    order = city.intake.hand_off(contact, Report(nature=Nature.FIRE), [], NOW)
    refused = next(entry for entry in city.journal.entries if entry.kind is Kind.EVIDENCE_REFUSED)
    assert refused.data["why"] == "no cell in it"
    assert order.location.is_known


def test_without_evidence_the_desk_is_told_unknown_and_the_trunk():
    city = City()
    order = city.intake.hand_off(city.call(), Report(), [], NOW)
    assert order.place == "tidak diketahui"
    assert order.location.lat is None
    assert order.location.known == {"trunk": "trial"}


def test_the_same_number_calling_again_joins_its_open_incident():
    city = City()
    first = city.call()
    city.intake.hand_off(first, Report(nature=Nature.MEDICAL), [], NOW)
    second = city.call(at=NOW + 60)
    assert second.incident == first.incident
    order = city.intake.hand_off(second, Report(silent=True), [], NOW + 80)
    assert (order.queue, order.need) == ("118", "medical")


def test_a_call_after_the_join_window_is_a_new_incident():
    city = City()
    assert city.call().incident != city.call(at=NOW + RULEBOOK.policies.repeats_join_within + 1).incident


def closed_violence(city):
    first = city.call()
    city.intake.hand_off(first, Report(nature=Nature.VIOLENCE), [], NOW)
    city.journal.close(first.incident, NOW + 30)
    city.journal.jobs.clear()
    return first.incident


def test_the_call_after_a_case_of_violence_that_was_closed_waits_as_a_silent_one_and_who_knew_is_told():
    city = City()
    before = closed_violence(city)
    contact = city.call(at=NOW + 60)
    assert contact.incident != before
    order = city.intake.hand_off(contact, Report(nature=Nature.NOT_EMERGENCY), [], NOW + 70)
    assert (order.queue, order.priority, order.bound, order.inform) == ("112", 2, 30, ("110", "ppa"))
    assert order.need == "unknown"
    opened = city.journal.incident(contact.incident)
    assert (opened.before.incident, opened.before.nature) == (before, "violence")
    assert city.intake.resume(pack(order), NOW + 71).priority == 2


def test_the_call_after_a_case_of_violence_is_not_called_back_whatever_is_pressed():
    city = City()
    closed_violence(city)
    city.intake.abandon(city.call(at=NOW + 60), Report(nature=Nature.FIRE), "fire", NOW + 70)
    assert city.journal.jobs == []


def test_the_call_after_a_fire_that_was_closed_is_taken_as_it_is():
    city = City()
    first = city.call()
    city.intake.hand_off(first, Report(nature=Nature.FIRE), [], NOW)
    city.journal.close(first.incident, NOW + 30)
    contact = city.call(at=NOW + 60)
    assert contact.earlier is None
    order = city.intake.hand_off(contact, Report(nature=Nature.NOT_EMERGENCY), [], NOW + 70)
    assert (order.priority, order.inform) == (5, ())


def test_callers_without_a_number_are_never_taken_for_one_another():
    city = City()
    assert city.call(number=None).incident != city.call(number=None).incident


def test_an_abandoned_case_of_violence_is_not_called_back():
    city = City()
    contact = city.call()
    city.intake.abandon(contact, Report(nature=Nature.VIOLENCE), "can_you_talk", NOW + 9)
    assert city.journal.entries[-1].data == {
        "step": "can_you_talk",
        "follow_up": "nothing",
        "why": "policy",
    }
    assert city.journal.jobs == []


def test_a_telephone_that_reported_violence_is_not_called_back_whatever_is_pressed_later():
    city = City()
    city.intake.hand_off(city.call(), Report(nature=Nature.VIOLENCE), [], NOW)
    city.journal.jobs.clear()
    city.intake.abandon(city.call(at=NOW + 30), Report(nature=Nature.FIRE), "fire", NOW + 31)
    assert city.journal.jobs == []


def test_an_abandoned_fire_is_called_back():
    city = City()
    contact = city.call()
    city.intake.abandon(contact, Report(nature=Nature.FIRE), "fire", NOW + 9)
    assert [(job.name, job.arguments[2]) for job in city.journal.jobs] == [("follow_up", "call_back")]


def test_who_hangs_up_before_saying_what_it_is_is_never_rung():
    city = City()
    city.intake.abandon(city.call(), Report(), "start", NOW + 3)
    assert [job.arguments[2] for job in city.journal.jobs] == ["sms"]


def test_nothing_follows_where_there_is_no_number_to_follow():
    city = City()
    city.intake.abandon(city.call(number=None), Report(nature=Nature.FIRE), "fire", NOW)
    assert city.journal.jobs == []


def test_a_second_leg_is_queued_as_the_first_one_was_decided():
    city = City(CELL)
    contact = city.call()
    order = city.intake.hand_off(contact, Report(nature=Nature.VIOLENCE, silent=True), [], NOW)
    resumed = city.intake.resume(pack(order), NOW + 2)
    assert (resumed.incident, resumed.queue, resumed.prio, resumed.silent) == (order.incident, "110", order.prio, True)
    assert resumed.location.source == "network_cell"


@pytest.mark.parametrize(
    "text", ["", "[]", "null", '["i","no such rule","fire",false,"id"]', '["i","fire","fright",0,"id"]']
)
def test_a_second_leg_with_a_text_that_is_none_of_ours_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 - any of its kinds leads to the operators
        City().intake.resume(text, NOW)


def test_a_repeated_request_of_one_call_adds_nothing():
    city = City(CELL)
    call = IncomingCall("twilio", "CA-invented", Caller(number=NUMBER), NOW)
    first, again = city.intake.open(call, "i-1"), city.intake.open(call, "i-1")
    for contact in (first, again):
        city.intake.hand_off(contact, Report(nature=Nature.FIRE), [], NOW)
    assert city.journal.kinds("i-1") == [Kind.OPENED, Kind.EVIDENCE, Kind.FILED, Kind.HANDED_OFF]


# --- links by SMS ---------------------------------------------------------------------


def links(report, number=NUMBER, wanted=True):
    """The jobs of a hand-off that may send a link."""
    messages = replace(RULEBOOK.policies.messages, location_link=wanted)
    book = replace(RULEBOOK, policies=replace(RULEBOOK.policies, messages=messages))
    city = City(rulebook=lambda: book)
    city.intake.hand_off(city.call(number), report, ["start"], NOW)
    return [job for job in city.journal.jobs if job.name == "offer_link"]


def test_a_link_may_follow_the_hand_off_of_who_has_a_number_some_time_later_and_once():
    [job] = links(Report(Nature.MEDICAL))
    assert job.after == RULEBOOK.policies.messages.location_link_after >= 25
    assert job.key == f"offer_link:{job.arguments[0]}"


@pytest.mark.parametrize(
    ("report", "number", "wanted"),
    [
        (Report(Nature.MEDICAL), NUMBER, False),
        (Report(Nature.MEDICAL), None, True),
        (Report(Nature.MEDICAL, silent=True), NUMBER, True),
        *((Report(nature), NUMBER, True) for nature in sorted(set(Nature) - LINKED)),
    ],
)
def test_no_link_follows_where_it_is_not_wanted_or_might_betray(report, number, wanted):
    assert links(report, number, wanted) == []


# --- codes ----------------------------------------------------------------------------


def test_a_code_keyed_twice_is_one_claim_and_counts_at_the_hand_off():
    stop = Evidence("keyed_code", Circle(-6.2, 106.8, 20.0), received_at=NOW, observed_at=NOW, label="Halte Contoh")
    city = City(code_place=lambda code, at: stop)
    contact = city.call()
    for _ in range(2):
        city.intake.keyed(contact, "47118", NOW + 5)
    order = city.intake.hand_off(contact, Report(Nature.MEDICAL), ["start"], NOW + 9)
    assert city.journal.kinds(contact.incident).count(Kind.EVIDENCE) == 1
    assert (order.location.source, order.location.label) == ("keyed_code", "Halte Contoh")


def test_that_somebody_needs_rescue_is_filed_for_who_decides_later():
    city = City()
    contact = city.call()
    assert city.intake.hand_off(contact, Report(Nature.DISASTER, rescue=True), ["rescue"], NOW).queue == "113"
    (filed,) = [entry.data for entry in city.journal.entries if entry.kind is Kind.FILED]
    assert filed["rescue"] is True


def test_without_a_table_a_code_is_refused_and_the_call_goes_on():
    city = City()
    contact = city.call()
    city.intake.keyed(contact, "47118", NOW)
    assert city.journal.kinds(contact.incident)[-1] is Kind.EVIDENCE_REFUSED
    assert city.intake.hand_off(contact, Report(Nature.FIRE), ["start"], NOW).queue == "113"
