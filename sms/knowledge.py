"""What reading a text takes, as plain values; gateway/reading.py loads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sms.lexicon import Lexicon
from sms.normal import Span
from sms.reading import PlaceRead

ReadPlaces = Callable[[Sequence[str]], tuple[PlaceRead, Sequence[Sequence[Span]]]]
"""The places of a thread, and per text where they stand in it."""

Score = Callable[[str], Mapping[str, float]]
"""Probabilities of a text: of natures and flags by their names, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Attributes:
    places: None reads no places.
    model: None asks no model; the rules then decide alone.
    """

    lexicon: Lexicon
    places: ReadPlaces | None = None
    model: Score | None = None
