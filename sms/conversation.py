"""What a writer is answered: a phrase, or a named reason for silence. Pure; the phrases' words are in sms/phrases/.

It asks only for what is missing, in the order of need: is it safe to answer, where, what; each once, one at a time.
As long as nobody knows what it is, it may be violence.
Whoever else may hold the telephone learns nothing from it, and silence is right wherever there is doubt: a desk sees
the thread all the same, and can write.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gateway.incident.link import LINKED
from gateway.incident.report import Nature
from sms.other_hand import asks_who, says_unsafe
from sms.policies import MessagePolicies, Occasions
from sms.reading import PlaceRead, Reading
from sms.thread import Author, Line, Thread

SAFE, WHERE, WHAT = "safe", "where", "what"
QUESTIONS = (SAFE, WHERE, WHAT)
"""Each is the name of a phrase, too."""

UNFINISHED_SECONDS = 10
"""So long a text whose parts are still coming is not answered yet."""


@dataclass(frozen=True, slots=True)
class Answer:
    """
    Attributes:
        phrase: what is answered; empty: nothing.
        link: it may carry a link by which the telephone tells its place.
        silence: why nothing is; empty: something is.
        mute: why nothing is answered of itself from now on, which a desk must learn; empty: no change.
    """

    phrase: str = ""
    link: bool = False
    silence: str = ""
    mute: str = ""


def answer(thread: Thread, reading: Reading, policies: MessagePolicies, now: float) -> Answer:
    """What is answered to the thread as it stands. Never raises.

    Args:
        reading: of the whole thread; its nature is violence wherever violence was ever reported.
        now: seconds since the epoch.
    """
    if reason := _must_be_silent(thread, reading, policies) or _has_said_enough(thread, policies, now):
        return reason
    occasion = _occasion(thread)
    phrase = _OCCASIONS[occasion](thread, reading, policies, now)
    if not phrase:
        return Answer(silence=occasion)
    return Answer(phrase, link=phrase == WHERE and policies.location_link and _may_follow_links(reading))


def missing(thread: Thread, reading: Reading) -> tuple[str, ...]:
    """The questions whose answers are missing, in the order of need, without those that were asked before."""
    wanted = {
        SAFE: _may_be_violence(reading) or reading.nature is Nature.UNKNOWN,
        WHERE: reading.nature is not Nature.NOT_EMERGENCY and not _is_found(reading.place),
        WHAT: reading.nature is Nature.UNKNOWN,
    }
    asked = {line.phrase for line in thread.lines}
    return tuple(question for question in QUESTIONS if wanted[question] and question not in asked)


def _must_be_silent(thread: Thread, reading: Reading, policies: MessagePolicies) -> Answer | None:
    """Where a word of ours may do harm, now and later."""
    if not thread.texts:
        return Answer(silence="nothing_written")
    if thread.muted:
        return Answer(silence="muted")
    signs = {
        "opt_out": reading.opt_out,
        "silent_wish": reading.silent and _is_said(reading, "silent"),
        "takeover": reading.takeover or _another_hand(thread, reading),
        "not_safe": any(says_unsafe(text) for text in _answers_to_safe(thread, policies)),
    }
    why = next((why for why, seen in signs.items() if seen), "")
    if why:
        return Answer(silence=why, mute=why)
    if thread.lines[-1].author is Author.WRITER and thread.lines[-1].late > policies.late:
        return Answer(silence="late")
    # What merely looks like a silent wish ends nothing; who said that it is safe knows better.
    return Answer(silence="silent_wish") if reading.silent and not _is_safe(thread, policies) else None


def _has_said_enough(thread: Thread, policies: MessagePolicies, now: float) -> Answer | None:
    own = [line.at for line in thread.lines if line.author is Author.GATEWAY]
    person = max(thread.person_at or 0.0, thread.accepted_at or 0.0, _last_of(thread, Author.DESK))
    if sum(at > person for at in own) >= policies.without_person:
        # It is their answer to our last word that makes two machines of us, not the time that passes.
        return Answer(silence="loop", mute="loop" if _is_unanswered(thread) else "")
    if sum(at > now - policies.within for at in own) >= policies.most:
        return Answer(silence="flood")
    if not thread.lines[-1].complete and now < thread.lines[-1].at + UNFINISHED_SECONDS:
        return Answer(silence="incomplete")
    return None


def _another_hand(thread: Thread, reading: Reading) -> bool:
    """Whether somebody, after a word of ours, does not know who we are, where it is violence or may be."""
    ours = next((index for index, line in enumerate(thread.lines) if line.author is not Author.WRITER), None)
    if not (_may_be_violence(reading) or reading.nature is Nature.UNKNOWN) or ours is None:
        return False
    return any(asks_who(line.text) for line in thread.lines[ours:] if line.author is Author.WRITER)


def _answers_to_safe(thread: Thread, policies: MessagePolicies) -> list[str]:
    """What was written between "safe to answer?" and our next words."""
    asked = _asked(thread, SAFE)
    if asked is None:
        return []
    later = thread.lines[thread.lines.index(asked) + 1 :]
    end = next((index for index, line in enumerate(later) if line.author is not Author.WRITER), len(later))
    return [line.text for line in later[:end] if _may_answer(line, asked, policies)]


def _is_safe(thread: Thread, policies: MessagePolicies) -> bool:
    """Whether "safe to answer?" was asked and answered."""
    asked = _asked(thread, SAFE)
    return asked is not None and any(_may_answer(line, asked, policies) for line in thread.lines)


def _is_said(reading: Reading, what: str) -> bool:
    """Whether something was found in words, and not by a likeness alone."""
    found = [finding for finding in reading.findings if finding.what == what]
    return not found or not all(finding.is_likeness for finding in found)


def _asked(thread: Thread, *questions: str) -> Line | None:
    """The last of our lines that asked one of these."""
    return next((line for line in reversed(thread.lines) if line.phrase in questions), None)


def _may_answer(line: Line, question: Line, policies: MessagePolicies) -> bool:
    """Whether a line can be an answer: what comes sooner was written before the question was there."""
    return line.author is Author.WRITER and line.at >= question.at + policies.pause


# occasions


def _occasion(thread: Thread) -> str:
    if thread.closed_at is not None:
        return "closed"
    if thread.waiting_since is None and thread.accepted_at is not None:
        return "a_desk_has_it"
    return "nothing_missing" if _is_unanswered(thread) else "answered_already"


def _written(thread: Thread, reading: Reading, policies: MessagePolicies, now: float) -> str:
    """Answers the writer's last message."""
    asked = _asked(thread, *QUESTIONS)
    if asked and not _may_answer(thread.lines[-1], asked, policies):
        return _waiting(thread, reading, policies, now)
    if questions := missing(thread, reading):
        return questions[0]
    answered = any(line.author is not Author.WRITER for line in thread.lines)
    return _waiting(thread, reading, policies, now) if answered else _of(reading, policies).first


