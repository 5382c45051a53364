"""Names by boundaries: exact, by the share of a shape in each area, and in force without a restart."""

import argparse
import math
import threading
import time
from functools import cache

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway import settings as settings_table
from gateway.check.prepared import check_places
from gateway.gazetteer import boundary_file, gazetteer
from gateway.gazetteer import command as gazetteer_command
from gateway.gazetteer.boundaries import Boundaries
from gateway.gazetteer.current import CurrentNames, load, names
from gateway.incident.place import KELURAHAN
from gateway.incident.shape import (
    ArcBand,
    Area,
    Circle,
    Civic,
    Ellipse,
    Ellipsoid,
    Point,
    Polygon,
    Prism,
    Sphere,
    offset,
)
from tests import drawn_boundaries as drawn

MONAS = (-6.1754, 106.8272)
BEKASI, DEPOK = (-6.2349, 106.9896), (-6.4025, 106.7942)
SEA, FAR = (-6.02, 106.82), (-7.2575, 112.7521)


@pytest.fixture(scope="module")
def exact():
    return drawn.boundaries()


def inner(code):
    """A position well inside an area, as (lat, lon)."""
    point = drawn.cells()[code].point_on_surface()
    return point.y, point.x


def border_of(one, other):
    """The longest straight piece of border that two areas share, in degrees."""
    shared = drawn.cells()[one].boundary & drawn.cells()[other].boundary
    lines = [part for part in shapely.get_parts(shared) if part.length > 0]
    return max(lines, key=lambda line: line.length, default=shapely.LineString())


def edge_between(one, other):
    """The middle of the border of two areas, as (lat, lon)."""
    middle = border_of(one, other).interpolate(0.5, normalized=True)
    return middle.y, middle.x


@cache
def neighbours_of_one_kecamatan():
    cells = drawn.kelurahan()
    pairs = ((one, other) for one in cells for other in cells if one < other and one[:8] == other[:8])
    return next(pair for pair in pairs if border_of(*pair).length > 0.01)


def test_every_kelurahan_is_named_by_a_position_inside_it(exact):
    for code in drawn.kelurahan():
        lat, lon = inner(code)
        assert exact.code_at(lat, lon) == code
        place = exact.name(Circle(lat, lon, 5.0))
        assert (place.kelurahan.code, place.is_certain, place.percent) == (code, True, 100)
        assert place.cities == ((Area(code[:5], drawn.name_of(code[:5])), 100),)


def test_a_circle_across_a_border_has_the_share_of_each_side(exact):
    one, other = neighbours_of_one_kecamatan()
    place = exact.name(Circle(*edge_between(one, other), 60.0))
    assert place.kelurahan.code in (one, other)
    assert 50 <= place.percent < 75
    assert not place.is_certain
    assert place.certain == place.kecamatan


def test_a_border_that_is_known_is_not_widened():
    one, other = neighbours_of_one_kecamatan()
    lat, lon = edge_between(one, other)
    middle = shapely.Point(lon, lat)
    direction = drawn.cells()[one].point_on_surface()
    step = 120 / drawn.metres(middle.distance(direction))
    at = (lat + (direction.y - lat) * step, lon + (direction.x - lon) * step)
    assert drawn.boundaries().name(Circle(*at, 50.0)).is_certain
    assert not gazetteer().name(Circle(*at, 50.0)).is_certain


def test_a_position_of_unstated_accuracy_is_named_by_where_it_lies_and_never_surely_near_a_border(exact):
    one, other = neighbours_of_one_kecamatan()
    lat, lon = edge_between(one, other)
    place = exact.name(Point(lat, lon))
    assert place.kelurahan.code == exact.code_at(lat, lon)
    assert place.percent >= 50
    assert not place.is_certain


def test_a_position_outside_names_the_neighbouring_city(exact):
    for at, city in ((BEKASI, "Kota Bekasi"), (DEPOK, "Kota Depok")):
        place = exact.name(Circle(*at, 50.0))
        assert (place.city.name, place.kecamatan, place.kelurahan) == (city, None, None)
        assert place.is_certainly_outside
        assert place.neighbour == place.city


def test_a_shape_across_the_province_s_border_tells_both_cities_and_the_neighbour(exact):
    code, border = max(((code, border_of(code, "32.75")) for code in drawn.kelurahan()), key=lambda one: one[1].length)
    middle = border.interpolate(0.5, normalized=True)
    for known in (exact, drawn.boundaries(neighbouring=True)):
        place = known.name(Circle(middle.y, middle.x, 300.0))
        assert {city.code for city, _ in place.cities} == {code[:5], "32.75"}
        assert place.neighbour == Area("32.75", "Kota Bekasi")
        assert 20 <= place.inside_percent <= 80
        assert not place.is_certainly_outside
        assert place.certain is None


