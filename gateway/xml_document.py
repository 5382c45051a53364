"""XML from outside, read in one place: bounded in size, depth and elements; no document types, no entities.

What other parties get wrong without harm is read all the same: white space or a byte order mark before the declaration,
a declared character set that is not the one used, a prefix that nobody declared, an attribute said twice, a bare ``&``.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Mapping, Sequence
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import XMLParser

from gateway.incident.errors import Refused

LARGEST = 256 * 1024
"""Bytes of a document; real locations have some 2 KB."""

MOST_ELEMENTS = 10_000
DEEPEST = 64

DECLARATION = re.compile(r"<\?xml(?=[\s?])[^>]{0,200}\?>", re.IGNORECASE)
CHARSET = re.compile(rb"""<\?xml\s[^>]{0,100}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""", re.IGNORECASE)
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
ONE_BYTE = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "windows-1252": "cp1252"}
"""Those who say Latin-1 mean what Windows makes of it, as browsers know (the WHATWG's Encoding Standard)."""

USED_PREFIX = re.compile(r"[<\s]/?([A-Za-z_][\w.-]{0,60}):[A-Za-z_]")
DECLARED_PREFIX = re.compile(r"\sxmlns:([A-Za-z_][\w.-]{0,60})\s*=")
FIRST_TAG = re.compile(r"<[A-Za-z_][\w.:-]{0,120}")
TAG = re.compile(r"""<[A-Za-z_][^\s<>/"'=]*(?:\s+[^\s<>/"'=]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))+\s*/?>""")
ATTRIBUTE = re.compile(r"""\s+([^\s<>/"'=]+)\s*=\s*(?:"[^"<]*"|'[^'<]*')""")
BARE_AMPERSAND = re.compile(r"&(?!(?:#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6}|amp|lt|gt|quot|apos);)")

INVALID_TOKEN, DUPLICATE_ATTRIBUTE, JUNK_AFTER_IT, UNBOUND_PREFIX = 4, 8, 9, 27
"""Expat's codes of these errors."""


class Unfinished(Refused):
    """The document ends early or is broken somewhere.

    Attributes:
        root: what was read up to there; None if nothing was.
        open: its elements that had not ended: what they hold may be half of what was sent.
        rest: what follows the whole document, where that is its only fault.
    """

    def __init__(self, where: str, why: str, root: Element | None, still_open: Sequence[Element], rest: str = ""):
        super().__init__(where, why)
        self.root = root
        self.open = tuple(still_open)
        self.rest = rest


def root(document: bytes | str, most: int = LARGEST, where: str = "XML") -> Element:
    """The root element of a document.

    Args:
        most: bytes that it may have.
        where: what a refusal calls it.

    Raises:
        Unfinished: it is broken; what came before is at hand.
        Refused: it is too large or too deep, has a document type or entities, or is no XML at all.
    """
    if len(document) > most:
        raise Refused(where, f"it is larger than {most} bytes")
    text = decoded(document) if isinstance(document, bytes) else document
    text = DECLARATION.sub("", text.strip("\ufeff\0 \t\r\n"), count=1).lstrip()
    if not text.startswith("<"):
        raise Refused(where, "it is no XML: it does not begin with an element")
    for _ in REPAIRS:
        try:
            return _read(text, where)
        except Unfinished as fault:
            repair = REPAIRS.get(fault.__cause__.code) if isinstance(fault.__cause__, ParseError) else None
            repaired = repair(text) if repair else text
            if repaired == text:
                raise
            text = repaired
    return _read(text, where)


def decoded(document: bytes) -> str:
    """The text of a document: by its mark or first bytes, else as it declares, else UTF-8, else as Windows has it."""
    for mark, charset in MARKS:
        if document.startswith(mark):
            return document.decode(charset, "replace")
    declared = CHARSET.search(document[:200].lstrip())
    name = declared[1].decode("ascii").lower() if declared else "utf-8"
    if name in ONE_BYTE:
        return document.decode(ONE_BYTE[name], "replace")
    try:
        return document.decode("utf-8")
    except UnicodeDecodeError:
        return document.decode("cp1252", "replace")


def name_of(element: Element) -> str:
    """The local name: the same things come in old, new, wrong and undeclared namespaces."""
    return str(element.tag).rpartition("}")[2]


def text_of(element: Element | None) -> str:
    """An element's own text on one line; empty for none."""
    return " ".join((element.text or "").split()) if element is not None else ""


def _read(text: str, where: str) -> Element:
    builder = _Builder(where)
    parser = XMLParser(target=builder, forbid_dtd=True)
    try:
        parser.feed(text)
        whole: Element = parser.close()
    except DefusedXmlException:
        raise Refused(where, "it declares a document type or entities, which are not read") from None
    except ParseError as fault:
        rest = text.encode()[parser.parser.ErrorByteIndex :].decode() if fault.code == JUNK_AFTER_IT else ""
        raise Unfinished(where, f"it is no XML, or broken: {fault}", builder.first, builder.open, rest) from fault
    except ValueError:
        raise Refused(where, "it has letters that XML does not allow") from None
    return whole


def _with_prefixes(text: str) -> str:
    """The text with every prefix declared at its root, those that it forgot for nothing in particular."""
    missing = set(USED_PREFIX.findall(text)) - set(DECLARED_PREFIX.findall(text)) - {"xml", "xmlns"}
    declared = "".join(f' xmlns:{prefix}="urn:undeclared:{prefix}"' for prefix in sorted(missing))
    return FIRST_TAG.sub(lambda tag: tag[0] + declared, text, count=1)


def _said_once(text: str) -> str:
    """The text with the first of each tag's attributes of one name."""

    def once(tag: re.Match[str]) -> str:
        first = {said[1]: said.start() for said in reversed(list(ATTRIBUTE.finditer(tag[0])))}
        return ATTRIBUTE.sub(lambda said: said[0] if first[said[1]] == said.start() else "", tag[0])

    return TAG.sub(once, text)


REPAIRS: Mapping[int, Callable[[str], str]] = {
    UNBOUND_PREFIX: _with_prefixes,
    DUPLICATE_ATTRIBUTE: _said_once,
    INVALID_TOKEN: lambda text: BARE_AMPERSAND.sub("&amp;", text),
}
"""By expat's code of the error, what puts the text right; whoever returns it unchanged cannot."""


class _Builder(TreeBuilder):
    """Builds the tree, and knows what has not ended yet."""

    def __init__(self, where: str) -> None:
        super().__init__()
        self.where = where
        self.first: Element | None = None
        self.open: list[Element] = []
        self._count = 0

    def start(self, tag: str, attributes: dict[str, str]) -> Element:
        element = super().start(tag, attributes)
        self.first = element if self.first is None else self.first
        self.open.append(element)
        self._count += 1
        if len(self.open) > DEEPEST:
            raise Refused(self.where, f"its elements are nested deeper than {DEEPEST}")
        if self._count > MOST_ELEMENTS:
            raise Refused(self.where, f"it has more than {MOST_ELEMENTS} elements")
        return element

    def end(self, tag: str) -> Element:
        self.open.pop()
        return super().end(tag)
