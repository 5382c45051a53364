"""The door of messages in the fallback process: the same as the application's, with a journal of its own."""

from __future__ import annotations

from functools import cache

from flask import Flask

from gateway.journal import open_journal
from gateway.log import get_logger
from gateway.settings import Settings, read
from gateway.web import messages
from gateway.web.limits import limited
from gateway.web.quarantine import Quarantine

log = get_logger("fallback")


@cache
def door() -> Flask:
    """The application, made at the first message.

    Raises:
        SettingsRefused: a setting cannot be used.
    """
    try:
        return build(read())
    except Exception:
        log.exception("the door of messages cannot be opened")
        raise


def build(settings: Settings) -> Flask:
    """A door for requests that were signed over the setting ``fallback_url``."""
    own = Settings({**settings, "public_url": settings.text("fallback_url") or settings.public_url})
    journal = open_journal(own, "fallback")
    app = limited(Flask("gateway.fallback", static_folder=None))
    app.register_blueprint(messages.blueprint(own, journal, Quarantine(own.state / "quarantine", journal)))
    return app