def test_at_sea_off_the_coast_only_the_city_is_named_and_far_away_nothing(exact):
    assert exact.name(Circle(*SEA, 50.0)).finest == Area("31.72", "Jakarta Utara")
    assert exact.name(Circle(*FAR, 50.0)).finest is None
    assert exact.name(Circle(*FAR, 50.0)).is_certainly_outside


@pytest.mark.parametrize(
    ("lat", "lon", "code"),
    [
        (-6.05, 106.73, "31.72"),  # water north of Penjaringan, a few kilometres from a village of Tangerang
        (-6.04, 106.99, "31.72"),
        (-6.07, 106.69, "36.03"),  # land north of Kalideres: Kosambi
        (-6.06, 106.66, "36.03"),
        (-6.47, 106.75, "32.01"),  # and south of it a village's land reaches further
    ],
)
def test_beyond_the_boundaries_is_a_neighbour_s_land_or_water_to_the_north_far_from_any_village(exact, lat, lon, code):
    assert exact.code_at(lat, lon) == code


def test_figures_that_are_no_position_have_no_code(exact):
    for nonsense in (1e300, float("nan"), float("inf"), -1e18):
        assert exact.codes_at([nonsense, -6.2], [106.8, nonsense]) == ["", ""]
        assert exact.code_at(nonsense, 106.8) == ""


def test_neighbours_with_boundaries_are_named_by_them_and_the_others_by_their_points():
    known = drawn.cells()
    some = {code: shapely.to_wkb(cell) for code, cell in known.items() if len(code) == KELURAHAN or code == "32.75"}
    place = Boundaries(some, gazetteer()).name(Circle(*DEPOK, 50.0))
    assert place.city.name == "Kota Depok"


def test_what_lies_in_a_gap_between_two_kelurahan_is_the_nearest_one_s():
    one, other = neighbours_of_one_kecamatan()
    lat, lon = edge_between(one, other)
    hole = shapely.Point(lon, lat).buffer(0.0005)
    holed = {code: shapely.to_wkb(cell - hole) for code, cell in drawn.kelurahan().items()}
    assert Boundaries(holed, gazetteer()).code_at(lat, lon) in (one, other)


def test_a_kelurahan_without_a_boundary_is_named_by_its_point_and_no_surer_than_that():
    gone = "31.75.08.1005"
    some = {code: shapely.to_wkb(cell) for code, cell in drawn.kelurahan().items() if code != gone}
    known = Boundaries(some, gazetteer())
    at = inner(gone)
    assert known.code_at(*at) == gone
    assert known.name(Circle(*at, 20.0)) == gazetteer().name(Circle(*at, 20.0))
    other = inner("31.75.08.1003")
    assert known.name(Circle(*other, 20.0)).is_certain


def test_no_positions_have_no_codes(exact):
    assert exact.codes_at([], []) == []


def inner_side(one, other):
    """A position in ``other``, 180 m from its border with ``one``."""
    lat, lon = edge_between(one, other)
    (x1, y1), (x2, y2) = border_of(one, other).coords
    along = math.degrees(math.atan2(x2 - x1, y2 - y1))
    sides = [offset(lat, lon, along + turn, 180) for turn in (90, -90)]
    return next(at for at in sides if drawn.cells()[other].covers(shapely.Point(at[1], at[0])))


def test_where_two_overlap_one_and_many_positions_get_the_same_name():
    one, other = neighbours_of_one_kecamatan()
    lat, lon = edge_between(one, other)
    wide = {**drawn.kelurahan(), one: drawn.cells()[one] | shapely.Point(lon, lat).buffer(0.001)}
    known = Boundaries({code: shapely.to_wkb(cell) for code, cell in wide.items()}, gazetteer())
    assert known.code_at(lat, lon) == known.codes_at([lat], [lon])[0] == min(one, other)
    place = known.name(Circle(lat, lon, 30.0))
    assert (place.percent, place.inside_percent) == (67, 100)
    # Wholly within one of them, and with another upon a part of it, it is surely in neither.
    inside = known.name(Circle(*inner_side(one, other), 100.0))
    assert not inside.is_certain


def strip(lat, lon, bearing, length_m, width_m):
    """A long thin rectangle."""
    ends = [offset(lat, lon, bearing, sign * length_m) for sign in (1, -1)]
    sides = [offset(*end, bearing + 90 * turn, width_m) for end, turn in zip(ends, (1, -1), strict=True)]
    others = [offset(*end, bearing - 90 * turn, width_m) for end, turn in zip(ends, (1, -1), strict=True)]
    return (sides[0], others[0], sides[1], others[1])


