"""``/api/feed``: what happens, as it happens, to the page of whoever is at a desk (server-sent events)."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, jsonify, request

from gateway.accounts.rights import Right, concerns
from gateway.store import StoreAway
from gateway.web.pages.cases import known_form
from gateway.web.pages.catch_up import missed
from gateway.web.pages.floor import Floor, floor_of
from gateway.web.pages.guard import COOKIE, Visitor, body, route_for, visitor
from gateway.web.pages.origin import Origin
from gateway.web.pages.parts import Parts
from gateway.web.pages.refusal import PageRefused
from gateway.web.pages.stream import MOST_OPEN, Stream, Whose, beat, event, joined

BEAT_SECONDS = 3.0
SESSION_SECONDS = 30.0
"""Within this a stream ends whose session is over."""

SEND_SECONDS = 15
"""So long a page may take nothing of what is sent."""

VIEW_SECONDS = 600.0
LONGEST_TAB = 40


def blueprint(parts: Parts, _origin: Origin) -> Blueprint:
    own = Blueprint("feed", __name__)
    floor = floor_of(parts)

    @own.get("/api/feed")
    @route_for(Right.WORK)
    def follow() -> Response:
        who = visitor()
        floor.hub.start()
        stream = Stream(_whose(floor, who), tab_of(request.args.get("tab", "")), who.session.digest)
        stream.on_view = lambda incident, shown: _viewed(floor, who, stream, incident, shown)
        for incident in request.args.get("open", "").split(",")[:MOST_OPEN]:
            if known_form(incident):
                stream.open_case(incident)
        if not floor.hub.join(stream):
            raise PageRefused(503, "busy")
        _bound(request.environ.get("gunicorn.socket"))
        after = request.args.get("after") or request.headers.get("Last-Event-ID", "")
        cookie = request.cookies.get(COOKIE, "")
        answer = Response(_told(floor, stream, after[:40], cookie), mimetype="text/event-stream")
        # Also of an answer that nobody began to read.
        answer.call_on_close(lambda: floor.hub.leave(stream))
        # nginx and its like would keep events back until they have a page full.
        answer.headers["X-Accel-Buffering"] = "no"
        return answer

    @own.post("/api/open")
    @route_for(Right.WORK)
    def look() -> Response:
        who, values = visitor(), body()
        incident, tab = str(values.get("incident", "")), tab_of(str(values.get("tab", "")))
        for stream in floor.hub.streams():
            if stream.login == who.session.digest and stream.tab == tab and known_form(incident):
                if values.get("open", True):
                    floor.hub.opened(stream, incident)
                else:
                    stream.close_case(incident)
        return jsonify({"done": True})

    return own


def _bound(line: Any) -> None:
    """Whoever takes nothing any more holds a thread no longer than that."""
    if isinstance(line, socket.socket):
        line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", SEND_SECONDS, 0))
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, SEND_SECONDS * 1000)


def tab_of(text: str) -> str:
    """A page's own name, as far as it has the form of one."""
    return (
        text if text.isascii() and text.replace("-", "").replace("_", "").isalnum() and len(text) <= LONGEST_TAB else ""
    )


def _whose(floor: Floor, who: Visitor) -> Whose:
    try:
        return floor.whose(who)
    except StoreAway:
        # The hub seats it as soon as anybody can say.
        return floor.hub.views.whose(who.account.name, "", who.language)


def _told(floor: Floor, stream: Stream, after: str, cookie: str) -> Iterator[str]:
    try:
        yield beat(floor.parts.clock(), "")
        while after and not stream.begins and not stream.cut:
            # Nobody knows the feed yet: the store is away.
            yield from joined([*stream.take(1.0)[0], beat(floor.parts.clock(), "")])
        if after:
            yield from _missed(floor, stream, after)
        yield from _live(floor, stream, cookie)
    except StoreAway:
        # The page comes again with the same id, and asks the same once more.
        return
    finally:
        floor.hub.leave(stream)


def _missed(floor: Floor, stream: Stream, after: str) -> Iterator[str]:
    entries, gap = missed(floor.hub.views, stream, after, stream.begins)
    yield from joined([event("gap", "{}")] if gap else [])
    yield from joined(event("entry", data, feed_id) for feed_id, data in entries)


def _live(floor: Floor, stream: Stream, cookie: str) -> Iterator[str]:
    beaten = asked = time.monotonic()
    is_last = False
    while not is_last:
        texts, is_last = stream.take(BEAT_SECONDS)
        moment = time.monotonic()
        if moment - beaten >= BEAT_SECONDS or not texts:
            beaten = moment
            texts.append(beat(floor.parts.clock(), stream.position))
        yield from joined(texts)
        if moment - asked >= SESSION_SECONDS:
            asked = moment
            is_last = is_last or not _is_in(floor, stream, cookie)


def _is_in(floor: Floor, stream: Stream, cookie: str) -> bool:
    """Whether the session goes on, and the desk's agency is one of the account's still."""
    try:
        found = floor.parts.sessions.find(cookie)
    except StoreAway:
        return True
    agency = stream.whose.agency
    return found is not None and (not agency or concerns(found[1], agency))


def _viewed(floor: Floor, who: Visitor, stream: Stream, incident: str, shown: bool) -> None:
    """A line of the audit; one while a page comes again and again with the same case."""

    def write() -> bool:
        account, outcome = who.account, "done" if shown else "refused"
        values = {"incident": incident, "agency": stream.whose.agency, "about": stream.whose.desk, "outcome": outcome}
        floor.parts.audit.write(account.name, account.role, "view", **values)
        return True

    floor.hub.glance.kept.get(("viewed", stream.login, stream.tab, incident, shown), "", VIEW_SECONDS, write)
