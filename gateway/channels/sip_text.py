"""The text in a SIP MESSAGE as it came to the edge: plain, in parts, as CPIM (RFC 3862), or as an SMS (TS 24.341)."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.channels.short_message import ShortMessageRefused, Text, carried
from gateway.incident.errors import EvidenceRefused
from gateway.locator.body import Part as Leaf
from gateway.locator.body import parts
from gateway.locator.sip_request import SipRequest, cut, headers, parameters

SMS = "application/vnd.3gpp.sms"
CPIM = "message/cpim"

SILENT = ("application/im-iscomposing+xml", "message/imdn+xml")
"""What telephones tell each other about messages: no person wrote it."""

BESIDE = (
    "application/pidf+xml", "application/emergencycalldata", "application/held+xml", "application/sdp",
    "message/sipfrag",
)  # fmt: skip
"""What stands beside a text, or tells a place: the locator reads it. Beginnings of media types."""

UNREADABLE = "[pesan berisi {kind} tidak dapat dibaca / a message of {kind} cannot be read]"


def text(request: SipRequest) -> Text | None:
    """What a person wrote; None: nobody wrote anything. What cannot be read becomes a text that says so."""
    found: list[Text] = []
    unread: list[str] = []
    for leaf in parts(request):
        if isinstance(leaf, EvidenceRefused):
            unread.append("multipart")
            continue
        kind = leaf.type or "text/plain"
        if kind in SILENT or kind.startswith(BESIDE):
            continue
        try:
            found += _read(kind, leaf)
        except ShortMessageRefused:
            unread.append(kind)
    if found:
        return found[0] if len(found) == 1 else _joined(found)
    if unread:
        return Text(UNREADABLE.format(kind=unread[0][:60]).encode(), "utf-8")
    return None if _is_silent(request) else Text(b"", "utf-8")


def _read(kind: str, leaf: Leaf) -> Iterator[Text]:
    """Raises ShortMessageRefused: nothing of it can be read."""
    if kind == SMS:
        sms = carried(leaf.body)
        if sms is not None:
            yield sms
    elif kind == CPIM:
        yield from _cpim(leaf.body)
    elif kind.startswith("text/"):
        yield Text(leaf.body, charset(leaf.charset, leaf.body))
    else:
        raise ShortMessageRefused(kind, "no text")


def _cpim(body: bytes) -> Iterator[Text]:
    """Headers of the message, headers of its content, its content."""
    envelope, rest = cut(body)
    about, content = cut(rest)
    told = dict(headers(envelope))
    kind, stated = parameters(dict(headers(about)).get("content-type", "text/plain"))
    if kind.lower() in SILENT:
        return
    if not kind.lower().startswith("text/"):
        raise ShortMessageRefused(kind, "no text")
    yield Text(content, charset(stated.get("charset", ""), content), told.get("from", ""))


def _joined(texts: list[Text]) -> Text:
    plain = "\n".join(
        each.body.decode(each.charset, "replace") for each in texts if each.charset in ("utf-8", "latin-1")
    )
    return Text(plain.encode(), "utf-8", texts[0].source)


def _is_silent(request: SipRequest) -> bool:
    kind = parameters(request.first("content-type"))[0].lower()
    return kind in SILENT or kind in (SMS, CPIM)


def charset(named: str, body: bytes) -> str:
    """Which of a part's charsets a text is in: what it says, if that can be."""
    if named.lower() in ("iso-8859-1", "latin-1", "latin1", "windows-1252"):
        return "latin-1"
    if named.lower() in ("utf-16", "utf-16be", "ucs-2"):
        return "utf-16-be"
    try:
        body.decode()
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8"
