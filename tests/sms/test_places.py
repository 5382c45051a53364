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
        ("Kelurahan : Bali Mester", "Bali Mester"),
        ("kelurahannya cawang", "Cawang"),
        ("tolong dicawang ada begal", "Cawang"),
        ("RT.4/RW.3, Cemp. Putih Tim., Kec. Cemp. Putih, Kota Jakarta Pusat", "Cempaka Putih Timur"),
        ("Jl. Contoh No.1, RT.1/RW.2, Kb. Jeruk, Kec. Kb. Jeruk, Kota Jakarta Barat", "Kebon Jeruk"),
        ("RT.4/RW.3, Pulo, Kec. Kby. Baru, Jakarta Selatan", "Pulo"),
    ],
)
def test_a_kelurahan_is_read_however_it_is_spelt(text, kelurahan):
    assert named(text) == f"kel {kelurahan}"


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("kebakaran di kemayoran", "kec Kemayoran"),
        ("kebakaran di daerah kemayoran", "kec Kemayoran"),
        ("ada kebakaran, kemayoran", "kel Kemayoran"),
        ("kemayoran gg mangga", "kel Kemayoran"),
        ("menteng district", "kec Menteng"),
        ("kel kemayoran", "kel Kemayoran"),
        ("rt 05/02 kebon jeruk", "kel Kebon Jeruk"),
        ("kel. pal merah", "kel Palmerah"),
        ("kec palmerah", "kec Pal Merah"),
        ("kelurahan mampang", "kel Mampang Prapatan"),
        ("kebakaran di jatinegara", "city Jakarta Timur"),
        ("jatinegara, cakung", "kel Jatinegara"),
        ("kec jatinegara", "kec Jatinegara"),
        ("kel jatinegara kec cakung", "kel Jatinegara"),
    ],
)
def test_a_name_of_several_areas_is_read_by_its_cue_or_as_what_holds_them(text, area):
    assert named(text) == area


@pytest.mark.parametrize(
    "text",
    [
        "hari senen suami saya mukul lagi",
        "tangannya berdarah di tengah jalan",
        "ban karet meledak di jalan",
        "olesin minyak kayu putih",
        "ular sanca di kebon belakang rumah",
        "ibu kartini jatuh di kamar mandi",
        "copet ketangkep, jaketnya item",
        "uangnya 10jt ilang",
        "ketua rw. tapi diem aja",
        "gambar di tembok dicoret",
        "ikan pari di panggang gosong",
        "di rawa ada ular",
        "bangkai tikus di selokan",
        "baru pulang dari kerja",
    ],
)
def test_ordinary_words_are_no_places(text):
    assert named(text) == ""


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("rumah di kel gedong pasar rebo", "kel Gedong"),
        ("kel tengah kramat jati", "kel Tengah"),
        ("gunung, kebayoran baru", "kel Gunung"),
        ("setu cipayung", "kel Setu"),
        ("tergeletak di tengah jalan, kec kramat jati", "kec Kramatjati"),
        ("baru, pasar rebo", "kel Baru"),
        ("baru pulang dari papua, kec pasar rebo", "kec Pasar Rebo"),
        ("papan jatuh ke trotoar. gelora", "kel Gelora"),
        ("rt 3 rw 4 dukuh", "kel Dukuh"),
    ],
)
def test_with_a_cue_an_ordinary_word_is_a_place(text, area):
    assert named(text) == area


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("menteng dalam tebet", "kel Menteng Dalam"),
        ("menteng atas", "kel Menteng Atas"),
        ("grogol utara", "kel Grogol Utara"),
        ("tanjung duren", "kec Grogol Petamburan"),
        ("cipinang besar", "kec Jatinegara"),
        ("kelapa dua wetan", "kel Kelapa Dua Wetan"),
        ("di pondok ada maling", ""),
        ("dukuh atas", ""),
    ],
)
def test_of_a_family_the_longest_name_counts_and_its_bare_beginning_picks_no_member(text, area):
    assert named(text) == area


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("jl. cipinang melayu raya ada begal", ""),
        ("jalan tebet timur dalam ada maling", ""),
        ("Jl. Kebon Jeruk III no 5", ""),
        ("jl kebon jeruk raya kel duri kepa", "kel Duri Kepa"),
        ("gg mawar, cipinang muara", "kel Cipinang Muara"),
        ("gg mawar cipinang muara", "kel Cipinang Muara"),
        ("mangga besar raya macet", ""),
        ("krendang tengah gg 2", "kel Krendang"),
        ("stasiun manggarai ada copet", ""),
        ("mall kelapa gading kebakaran", "kec Kelapa Gading"),
    ],
)
def test_a_street_or_landmark_names_no_kelurahan(text, area):
    assert named(text) == area


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("kel pondok bambu kec duren sawit jaktim", "kel Pondok Bambu"),
        ("kel cawang kec tebet", ""),
        ("pondok bambu jakarta barat", ""),
        ("ribut di cawang sama di cililitan", "kec Kramatjati"),
        ("di cawang deket cililitan", "kel Cawang"),
        ("kec cipayung deket ceger", "kec Cipayung"),
        ("di cililitan, pelaku kabur ke arah ciracas", "kel Cililitan"),
        ("bukan di cawang tapi di cililitan", "kel Cililitan"),
        ("serdang kmayoran rt 11", "kel Serdang"),
    ],
)
def test_names_must_agree_and_what_agrees_on_less_says_less(text, area):
    assert named(text) == area


