"""Who helps, who comes and what stands near, as a desk reads it: the most useful first, and honest about distances."""

import json
from dataclasses import asdict

import pytest

from gateway.desk.near import MOST_FIRST, details, in_words, near
from gateway.evidence import keyed_code, registered_number
from gateway.evidence.registered_number import Registry
from gateway.evidence.table import replace
from gateway.gazetteer import facilities, gazetteer
from gateway.gazetteer.close_by import close_by
from gateway.gazetteer.facility import entry
from gateway.incident.evidence import Evidence
from gateway.incident.location import fuse
from gateway.incident.report import Nature
from gateway.incident.shape import Area, Circle
from gateway.settings import read, write_missing_secrets

NOW = 1_750_000_000.0
HERE = Circle(-6.2475, 106.8910, 40.0)


@pytest.fixture
def settings(tmp_path):
    write_missing_secrets(tmp_path)
    return read({"GATEWAY112_STATE": str(tmp_path)})


def found(settings, shape=HERE, nature="violence"):
    known = facilities.Facilities(settings.state / facilities.FILE, gazetteer())
    location = fuse([Evidence("aml", shape, NOW, NOW)], NOW, names=gazetteer())
    return near(known, close_by(settings))(location, nature)


def told(settings, shape=HERE, nature="violence", language="id"):
    return [in_words(each, language) for each in found(settings, shape, nature)]


def kinds(settings, nature):
    return [each.facility.kind for each in found(settings, nature=nature)][:MOST_FIRST]


def test_a_desk_reads_first_what_is_of_use_for_what_happened(settings):
    assert kinds(settings, "violence") == ["polsek", "rsud", "puskesmas", "polres"]
    assert kinds(settings, "crime")[:2] == ["polsek", "polres"]
    assert kinds(settings, "medical")[:3] == ["rsud", "puskesmas", "rsud"]
    assert kinds(settings, "fire")[0] == "fire_sector"
    assert kinds(settings, "accident")[:2] == ["rsud", "polsek"]
    for nature in Nature:
        assert len(kinds(settings, nature)) == MOST_FIRST
        assert {"polsek", "fire_sector", "rsud"} & set(kinds(settings, nature)[:1]), nature


def test_each_is_told_with_whose_it_is_or_how_far_and_how_sure_that_is(settings):
    assert told(settings)[:4] == [
        "Polsek Makasar, wilayah kecamatan ini",
        "RSUD Duren Sawit, ± 1,8 km (menurut kelurahan), visum",
        "Puskesmas Kecamatan Makasar, wilayah kecamatan ini, visum",
        "Polres Jakarta Timur, wilayah kota ini",
    ]
    assert told(settings, language="en")[1] == "RSUD Duren Sawit, ± 1.8 km (by kelurahan), visum"
    assert told(settings, Area("31.75.07.1002"))[1] == "RSUD Duren Sawit, kelurahan ini, visum"
    assert told(settings, Area("31.75.07"))[1] == "RSUD Duren Sawit, kecamatan ini, visum"
    assert told(settings, Area("31.75.08"))[1] == "RSUD Budhi Asih, ± 3,1 km (menurut kecamatan), visum"
    assert "Polres Kepulauan Seribu, wilayah kabupaten ini" in told(settings, Area("31.01.01"))


def test_of_another_kecamatans_puskesmas_nothing_is_told_for_nobody_knows_how_far_it_is(settings):
    for nature in Nature:
        own = [each for each in found(settings, nature=nature) if each.facility.kind == "puskesmas"]
        assert [each.facility.area for each in own] == ["31.75.08"]


def bring(settings, *rows):
    lines = [{"area": "31.75.08", **row} for row in rows]
    replace(settings.state / facilities.FILE, ((key, json.dumps(asdict(one))) for key, one in map(entry, lines)))


def at(lat, lon=106.8910):
    return {"lat": str(lat), "lon": str(lon)}


