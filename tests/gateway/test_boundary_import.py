"""Boundaries from outside: everything that is wrong is named with its place, and then nothing is changed."""

import argparse
import json

import pytest
import shapely

from gateway import settings as settings_table
from gateway.__main__ import main
from gateway.check.finding import Verdict
from gateway.check.prepared import check_places
from gateway.gazetteer import boundary_file
from gateway.gazetteer import command as gazetteer_command
from gateway.gazetteer.geojson import official
from gateway.incident.errors import Refused
from tests import drawn_boundaries as drawn

MELAYU = "31.75.08.1005"


@pytest.fixture
def state(tmp_path):
    return settings_table.read({"GATEWAY112_STATE": str(tmp_path / "state")})


@pytest.fixture
def run(tmp_path, state, capsys):
    """Runs the command on a document; its exit code and all it printed."""

    def run(document, *options, action="import"):
        text = document if isinstance(document, bytes) else json.dumps(document).encode()
        (tmp_path / "areas.geojson").write_bytes(text)
        parser = argparse.ArgumentParser()
        gazetteer_command.add_arguments(parser)
        words = parser.parse_args([action, str(tmp_path / "areas.geojson"), *options])
        code = gazetteer_command.run(words, state)
        told = capsys.readouterr()
        return code, told.out + told.err

    return run


def is_in_force(state):
    return (state.state / boundary_file.FILE).exists()


def feature(document, code=MELAYU):
    digits = code.replace(".", "")
    return next(one for one in document["features"] if one["properties"]["KDEPUM"] == digits)


def test_a_whole_file_is_imported_and_its_progress_told(run, state):
    code, told = run(drawn.collection())
    assert code == 0
    assert "boundaries of 267 kelurahan (Kepulauan Seribu 6, Jakarta Pusat 44, Jakarta Utara 31" in told
    assert "267 of 267 features" in told
    assert is_in_force(state)


def test_a_check_changes_nothing(run, state):
    assert run(drawn.collection(), action="check")[0] == 0
    assert not is_in_force(state)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("31.75.08.1005", "31.75.08.1005"),
        ("3175081005", "31.75.08.1005"),
        (3175081005, "31.75.08.1005"),
        (3175081005.0, "31.75.08.1005"),
        (" 3175081005 ", "31.75.08.1005"),
        ("31.75", "31.75"),
        (3175, "31.75"),
        ("317508", "31.75.08"),
        ("31.7508.1005", ""),
        ("17", ""),
        (17, ""),
        (True, ""),
        (None, ""),
        ("Cipinang Melayu", ""),
        ("٣١٧٥٠٨١٠٠٥", ""),
        (float("inf"), ""),
    ],
)
def test_codes_are_read_with_and_without_dots(written, code):
    assert official(written) == code


@pytest.mark.parametrize(
    "name", ["kode", "KODE_KEL", "kode_kemendagri", "id", "Code", "KDEPUM", "kode_desa", "Kel Kode", "KD_KEL_DESA"]
)
def test_the_code_is_found_under_its_usual_names(run, name):
    document = drawn.collection()
    for one in document["features"]:
        one["properties"] = {name: one["properties"]["KDEPUM"]}
    assert run(document)[0] == 0


@pytest.mark.parametrize("name", ["KDEBPS", "kode_bps", "nomor"])
def test_a_property_of_another_office_is_not_taken_for_the_code(run, name):
    document = drawn.collection()
    for one in document["features"]:
        one["properties"] = {name: one["properties"]["KDEPUM"]}
    code, told = run(document)
    assert code == 1
    assert "it has no official code" in told


def test_a_number_of_the_row_is_no_code_and_another_property_is(run):
    document = drawn.collection()
    for one in document["features"]:
        one["id"] = one["properties"]["OBJECTID"]
    assert run(document)[0] == 0


def test_of_several_codes_the_finest_counts(run):
    document = drawn.collection()
    for one in document["features"]:
        one["properties"]["kode"] = one["properties"]["KDEPUM"][:4]
        one["properties"]["code"] = one["properties"]["KDEPUM"][:6]
    assert run(document)[0] == 0


def test_the_property_of_the_code_can_be_named(run):
    document = drawn.collection()
    for one in document["features"]:
        one["properties"] = {"wilayah adm": one["properties"]["KDEPUM"]}
    code, told = run(document)
    assert code == 1
    assert "--code PROPERTY" in told
    assert run(document, "--code", "wilayah adm")[0] == 0
    with pytest.raises(Refused, match="no feature has an official code in the property 'WILAYAH'"):
        run(document, "--code", "WILAYAH")


