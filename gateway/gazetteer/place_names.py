"""The names that texts are searched for: the gazetteer's, with the spellings and cues of place_words.yaml."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from gateway.gazetteer import gazetteer
from gateway.incident.errors import Refused
from gateway.yaml_file import Node, read
from sms import place_names as names
from sms.place_names import PlaceNames, Words

FILE = Path(__file__).parent / "place_words.yaml"


@cache
def place_names() -> PlaceNames:
    """The names of the built-in gazetteer, read once."""
    return load(FILE)


def load(file: Path) -> PlaceNames:
    """The gazetteer's names with the words of a file like place_words.yaml.

    Raises:
        Refused: the file is no such file, or an alias is one of a code the gazetteer does not know.
    """
    known = gazetteer()
    areas = {code: name for code, name in known.names.items() if code.startswith(f"{known.province}.")}
    sections = _mapping(read(file))
    spellings = {word: _words(node) for word, node in _mapping(sections.pop("spellings", None)).items()}
    aliases = []
    for code, node in _mapping(sections.pop("aliases", None)).items():
        if code not in areas:
            raise Refused(node.where, f"the gazetteer has no area {code}")
        aliases += [(code, alias) for alias in _words(node)]
    lists = {name: frozenset(_words(node)) for name, node in sections.items()}
    # "besar" and "dua" are common, and parts of names.
    parts = {word for name in (*areas.values(), *(alias for _, alias in aliases)) for word in name.lower().split()}
    lists["common"] -= parts
    lists["everyday"] = (lists["everyday"] | lists["common"]) - parts
    return names.place_names(areas, aliases, Words(spellings, lists))


def _mapping(node: Node | None) -> dict[str, Node]:
    if node is None:
        return {}
    if not isinstance(node.value, dict):
        raise Refused(node.where, "must be a mapping")
    return dict(node.value)


def _words(node: Node) -> tuple[str, ...]:
    entries = node.value if isinstance(node.value, list) else []
    words = [entry.value for entry in entries]
    if not words or not all(isinstance(word, str) for word in words):
        raise Refused(node.where, "must be a list of words")
    return tuple(str(word) for word in words)
