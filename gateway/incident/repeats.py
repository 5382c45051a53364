"""What an earlier contact of the same caller changes about this one."""

from __future__ import annotations

from dataclasses import replace

from gateway.incident.report import Nature, Report
from gateway.incident.routing import Route, Rules
from gateway.incident.timeline import Incident


def with_what_is_known(report: Report, earlier: Incident | None) -> Report:
    """A report in the light of the caller's earlier contacts: who said what it is before need not say it again.

    A sudden "no emergency" after violence may be another hand's: it stays violence. Any other key is believed, for a
    telephone may be shared, and a fire needs the fire brigade; then `with_earlier_agencies` keeps those who knew in it.
    """
    before = _nature_of(earlier)
    forgotten = report.nature is Nature.UNKNOWN
    taken_back = before is Nature.VIOLENCE and report.nature is Nature.NOT_EMERGENCY
    return replace(report, nature=before) if forgotten or taken_back else report


def with_earlier_agencies(route: Route, earlier: Incident | None) -> Route:
    """A route in the light of the caller's earlier contacts: who was in a case of violence stays in it, as urgent."""
    if earlier is None or _nature_of(earlier) is not Nature.VIOLENCE:
        return route
    involved = dict.fromkeys((*route.inform, earlier.queue, *earlier.inform))
    inform = tuple(agency for agency in involved if agency and agency != route.queue)
    return replace(route, inform=inform, priority=min(route.priority, earlier.priority or route.priority))


def never_lowered(report: Report, earlier: Incident, rules: Rules) -> Report:
    """A thread of messages as it is read now, in the light of what it was read as before.

    More words may show that it is something else, and as urgent; what would be less urgent takes nothing back. A threat
    to life once seen stays one.
    """
    before = _nature_of(earlier)
    report = replace(report, life_threat=report.life_threat or earlier.life_threat)
    if before is Nature.UNKNOWN:
        return report
    kept = replace(report, nature=before)
    return kept if rules.choose(report).route.priority > rules.choose(kept).route.priority else report


def _nature_of(earlier: Incident | None) -> Nature:
    try:
        return Nature(earlier.nature) if earlier else Nature.UNKNOWN
    except ValueError:
        return Nature.UNKNOWN
