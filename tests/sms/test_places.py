"""Where a text says that it happens."""

import pytest

from gateway.gazetteer.place_names import place_names
from sms.places import read_places
from sms.reading import PlaceRead

NAMES = place_names()


def place(*thread: str) -> PlaceRead:
    return read_places(thread, NAMES)[0]


def named(*thread: str) -> str:
    """The finest area, with its level: "kel Cawang"."""
    read = place(*thread)
    for level, area in (("kel", read.kelurahan), ("kec", read.kecamatan), ("city", read.city)):
        if area:
            return f"{level} {area.name}"
    return ""


@pytest.mark.parametrize(
    ("text", "kelurahan"),
    [
        ("ada maling di cipinang mlayu", "Cipinang Melayu"),
        ("lentengagung rt 4 kebakaran", "Lenteng Agung"),
        ("tetangga kel pdk bambu dipukuli", "Pondok Bambu"),
        ("tlg kami di tj duren sel", "Tanjung Duren Selatan"),
        ("kel. kbn jeruk", "Kebon Jeruk"),
        ("banjir di sunter agng", "Sunter Agung"),
        ("kebakaran pgdungan gg 3", "Pegadungan"),
        ("kel duren sawet", "Duren Sawit"),
        ("ci pi nang me la yu", "Cipinang Melayu"),
        ("tolong di bidara tjina", "Bidara Cina"),
        ("tolong di doeren tiga", "Duren Tiga"),
        ("pegangsaan II", "Pegangsaan Dua"),
        ("di rw mangun ada tawuran", "Rawamangun"),
        ("Lapor, kebakaran di Rorootan!!", "Rorotan"),
        ("𝐂𝐢𝐩𝐢𝐧𝐚𝐧𝐠 𝐌𝐞𝐥𝐚𝐲𝐮 banjir", "Cipinang Melayu"),
        ("c1p1nang melayu banjir", "Cipinang Melayu"),
    ],
)
def test_a_kelurahan_is_read_however_it_is_spelt(text, kelurahan):
    assert named(text) == f"kel {kelurahan}"
