"""Official codes of areas in the routing rules, and ``neighbours:``, the cities around, each with its own 112."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gateway.gazetteer import FILE as GAZETTEER
from gateway.gazetteer import PROVINCE, PROVINCE_NAME, gazetteer
from gateway.incident.routing import lies_in
from gateway.rules.form import Form
from gateway.rules.rulebook import Neighbour
from gateway.yaml_file import Node

AREA = r"[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?"
AREA_HINT = "an official code such as 31 or 31.75"

SAID = r"[^<>\"\\]{1,120}"
SAID_HINT = 'at most 120 characters without < > " and \\'


def area(form: Form, name: str = "area") -> tuple[str | None, str]:
    """The area that a field names: its code and its name."""
    code = form.text(name, "", pattern=AREA, hint=AREA_HINT)
    if not code:
        return None, ""
    return code, _name(code, form, form.find(name))


def areas(form: Form, name: str = "area") -> frozenset[str]:
    """The codes of one area, or of a list of them."""
    found = form.texts(name, pattern=AREA, hint=AREA_HINT)
    for code, node in found:
        _name(code, form, node)
    return frozenset(code for code, _ in found)


def neighbours(form: Form, trunk_of: Callable[[Form], str | None]) -> Iterator[Neighbour]:
    """The cities around.

    Args:
        trunk_of: the trunk in a form's field ``trunk``, if it takes calls of ours.
    """
    for code, part in form.named_forms(AREA, AREA_HINT):
        if lies_in(code, PROVINCE):
            part.fault(f"{code} lies in {PROVINCE_NAME}, which this gateway serves: it is no neighbour")
        with part:
            name = part.text("name", gazetteer().names.get(code, ""))
            trunk = trunk_of(part)
            number = part.text("number", "", pattern=r"\+?[0-9]{2,15}", hint="E.164 or a service number, digits only")
            said = part.text("say", "", pattern=SAID, hint=SAID_HINT)
        if not name:
            part.fault(f"the gazetteer does not know {code}: give it a 'name', or see {GAZETTEER.name}")
        if ("trunk" in part.names) != ("number" in part.names):
            part.fault("'trunk' and 'number' belong together")
        elif trunk and said:
            part.fault("a neighbour is reached over a 'trunk', or as 'say' says: give one")
        yield Neighbour(code, name, trunk, number or None, said)


def _name(code: str, form: Form, node: Node | None) -> str:
    names = gazetteer().names
    if code not in names:
        form.fault(f"'area' has {code!r}, which the gazetteer does not know: see {GAZETTEER.name}", node)
    return names.get(code, "")
