"""What a desk types becomes a place: by any spelling that is known, by its beginning, with what it lies in."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway import settings as settings_table
from gateway.__main__ import main
from gateway.gazetteer import gazetteer
from gateway.gazetteer.meaning import meaning, suggestions
from gateway.gazetteer.place_names import place_names
from gateway.gazetteer.search import KINDS, LONGEST, How, complete
from gateway.gazetteer.typed import position_of, typed
from gateway.incident.errors import Refused
from gateway.incident.shape import Area, Point

NAMES = gazetteer().names


def find(text):
    """What a person's words name, and no guess."""
    return [match for match in meaning(text).matches if match.how is not How.GUESS]


def first(text):
    found = complete(text)
    return found[0].code if found else None


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("cip mel", "31.75.08.1005"),
        ("cipinang mel", "31.75.08.1005"),
        ("CIPINANGMEL", "31.75.08.1005"),
        ("cpng mly", "31.75.08.1005"),
        ("cipinang malayu", "31.75.08.1005"),
        ("tj priok", "31.72.02"),
        ("tanjung priuk", "31.72.02"),
        ("kel tanjung priok", "31.72.02.1001"),
        ("tenabang", "31.71.07"),
        ("jaksel", "31.74"),
        ("jakarta sel", "31.74"),
        ("grogol sel", "31.74.05.1005"),
        ("kp tengah", "31.75.04.1002"),
        ("harapan mulya", "31.71.03.1003"),
        ("jatinegara cakung", "31.75.06.1001"),
        ("duren saw jaktim", "31.75.07"),
        ("kec duren sawit", "31.75.07"),
        ("kemb", "31.73.08"),
        ("kembangn", "31.73.08"),
        ("bekasi", "32.16"),
        ("kota bek", "32.75"),
        ("tangsel", "36.74"),
        ("depok", "32.76"),
        ("31.75.08", "31.75.08"),
    ],
)
def test_the_likeliest_completion_comes_first(typed, code):
    assert first(typed) == code


def test_a_name_of_several_areas_gives_them_all_each_with_what_it_lies_in():
    assert [str(match) for match in complete("jatinegara")] == [
        "Kec. Jatinegara (Jakarta Timur)",
        "Kel. Jatinegara (Kec. Cakung, Jakarta Timur)",
        "Kel. Jatinegara Kaum (Kec. Pulogadung, Jakarta Timur)",
    ]


def test_the_beginning_of_a_name_goes_before_the_middle_of_another():
    names = [match.name for match in complete("menteng")]
    assert names[:4] == ["Menteng", "Menteng", "Menteng Atas", "Menteng Dalam"]
    assert "Ujung Menteng" in names


def test_a_cue_leaves_only_its_level():
    assert {match.kind for match in complete("kel menteng")} == {"kelurahan"}
    assert {match.kind for match in complete("kec. men")} == {"kecamatan"}


def test_no_more_are_given_than_asked_for_and_none_for_nothing():
    assert len(complete("p", limit=3)) == 3
    for nothing in ("", "   ", "!?", "xyzzy"):
        assert complete(nothing) == []
    assert complete("menteng", limit=0) == []


def test_every_name_completes_to_itself_and_is_found_by_its_own_name():
    for code, name in NAMES.items():
        if len(code) not in KINDS:
            continue
        assert code in {match.code for match in complete(name, limit=12)}, name
        if code.startswith("31."):
            assert code in {match.code for match in find(name)}, name


def test_a_name_with_what_it_lies_in_is_one_place():
    for code, name in NAMES.items():
        if not code.startswith("31.") or len(code) != 13:
            continue
        kecamatan, city = NAMES[code[:8]], NAMES[code[:5]]
        found = find(f"Kelurahan {name}, Kecamatan {kecamatan}, {city}")
        assert [match.code for match in found] == [code], name


def test_every_alias_that_is_shipped_is_found():
    lost = [plain for plain, name in place_names().spelled.items() if name.codes and "outside" not in name.codes]
    assert lost
    for plain in lost:
        assert complete(plain), plain


def test_a_misspelt_name_costs_more_than_the_right_one():
    right, wrong = (meaning(text).matches[0] for text in ("kebayoran lama", "kebayron lamah"))
    assert (right.code, right.cost, right.how) == (wrong.code, 0.0, How.NAME)
    assert (wrong.cost > 0, wrong.how) == (True, How.GUESS)


