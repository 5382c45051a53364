"""A mapping from a file, read strictly, field by field, with every fault noted rather than only the first.

    with Form(node, faults) as form:
        trunk = Trunk(form.text("username"), form.flag("twilio", False))

On leaving, each key that nobody asked for is a fault too, with the nearest known word.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from enum import StrEnum
from typing import TypeVar, overload

from gateway.incident.errors import RulesRefused
from gateway.yaml_file import Node

Choice = TypeVar("Choice", bound=StrEnum)
Faults = list[RulesRefused]

FLAGS = {"true": True, "yes": True, "false": False, "no": False}


def nearest(word: str, known: list[str]) -> str:
    """A sentence's end that helps a mistyped word along."""
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return f": did you mean {near[0]!r}?" if near else f"; known: {', '.join(known) or 'nothing'}"


class Form:
    """One mapping. A fault in a field is noted and the field's default returned, so that reading goes on.

    Defaults: a field without one (``...``) is required.
    """

    def __init__(self, node: Node, faults: Faults, name: str = "this"):
        self.node = node
        self.name = name
        self._faults = faults
        self._asked: list[str] = []
        self._fields: dict[str, Node] = {}
        if isinstance(node.value, dict):
            self._fields = node.value
        elif node.value is not None:
            self.fault(f"{name} must be a mapping of names to values")

    def __enter__(self) -> Form:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        for name, node in self._fields.items():
            if kind is None and name not in self._asked:
                self.fault(f"{self.name} has no field {name!r}{nearest(name, self._asked)}", node)

    @property
    def names(self) -> tuple[str, ...]:
        """The fields that are there, whether or not they are understood."""
        return tuple(self._fields)

    def fault(self, why: str, node: Node | None = None) -> None:
        self._faults.append(RulesRefused((node or self.node).where, why))

    def find(self, name: str, *, required: bool = False) -> Node | None:
        """The field's node; None when it is absent or empty."""
        self._asked.append(name)
        node = self._fields.get(name)
        if node is None or node.value is None:
            if required:
                self.fault(f"{self.name} has no {name!r}: add it")
            return None
        return node

    def text(self, name: str, default: str | None = None, *, pattern: str = "", hint: str = "") -> str:
        """A non-empty text; ``pattern`` must match all of it, ``hint`` says in words what it asks."""
        node = self.find(name, required=default is None)
        if node is None:
            return default or ""
        return self._word(node, name, pattern, hint) or default or ""

    def texts(self, name: str, *, pattern: str = "", hint: str = "") -> tuple[tuple[str, Node], ...]:
        """A list of texts, each with its node; a single text is a list of one; absent is an empty one."""
        words = [(self._word(item, name, pattern, hint), item) for item in self.nodes(name)]
        seen = [word for word, _ in words]
        for index, (word, item) in enumerate(words):
            if word and word in seen[:index]:
                self.fault(f"{name!r} names {word!r} twice", item)
        return tuple((word, item) for word, item in words if word)

    def number(self, name: str, default: int | None = None, *, low: int, high: int) -> int:
        node = self.find(name, required=default is None)
        if node is not None:
            value = node.value
            if isinstance(value, str) and re.fullmatch("[0-9]{1,9}", value) and low <= int(value) <= high:
                return int(value)
            self.fault(f"{name!r} must be a whole number from {low} to {high}, not {_shown(node)}", node)
        return low if default is None else default

    def share(self, name: str, default: float) -> float:
        """A number above 0 and at most 1."""
        node = self.find(name)
        if node is None:
            return default
        value = node.value
        if isinstance(value, str) and re.fullmatch(r"[01]?\.[0-9]{1,6}|1", value) and 0 < float(value) <= 1:
            return float(value)
        self.fault(f"{name!r} must be a share above 0 and at most 1, such as 0.5, not {_shown(node)}", node)
        return default

    @overload
    def flag(self, name: str, default: bool) -> bool: ...

    @overload
    def flag(self, name: str, default: None) -> bool | None: ...

    def flag(self, name: str, default: bool | None) -> bool | None:
        node = self.find(name)
        if node is None:
            return default
        if isinstance(node.value, str) and node.value.lower() in FLAGS:
            return FLAGS[node.value.lower()]
        self.fault(f"{name!r} must be yes or no, not {_shown(node)}", node)
        return default

    @overload
    def choice(self, name: str, kind: type[Choice], default: Choice) -> Choice: ...

    @overload
    def choice(self, name: str, kind: type[Choice], default: None) -> Choice | None: ...

    def choice(self, name: str, kind: type[Choice], default: Choice | None) -> Choice | None:
        node = self.find(name)
        return default if node is None else self._choice(node, name, kind) or default

    def choices(self, name: str, kind: type[Choice]) -> frozenset[Choice]:
        found = (self._choice(node, name, kind) for _, node in self.texts(name))
        return frozenset(choice for choice in found if choice is not None)

    def nodes(self, name: str) -> list[Node]:
        """The items of a list; a single value is a list of one, and an absent one is empty."""
        node = self.find(name)
        if node is None:
            return []
        return node.value if isinstance(node.value, list) else [node]

    def form(self, name: str) -> Form:
        """The mapping in a field; an empty one when the field is absent."""
        return Form(self.find(name) or Node({}, self.node.file, self.node.line), self._faults, name)

    def forms(self, name: str) -> Iterator[Form]:
        """The mappings in a list."""
        node = self.find(name)
        if node is not None and not isinstance(node.value, list):
            self.fault(f"{name!r} must be a list (lines beginning with '- ')", node)
        elif node is not None and isinstance(node.value, list):
            for number, item in enumerate(node.value, 1):
                yield Form(item, self._faults, f"{name} {number}")

    def named_forms(self, pattern: str, hint: str) -> Iterator[tuple[str, Form]]:
        """The mappings in this mapping, by name, when its names are free but for a pattern."""
        for name, node in self._fields.items():
            self._asked.append(name)
            if re.fullmatch(pattern, name):
                yield name, Form(node, self._faults, f"{self.name} {name}")
            else:
                self.fault(f"{name!r} cannot be a name here: {hint}", node)

    def _word(self, node: Node, name: str, pattern: str, hint: str) -> str:
        if not isinstance(node.value, str) or not node.value.strip():
            self.fault(f"{name!r} must be text, not {_shown(node)}", node)
            return ""
        if not node.value.isprintable():
            self.fault(f"{name!r} has a line break or control character in it: {_shown(node)}", node)
            return ""
        if pattern and not re.fullmatch(pattern, node.value):
            self.fault(f"{name!r} cannot be {_shown(node)}: {hint or pattern}", node)
            return ""
        return node.value

    def _choice(self, node: Node, name: str, kind: type[Choice]) -> Choice | None:
        known = [choice.value for choice in kind]
        if isinstance(node.value, str) and node.value in known:
            return kind(node.value)
        self.fault(f"{name!r} cannot be {_shown(node)}{nearest(str(node.value), known)}", node)
        return None


def _shown(node: Node) -> str:
    if isinstance(node.value, str):
        return repr(node.value[:60])
    return "a list" if isinstance(node.value, list) else "a mapping" if isinstance(node.value, dict) else "empty"
