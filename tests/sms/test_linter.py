"""What no message of ours says: every phrase is held to it, and so is what desks write."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from gateway.incident.errors import Refused
from gateway.rules.phrases import FIRST_LANGUAGE, load_phrases, phrase_in, phrases
from sms.conversation import QUESTIONS
from sms.linter import lint

ALL = [phrase for language in phrases().values() for phrase in language.values()]


@pytest.mark.parametrize("phrase", ALL, ids=lambda phrase: f"{phrase.language}-{phrase.name}")
def test_every_phrase_is_one_neutral_message(phrase):
    assert lint(phrase.text, promises=phrase.after_acceptance) == ()
    assert len(phrase.text) <= 160
    assert phrase.text.isascii()


@pytest.mark.parametrize("phrase", [p for p in ALL if p.name in QUESTIONS], ids=lambda p: f"{p.language}-{p.name}")
def test_every_question_of_ours_asks_one_thing_at_a_time(phrase):
    assert phrase.text.count("?") <= 1


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "empty"),
        ("a" * 161, "length"),
        ("Aman? 😀", "length"),
        ("{" * 81, "length"),
        ("Ini polisi, aman?", "agency"),
        ("Halo dari Damkar", "agency"),
        ("The officer will see you", "agency"),
        ("UPT PPA di sini", "agency"),
        ("Hubungi BPBD", "agency"),
        ("Telepon darurat", "emergency"),
        ("Laporan diterima", "emergency"),
        ("Bantuan buat kamu", "emergency"),
        ("We can help", "emergency"),
        ("Kamu dipukul lagi?", "nature"),
        ("Suami di rumah?", "nature"),
        ("Ada api?", "nature"),
        ("Are you hurt?", "nature"),
        ("Is your husband there?", "nature"),
        ("Kasusmu nomor A-7", "digits"),
        ("Balas ke 112", "digits"),
        ("Buka contoh.id/x", "link"),
        ("www contoh", "link"),
        ("Kami segera ke sana", "promise"),
        ("Mobilnya di jalan", "promise"),
        ("Someone is coming", "promise"),
        ("Di mana? Sama siapa?", "questions"),
    ],
)
def test_what_betrays_is_found(text, what):
    assert what in {fault.what for fault in lint(text)}


BETRAYS = {
    "nature": [
        "Laki kamu masih mukul?", "Lakimu di rumah?", "Kamu ditampar?", "Dia nampar kamu lagi?",
        "Ditusuk pakai apa?", "Dia nusuk siapa?", "Dicekik?", "Masih nyekik?", "Kamu disekap di mana?",
        "Dia nyekap siapa?", "Diperkosa?", "Dia merkosa?", "Dia memperkosa siapa?", "Diancam apa?",
        "Dia ngancem lagi?", "Mengancam lewat apa?", "Ngebunuh?", "Dia mau membunuh?", "Pemukulan di mana?",
        "DIPUKULIN LAGI?", "di pukul lagi", "Dipukul-pukul?", "Ancamannya apa", "Pacarmu masih di situ?",
        "Bapak tiri kamu di mana?", "Did he slap you?", "Were you stabbed?", "Is he choking you?",
        "Does your boyfriend know?", "Swamimu di mana?", "Dia pegang golok?", "Clurit atau bukan?",
    ],
    "agency": [
        "Nanti polwan yang telepon", "Saya dokter", "RS mana yang dekat?", "Ke rumah sakit saja", "Ini SAPA ya",
        "Coba ke SPKT", "Nanti LBH yang urus", "Komnas Perempuan di sini", "Konselor kami siap", "Psikolognya siap",
        "Ada pendamping di sini", "Tim sedang bersiap", "Bawa ke RSUD", "Ke IGD saja", "Our team is here",
        "Anggota kami siap", "Ada patroli di dekat situ", "A doctor will call",
        "A counsellor can talk", "Firefighters are near",
    ],
    "promise": [
        "Orang kami sudah berangkat", "Mobil sudah jalan",
        "Kami ke sana ya", "Kami ke sana ya?", "Kita kesana", "Tim sedang ke lokasi",
        "Mobil sudah meluncur", "Sebentar lagi sampai", "Sebentar lagi nyampe ya", "Kami kirim orang",
        "Dikirim sekarang", "Nanti dikirimin mobil", "Ada yang ke rumahmu", "Nanti kami samperin",
        "Sudah di jalan, tenang ya?", "Jangan takut kami ke sana", "we will send someone", "We'll send somebody",
        "on the way", "They are on their way", "Someone will come", "We are heading over", "We can get to you",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("what", "text"), [(what, text) for what, texts in BETRAYS.items() for text in texts])
def test_what_betrays_is_found_in_any_form(what, text):
    assert what in {fault.what for fault in lint(text)}


@pytest.mark.parametrize(
    "text",
    [
        "Laki-laki atau perempuan?", "Sama sapa di situ?", "Lbh enak nulis atau bicara?", "Pukul berapa tadi?",
        "Tadi pukul tujuh ya", "Kirim lokasi ya", "Bisa kirim foto rumahnya?", "Dari tadi sampai sekarang?",
        "Tunggu sampai aman ya", "Jangan ke sana dulu ya", "Bisa ke sana sebentar?", "Lari ke sana dulu, yang ramai",
        "Di jalan apa?", "Di jalan Melati ya?", "Dr tadi di situ?", "Masih di kamar?", "Tiba-tiba putus ya",
        "Siapa saja yang datang?", "Kapan dia datang?", "Warna pagarnya apa?", "Lantai berapa?",
        "Bisa bicara sekarang?", "Sebentar ya", "Nanti saya tulis lagi", "Ada siapa saja di rumah?", "Ibu di mana?",
        "Masih bisa jalan?", "Kalau susah, balas satu huruf saja", "Di lantai berapa, kamar nomor berapa?",
        "Matikan suara HP dulu ya", "Rasanya gimana sekarang?", "Terpaksa tutup ya", "Dia lagi periksa HP kamu?",
        "Daerah mana ya?", "Saudara kamu di mana?", "Berapa anggota keluarga?", "Can you send your location?",
        "Is the door open?", "Is the signal stable?", "Is he coming back?", "Don't go there, wait", "What skills?",
        "Which floor, which room?", "Take your time.",
    ],
)  # fmt: skip
def test_ordinary_sentences_can_be_written(text):
    assert lint(text) == ()


def test_a_promise_is_one_only_before_a_desk_has_accepted():
    assert lint("Sudah di jalan ya, tunggu.")[0].what == "promise"
    assert lint("Sudah di jalan ya, tunggu.", promises=True) == ()


def test_what_the_writer_wrote_is_not_repeated():
    said = ["Dia kunci SAYA di kamar, belakang"]
    assert [fault.words for fault in lint("Masih di kamar belakang ya", said=said)] == ["di kamar belakang"]
    assert lint("Masih di sana ya", said=said) == ()


@pytest.mark.parametrize("text", ["Api-api aja", "Mapan ya", "Sapi siapa", "Kapan hitungannya", "Rupanya begitu"])
def test_a_word_that_merely_contains_another_is_none(text):
    assert [fault for fault in lint(text) if fault.words.lower() not in ("api",)] == []


@given(some.text(max_size=300), some.lists(some.text(max_size=100), max_size=5), some.booleans())
def test_whatever_somebody_types_has_faults_or_none(text, said, promises):
    faults = lint(text, promises=promises, said=said)
    assert all(fault.what and fault.why for fault in faults)
    assert {"empty", "length"} & {fault.what for fault in faults} or (text.strip() and len(text) <= 160)


def test_a_long_text_is_linted_in_bounded_time():
    assert lint("a?" * 50_000, said=["x y z " * 20_000])
    for piece in ("a", "pukul ", "ke ", "sampai ", "kirim", "orang", ".", "\n"):
        assert lint(piece * 50_000)


# the files


def test_who_writes_another_language_is_answered_in_the_first():
    for language in ("jv", "su", "xx", ""):
        assert phrase_in(language, "safe").language == FIRST_LANGUAGE
    assert phrase_in("en", "safe").language == "en"


def write(folder, **files):
    for language, text in files.items():
        (folder / f"{language}.yaml").write_text(f"phrases:\n{text}", encoding="utf-8")
    return folder


QUESTIONS_ALONE = "  safe: {text: Aman}\n  where: {text: Di mana}\n  what: {text: Ada apa}\n"


@pytest.mark.parametrize(
    ("files", "where", "why"),
    [
        ({"en": QUESTIONS_ALONE}, "", "has no id.yaml"),
        ({"id": "  safe: {text: Aman}\n"}, "id.yaml", "phrase 'what' must be"),
        ({"id": QUESTIONS_ALONE, "en": QUESTIONS_ALONE + "  x_y: {text: Hi}\n"}, "en.yaml", "'x_y' must be in every"),
        ({"id": QUESTIONS_ALONE + "  bad: {text: Ini polisi}\n"}, "id.yaml:5", "betrays with 'polisi'"),
        ({"id": QUESTIONS_ALONE + "  bad: {text: Segera sampai}\n"}, "id.yaml:5", "before a desk has accepted"),
        ({"id": QUESTIONS_ALONE + "  bad: {tekst: Halo}\n"}, "id.yaml:5", "has no 'text'"),
        ({"id": QUESTIONS_ALONE + "  Bad: {text: Halo}\n"}, "id.yaml:5", "cannot be a name here"),
    ],
)
def test_faulty_phrases_are_refused_with_line_and_reason(tmp_path, files, where, why):
    with pytest.raises(Refused) as refused:
        load_phrases(write(tmp_path, **files))
    assert why in refused.value.why
    assert refused.value.where.endswith(where)
