"""The errors of the pure part, drawn once.

Refused                 something from outside cannot be used; says where, why, and what to do
├── RulesRefused        the routing rules contradict themselves
└── EvidenceRefused     one claim of where a caller is cannot be understood; the call goes on without it
"""

from __future__ import annotations

import base64


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
    """One claim of where a caller is was garbled.

    Attributes:
        source: the kind of source; empty until it is known.
        original: the bytes of the claim, kept though they were not understood.
    """

    def __init__(self, where: str, why: str, source: str = "", original: bytes = b""):
        super().__init__(where, why)
        self.source = source
        self.original = original

    def as_dict(self) -> dict[str, object]:
        """The refusal in JSON's terms, for a timeline."""
        original = base64.b64encode(self.original).decode("ascii")
        return {"source": self.source, "where": self.where, "why": self.why, "original": original}
