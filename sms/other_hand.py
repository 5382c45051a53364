"""Signs in an answer to us that it is not safe to write, or that another hand holds the telephone.

The reader finds a silent wish or a takeover in any text; here is what means so only after a word of ours.
"""

from __future__ import annotations

import re

_NOT = (
    r"(tidak|tida|tdk|tdak|g|gk|ga|gak|nga|ngak|ngga|nggak|engga|enggak|kaga|kagak|no|nope|nah|not|belum|blm|blum|jangan|jgn"
    r"|ora|ndak|henteu|teu|mboten|kurang)"
)
_FIRST_NO = re.compile(rf"\W*{_NOT}\b(?!\W*(apa|papa|pa\b|popo|masalah|problem|worries))", re.IGNORECASE)
_NOT_SAFE = re.compile(rf"\b{_NOT} (aman|bisa|boleh|safe|ok)\b", re.IGNORECASE)
_WHO = re.compile(
    r"\b(siapa (ini|nih|lu|lo|kamu|anda|kau|sih)|(ini|nih|lu|lo|kamu|anda) siapa|sp (ini|nih)|ini sp|sopo iki|iki sopo"
    r"|saha ieu|ieu saha|who'?s? (is |are )?(this|dis|u|you)|salah (nomor|nomer|no|kirim|orang|sambung)"
    r"|wrong number)\b",
    re.IGNORECASE,
)


def says_unsafe(text: str) -> bool:
    """Whether an answer to "safe to answer?" is no: it begins with a no, or has one before "safe"."""
    return bool(_FIRST_NO.match(text) or _NOT_SAFE.search(text))


def asks_who(text: str) -> bool:
    """Whether an answer does not know who we are: who wrote to us knows to whom."""
    return bool(_WHO.search(text))
