"""Borders told to others lie within the official ones, and are taken up anew when these are imported."""

import pytest
import shapely

from gateway import settings as settings_table
from gateway.gazetteer import boundary_file
from gateway.gazetteer.borders import Borders
from tests import drawn_boundaries as drawn

MELAYU = "31.75.08.1005"


@pytest.fixture
def state(tmp_path):
    return settings_table.read({"GATEWAY112_STATE": str(tmp_path)})


def bring(state, areas):
    origin = boundary_file.Origin("contoh.geojson", "0" * 64, 0.0, len(areas), 0)
    wkb = {code: shapely.to_wkb(area) for code, area in areas.items()}
    boundary_file.write(state.state / boundary_file.FILE, origin, wkb)


def ring(polygon):
    return shapely.Polygon([(lon, lat) for lat, lon in polygon.corners])


@pytest.mark.parametrize("code", [MELAYU, "31.75.08", "31.75", "31"])
def test_a_border_lies_within_the_official_one_and_leaves_little_out(state, code):
    bring(state, drawn.kelurahan())
    official = shapely.union_all([cell for held, cell in drawn.kelurahan().items() if held.startswith(code)])
    told = shapely.union_all([ring(polygon) for polygon in Borders(state).of(code)])
    assert official.buffer(1e-7).covers(told)
    assert told.area > 0.85 * official.area


def test_without_boundaries_or_for_an_unknown_area_no_border_is_told(state):
    assert Borders(state).of("31") == ()
    assert Borders(state).version == ""
    bring(state, drawn.kelurahan())
    assert Borders(state).of("32.75") == ()
    (state.state / boundary_file.FILE).write_bytes(b"damaged")
    assert Borders(state).of(MELAYU) == ()


def test_what_is_imported_anew_is_taken_up(state):
    bring(state, drawn.kelurahan())
    borders = Borders(state)
    before, version = borders.of(MELAYU), borders.version
    bring(state, {MELAYU: drawn.kelurahan()[MELAYU].buffer(-0.002)})
    assert borders.of(MELAYU) != before
    assert borders.version != version
