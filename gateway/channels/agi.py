"""One call's line to Asterisk: FastAGI, by pyst2's AGI, subclassed to be safe.

What the subclass cures: ``AGI()`` installs a signal handler, which fails in a thread; it writes every caller's number
to stderr; ``_quote`` does not escape; reads have no bound in length or time; ``get_data`` cannot tell a pressed # from
silence; and a hang-up shows in six shapes, most of them not raised as one. Here every end is one ``HungUp``.
"""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Mapping
from enum import StrEnum
from urllib.parse import quote, unquote

from asterisk import agi

LONGEST_LINE_BYTES = 8192
"""Asterisk evaluates an application's arguments in a buffer of 8192 bytes, so no line it sends is longer."""

MOST_HEADER_LINES = 200
LONGEST_COMMAND_BYTES = 2000
"""Asterisk 20 reads commands into 2048 bytes."""

HEADER_SECONDS = 5.0
REPLY_SECONDS = 10.0
PROMPT_SECONDS = 10.0
"""More than any prompt lasts."""

FIRST_PATIENCE_SECONDS = 5.0
PATIENCE_SECONDS = 20.0
LATE_SECONDS = 2.0
"""The dialplan gives us FIRST_PATIENCE_SECONDS, then leads the call to the operators, unless we ask for more: at each
step for so much that a caller whom we leave in the lurch does not wait long for a person. Its clock starts before ours,
on a busy machine by LATE_SECONDS."""

PLAIN = "/~&._-"
"""What stands unencoded in a variable's value besides letters and digits: nothing that is syntax to the dialplan."""

