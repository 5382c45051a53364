"""What a call taker says of the place: a position, a name, words, or a telephone near by. Pure but for the names.

Whatever is offered says what would be kept and how it was understood; what is only guessed is never kept unless a
person chose it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gateway.desk.not_done import NotDone
from gateway.desk.place import SOURCE, WORDS_SOURCE, Offer
from gateway.evidence.civic import LONGEST_LABEL
from gateway.evidence.words import PHRASES, named
from gateway.gazetteer.meaning import Meaning, meaning
from gateway.gazetteer.search import Match
from gateway.incident.evidence import Evidence
from gateway.incident.location import Names
from gateway.incident.shape import Area, Circle, Civic, Point, Shape
from sms.coordinates import Position, meant

METHOD = "Manual"

MOST_CHOICES = 9
LARGEST_RADIUS_M = 50_000.0

POSITION, SIGN, SWAPPED, NEAR, WORDS = "position", "sign", "swapped", "near", "words"
"""How a choice was understood, besides the gazetteer's ``How``: as a position; as one whose minus was forgotten, or
whose figures were swapped; as a telephone near by; as words that name no area."""

SURE = frozenset({"name", "alias", "spelling", "read", POSITION})

GUESSED = frozenset({"guess", SIGN, SWAPPED})

_NUMBER = r"-?\d{1,3}(?:\.\d{1,12})?"
_POSITION = re.compile(rf"({_NUMBER})\s*[,;\s]\s*({_NUMBER})(?:\s*[,;\s]\s*(\d{{1,6}}(?:\.\d{{1,3}})?)\s*m?)?")
_WORD = re.compile(r"[^\W\d_]{3}")


@dataclass(frozen=True, slots=True)
class Choice:
    """One place that was meant, or may have been.

    Attributes:
        label: what will be kept, as the call taker reads it.
        how: a value of the gazetteer's ``How``, or POSITION, SIGN, SWAPPED, NEAR, WORDS.
        said: what was typed of it besides a name (street, landmark).
        typed: all that was typed.
        is_chosen: a person chose it of what was offered.
    """

    label: str
    shape: Shape
    how: str = POSITION
    said: str = ""
    typed: str = ""
    is_chosen: bool = False

    @property
    def is_sure(self) -> bool:
        """Whether it is what was said, or was chosen: a yes is enough to keep it."""
        return self.is_chosen or self.how in SURE

    def chosen(self) -> Choice:
        return replace(self, is_chosen=True)

    def evidence(self, desk: str, now: float) -> Evidence:
        """The claim of this desk; of words alone one that is no place."""
        return Evidence(
            WORDS_SOURCE if self.how == WORDS else SOURCE,
            self.shape,
            now,
            observed_at=now,
            method=METHOD,
            label=self.said,
            original=(self.typed or self.label).encode(),
            provided_by=f"desk:{desk}",
        )


def are_guesses(choices: Sequence[Choice]) -> bool:
    """Whether no place of the name that was typed is known: what is offered is only like it, or the words alone."""
    return all(choice.how in ("guess", WORDS) for choice in choices)


def choices(text: str, offers: Sequence[Offer] = (), names: Names | None = None) -> list[Choice]:
    """What a typed text may mean, the likeliest first; without a text the telephones near by.

    Args:
        names: the gazetteer, which tells where a position is.

    Raises:
        NotDone: it means nothing that is known here, or a position elsewhere.
    """
    text = " ".join(text.split())
    if not text:
        found = [Choice(f"telepon di dekat (AML) {offer}", _shape_of(offer), NEAR) for offer in offers]
    elif figures := _POSITION.fullmatch(text):
        found = [_typed_position(text, figures, names)]
    else:
        found = list(_said(text, names))
    if not found:
        raise NotDone("no_place" if text else "give_place")
    return found[:MOST_CHOICES]


def position(lat: float, lon: float, radius: float | None) -> Choice:
    """A position that was pointed at or offered, and not typed.

    Raises:
        NotDone: it is not in Indonesia, or its radius is none.
    """
    figures = f"{lat:.7f},{lon:.7f}" + (f",{radius:.1f}" if radius else "")
    choice = choices(figures)[0]
    if not choice.is_sure:
        raise NotDone("no_position")
    return choice


def _said(text: str, names: Names | None) -> Iterator[Choice]:
    """What words mean, and last the words themselves, where nothing that they surely mean is a place."""
    means = meaning(text, MOST_CHOICES - 1)
    of_words = [
        *(_of_position(text, each, names) for each in means.positions),
        *(_of_area(text, match) for match in means.matches),
    ][: MOST_CHOICES - 1]
    yield from of_words
    if not any(choice.is_sure for choice in of_words) and _is_worth_keeping(text, means):
        words = text[:LONGEST_LABEL]
        yield Choice(words, Civic(words), WORDS, words, text)


def _is_worth_keeping(text: str, means: Meaning) -> bool:
    return means.is_address or _WORD.search(text) is not None


def _of_area(text: str, match: Match) -> Choice:
    return Choice(str(match), Area(match.code, match.name), match.how.value, _besides(text, match.name), text)


def area(match: Match, typed: str) -> Choice:
    """An area that a person chose of a list while typing."""
    return _of_area(typed, match).chosen()


def _of_position(text: str, found: Position, names: Names | None) -> Choice:
    point = Point(*(found.at or (0.0, 0.0)))
    is_alone = text[found.start : found.end].strip() == text
    how = _mended(found.mended)
    return Choice(_label(point, None, names), point, how, "" if is_alone else text[:LONGEST_LABEL], text)


def _typed_position(text: str, figures: re.Match[str], names: Names | None) -> Choice:
    lat, lon, radius = float(figures[1]), float(figures[2]), float(figures[3]) if figures[3] else None
    place = meant(lat, lon)
    if place is None or (radius is not None and not 0 < radius <= LARGEST_RADIUS_M):
        raise NotDone("no_position")
    how = _mended(place.mended)
    # As it was typed, to the last figure, where nothing had to be put right.
    at = (lat, lon) if how == POSITION else place.at
    shape: Point | Circle = Point(*at) if radius is None else Circle(*at, radius)
    return Choice(_label(shape, radius, names), shape, how, typed=text)


def _mended(what: Sequence[str]) -> str:
    """SWAPPED goes first: a minus that stands with the other figure was not forgotten."""
    return SWAPPED if SWAPPED in what else SIGN if SIGN in what else POSITION


def _label(shape: Point | Circle, radius: float | None, names: Names | None) -> str:
    """A position in figures, and where that is."""
    place = names.name(shape) if names else None
    where = named(place, PHRASES["id"]) if place else ""
    figures = f"{shape.lat:.5f} {shape.lon:.5f}" + ("" if radius is None else f" radius {radius:g} m")
    return f"{figures} ({where})" if where else figures


def _shape_of(offer: Offer) -> Shape:
    return Circle(offer.lat, offer.lon, offer.radius_m) if offer.radius_m else Point(offer.lat, offer.lon)


def _besides(text: str, name: str) -> str:
    """What was typed, where it says more than the name."""
    return "" if text.casefold() == name.casefold() else text[:LONGEST_LABEL]
