"""The forms an Indonesian verb takes on the street: passive (di-, ke-, ter-), active (me-, nge-, nasal) and bare."""

from __future__ import annotations

from collections.abc import Iterator

PASSIVE, ACTIVE, BARE = "passive", "active", "bare"
SUFFIXES = ("", "in", "i", "kan", "an", "ke", "keun")
CLITICS = ("nya", "nye", "ku", "ne", "na", "ny", "mu", "q", "kah", "lah", "pun", "x", "e", "k")

PREFIXES = ("meng", "peng", "meny", "mem", "men", "nge", "ber", "ter", "ng", "ny", "me", "di", "ke", "se", "pe")
SHORTEST_STEM = 4

# What the nasal does to the first letter: it swallows k, p, s and t, and stands before the others.
_SWALLOWED = {"k": ("ng", "meng", "menge"), "p": ("m", "mem"), "s": ("ny", "meny"), "t": ("n", "men")}
_PRECEDED = {
    "b": ("m", "mem", "nge"), "c": ("n", "men", "nge"), "d": ("n", "men", "nge"), "g": ("ng", "meng", "nge"),
    "h": ("ng", "meng", "nge"), "j": ("n", "men", "nge"),
}  # fmt: skip


def forms(root: str) -> Iterator[tuple[str, str]]:
    """Every form of a root with its voice: passive, active, or bare (the street's active without a prefix)."""
    for suffix in SUFFIXES:
        for prefix in ("di", "ke", "ter", "kena"):
            yield prefix + root + suffix, PASSIVE
        for stem in nasal(root):
            yield stem + suffix, ACTIVE
        if suffix in ("", "in", "i", "kan"):
            yield root + suffix, BARE


def nasal(root: str) -> Iterator[str]:
    """The root with each nasal prefix it takes."""
    first, rest = root[0], root[1:]
    if first in _SWALLOWED:
        yield from (prefix + rest for prefix in _SWALLOWED[first])
    elif first in _PRECEDED:
        yield from (prefix + root for prefix in _PRECEDED[first])
    elif first in "aiueo":
        yield from (prefix + root for prefix in ("ng", "meng", "nge"))
    else:
        yield from (prefix + root for prefix in ("me", "nge"))
    yield "nga" + root
    if first == "c":
        yield "ny" + rest
    if first in _SWALLOWED:
        yield "nge" + root


def stem(word: str) -> str:
    """The word without a prefix and a suffix, as far as letters tell: dikurung, ngurung and kurungan are alike."""
    for suffix in ("kan", "in", "an", "i"):
        if word.endswith(suffix) and len(word) - len(suffix) >= SHORTEST_STEM:
            word = word[: -len(suffix)]
            break
    for prefix in PREFIXES:
        if word.startswith(prefix) and len(word) - len(prefix) >= SHORTEST_STEM:
            return word[len(prefix) :]
    return word


def bases(word: str) -> Iterator[str]:
    """The word without one clitic, the longest first."""
    for clitic in CLITICS:
        if word.endswith(clitic) and len(word) - len(clitic) >= (3 if len(clitic) > 1 else 4):
            yield word[: -len(clitic)]
