"""The lexicon, as its YAML files have it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from gateway.incident.errors import Refused
from gateway.incident.report import Nature
from gateway.settings import ROOT
from gateway.yaml_file import Node, read
from sms.lexicon import Entry, Lexicon
from sms.morphology import forms

FOLDER = ROOT / "sms" / "lexicon"
SHORTHAND, LANGUAGE, PLAIN = "shorthand", "language", "plain"
FLAGS = frozenset({"life_threat", "injured", "rescue", "child", "silent", "takeover", "opt_out"})
ACTS = frozenset({"physical", "threat", "verbal", "sexual", "coercion"})
FIELDS = frozenset({
    "means", "is", "nature", "weight", "flags", "act", "voice", "sign", "covers", "whole", "needs", "negates", "words",
    "roots", "result", "beside", "who",
})  # fmt: skip


def lexicon(folder: Path) -> Lexicon:
    """The lexicon in the YAML files of a folder.

    Raises:
        Refused: a file has a fault, with its line.
    """
    entries: list[Entry] = []
    for path in sorted(folder.glob("*.yaml")):
        if path.stem not in (SHORTHAND, LANGUAGE, PLAIN):
            entries += [_entry(name, node) for name, node in _mapping(read(path)).items()]
    markers = {name: frozenset(_words(node)) for name, node in _mapping(read(folder / f"{LANGUAGE}.yaml")).items()}
    everyday = _mapping(read(folder / f"{PLAIN}.yaml"))
    plain = _words(everyday["words"]) + [form for verb in _words(everyday["verbs"]) for form, _ in forms(verb)]
    return Lexicon(entries, dict(_shorthand(folder / f"{SHORTHAND}.yaml")), plain, markers)


def _shorthand(path: Path) -> Iterator[tuple[str, str]]:
    for word, node in _mapping(read(path)).items():
        for short in _words(node):
            yield short, word


def _entry(name: str, node: Node) -> Entry:
    fields = _mapping(node)
    for unknown in fields.keys() - FIELDS:
        raise Refused(fields[unknown].where, f"entry {name!r} has {unknown!r}, which no entry has")
    texts = {key: _text(value) for key, value in fields.items()}
    flags = tuple(texts.get("flags", "").split())
    for word, known in [*((flag, FLAGS) for flag in flags), (texts.get("act", "physical"), ACTS)]:
        if word not in known:
            raise Refused(node.where, f"entry {name!r} says {word!r}, which is none of {', '.join(sorted(known))}")
    return Entry(
        name=name,
        kind=texts.get("is", ""),
        nature=_nature(fields.get("nature")),
        weight=_number(fields.get("weight")),
        flags=flags,
        act=texts.get("act", ""),
        voice=texts.get("voice", ""),
        sign=_number(fields.get("sign")),
        covers=texts.get("covers") == "yes",
        whole=texts.get("whole") == "yes",
        needs=_nature(fields.get("needs")),
        negatable=texts.get("negates") != "no",
        result=texts.get("result") == "yes",
        beside=tuple(texts.get("beside", "").split()),
        who=texts.get("who") == "yes",
        words=tuple(_words(fields["words"])) if "words" in fields else (),
        roots=tuple(_words(fields["roots"])) if "roots" in fields else (),
    )


def _nature(node: Node | None) -> Nature | None:
    if node is None:
        return None
    try:
        return Nature(_text(node))
    except ValueError:
        raise Refused(node.where, f"{_text(node)!r} is no nature") from None


def _number(node: Node | None) -> int:
    if node is None:
        return 0
    if not _text(node).isdecimal():
        raise Refused(node.where, f"{_text(node)!r} is no number")
    return int(_text(node))


def _mapping(node: Node) -> dict[str, Node]:
    if not isinstance(node.value, dict):
        raise Refused(node.where, "must be a mapping")
    return node.value


def _text(node: Node) -> str:
    if not isinstance(node.value, str):
        raise Refused(node.where, "must be a text")
    return node.value


def _words(node: Node) -> list[str]:
    """Words and phrases between commas, in small letters."""
    return [word for part in _text(node).lower().replace("'", "").split(",") if (word := " ".join(part.split()))]
