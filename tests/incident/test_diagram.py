"""The power diagram: a position's owner is the site of least power, however it is looked up."""

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.incident.diagram import CELLS_KEPT, Diagram, Site, owner_among

SITES = [
    Site(f"31.01.01.{1000 + n}", -6.2 + 0.011 * (n % 7), 106.8 + 0.013 * (n // 7), 4e5 * (n % 3)) for n in range(49)
]


@settings(deadline=None)
@given(st.floats(-40_000, 40_000), st.floats(-40_000, 40_000))
def test_the_owner_by_squares_is_the_owner_among_all(east, north):
    diagram = Diagram(SITES)
    x, y = diagram.plane(-6.17, 106.85)
    at = x + east, y + north
    assert diagram.owner(*at).power(*at) == owner_among(diagram.spots, *at).power(*at)
    assert diagram.owner(*at) == diagram.owner(*at)


def test_squares_that_are_remembered_are_bounded():
    diagram = Diagram(SITES[:3])
    for n in range(CELLS_KEPT + 10):
        diagram.owner(1000.0 * n, 0.0)
    assert len(diagram._cells) <= CELLS_KEPT


def test_a_place_in_the_plane_is_the_position_it_was_made_from():
    diagram = Diagram(SITES)
    lat, lon = diagram.position(*diagram.plane(-6.2475, 106.891))
    assert (round(lat, 9), round(lon, 9)) == (-6.2475, 106.891)
