"""What a desk is told of a location: in words, and in sounds."""

import pytest

from gateway.evidence import describe, whisper
from gateway.evidence.pidf_document import asterisk_fields, document
from gateway.evidence.whisper import RADII_M, phrases
from gateway.evidence.words import LONGEST, PHRASES, distance, words
from gateway.gazetteer import gazetteer
from gateway.incident.location import Evidence, Location, fuse
from gateway.incident.report import Nature
from gateway.incident.shape import ArcBand, Area, Circle, Civic, Ellipse, Point, Sphere, offset
from gateway.incident.source import SOURCES

NOW = 1_750_000_000.0
HALIM = (-6.2655, 106.8905)
BEKASI = (-6.2349, 106.9896)


def located(*claims, known=None):
    return fuse(claims, NOW, known=known, names=gazetteer())


def cell(shape, seconds_ago=12, **values):
    seen = NOW - seconds_ago
    return Evidence("network_cell", shape, seen, seen, **values)


def test_a_place_is_told_with_its_position_radius_age_and_source():
    told = words(located(cell(Circle(*HALIM, 50.0))), "id", NOW)
    assert told == (
        "sekitar Kel. Halim Perdana Kusuma, Kec. Makasar, Jakarta Timur; -6.26550 106.89050; radius 50 m; "
        "12 detik lalu; sumber: sel jaringan"
    )


def test_it_is_told_in_english_too_and_in_indonesian_where_the_language_is_unknown():
    location = located(cell(Circle(*HALIM, 50.0)))
    assert "12 seconds ago; source: network cell" in words(location, "en", NOW)
    assert words(location, "xx", NOW) == words(location, "id", NOW)
    assert "; 1 second ago;" in words(location, "en", NOW - 11)


def test_without_evidence_the_desk_is_told_unknown_and_what_is_known():
    assert words(located(known={"trunk": "contoh"}), "id", NOW) == "lokasi tidak diketahui; trunk contoh"
    city = Evidence("trunk_area", Area("31.72", "Jakarta Utara"), NOW)
    told = words(located(city, known={"trunk": "contoh"}), "id", NOW)
    assert told == "lokasi tidak diketahui; trunk contoh; wilayah Jakarta Utara"


def test_what_is_too_old_is_told_with_its_age_first_and_as_old():
    stale = Evidence("aml", Circle(*HALIM, 60.0), NOW, NOW - 1200)
    location = located(stale, known={"trunk": "contoh"})
    assert words(location, "id", NOW) == (
        "lokasi tidak diketahui; trunk contoh; terakhir diketahui 20 menit lalu, SUDAH LAMA; "
        "sekitar Kel. Halim Perdana Kusuma, Kec. Makasar, Jakarta Timur; -6.26550 106.89050; radius 60 m; "
        "sumber: telepon itu sendiri (AML)"
    )
    assert "location unknown; trunk contoh; last known 20 minutes ago, OLD; " in words(location, "en", NOW)
    assert whisper(location)[:3] == ["unknown_location", "last_known", "place/about"]


@pytest.mark.parametrize(
    ("age", "told"),
    [(9000, "2 jam lalu"), (3 * 86_400, "3 hari lalu"), (1e9, "lebih dari setahun lalu")],
)
def test_an_old_age_is_told_in_what_a_person_reckons_by(age, told):
    assert f"diketahui {told}, SUDAH" in words(
        located(Evidence("aml", Circle(*HALIM, 60.0), NOW, NOW - age)), "id", NOW
    )


def test_what_is_too_old_is_in_no_document_but_its_note():
    location = located(Evidence("aml", Circle(*HALIM, 60.0), NOW, NOW - 1200))
    written = document(location, "abc", NOW).decode()
    assert ("Circle" in written, "timestamp" in written, "SUDAH LAMA" in written) == (False, False, True)
    assert asterisk_fields(location) == ""


def test_a_time_that_cannot_be_is_told_as_unknown():
    ahead = Evidence("aml", Circle(*HALIM, 60.0), NOW, NOW + 7 * 3600)
    assert "; waktu tidak diketahui; " in words(located(ahead), "id", NOW)


