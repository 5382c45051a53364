"""A line of the corpus (sms/corpus/): a text, and what a person says it is."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.incident.report import Nature

FLAGS = {
    "L": "life_threat",
    "I": "injured",
    "R": "rescue",
    "C": "child",
    "S": "silent",
    "K": "no_keyword",
    "T": "takeover",
}
"""Letters of a line's second field."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One text with its labels.

    Attributes:
        flags: names as in FLAGS; ``no_keyword``: its meaning is in the situation alone.
        place: a kelurahan's name, ``kec:`` or ``city:`` and a name, or empty, as in the gazetteer.
    """

    nature: Nature
    flags: frozenset[str]
    place: str
    text: str


def read_sample(line: str) -> Sample:
    """The sample in a line ``nature|flags|place|text``.

    Raises:
        ValueError: the line is none.
    """
    nature, flags, place, text = line.split("|", 3)
    unknown = set(flags) - FLAGS.keys()
    if unknown:
        raise ValueError(f"no flag {', '.join(sorted(unknown))}: there are {', '.join(FLAGS)}")
    return Sample(Nature(nature), frozenset(FLAGS[flag] for flag in flags), place.strip(), text.strip())
