"""The prompts as Twilio fetches them. They are no secret: everybody who dials 112 hears them."""

from __future__ import annotations

import re

from flask import Blueprint, Response, abort, send_from_directory

from gateway.settings import Settings

_LANGUAGE = re.compile(r"[a-z]{2}")
_FILE = re.compile(r"[a-z0-9_]+\.wav")


def blueprint(settings: Settings) -> Blueprint:
    sounds = Blueprint("sounds", __name__)
    folder = settings.state.absolute() / "sounds"

    @sounds.get("/sounds/<language>/<name>")
    def sound(language: str, name: str) -> Response:
        if not _LANGUAGE.fullmatch(language) or not _FILE.fullmatch(name):
            abort(404)
        # A day: the URL changes with the file.
        return send_from_directory(folder / language, name, mimetype="audio/wav", max_age=86_400)

    return sounds
