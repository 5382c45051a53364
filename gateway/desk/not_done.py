"""The one error of a desk's acts."""

from __future__ import annotations


class NotDone(Exception):
    """An act that cannot be done.

    Attributes:
        what: which one, as in words.NOT_DONE.
        values: what its sentence names; never a number or a text of the writer's.
    """

    def __init__(self, what: str, **values: str):
        super().__init__(" ".join([what, *values.values()]))
        self.what = what
        self.values = values
