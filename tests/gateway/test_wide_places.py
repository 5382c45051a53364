"""Places that the points of the kelurahan alone do not tell: islands, cities around, circles wider than the city."""

import csv

import pytest

from gateway.evidence.words import PHRASES, named
from gateway.gazetteer import AROUND, gazetteer
from gateway.gazetteer.place_names import place_names
from gateway.incident.place import KELURAHAN
from gateway.incident.shape import Circle, distance_m
from sms.places import read_text
from tests import drawn_boundaries

MONAS = (-6.1754, 106.8272)
TOO_WIDE = {
    "id": "DKI Jakarta atau sekitarnya (terlalu luas untuk dipastikan)",
    "en": "DKI Jakarta or around it (too wide to tell)",
}

CITIES_AROUND = [
    (-6.26, 107.15, "Kab. Bekasi"),  # Cikarang
    (-6.30, 107.05, "Kab. Bekasi"),  # between Tambun and Setu
    (-6.25, 107.09, "Kab. Bekasi"),  # Cibitung
    (-6.20, 106.45, "Kab. Tangerang"),  # Balaraja
    (-6.26, 106.47, "Kab. Tangerang"),  # Tigaraksa
    (-6.48, 106.85, "Kab. Bogor"),  # Cibinong
    (-6.40, 106.97, "Kab. Bogor"),  # Cileungsi
    (-6.60, 106.80, "Kota Bogor"),
    (-6.31, 107.30, "Kab. Karawang"),
    (-6.31, 106.67, "Kota Tangerang Selatan"),  # Serpong
    (-6.34, 106.73, "Kota Tangerang Selatan"),  # Pamulang
    (-6.40, 106.77, "Kota Depok"),  # Sawangan
    (-6.43, 106.87, "Kota Depok"),  # Tapos
]

ISLANDS = [
    ("pulau pramuka", -5.746, 106.613, "Pulau Panggang"),
    ("pulau panggang", -5.742, 106.602, "Pulau Panggang"),
    ("pulau kelapa", -5.656, 106.568, "Pulau Kelapa"),
    ("pulau kelapa dua", -5.665, 106.570, "Pulau Kelapa"),
    ("pulau harapan", -5.652, 106.580, "Pulau Harapan"),
    ("pulau sebira", -5.20, 106.46, "Pulau Harapan"),
    ("pulau untung jawa", -5.977, 106.706, "Pulau Untung Jawa"),
    ("pulau tidung besar", -5.798, 106.500, "Pulau Tidung"),
    ("pulau payung", -5.817, 106.555, "Pulau Tidung"),
    ("pulau pari", -5.860, 106.615, "Pulau Pari"),
    ("pulau lancang", -5.930, 106.586, "Pulau Pari"),
]


@pytest.mark.parametrize(("lat", "lon", "city"), CITIES_AROUND)
def test_a_point_beyond_the_province_names_the_city_it_lies_in(lat, lon, city):
    place = gazetteer().name(Circle(lat, lon, 50.0))
    assert place.city.name == city
    assert place.is_certainly_outside
    assert drawn_boundaries.boundaries().name(Circle(lat, lon, 50.0)).city.name == city


@pytest.mark.parametrize(("_name", "lat", "lon", "kelurahan"), ISLANDS)
def test_a_point_on_an_inhabited_island_is_in_its_kelurahan(_name, lat, lon, kelurahan):
    place = gazetteer().name(Circle(lat, lon, 20.0))
    assert place.kelurahan.name == kelurahan
    assert place.inside_percent == 99 or place.inside_percent == 100
    assert place.cities[0][0].name == "Kepulauan Seribu"


@pytest.mark.parametrize(("name", "_lat", "_lon", "kelurahan"), ISLANDS)
def test_an_island_s_name_in_a_text_names_its_kelurahan(name, _lat, _lon, kelurahan):
    told = read_text(f"tolong ada orang tenggelam di {name}", place_names()).told
    assert {gazetteer().names[code] for code in told.codes} == {kelurahan}


def test_what_is_open_sea_or_far_away_is_not_given_a_city():
    for lat, lon in ((-6.9, 107.6), (-5.6, 107.4), (-7.26, 112.75)):
        place = gazetteer().name(Circle(lat, lon, 50.0))
        assert place.finest is None
        assert place.is_certainly_outside


def test_points_around_stand_apart_from_ours_and_in_areas_that_are_named():
    ours = [spot for spot in gazetteer().diagram.spots if len(spot.code) == KELURAHAN]
    at = [gazetteer().diagram.position(spot.x, spot.y) for spot in ours]
    with AROUND.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["lat"]]
    assert rows
    for row in rows:
        assert row["code"] in gazetteer().names, row
        if not row["code"].startswith(gazetteer().province):
            nearest = min(distance_m(float(row["lat"]), float(row["lon"]), *spot) for spot in at)
            assert nearest > 6_000, row


@pytest.fixture(params=["points", "boundaries"])
def names(request):
    return gazetteer() if request.param == "points" else drawn_boundaries.boundaries()


@pytest.mark.parametrize("radius_m", [30e3, 50e3, 100e3, 200e3, 1000e3, 4000e3, 2e7])
@pytest.mark.parametrize("language", ["id", "en"])
def test_a_circle_wider_than_the_city_is_the_city_or_around_it_and_names_nothing_finer(names, radius_m, language):
    place = names.name(Circle(*MONAS, radius_m))
    assert (place.finest, place.certain) == (None, None)
    assert place.is_too_wide
    assert not place.is_certainly_outside
    assert named(place, PHRASES[language]) == TOO_WIDE[language]


@pytest.mark.parametrize("radius_m", [50.0, 1e3, 5e3, 10e3])
def test_a_circle_within_the_city_is_not_too_wide(names, radius_m):
    place = names.name(Circle(*MONAS, radius_m))
    assert not place.is_too_wide
    assert place.is_inside


def test_a_circle_that_only_begins_beyond_the_border_is_certainly_outside_and_a_wider_one_is_not(names):
    cikarang = (-6.26, 107.15)
    assert names.name(Circle(*cikarang, 5e3)).is_certainly_outside
    assert not names.name(Circle(*cikarang, 26e3)).is_certainly_outside
    bandung = (-6.91, 107.61)
    assert names.name(Circle(*bandung, 30e3)).is_certainly_outside
    assert names.name(Circle(*bandung, 150e3)).is_too_wide


def test_far_from_every_point_on_land_nobody_of_ours_is_named(names):
    for lat, lon in ((-6.50, 107.35), (-6.62, 106.45), (-6.41, 107.40)):
        place = names.name(Circle(lat, lon, 50.0))
        assert not place.meets
        assert place.inside_percent == 0