@pytest.mark.parametrize("turn", [0, 90])
def test_a_shape_is_named_by_its_true_form_and_not_by_the_circle_around_it(exact, turn):
    """Laid along its area a long shape lies in it wholly; laid across the border it does not."""
    one, other = neighbours_of_one_kecamatan()
    (x1, y1), (x2, y2) = border_of(one, other).coords
    along = math.degrees(math.atan2(x2 - x1, y2 - y1)) % 360
    lat, lon = edge_between(one, other)
    side = 60 if exact.code_at(*offset(lat, lon, along + 90, 60)) == one else -60
    at = offset(lat, lon, along + 90, side)
    bearing = along + turn
    shapes = (
        Ellipse(*at, 300.0, 20.0, bearing),
        Ellipsoid(*at, 10.0, 300.0, 20.0, 5.0, bearing),
        ArcBand(*offset(*at, bearing, -300), 280.0, 320.0, bearing - 3, 6.0),
        Polygon(strip(*at, bearing, 300.0, 20.0)),
        Prism(strip(*at, bearing, 300.0, 20.0), (), 10.0),
    )
    for shape in shapes:
        place = exact.name(shape)
        if turn == 0 or isinstance(shape, ArcBand):
            assert (place.kelurahan.code, place.is_certain) == (one, True), shape
        else:
            assert not place.is_certain, shape


def test_spheres_and_circles_of_nothing_are_named_as_circles_and_points(exact):
    lat, lon = inner("31.75.08.1005")
    assert exact.name(Sphere(lat, lon, 20.0, 30.0)) == exact.name(Circle(lat, lon, 30.0))
    assert exact.name(Circle(lat, lon, 0.0)) == exact.name(Point(lat, lon))


def test_areas_and_addresses_are_named_as_without_boundaries(exact):
    for shape in (Area("31.75.08"), Area("31.99"), Civic("Jalan Contoh 1"), Circle(0, 0, 1)):
        assert exact.name(shape) == gazetteer().name(shape)


def test_a_shape_could_lie_in_each_area_it_touches_and_in_no_other(exact):
    one, other = neighbours_of_one_kecamatan()
    border = Circle(*edge_between(one, other), 10.0)
    assert exact.could_lie_in(border, one)
    assert exact.could_lie_in(border, other)
    assert exact.could_lie_in(border, one[:5])
    assert not exact.could_lie_in(border, "31.73" if one[:5] != "31.73" else "31.75")
    assert not exact.could_lie_in(Circle(*FAR, 30.0), one)
    assert exact.could_lie_in(Circle(*SEA, 30.0), "31.72")
    assert exact.could_lie_in(border, "99")
    assert exact.could_lie_in(Area("31.75"), "31.71")


