"""The desk's page itself, its files, and where a visitor begins."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from flask import Blueprint, Response, jsonify, redirect, render_template, send_from_directory
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from gateway.accounts.rights import Right
from gateway.settings import Settings
from gateway.web.bundle import Bundle, BundleRefused, built
from gateway.web.pages.guard import route_for, visitor
from gateway.web.pages.login import home
from gateway.web.pages.origin import Origin
from gateway.web.pages.parts import Parts
from gateway.web.pages.refusal import PageRefused

PLAIN = Path(__file__).parent / "static"
"""Files of the pages that need no script."""

FOR_EVER = 365 * 86_400

mimetypes.add_type("text/javascript", ".js")


def blueprint(parts: Parts, _origin: Origin) -> Blueprint:
    desk = Blueprint("desk_page", __name__)

    @desk.get("/")
    @route_for(Right.OWN)
    def begin() -> AnyResponse:
        who = visitor()
        return redirect(home(who.account, who.session.stage), 303)

    @desk.get("/desk")
    @route_for(Right.WORK)
    def page() -> str:
        return shell(parts.settings, "desk")

    @desk.get("/static/<file>")
    @route_for(Right.OPEN)
    def static(file: str) -> Response:
        return _file(parts.settings, file)

    @desk.get("/health")
    @route_for(Right.OPEN)
    def health() -> Response:
        return jsonify({"status": "ok"})

    return desk


def shell(settings: Settings, entry: str) -> str:
    """A page whose content its script makes, told where its files are.

    Args:
        entry: of the bundle; its title is ``page_<entry>`` in words.LABELS.

    Raises:
        PageRefused: it was not bundled.
    """
    files = _bundle(settings).entries.get(entry)
    if files is None:
        raise PageRefused(503, "not_built")
    style = f"/static/{files.style}" if files.style else ""
    return render_template("shell.html", entry=entry, script=f"/static/{files.script}", style=style)


def _bundle(settings: Settings) -> Bundle:
    try:
        return built(settings)
    except BundleRefused:
        raise PageRefused(503, "not_built") from None


def _file(settings: Settings, file: str) -> Response:
    if (PLAIN / file).is_file() and file in {each.name for each in PLAIN.iterdir()}:
        return send_from_directory(PLAIN, file, max_age=300)
    bundle = _bundle(settings)
    stem, _, ending = file.rpartition(".")
    if stem in bundle.entries and ending in ("js", "css"):
        # By its plain name: whatever is in force now.
        entry = bundle.entries[stem]
        named = entry.script if ending == "js" else entry.style
        return _sent(bundle.folder, named, 0)
    return _sent(bundle.folder, file, FOR_EVER)


def _sent(folder: Path, file: str, seconds: int) -> Response:
    if not file or file == "manifest.json":
        raise NotFound
    answer = send_from_directory(folder, file, max_age=seconds)
    answer.headers["Cache-Control"] = f"public, max-age={seconds}, immutable" if seconds else "no-cache"
    return answer
