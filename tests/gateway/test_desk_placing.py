"""What a desk types of a place: what it surely means, what it may mean, and what is no place at all."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.desk.not_done import NotDone
from gateway.desk.place import Offer
from gateway.desk.placing import are_guesses, choices, position
from gateway.gazetteer import gazetteer
from gateway.incident.evidence import Evidence
from gateway.incident.location import fuse
from gateway.incident.shape import Area, Circle, Point

NOW = 1_750_000_000.0
CIPINANG, BEKASI = (-6.2475, 106.8910), (-6.2350, 107.0000)


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("-6.2475,106.8910", Point(-6.2475, 106.8910)),
        ("-6.2475, 106.8910, 40", Circle(-6.2475, 106.8910, 40.0)),
        ("-6.2475 106.8910 40 m", Circle(-6.2475, 106.8910, 40.0)),
        (" -6 ; 106 ", Point(-6.0, 106.0)),
    ],
)
def test_a_position_is_taken_as_typed(text, shape):
    [one] = choices(text)
    assert one.shape == shape


@pytest.mark.parametrize(
    "text", ["0,0", "-6.2,106.8,0", "-6.2,106.8,999999", "91,181", "3.1390,101.6869", "51.5,-0.12"]
)
def test_a_position_that_cannot_be_meant_is_refused(text):
    with pytest.raises(NotDone) as refused:
        choices(text)
    assert refused.value.what == "no_position"


@pytest.mark.parametrize(
    ("text", "shape", "how"),
    [
        ("6.2,106.8", Point(-6.2, 106.8), "sign"),
        ("6.2475 106.8910 40", Circle(-6.2475, 106.8910, 40.0), "sign"),
        ("106.8910,-6.2475", Point(-6.2475, 106.8910), "swapped"),
        ("106.8910,6.2475", Point(-6.2475, 106.8910), "swapped"),
    ],
)
def test_figures_that_had_to_be_put_right_are_told_so_and_a_person_chooses(text, shape, how):
    one, *others = choices(text, names=gazetteer())
    assert (one.shape, one.how, one.is_sure, others) == (shape, how, False, [])
    assert one.label.startswith("-6.2")
    assert "Jakarta" in one.label, "what will be kept is told by name, too"
    with pytest.raises(NotDone):
        position(6.2, 106.8, 40.0)


def test_a_link_to_a_map_and_figures_among_words_are_positions_with_the_words_beside():
    [link] = choices("https://maps.google.com/?q=-6.2475,106.8910")
    assert (link.shape, link.is_sure, link.said) == (Point(-6.2475, 106.8910), True, "")
    [among] = choices("depan indomaret -6.2475,106.8910")
    assert (among.shape, among.said) == (Point(-6.2475, 106.8910), "depan indomaret -6.2475,106.8910")


def test_a_name_is_found_and_of_several_the_desk_chooses():
    [one] = choices("kel cipinang melayu")
    assert (one.shape, one.how, one.is_sure) == (Area("31.75.08.1005", "Cipinang Melayu"), "name", True)
    several = choices("Jatinegara")
    assert len(several) > 1
    assert len({choice.label for choice in several}) == len(several)


def test_what_is_typed_besides_a_name_stays_with_it_and_a_bare_name_does_not_repeat_itself():
    [one] = choices("Jl. Contoh 5, kel. Cipinang Melayu")
    assert one.said == "Jl. Contoh 5, kel. Cipinang Melayu"
    assert choices("Cipinang Melayu")[0].said == ""


KEL_CIPINANG_MELAYU = "Kel. Cipinang Melayu"
SURELY = {
    "benhil": "Kel. Bendungan Hilir",
    "tenabang": "Kec. Tanah Abang",
    "jaksel": "Jakarta Selatan",
    "ancol": "Kel. Ancol",
    "kp melayu": "Kel. Kampung Melayu",
    "mnteng dlm": "Kel. Menteng Dalam",
    "tebet jaksel": "Kec. Tebet",
    "Jatinegara, Cakung": "Kel. Jatinegara",
    "bukan menteng, tebet": "Kec. Tebet",
    "jl dr saharjo 45 menteng dalam": "Kel. Menteng Dalam",
    "dekat stasiun tebet, kel tebet timur": "Kel. Tebet Timur",
    "rt 03 rw 05 kel kebon pala": "Kel. Kebon Pala",
    "rusunawa marunda": "Kel. Marunda",
    "31.75.08.1005": KEL_CIPINANG_MELAYU,
    "kota bekasi": "Kota Bekasi",
}
"""What people say at a telephone, and the place that it surely is."""

PERHAPS = {
    "cip mel": KEL_CIPINANG_MELAYU,
    "semanggi": "Kel. Karet Semanggi",
    "stasiun tebet": "Kec. Tebet",
    "stasiun gambir": "Kec. Gambir",
    "polsek tebet": "Kec. Tebet",
    "halte bus tebet": "Kec. Tebet",
    "mall kelapa gading": "Kec. Kelapa Gading",
    "senayan city": "Kel. Senayan",
    "itc kuningan": "Kel. Karet Kuningan",
    "pgc cililitan": "Kel. Cililitan",
    "mrt lebak bulus": "Kel. Lebak Bulus",
    "pik 2": "Kel. Kamal Muara",
    "jl margonda raya, depok": "Kota Depok",
    "kmyoran": "Kec. Kemayoran",
    "cpnang mlayu": KEL_CIPINANG_MELAYU,
    "monas": "Kel. Kayu Manis",
    "rasuna": "Kel. Ragunan",
    "bandengan": "Kel. Bendungan Hilir",
    "sency": "Kel. Senayan",
    "puri": "Kel. Pulau Pari",
    "cipto": "Kel. Cipete Selatan",
}
"""What it may be: nothing of it is kept unless a person chooses it, beside the words alone."""

WORDS_ALONE = (
    "jl raya bogor km 20", "jl rasuna said", "jl sudirman", "jl gajah mada", "jl tb simatupang", "Jl. Tebet Raya 10",
    "gang haji saidi", "tol cawang", "gerbang tol cililitan", "pintu tol cawang", "km 5 tol dalam kota",
    "stasiun manggarai", "terminal kampung rambutan", "halte tosari", "rs cipto", "rs fatmawati", "rscm", "tmii", "gbk",
    "blok m", "kota tua", "pasar senen", "bundaran hi", "grand indonesia", "plaza senayan", "pondok indah mall",
    "pluit village", "dekat monas", "arah kalibata", "cibubur junction", "xyzzy qwrtp",
)  # fmt: skip
"""Streets, toll gates, stations, malls and the like that are no area's name, whatever they sound like."""