def test_many_positions_at_once_are_named_as_one_by_one_and_as_by_looking_at_every_area(exact):
    lats = [-6.37 + 0.0047 * (n % 60) for n in range(600)]
    lons = [106.69 + 0.0051 * (n // 10) for n in range(600)]
    many = exact.codes_at(lats, lons)
    assert many == [exact.code_at(lat, lon) for lat, lon in zip(lats, lons, strict=True)]
    for lat, lon, code in zip(lats, lons, many, strict=True):
        looked = [held for held, cell in drawn.kelurahan().items() if cell.covers(shapely.Point(lon, lat))]
        assert code in looked if looked else len(code) < KELURAHAN


NUMBERS = st.floats(allow_nan=True, allow_infinity=True)
NEAR = st.tuples(st.floats(-6.5, -5.0), st.floats(106.3, 107.2))
LENGTHS = st.floats(0, 2e7)


@settings(deadline=None, max_examples=150)
@given(
    st.one_of(
        st.builds(Circle, NUMBERS, NUMBERS, NUMBERS),
        st.builds(lambda at, radius: Circle(*at, radius), NEAR, LENGTHS),
        st.builds(lambda at: Point(*at), NEAR),
        st.builds(lambda at, a, b, turn: Ellipse(*at, a, b, turn), NEAR, LENGTHS, LENGTHS, NUMBERS),
        st.builds(
            lambda at, a, b, start, opening: ArcBand(*at, min(a, b), max(a, b), start, opening),
            *(NEAR, LENGTHS, LENGTHS, st.floats(-720, 720), st.floats(0, 360)),
        ),
        st.builds(lambda corners: Polygon(tuple(corners)), st.lists(NEAR, min_size=3, max_size=9)),
    )
)
def test_whatever_is_claimed_gets_an_answer_and_percents_within_bounds(shape):
    for known in (drawn.boundaries(), gazetteer()):
        place = known.name(shape)
        known.could_lie_in(shape, "31.75")
        if place is not None:
            assert 0 <= place.percent <= 100
            assert 0 <= place.inside_percent <= 100


def until(condition, seconds=10.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


class Clock:
    """A clock that goes a second at each look, so that every look is worth one at the file."""

    def __init__(self):
        self.at = 0.0

    def __call__(self):
        self.at += 1.0
        return self.at


def imported(folder, document, *options):
    file = drawn.write(folder / "boundaries.geojson", document)
    state = settings_table.read({"GATEWAY112_STATE": str(folder / "state")})
    return state, gazetteer_command.run(arguments("import", str(file), *options), state)


def arguments(*words):
    parser = argparse.ArgumentParser()
    gazetteer_command.add_arguments(parser)
    return parser.parse_args(words)


def test_imported_boundaries_are_in_force_in_a_running_process_and_forgotten_likewise(tmp_path):
    file = tmp_path / "state" / boundary_file.FILE
    current = CurrentNames(file, Clock())
    assert not current.is_exact
    state, code = imported(tmp_path, drawn.collection())
    assert code == 0
    until(lambda: current.is_exact)
    place = current.name(Circle(*inner("31.75.08.1005"), 5.0))
    assert place.is_certain
    assert gazetteer_command.run(arguments("forget"), state) == 0
    until(lambda: not current.is_exact)


def test_a_damaged_file_leaves_the_last_good_boundaries_in_force(tmp_path):
    state, _ = imported(tmp_path, drawn.collection())
    file = state.state / boundary_file.FILE
    current = CurrentNames(file, Clock())
    assert current.is_exact
    before = file.read_bytes()
    for damage in (
        before[:-40],
        before[:-9] + b"7" + before[-8:],
        before.replace(b"0103", b"0203", 1),
        b"",
        b"\x00\xff not ours",
        b"{}\n",
    ):
        file.write_bytes(damage)
        for _ in range(3):
            current.now()
        assert current.is_exact
        assert not CurrentNames(file, Clock()).is_exact


def test_one_process_has_one_view_of_the_names(tmp_path):
    state = settings_table.read({"GATEWAY112_STATE": str(tmp_path)})
    assert names(state) is names(state)


def test_geometry_that_fails_leaves_the_name_to_the_points(tmp_path):
    state, _ = imported(tmp_path, drawn.collection())
    current = CurrentNames(state.state / boundary_file.FILE)

    class Broken:
        def name(self, shape):
            raise shapely.errors.GEOSException("broken")

    current._now = Broken()
    assert current.name(Circle(*MONAS, 50.0)).city.name == "Jakarta Pusat"


def test_what_was_imported_is_shown(tmp_path, capsys):
    state, _ = imported(tmp_path, drawn.collection(drawn.cells()))
    capsys.readouterr()
    assert gazetteer_command.run(arguments("show"), state) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("file         boundaries.geojson, ")
    assert told[2] == "kelurahan    267 of 267"
    assert "Kota Depok" in told[3]
    assert load(state.state / boundary_file.FILE).code_at(*inner("32.76")) == "32.76"


def test_a_check_tells_by_what_places_are_named_and_what_is_damaged(tmp_path):
    state, _ = imported(tmp_path, drawn.collection(drawn.cells()))
    assert [finding.what for finding in check_places(state)] == [
        "boundaries of 267 of 267 kelurahan, 10 neighbouring cities; 146 facilities"
    ]
    file = state.state / boundary_file.FILE
    file.write_bytes(file.read_bytes()[:-100])
    (state.state / "facilities.sqlite").write_bytes(b"not a table" * 100)
    told = [finding.what for finding in check_places(state)]
    assert "`gateway112 gazetteer import FILE` again" in told[0]
    assert "`gateway112 facilities import FILE` again" in told[1]
    file.unlink()
    (state.state / "facilities.sqlite").unlink()
    assert "without boundaries" in next(iter(check_places(state))).what


def test_where_no_thread_is_to_be_had_a_replaced_file_is_taken_up_later(tmp_path, monkeypatch):
    current = CurrentNames(tmp_path / "state" / boundary_file.FILE, Clock())
    imported(tmp_path, drawn.collection())

    def none(self):
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as exhausted:
        exhausted.setattr(threading.Thread, "start", none)
        assert not current.is_exact
    until(lambda: current.is_exact)


def test_geometry_that_no_library_takes_is_damage_and_no_fault_of_a_process(tmp_path):
    file = tmp_path / boundary_file.FILE
    nowhere = shapely.to_wkb(shapely.LinearRing([(106.8, -6.2), (106.9, -6.2), (106.9, -6.1)]))
    for areas in ({"31.75.08.1005": nowhere}, {"31.75.08.1005": b"?"}, {}):
        boundary_file.write(file, boundary_file.Origin("x", "y", 0.0, 1, 0), areas)
        assert CurrentNames(file).name(Circle(*MONAS, 50.0)).city.name == "Jakarta Pusat"
