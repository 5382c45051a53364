"""Who helps and who comes: those whose area it is first, then the nearest; and never a house where victims stay."""

import pytest

from gateway import settings as settings_table
from gateway.__main__ import main
from gateway.evidence.csv_import import ImportRefused, read
from gateway.gazetteer import gazetteer
from gateway.gazetteer.facilities import FILE, Facilities, facilities
from gateway.gazetteer.facility import EXAMINES, KINDS, OPTIONAL, REQUIRED, built_in, entry, point_of
from gateway.incident.shape import Area, Circle, Point, distance_m

MELAYU = Area("31.75.08.1005", "Cipinang Melayu")
HEAD = "kind,name,area,lat,lon,phone,visum,hours,serves\n"
OURS = (
    HEAD
    + "polsek,Polsek Contoh Makasar,31.75.08,-6.2700,106.8900,+62 21 0000 0001,,24 jam,31.75.08\n"
    + "polsek,Polsek Contoh Cakung,31.75.06,-6.2476,106.8911,,,,31.75.06\n"
    + "fire_sector,Sektor Contoh,31.75.08,,,,,,31.75.08|31.75.09\n"
    + "rsud,RSUD Contoh Dekat,31.75.08.1005,-6.2480,106.8920,,yes,,\n"
    + "rsud,RSUD Contoh Jauh,31.75.10,-6.3100,106.9000,,yes,,\n"
    + "hospital,RS Contoh Tanpa Visum,31.75.08.1005,-6.2476,106.8912,,no,,\n"
)


@pytest.fixture
def state(tmp_path, monkeypatch):
    monkeypatch.setenv("GATEWAY112_STATE", str(tmp_path / "state"))
    return settings_table.read()


@pytest.fixture
def bring(tmp_path, state):
    def bring(text, action="import"):
        file = tmp_path / "facilities.csv"
        file.write_text(text, encoding="utf-8")
        return main(["facilities", action, str(file)])

    return bring


def in_force(state):
    return Facilities(state.state / FILE, gazetteer())


def names_of(found):
    return [nearby.facility.name for nearby in found]


def test_the_built_in_table_has_the_hospitals_with_a_visum_and_every_puskesmas_kecamatan():
    kecamatan = {code for code in gazetteer().names if code.startswith("31.") and len(code) == 8}
    puskesmas = [one for one in built_in() if one.kind == "puskesmas"]
    assert {one.area for one in puskesmas} == kecamatan
    assert all(one.serves == (one.area,) and one.visum for one in puskesmas)
    assert sum(one.kind == "rsud" for one in built_in()) == 7
    assert all(one.visum == (one.kind in EXAMINES) and one.at is None for one in built_in())
    assert {one.kind for one in built_in()} <= set(KINDS)


def kecamatan_and_cities():
    inside = {code for code in gazetteer().names if code.startswith("31.")}
    return {code for code in inside if len(code) == 8}, {code for code in inside if len(code) == 5}


def test_each_kecamatan_has_its_polsek_and_fire_sector_and_each_city_its_polres_by_name_and_without_a_position():
    kecamatan, cities = kecamatan_and_cities()
    assert (len(kecamatan), len(cities)) == (44, 6)
    for kind, areas in (("polsek", kecamatan), ("fire_sector", kecamatan), ("polres", cities)):
        own = [one for one in built_in() if one.kind == kind]
        assert sorted(one.area for one in own) == sorted(areas)
        assert all(one.serves == (one.area,) and gazetteer().names[one.area] in one.name for one in own)
        assert not any(one.at or one.drawn_at or one.phone for one in own)


def test_every_place_has_the_polsek_of_its_kecamatan_and_the_polres_of_its_city_and_no_other(state):
    known = in_force(state)
    for code in (code for code in gazetteer().names if code.startswith("31.") and len(code) == 13):
        found = known.near(Area(code), kinds=["polsek", "polres", "fire_sector"], limit=9)
        told = {(one.facility.kind, one.facility.area, one.because, one.level) for one in found}
        assert told == {
            ("polsek", code[:8], "jurisdiction", "kecamatan"), ("polres", code[:5], "jurisdiction", "city"),
            ("fire_sector", code[:8], "jurisdiction", "kecamatan"),
        }, code  # fmt: skip


