"""What the pages tell of who helps and who comes, on a real Redis: the same in form to who may not know of violence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gateway.incident.shape import Circle
from tests.live.map_page import told
from tests.live.pages_desk import answered, at_desk, call
from tests.live.redis_server import RedisServer
from tests.pages_in_process import PAGES, Pages, Person

HERE = Circle(-6.2475, 106.8910, 12.0)


@pytest.fixture
def pages(server: RedisServer, tmp_path: Path) -> Pages:
    pages = Pages(server.settings(**PAGES, state=str(tmp_path)))
    pages.store.redis.flushdb()
    return pages


def shown(pages: Pages, person: Person, incident: str, nature: str, desk: str) -> dict[str, Any]:
    pages.store.add([*call(incident, desk.partition("-")[0], nature=nature), answered(desk, incident)])
    told(pages, HERE, incident=incident)
    found: dict[str, Any] = person.get(f"/api/cases/{incident}").get_json()
    return found


def test_a_case_has_the_most_useful_first_and_how_sure_each_distance_is(pages: Pages) -> None:
    siti = at_desk(pages, "siti", "110-1")
    case = shown(pages, siti, "c1", "violence", "110-1")
    polsek, rsud, puskesmas, polres = case["map"]["facilities"][:4]
    assert (polsek["name"], polsek["details"]) == ("Polsek Makasar", ["wilayah kecamatan ini"])
    assert (polsek["lat"], polsek["distance_m"], polsek["approximate"]) == (None, None, False)
    assert (rsud["name"], rsud["approximate"], rsud["visum"]) == ("RSUD Duren Sawit", True, True)
    assert rsud["details"] == ["± 1,8 km (menurut kelurahan)", "visum"]
    assert (puskesmas["kind"], polres["details"]) == ("puskesmas", ["wilayah kota ini"])
    assert case["facilities"][1] == "RSUD Duren Sawit, ± 1,8 km (menurut kelurahan), visum"
    siti.post("/api/language", {"language": "en"})
    english = siti.get("/api/cases/c1").get_json()["map"]["facilities"]
    assert english[0]["details"] == ["for this kecamatan"]


def test_who_may_not_know_of_violence_is_told_the_same_of_any_case(pages: Pages) -> None:
    fira = at_desk(pages, "fira", "118-1")
    violent, other = (shown(pages, fira, name, name, "118-1") for name in ("violence", "other"))
    assert violent["nature"] == other["nature"] == "other"
    assert violent["map"]["facilities"] == other["map"]["facilities"]
    assert violent["facilities"] == other["facilities"]


def test_the_layer_of_facilities_says_which_places_are_guesses_and_has_none_without(pages: Pages) -> None:
    siti = at_desk(pages, "siti", "110-1")
    layer = siti.get("/api/map/facilities").get_json()
    assert {each["kind"] for each in layer} == {"rsud", "hospital"}
    assert all(each["approximate"] and each["lat"] and each["lon"] for each in layer)
