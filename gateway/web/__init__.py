"""The web application: webhooks, sounds, locations by reference, health and figures.

The law of this folder: its modules are the only importers of flask, and this file is none of them. The fallback
document is served from this folder by a process that needs the standard library alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from gateway.settings import Settings
    from gateway.web.application import Parts


def create_app(settings: Settings | None = None, parts: Parts | None = None) -> Flask:
    """The application as a server runs it; see gateway/web/application.py."""
    from gateway.web.application import build

    return build(settings, parts)