def test_every_rsud_of_the_table_is_known_to_its_kelurahan_and_drawn_at_the_kelurahans_own_point():
    rsud = [one for one in built_in() if one.kind in ("rsud", "hospital")]
    assert all(len(one.area) == 13 and one.is_approximate and one.drawn_at == point_of(one.area) for one in rsud)
    assert not any(one.drawn_at for one in built_in() if one.kind == "puskesmas"), "their kelurahan is not known"


def test_each_kelurahan_has_its_own_puskesmas_first_and_a_hospital(state):
    known = in_force(state)
    for code, name in gazetteer().names.items():
        if not code.startswith("31.") or len(code) != 13:
            continue
        found = known.near(Area(code, name), violence=True)
        first = next(one for one in found if one.facility.kind == "puskesmas")
        assert (first.because, first.facility.area) == ("jurisdiction", code[:8])
        assert code.startswith("31.01") or any(one.facility.kind == "rsud" for one in found)


def test_the_nearest_hospital_is_the_one_whose_kelurahans_point_is_nearest_whatever_it_is_called(state):
    known = in_force(state)
    for code in (code for code in gazetteer().names if code.startswith("31.7") and len(code) == 13):
        here = point_of(code)
        rsud = known.near(Area(code), kinds=["rsud"])
        nearest = min(
            (one for one in built_in() if one.kind == "rsud"), key=lambda one: distance_m(*here, *point_of(one.area))
        )
        assert rsud[0].facility == nearest, code
    # Kapuk Muara lies in Penjaringan, whose city's own hospital is further away than the next city's.
    assert known.near(Area("31.72.01.1003"), kinds=["rsud"])[0].facility.name == "RSUD Cengkareng"


def measured(known, where, name):
    found = next(one for one in known.near(where, kinds=EXAMINES, limit=30) if one.facility.name == name)
    return found.measured, found.level, None if found.distance_m is None else round(found.distance_m, -2)


def test_a_distance_says_how_it_was_measured_and_within_one_area_there_is_none(state, bring):
    known = in_force(state)
    there = "RSUD Duren Sawit"  # known to be in Pondok Bambu
    assert measured(known, Circle(-6.2475, 106.8910, 20.0), there) == ("kelurahan", "city", 1800)
    assert measured(known, MELAYU, there) == ("kelurahan", "city", 2000)
    assert measured(known, Area("31.75.08"), there)[0] == "kecamatan"
    assert measured(known, Area("31.75"), there) == ("", "city", None)
    for inside, level in ((Area("31.75.07.1002"), "kelurahan"), (Area("31.75.07"), "kecamatan")):
        assert measured(known, inside, there) == ("", level, None)
    assert measured(known, Circle(-6.2339, 106.8996, 20.0), there) == ("", "kelurahan", None)
    bring(OURS)
    known = in_force(state)
    assert measured(known, Circle(-6.2475, 106.8910, 20.0), "RSUD Contoh Dekat")[0] == "exact"
    for rough in (Circle(-6.2475, 106.8910, 900.0), Point(-6.2475, 106.8910)):
        assert measured(known, rough, "RSUD Contoh Dekat")[0] == "rough"
    assert measured(known, Area("31.75.07.1002"), "RSUD Contoh Jauh")[0] == "kelurahan"
    assert measured(known, MELAYU, "RSUD Contoh Dekat") == ("", "kelurahan", None)


def test_a_station_that_the_operator_brings_takes_from_no_other_kecamatan_its_own(state, bring):
    bring(OURS)
    named = {one.name for one in in_force(state).all()}
    assert {"Polsek Contoh Makasar", "Polsek Gambir", "Sektor Pemadam Gambir", "Polres Jakarta Timur"} <= named
    assert not {"Polsek Makasar", "Polsek Cakung", "Sektor Pemadam Makasar", "Sektor Pemadam Ciracas"} & named
    assert sum(one.kind == "polsek" for one in in_force(state).all()) == 44


