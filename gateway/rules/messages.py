"""``policies: messages:`` of the routing rules, read into values with every fault noted."""

from __future__ import annotations

from gateway.rules.form import Form, nearest
from gateway.rules.phrases import phrases
from sms.linter import lint
from sms.policies import MessagePolicies, Occasions

NOTHING = "nothing"


def message_policies(form: Form) -> MessagePolicies:
    """What is answered of itself; absent fields as their defaults."""
    default = MessagePolicies()
    with form:
        return MessagePolicies(
            usual=_occasions(form.form("answers"), default.usual, violence=False),
            violence=_occasions(form.form("answers_to_violence"), default.violence, violence=True),
            waiting_after=form.number("waiting_after", default.waiting_after, low=10, high=3600),
            pause=form.number("pause", default.pause, low=0, high=60),
            late=form.number("late", default.late, low=60, high=86_400),
            valid=form.number("valid", default.valid, low=10, high=86_400),
            desk_valid=form.number("desk_valid", default.desk_valid, low=10, high=86_400),
            without_person=form.number("without_person", default.without_person, low=1, high=10),
            most=form.number("most", default.most, low=1, high=100),
            within=form.number("within", default.within, low=60, high=86_400),
            location_link=form.flag("location_link", default.location_link),
            location_link_after=form.number("location_link_after", default.location_link_after, low=0, high=600),
        )


def _occasions(form: Form, default: Occasions, *, violence: bool) -> Occasions:
    with form:
        return Occasions(
            first=_phrase(form, "first", default.first, violence, accepted=False),
            waiting=_phrase(form, "waiting", default.waiting, violence, accepted=False),
            accepted=_phrase(form, "accepted", default.accepted, violence, accepted=True),
            closed=_phrase(form, "closed", default.closed, violence, accepted=False),
        )


def _phrase(form: Form, occasion: str, default: str, violence: bool, *, accepted: bool) -> str:
    """The phrase that a field names, or empty."""
    name = form.text(occasion, default or NOTHING)
    if name == NOTHING:
        return ""
    node = form.find(occasion)
    known = [language[name] for language in phrases().values() if name in language]
    if not known:
        form.fault(f"{occasion!r} names phrase {name!r}, which is none{nearest(name, sorted(phrases()['id']))}", node)
    elif any(phrase.link for phrase in known):
        form.fault(f"{occasion!r} names phrase {name!r}, which carries a link: that is 'location_link'", node)
    elif not accepted and any(phrase.after_acceptance for phrase in known):
        form.fault(f"{occasion!r} names phrase {name!r}, which is true only once a desk has accepted", node)
    elif violence and any(lint(phrase.text) for phrase in known):
        form.fault(
            f"{occasion!r} names phrase {name!r}, which promises: in a case of violence nothing is promised", node
        )
    return name
