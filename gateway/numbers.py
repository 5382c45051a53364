"""Telephone numbers as networks give them: hostile text in, E.164 or nothing out."""

from __future__ import annotations

import hmac
import re
import unicodedata
from urllib.parse import unquote

import phonenumbers

from gateway.settings import Settings

EMERGENCY_CODES = frozenset({"110", "112", "113", "115", "117", "118", "119", "123", "129"})
"""Short codes of emergency services in Indonesia; the library knows only some, and takes 1131 for one."""

LONGEST_NUMBER = 32
"""Characters, separators included. E.164 has 15 digits at most; what is much longer is no number."""

_URI = re.compile(r"(?:sips?|tel):", re.IGNORECASE)
# ASCII digits only: the library would read ٠٨١٢ and letters as digits, and a network never sends either.
_NUMBER = re.compile(r"\+?[0-9][0-9 ().\-]*")
_SEPARATORS = re.compile(r"[ ().\-]")
_INTERNATIONAL = re.compile(r"00[1789]?")
_NOT_SHOWN = frozenset("\"'`´“”‘’„«»\\<>")


def e164(text: str | None, trunk_region: str = "ID") -> str | None:
    """The number of a caller or sender in E.164, or None when it has none we could call back; never raises.

    Takes what networks send: national and international forms, ``sip:`` and ``tel:`` URIs, whole From headers. None for
    names, "anonymous", short codes, digits of other scripts, and numbers that no numbering plan has: such a placeholder
    is shared by many, and taking it for a number would join the incidents of strangers.

    Args:
        trunk_region: ISO 3166-1 alpha-2 code of the country whose national numbers the trunk sends.
    """
    digits = _digits(text or "")
    found = (_valid(form, trunk_region) for form in _readings(digits))
    return next((number for number in found if number), None)


def is_mobile(number: str) -> bool:
    """Whether texts can reach this number in E.164: a mobile's, or of a plan that does not tell them apart."""
    try:
        kind = phonenumbers.number_type(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return False
    mobile = phonenumbers.PhoneNumberType
    return kind in (mobile.MOBILE, mobile.FIXED_LINE_OR_MOBILE)


def is_emergency_code(text: str) -> bool:
    """Whether ``text`` is exactly an emergency service's short code."""
    return text in EMERGENCY_CODES


def number_key(settings: Settings, number: str) -> str:
    """What stands for a number where the number itself must not: HMAC-SHA256 under a secret setting, 64 hex digits.

    Raises:
        SettingsRefused: the setting ``number_key`` is empty.
    """
    return hmac.digest(settings.secret("number_key").encode(), number.encode("utf-8", "replace"), "sha256").hex()


def clean_for_display(text: str | None, longest: int = 64) -> str:
    """Text from outside as one line, at most ``longest`` characters, that cannot break out of a header or a command.

    Left out: control characters, line ends, quotes, angle brackets, backslashes, marks that turn the way of writing.
    """
    # The cut before normalising bounds the work; NFC makes a text longer by a small factor at most.
    letters = unicodedata.normalize("NFC", (text or "")[: 4 * longest])
    kept = "".join(_shown(letter) for letter in letters)
    return " ".join(kept.split())[:longest].rstrip()


def _shown(letter: str) -> str:
    category = unicodedata.category(letter)
    if category.startswith("Z") or letter in "\t\r\n":
        return " "
    return "" if category.startswith("C") or letter in _NOT_SHOWN else letter


def _digits(text: str) -> str:
    """The digits of a number as dialled, with a leading plus if there is one; empty: this is no number."""
    user = text[:1024].strip()
    if "<" in user:
        # The last one: a display name in quotes may hold brackets of its own.
        user = user.rpartition("<")[2].partition(">")[0]
    if _URI.match(user):
        user = unquote(_URI.sub("", user, count=1))
    user = re.split("[@;]", user, maxsplit=1)[0].strip()
    if len(user) > LONGEST_NUMBER or not _NUMBER.fullmatch(user.removeprefix("(")):
        return ""
    return _SEPARATORS.sub("", user)


def _readings(digits: str) -> list[str]:
    """The ways to read a number, the likeliest first."""
    if not digits:
        return []
    if digits.startswith("+"):
        return [digits]
    if digits.startswith("62"):
        # Without the plus the library finds 62 21… valid as a number of another city.
        return [f"+{digits}"]
    if prefix := _INTERNATIONAL.match(digits):
        # Indonesian carriers' own prefixes are 001, 007, 008 and 009; foreign networks send a bare 00.
        return [f"+{digits[prefix.end() :]}", f"+{digits[2:]}", digits]
    return [digits]


def _valid(digits: str, region: str) -> str | None:
    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