def test_the_police_and_fire_stations_of_an_area_are_its_own_however_near_another_is(state, bring):
    assert bring(OURS) == 0
    found = in_force(state).near(Point(-6.2475, 106.8910))
    assert "Polsek Contoh Makasar" in names_of(found)
    assert "Polsek Contoh Cakung" not in names_of(found)
    assert next(one for one in found if one.facility.kind == "fire_sector").because == "jurisdiction"


def test_a_known_position_gives_the_distance_and_the_nearer_comes_first(state, bring):
    bring(OURS)
    rsud = in_force(state).near(Circle(-6.2475, 106.8910, 50.0), kinds=["rsud"])
    assert names_of(rsud) == ["RSUD Contoh Dekat", "RSUD Contoh Jauh"]
    assert 100 < rsud[0].distance_m < 150
    assert [one.as_dict()["distance_m"] for one in rsud] == [124, 7021]


def test_who_serves_an_area_goes_before_a_nearer_one_of_its_kind(state, bring):
    near, own = "-6.2476,106.8911,,yes,,31.75.06", "-6.3000,106.8800,,yes,,31.75.08"
    bring(f"{HEAD}puskesmas,Puskesmas Contoh Dekat,31.75.06,{near}\npuskesmas,Puskesmas Contoh,31.75.08,{own}\n")
    found = in_force(state).near(Point(-6.2475, 106.8910), kinds=["puskesmas"])
    # A position whose kelurahan is not told has the puskesmas of its kecamatan.
    assert [one.because for one in found] == ["jurisdiction", "city"]
    assert names_of(found) == ["Puskesmas Contoh", "Puskesmas Contoh Dekat"]


def test_for_a_victim_only_who_examines_and_writes_a_visum_is_given(state, bring):
    bring(OURS)
    known = in_force(state)
    assert "RS Contoh Tanpa Visum" in names_of(known.near(MELAYU))
    found = known.near(MELAYU, violence=True)
    assert "RS Contoh Tanpa Visum" not in names_of(found)
    assert all(one.facility.kind in EXAMINES and one.facility.visum for one in found)


def test_those_whose_area_it_is_come_first_and_then_the_nearest(state, bring):
    bring(OURS)
    found = in_force(state).near(Point(-6.2475, 106.8910))
    own = [one.because == "jurisdiction" for one in found]
    assert own == sorted(own, reverse=True)
    assert own.count(True) == 4
    for group in (True, False):
        ranks = [one.rank for one in found if (one.because == "jurisdiction") is group]
        assert ranks == sorted(ranks)


def test_a_short_list_has_of_each_kind_and_no_more_than_asked_for(state, bring):
    bring(OURS)
    known = in_force(state)
    kinds = [one.facility.kind for one in known.near(MELAYU, limit=5)]
    assert len(kinds) == len(set(kinds)) == 5
    assert known.near(MELAYU, limit=0) == []


def test_kinds_that_the_operator_brings_replace_the_built_in_ones_and_no_others(state, bring):
    bring(OURS)
    known = in_force(state)
    assert "RSUD Tarakan" not in {one.name for one in known.all()}
    assert sum(one.kind == "puskesmas" for one in known.all()) == 44
    assert main(["facilities", "forget"]) == 0
    assert "RSUD Tarakan" in {one.name for one in in_force(state).all()}


def test_nothing_is_near_an_unknown_place_or_one_far_away(state):
    known = in_force(state)
    for nowhere in (None, Point(-7.2575, 112.7521), Area("99.99"), Circle(0, 0, 1)):
        assert known.near(nowhere) == []


def test_a_place_that_is_named_only_by_its_city_has_its_hospitals_but_no_police_station_of_a_part(state, bring):
    bring(OURS)
    found = in_force(state).near(Area("31.75", "Jakarta Timur"))
    assert {"RSUD Contoh Jauh", "Polres Jakarta Timur"} < set(names_of(found))
    assert not {one.facility.kind for one in found} & {"polsek", "fire_sector"}