def test_what_has_a_position_is_told_exactly_and_only_of_a_place_that_is_known_as_well(settings):
    bring(settings, {"kind": "polsek", "name": "Polsek Contoh", "serves": "31.75.08", "phone": "021", **at(-6.2500)})
    assert told(settings)[0] == "Polsek Contoh, wilayah kecamatan ini, 278 m, 021"
    # It lies in one kecamatan, with all that is within the radius.
    [rough, *_] = told(settings, Circle(-6.2640, 106.8920, 400.0))
    assert rough == "Polsek Contoh, wilayah kecamatan ini, ± 1,6 km, 021"


def test_of_violence_who_writes_no_visum_is_not_given_however_near(settings):
    bring(settings, {"kind": "hospital", "name": "RS Contoh", **at(-6.2476)})
    assert not any("RS Contoh" in line for line in told(settings))
    assert told(settings, nature="medical")[0] == "RS Contoh, 12 m"


def test_cameras_within_a_kilometre_come_last(settings):
    bring(
        settings,
        *({"kind": "camera", "name": f"Kamera {number}", **at(-6.2475 - number / 1000)} for number in (3, 1, 12)),
    )
    assert [line for line in told(settings) if "Kamera" in line] == ["Kamera 1, 112 m", "Kamera 3, 334 m"]
    assert "Kamera 3" in told(settings)[-1]
    assert not any("Kamera" in line for line in told(settings, Area("31.75.08.1003"))), "from no position"


def stop(code, label, lat, radius="15", **more):
    row = {"code": code, "kind": "stop", "label": label, "lat": str(lat), "lon": "106.8910", "radius_m": radius}
    return keyed_code.entry({**row, **more})


def registered(settings, *rows):
    registry = Registry(settings)
    lines = [{"lat": "-6.2480", "lon": "106.8910", "radius_m": "30", "address": "Jl. Rahasia 1", **row} for row in rows]
    registry.write(dict(map(registered_number.entry, lines)))


def test_posts_and_registered_buildings_near_are_told_by_name_alone(settings):
    replace(settings.state / keyed_code.FILE, [stop("1008", "Halte Contoh", -6.2490), stop("2006", "Jauh", -6.2590)])
    registered(
        settings,
        {"number": "+62 21 0000 0001", "kind": "building", "label": "Gedung Contoh"},
        {"number": "+62 21 0000 0002", "kind": "police_post", "label": "Pos Polisi Contoh"},
        {"number": "+62 21 0000 0003", "kind": "panic_button", "label": "Rumah seseorang"},
    )
    close = {each.facility.name: each for each in found(settings) if each.facility.kind in ("post", "building")}
    assert set(close) == {"Halte Contoh", "Gedung Contoh", "Pos Polisi Contoh"}
    assert details(close["Gedung Contoh"], "id") == ["56 m"]
    assert "post" in kinds(settings, "crime")
    everything = json.dumps([asdict(each) for each in found(settings)])
    assert not any(secret in everything for secret in ("Rahasia", "6221", "keyed", "seseorang"))


def test_what_is_known_by_an_area_or_a_wide_circle_stands_nowhere(settings):
    wide, area = stop("1008", "Lebar", -6.2476, "900"), stop("2006", "Wilayah", "", "", lon="", area="31.75.08.1003")
    replace(settings.state / keyed_code.FILE, [wide, area])
    assert not [each for each in found(settings) if each.facility.kind == "post"]


@pytest.mark.parametrize("file", [keyed_code.FILE, registered_number.FILE])
def test_a_damaged_table_costs_a_desk_only_what_is_in_it(settings, file):
    (settings.state / file).write_bytes(b"no table" * 100)
    assert told(settings)[0] == "Polsek Makasar, wilayah kecamatan ini"


def test_a_table_that_is_replaced_is_in_force_within_seconds(settings, monkeypatch):
    monkeypatch.setattr("gateway.gazetteer.close_by.LOOK_EVERY_SECONDS", 0.0)
    close = close_by(settings)
    assert close.near((-6.2475, 106.8910), ("post",), 4) == []
    replace(settings.state / keyed_code.FILE, [stop("1008", "Halte Contoh", -6.2490)])
    assert [each.facility.name for each in close.near((-6.2475, 106.8910), ("post",), 4)] == ["Halte Contoh"]