@pytest.mark.parametrize(
    "text",
    [
        "di jatiwaringin bekasi",
        "cipayung depok kebanjiran",
        "kelapa dua tangerang",
        "kel harapan baru bekasi utara",
        "saya di bandung",
        "pancoran mas",
        "api di kebun kosong",
        "kebakaran di kamal desa contoh rt 3 rw 2 kab bangkalan",
        "di grogol kec contohnama",
        "kebakaran di Kamal, Bangkalan, Madura",
    ],
)
def test_places_of_other_cities_are_not_ours(text):
    assert named(text) == ""


def test_later_texts_add_to_earlier_ones():
    assert named("tolong, di jatinegara", "cakung") == "kel Jatinegara"
    assert named("di kec duren sawit", "klender rt 5") == "kel Klender"
    assert named("klender rt 5", "duren sawit") == "kel Klender"
    both = place("kel klender rt 5", "jl. contoh no 3 rw 2")
    assert (both.rt, both.rw, both.street) == ("5", "2", "jl. contoh no 3")


def test_later_texts_correct_earlier_ones():
    assert named("di cawang", "eh salah, di kel kebon pala") == "kel Kebon Pala"
    assert named("di cawang eh salah di cililitan") == "kel Cililitan"
    assert named("di klender", "maaf salah, di duren sawit") == "kec Duren Sawit"
    assert named("kebakaran di cawang", "rumahnya di kebon pala") == "kel Kebon Pala"


def test_a_position_stays_when_later_texts_give_none():
    assert place("-6.2475,106.8910", "cepat tolong").coordinates == (-6.2475, 106.8910)


@pytest.mark.parametrize("text", ["di jembatan abadi", "di pondok bening", "kel kebon kasang", "di pisangan lama"])
def test_a_spelling_that_may_be_another_place_is_not_guessed(text):
    assert named(text) == ""


def test_what_is_said_later_but_vaguer_corrects_nothing():
    assert named("kebakaran di klender", "korban dibawa ke rs tebet") == "kel Klender"
    assert named("kebakaran di klender", "jakarta selatan") == "kel Klender"
    assert named("kebakaran di klender", "maaf salah, tebet") == "kec Tebet"


def test_a_finer_area_implies_the_coarser_ones():
    read = place("kel lenteng agung")
    assert [area.code for area in (read.kelurahan, read.kecamatan, read.city) if area] == [
        "31.74.09.1004",
        "31.74.09",
        "31.74",
    ]


def test_every_finding_has_its_words_as_written():
    text = "Tlg! Jl. Contoh no 5 RT.003/RW.05 Kel. Kbn Pala, dpn Masjid -6.2475,106.8910"
    found = {finding.what: finding.words for finding in place(text).findings}
    assert found == {
        "street": "Jl. Contoh no 5",
        "rt_rw": "RT.003/RW.05",
        "kelurahan": "Kel. Kbn Pala",
        "landmark": "dpn Masjid",
        "coordinates": "-6.2475,106.8910",
    }


def test_the_spans_are_of_the_words_that_tell_the_place():
    texts = ("gg kenanga kel baru", "dia mukul")
    _, spans = read_places(texts, NAMES)
    assert [texts[0][start:end] for start, end in spans[0]] == ["gg kenanga", "kel baru"]
    assert spans[1] == ()


@pytest.mark.parametrize("name", ["kamal", "kel menteng", "cipayung", "kebon jeruk rt 5", "maling di kamal,"])
@pytest.mark.parametrize(
    "region",
    ["madura", "kab bangkalan", "bandung", "surabaya", "sby", "bekasi", "depok", "tangerang", "bogor", "cikarang"],
)
def test_a_name_followed_by_another_region_is_not_ours(name, region):
    assert named(f"kebakaran di {name} {region}") == ""


@pytest.mark.parametrize(
    "text",
    [
        "orang madura ngamuk di cawang",
        "warung madura cawang",
        "sate padang di cawang meledak",
        "kereta bogor di cawang",
    ],
)
def test_where_a_dish_or_somebody_comes_from_is_not_where_it_is(text):
    assert named(text) == "kel Cawang"


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("tabrakan arah kali bata", "arah kali bata"),
        ("arahnya ke pondokkopi", "arahnya ke pondokkopi"),
        ("macet total jurusan cawang", "jurusan cawang"),
    ],
)
def test_a_way_is_shown_but_names_no_area(text, way):
    read = place(text)
    assert (read.finest, read.landmark) == (None, way)
    assert [finding.words for finding in read.findings] == [way]


@pytest.mark.parametrize("text", ["malingnya kabur ke arah cawang", "pelaku lari arah cawang", "mau ke cawang"])
def test_where_somebody_fled_or_is_going_is_no_way_to_it(text):
    assert place(text).is_empty


def test_a_way_is_left_out_where_a_place_is_named():
    read = place("ribut di cililitan arah cawang")
    assert (named("ribut di cililitan arah cawang"), read.landmark) == ("kel Cililitan", "")


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("lenteng agg", "kel Lenteng Agung"),
        ("banjir di kdg kali angke", "kel Kedaung Kali Angke"),
        ("angke kali airnya naik", ""),
        ("sampe gang. jati pulo", "kel Jatipulo"),
        ("gang. jati pulo no 3", ""),
    ],
)
def test_what_is_shortened_or_broken_is_read_as_far_as_it_is_sure(text, area):
    assert named(text) == area
