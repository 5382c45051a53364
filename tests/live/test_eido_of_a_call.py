"""From a caller to an agency's system: the URL in the INVITE to a desk opens the incident as that desk may know it."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from gateway.eido import MEDIA_TYPE
from tests.live.city import City
from tests.live.parts import Parts
from tests.live.wait import PATIENCE_SECONDS, until

NUMBER = "+6281200007701"


@pytest.fixture(scope="module")
def gateway(whole_city: City) -> Iterator[Parts]:
    with whole_city.running("redis", "agi", "ami", "web") as parts:
        yield parts


def fetched(city: City, desk_name: str, number: str, keys: str) -> tuple[dict[str, Any], str]:
    """What a desk that answers a caller who pressed these keys can fetch, and its type."""
    desk = city.desk(desk_name)
    city.call(number=number).answered().voice.press(keys)
    until(lambda: desk.invitations and desk.call.answered_at, what="the desk answers")
    (header,) = desk.call.invite.all("Call-Info")
    url = re.fullmatch(r"<(http://[^>]+)>;purpose=emergency-eido", header)
    assert url, header

    def answered() -> Any:
        with urllib.request.urlopen(url[1], timeout=PATIENCE_SECONDS) as answer:
            return json.loads(answer.read()), answer.headers["Content-Type"]

    return until(answered)


@pytest.mark.usefixtures("gateway")
def test_the_police_fetch_a_case_of_violence(city: City) -> None:
    eido, media_type = fetched(city, "110-1", NUMBER, "11")
    assert media_type == MEDIA_TYPE
    assert eido["incidentComponent"]["incidentTypeInternalCode"] == "violence"
    assert eido["callbackComponent"][0]["callBackInformationUri"] == [f"tel:{NUMBER}"]
    assert eido["callComponent"][0]["callStateRegistryText"] in ("callBegin", "callAnswered")


@pytest.mark.usefixtures("gateway")
def test_the_ambulance_fetches_a_medical_case(city: City) -> None:
    eido, _ = fetched(city, "118-1", "+6281200007702", "2")
    assert eido["incidentComponent"]["incidentTypeInternalCode"] == "medical"
    # In the one form that it gets of every case: nobody to call back, and nobody else who knows.
    assert "callbackComponent" not in eido
    assert len(eido["agencyComponent"]) == 1
