"""The routing rules as written, read into values with every fault noted.

Names are looked up where they are used, so a fault has the line of the wrong word and not of what suffers from it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from gateway.incident.report import Medium, Nature, Report
from gateway.incident.routing import LEAST_URGENT, MOST_URGENT, Condition, Route, Rule
from gateway.rules.areas import area, areas, neighbours
from gateway.rules.endpoints import NAME, NAME_HINT, Endpoints
from gateway.rules.form import Faults, Form, nearest
from gateway.rules.messages import message_policies
from gateway.rules.rulebook import (
    OPERATORS,
    Accept,
    Agency,
    Desk,
    DeskKind,
    FollowUp,
    LocationForm,
    Policies,
    Target,
)
from gateway.rules.webhooks import webhook
from gateway.yaml_file import Node
from sms.linter import lint

RESERVED_QUEUES = ("general", "agency")
LONGEST_WAIT = 3600

# Letters and signs of GSM 03.38 that a neutral text needs. No digits: they would look like a case number.
NEUTRAL = r"[A-Za-z ,.?!'\-]{1,160}"


class Reader:
    """Reads one file's parts; ``faults`` fills as it goes."""

    def __init__(self, root: Node, faults: Faults):
        self._faults = faults
        self._endpoints = Endpoints()
        with Form(root, faults, "the file") as form:
            agencies, trunks = form.form("agencies"), form.form("trunks")
            self._agency_names, self._trunk_names = agencies.names, trunks.names
            self.trunks = {
                name: self._endpoints.trunk(name, part) for name, part in trunks.named_forms(NAME, NAME_HINT)
            }
            self.policies = self._policies(form.form("policies"))
            self.agencies = {name: self._agency(name, part) for name, part in agencies.named_forms(NAME, NAME_HINT)}
            self.rules = list(self._rules(form))
            around = form.form("neighbours")
            self.neighbours = {each.code: each for each in neighbours(around, self._outgoing_trunk)}
            if OPERATORS not in self._agency_names:
                agencies.fault(f"there is no agency {OPERATORS}: the operators are the end of every chain")
            elif OPERATORS in self.agencies and not self.agencies[OPERATORS].desks:
                agencies.fault(f"agency {OPERATORS} has no desks: the operators are the end of every chain")

    def _known(self, form: Form, name: str, known: Collection[str], what: str) -> str | None:
        """A field that names another part, or None."""
        node = form.find(name)
        if node is None:
            return None
        word = str(node.value)
        if word not in known:
            form.fault(f"{name!r} names {word!r}, which is no {what} here{nearest(word, sorted(known))}", node)
            return None
        return word

    # policies

    def _policies(self, form: Form) -> Policies:
        default = Policies()
        with (
            form,
            form.form("repeats") as repeats,
            form.form("abandoned") as abandoned,
            form.form("waits") as waits,
            form.form("callbacks") as callbacks,
        ):
            return Policies(
                repeats_join_within=repeats.number("join_within", default.repeats_join_within, low=0, high=86_400),
                repeats_remember=repeats.number("remember", default.repeats_remember, low=0, high=86_400),
                unfiled_abandoned=abandoned.choice("unfiled", FollowUp, default.unfiled_abandoned),
                follow_up_after=abandoned.number("follow_up_after", default.follow_up_after, low=0, high=3600),
                neutral_sms=self._neutral_sms(abandoned),
                raise_at=waits.share("raise_at", default.raise_at),
                unattended_seconds=waits.number("unattended_seconds", default.unattended_seconds, low=1, high=60),
                operators_after=waits.number("operators_after", default.operators_after, low=1, high=LONGEST_WAIT),
                callback_trunk=self._outgoing_trunk(callbacks),
                callback_attempts=callbacks.number("attempts", default.callback_attempts, low=1, high=10),
                callback_every=callbacks.number("every", default.callback_every, low=10, high=86_400),
                messages=message_policies(form.form("messages")),
            )

    def _neutral_sms(self, abandoned: Form) -> dict[str, str]:
        hint = "at most 160 letters and , . ? ! ' - (one SMS; a digit would look like a case or agency's number)"
        with abandoned.form("neutral_sms") as texts:
            found = {language: texts.text(language, "", pattern=NEUTRAL, hint=hint) for language in ("id", "en")}
            for language, text in found.items():
                for fault in lint(text) if text else ():
                    why = f"{language!r} is not neutral with {fault.words!r} in it: {fault.why}"
                    texts.fault(why, texts.find(language))
        return {language: text for language, text in found.items() if text}

    def _outgoing_trunk(self, form: Form, field: str = "trunk") -> str | None:
        name = self._known(form, field, self._trunk_names, "trunk")
        trunk = self.trunks.get(name or "")
        if trunk is not None and trunk.outgoing is None:
            form.fault(f"{field!r} names trunk {name!r}, which has no 'outgoing': it takes no calls of ours")
        return name

    # agencies

    def _agency(self, name: str, form: Form) -> Agency:
        if name in RESERVED_QUEUES:
            form.fault(f"an agency cannot be named {name!r}: Asterisk's configuration of queues uses the name itself")
        with form:
            with form.form("name") as names:
                name_id = names.text("id")
                name_en = names.text("en", name_id)
            return Agency(
                id=name,
                name_id=name_id,
                name_en=name_en,
                short=form.text("short", name),
                sees_violence=form.flag("sees_violence", False),
                desks=tuple(self._desk(part) for part in form.forms("desks")),
                overflow=tuple(self._overflow(name, form)),
                webhook=webhook(form),
            )

    def _desk(self, form: Form) -> Desk:
        with form:
            name = form.text("id", pattern=NAME, hint=NAME_HINT)
            kind = form.choice("kind", DeskKind, DeskKind.TELEPHONE)
            usual = LocationForm.REFERENCE if kind is DeskKind.BROWSER else LocationForm.VALUE
            location = form.choice("location", LocationForm, usual)
            if kind is DeskKind.BROWSER and location is LocationForm.VALUE:
                form.fault("a browser refuses a location by value (415): write 'location: reference'")
            accept = form.choice("accept", Accept, Accept.ANSWER if kind is DeskKind.BROWSER else Accept.KEY)
            if kind is DeskKind.BROWSER and accept is Accept.KEY:
                form.fault("in a browser a click accepts: write 'accept: answer', or leave it out")
            self._endpoints.take_name(name, form)
        return Desk(name, kind, location, accept)

    def _overflow(self, agency: str, form: Form) -> Iterator[Target]:
        passed = [agency]
        for part in form.forms("overflow"):
            if passed[-1] == OPERATORS:
                part.fault("nothing comes after the operators: callers wait there for ever rather than being dropped")
            target = self._target(part)
            if target.queue in passed:
                part.fault(f"overflow of {agency!r} goes in a loop: {' → '.join([*passed, str(target.queue)])}")
            passed.append(target.queue or f"{target.trunk}:{target.number}")
            yield target
        if OPERATORS not in passed:
            yield Target(self.policies.operators_after, queue=OPERATORS)

    def _target(self, form: Form) -> Target:
        with form:
            after = form.number("after", low=1, high=LONGEST_WAIT)
            queue = self._known(form, "queue", self._agency_names, "agency")
            trunk = self._outgoing_trunk(form)
            number = form.text("number", "", pattern=r"\+?[0-9]{2,15}", hint="E.164 or a service number, digits only")
        if ("queue" in form.names) == ("trunk" in form.names):
            form.fault("an overflow goes either to a 'queue', or over a 'trunk' to a 'number': give one")
        elif ("trunk" in form.names) != ("number" in form.names):
            form.fault("'trunk' and 'number' belong together")
        return Target(after, queue, trunk, number or None)

    # rules

    def _rules(self, root: Form) -> Iterator[Rule]:
        first: dict[str, int] = {}
        for form in root.forms("rules"):
            with form:
                rule = self._rule(form)
            if rule.name in first:
                form.fault(f"a second rule is named {rule.name!r}, the first is in line {first[rule.name]}")
            first.setdefault(rule.name, form.node.line)
            yield rule

    def _rule(self, form: Form) -> Rule:
        name = form.text("name", pattern=NAME, hint=NAME_HINT)
        form.name = f"rule {name!r}" if name else form.name
        for part in ("when", "proof"):
            form.find(part, required=True)
        condition, proof = self._condition(form.form("when")), self._report(form.form("proof"))
        return Rule(name, condition, self._route(form), proof, form.node.where)

    def _condition(self, form: Form) -> Condition:
        with form:
            return Condition(
                natures=form.choices("nature", Nature),
                silent=form.flag("silent", None),
                life_threat=form.flag("life_threat", None),
                injured=form.flag("injured", None),
                rescue=form.flag("rescue", None),
                child=form.flag("child", None),
                medium=form.choice("medium", Medium, None),
                areas=areas(form),
            )

    def _route(self, form: Form) -> Route:
        form.find("queue", required=True)
        queue = self._known(form, "queue", self._agency_names, "agency") or OPERATORS
        priority = form.number("priority", low=MOST_URGENT, high=LEAST_URGENT)
        bound = form.number("wait_at_most", 0, low=1, high=LONGEST_WAIT) or None
        if bound is None and priority > MOST_URGENT:
            form.fault(f"{form.name} has priority {priority} and no 'wait_at_most': add the longest wait in seconds")
        abandoned = form.choice("abandoned", FollowUp, FollowUp.NOTHING)
        return Route(queue, priority, tuple(self._informed(form, queue)), bound, abandoned.value)

    def _informed(self, form: Form, queue: str) -> Iterator[str]:
        for word, node in form.texts("inform"):
            if word not in self._agency_names:
                known = nearest(word, sorted(self._agency_names))
                form.fault(f"'inform' names {word!r}, which is no agency here{known}", node)
            elif word == queue:
                form.fault(f"'inform' names {word!r}, which answers the call anyway: leave it out", node)
            else:
                yield word

    def _report(self, form: Form) -> Report:
        with form:
            return Report(
                nature=form.choice("nature", Nature, Nature.UNKNOWN),
                silent=form.flag("silent", False),
                life_threat=form.flag("life_threat", False),
                injured=form.flag("injured", False),
                rescue=form.flag("rescue", False),
                child=form.flag("child", False),
                medium=form.choice("medium", Medium, Medium.CALL),
                area=area(form)[0] or "",
            )
