"""Logs: one JSON object per line on stderr, free of numbers, texts and places.

Two guards stand in the way of a victim's data: only the keys of KEYS are written, and in every string each run of five
or more digits is masked. What matters about a person belongs in the timeline, where desks see it.
"""

from __future__ import annotations

import logging
import os
import re
import sys
import threading
import traceback
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Any

import structlog

from gateway.settings import ROOT

_ABOUT_THE_LINE = ("event", "level", "log", "at", "pid", "process", "command", "version", "fault", "fault_at")
_ABOUT_A_CONTACT = ("incident", "channel", "channel_id", "kind", "trunk", "nature", "rule", "priority", "step", "steps")
_ABOUT_ITS_WAY = ("queue", "desk", "agency", "job", "entries", "jobs", "tries", "outcome", "cause", "bound", "seconds")
_ABOUT_THE_WORKS = ("source", "where", "why", "what", "file", "line", "port", "address", "setting", "status", "method")
_FIGURES = ("path", "count", "size", "signal", "milliseconds")

KEYS = frozenset(_ABOUT_THE_LINE + _ABOUT_A_CONTACT + _ABOUT_ITS_WAY + _ABOUT_THE_WORKS + _FIGURES)
"""The keys a log line may have; any other is left out, and named under ``left_out``."""

IDENTIFIERS = frozenset({"incident", "channel_id", "job", "at", "pid"})
"""Keys whose values are ours or the switch's own identifiers: long digits are meant."""

MARK = "GATEWAY112_RUN"
"""Stands in the environment of supervisord and of all it keeps, whose standard error is a log."""

MASK = "#####"
LONGEST_VALUE = 300
# Digits of any script, also with the separators people write numbers with.
_DIGIT_RUN = re.compile(r"\d(?:[ .\-()/]{0,2}\d){4,}")
_IDENTIFIER = re.compile(r"[A-Za-z0-9._:/\-]{1,128}")
_E164 = re.compile(r"(?:\+|%2B|0|62)\d{7,14}", re.IGNORECASE)


def scrub(text: str) -> str:
    """``text`` with every run of five or more digits masked, bounded to 300 characters."""
    return _DIGIT_RUN.sub(MASK, text[: 4 * LONGEST_VALUE])[:LONGEST_VALUE]


def get_logger(name: str) -> Any:
    """A logger with ``debug``, ``info``, ``warning``, ``error`` and ``exception``; values are keywords of KEYS."""
    return structlog.get_logger(log=name)


def configure(level: str = "info") -> None:
    """Set where and from which level on this process logs; also catches the logs of the packages we use."""
    number = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            _fault,
            _allow,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=lambda *_: structlog.WriteLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    foreign = _Foreign(max(number, logging.WARNING))
    logging.basicConfig(level=foreign.level, handlers=[foreign], force=True)
    if MARK in os.environ:
        _take_what_nobody_caught()


def _take_what_nobody_caught() -> None:
    """Of itself Python writes down the exception's text."""
    log = get_logger("python")
    sys.excepthook = lambda _kind, fault, _trace: log.error("the process ends by a fault", fault=fault)
    sys.unraisablehook = lambda given: log.error("a fault that nobody could take", fault=given.exc_value)
    threading.excepthook = lambda given: log.error("a thread ends by a fault", fault=given.exc_value)


class _Foreign(logging.Handler):
    """Lines of other packages, under the same guards."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            values = {"fault": record.exc_info[1]} if record.exc_info and record.exc_info[1] else {}
            line = getattr(get_logger(record.name), record.levelname.lower(), None)
            (line or get_logger(record.name).error)(record.getMessage(), **values)
        except Exception:
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:
        sys.stderr.write(f'{{"event": "a log line could not be written", "logger": "{record.name}"}}\n')


def _fault(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """An exception becomes its type and the place in the code: its text may hold what a caller said."""
    given, current = line.pop("fault", None), line.pop("exc_info", None)
    fault = given or (sys.exc_info()[1] if current else None)
    if isinstance(fault, BaseException):
        line["fault"] = type(fault).__name__
        line["fault_at"] = code_place(fault)
    elif fault:
        line["fault"] = str(fault)
    return line


def code_place(fault: BaseException) -> str:
    """Where in the code a fault arose: ``gateway/store/__init__.py:120``; empty when it was never raised."""
    frames = traceback.extract_tb(fault.__traceback__)
    if not frames:
        return ""
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(ROOT / "gateway")]
    place = (ours or list(frames))[-1]
    file = Path(place.filename)
    return f"{file.relative_to(ROOT) if file.is_relative_to(ROOT) else file.name}:{place.lineno}"


def _allow(_logger: object, _method: str, line: MutableMapping[str, Any]) -> Mapping[str, Any]:
    kept = {key: _value(key, value) for key, value in line.items() if key in KEYS}
    left_out = sorted(scrub(key) for key in line.keys() - KEYS)
    return {**kept, "left_out": left_out} if left_out else kept


def _value(key: str, value: object) -> object:
    if key in IDENTIFIERS and isinstance(value, str) and _IDENTIFIER.fullmatch(value) and not _E164.fullmatch(value):
        return value
    if isinstance(value, bool | None):
        return value
    if isinstance(value, int | float):
        # A telephone number may come as an integer.
        return value if abs(value) < 100_000 or (key in IDENTIFIERS and key == "pid") else MASK
    if isinstance(value, list | tuple | set | frozenset):
        return [_value("", item) for item in list(value)[:20]]
    return scrub(str(value))


configure()