def test_missing_kelurahan_are_named_and_may_be_meant(run, state):
    document = drawn.collection()
    document["features"].remove(feature(document))
    code, told = run(document)
    assert code == 1
    assert "Jakarta Timur has 64 of 65 kelurahan; missing: 31.75.08.1005 Cipinang Melayu" in told
    assert "--partial" in told
    assert not is_in_force(state)
    assert run(document, "--partial")[0] == 0


def test_of_many_missing_kelurahan_some_are_named_and_the_rest_counted(run):
    document = drawn.collection()
    document["features"] = [feature(document)]
    code, told = run(document, action="check")
    assert code == 1
    assert "Jakarta Timur has 1 of 65 kelurahan; missing: 31.75.01.1001" in told
    assert "and 59 more" in told
    assert max(map(len, told.splitlines())) < 240


def test_with_one_boundary_it_is_told_what_named_a_point_and_what_is_missing(run, state, capsys, monkeypatch):
    monkeypatch.setenv("GATEWAY112_STATE", str(state.state))
    document = drawn.collection()
    document["features"] = [feature(document)]
    assert run(document, "--partial")[0] == 0
    inner = drawn.cells()[MELAYU].point_on_surface()
    assert main(["place", "--radius", "5", f"{inner.y},{inner.x}"]) == 0
    assert "by official boundaries" in capsys.readouterr().out
    assert main(["place", "--radius", "5", "-6.1754,106.8272"]) == 0
    assert "by the built-in points: some of it lies where no boundary was imported" in capsys.readouterr().out
    assert main(["place", "--json", "-6.1754,106.8272"]) == 0
    assert json.loads(capsys.readouterr().out)["exact"] is False
    told = [(finding.verdict, finding.what) for finding in check_places(state)]
    assert any(one is Verdict.NOTICE and "266 of 267 kelurahan have no" in what for one, what in told)
    gazetteer_command.run(argparse.Namespace(action="show"), state)
    shown = capsys.readouterr().out
    assert "kelurahan    1 of 267; the others by the built-in points" in shown
    assert "{" not in shown


def test_every_fault_is_named_at_once(run, state):
    document = drawn.collection()
    feature(document)["geometry"] = None
    feature(document, "31.71.01.1001")["properties"]["KDEPUM"] = "3171019999"
    code, told = run(document)
    assert code == 1
    assert "31.71.01.9999 is no kelurahan of the gazetteer" in told
    assert "(31.75.08.1005, CIPINANG MELAYU): its geometry is 'None'" in told
    assert "missing: 31.71.01.1001" in told
    assert not is_in_force(state)


def test_a_code_twice_is_refused_unless_both_are_parts(run):
    document = drawn.collection()
    whole = shapely.from_geojson(json.dumps(feature(document)["geometry"]))
    west, south, east, north = whole.bounds
    half = shapely.box(west, south, (west + east) / 2, north)
    twin = json.loads(json.dumps(feature(document)))
    twin["geometry"] = json.loads(shapely.to_geojson(whole & half))
    feature(document)["geometry"] = json.loads(shapely.to_geojson(whole - half))
    document["features"].append(twin)
    code, told = run(document)
    assert code == 1
    assert "feature 268 (31.75.08.1005, CIPINANG MELAYU): 31.75.08.1005 is also feature" in told
    assert run(document, "--join")[0] == 0


def moved(document, change):
    def walk(part):
        if isinstance(part[0], int | float):
            return list(change(*part))
        return [walk(one) for one in part]

    for one in document["features"]:
        one["geometry"]["coordinates"] = walk(one["geometry"]["coordinates"])
    return document


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda lon, lat: (lat, lon), "look swapped: GeoJSON has the longitude first"),
        (lambda lon, lat: (lon * 6000, lat * 110_000), "in metres of a projection, not degrees: convert it: `ogr2ogr"),
        (lambda lon, lat: (lon - 90, lat), "is not in Indonesia"),
        (lambda lon, lat: (lon, "x"), "is no pair of numbers"),
        (lambda lon, lat: (lon, None), "is no pair of numbers"),
        (lambda lon, lat: (lon + 0.5, lat), "km from where it is: is its code another's?"),
    ],
)
def test_figures_that_are_no_positions_here_are_refused_with_what_to_do(run, state, change, why):
    code, told = run(moved(drawn.collection(), change))
    assert code == 1
    assert why in told
    assert not is_in_force(state)


