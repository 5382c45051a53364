"""What was dialled spares a question, and a code keyed in the middle of one is a place: by the edge and Asterisk."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gateway.evidence.keyed_code import FILE, entry
from gateway.evidence.table import replace
from gateway.incident.timeline import Entry, Kind
from gateway.store import Store
from tests.live.edge import EdgedCity
from tests.live.parts import Parts
from tests.live.wait import until

pytest_plugins = ["tests.live.edge"]

STOP = {"code": "47118", "kind": "stop", "label": "Halte Contoh", "lat": "-6.2", "lon": "106.8", "radius_m": "20"}


@pytest.fixture(scope="module")
def answering(whole_edged_city: EdgedCity) -> Iterator[Parts]:
    replace(whole_edged_city.settings.state / FILE, [entry(STOP)])
    with whole_edged_city.running("redis", "agi") as parts:
        yield parts


def told(city: EdgedCity, number: str, *kinds: Kind) -> dict[Kind, Entry]:
    """The latest entry of each kind in the caller's incident, as soon as there are these."""
    store = Store(city.settings)

    def found() -> dict[Kind, Entry]:
        for incident in store.recent():
            entries = {entry.kind: entry for entry in store.timeline(incident.id)}
            if incident.number == number and set(kinds) <= set(entries):
                return entries
        return {}

    return until(found, what=f"{number} has {kinds}")


@pytest.mark.parametrize(
    ("urn", "number", "steps", "queue"),
    [
        ("urn:service:sos.fire", "+6281200000101", ["fire"], "113"),
        ("urn:service:sos.ecall.automatic", "+6281200000102", ["crash"], "118"),
        ("urn:service:sos.police", "+6281200000103", ["police", "crime_silent"], "110"),
        ("urn:service:sos.unheard-of", "+6281200000104", ["start", "silent_call"], "112"),
    ],
)
@pytest.mark.usefixtures("answering")
def test_what_was_dialled_is_not_asked_again(
    edged_city: EdgedCity, urn: str, number: str, steps: list[str], queue: str
) -> None:
    caller = edged_city.call(target=urn, number=number).answered()
    entries = told(edged_city, number, Kind.FILED, Kind.HANDED_OFF)
    assert entries[Kind.FILED].data["steps"] == steps
    assert entries[Kind.HANDED_OFF].data["queue"] == queue
    assert entries[Kind.OPENED].data["service"] == urn.removeprefix("urn:service:")
    caller.hang_up()


@pytest.mark.usefixtures("answering")
def test_violence_is_two_keys_from_the_police_question(edged_city: EdgedCity) -> None:
    number = "+6281200000105"
    caller = edged_city.call(target="urn:service:sos.police", number=number).answered()
    caller.voice.press("1")
    told(edged_city, number, Kind.ASKED)
    caller.voice.press("2")
    entries = told(edged_city, number, Kind.FILED)
    assert (entries[Kind.FILED].data["nature"], entries[Kind.FILED].data["silent"]) == ("violence", True)
    caller.hang_up()


@pytest.mark.parametrize(("keys", "number"), [("#47118#", "+6281200000106"), ("#47118", "+6281200000107")])
@pytest.mark.usefixtures("answering")
def test_a_code_keyed_at_the_menu_is_the_place_and_the_menu_goes_on(
    edged_city: EdgedCity, keys: str, number: str
) -> None:
    caller = edged_city.call(number=number).answered()
    caller.voice.press(keys)
    entries = told(edged_city, number, Kind.EVIDENCE)
    assert entries[Kind.EVIDENCE].data["source"] == "keyed_code"
    assert str(entries[Kind.EVIDENCE].data["label"]).startswith("Halte Contoh")
    caller.voice.press("2")
    entries = told(edged_city, number, Kind.HANDED_OFF)
    assert entries[Kind.FILED].data["steps"] == ["start", "code", "start", "medical"]
    assert "radius 20" in str(entries[Kind.HANDED_OFF].data["place"])
    caller.hang_up()


@pytest.mark.usefixtures("answering")
def test_an_unknown_code_is_told_to_the_desk_and_costs_nothing(edged_city: EdgedCity) -> None:
    number = "+6281200000108"
    caller = edged_city.call(number=number).answered()
    caller.voice.press("#99999#")
    entries = told(edged_city, number, Kind.EVIDENCE_REFUSED)
    assert "99999" in str(entries[Kind.EVIDENCE_REFUSED].data["why"])
    caller.voice.press("3")
    assert told(edged_city, number, Kind.HANDED_OFF)[Kind.FILED].data["nature"] == "fire"
    caller.hang_up()


@pytest.mark.usefixtures("answering")
def test_who_begins_a_code_and_presses_nothing_reaches_a_person_all_the_same(edged_city: EdgedCity) -> None:
    number = "+6281200000109"
    caller = edged_city.call(number=number).answered()
    caller.voice.press("#")
    entries = told(edged_city, number, Kind.HANDED_OFF)
    assert (entries[Kind.FILED].data["nature"], entries[Kind.FILED].data["silent"]) == ("unknown", True)
    assert entries[Kind.HANDED_OFF].at - entries[Kind.OPENED].at < 20
    caller.hang_up()
