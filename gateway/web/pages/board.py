"""Supervision's routes: the wall board, listening in, moving contacts, what was not done, and alarms."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from gateway.accounts.rights import Right
from gateway.web.pages.desk_page import shell
from gateway.web.pages.guard import body, route_for
from gateway.web.pages.origin import Origin
from gateway.web.pages.parts import Parts
from gateway.web.pages.refusal import PageRefused
from gateway.web.pages.room import Room


def blueprint(parts: Parts, _origin: Origin) -> Blueprint:
    board = Blueprint("board", __name__)
    room = Room(parts)

    @board.get("/board")
    @route_for(Right.SUPERVISE)
    def page() -> str:
        return shell(parts.settings, "board")

    @board.get("/api/board")
    @route_for(Right.SUPERVISE, "board", hourly=True)
    def shown() -> Response:
        return jsonify(room.shown())

    @board.get("/api/board/contacts")
    @route_for(Right.SUPERVISE, "contacts", hourly=True)
    def contacts() -> Response:
        answer = jsonify({"contacts": room.contacts()})
        answer.headers["Cache-Control"] = "no-store"
        return answer

    @board.post("/api/listen")
    @route_for(Right.SUPERVISE, "listen")
    def listen() -> Response:
        return jsonify({"done": True, "name": room.listen(_word("incident"))})

    @board.post("/api/listen/stop")
    @route_for(Right.SUPERVISE)
    def stop() -> Response:
        return jsonify({"done": True, "stopped": room.stop()})

    @board.post("/api/move")
    @route_for(Right.SUPERVISE, "move")
    def move() -> Response:
        room.move(_word("incident"), _word("queue"), str(body().get("medium", "")))
        return jsonify({"done": True})

    @board.get("/api/dead")
    @route_for(Right.SUPERVISE, "dead_letters", hourly=True)
    def dead() -> Response:
        return jsonify({"letters": room.dead()})

    @board.post("/api/dead/<letter>/again")
    @route_for(Right.SUPERVISE, "try_again")
    def again(letter: str) -> Response:
        room.again(letter)
        return jsonify({"done": True})

    @board.get("/api/alarms")
    @route_for(Right.SUPERVISE, "alarms", hourly=True)
    def alarms() -> Response:
        return jsonify({"alarms": room.alarms()})

    @board.post("/api/alarms/<alarm>/seen")
    @route_for(Right.SUPERVISE, "alarm_seen")
    def seen(alarm: str) -> Response:
        room.acknowledge(alarm)
        return jsonify({"done": True})

    return board


def _word(name: str) -> str:
    value = body().get(name)
    if not isinstance(value, str) or not 0 < len(value) <= 64:
        raise PageRefused(400, "malformed")
    return value
