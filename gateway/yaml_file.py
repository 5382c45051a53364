"""A YAML file as nodes that know their line. The only importer of yaml.

Values stay as they are written: 110 is the text "110" (never an octal number), and who reads a field says what it
must be (gateway/rules/form.py). Nothing in a file can name a Python object, refer to another part of it, or repeat a
key.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from gateway.incident.errors import Refused

LARGEST_BYTES = 1_000_000
DEEPEST = 20


@dataclass(frozen=True, slots=True)
class Node:
    """One value of a file.

    Attributes:
        value: the text as written; a list; a mapping; None for nothing, ``~`` or ``null`` without quotes.
        line: 1 for the first line.
    """

    value: str | list[Node] | dict[str, Node] | None
    file: str
    line: int

    @property
    def where(self) -> str:
        return f"{self.file}:{self.line}"


def read(path: Path) -> Node:
    """The file's only document; an empty file is an empty mapping.

    Raises:
        Refused: it cannot be read, is malformed or too large, repeats a key, or uses an anchor, alias, tag or merge.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
    except OSError as fault:
        raise Refused(path.name, f"cannot be read: {fault.strerror}") from None
    if len(content) > LARGEST_BYTES:
        raise Refused(path.name, f"is larger than {LARGEST_BYTES:,} bytes: it is not such a file")
    try:
        return parse(content.decode("utf-8"), path.name)
    except UnicodeDecodeError as fault:
        line = content[: fault.start].count(b"\n") + 1
        raise Refused(f"{path.name}:{line}", "is not UTF-8 text: save it as UTF-8") from None


def parse(text: str, file: str) -> Node:
    """As ``read``, of a text; ``file`` is the name used in errors."""
    try:
        _refuse_what_is_not_plain(text, file)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as fault:
        mark, begun = fault.problem_mark or fault.context_mark, fault.context_mark
        where = f"{file}:{mark.line + 1}" if mark else file
        since = f" ({fault.context} begun in line {begun.line + 1})" if begun and fault.context else ""
        raise Refused(where, f"is not YAML: {fault.problem or fault.context}{since}") from None
    except yaml.YAMLError as fault:
        raise Refused(file, f"is not YAML: {str(fault).splitlines()[0]}") from None
    return _node(root, file) if root is not None else Node({}, file, 1)


def _refuse_what_is_not_plain(text: str, file: str) -> None:
    """Looks at events before anything is built, so that no depth and no alias can cost memory or stack."""
    depth = 0
    documents = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        where = f"{file}:{event.start_mark.line + 1}"
        documents += isinstance(event, yaml.DocumentStartEvent)
        if documents > 1:
            raise Refused(where, "begins a second document (---): one file holds one")
        if getattr(event, "anchor", None):
            raise Refused(where, "has an anchor or alias (& or *): write the value out")
        if getattr(event, "tag", None):
            raise Refused(where, f"has a tag ({event.tag}): only plain text, lists and mappings are read")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise Refused(where, f"is nested deeper than {DEEPEST} levels")


def _node(node: yaml.Node, file: str) -> Node:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return Node(dict(_entries(node, file)), file, line)
    if isinstance(node, yaml.SequenceNode):
        return Node([_node(child, file) for child in node.value], file, line)
    empty = node.style is None and node.value in ("", "~", "null")
    return Node(None if empty else node.value, file, line)


def _entries(mapping: yaml.MappingNode, file: str) -> Iterator[tuple[str, Node]]:
    seen: dict[str, int] = {}
    for key, value in mapping.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise Refused(f"{file}:{line}", "has a list or mapping as a key: a key is a word")
        if key.value in seen:
            raise Refused(f"{file}:{line}", f"says {key.value!r} a second time, first in line {seen[key.value]}")
        seen[key.value] = line
        yield key.value, _node(value, file)
