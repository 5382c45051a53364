"""The parts of an address below a kelurahan."""

import pytest

from gateway.gazetteer.place_names import place_names
from sms.places import read_places
from sms.reading import PlaceRead


def place(text: str) -> PlaceRead:
    return read_places([text], place_names())[0]


@pytest.mark.parametrize(
    ("text", "rt", "rw"),
    [
        ("RT 05/02", "5", "2"),
        ("RT.003 RW.05", "3", "5"),
        ("rt5rw2", "5", "2"),
        ("Rt 05 Rw 02", "5", "2"),
        ("rt/rw 05/02", "5", "2"),
        ("RT:05, RW:02", "5", "2"),
        ("rw 02 rt 05", "5", "2"),
        ("rt o5/o2", "5", "2"),
        ("rt. 03 dan rw. 04", "3", "4"),
        ("rt 5 no 2", "5", ""),
        ("ketua rw 3", "", "3"),
        ("bu rt datang", "", ""),
        ("rt 00/00", "", ""),
    ],
)
def test_the_neighbourhood_is_read_however_it_is_written(text, rt, rw):
    assert (place(text).rt, place(text).rw) == (rt, rw)


@pytest.mark.parametrize(
    ("text", "street"),
    [
        ("kebakaran jl. mawar no 5 rt 3", "jl. mawar no 5"),
        ("Jln Kemang Raya No.12A", "Jln Kemang Raya No.12A"),
        ("Jl. Dr. Sutomo no 5, pasar baru", "Jl. Dr. Sutomo no 5"),
        ("jl mawar blok f2 no 3", "jl mawar blok f2 no 3"),
        ("gg langgar cipinang mlayu", "gg langgar"),
        ("gg. 7 petojo sel", "gg. 7"),
        ("jl ada maling", ""),
        ("lagi di jalan pulang", ""),
        ("jalan kaki dari halte", ""),
        ("di jalan raya ada kecelakaan", ""),
        ("gue gg buntu", ""),
        ("lagi di jalan. motornya rusak", ""),
        ("jl mawar. Rumah cat ijo", "jl mawar"),
        ("orang tergeletak di jalan, 6 orang kabur", ""),
        ("orang tergeletak di gang, 6 tewas", ""),
        ("jl mawar 3 orang luka", "jl mawar"),
        ("jl mawar 3", "jl mawar 3"),
        ("jalan2 terus kecelakaan", ""),
        ("jalan licin oli", ""),
        ("jalan nyetrum orang", ""),
        ("dijalan mawar ada begal", "dijalan mawar"),
        ("jl mawar arah pasar rebo", "jl mawar"),
        ("jalan beringin", "jalan beringin"),
        ("jalan jelambar jd macet", "jalan jelambar"),
        ("jl jelambar contoh", "jl jelambar"),
        ("gang mushola ada maling", "gang mushola"),
        ("tebet timur dalam street", ""),
    ],
)
def test_a_street_ends_where_the_sentence_goes_on(text, street):
    assert place(text).street == street


@pytest.mark.parametrize(
    ("text", "landmark"),
    [
        ("dpn indomaret", "dpn indomaret"),
        ("ribut deket masjid al ikhlas ada pisau", "deket masjid al ikhlas"),
        ("sblh warung bu siti", "sblh warung bu siti"),
        ("bwh flyover cawang", "bwh flyover cawang"),
        ("apt contoh tower melati lt 22 no 5", "apt contoh tower melati lt 22 no 5"),
        ("depan rumah saya ada ular", ""),
        ("ambulans deket sini ada?", ""),
        ("di pasar baru", ""),
        ("dpn ank saya", ""),
        ("di masjid dikeroyok", ""),
        ("ada ular di deket kolam2", ""),
        ("ada di bawah pintunya", ""),
        ("tetangga sebelah lari", ""),
        ("anak sekolah kebawa arus", ""),
        ("turun di halte ga inget", ""),
        ("temen kampus bawa pisau", ""),
        ("ribut di mall gara2 parkir", ""),
        ("dipukul di kontrakan 3x", ""),
        ("sekolah mengirim surat", ""),
        ("flyover, 2 motor tabrakan", ""),
        ("di bawah kasur", ""),
        ("anak smp dipukul", ""),
        ("kontrakan no 3", "kontrakan no 3"),
        ("smp 12 tawuran", "smp 12"),
        ("dekat rel", "dekat rel"),
        ("deket Sarinah", "deket Sarinah"),
        ("di masjid nurul huda", "masjid nurul huda"),
        ("apartemen kalibata lt 3", "apartemen kalibata lt 3"),
        ("Apartemen Kalibata City tower Melati lt 12 no 5", "Apartemen Kalibata City tower Melati lt 12 no 5"),
        ("di perempatan mawar", "perempatan mawar"),
        ("halte Bundaran HI", "halte Bundaran HI"),
        ("didepan alfamart", "didepan alfamart"),
        ("Jalan Raya Pasar Minggu km 18", ""),
        ("near the market", "near the market"),
        ("blkg stasiun pd kopi ada begal", "blkg stasiun pd kopi"),
    ],
)
def test_a_landmark_has_a_name_or_stands_still(text, landmark):
    assert place(text).landmark == landmark
