"""Whether a text tells of violence by somebody close, or of crime: who does what to whom, and what points to it."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace

from gateway.incident.report import Nature
from sms.cast import Cast
from sms.lexicon import ACTIVE, PASSIVE, Hit
from sms.normal import Token
from sms.persons import Person, Tie
from sms.text import Text

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
        close: somebody close is spoken of.
        by_close: it is said that he does it.
    """

    nature: Nature
    hit: Hit
    sure: bool = True
    own: bool = False
    named: bool = False
    close: bool = False
    by_close: bool = False


def attacks(tokens: Sequence[Token], hits: Sequence[Hit], people: Sequence[Person]) -> Iterator[Judgement]:
    """What each attack told of is: violence or crime."""
    cast = Cast(people)
    told_with = {hit.first for hit in hits if hit.entry.name in TOLD_WITH} | {one.first for one in people}
    for hit in _longest([hit for hit in hits if hit.entry.act]):
        agent, victim = _roles(hit, tokens, cast)
        if agent is None and victim is None and _is_of_things(hit, tokens, told_with):
            continue
        named = victim is not None and victim.tie is not Tie.STRANGER
        own = any(one is not None and (one.own or one.tie is Tie.SELF) for one in (agent, victim))
        if hit.entry.act in ("sexual", "coercion"):
            own = cast.has_own or {Tie.SELF, Tie.CLOSE} <= cast.ties.keys()
        yield replace(
            _judge(hit, agent, victim, cast),
            own=own,
            named=named,
            close=cast.has(Tie.CLOSE),
            by_close=_is_close(agent, victim, hit),
        )


def _is_close(agent: Person | None, victim: Person | None, hit: Hit) -> bool:
    """A husband; a child of the victim's; whoever does it to somebody of his own; and "dia", whom the writer knows."""
    if agent is None:
        return False
    if victim is not None and victim.tie is Tie.SELF and agent.tie is Tie.THIRD:
        return True
    if victim is not None and (victim.tie is Tie.OWNED or victim.theirs) and hit.voice != PASSIVE:
        return True
    return agent.tie is Tie.CLOSE or (agent.tie in (Tie.CHILD, Tie.OWNED) and (agent.own or agent.theirs))


def _longest(hits: Sequence[Hit]) -> Iterator[Hit]:
    """Without those that lie inside a longer one."""
    reach: Hit | None = None
    for hit in sorted(hits, key=lambda hit: (hit.first, -hit.last)):
        if reach is None or hit.last > reach.last or hit.length == reach.length:
            yield hit
            reach = hit


def _is_of_things(hit: Hit, tokens: Sequence[Token], told_with: Container[int]) -> bool:
    """What follows the verb is neither a person, nor a body, nor how or when: "dihajar ombak", "memukul rekor"."""
    if hit.entry.act not in ("physical", "threat") or hit.last + 1 >= len(tokens):
        return False
    after = tokens[hit.last + 1]
    if after.clause != tokens[hit.last].clause or after.word in AFTER_A_VERB or after.base in AFTER_A_VERB:
        return False
    return hit.last + 1 not in told_with


def _roles(hit: Hit, tokens: Sequence[Token], cast: Cast) -> tuple[Person | None, Person | None]:
    """Who does it, and to whom; None where it is not said."""
    clause = tokens[hit.first].clause
    before, after = cast.before(hit, clause), cast.after(hit, clause)
    others = [one for one in before if one.tie is not Tie.SELF]
    if hit.voice == PASSIVE or (not hit.voice and tokens[hit.first].raw.startswith("di")):
        marked = [one for one in others if one.first > 0 and tokens[one.first - 1].word in BY]
        doers = [one for one in after if one.tie is not Tie.SELF] or marked[-1:]
        agent = doers[0] if doers else None
        victims = [one for one in before if one is not agent]
        return agent, victims[-1] if victims else None
    close = [one for one in others[:1] if one.tie is Tie.CLOSE]
    agent = next(iter(close or others[-1:]), None)
    first = cast.first_close
    if agent is None and hit.voice == ACTIVE and first is not None and first.last < hit.first:
        agent = first
    if hit.voice != ACTIVE and agent is None and after and after[0].tie is not Tie.SELF:
        return after[0], None
    return agent, after[0] if after else None


def _judge(hit: Hit, agent: Person | None, victim: Person | None, cast: Cast) -> Judgement:
    if hit.entry.act == "sexual":
        return Judgement(Nature.VIOLENCE, hit)
    if hit.entry.act == "coercion":
        strangers = (agent is not None and agent.tie is Tie.STRANGER) or cast.ties.keys() == {Tie.STRANGER}
        return Judgement(Nature.VIOLENCE, hit, sure=cast.has(Tie.CLOSE) or cast.has(Tie.SELF) or not strangers)
    if agent is None:
        return _by_nobody_named(hit, victim, cast)
    if agent.tie is Tie.CLOSE:
        return Judgement(Nature.VIOLENCE, hit)
    if victim is not None and (victim.tie is Tie.OWNED or victim.theirs) and hit.voice != PASSIVE:
        return Judgement(Nature.VIOLENCE, hit)
    if agent.tie in (Tie.CHILD, Tie.OWNED, Tie.WOMAN):
        return Judgement(Nature.VIOLENCE, hit, sure=agent.own or agent.theirs)
    if agent.tie is Tie.THIRD:
        known = cast.has(Tie.CLOSE) or (victim is not None and victim.tie is Tie.SELF)
        return Judgement(Nature.VIOLENCE, hit, sure=known)
    if agent.tie is Tie.ACQUAINTANCE and victim is not None and victim.tie is Tie.CHILD:
        return Judgement(Nature.VIOLENCE, hit)
    return Judgement(Nature.CRIME, hit)


def _by_nobody_named(hit: Hit, victim: Person | None, cast: Cast) -> Judgement:
    if victim is not None and victim.theirs and hit.voice != PASSIVE:
        return Judgement(Nature.VIOLENCE, hit)
    if cast.has(Tie.CLOSE, beside=victim):
        return Judgement(Nature.VIOLENCE, hit)
    if cast.has(Tie.STRANGER, beside=victim) or hit.entry.name == "stab":
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