def test_an_area_is_told_without_a_position():
    told = words(located(Evidence("trunk_area", Area("31.75.08", "Makasar"), NOW)), "id", NOW)
    assert told == "Kec. Makasar, Jakarta Timur; seluruh wilayah; sumber: wilayah trunk"


def test_a_sector_an_altitude_and_an_address_are_told():
    sector = words(located(cell(ArcBand(*HALIM, 0.0, 800.0, 30.0, 120.0))), "id", NOW)
    assert "; sektor, radius " in sector
    tower = located(cell(Sphere(*HALIM, 61.4, 25.0)))
    assert "; radius 25 m; ketinggian 61 m; " in words(tower, "id", NOW)
    assert "; altitude 61 m; " in words(tower, "en", NOW)
    address = located(Evidence("pidf_lo", Civic("Jl. Contoh 5, Kota Contoh"), NOW, label="Jl. Contoh 5"))
    assert words(address, "id", NOW).startswith("Jl. Contoh 5, Kota Contoh; alamat tanpa posisi; ")
    assert whisper(address) == ["address"]
    street = (("A2", "Jakarta Timur"), ("RD", "Jl. Contoh"))
    in_city = located(Evidence("pidf_lo", Area("31.75"), NOW, label="Jl. Contoh", civic=street))
    assert words(in_city, "id", NOW).startswith("Jakarta Timur; Jl. Contoh; alamat tanpa posisi; ")


def test_a_shape_is_whispered_with_the_circle_that_holds_it():
    assert whisper(located(cell(Ellipse(*HALIM, 90.0, 20.0, 45.0))))[-1] == "radius/100"


def test_every_source_has_its_words():
    assert all(source in PHRASES[language] for source in SOURCES for language in ("id", "en"))


def test_a_doubt_is_told():
    far = Evidence("registered_number", Circle(*offset(*HALIM, 0, 14_310), 80.0), NOW)
    told = words(located(cell(Circle(*HALIM, 20.0)), far), "id", NOW)
    assert "DIRAGUKAN: nomor terdaftar berjarak 14.4 km" in told
    utara = Evidence("trunk_area", Area("31.72", "Jakarta Utara"), NOW)
    assert "DIRAGUKAN: wilayah trunk menyebut Jakarta Utara" in words(
        located(cell(Circle(*HALIM, 50.0)), utara), "id", NOW
    )


def test_a_place_across_the_border_is_told_as_outside():
    assert words(located(cell(Circle(*BEKASI, 50.0))), "id", NOW).startswith("di luar DKI Jakarta, Kota Bekasi; ")
    assert words(located(cell(Circle(-7.25, 112.75, 50.0))), "id", NOW).startswith("di luar DKI Jakarta; -7.25")


def test_an_accuracy_or_a_time_that_is_unknown_is_told_as_unknown():
    told = words(located(Evidence("pidf_lo", Point(*HALIM), NOW)), "id", NOW)
    assert "ketelitian tidak diketahui; waktu tidak diketahui" in told
    assert "radius" not in told


def test_what_is_registered_is_told_to_the_desk():
    claim = Evidence("registered_number", Circle(*HALIM, 30.0), NOW, label="Gedung Contoh, Lantai 3")
    assert "; Gedung Contoh, Lantai 3; " in words(located(claim), "id", NOW)


def test_hostile_text_stays_one_plain_line():
    hostile = 'a"\r\nX-Evil: 1\x00\x1b[31m' + "é☃" + "b" * 1000
    claim = Evidence("registered_number", Circle(*HALIM, 30.0), NOW, label=hostile)
    for told in (
        words(located(claim), "id", NOW),
        words(Location(known={"trunk": hostile, "city": hostile}), "id", NOW),
    ):
        assert told.isascii()
        assert told.isprintable()
        assert len(told) <= LONGEST


@pytest.mark.parametrize(
    ("seconds", "age"),
    [(0, "0 detik"), (119, "119 detik"), (120, "2 menit"), (7199, "119 menit"), (7200, "2 jam"), (-30, "0 detik")],
)
def test_an_age_is_told_in_the_unit_it_is_read_in(seconds, age):
    location = located(cell(Circle(*HALIM, 50.0)))
    assert f"; {age} lalu" in words(location, "id", location.observed_at + seconds)


