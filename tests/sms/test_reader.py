"""What texts are read as by the rules alone, and together with the model."""

from dataclasses import replace

import pytest

from gateway.incident.report import Nature
from gateway.reading import knowledge
from sms.reader import read

RULES = replace(knowledge(), model=None)


def nature(*texts: str) -> Nature:
    return read(texts, RULES).nature


@pytest.mark.parametrize(
    "text",
    [
        "saya dipukul suami",
        "dipukulin bapak saya tiap malem",
        "suami saya mukulin adik",
        "laki gue nampar gue barusan",
        "majikan nendang saya",
        "saya digebukin terus sama pacar",
        "my husband is beating me",
        "I was beaten by my boyfriend",
        "bojoku ngantemi aku, tulung",
        "abdi digebugan ku salaki",
        "ibu tiri saya nyekik adik",
        "tetangga saya mukulin istrinya",
        "istri saya memukul saya pakai setrika",
    ],
)
def test_an_attack_by_somebody_close_is_violence_either_way_round(text):
    assert nature(text) is Nature.VIOLENCE


@pytest.mark.parametrize(
    "text",
    [
        "saya dipukul preman di pasar",
        "preman mukulin tukang parkir",
        "suami saya dikeroyok orang ga dikenal",
        "adik saya ditusuk begal",
        "tas saya dijambret, saya perempuan",
        "tawuran bawa celurit",
    ],
)
def test_an_attack_by_a_stranger_is_crime(text):
    assert nature(text) is Nature.CRIME


@pytest.mark.parametrize(
    "text",
    [
        "saya diraba orang di krl",
        "ada laki2 ngeluarin kelamin di halte",
        "diperkosa tukang ojek",
        "mantan ngancem nyebarin foto saya",
        "saya disekap majikan 3 bulan",
        "adik mau dikawinin paksa bapak",
        "dijual sama pacar saya ke om om",
    ],
)
def test_sexual_violence_by_anybody_and_confinement_sale_forced_marriage_and_images_are_violence(text):
    assert nature(text) is Nature.VIOLENCE


@pytest.mark.parametrize(
    "text",
    [
        "suami mulai lagi, anak2 ngumpet di kamar",
        "dia udah di depan pintu, saya takut, jangan telpon",
        "suami mabok lagi, saya kunci pintu kamar, dia gedor2",
        "ayah tiri suka masuk kamar aku, mama ga percaya",
        "hp saya disita suami, saya ga boleh keluar rumah",
        "my husband is drunk again, he is banging on the door, I am hiding",
    ],
)
def test_violence_that_no_word_names_is_found_by_who_is_there_and_what_points_to_it(text):
    assert nature(text) is Nature.VIOLENCE


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bapak saya jatuh di kamar mandi, ga sadar", Nature.MEDICAL),
        ("suami saya serangan jantung", Nature.MEDICAL),
        ("istri saya mau lahiran, ketuban pecah", Nature.MEDICAL),
        ("bapak angin duduk, keringet dingin", Nature.MEDICAL),
        ("anak saya step", Nature.MEDICAL),
        ("suami minum racun tikus", Nature.MEDICAL),
        ("kakak saya mau bunuh diri", Nature.MEDICAL),
        ("kebakaran rumah di gang sempit", Nature.FIRE),
        ("bau gas bocor dari tabung", Nature.FIRE),
        ("tabrakan motor sama mobil, kaki patah", Nature.ACCIDENT),
        ("banjir seleher, kami di atap", Nature.DISASTER),
        ("ular masuk rumah", Nature.DISASTER),
        ("motor saya dicuri", Nature.CRIME),
        ("kabel listrik putus di jalan", Nature.OTHER),
    ],
)
def test_other_needs_are_told_apart_also_where_somebody_close_is_named(text, expected):
    assert nature(text) is expected


