"""What an earlier contact of the same caller changes about this one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from gateway.incident.report import Nature, Report
from gateway.incident.routing import Route, Rules
from gateway.incident.summary import Before, Incident


def before_of(case: Incident | None) -> Before | None:
    """What the caller's next case must know of this one: violence, silence, a mute; None: nothing of the kind.

    A case is closed in minutes, and what somebody suffers at home, or fears, is not over by that.
    """
    if case is None:
        return None
    nature, agencies = case.nature, tuple(name for name in dict.fromkeys((case.queue, *case.inform)) if name)
    if nature != Nature.VIOLENCE:
        agencies = case.before.agencies if case.before else ()
        nature = Nature.VIOLENCE.value if case.before and case.before.nature == Nature.VIOLENCE else nature
    before = Before(case.id, nature, case.silent, case.muted, agencies)
    return before if before.silent or before.muted or before.may_be_violence else None


def with_what_is_known(report: Report, earlier: Incident | None) -> Report:
    """A report in the light of the caller's earlier contacts: who said what it is before need not say it again.

    A sudden "no emergency" after violence may be another hand's: it stays violence, and in the next case nobody knows
    what it is. Any other key is believed, for a telephone may be shared, and a fire needs the fire brigade; then
    `with_earlier_agencies` keeps those who knew in it.
    """
    before = _nature_of(earlier)
    # Silence at a call to the police says crime by the number called alone.
    unsaid = report.silent and report.nature is Nature.CRIME and before is Nature.VIOLENCE
    forgotten = report.nature is Nature.UNKNOWN or unsaid
    in_doubt = before is Nature.VIOLENCE or goes_on(earlier)
    taken_back = in_doubt and report.nature is Nature.NOT_EMERGENCY
    if taken_back and before is not Nature.VIOLENCE:
        return replace(report, nature=Nature.UNKNOWN)
    return replace(report, nature=before) if forgotten or taken_back else report


def with_earlier_agencies(
    route: Route, earlier: Incident | None, rules: Rules, discreet: Collection[str] = ()
) -> Route:
    """A route in the light of the caller's earlier contacts: who was in a case of violence stays in it, as urgent.

    Who knew of one that is over learns of the next case, which is at least as urgent as silence.

    Args:
        discreet: agencies that may not know of violence: what they did in a case that is over makes no other theirs.
    """
    if earlier is None:
        return route
    involved: tuple[str, ...] = ()
    if _nature_of(earlier) is Nature.VIOLENCE:
        involved = (earlier.queue, *earlier.inform)
        route = replace(route, priority=min(route.priority, earlier.priority or route.priority))
    if earlier.before and goes_on(earlier):
        involved += tuple(agency for agency in earlier.before.agencies if agency not in discreet)
        route = _as_urgent(route, _silence(rules))
    names = dict.fromkeys((*route.inform, *involved))
    return replace(route, inform=tuple(agency for agency in names if agency and agency != route.queue))


def with_earlier_silence(route: Route, earlier: Incident, rules: Rules) -> Route:
    """The same of who could not speak: what is told in words now waits no longer than the silence would have."""
    if not earlier.silent:
        return route
    if earlier.before:
        route = _as_urgent(route, _silence(rules))
    if earlier.priority is None:
        return route
    return _as_urgent(route, Route(earlier.queue, earlier.priority, wait_at_most=earlier.wait_at_most))


def never_lowered(report: Report, earlier: Incident, rules: Rules) -> Report:
    """A thread of messages as it is read now, in the light of what it was read as before.

    More words may show that it is something else, and as urgent; what would be less urgent takes nothing back. A threat
    to life once seen stays one, and after a silence "no emergency" may be another hand's.
    """
    before = _nature_of(earlier)
    report = replace(
        report,
        life_threat=report.life_threat or earlier.life_threat,
        silent=report.silent or earlier.silent,
    )
    if before is Nature.UNKNOWN:
        is_denial = earlier.silent and report.nature is Nature.NOT_EMERGENCY
        return replace(report, nature=Nature.UNKNOWN) if is_denial else report
    kept = replace(report, nature=before)
    return kept if rules.choose(report).route.priority > rules.choose(kept).route.priority else report


def goes_on(earlier: Incident | None) -> bool:
    """Whether this may be the violence of the caller's case before going on."""
    return bool(earlier and earlier.before and earlier.before.may_be_violence)


def _silence(rules: Rules) -> Route:
    return rules.choose(Report(silent=True)).route


def _as_urgent(route: Route, other: Route) -> Route:
    """The route, no less urgent than another one is."""
    bounds = [bound for bound in (route.wait_at_most, other.wait_at_most) if bound]
    return replace(route, priority=min(route.priority, other.priority), wait_at_most=min(bounds, default=None))


def _nature_of(earlier: Incident | None) -> Nature:
    try:
        return Nature(earlier.nature) if earlier else Nature.UNKNOWN
    except ValueError:
        return Nature.UNKNOWN
