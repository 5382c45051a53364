"""A terminal's keys, as names and letters; and the terminal as it has to be for that."""

from __future__ import annotations

import codecs
import os
import select
import sys
import termios
import tty
from collections.abc import Iterator
from contextlib import contextmanager

from gateway.desk.key import BACKSPACE, CLEAR, ENTER, ESCAPE, INTERRUPT, PAGE_DOWN, PAGE_UP

_ENTER_SCREEN = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[?2004h"
"""The other screen, no cursor of the terminal's own, no wrapping of what it measures otherwise, pasting marked."""

_LEAVE_SCREEN = "\x1b[?2004l\x1b[?7h\x1b[?25h\x1b[?1049l"

_NAMED = {
    "\r": ENTER, "\n": ENTER, "\x7f": BACKSPACE, "\x08": BACKSPACE, "\x15": CLEAR, "\x03": INTERRUPT, "\x04": INTERRUPT,
}  # fmt: skip
_SEQUENCES = {"[5~": PAGE_UP, "[6~": PAGE_DOWN, "[A": PAGE_UP, "[B": PAGE_DOWN}
_PASTE, _PASTED = "[200~", "[201~"
_SEQUENCE_SECONDS = 0.05
"""An escape that is followed by nothing for so long was the key itself."""


class Keyboard:
    """Reads keys from a terminal in raw mode."""

    def __init__(self, handle: int):
        self._handle = handle
        self._decoder = codecs.getincrementaldecoder("utf-8")("ignore")
        self._pasting = False

    def keys(self, wait: float, wake: int) -> tuple[list[str], bool]:
        """Keys pressed by now, and whether ``wake`` could be read; waits for either up to ``wait`` seconds.

        Raises:
            EOFError: the terminal is gone.
        """
        ready, _, _ = select.select([self._handle, wake], [], [], wait)
        if wake in ready:
            os.read(wake, 4096)
        return list(self._read()) if self._handle in ready else [], wake in ready

    def _read(self) -> Iterator[str]:
        text = self._more()
        position = 0
        while position < len(text):
            letter = text[position]
            position += 1
            if letter == "\x1b":
                if position == len(text) and select.select([self._handle], [], [], _SEQUENCE_SECONDS)[0]:
                    text += self._more()
                sequence = _sequence(text[position:])
                position += len(sequence)
                if sequence in (_PASTE, _PASTED):
                    self._pasting = sequence == _PASTE
                else:
                    yield from [ESCAPE] if not sequence else [_SEQUENCES[sequence]] if sequence in _SEQUENCES else []
            elif self._pasting and letter in "\r\n":
                # A pasted line end sends nothing.
                yield " "
            elif letter in _NAMED:
                yield _NAMED[letter]
            elif letter.isprintable():
                yield letter

    def _more(self) -> str:
        data = os.read(self._handle, 4096)
        if not data:
            raise EOFError
        return self._decoder.decode(data)


def _sequence(text: str) -> str:
    """The rest of an escape sequence at the start of ``text``; empty: the escape was a key."""
    if not text or text[0] not in "[O":
        return ""
    for position, letter in enumerate(text[1:], 2):
        if "\x40" <= letter <= "\x7e":
            return text[:position]
    return text


@contextmanager
def raw_terminal(handle: int) -> Iterator[None]:
    """Keys one by one and the other screen, until the end, whatever that is."""
    before = termios.tcgetattr(handle)
    try:
        tty.setraw(handle)
        sys.stdout.write(_ENTER_SCREEN)
        sys.stdout.flush()
        yield
    finally:
        sys.stdout.write(_LEAVE_SCREEN)
        sys.stdout.flush()
        termios.tcsetattr(handle, termios.TCSADRAIN, before)
