"""What reading a text takes, as plain values; gateway/reading/ loads them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sms.lexicon import Lexicon
from sms.model import Model
from sms.normal import Span
from sms.reading import PlaceRead

ReadPlaces = Callable[[Sequence[str]], tuple[PlaceRead, Sequence[Sequence[Span]]]]
"""The places of a thread, and per text where they stand in it."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Attributes:
    places: None reads no places.
    model: None asks no model; the rules then decide alone.
    """

    lexicon: Lexicon
    places: ReadPlaces | None = None
    model: Model | None = None