@pytest.mark.parametrize(("east", "north", "side"), [(0.018, 0.0, " m east"), (0.0, -0.006, " m south of")])
def test_a_file_that_is_shifted_as_a_whole_is_refused(run, state, east, north, side):
    code, told = run(moved(drawn.collection(), lambda lon, lat: (lon + east, lat + north)))
    assert code == 1
    assert "was it drawn in another datum or zone than it says?" in told
    assert side in told
    assert not is_in_force(state)


def test_two_kelurahan_whose_codes_are_exchanged_are_told(run):
    document = drawn.collection()
    one, other = feature(document), feature(document, "31.75.08.1003")
    one["geometry"], other["geometry"] = other["geometry"], one["geometry"]
    code, told = run(document)
    assert code == 0
    assert told.count("each lie where the other is: are their codes exchanged?") == 1


def test_heights_are_left_out(run):
    assert run(moved(drawn.collection(), lambda lon, lat: (lon, lat, 12.0)))[0] == 0


@pytest.mark.parametrize(
    "name",
    [
        *("urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326", "urn:ogc:def:crs:EPSG::4326", "urn:ogc:def:crs:EPSG::4755"),
        "http://www.opengis.net/def/crs/EPSG/0/4326",
    ],
)
def test_a_reference_system_that_is_wgs_84_is_taken(run, name):
    assert run({**drawn.collection(), "crs": {"type": "name", "properties": {"name": name}}})[0] == 0


@pytest.mark.parametrize("system", [{"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32748"}}, {}, 7])
def test_another_reference_system_is_refused(run, system):
    with pytest.raises(Refused, match="not longitude and latitude: convert it: `ogr2ogr"):
        run({**drawn.collection(), "crs": system})


def test_what_is_drawn_wrong_in_a_small_part_is_mended_and_told(run):
    document = drawn.collection()
    whole = feature(document)["geometry"]["coordinates"]
    x, y = inside = drawn.cells()[MELAYU].point_on_surface().coords[0]
    speck = [list(inside), [x + 1e-5, y], [x + 1e-5, y + 1e-5], list(inside)]
    feature(document)["geometry"] = {"type": "MultiPolygon", "coordinates": [whole, [speck]]}
    code, told = run(document)
    assert code == 0, told
    assert "note: feature" in told
    assert "; mended" in told


def test_a_ring_like_a_bow_is_refused(run):
    document = drawn.collection()
    x, y = feature(document)["geometry"]["coordinates"][0][0]
    bow = [[x, y], [x + 0.01, y + 0.02], [x + 0.01, y], [x, y + 0.01], [x, y]]
    feature(document)["geometry"] = {"type": "Polygon", "coordinates": [bow]}
    code, told = run(document)
    assert code == 1
    assert "Self-intersection" in told
    assert "draw it anew" in told


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Point", "coordinates": [106.8, -6.2]},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[106.8, -6.2], [106.9, -6.2]]]},
        {"type": "Polygon", "coordinates": [[[106.8, -6.2], [106.9, -6.2], [106.9, -6.1], [106.8, -6.1]]]},
        {"type": "Polygon", "coordinates": [[[106.8, -6.2], [106.9, -6.2], [106.85, -6.2], [106.8, -6.2]]]},
        {"type": "Polygon", "coordinates": "x"},
        {"type": "Polygon", "coordinates": [[[[[[[106.8, -6.2]]]]]]]},
        {"type": "Polygon"},
        {},
        "x",
        None,
    ],
)
def test_a_geometry_that_is_no_area_is_refused_with_its_feature(run, geometry):
    document = drawn.collection()
    feature(document)["geometry"] = geometry
    code, told = run(document)
    assert code == 1
    assert "(31.75.08.1005, CIPINANG MELAYU): " in told


def test_overlaps_of_some_size_are_refused_and_small_ones_told(run):
    cells = dict(drawn.kelurahan())
    other = max((code for code in cells if code != MELAYU), key=lambda one: (cells[one] & cells[MELAYU]).length)
    for width, code in ((0.004, 1), (0.00005, 0)):
        wide = {**cells, MELAYU: cells[MELAYU].buffer(width)}
        got, told = run(drawn.collection(wide))
        assert got == code
        one, two = sorted((MELAYU, other))
        assert f"{one} and {two} overlap by" in told or f"{two} and {one} overlap by" in told
        assert "km² (" in told


