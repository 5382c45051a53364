"""The errors of the pure part, drawn once.

Refused                 something from outside cannot be used; says where, why, and what to do
├── RulesRefused        the routing rules contradict themselves
└── EvidenceRefused     one claim of where a caller is cannot be understood; the call goes on without it
"""

from __future__ import annotations


class Refused(Exception):
    """Input from outside cannot be used.

    Attributes:
        where: the place of the fault as its owner knows it (``routing_rules.yaml:12``, a header's name).
        why: one sentence on what is wrong, and what to do.
    """

    def __init__(self, where: str, why: str):
        super().__init__(f"{where}: {why}")
        self.where = where
        self.why = why


class RulesRefused(Refused):
    """The routing rules cannot be put in force."""


class EvidenceRefused(Refused):
    """One claim of where a caller is was garbled."""