def _waiting(thread: Thread, reading: Reading, policies: MessagePolicies, now: float) -> str:
    """Nobody has accepted it yet. Who has no emergency is not invited to telephone."""
    since = None if reading.nature is Nature.NOT_EMERGENCY else thread.waiting_since
    if since is None or now < since + policies.waiting_after:
        return ""
    return _once(_of(reading, policies).waiting, thread, policies)


def _accepted(thread: Thread, reading: Reading, policies: MessagePolicies, _now: float) -> str:
    if _last_of(thread, Author.DESK) >= (thread.accepted_at or 0.0):
        return ""
    return _once(_of(reading, policies).accepted, thread, policies)


def _closed(thread: Thread, reading: Reading, policies: MessagePolicies, _now: float) -> str:
    return _once(_of(reading, policies).closed, thread, policies)


_OCCASIONS: dict[str, Callable[[Thread, Reading, MessagePolicies, float], str]] = {
    "closed": _closed,
    "a_desk_has_it": _accepted,
    "nothing_missing": _written,
    "answered_already": _waiting,
}
"""By the reason for silence where an occasion has nothing to say."""


def _of(reading: Reading, policies: MessagePolicies) -> Occasions:
    return policies.violence if _may_be_violence(reading) else policies.usual


def _may_be_violence(reading: Reading) -> bool:
    """Whether it is violence, or anything in it is a sign of it, whatever else it is first."""
    return reading.nature is Nature.VIOLENCE or any(found.what == Nature.VIOLENCE for found in reading.findings)


def _may_follow_links(reading: Reading) -> bool:
    """Whether it is known what happened, and nothing in it is a sign of violence or of who hides."""
    return reading.nature in LINKED and not reading.silent and not _may_be_violence(reading)


def _once(phrase: str, thread: Thread, policies: MessagePolicies) -> str:
    """The phrase, unless it was sent before. Whoever has not said that it is safe to answer is left alone."""
    left_alone = _asked(thread, SAFE) is not None and not _is_safe(thread, policies)
    return "" if left_alone or any(line.phrase == phrase for line in thread.lines) else phrase


def _is_unanswered(thread: Thread) -> bool:
    return thread.lines[-1].author is Author.WRITER


def _last_of(thread: Thread, author: Author) -> float:
    return max((line.at for line in thread.lines if line.author is author), default=0.0)


def _is_found(place: PlaceRead) -> bool:
    """Whether somebody could be sent there, or nearly."""
    return bool(place.coordinates or place.kelurahan or (place.kecamatan and (place.street or place.landmark)))
