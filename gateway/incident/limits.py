"""What the law wants done in time for who suffers violence (UU 12/2022, TPKS). Pure.

The UPTD PPA reports to the police within 3 × 24 hours; temporary protection is given within 1 × 24.
"""

from __future__ import annotations

from collections.abc import Mapping

HOUR = 3600.0

LIMITS: Mapping[str, float] = {"protection": 24 * HOUR, "police_report": 72 * HOUR}
"""What is to be done, and the seconds it may take from when the violence was first told."""