def test_a_place_that_was_named_already_is_as_good_as_its_shape(state):
    known = in_force(state)
    place = gazetteer().name(MELAYU)
    assert known.near(place) == known.near(MELAYU)


class Clock:
    def __init__(self):
        self.at = 0.0

    def __call__(self):
        self.at += 2.0
        return self.at


def test_a_replaced_table_is_in_force_in_a_running_process(state, bring):
    known = Facilities(state.state / FILE, gazetteer(), Clock())
    assert "Polsek Contoh Makasar" not in {one.name for one in known.all()}
    bring(OURS)
    assert "Polsek Contoh Makasar" in {one.name for one in known.all()}


@pytest.mark.parametrize("damage", [b"", b"not a table at all" * 100])
def test_a_damaged_table_leaves_the_built_in_one(state, bring, damage):
    bring(OURS)
    (state.state / FILE).write_bytes(damage)
    assert {one.name for one in in_force(state).all()} == {one.name for one in built_in()}


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("rumah,RS Contoh,31.75,,,,,,", "kind: 'rumah' is none of rsud, hospital"),
        ("rsud,,31.75,,,,,,", "name: it is empty"),
        ("rsud,RS Contoh,,,,,,,", "area: it is empty"),
        ("rsud,RS Contoh,31.99,,,,,,", "area: '31.99' is no area of the gazetteer"),
        ("rsud,RS Contoh,31.75,,,,,,31.75 x", "serves: 'x' is no area"),
        ("rsud,RS Contoh,31.75,106.8,-6.2,,,,", "look swapped"),
        ("rsud,RS Contoh,31.75,-6.2,,,,,", "lon"),
        ("rsud,RS Contoh,31.75,,,,maybe,,", "visum: 'maybe' is neither yes nor no"),
        ("rsud," + "x" * 121 + ",31.75,,,,,,", "name: it is longer than 120"),
        ("rsud,Rumah Aman Contoh,31.75,,,,,,", "name: it names a shelter"),
        ("rsud,RS Contoh,31.75,,,,,sh3lter 24 jam,", "hours: it names a shelter"),
        ("rsud,RS Contoh,31.75,,,safe house,,,", "phone: it names a shelter"),
        ("polsek,Pos Rumah Aman Polres Contoh,31.72,,,,,,", "name: it names a shelter"),
    ],
)
def test_a_line_that_is_wrong_is_refused_with_what_to_do(bring, state, tmp_path, capsys, line, why):
    assert bring(HEAD + line + "\n") == 2
    assert why in capsys.readouterr().err
    assert not (state.state / FILE).exists()


def test_no_kind_is_a_house_where_victims_stay():
    words = " ".join((*KINDS, *KINDS.values())).lower()
    assert not any(word in words for word in ("shelter", "aman", "ppa", "singgah", "safe"))


def test_a_check_changes_nothing(bring, state, capsys):
    assert bring(OURS, "check") == 0
    assert capsys.readouterr().out == "6 facilities are in order\n"
    assert not (state.state / FILE).exists()


def test_the_command_lists_and_finds_what_is_near(state, capsys):
    assert main(["facilities", "list"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(built_in())
    for where in ("-6.2475,106.8910", "31.75.08.1005", "cipinang melayu"):
        assert main(["facilities", "near", "--violence", where]) == 0
        assert "Puskesmas Kecamatan Makasar" in capsys.readouterr().out
    assert main(["facilities", "near", "xyzzy"]) == 2


def test_one_process_has_one_view_of_the_facilities(state):
    assert facilities(state) is facilities(settings_table.read())


def test_the_faults_of_a_file_are_told_all_at_once(tmp_path):
    file = tmp_path / "f.csv"
    file.write_text(HEAD + "a,b,c,,,,,,\nrsud,RS Contoh,31.99,,,,,,\n")
    with pytest.raises(ImportRefused) as refused:
        read(file, REQUIRED, OPTIONAL, entry)
    assert len(refused.value.faults) == 2