@pytest.mark.parametrize(
    "text",
    [
        "mati lampu dari jam 7, pln kapan nyala",
        "bos kebakaran jenggot gara2 laporan telat wkwk",
        "hatiku terbakar api cemburu",
        "persija dihajar persib 3-0",
        "BANJIR DISKON 70% hari ini",
        "abis nonton film suami bunuh istri",
        "dulu waktu kecil saya pernah dipukul bapak",
        "mau tanya, apa itu kdrt? buat tugas sekolah",
        "dihajar ombak di pantai seru",
        "pukul 5 sore buka puasa",
        "makasih pak damkar yg kemarin",
    ],
)
def test_idioms_songs_football_adverts_questions_and_the_past_are_no_emergency(text):
    assert nature(text) in (Nature.NOT_EMERGENCY, Nature.UNKNOWN)


@pytest.mark.parametrize(
    "text", ["ga kebakaran kok", "bukan kebakaran ya", "ga ada yang dipukul", "tidak ada kecelakaan"]
)
def test_what_is_denied_is_not_found(text):
    assert nature(text) in (Nature.NOT_EMERGENCY, Nature.UNKNOWN)


def test_a_negation_that_belongs_to_a_symptom_is_the_symptom():
    reading = read(["bapak saya ga napas"], RULES)
    assert reading.nature is Nature.MEDICAL
    assert reading.life_threat


def test_more_than_a_blow_is_still_a_blow():
    assert nature("bukan cuma dipukul suami, saya juga diusir") is Nature.VIOLENCE


@pytest.mark.parametrize(
    "text",
    ["sayaa dipukuuul suamiii", "sy dpkul suami", "saya d1pukul su4mi", "dipukul2in suami", "di pukul suami",
     "s a y a dipukul suami", "SAYA DIPUKUL SUAMI", "saya dipùkul suami", "saya di\u200bpukul suami"],
)  # fmt: skip
def test_letters_repeated_dropped_swapped_for_digits_or_set_apart_are_read(text):
    assert nature(text) is Nature.VIOLENCE


@pytest.mark.parametrize(
    "text",
    ["suami nyekik saya", "saya mau dibunuh suami", "suami bawa golok ke kamar saya", "my husband has a knife, help",
     "rampok bawa pistol di minimarket", "kebakaran, ada anak masih di dalam", "anak tenggelam di kali"],
)  # fmt: skip
def test_strangling_a_threat_to_kill_a_weapon_fire_and_water_threaten_life(text):
    assert read([text], RULES).life_threat


def test_who_bleeds_by_violence_is_injured_and_who_is_threatened_with_it_is_not_yet():
    assert read(["dipukul suami, kepala saya berdarah"], RULES).injured
    assert not read(["suami mau bacok saya"], RULES).injured


def test_an_accident_has_injured_unless_nobody_is_hurt():
    assert read(["tabrakan motor, pengendaranya jatuh"], RULES).injured
    assert not read(["tabrakan mobil, ga ada yang luka"], RULES).injured


def test_who_is_trapped_needs_rescue():
    assert read(["kejebak lift di kantor"], RULES).rescue
    assert read(["cincin ga bisa lepas, jari bengkak"], RULES).rescue


def test_a_child_is_recognised():
    assert read(["anak saya kejang"], RULES).child
    assert read(["aku umur 12, bapak mukul aku"], RULES).child
    assert not read(["tawuran anak stm"], RULES).child


@pytest.mark.parametrize(
    "text", ["jangan telpon ya", "dia ada di sini", "aku ga bisa ngomong, sms aja", "pls text only"]
)
def test_a_wish_for_silence_is_heard(text):
    assert read([text], RULES).silent


@pytest.mark.parametrize("text", ["ga jadi", "salah nomor", "maaf tadi anak saya main hp", "wrong number"])
def test_another_hand_that_calls_it_off_changes_no_nature(text):
    reading = read(["suami mukulin saya", text], RULES)
    assert reading.takeover
    assert reading.nature is Nature.VIOLENCE


