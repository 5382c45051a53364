"""Areas as a map draws them."""

import json

import shapely

from gateway.gazetteer import boundary_file, gazetteer
from gateway.gazetteer.boundary_file import Origin
from gateway.gazetteer.cells import cells
from gateway.gazetteer.map_areas import LARGEST, map_areas
from gateway.settings import SETTINGS, Settings
from tests import drawn_boundaries


def settings(folder):
    return Settings({setting.name: setting.default for setting in SETTINGS} | {"state": str(folder)})


def drawn(folder):
    return json.loads(map_areas(settings(folder)))


def imported(folder, corners=0):
    areas = {code: shapely.to_wkb(cell) for code, cell in drawn_boundaries.kelurahan(corners).items()}
    boundary_file.write(folder / boundary_file.FILE, Origin("a", "b", 0.0, len(areas), 0), areas)


def test_without_boundaries_each_kelurahan_has_the_cell_in_which_its_point_names_places(tmp_path):
    found = drawn(tmp_path)
    assert (found["exact"], len(found["features"])) == (False, 267)
    diagram = gazetteer().diagram
    for code, rings in cells(gazetteer()).items():
        for ring in rings:
            lat, lon = (sum(each) / len(ring) for each in zip(*ring, strict=True))
            assert diagram.owner(*diagram.plane(lat, lon)).code == code


def test_a_feature_says_what_it_is_called_and_what_it_lies_in(tmp_path):
    named = {each["properties"]["code"]: each["properties"] for each in drawn(tmp_path)["features"]}
    assert named["31.75.08.1005"] == {
        "code": "31.75.08.1005", "name": "Cipinang Melayu", "kecamatan": "Makasar", "city": "Jakarta Timur",
    }  # fmt: skip


def test_imported_boundaries_are_drawn_and_an_import_while_it_runs_is_taken_up(tmp_path):
    assert not drawn(tmp_path)["exact"]
    imported(tmp_path)
    assert drawn(tmp_path)["exact"]


def test_the_map_of_finely_drawn_boundaries_is_small_and_true_to_some_hundred_metres(tmp_path):
    imported(tmp_path, corners=300)
    text = map_areas(settings(tmp_path))
    assert len(text) <= LARGEST
    whole = drawn_boundaries.kelurahan()
    for feature in json.loads(text)["features"][:20]:
        shown = shapely.from_geojson(json.dumps(feature["geometry"]))
        off = shapely.hausdorff_distance(shown, whole[feature["properties"]["code"]])
        assert off * 111_000 < 300


def test_a_damaged_file_of_boundaries_leaves_the_built_in_points(tmp_path):
    (tmp_path / boundary_file.FILE).write_bytes(b"{}\nno")
    assert not drawn(tmp_path)["exact"]
