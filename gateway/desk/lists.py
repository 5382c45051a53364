"""The lists of one terminal: each case keeps its number, and what was not looked at yet is counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from gateway.desk.case import Case
from gateway.desk.duty import Listed
from gateway.desk.screen.view import SECTIONS, Row

HIGHEST_NUMBER = 99


@dataclass
class Lists:
    """
    Attributes:
        ring: something new came since it was last set to False.
    """

    ring: bool = False
    _numbers: dict[str, int] = field(default_factory=dict)
    _last_number: int = 0
    _read: dict[str, int] = field(default_factory=dict)
    """How many messages of each conversation were looked at."""
    _seen: dict[str, int] = field(default_factory=dict)
    """The incidents at the last look, with what was new in each."""

    def rows(self, lists: Sequence[Sequence[Listed]]) -> list[Row]:
        """A row for each case in the lists, which stand in the order of SECTIONS."""
        there = {listed.case.incident for found in lists for listed in found}
        self._numbers = {incident: number for incident, number in self._numbers.items() if incident in there}
        rows = [
            Row(self._number(listed.case.incident), section, listed, self._news(section, listed.case))
            for section, found in zip(SECTIONS, lists, strict=True)
            for listed in found
        ]
        seen: dict[str, int] = {}
        for row in rows:  # a case may stand in two of them
            incident = row.listed.case.incident
            seen[incident] = max(row.news, seen.get(incident, 0))
        self.ring = self.ring or any(news > self._seen.get(incident, -1) for incident, news in seen.items())
        self._seen = seen
        return rows

    def read(self, case: Case) -> None:
        """All of it has been looked at."""
        self._read[case.incident] = case.messages

    def _number(self, incident: str) -> int:
        """It keeps its number while it is listed, so that a list that moves makes nobody take another's case."""
        if incident not in self._numbers:
            taken = set(self._numbers.values())
            for _ in range(HIGHEST_NUMBER):
                self._last_number = self._last_number % HIGHEST_NUMBER + 1
                if self._last_number not in taken:
                    break
            self._numbers[incident] = self._last_number
        return self._numbers[incident]

    def _news(self, section: str, case: Case) -> int:
        return max(0, case.messages - self._read.get(case.incident, 0)) if section == "mine" else 0