@pytest.mark.parametrize(
    "text",
    [
        "udah aman makasih",
        "iseng doang lol",
        "ini suaminya, istri saya lagi sakit jiwa jangan didengerin",
        "bercanda doang kok",
        "maaf itu temen saya iseng",
    ],
)
def test_another_hand_is_known_by_many_words(text):
    assert read(["suami mukulin saya", text], RULES).takeover


@pytest.mark.parametrize(
    "text",
    [
        "dicekek ama laki",
        "SUAMI SAYA NGAMUK BAWA PARANG",
        "suami saya kasih saya minum racun",
        "suami campur racun di minuman saya",
        "di toilet mall ada kamera kecil",
        "dokternya megang2 yg ga perlu pas periksa",
    ],
)
def test_violence_in_other_words_is_found_by_rule(text):
    assert nature(text) is Nature.VIOLENCE


def test_who_is_poisoned_or_burnt_with_acid_is_injured():
    assert read(["suami campur racun di minuman saya"], RULES).injured
    assert read(["mantan nyiram air keras ke muka saya"], RULES).injured


@pytest.mark.parametrize(
    "text",
    [
        "jari anak saya diiket handuk",
        "suami saya bunuh waktu main catur",
        "anak saya mukul bedug",
        "bapak saya mukul2 dadanya sendiri",
        "suami saya dipukul tetangga gara2 parkir",
        "ke arahnya pasar, mau beli sayur",
    ],
)
def test_what_only_sounds_like_violence_or_blood_is_none(text):
    reading = read([text], RULES)
    assert reading.nature is not Nature.VIOLENCE
    assert not reading.injured


def test_a_grown_relative_is_no_child():
    assert not read(["adik saya dicekik suaminya"], RULES).child
    assert not read(["nenek dipukul cucunya"], RULES).child
    assert read(["adik saya dipukul bapak"], RULES).child


def test_of_two_findings_by_one_entry_the_longer_is_told():
    why = [(found.what, found.rule) for found in read(["kirim tukang ac dong"], RULES).findings]
    assert len(why) == len(set(why))


def test_stop_ends_sending_and_a_story_with_the_word_does_not():
    assert read(["STOP"], RULES).opt_out
    assert not read(["suami saya ga mau stop mukulin saya"], RULES).opt_out


def test_a_later_text_adds_and_never_takes_away():
    reading = read(["suami mukulin saya", "kepala saya berdarah", "rumah di tebet", "makasih"], RULES)
    assert reading.nature is Nature.VIOLENCE
    assert reading.injured
    assert reading.place.kecamatan is not None


def test_violence_comes_first_where_a_text_tells_of_more():
    assert nature("rumah kebakaran, suami mukulin saya") is Nature.VIOLENCE
    assert nature("saya mau lahiran, suami nampar saya") is Nature.VIOLENCE


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("tolong rumah saya kebakaran", "id"),
        ("please help, there is a fire in my house", "en"),
        ("omahku kobong pak, tulung, iki neng ngarep pasar", "jv"),
        ("tulungan, imah abdi kahuruan, aya budak di jero", "su"),
        ("", "id"),
    ],
)
def test_the_language_is_told(text, language):
    assert read([text], RULES).language == language


def test_each_finding_has_the_writers_own_words_and_the_entry_that_found_them():
    text = "Suami saya NYEKIK saya, jgn tlp"
    for found in read([text], RULES).findings:
        assert found.words in text
        assert found.rule
    assert ("violence", "NYEKIK", "strangle") in [(f.what, f.words, f.rule) for f in read([text], RULES).findings]


def test_a_place_name_is_no_word_of_a_story():
    assert nature("nanya kantor kelurahan lubang buaya") is not Nature.DISASTER


def test_nothing_is_unknown():
    assert nature() is Nature.UNKNOWN
    assert nature("") is Nature.UNKNOWN
    assert nature("tolong") is Nature.UNKNOWN
