"""Rules decide by their order and prove themselves; what follows a hang-up is policy, never against a victim."""

import pytest

from gateway.incident.errors import RulesRefused
from gateway.incident.report import Medium, Nature, Report
from gateway.incident.routing import Condition, Route, Rule, Rules, contradictions, follow_up, queue_prio

FIRE = Report(Nature.FIRE)
ALL = Rule("all", Condition(), Route("112", 3), Report(), "rules:9")


def rule(name, route="113", proof=FIRE, **when):
    return Rule(name, Condition(**when), Route(route, 2), proof, f"rules:{name}")


def fires(name="fires", **more):
    return rule(name, natures=frozenset({Nature.FIRE}), **more)


def test_the_first_rule_that_fits_decides():
    silent = fires("silent fire", silent=True, proof=Report(Nature.FIRE, silent=True))
    rules = Rules((silent, fires(), ALL))
    assert rules.choose(FIRE).name == "fires"
    assert rules.choose(Report(Nature.FIRE, silent=True)).name == "silent fire"
    assert rules.choose(Report(Nature.CRIME)).name == "all"


@pytest.mark.parametrize(
    ("when", "fits", "fits_not"),
    [
        ({"natures": frozenset({Nature.FIRE, Nature.CRIME})}, FIRE, Report(Nature.MEDICAL)),
        ({"silent": True}, Report(silent=True), Report()),
        ({"silent": False}, Report(), Report(silent=True)),
        ({"life_threat": True}, Report(life_threat=True), Report()),
        ({"child": True}, Report(child=True), Report()),
        ({"medium": Medium.MESSAGE}, Report(medium=Medium.MESSAGE), Report()),
    ],
)
def test_a_condition_fits_what_it_names_and_nothing_else(when, fits, fits_not):
    assert Condition(**when).fits(fits)
    assert not Condition(**when).fits(fits_not)
    assert not Condition(**when).fits_everything


def test_a_condition_without_demands_fits_everything():
    assert Condition().fits_everything
    assert all(Condition().fits(Report(nature)) for nature in Nature)


def test_a_rule_hidden_by_an_earlier_one_is_refused_by_its_proof():
    with pytest.raises(RulesRefused) as refused:
        Rules((fires(), fires("hidden"), ALL))
    assert refused.value.where == "rules:hidden"
    assert "selects 'fires'" in refused.value.why


def test_a_proof_that_does_not_fit_its_own_rule_is_refused():
    with pytest.raises(RulesRefused, match="does not fit the rule itself"):
        Rules((fires(proof=Report(Nature.CRIME)), ALL))


def test_a_last_rule_with_conditions_is_refused():
    with pytest.raises(RulesRefused, match="it must fit everything"):
        Rules((fires(),))


def test_no_rules_at_all_are_refused():
    with pytest.raises(RulesRefused, match="there are none"):
        Rules(())


def test_every_contradiction_is_told_and_not_only_the_first():
    found = list(contradictions((fires(), fires("hidden"), rule("wrong", child=True))))
    assert [fault.where for fault in found] == ["rules:hidden", "rules:wrong", "rules:wrong"]


def test_a_more_urgent_priority_is_served_first_by_asterisk():
    served = [queue_prio(priority) for priority in (1, 2, 3, 4, 5)]
    assert served == sorted(served, reverse=True)
    assert len(set(served)) == 5


def test_a_call_near_its_bound_is_served_before_every_priority():
    assert all(queue_prio(5, raised=True) > queue_prio(priority) for priority in (1, 2, 3, 4, 5))


@pytest.mark.parametrize("wanted", ["call_back", "sms"])
def test_nothing_follows_violence_without_consent_whatever_the_rules_say(wanted):
    route = Route("110", 1, abandoned=wanted)
    assert follow_up(route, Report(Nature.VIOLENCE)).what == "nothing"
    assert follow_up(route, Report(Nature.VIOLENCE), consent=True).what == wanted
    assert follow_up(None, Report(Nature.VIOLENCE), unfiled=wanted).what == "nothing"


def test_who_hung_up_gets_what_the_rule_says_and_before_any_rule_what_the_policy_says():
    assert follow_up(Route("118", 2, abandoned="call_back"), Report(Nature.MEDICAL)).what == "call_back"
    assert follow_up(Route("112", 5), Report(Nature.NOT_EMERGENCY)).what == "nothing"
    assert follow_up(None, Report(), unfiled="sms").what == "sms"
