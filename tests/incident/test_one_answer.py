"""What a desk reads when claims disagree: one answer, how old it is, and what speaks against it."""

from gateway.evidence.words import words
from gateway.incident.location import Evidence, fuse
from gateway.incident.shape import Area, Circle, offset

NOW = 1_750_000_000.0
MONAS = (-6.1754, 106.8272)
HOME = offset(*MONAS, 180, 5000)
MINUTE = 60.0


def claim(source, radius_m, at=MONAS, ago=5.0, **values):
    return Evidence(source, Circle(*at, radius_m), NOW - ago, NOW - ago, **values)


def building(**values):
    return Evidence("registered_number", Circle(*HOME, 30.0), NOW - 5, label="Gedung Contoh", **values)


def told(*claims, language="id"):
    location = fuse(claims, NOW)
    return words(location, language, NOW).replace(f"{MONAS[0]:.5f} {MONAS[1]:.5f}; ", ""), location.trust


def test_a_gps_fix_inside_its_cell_is_the_answer_without_a_doubt():
    cell = claim("network_cell", 800, offset(*MONAS, 90, 600))
    assert told(claim("pidf_lo", 15), cell) == ("radius 15 m; 5 detik lalu; sumber: perangkat atau jaringan", 95)


def test_a_gps_fix_far_from_its_cell_is_the_answer_and_doubted():
    said, trust = told(claim("pidf_lo", 15), claim("network_cell", 800, HOME))
    assert said == "radius 15 m; 5 detik lalu; sumber: perangkat atau jaringan; DIRAGUKAN: sel jaringan berjarak 5 km"
    assert trust == 47


def test_a_tight_fix_of_some_minutes_stays_before_a_wide_new_one_and_tells_its_age():
    said, _ = told(claim("aml", 12, ago=10 * MINUTE), claim("network_cell", 2000))
    assert said == "radius 12 m; 10 menit lalu; sumber: telepon itu sendiri (AML)"


def test_a_tight_fix_of_an_hour_gives_way_to_a_wide_new_one():
    said, _ = told(claim("aml", 12, HOME, ago=60 * MINUTE), claim("network_cell", 800))
    assert said == "radius 800 m; 5 detik lalu; sumber: sel jaringan"


def test_who_calls_from_his_building_is_told_with_the_building():
    said, _ = told(building(), claim("network_cell", 800, HOME))
    assert said.startswith("Gedung Contoh; ")
    assert "DIRAGUKAN" not in said


def test_a_telephone_that_tells_itself_elsewhere_is_not_in_the_building_of_its_number():
    said, trust = told(building(), claim("aml", 40))
    assert (
        said == "radius 40 m; 5 detik lalu; sumber: telepon itu sendiri (AML); DIRAGUKAN: nomor terdaftar berjarak 5 km"
    )
    assert trust == 47
    assert told(building(), claim("network_cell", 800))[0].startswith(
        "radius 800 m; 5 detik lalu; sumber: sel jaringan; "
    )


def test_an_area_that_contradicts_a_building_does_not_hide_it():
    home, elsewhere = Area("31.75.08"), Evidence("pidf_lo", Area("31.72", "Jakarta Utara"), NOW, NOW)
    location = fuse([Evidence("registered_number", home, NOW), elsewhere], NOW)
    assert (location.shape, location.is_known) == (home, True)


def test_a_desk_s_word_stands_against_a_newer_fix_which_is_told():
    desk = claim("desk", 100, ago=10 * MINUTE, confidence=100.0, label="depan stasiun")
    said, trust = told(desk, claim("aml", 8, HOME))
    assert said == (
        "depan stasiun; radius 100 m; 10 menit lalu; sumber: petugas; "
        "DIRAGUKAN: telepon itu sendiri (AML) berjarak 5 km"
    )
    assert trust == 100


def test_the_fix_of_a_link_takes_over_from_the_cell_and_a_worse_one_later_does_not_take_it_back():
    first, worse = claim("browser", 15, ago=30), claim("browser", 900)
    said, _ = told(claim("network_cell", 800, offset(*MONAS, 0, 300)), first, worse)
    assert said == "radius 15 m; 30 detik lalu; sumber: telepon itu sendiri (tautan)"


def test_a_fix_with_a_wrong_clock_is_a_doubt_beside_a_right_one_and_alone_has_no_time():
    wrong = Evidence("aml", Circle(*HOME, 10.0), NOW - 5, NOW + 7 * 3600)
    said, _ = told(claim("aml", 60, ago=20), wrong, language="en")
    assert said == (
        "radius 60 m; 20 seconds ago; source: the telephone itself (AML); "
        "IN DOUBT: the same source also tells a place 5 km away"
    )
    assert "; time unknown; " in told(wrong, language="en")[0]
