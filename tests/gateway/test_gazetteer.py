"""The built-in gazetteer of DKI Jakarta: complete, in its place, and built only from packages that agree."""

from collections import Counter

import pytest

from gateway.gazetteer import FILE, gazetteer, read
from gateway.gazetteer import build as gazetteer_build
from gateway.gazetteer.build import KELURAHAN_PER_CITY, Row, build, shown, write
from gateway.incident.errors import Refused
from gateway.incident.shape import Circle

CITIES = {
    "31.01": "Kepulauan Seribu",
    "31.71": "Jakarta Pusat",
    "31.72": "Jakarta Utara",
    "31.73": "Jakarta Barat",
    "31.74": "Jakarta Selatan",
    "31.75": "Jakarta Timur",
}
INSIDE = {code for code in gazetteer().names if code.startswith("31.")}


def test_every_city_kecamatan_and_kelurahan_is_there():
    assert {code: gazetteer().names[code] for code in INSIDE if len(code) == 5} == CITIES
    assert sum(len(code) == 8 for code in INSIDE) == 44
    assert Counter(code[:5] for code in INSIDE if len(code) == 13) == KELURAHAN_PER_CITY
    assert sum(KELURAHAN_PER_CITY.values()) == 267


def test_every_area_lies_in_an_area_that_is_named_too():
    assert all(code.rpartition(".")[0] in gazetteer().names for code in INSIDE)


def test_neighbouring_cities_are_named():
    neighbours = {name for code, name in gazetteer().names.items() if not code.startswith("31")}
    assert {"Kota Bekasi", "Kota Depok", "Kota Tangerang", "Kota Tangerang Selatan", "Kab. Bogor"} <= neighbours


def test_every_kelurahan_has_one_position_inside_the_province():
    lines = [line.split(",") for line in FILE.read_text(encoding="utf-8").splitlines()[1:]]
    positions = {line[0]: (float(line[2]), float(line[3])) for line in lines if line[0] in INSIDE and line[2]}
    assert set(positions) == {code for code in INSIDE if len(code) == 13}
    for code, (lat, lon) in positions.items():
        north = -5.1 if code.startswith("31.01") else -6.05
        assert -6.38 < lat < north, code
        assert 106.38 < lon < 106.98, code
    assert len(set(positions.values())) == 267


@pytest.mark.parametrize(
    ("lat", "lon", "kecamatan", "city"),
    [
        (-6.1754, 106.8272, "Gambir", "Jakarta Pusat"),  # Monas
        (-6.1352, 106.8133, "Taman Sari", "Jakarta Barat"),  # the old town, where the diagram says Tambora
        (-6.2186, 106.8019, "Tanah Abang", "Jakarta Pusat"),  # the stadium of Senayan
        (-6.3125, 106.8202, "Pasar Minggu", "Jakarta Selatan"),  # the zoo of Ragunan
        (-6.2655, 106.8905, "Makasar", "Jakarta Timur"),  # the airport of Halim
        (-6.1549, 106.7059, "Kalideres", "Jakarta Barat"),  # the bus station of Kalideres
        (-6.3024, 106.8951, "Cipayung", "Jakarta Timur"),  # Taman Mini
        (-6.2607, 106.7815, "Kebayoran Lama", "Jakarta Selatan"),  # Pondok Indah
        (-6.1188, 106.8944, "Koja", "Jakarta Utara"),  # RSUD Koja
    ],
)
def test_well_known_places_are_in_their_city_and_whatever_is_certain_of_them_is_true(lat, lon, kecamatan, city):
    place = gazetteer().name(Circle(lat, lon, 50.0))
    assert place.city.name == city
    assert place.certain is None or place.certain.name in (city, kecamatan)
    assert place.kecamatan.name == kecamatan or place.certain != place.kecamatan


@pytest.mark.parametrize(
    ("lat", "lon", "city"),
    [
        (-6.2349, 106.9896, "Kota Bekasi"),
        (-6.4025, 106.7942, "Kota Depok"),
        (-6.1783, 106.6319, "Kota Tangerang"),
        (-6.3090, 106.6900, "Kota Tangerang Selatan"),
    ],
)
def test_across_the_border_the_neighbouring_city_is_named_and_no_kelurahan(lat, lon, city):
    place = gazetteer().name(Circle(lat, lon, 50.0))
    assert (place.city.name, place.kecamatan, place.kelurahan) == (city, None, None)
    assert place.is_certainly_outside


