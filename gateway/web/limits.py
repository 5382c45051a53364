"""How much a request may bring."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # The fallback's process asks for the figure alone.
    from flask import Flask

LARGEST_REQUEST = 64 * 1024
"""Bytes of a request's body; a provider's are about two thousand."""


def limited(app: Flask) -> Flask:
    app.config.update(MAX_CONTENT_LENGTH=LARGEST_REQUEST, MAX_FORM_MEMORY_SIZE=LARGEST_REQUEST, MAX_FORM_PARTS=200)
    return app
