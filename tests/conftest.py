"""Marks what lies in tests/live, so that `-m live` and `-m "not live"` need no word in the tests themselves, and
leaves it for last: whatever is wrong in the pure part is known within seconds.
"""

from pathlib import Path

import pytest

LIVE = Path(__file__).parent / "live"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if LIVE in item.path.parents:
            item.add_marker(pytest.mark.live)
    items.sort(key=lambda item: LIVE in item.path.parents)