@pytest.mark.parametrize(
    ("lat", "lon", "city"),
    [
        (-6.3627, 106.8271, "Kota Depok"),  # the university
        (-6.3388, 106.8343, "Jakarta Selatan"),  # Srengseng Sawah
        (-6.2194, 106.9520, "Jakarta Timur"),  # Cakung station, whose kelurahan reaches far
        (-6.2245, 106.9793, "Kota Bekasi"),  # Kranji station
        (-6.2350, 106.7470, "Jakarta Selatan"),  # Petukangan Utara
        (-6.2838, 106.9115, "Kota Bekasi"),  # Pondok Gede
        (-6.3683, 106.8936, "Jakarta Timur"),  # Cibubur
        (-6.3720, 106.8970, "Jakarta Timur"),
        (-6.1850, 106.9750, "Kota Bekasi"),  # Harapan Indah
        (-6.3245, 106.7837, "Kota Depok"),  # Cinere
        (-6.2763, 106.7449, "Kota Tangerang Selatan"),  # Pondok Ranji
        (-6.3370, 106.7647, "Kota Tangerang Selatan"),  # Pondok Cabe
        (-6.2893, 106.7748, "Jakarta Selatan"),  # Lebak Bulus
        (-6.1700, 106.6800, "Kota Tangerang"),  # Poris
        (-6.4000, 106.9300, "Kab. Bogor"),  # Gunung Putri
    ],
)
def test_near_the_province_s_border_the_right_city_is_among_the_likely_and_nothing_wrong_is_certain(lat, lon, city):
    place = gazetteer().name(Circle(lat, lon, 50.0))
    assert city in [likely.name for likely, _ in place.cities]
    assert place.certain is None or place.certain.name == city
    assert not (place.is_certainly_outside and city.startswith("Jakarta"))


def test_another_part_of_the_country_has_no_name_here():
    place = gazetteer().name(Circle(-7.2575, 112.7521, 30.0))
    assert place.finest is None
    assert place.is_certainly_outside


@pytest.mark.parametrize(
    ("official", "name"),
    [
        ("KOTA ADMINISTRASI JAKARTA TIMUR", "Jakarta Timur"),
        ("KABUPATEN ADMINISTRASI KEPULAUAN SERIBU", "Kepulauan Seribu"),
        ("Kabupaten Bogor", "Kab. Bogor"),
        ("Kota Depok", "Kota Depok"),
        ("Kepulauan Seribu Selatan.", "Kepulauan Seribu Selatan"),
        ("Cipinang Melayu", "Cipinang Melayu"),
    ],
)
def test_official_names_become_what_people_say(official, name):
    assert shown(official) == name


def packages():
    """A small country in the shape of the two packages, its counts as official."""
    names, points = {}, {}
    for city, count in KELURAHAN_PER_CITY.items():
        names[city] = f"KOTA ADMINISTRASI {city}"
        for number in range(count):
            kecamatan = f"{city}.{number % KECAMATAN[city] + 1:02d}"
            code = f"{kecamatan}.{1000 + number}"
            names[kecamatan], names[code] = f"Kec {kecamatan}", f"Kel {code}"
            points[code] = (-6.2 - number / 1000, 106.8, "DKI")
    points["32.75.01.1001"] = (-6.2, 106.85, "Kota Bekasi")
    points["33.01.01.1001"] = (-7.5, 109.0, "Kabupaten Cilacap")
    return names, points


KECAMATAN = {"31.01": 2, "31.71": 8, "31.72": 6, "31.73": 8, "31.74": 10, "31.75": 10}


def test_a_gazetteer_is_built_with_near_neighbours_only(tmp_path):
    file = tmp_path / "gazetteer.csv"
    write(build(*packages(), {}), file)
    built = read(file)
    assert built.names["32.75"] == "Kota Bekasi"
    assert "33.01" not in built.names
    assert built.name(Circle(-6.2, 106.85, 10.0)).city.name == "Kota Bekasi"


def test_packages_that_disagree_or_miss_an_area_are_refused():
    for damage in (
        lambda names, _: names.pop("31.71.01.1000"),
        lambda names, _: names.pop("31.71.01"),
        lambda _, points: points.pop("31.71.01.1000"),
        lambda _, points: points.update({"31.71.01.9999": (-6.2, 106.8, "DKI")}),
    ):
        names, points = packages()
        damage(names, points)
        with pytest.raises(Refused):
            build(names, points, {})


def test_areas_that_are_known_of_some_alone_are_refused():
    with pytest.raises(Refused, match="are missing"):
        build(*packages(), {"31.71.01.1000": 1.0})


def test_areas_become_the_squares_of_radii():
    names, points = packages()
    rows = build(names, points, dict.fromkeys(points, 3.14159265))
    assert all(row.weight == pytest.approx(1e6) for row in rows if row.lat is not None)


def test_a_row_without_a_position_is_an_area_that_contains_others(tmp_path):
    file = tmp_path / "gazetteer.csv"
    write([Row("31.71", "Jakarta Pusat"), Row("31.71.01.1001", "Gambir", -6.2, 106.8)], file)
    assert (
        file.read_text()
        == "code,name,lat,lon,weight\n31.71,Jakarta Pusat,,,\n31.71.01.1001,Gambir,-6.20000,106.80000,\n"
    )


def test_where_npm_fails_the_file_stays_as_it_is(tmp_path, monkeypatch):
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho 'no such package' >&2\nexit 1\n")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    before = FILE.read_bytes()
    with pytest.raises(Refused, match="no such package"):
        gazetteer_build.rebuild(None)
    assert FILE.read_bytes() == before
