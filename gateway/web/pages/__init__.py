"""The desk's pages: a process of its own, never on the port that the world's webhooks come in by."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def create_app() -> Flask:
    """The application as a server runs it; see gateway/web/pages/application.py."""
    from gateway.web.pages.application import build_pages

    return build_pages()