def test_a_kelurahan_within_another_is_refused(run):
    cells = dict(drawn.kelurahan())
    inside = cells[MELAYU].point_on_surface().buffer(0.001)
    code, told = run(drawn.collection({**cells, "31.75.08.1003": inside}))
    assert code == 1
    assert "overlap by" in told


def test_gaps_are_told_with_their_neighbours(run):
    cells = dict(drawn.kelurahan())
    hole = cells[MELAYU].point_on_surface().buffer(0.001)
    code, told = run(drawn.collection({**cells, MELAYU: cells[MELAYU] - hole}))
    assert code == 0
    assert "note: a gap of 0.04" not in told.replace("note: a gap of 0.038", "")
    assert "km² between 31.75.08.1005: counted to the nearest" in told


def test_neighbouring_cities_are_kept_and_places_beyond_are_left_out(run, state):
    document = drawn.collection(drawn.cells())
    ring = [[112.7, -7.3], [112.8, -7.3], [112.8, -7.2], [112.7, -7.3]]
    for code in ("35.78.01.1001", "31.75.08", "31.75"):
        document["features"].append(
            {
                "type": "Feature",
                "properties": {"kode": code},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        )
    code, told = run(document)
    assert code == 0, told
    assert "Kota Depok" in told
    assert "note: 1 features left out: places beyond the neighbouring cities" in told
    assert "note: 2 features left out: cities and kecamatan, which are made of their kelurahan" in told


def test_codes_of_the_statistics_office_are_found_out_by_their_names(run):
    document = drawn.collection()
    names = [one["properties"]["WADMKD"] for one in document["features"]]
    for one, name in zip(document["features"], names[40:] + names[:40], strict=True):
        one["properties"]["WADMKD"] = name
    code, told = run(document)
    assert code == 1
    assert "are they codes of the statistics office (BPS)?" in told


def test_another_spelling_is_no_other_name_and_another_name_is_told(run):
    document = drawn.collection()
    feature(document)["properties"]["WADMKD"] = "KEL. CIPINANG MLAYU"
    feature(document, "31.72.02.1001")["properties"]["WADMKD"] = "Tanjung Priuk"
    assert "the gazetteer calls it" not in run(document)[1]
    feature(document)["properties"]["WADMKD"] = "Contoh Raya"
    code, told = run(document)
    assert code == 0
    assert "note: feature" in told
    assert "the gazetteer calls it Cipinang Melayu" in told


@pytest.mark.parametrize(
    ("name", "value"), [("ket", "Rumah Aman"), ("shelter", "ada"), ("rumah", "aman"), ("nama", "RPTC Bambu Apus")]
)
def test_a_file_that_names_a_shelter_is_refused(run, state, name, value):
    document = drawn.collection()
    feature(document)["properties"][name] = value
    with pytest.raises(Refused, match="names a shelter, whose place is secret"):
        run(document)
    assert not is_in_force(state)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"PK\x03\x04\xff\xfe", "not GeoJSON in UTF-8: convert it"),
        (b"<kml></kml>", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "not FeatureCollection"),
        (b'{"type": "Topology"}', "TopoJSON: convert it"),
        (b'{"type": "Feature"}', "its type is 'Feature'"),
        (b'{"type": "FeatureCollection", "features": []}', "no features"),
        (b'{"type": "FeatureCollection", "features": {"a": 1}}', "no features"),
    ],
)
def test_what_is_no_geojson_is_refused_with_what_to_do(run, text, why):
    with pytest.raises(Refused, match=why):
        run(text)


@pytest.mark.parametrize("odd", [None, 7, "x", [], {"properties": 3}, {"properties": None, "geometry": []}])
def test_a_feature_that_is_none_is_named_by_its_number(run, odd):
    document = drawn.collection()
    document["features"].insert(0, odd)
    code, told = run(document)
    assert code == 1
    assert "feature 1: it has no official code" in told


def test_a_file_that_is_not_there_is_refused(state, tmp_path):
    parser = argparse.ArgumentParser()
    gazetteer_command.add_arguments(parser)
    with pytest.raises(Refused, match="cannot be read"):
        gazetteer_command.run(parser.parse_args(["check", str(tmp_path / "none.geojson")]), state)


def test_a_refused_file_leaves_what_was_in_force(run, state):
    run(drawn.collection())
    before = (state.state / boundary_file.FILE).read_bytes()
    document = drawn.collection()
    document["features"].pop()
    assert run(document)[0] == 1
    assert (state.state / boundary_file.FILE).read_bytes() == before
