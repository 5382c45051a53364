"""Ways to learn where somebody is, one file each, and the words in which a desk is told."""

from __future__ import annotations

from dataclasses import replace

from gateway.evidence.whisper import whisper
from gateway.evidence.words import words
from gateway.gazetteer import gazetteer
from gateway.incident.location import Location


def describe(location: Location, now: float, language: str = "id") -> tuple[str, list[str]]:
    """A location in words and in sounds, named by the gazetteer where it is not yet."""
    location = with_place(location)
    return words(location, language, now), whisper(location)


def with_place(location: Location) -> Location:
    """The location with its place's name, as far as the gazetteer knows one."""
    if location.place is not None or location.shape is None:
        return location
    return replace(location, place=gazetteer().name(location.shape))
