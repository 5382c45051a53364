"""Whether a text tells of violence by somebody close, or of crime: who does what to whom, and what points to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gateway.incident.report import Nature
from sms.lexicon import ACTIVE, PASSIVE, Hit
from sms.normal import Token
from sms.persons import Person, Tie
from sms.text import Text

REACH = 7
"""Tokens between a verb and who does it."""

AFTER_A_VERB = frozenset({
    "pake", "pakai", "sama", "di", "ke", "dari", "dengan", "terus", "lagi", "sampai", "tiap", "karena", "saja",
    "aja", "sekarang", "tadi", "kemarin", "malam", "dan", "habis", "abis", "waktu", "pas", "kalau", "sudah",
    "tidak", "tolong", "cepat", "mulu", "banget", "bgt", "juga", "ya", "nih", "dong", "pak", "bu", "min", "mas",
    "mbak", "kak", "bang", "yang", "itu", "ini", "sambil", "hampir", "berkali", "dulu", "depan", "saat", "ketika",
    "udah", "belum", "with", "every", "very", "badly", "until", "and", "then", "in", "so", "because", "since",
    "almost", "semalam", "barusan", "tanpa", "gara", "gitu", "begitu", "kok", "bukan", "hanya", "cuma", "seperti",
    "kayak", "kaya", "rame", "semua", "hari", "siang", "pagi", "sore", "masih", "jam", "lewat", "biar", "supaya",
    "keras", "kencang", "kenceng", "parah", "habis2an", "bertubi", "jadi", "makanya", "padahal", "tapi", "tp",
    "mohon", "darurat", "berulang",
})  # fmt: skip
"""Words that may follow a verb without being who or what it is done to."""

TOLD_WITH = frozenset({"body", "weapon", "weapon_ready", "bleeding", "wound", "again", "child", "self"})

BY = frozenset({"sama", "dengan", "dari"})

ENOUGH, LEAST_SIGNS = 4, 2
"""Sum of signs, and of who gives them, from which a text may tell of violence; the least the signs alone are worth."""

CLOSE_COUNTS = {Tie.CLOSE: 2, Tie.THIRD: 1, Tie.OWNED: 1}


@dataclass(frozen=True, slots=True)
class Judgement:
    """One nature that who-does-what makes likely.

    Attributes:
        sure: somebody close is named as the one who does it, or it is violence whoever does it.
        own: the writer says that it is done to him, or by somebody of his.
        named: it is said to whom it is done.
    """

    nature: Nature
    hit: Hit
    sure: bool = True
    own: bool = False
    named: bool = False


def attacks(tokens: Sequence[Token], hits: Sequence[Hit], people: Sequence[Person]) -> Iterator[Judgement]:
    """What each attack told of is: violence or crime."""
    for hit in hits:
        if not hit.entry.act or _is_half_of_another(hit, hits):
            continue
        agent, victim = _roles(hit, tokens, people)
        if agent is None and victim is None and _is_of_things(hit, tokens, hits, people):
            continue
        named = victim is not None and victim.tie is not Tie.STRANGER
        own = any(one is not None and (one.own or one.tie is Tie.SELF) for one in (agent, victim))
        if hit.entry.act in ("sexual", "coercion"):
            own = {Tie.SELF, Tie.CLOSE} <= {one.tie for one in people} or any(one.own for one in people)
        yield replace(_judge(hit, agent, victim, people), own=own, named=named)


def _is_half_of_another(hit: Hit, hits: Sequence[Hit]) -> bool:
    return any(
        other.entry.act and other.first <= hit.first and hit.last <= other.last and other.length > hit.length
        for other in hits
    )


def _is_of_things(hit: Hit, tokens: Sequence[Token], hits: Sequence[Hit], people: Sequence[Person]) -> bool:
    """What follows the verb is neither a person, nor a body, nor how or when: "dihajar ombak", "memukul rekor"."""
    if hit.entry.act not in ("physical", "threat") or hit.last + 1 >= len(tokens):
        return False
    after = tokens[hit.last + 1]
    if after.clause != tokens[hit.last].clause or after.word in AFTER_A_VERB or after.base in AFTER_A_VERB:
        return False
    starts = hit.last + 1
    known = any(one.first == starts for one in people)
    return not known and not any(other.first == starts and other.entry.name in TOLD_WITH for other in hits)


def _roles(hit: Hit, tokens: Sequence[Token], people: Sequence[Person]) -> tuple[Person | None, Person | None]:
    """Who does it, and to whom; None where it is not said."""
    clause = tokens[hit.first].clause
    before = [one for one in people if one.last < hit.first and one.clause == clause and hit.first - one.last <= REACH]
    after = [one for one in people if one.first > hit.last and one.clause == clause and one.first - hit.last <= REACH]
    if hit.voice == PASSIVE:
        marked = [
            one for one in before if one.first > 0 and tokens[one.first - 1].word in BY and one.tie is not Tie.SELF
        ]
        doers = [one for one in after if one.tie is not Tie.SELF]
        agent = doers[0] if doers else marked[-1] if marked else None
        victims = [one for one in before if one is not agent]
        return agent, victims[-1] if victims else None
    doers = [one for one in before if one.tie is not Tie.SELF]
    agent = doers[0] if doers and doers[0].tie is Tie.CLOSE else doers[-1] if doers else None
    if agent is None and hit.voice == ACTIVE:
        agent = next((one for one in people if one.last < hit.first and one.tie is Tie.CLOSE), None)
    if hit.voice != ACTIVE and agent is None and after and after[0].tie is not Tie.SELF:
        return after[0], None
    return agent, after[0] if after else None


def _judge(hit: Hit, agent: Person | None, victim: Person | None, people: Sequence[Person]) -> Judgement:
    act = hit.entry.act
    if act == "sexual":
        return Judgement(Nature.VIOLENCE, hit)
    if act == "coercion":
        close = any(one.tie is Tie.CLOSE for one in people)
        return Judgement(Nature.VIOLENCE, hit, sure=close or (bool(people) and _no_stranger(agent, people)))
    if agent is None:
        return _by_nobody_named(hit, victim, people)
    if agent.tie is Tie.CLOSE:
        return Judgement(Nature.VIOLENCE, hit)
    if victim is not None and (victim.tie is Tie.OWNED or victim.theirs) and hit.voice != PASSIVE:
        return Judgement(Nature.VIOLENCE, hit)
    if agent.tie in (Tie.CHILD, Tie.OWNED, Tie.WOMAN):
        return Judgement(Nature.VIOLENCE, hit, sure=agent.own or agent.theirs)
    if agent.tie is Tie.THIRD:
        known = any(one.tie is Tie.CLOSE for one in people) or (victim is not None and victim.tie is Tie.SELF)
        return Judgement(Nature.VIOLENCE, hit, sure=known)
    if agent.tie is Tie.ACQUAINTANCE and victim is not None and victim.tie is Tie.CHILD:
        return Judgement(Nature.VIOLENCE, hit)
    return Judgement(Nature.CRIME, hit)


def _no_stranger(agent: Person | None, people: Sequence[Person]) -> bool:
    return (agent is None or agent.tie is not Tie.STRANGER) and not all(one.tie is Tie.STRANGER for one in people)


def _by_nobody_named(hit: Hit, victim: Person | None, people: Sequence[Person]) -> Judgement:
    if victim is not None and victim.theirs and hit.voice != PASSIVE:
        return Judgement(Nature.VIOLENCE, hit)
    others = [one for one in people if one is not victim]
    if any(one.tie is Tie.CLOSE for one in others):
        return Judgement(Nature.VIOLENCE, hit)
    if any(one.tie is Tie.STRANGER for one in others) or hit.entry.name == "stab":
        return Judgement(Nature.CRIME, hit)
    if victim is not None and (victim.woman or victim.tie in (Tie.OWNED, Tie.CHILD)):
        return Judgement(Nature.VIOLENCE, hit, sure=False)
    if victim is not None and victim.tie in (Tie.CLOSE, Tie.STRANGER, Tie.ACQUAINTANCE):
        return Judgement(Nature.CRIME, hit, sure=False)
    return Judgement(Nature.VIOLENCE, hit, sure=False)


def unsaid(hits: Sequence[tuple[Text, Hit]], people: Sequence[Person]) -> tuple[int, list[tuple[Text, Hit]]]:
    """How much in the texts points to violence that no word names, and what it is."""
    best: dict[str, tuple[Text, Hit]] = {}
    for text, hit in hits:
        if hit.entry.sign:
            best.setdefault(hit.entry.name, (text, hit))
    signs = sum(hit.entry.sign for _, hit in best.values())
    if signs < LEAST_SIGNS:
        return 0, []
    return signs + max((CLOSE_COUNTS.get(one.tie, 0) for one in people), default=0), list(best.values())
