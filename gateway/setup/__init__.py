"""Set-up: everything the gateway needs, fetched into its own folders; nothing is installed on the system.

This package imports the standard library alone: its first part runs before the virtual environment exists.
"""

from __future__ import annotations

from gateway.incident.errors import Refused


class SetupRefused(Refused):
    """A step of the set-up failed; says which, why, and what to do."""
