"""The incident by reference in the INVITE to a desk: Call-Info with the URL that fits what the desk may know."""

from __future__ import annotations

import pytest

from tests.live.city import City
from tests.live.stand_in import StandIn
from tests.live.test_hand_off import rung

WHOLE, DISCREET = "https://gateway.invalid/eido/abc.DEF-123_~", "https://gateway.invalid/eido/ghi.JKL-456_~"


@pytest.mark.parametrize(("desk", "url"), [("110-1", WHOLE), ("110-2", WHOLE), ("118-1", DISCREET)])
def test_a_desk_gets_the_incident_as_it_may_know_it(city: City, stand_in: StandIn, desk: str, url: str) -> None:
    call = rung(city, stand_in, desk, EIDO_URL=WHOLE, DISCREET_EIDO_URL=DISCREET)
    assert call.invite.all("Call-Info") == [f"<{url}>;purpose=emergency-eido"]


def test_without_a_url_there_is_no_header(city: City, stand_in: StandIn) -> None:
    assert rung(city, stand_in, "110-1").invite.all("Call-Info") == []


def test_a_url_brings_no_second_header(city: City, stand_in: StandIn) -> None:
    call = rung(city, stand_in, "110-1", EIDO_URL=f"{WHOLE}>\r\nX-Need: nothing")
    assert call.invite.all("Call-Info") == [f"<{WHOLE}X-Need:nothing>;purpose=emergency-eido"]
