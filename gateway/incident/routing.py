"""Rules: which agency answers what. Pure; the YAML is read in gateway/rules/__init__.py."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gateway.incident.errors import RulesRefused
from gateway.incident.report import Medium, Nature, Report

MOST_URGENT, LEAST_URGENT = 1, 5


def lies_in(code: str, area: str) -> bool:
    """Whether the area with this official code is the other one, or a part of it."""
    return code == area or code.startswith(f"{area}.")


@dataclass(frozen=True, slots=True)
class Condition:
    """What a report must be for a rule to fit; None or an empty set asks nothing.

    Attributes:
        areas: official codes; the place must certainly lie in one of them.
    """

    natures: frozenset[Nature] = frozenset()
    silent: bool | None = None
    life_threat: bool | None = None
    injured: bool | None = None
    rescue: bool | None = None
    child: bool | None = None
    medium: Medium | None = None
    areas: frozenset[str] = frozenset()

    def fits(self, report: Report) -> bool:
        return (
            (not self.natures or report.nature in self.natures)
            and self.silent in (None, report.silent)
            and self.life_threat in (None, report.life_threat)
            and self.injured in (None, report.injured)
            and self.rescue in (None, report.rescue)
            and self.child in (None, report.child)
            and self.medium in (None, report.medium)
            and (not self.areas or any(lies_in(report.area, code) for code in self.areas))
        )

    @property
    def fits_everything(self) -> bool:
        return self == Condition()


@dataclass(frozen=True, slots=True)
class Route:
    """A rule's decision.

    Attributes:
        queue: the agency whose queue the contact enters.
        priority: 1 (most urgent) to 5.
        inform: agencies told in parallel.
        wait_at_most: seconds after which nobody may still be waiting while desks answer; None: no bound of its own
            (only for priority 1, which nothing but a call at its bound can pass).
        abandoned: what follows when the caller hangs up: ``call_back``, ``sms`` (one neutral), or ``nothing``.
    """

    queue: str
    priority: int
    inform: tuple[str, ...] = ()
    wait_at_most: int | None = None
    abandoned: str = "nothing"


@dataclass(frozen=True, slots=True)
class Rule:
    """Policy: a condition, its decision, and a proof, a report that must select this very rule."""

    name: str
    when: Condition
    route: Route
    proof: Report
    where: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules in force, read from the top; the last fits everything."""

    rules: tuple[Rule, ...]

    def __post_init__(self) -> None:
        for fault in contradictions(self.rules):
            raise fault

    def choose(self, report: Report) -> Rule:
        """The first rule that fits."""
        return next(rule for rule in self.rules if rule.when.fits(report))


def contradictions(rules: Sequence[Rule]) -> Iterator[RulesRefused]:
    """Each reason why these rules cannot be in force together, in the order of the rules."""
    if not rules:
        yield RulesRefused("rules", "there are none: the last rule must fit everything and name the operators")
        return
    for rule in rules:
        chosen = next((other for other in rules if other.when.fits(rule.proof)), None)
        if not rule.when.fits(rule.proof):
            why = f"the proof of rule {rule.name!r} does not fit the rule itself: mend the proof"
            yield RulesRefused(rule.where, why)
        elif chosen is not rule and chosen is not None:
            why = f"the proof of rule {rule.name!r} selects {chosen.name!r}: move the rule above it, or mend the proof"
            yield RulesRefused(rule.where, why)
    last = rules[-1]
    if not last.when.fits_everything:
        yield RulesRefused(last.where, f"the last rule, {last.name!r}, has conditions: it must fit everything")


def queue_prio(priority: int, *, raised: bool = False) -> int:
    """Asterisk's QUEUE_PRIO (higher is served first) for a priority (lower is more urgent).

    A call whose bound came near is raised above every priority, so that "violence first" cannot make it wait for ever.
    """
    return 60 if raised else 10 * (LEAST_URGENT + 1 - priority)


WITHOUT_CONSENT = "violence, and the caller did not agree to it"


@dataclass(frozen=True, slots=True)
class Abandonment:
    """What is done for a caller who hung up before any desk answered."""

    what: str
    why: str


def follow_up(route: Route | None, report: Report, *, consent: bool = False, unfiled: str = "sms") -> Abandonment:
    """What follows a hang-up. To violence nothing does without consent, whatever the rule says: the telephone may be in
    the other person's hand.

    Args:
        route: what was decided, or None when the caller left before the end of the dialogue.
        unfiled: the policy for callers who left before saying what it is.
    """
    wanted = route.abandoned if route else unfiled
    if report.nature is Nature.VIOLENCE and not consent and wanted != "nothing":
        return Abandonment("nothing", WITHOUT_CONSENT)
    return Abandonment(wanted, "policy")