@pytest.mark.parametrize(
    ("metres", "text"), [(1, "1 m"), (12.2, "13 m"), (999.5, "1000 m"), (1001, "1.1 km"), (5000, "5 km")]
)
def test_a_distance_is_never_told_as_less_than_it_is(metres, text):
    assert distance(metres) == text


def test_the_whisper_says_need_place_and_radius():
    location = located(cell(Circle(*HALIM, 50.0)))
    assert whisper(location, "fire") == [
        "need/fire",
        "place/about",
        "place/31.75.08.1004",
        "place/31.75.08",
        "radius/50",
    ]
    assert whisper(location, "violence", silent=True)[:2] == ["need/violence", "silent"]
    assert whisper(location, "../../etc")[0] == "place/about"


@pytest.mark.parametrize(
    ("radius_m", "sound"),
    [(1, "radius/10"), (50, "radius/50"), (50.1, "radius/75"), (800, "radius/1000"), (20_001, "radius/far")],
)
def test_a_radius_is_spoken_rounded_up(radius_m, sound):
    assert sound in whisper(located(cell(Circle(*HALIM, radius_m))))


def test_the_whisper_says_unknown_outside_and_doubt():
    assert whisper(Location()) == ["unknown_location"]
    city = Evidence("trunk_area", Area("31.72", "Jakarta Utara"), NOW)
    assert whisper(located(city)) == ["unknown_location", "place/31.72"]
    assert whisper(located(cell(Circle(*BEKASI, 50.0)))) == ["place/outside", "place/32.75", "radius/50"]
    assert whisper(located(cell(Circle(*HALIM, 50.0)), city))[-1] == "in_doubt"
    assert "radius/unknown" in whisper(located(Evidence("pidf_lo", Point(*HALIM), NOW)))


def test_every_sound_that_is_named_has_words_in_both_languages():
    spoken = phrases("id")
    assert set(spoken) == set(phrases("en"))
    assert all(spoken.values())
    assert {f"radius/{metres}" for metres in RADII_M} <= set(spoken)
    assert {f"need/{nature}" for nature in Nature} <= set(spoken)
    shapes = [Circle(*HALIM, radius) for radius in (5.0, 700.0, 3000.0, 8000.0, 50_000.0)]
    shapes += [Circle(*BEKASI, 50.0), Circle(-7.2, 112.7, 50.0), Circle(-6.0, 106.85, 50.0), Point(*HALIM)]
    shapes += [Area(code) for code in gazetteer().names] + [Civic("Jl. Contoh 5")]
    for shape in shapes:
        assert set(whisper(located(cell(shape)), "medical", silent=True)) <= set(spoken)


def test_places_are_spoken_as_people_say_them():
    assert phrases("id")["place/31.75.08.1005"] == "Kelurahan Cipinang Melayu"
    assert phrases("id")["place/31.75.08"] == "Kecamatan Makasar"
    assert phrases("id")["place/31.75"] == "Jakarta Timur"
    assert phrases("id")["place/32.01"] == "Kabupaten Bogor"
    assert phrases("id")["radius/1500"] == "radius 1,5 kilometer"
    assert phrases("en")["radius/1500"] == "radius 1.5 kilometres"


def test_a_location_fused_without_names_is_named_on_the_way_to_the_desk():
    bare = fuse([cell(Circle(*HALIM, 50.0))], NOW)
    text, sounds = describe(bare, NOW)
    assert "Kec. Makasar" in text
    assert "place/31.75.08" in sounds


def test_where_a_place_may_lie_in_two_cities_both_are_told():
    told = located(cell(Circle(-6.2950, 106.9130, 50.0)))
    assert words(told, "id", NOW).startswith(
        "sekitar Kel. Lubang Buaya, Kec. Cipayung, Jakarta Timur, atau Kota Bekasi; "
    )
    assert "Jakarta Timur, or Kota Bekasi; " in words(told, "en", NOW)
