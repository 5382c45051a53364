"""Positions in texts: figures, links to maps, geo URIs, plus codes."""

import pytest

from gateway.gazetteer.place_names import place_names
from sms.coordinates import SIGN, SWAPPED, positions_of
from sms.places import read_places

HERE = (-6.2088, 106.8456)


def at(text: str) -> tuple[float, float] | None:
    return next((position.at for position in positions_of(text) if position.at), None)


@pytest.mark.parametrize(
    "text",
    [
        "-6.2088,106.8456",
        "saya di (-6.2088; 106.8456) tolong",
        "-6,2088 106,8456",
        "-6,2088, 106,8456",
        "6.2088 S 106.8456 E",
        "S 6.2088, E 106.8456",
        "6.2088 LS 106.8456 BT",
        "lat -6.2088 long 106.8456",
        "lat: -6.2088, lng: 106.8456",
        "106.8456,-6.2088",
        "6.2088,106.8456",
        "−6.2088, 106.8456",
        "6°12'31.68\"S 106°50'44.16\"E",
        "6°12.528'LS 106°50.736'BT",
        "https://maps.google.com/?q=-6.2088,106.8456",
        "https://www.google.com/maps/search/-6.2088,+106.8456?entry=tts",
        "https://www.google.com/maps/place/Contoh/@-6.3,106.9,17z/data=!3m1!4b1!8m2!3d-6.2088!4d106.8456",
        "https://www.google.com/maps/@-6.2088,106.8456,15z",
        "https://waze.com/ul?ll=-6.2088%2C106.8456&navigate=yes",
        "https://maps.apple.com/?ll=-6.2088,106.8456&q=Contoh",
        "https://www.openstreetmap.org/?mlat=-6.2088&mlon=106.8456#map=17/-6.3/106.9",
        "https://www.openstreetmap.org/#map=17/-6.2088/106.8456",
        "geo:-6.2088,106.8456;u=35",
    ],
)
def test_a_position_is_read_however_it_is_sent(text):
    assert at(text) == pytest.approx(HERE, abs=1e-6)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("lokasi saya 6.208, 106.846", (-6.208, 106.846)),
        ("koordinatnya 6.21 106.85 cepat", (-6.21, 106.85)),
        ("gps: -6.208,106.846", (-6.208, 106.846)),
        ("share loc 6.21,106.85", (-6.21, 106.85)),
        ("6.208,106.846 itu posisi saya", (-6.208, 106.846)),
        ("harga naik. lokasi 6.208,106.846", (-6.208, 106.846)),
        ("lat 6.2 long 106.8", (-6.2, 106.8)),
        ("6.2 LS 106.8 BT", (-6.2, 106.8)),
        ("koordinat 6.9147,107.6098", (-6.9147, 107.6098)),
        ("harga 6.2088,106.8456", HERE),
        ("saya di -6.210, 106.850", (-6.21, 106.85)),
        ("tolong -6.208,106.846", (-6.208, 106.846)),
        ("-6.208 , 106.846 tolong", (-6.208, 106.846)),
        ("saya di -6.21, 106.85", (-6.21, 106.85)),
        ("-6.208,106.846", (-6.208, 106.846)),
        ("tensi 6.5 -6.2088,106.8456", HERE),
        ('tadi terkirim A"ML=1;lt=-6.20880;lg=+106.84560;rd=18;ml=99', HERE),
        ('tadi terkirim A"ML=2;en=112;lo=-6.20880,106.84560,18;lt=20', HERE),
    ],
)
def test_what_calls_figures_a_position_or_leaves_nothing_else_makes_them_one(text, position):
    assert at(text) == position


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("-6.2088,106.8456", ()),
        ("6.2088,106.8456", (SIGN,)),
        ("106.8456,-6.2088", (SWAPPED,)),
        ("106.8456,6.2088", (SWAPPED, SIGN)),
        ("https://maps.google.com/?q=6.2088,106.8456", (SIGN,)),
        ("geo:-6.2088,106.8456", ()),
    ],
)
def test_what_was_put_right_in_a_position_is_told(text, mended):
    assert [(position.at, position.mended) for position in positions_of(text)] == [(HERE, mended)]


def test_a_full_plus_code_is_the_middle_of_its_square():
    # A square of ten digits is 1/8000 degree wide.
    assert at("6P58QRRW+F6") == pytest.approx(HERE, abs=1 / 8000)


@pytest.mark.parametrize(
    "text",
    [
        "0,0",
        "0.0, 0.0",
        "48.8566, 2.3522",
        "harga 6.500,107.500",
        "jual hp 6.150,106.850 nego",
        "jam 6.30, 107.20",
        "harga gula 6.200 106.800",
        "transfer Rp 2.500,106.000 ya",
        "transfer 2.500,106.000 ke rek 6.1754",
        "total 6.123,107.456 dan 3.200,106.900",
        "versi 6.2,106.8",
        "nilai 6.20,106.80 rb",
        "6.500,107.500",
        "kata dia 6.2, 106.8",
        "- 6.500 107.500",
        "harga -6.50, 107.50",
        "saya di 6.500,107.500",
        "harga 5.5483, 95.3238",
        "harga -6.208,106.846",
        "harga -6.9147,107.6098",
        "dapat -6.500,107.500",
        "sekitar -6.5, 107.5 kg",
        "jual tanah lokasi bekasi harga 6.500,107.500",
        "lokasi bagus, 6.500,107.500 ribu",
        "harga 6.500 n 107.500",
        "6.9147,107.6098",
        "harga 6.5, 100.5 juta",
        "Rp 12.500, 100.000",
        "tekanan 120.80 dan 98.6",
        "-6.2088",
        "jam 19.30",
        "1.3521, 103.8198",
        "3.139, 101.6869",
        "-8.5569, 125.5603",
        "https://maps.google.com/?q=48.8566,2.3522",
    ],
)
def test_what_can_be_no_place_is_none(text):
    assert at(text) is None


@pytest.mark.parametrize("text", ["-6.9175, 107.6191", "5.5483, 95.3238", "1.1301, 104.0529", "-2.5337, 140.7181"])
def test_a_position_elsewhere_in_the_country_is_kept(text):
    lat, lon = map(float, text.split(","))
    assert at(text) == (lat, lon)


def test_a_position_has_no_more_decimals_than_a_receiver_knows():
    assert at("-6.20881234567890123, 106.84561234567890123") == (-6.208812, 106.845612)
    assert at("geo:-6.20881234567890123,106.84561234567890123") == (-6.208812, 106.845612)


@pytest.mark.parametrize(
    "figures", ["lat -6.2088 long 106.8456", "Lat: -6.2088, Lng: 106.8456", "lintang -6.2088 bujur 106.8456"]
)
def test_the_words_of_a_position_are_its_cues_too(figures):
    read, spans = read_places([f"tolong {figures} cepat"], place_names())
    assert [finding.words for finding in read.findings] == [figures]
    assert spans == (((7, 7 + len(figures)),),)


@pytest.mark.parametrize("link", ["https://maps.app.goo.gl/AbCd123", "https://goo.gl/maps/xyz", "https://w3w.co/a.b.c"])
def test_a_link_without_a_position_is_kept_for_the_desk(link):
    read, spans = read_places([f"di sini {link} cepet"], place_names())
    assert (read.coordinates, read.landmark) == (None, link)
    assert [finding.words for finding in read.findings] == [link]
    assert spans == (((8, 8 + len(link)),),)


def test_names_within_a_link_are_no_places():
    read, _ = read_places(["https://maps.app.goo.gl/cawang?x=kel+cawang"], place_names())
    assert read.finest is None
