"""``POST /api/cases/<incident>/<act>``: what a desk does with a case. What cannot be done is 409 with a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, jsonify, request

from gateway.accounts.rights import Right
from gateway.desk.described import why_not
from gateway.desk.draft import Draft
from gateway.desk.duty import Duty
from gateway.desk.missed import missed_for
from gateway.desk.not_done import NotDone
from gateway.desk.placing import Choice, are_guesses, area, position
from gateway.desk.shown import is_for, told
from gateway.gazetteer.place_names import place_names
from gateway.gazetteer.search import whole
from gateway.web.pages.cases import known_form
from gateway.web.pages.feed import tab_of
from gateway.web.pages.floor import Floor, floor_of
from gateway.web.pages.guard import body, route_for, visitor
from gateway.web.pages.guard import told as audited
from gateway.web.pages.origin import Origin
from gateway.web.pages.parts import Parts
from gateway.web.pages.pending import Pending, Place

LONGEST_TEXT = 2000
Answer = dict[str, Any]
DONE: Answer = {"done": True}


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: whose acts, on which case, with which values, from which page."""

    duty: Duty
    incident: str
    values: Mapping[str, Any]
    place: Place
    pending: Pending

    def text(self, name: str) -> str:
        value = self.values.get(name, "")
        return value[:LONGEST_TEXT] if isinstance(value, str) else ""

    def number(self, name: str) -> float | None:
        value = self.values.get(name)
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def blueprint(parts: Parts, _origin: Origin) -> Blueprint:
    own = Blueprint("acts", __name__)
    floor = floor_of(parts)
    place_names()  # Read now, and not while the first one writes to somebody.
    for name, act in ACTS.items():
        own.add_url_rule(f"/api/cases/<incident>/{name}", name, _view(floor, name, act), methods=["POST"])
    return own


def _view(floor: Floor, name: str, act: Callable[[Asked], Answer | None]) -> Callable[[str], Response]:
    @route_for(Right.WORK, name)
    def perform(incident: str) -> Response:
        who, values = visitor(), body()
        whose = floor.at_desk(who)
        audited(agency=whose.agency, about=whose.desk)
        duty = floor.duty(whose)
        if not known_form(incident) or not _concerns(duty, incident, name):
            raise NotDone("not_for_you")
        tab = tab_of(request.headers.get("X-Tab", "") or str(values.get("tab", "")))
        place = Place(who.session.digest, tab, incident)
        asked = Asked(duty, incident, values, place, floor.pending)
        if name not in ANSWERING:
            floor.pending.drop(place)
        answer = act(asked) or DONE
        if "done" not in answer:
            audited(outcome="asked")
        return jsonify(answer)

    return perform


def _concerns(duty: Duty, incident: str, act: str) -> bool:
    """Whether the desk has to do with the case: nobody learns by an act whether there is another one."""
    waits = duty.store.waits.of_each([incident])
    known = told(incident, duty.store.lines.of([incident])[0])
    if known.lines and is_for(known, duty.agency, duty.desk, waits):
        return True
    if act != "accept":
        return False
    if known.lines and missed_for(duty.agency, known.incident, known.entries, duty.rulebook()):
        return True
    # Who was a moment too late is told by which desk it was taken.
    colleagues = {desk.id for desk in duty.agency.desks}
    return any(wait.desk in colleagues or duty.agency.id in wait.passed for wait in waits)


# the acts


def _accept(asked: Asked) -> None:
    asked.duty.accept(asked.incident)


def _release(asked: Asked) -> None:
    asked.duty.release(asked.incident, asked.text("why"))


def _close(asked: Asked) -> None:
    asked.duty.close(asked.incident, asked.text("outcome"), asked.text("note"))


def _write(asked: Asked) -> Answer | None:
    return _offered(asked, asked.duty.draft(asked.incident, asked.text("text")))


def _phrase(asked: Asked) -> Answer | None:
    draft = asked.duty.draft_phrase(asked.incident, asked.text("name"), asked.text("language")[:5])
    return _offered(asked, draft)


def _link(asked: Asked) -> Answer:
    """Never sent at once: it stays on the telephone for another person to read."""
    return _warned(asked, asked.duty.draft_link(asked.incident))


def _confirm(asked: Asked) -> None:
    draft = asked.pending.draft(asked.place, asked.text("draft"))
    # After a store that was away, the same draft again is the same reply.
    asked.duty.write(draft)
    asked.pending.drop(asked.place)


def _offered(asked: Asked, draft: Draft) -> Answer | None:
    if draft.faults or draft.muted or draft.risk:
        return _warned(asked, draft)
    asked.duty.write(draft)
    return None


def _warned(asked: Asked, draft: Draft) -> Answer:
    asked.pending.keep(asked.place, draft)
    language = asked.duty.language
    faults = [{"what": fault.what, "words": fault.words, "why": why_not(fault, language)} for fault in draft.faults]
    return {
        "warned": {
            "draft": draft.id,
            "text": draft.text,
            "segments": draft.segments,
            "faults": faults,
            "muted": draft.muted,
            "risk": draft.risk,
        }
    }


def _unmute(asked: Asked) -> None:
    asked.duty.unmute(asked.incident)


def _place(asked: Asked) -> Answer | None:
    """Words are never kept at once: first is told what would be, and its number keeps it."""
    chosen = _chosen(asked)
    if chosen is None:
        found = asked.duty.places(asked.incident, asked.text("text"))
        asked.pending.keep(asked.place, found)
        return {
            "choices": [{"label": each.label, "how": each.how, "sure": each.is_sure} for each in found],
            "unknown": are_guesses(found),
        }
    asked.duty.place(asked.incident, chosen)
    asked.pending.drop(asked.place)
    return {"done": True, "words_kept": bool(chosen.said)}


def _chosen(asked: Asked) -> Choice | None:
    """What somebody chose, pointed at, or took of a list; None: it is still to be told what the words mean."""
    number, lat, lon = asked.number("choice"), asked.number("lat"), asked.number("lon")
    if number is not None:
        return asked.pending.choice(asked.place, int(number)).chosen()
    if lat is not None and lon is not None:
        return position(lat, lon, asked.number("radius"))
    if code := asked.text("code"):
        found = [match for match in whole(code) if match.code == code]
        if not found:
            raise NotDone("no_place")
        return area(found[0], asked.text("text"))
    return None


def _nature(asked: Asked) -> None:
    asked.duty.correct(asked.incident, asked.text("nature"))


def _consent(asked: Asked) -> None:
    asked.duty.consent(asked.incident, asked.text("safe_to_call"), asked.text("share"), asked.text("note"))


def _inform(asked: Asked) -> None:
    asked.duty.inform(asked.incident, asked.text("agency"))


def _call_back(asked: Asked) -> Answer | None:
    if asked.values.get("confirm") is not True:
        asked.duty.may_ring(asked.incident)
        return {"warned": {"what": "call_back"}}
    asked.duty.call_back(asked.incident)
    return None


def _timer(asked: Asked) -> None:
    asked.duty.done_in_time(asked.incident, asked.text("what"))


ANSWERING = frozenset({"confirm", "place"})
"""Acts that may answer what the act before them asked."""

ACTS: Mapping[str, Callable[[Asked], Answer | None]] = {
    "accept": _accept,
    "release": _release,
    "close": _close,
    "write": _write,
    "phrase": _phrase,
    "link": _link,
    "confirm": _confirm,
    "unmute": _unmute,
    "place": _place,
    "nature": _nature,
    "consent": _consent,
    "inform": _inform,
    "call_back": _call_back,
    "timer": _timer,
}