def test_a_word_of_several_names_is_no_misspelt_other_name():
    assert {match.name for match in find("malaka")} == {"Malaka Jaya", "Malaka Sari", "Roa Malaka"}


def test_a_cue_says_which_of_two_is_meant_where_there_are_two():
    assert [match.kind for match in find("kel menteng")] == ["kelurahan"]
    assert [match.kind for match in find("kec. menteng")] == ["kecamatan"]
    assert [match.kind for match in find("kec cipinang melayu")] == ["kelurahan"]


def test_names_beyond_what_we_know_name_nothing():
    for text in ("surabaya", "", "taman mini", "jalan tidak ada", "x" * 5000):
        assert find(text) == []


@settings(deadline=None)
@given(st.text(max_size=2 * LONGEST), st.integers(-1, 20))
def test_whatever_is_typed_gets_an_answer_of_known_areas(text, limit):
    for match in (*complete(text, limit), *meaning(text).matches, *suggestions(text, limit)):
        assert NAMES[match.code] == match.name
    assert max(len(complete(text, limit)), len(suggestions(text, limit))) <= max(0, limit)


@settings(deadline=None)
@given(st.sampled_from([code for code in NAMES if len(code) > 2]), st.data())
def test_any_beginning_of_a_name_gives_that_name_among_others(code, data):
    name = NAMES[code]
    length = data.draw(st.integers(4, max(4, len(name))))
    assert code in {match.code for match in complete(name[:length], limit=400)}


@pytest.mark.parametrize("text", ["-6.2475,106.891", "-6.2475 106.891", " -6.2475 ; 106.8910 ", "-6.2475, 106.891"])
def test_a_position_is_typed_in_several_ways(text):
    assert position_of(text) == (-6.2475, 106.891)
    assert typed(text).shape == Point(-6.2475, 106.891)


def test_a_typed_place_may_be_a_name_or_a_code_and_is_refused_with_what_to_do_otherwise():
    assert typed("cipinang melayu").shape == Area("31.75.08.1005", "Cipinang Melayu")
    assert typed("31.75").shape == Area("31.75", "Jakarta Timur")
    for text, why in (
        ("106.891,-6.2475", "latitude comes first"),
        ("48.1,11.5", "not in Indonesia"),
        ("rumah saya", "no such place"),
        ("monas", "no such place; 31.75.01.1003 .*Kayu Manis.* only like it"),
        ("6.2,106.8", "is -6.2 meant"),
    ):
        with pytest.raises(Refused, match=why):
            typed(text)


@pytest.fixture
def state(tmp_path, monkeypatch):
    monkeypatch.setenv("GATEWAY112_STATE", str(tmp_path))
    return settings_table.read()


def test_the_command_completes_a_name_and_names_a_position(state, capsys):
    assert main(["place", "cip", "mel"]) == 0
    assert capsys.readouterr().out == "31.75.08.1005  Kel. Cipinang Melayu (Kec. Makasar, Jakarta Timur)\n"
    assert main(["place", "--json", "cip mel"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["within"] == "Kec. Makasar, Jakarta Timur"
    assert main(["place", "-6.2475,106.8910"]) == 0
    told = capsys.readouterr().out
    assert "Jakarta Timur" in told
    assert "Puskesmas Kecamatan Makasar" in told
    assert "without boundaries" in told
    assert main(["place", "--json", "--radius", "50", "-6.2349", "106.9896"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["place"]["neighbour"] == "32.75"
    assert told["exact"] is False
    assert main(["place", "xyzzy"]) == 1


def test_the_command_says_of_a_guess_that_it_is_one_and_of_a_street_that_it_names_no_area(state, capsys):
    assert main(["place", "monas"]) == 1
    first, *guesses = capsys.readouterr().out.splitlines()
    assert first == "no place of that name is known"
    assert all("A GUESS" in line for line in guesses)
    assert main(["place", "jl raya bogor km 20"]) == 1
    assert capsys.readouterr().out == "a street or a landmark names no area\n"
    assert main(["place", "stasiun tebet"]) == 0
    assert "it may be elsewhere" in capsys.readouterr().out
    assert main(["place", "6.2,106.8"]) == 2
    assert "is -6.2 meant" in capsys.readouterr().err
