"""A cell as networks name it, in the headers of a request: which one, who said so, and how old that is.

P-Access-Network-Info (RFC 7315 §5.4, TS 24.229 §7.2A.4) and Cellular-Network-Info (TS 24.229 §7.2.15), which has the
last cell of a telephone that calls over a wireless LAN.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from gateway.incident.errors import EvidenceRefused, Refused

WHERE = "P-Access-Network-Info"
LONGEST_HEADER = 2048

ACCESSES = {
    "GERAN": "GERAN",
    "GSM": "GERAN",
    "UTRAN": "UTRAN",
    "UMTS": "UTRAN",
    "E-UTRAN": "E-UTRAN",
    "LTE": "E-UTRAN",
    "NR": "NR",
    "WLAN": "WLAN",
}
"""Access networks by their names in standards and in operators' tables."""

DIGITS = {"GERAN": (4, 4), "UTRAN": (4, 7), "E-UTRAN": (4, 7), "NR": (6, 9)}
"""Hexadecimal digits of area (LAC, TAC) and cell (CI, cell identity) in the header, by access."""

OLDEST_S = 86_400
"""Seconds after which the age of a cell is no age any more."""

_NAMES = re.compile(r"\s*(?:P-Access-Network-Info|Cellular-Network-Info)\s*:\s*", re.IGNORECASE)
_PARAMETERS = re.compile(r"(?:cgi-3gpp|utran-cell-id-3gpp|i-wlan-node-id|utran-sai-3gpp)\s*=", re.IGNORECASE)
# With the suffixes of duplex and spectrum, and whatever comes to be put after them: -FDD, -TDD, -U, -SAT.
_ACCESS = re.compile(r"3GPP-(GERAN|GAN|UTRAN|HSPA|E-UTRAN|NR)(?:-.*)?", re.IGNORECASE)
_OTHER_ACCESSES = {"GAN": "GERAN", "HSPA": "UTRAN"}


@dataclass(frozen=True, slots=True)
class CellName:
    """A cell as a network names it. Area and cell are whole numbers in hexadecimal, a WLAN's cell its MAC address.

    Attributes:
        by_network: the network itself put the name in, not the telephone.
        age_s: seconds since the telephone was in it.
    """

    access: str
    mcc: str
    mnc: str
    area: str
    cell: str
    by_network: bool = False
    age_s: float = 0.0

    @property
    def key(self) -> str:
        return "/".join((self.access, self.mcc, self.mnc, self.area, self.cell))


def is_header(text: str) -> bool:
    """Whether a text is the value of such a header, or the whole header."""
    return _NAMES.match(text) is not None or _PARAMETERS.search(text[:LONGEST_HEADER]) is not None


def parse(header: str) -> list[CellName | EvidenceRefused]:
    """The cells that a header names, in its order; a header that names none as a refusal.

    A network may put in a value of its own, with the time zone, say: beside a cell that is no fault.
    """
    if len(header) > LONGEST_HEADER:
        return [EvidenceRefused(WHERE, f"it is longer than {LONGEST_HEADER} characters")]
    values = [value for value in _split(_NAMES.sub("", header, count=1), ",") if value]
    found = [_cell(value) for value in values]
    named = [name for name in found if name is not None]
    nothing = EvidenceRefused(WHERE, "it names no cell (cgi-3gpp, utran-cell-id-3gpp or i-wlan-node-id)")
    return named or ([nothing] if values else [])


def mac(text: str) -> str:
    """A MAC address as twelve lower-case hexadecimal digits.

    Raises:
        Refused: it is none.
    """
    digits = re.sub(r"[:\-.]", "", text).lower()
    if not re.fullmatch("[0-9a-f]{12}", digits, re.A):
        raise Refused("cell", "a WLAN's node is a MAC address of twelve hexadecimal digits")
    return digits


def _split(text: str, separator: str) -> list[str]:
    """The parts between separators that stand outside quotes."""
    parts = re.findall(r'(?:"(?:\\.|[^"\\])*"?|[^"' + separator + r"])+", text)
    return [part.strip() for part in parts]


def _cell(value: str) -> CellName | EvidenceRefused | None:
    """The cell in one value; None if it names none."""
    access, *parameters = _split(value, ";") or [""]
    pairs = (parameter.partition("=") for parameter in parameters)
    # A network may put the quotes around the whole parameter.
    known = {name.strip(' \t"').lower(): text.strip(' \t"') for name, _, text in pairs}
    by_network = "network-provided" in known or "np" in known
    try:
        name = _named(access, known)
    except Refused as refused:
        return EvidenceRefused(f"{WHERE} {refused.where}", refused.why)
    return name and CellName(*name, by_network=by_network, age_s=_age(known.get("cell-info-age", "")))


def _named(access: str, known: dict[str, str]) -> tuple[str, str, str, str, str] | None:
    if "cgi-3gpp" in known:
        return _global_cell("GERAN", known["cgi-3gpp"])
    if "utran-cell-id-3gpp" in known:
        return _global_cell(_access(access), known["utran-cell-id-3gpp"])
    if "i-wlan-node-id" in known:
        return "WLAN", "", "", "", mac(known["i-wlan-node-id"])
    if "utran-sai-3gpp" in known:
        raise Refused("cell", "utran-sai-3gpp names a service area, of which the table knows none")
    return None


def _access(word: str) -> str:
    match = _ACCESS.fullmatch(word.strip())
    if match is None:
        raise Refused("access type", "a utran-cell-id-3gpp needs 3GPP-UTRAN, 3GPP-E-UTRAN or 3GPP-NR before it")
    return _OTHER_ACCESSES.get(match[1].upper(), match[1].upper())


def _global_cell(access: str, text: str) -> tuple[str, str, str, str, str]:
    text = re.sub(r"[\s.:\-]", "", text)
    # A 5G telephone may be served by an LTE cell, and one that says LTE by a cell of 5G: the length tells.
    if access == "NR" and len(text) in (16, 17):
        access = "E-UTRAN"
    elif access == "E-UTRAN" and len(text) in (20, 21):
        access = "NR"
    area, cell = DIGITS[access]
    match = re.fullmatch(rf"(\d{{3}})(\d{{2,3}})([0-9A-F]{{{area}}})([0-9A-F]{{{cell}}})", text, re.I | re.A)
    if match is None:
        wanted = f"MCC (3 digits), MNC (2 or 3), area ({area} hexadecimal digits) and cell ({cell})"
        raise Refused("cell", f"{access} needs {wanted}")
    return access, match[1], match[2], f"{int(match[3], 16):x}", f"{int(match[4], 16):x}"


def _age(text: str) -> float:
    return min(float(text), OLDEST_S) if re.fullmatch(r"\d{1,9}", text, re.A) else 0.0
