"""The persons of a text, for questions that each of its verbs asks: in a time that does not grow with their number."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence

from sms.lexicon import Hit
from sms.persons import Person, Tie

REACH = 7
"""Tokens between a verb and who does it."""


class Cast:
    """The persons of a text, for questions that many verbs ask."""

    def __init__(self, people: Sequence[Person]):
        self.people = people
        self.firsts = [one.first for one in people]
        self.ties = Counter(one.tie for one in people)
        self.has_own = any(one.own for one in people)
        self.first_close = next((one for one in people if one.tie is Tie.CLOSE), None)

    def before(self, hit: Hit, clause: int) -> list[Person]:
        """Who stands within reach before a verb, in its clause."""
        at = bisect_left(self.firsts, hit.first)
        near = self.people[max(at - REACH, 0) : at]
        return [one for one in near if one.clause == clause and 0 < hit.first - one.last <= REACH]

    def after(self, hit: Hit, clause: int) -> list[Person]:
        at = bisect_right(self.firsts, hit.last)
        near = self.people[at : at + REACH]
        return [one for one in near if one.clause == clause and one.first - hit.last <= REACH]

    def has(self, tie: Tie, beside: Person | None = None) -> bool:
        """Somebody of this tie is spoken of, beside that person."""
        return self.ties[tie] > (beside is not None and beside.tie is tie)
