"""Calls by the edge: whatever is dialled and whatever To says, it is 112, and the caller never sees that it was changed."""

from __future__ import annotations

import pytest

from tests.live.edge import EdgedCity, edged_city, edged_stand_in, whole_edged_city  # noqa: F401 - fixtures
from tests.live.stand_in import StandIn


def test_a_call_reaches_the_dialogue(edged_city: EdgedCity, edged_stand_in: StandIn) -> None:
    edged_stand_in.hand_off("112")
    caller = edged_city.call().answered()
    assert edged_stand_in.last().arguments[0] == "trial"
    caller.hang_up()