_RESULT = re.compile(r"200 result=(\S*)(?: \((.*)\))?(?: endpos=\d+)?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


class Cause(StrEnum):
    """Why a line ended."""

    CLOSED = "closed"  # Asterisk closed the connection
    HANGUP = "hangup"  # HANGUP, sent beside the replies
    DEAD = "dead"  # 511: the channel is gone
    FAILED = "failed"  # result=-1, and the channel is gone
    DURING = "during"  # (hangup), while a command ran
    BROKEN = "broken"  # broken pipe, connection reset
    TIMEOUT = "timeout"  # no reply in time, or the dialplan lost patience with us
    PROTOCOL = "protocol"  # what came is no AGI, or a command of ours was refused
    STOPPED = "stopped"  # we are being stopped


class HungUp(Exception):
    """The one end of every line."""

    def __init__(self, cause: Cause):
        super().__init__(cause.value)
        self.cause = cause

    @property
    def by_caller(self) -> bool:
        """False: the fault is ours or Asterisk's, the caller may well be there still and goes on in the dialplan."""
        return self.cause not in (Cause.TIMEOUT, Cause.PROTOCOL, Cause.STOPPED)


class Line(agi.AGI):  # type: ignore[misc]  # pyst2 has no types
    """A channel in Asterisk that waits for our commands. Methods raise HungUp and nothing else.

    Attributes:
        script: the path the dialplan asked for (``agi://…/call`` → ``call``).
        arguments: the dialplan's arguments, decoded.
        failed_sounds: prompts that Asterisk could not play, so far.
    """

    def __init__(self, connection: socket.socket):
        self._connection = connection
        self._unread = b""
        self._deadline = 0.0
        self._got_sighup = False  # pyst2 looks at it before each command
        self._stopped = False
        self._patient_until = time.monotonic() + FIRST_PATIENCE_SECONDS
        self.failed_sounds: list[str] = []
        self._set: set[str] = set()
        self.env: dict[str, str] = {}
        self._give(HEADER_SECONDS)
        self._get_agi_env()
        if self.env.get("agi_network") != "yes":
            raise self._end(Cause.PROTOCOL)
        self.script = self.env.get("agi_network_script", "").partition("?")[0].strip("/")
        self.arguments = self._arguments()

    @property
    def channel_id(self) -> str:
        """Asterisk's uniqueid."""
        return self.env.get("agi_uniqueid", "")

    def stop(self) -> None:
        """End the line from another thread, as a fault of ours: the caller goes on in the dialplan."""
        self._stopped = True
        try:
            self._connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # It ended before.

    def answer(self) -> None:
        self._perform("ANSWER")

    def ask(self, sound: str, wait: float) -> str | None:
        """The key that interrupts or follows the sound (0-9 * # A-D); None: none within ``wait`` seconds after it.

        A sound that cannot be played is a fault of ours: it is noted, and the key is waited for in silence.
        """
        self._make_patient_for(PROMPT_SECONDS + wait)
        self._give(PROMPT_SECONDS + wait + REPLY_SECONDS)
        try:
            key, remark = self.execute("GET DATA", self._quote(sound), round(wait * 1000), 1)["result"]
        except agi.AGIAppError:
            self._make_sure_of_the_channel()
            self.failed_sounds.append(sound)
            return self._wait_for_key(wait)
        if key:
            return str(key[0])
        return None if remark == "timeout" else "#"

    def digits(self, most: int, wait: float) -> str | None:
        """Up to ``most`` digits, ended by # or by ``wait`` seconds without one; None: nothing was pressed.

        Nothing is played. Where Asterisk cannot collect them, none were.
        """
        self._make_patient_for(wait * (most + 1))
        self._give(wait * (most + 1) + REPLY_SECONDS)
        try:
            digits, remark = self.execute("GET DATA", self._quote(""), round(wait * 1000), most)["result"]
        except agi.AGIAppError:
            self._make_sure_of_the_channel()
            return None
        return str(digits) if digits or remark != "timeout" else None

    def set_variables(self, values: Mapping[str, str]) -> None:
        """Set variables that the channels called from here inherit; values are URI-encoded on the way.

        What is empty, and was never anything else, is not set: it costs Asterisk as much as the rest, on each channel.
        """
        told = {name: value for name, value in values.items() if value or name in self._set}
        self._set.update(told)
        words = [f"__{name}={quote(value, PLAIN, errors='replace')}" for name, value in told.items()]
        # Patience comes along with what is said anyway, so a call with one question asks for it nowhere else.
        words.append(f"TIMEOUT(absolute)={PATIENCE_SECONDS:.0f}")
        while words:
            together = [words.pop(0)]
            while words and len(",".join(together)) + len(words[0]) < LONGEST_COMMAND_BYTES - 20:
                together.append(words.pop(0))
            self._perform("EXEC", "MSet", self._quote(",".join(together)))
        self._patient_until = time.monotonic() + PATIENCE_SECONDS

    def _make_patient_for(self, seconds: float) -> None:
        if time.monotonic() + seconds > self._patient_until:
            patience = max(PATIENCE_SECONDS, seconds + FIRST_PATIENCE_SECONDS)
            self._perform("SET AUTOHANGUP", round(patience))
            self._patient_until = time.monotonic() + patience

    def _wait_for_key(self, wait: float) -> str | None:
        self._give(REPLY_SECONDS + wait)
        try:
            code, _ = self.execute("WAIT FOR DIGIT", round(wait * 1000))["result"]
        except agi.AGIAppError:
            self._make_sure_of_the_channel()
            raise self._end(Cause.PROTOCOL) from None
        if code in ("", "0"):
            return None
        return chr(int(code)) if code.isdecimal() and int(code) < 128 else None

    def _perform(self, command: str, *words: object) -> None:
        self._give(REPLY_SECONDS)
        try:
            self.execute(command, *words)
        except agi.AGIAppError:
            self._make_sure_of_the_channel()
            raise self._end(Cause.PROTOCOL) from None

    def _make_sure_of_the_channel(self) -> None:
        """After result=-1, which Asterisk gives for a hang-up and for a sound that is missing."""
        self._give(REPLY_SECONDS)
        try:
            state, _ = self.execute("CHANNEL STATUS")["result"]
        except agi.AGIAppError:
            raise self._end(Cause.FAILED) from None
        except HungUp as end:
            raise (self._end(Cause.FAILED) if end.by_caller else end) from None
        if state == "0":
            raise self._end(Cause.FAILED)

    # What follows replaces pyst2's own, and is called by its ``execute``.

    def _get_agi_env(self) -> None:
        for _ in range(MOST_HEADER_LINES):
            line = self._read_line()
            if not line:
                return
            name, _, value = line.partition(":")
            # Asterisk writes the caller's name as it came, newlines and all, after what is its own and before the
            # arguments: so the first of each name is Asterisk's, but of an argument the last.
            if name not in self.env or name.startswith("agi_arg_"):
                self.env[name] = value.strip()
        raise self._end(Cause.PROTOCOL)

    def _quote(self, text: object) -> str:
        plain = _CONTROL.sub(" ", str(text)).replace("\\", "\\\\").replace('"', '\\"')
        return f'"{plain}"'

    def send_command(self, command: str, *words: object) -> None:
        line = " ".join([command, *map(str, words)])
        try:
            self._connection.settimeout(REPLY_SECONDS)
            self._connection.sendall(f"{_CONTROL.sub(' ', line)}\n".encode())
        except TimeoutError:
            raise self._end(Cause.TIMEOUT) from None
        except OSError:
            raise self._end(Cause.BROKEN) from None

    def get_result(self, _: object = None) -> dict[str, tuple[str, str]]:
        """Raises HungUp, or AGIAppError for result=-1."""
        line = self._read_line()
        found = _RESULT.fullmatch(line)
        if not found:
            ends = {"HANGUP": Cause.HANGUP, "511": Cause.DEAD}
            raise self._end(ends.get(line.partition(" ")[0], Cause.PROTOCOL))
        value, remark = found[1], found[2] or ""
        if remark == "hangup":
            raise self._end(Cause.DURING)
        if value == "-1":
            raise agi.AGIAppError("-1")
        return {"result": (value, remark)}

    def _give(self, seconds: float) -> None:
        """All that is read from now on has to be there within this time, however slowly it drips."""
        self._deadline = time.monotonic() + seconds

    def _read_line(self) -> str:
        while (end := self._unread.find(b"\n")) < 0 and len(self._unread) <= LONGEST_LINE_BYTES:
            self._unread += self._receive()
        if not 0 <= end <= LONGEST_LINE_BYTES:
            raise self._end(Cause.PROTOCOL)
        line, self._unread = self._unread[:end], self._unread[end + 1 :]
        return line.decode("utf-8", "replace").strip()

    def _receive(self) -> bytes:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise self._end(Cause.TIMEOUT)
        try:
            self._connection.settimeout(left)
            received = self._connection.recv(16384)
        except TimeoutError:
            raise self._end(Cause.TIMEOUT) from None
        except OSError:
            raise self._end(Cause.BROKEN) from None
        if not received:
            raise self._end(Cause.CLOSED)
        return received

    def _end(self, cause: Cause) -> HungUp:
        if self._stopped:
            return HungUp(Cause.STOPPED)
        # When the dialplan loses patience, Asterisk tells us the same as when the caller hangs up.
        late = time.monotonic() > self._patient_until - LATE_SECONDS
        return HungUp(Cause.TIMEOUT if late and HungUp(cause).by_caller else cause)

    def _arguments(self) -> list[str]:
        count = next(number for number in range(MOST_HEADER_LINES + 1) if f"agi_arg_{number + 1}" not in self.env)
        return [unquote(self.env[f"agi_arg_{number}"], errors="replace") for number in range(1, count + 1)]
