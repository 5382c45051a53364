"""The order of all tests: first what is pure and takes seconds, last what needs real servers.

What lies in tests/live is marked here, so that `-m live` and `-m "not live"` need no word in the tests themselves.
"""

from pathlib import Path

import pytest

HERE = Path(__file__).parent
PURE = (HERE / "incident", HERE / "ivr", HERE / "sms")
LIVE = HERE / "live"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if LIVE in item.path.parents:
            item.add_marker(pytest.mark.live)
    items.sort(key=_rank)


def _rank(item: pytest.Item) -> int:
    folders = item.path.parents
    return 2 if LIVE in folders else 0 if any(folder in folders for folder in PURE) else 1