@pytest.mark.parametrize(("text", "label"), SURELY.items())
def test_what_is_surely_named_is_one_choice_that_says_what_will_be_kept(text, label):
    [one] = choices(text)
    assert one.is_sure
    assert one.label.startswith(label), one.label
    assert isinstance(one.shape, Area)


@pytest.mark.parametrize(("text", "label"), PERHAPS.items())
def test_what_is_only_guessed_is_never_sure_and_stands_beside_the_words_alone(text, label):
    found = choices(text)
    assert not any(choice.is_sure for choice in found)
    assert found[0].label.startswith(label), found[0].label
    assert [choice.how for choice in found].count("words") == 1
    assert (found[-1].how, found[-1].label) == ("words", text)


@pytest.mark.parametrize(
    "text", ["monas", "rasuna", "bandengan", "sency", "cipto", "xyzzy qwrtp", "jl raya bogor km 20"]
)
def test_that_no_place_of_the_name_is_known_is_told_with_the_guesses(text):
    assert are_guesses(choices(text))
    assert not are_guesses(choices("stasiun tebet"))
    assert not are_guesses(choices("tebet"))


@pytest.mark.parametrize("text", WORDS_ALONE)
def test_a_street_a_toll_gate_or_a_mall_is_no_area_and_its_words_are_no_place(text):
    [one] = choices(text)
    assert (one.how, one.is_sure, one.label) == ("words", False, text)
    fix = Evidence("network_cell", Circle(*CIPINANG, 694.0), NOW, NOW)
    said = one.chosen().evidence("112-1", NOW + 1)
    assert (said.source, said.label, said.original.decode()) == ("desk_words", text, text)
    assert fuse([fix, said], NOW + 2, names=gazetteer()) == fuse([fix], NOW + 2, names=gazetteer()), "it moves nothing"
    assert not fuse([said], NOW + 2).is_known


def test_of_several_names_of_one_area_a_misspelt_one_is_chosen_and_a_right_one_is_not_a_guess():
    assert [choice.how for choice in choices("kemayoran")] == ["name", "name"]
    assert {choice.how for choice in choices("kmyoran")} == {"guess", "words"}


@settings(deadline=None, max_examples=50)
@given(st.sampled_from(sorted(gazetteer().names.items())), st.sampled_from(("jl ", "jalan raya ", "jln. ")))
def test_no_street_is_an_area_whatever_area_it_is_named_after(area, cue):
    code, name = area
    if len(code) == 13 and name.isalpha():
        assert {choice.how for choice in choices(f"{cue}{name} 12")} <= {"words"}


@pytest.mark.parametrize("text", ["!!!", "\x1b[31m", "9" * 500])
def test_what_means_nothing_is_refused(text):
    with pytest.raises(NotDone) as refused:
        choices(text)
    assert refused.value.what == "no_place"


def test_without_a_text_the_telephones_near_by_are_the_choices():
    offers = [Offer(*CIPINANG, 30.0, NOW), Offer(*BEKASI, None, NOW)]
    assert [choice.shape for choice in choices("  ", offers)] == [Circle(*CIPINANG, 30.0), Point(*BEKASI)]
    with pytest.raises(NotDone) as refused:
        choices("")
    assert refused.value.what == "give_place"
