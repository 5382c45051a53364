"""Which place and whom a text of ours names, and which ordinary words name nothing."""

import pytest

from gateway.gazetteer.place_names import place_names
from gateway.rules.phrases import phrases
from sms.naming import number_in, persons_in, places_in

NAMES = place_names()
TENGAH, KARET = "31.75.04.1002", "31.74.02.1004"
CIPINANG_MELAYU = "31.75.08.1005"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Polisi sedang menuju ke Cipinang Melayu, sabar ya bu", ["menuju ke Cipinang Melayu"]),
        ("Mobil sudah di Cipinang Melayu", ["Cipinang Melayu"]),
        ("Masih di kel. tengah?", ["kel. tengah"]),
        ("Kebon Jeruk ya?", ["Kebon Jeruk"]),
        ("Masih di Jalan Haji Naman?", ["Jalan Haji Naman"]),
        ("Tunggu di pos satpam", ["pos satpam"]),
        ("RT 05 RW 02 ya?", ["RT 05 RW 02"]),
        ("Depan Indomaret ya?", ["Depan Indomaret"]),
    ],
)
def test_a_place_is_found_by_what_makes_it_one(text, words):
    assert places_in(text, NAMES) == words


@pytest.mark.parametrize(
    "text",
    [
        "Lagi di ruang tengah ya?", "Sabar, tunggu di kamar", "Jangan keluar dulu",
        "Ini baru aman ya?", "Hari senin ya",
        "Tutup pintu, sembunyi di bawah kasur", "Warna pagarnya apa?", "Ada jalan lain keluar?", "Kamu di gang apa?",
        "Masih di rumah tante?", "Kirim lokasi ya", "Sebentar ya, jangan panik", "Kota mana?",
        "Is the door open?", "Which floor, which room?", "Take your time.", "Are you in the middle room?",
    ],
)  # fmt: skip
def test_an_ordinary_word_that_is_also_a_name_is_none(text):
    assert places_in(text, NAMES, [TENGAH, CIPINANG_MELAYU]) == []
    assert persons_in(text, NAMES) == []


def test_no_phrase_of_ours_names_a_place_or_a_person():
    texts = [phrase.text for known in phrases().values() for phrase in known.values()]
    named = [(text, found) for text in texts if (found := places_in(text, NAMES) + persons_in(text, NAMES))]
    assert named == []


def test_of_the_place_where_the_caller_is_the_bare_name_is_enough():
    assert places_in("dia di karet?", NAMES) == []
    assert places_in("dia di karet?", NAMES, [KARET]) == ["karet"]
    own = ["Jl. Haji Naman no 5", "depan indomaret pintu hijau"]
    assert places_in("Masih dekat naman?", NAMES, (), own) == ["naman"]
    assert places_in("Pintunya dikunci?", NAMES, (), own) == []


def test_who_is_addressed_by_name_or_gave_it_is_named():
    assert persons_in("Bu Siti aman?", NAMES) == ["Bu Siti"]
    assert persons_in("Bu Aman?", NAMES) == []
    assert persons_in("siti, masih di sana?", NAMES, ["tolong nama saya siti aminah"]) == ["siti"]
    assert persons_in("Tidak apa-apa rina", NAMES, ["saya Rina dan saya takut", "nama saya tidak usah"]) == ["rina"]
    assert persons_in("Masih di sana?", NAMES, ["Saya Takut", "ini Bukan saya"]) == []


def test_the_callers_own_number_is_known_again_however_it_is_written():
    number = "+6281200000001"
    assert number_in("Nomor 0812-0000-0001 ya", number) == "0812-0000-0001"
    assert number_in("yang akhirnya 000001?", number) == "000001"
    assert number_in("5 menit", number) == ""
    assert number_in("Hubungi 0813 0000 0099", number) == ""


def test_a_long_text_is_read_in_bounded_time():
    for piece in ("Bu Siti ", "1 ", "di karet ", "nama saya "):
        places_in(piece * 20_000, NAMES, [KARET])
        persons_in(piece * 20_000, NAMES, [piece * 20_000])
        number_in(piece * 20_000, "+6281200000001")
