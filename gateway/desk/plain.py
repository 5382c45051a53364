"""A desk's acts as lines: commands in, JSON out, for scripts and tests. docs/desk.md tells each line."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from typing import Any, TextIO

from gateway.desk.case import Case
from gateway.desk.draft import Draft
from gateway.desk.duty import Duty, Listed
from gateway.desk.feed import Feed
from gateway.desk.not_done import NotDone
from gateway.desk.presence import Presence, Standing
from gateway.desk.words import NOT_DONE
from gateway.language import said
from gateway.rules.phrases import phrases
from gateway.store import StoreAway

LOOK_SECONDS = 1.0
_LOOKS = ("list", "open", "phrases")
"""What a draft outlives. After any other command ``confirm`` must not send what was written before it."""

_AGES = ("place",)
"""What changes by time alone is no news."""


class Plain:
    """Reads commands until ``leave`` or the end of the input; then what the desk had goes back to the queue."""

    def __init__(self, duty: Duty, presence: Presence):
        self._duty = duty
        self._presence = presence
        self._inbox: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._woken = threading.Event()
        self._opened: set[str] = set()
        self._told: dict[str, object] = {}
        self._draft: Draft | None = None
        self._over = False
        self._out: Callable[[str], object] = print

    def run(self, lines: Iterable[str], out: TextIO) -> int:
        self._out = lambda line: (out.write(line + "\n"), out.flush())
        self._say("on_duty", desk=self._duty.desk, agency=self._duty.agency.id)
        threading.Thread(target=self._listen, args=(lines,), name="input", daemon=True).start()
        feed = Feed(self._duty.store, lambda _entries: self._wake())
        threading.Thread(target=feed.follow, name="feed", daemon=True).start()
        while not self._over:
            self._woken.clear()
            self._look()
            try:
                line = self._inbox.get(timeout=LOOK_SECONDS)
            except queue.Empty:
                continue
            if line is None:
                self._attempt("leave", lambda: self._leave("yes"))
                return 0
            if line.strip():
                self._perform(line.strip())
        return 0

    def _wake(self) -> None:
        """However much happens, one look at a time is asked for."""
        if not self._woken.is_set():
            self._woken.set()
            self._inbox.put("")

    def _listen(self, lines: Iterable[str]) -> None:
        for line in lines:
            self._inbox.put(line)
        self._inbox.put(None)

    # what is told unasked

    def _look(self) -> None:
        if self._presence.standing is Standing.TAKEN:
            self._news("standing", {"standing": "taken"})
        try:
            lists = self._lists()
            mine = [listed["incident"] for listed in (*lists["mine"], *lists["calls"])]
            self._news("lists", lists)
            for incident in dict.fromkeys([*mine, *sorted(self._opened)]):
                self._tell_case(str(incident))
        except StoreAway as away:
            self._news("store", {"away": True, "why": str(away)})
        else:
            if "store" in self._told:
                self._news("store", {"away": False})

    def _lists(self) -> dict[str, list[dict[str, Any]]]:
        duty = self._duty
        lists = {"waiting": duty.waiting(), "mine": duty.mine(), "missed": duty.missed(), "limits": duty.limits(),
                 "informed": duty.informed(), "calls": duty.calls()}  # fmt: skip
        return {name: [listed_plainly(each) for each in found] for name, found in lists.items()}

    def _tell_case(self, incident: str) -> None:
        try:
            self._news("case", _case(self._duty.open(incident)), name=f"case {incident}")
        except NotDone:
            self._opened.discard(incident)

    def _news(self, event: str, values: dict[str, Any], name: str = "") -> None:
        without_ages = _without_ages(values)
        if self._told.get(name or event) != without_ages:
            self._told[name or event] = without_ages
            self._say(event, **values)

    # what is told when asked

    def _perform(self, line: str) -> None:
        name, _, rest = line.partition(" ")
        incident, _, words = rest.strip().partition(" ")
        acts: dict[str, Callable[[], object]] = {
            "list": lambda: self._say("lists", **self._lists()),
            "open": lambda: self._open(incident),
            "accept": lambda: self._accept(incident),
            "write": lambda: self._offer(self._duty.draft(incident, words)),
            "phrase": lambda: self._offer(self._duty.draft_phrase(incident, *words.split()[:2])),
            "phrases": self._phrases,
            "confirm": self._confirm,
            "place": lambda: self._place(incident, words),
            "link": lambda: self._link(incident),
            "call_back": lambda: self._call_back(incident, words),
            "safe": lambda: self._safe(incident, *words.split(None, 1)),
            "unmute": lambda: self._duty.unmute(incident),
            "release": lambda: self._duty.release(incident, words),
            "close": lambda: self._duty.close(incident, *words.split(None, 1)),
            "leave": lambda: self._leave(rest),
        }
        if name in acts and self._presence.standing is Standing.TAKEN and name != "leave":
            self._say("refused", command=name, why="elsewhere", desk=self._duty.desk)
        elif name in acts:
            self._draft = self._draft if name in (*_LOOKS, "confirm") else None
            self._attempt(name, acts[name], incident)
        else:
            self._say("refused", command=name, why="unknown_command", known=sorted(acts))

    def _attempt(self, command: str, act: Callable[[], object], incident: str = "") -> None:
        about = {"command": command, **({"incident": incident} if incident else {})}
        try:
            if act() is not False:
                self._say("done", **about)
        except NotDone as refused:
            sentence = said(NOT_DONE, refused.what, self._duty.language).format(**refused.values)
            self._say("refused", **about, why=refused.what, sentence=sentence, **refused.values)
        except StoreAway as away:
            self._say("refused", **about, why="store_away", sentence=str(away))
        except TypeError:
            self._say("refused", **about, why="incomplete")

    def _open(self, incident: str) -> None:
        self._say("case", **_case(self._duty.open(incident)))
        self._opened.add(incident)

    def _accept(self, incident: str) -> None:
        self._duty.accept(incident)
        self._open(incident)

    def _offer(self, draft: Draft) -> bool:
        """Written, unless something speaks against it; then ``confirm`` writes it."""
        self._draft = draft
        faults = [] if draft.phrase else [asdict(fault) for fault in draft.faults]
        if faults or draft.muted or draft.risk:
            reasons = {"faults": faults, "muted": draft.muted, "risk": draft.risk}
            self._say("warned", incident=draft.incident, segments=draft.segments, **reasons)
            return False
        self._confirm()
        return True

    def _link(self, incident: str) -> bool:
        """Never written at once: ``confirm`` does."""
        draft = self._draft = self._duty.draft_link(incident)
        self._say("warned", incident=incident, segments=draft.segments, faults=[], text=draft.text, risk=draft.risk)
        return False

    def _confirm(self) -> None:
        """After a store that was away, the same draft again is the same reply."""
        if self._draft is None:
            raise NotDone("empty")
        self._duty.write(self._draft)
        self._draft = None

    def _call_back(self, incident: str, yes: str) -> bool:
        """First whether it could be, then, by ``yes``, it is."""
        if yes.strip() != "yes":
            self._duty.may_ring(incident)
            self._say("asked", command="call_back", incident=incident)
            return False
        self._duty.call_back(incident)
        return True

    def _safe(self, incident: str, answer: str, note: str = "") -> None:
        self._duty.consent_to_call(incident, answer, note)

    def _place(self, incident: str, words: str) -> bool:
        """Said at once where it surely means one place; else the choices are told, and their number says it."""
        found = self._duty.places(incident, words)
        if len(found) > 1 or not found[0].is_sure:
            places, how = [choice.label for choice in found], [choice.how for choice in found]
            self._say("choices", incident=incident, places=places, how=how)
            return False
        self._duty.place(incident, found[0])
        if found[0].said:
            self._say("words_kept", incident=incident, why="your words are kept: never write what happened")
        return True

    def _phrases(self) -> None:
        known = {
            language: {phrase.name: phrase.text for phrase in named.values() if phrase.text and not phrase.link}
            for language, named in phrases().items()
        }
        self._say("phrases", **known)

    def _leave(self, yes: str) -> bool:
        # What the desk has belongs to whoever took it over.
        mine = [] if self._presence.standing is Standing.TAKEN else self._duty.mine()
        if mine and yes.strip() != "yes":
            self._say("asked", command="leave", conversations=len(mine))
            return False
        for listed in mine:
            self._duty.release(listed.case.incident, "the desk left")
        self._over = True
        return True

    def _say(self, event: str, **values: object) -> None:
        # ASCII alone: whatever a writer sent moves no cursor of whoever reads this in a terminal.
        self._out(json.dumps({"event": event, **values}))


def listed_plainly(listed: Listed) -> dict[str, Any]:
    case, wait = listed.case, listed.wait
    names = ("incident", "nature", "priority", "silent", "life_threat", "place", "messages", "warnings")
    values = {name: getattr(case, name) for name in names}
    part = wait.part if wait and not case.discreet else ""
    due = {"limits": [{"what": each.what, "due_at": each.due_at} for each in listed.limits]} if listed.limits else {}
    return {**values, "part": part, "raised": bool(wait and wait.raised), "since": wait.since if wait else None, **due}


def _case(case: Case) -> dict[str, Any]:
    return asdict(case)


def _without_ages(value: Any) -> Any:
    """For comparing: as JSON has it, without what changes by time alone."""
    if isinstance(value, dict):
        return {name: _without_ages(item) for name, item in value.items() if name not in _AGES}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_without_ages(item) for item in value]
    return value
