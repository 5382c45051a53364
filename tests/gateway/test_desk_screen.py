"""What a desk's terminal shows: everything it must, and nothing that moves it."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from gateway.desk.duty import OUTCOMES, Listed
from gateway.desk.harmless import harmless
from gateway.desk.labels import LABELS
from gateway.desk.plain import listed_plainly
from gateway.desk.presence import Standing
from gateway.desk.screen import frame
from gateway.desk.screen.view import Row, View, clock
from gateway.desk.words import FAULTS, NOT_DONE, STATUSES
from gateway.desk.words import OUTCOMES as OUTCOME_WORDS
from gateway.incident.timeline import Kind
from gateway.language import LANGUAGES
from gateway.messages.thread import Delivery
from gateway.store.waiting import TASK, Wait
from tests.gateway.test_desk_case import (
    AGAIN,
    NOW,
    OPENED,
    STABBED,
    alike,
    filed,
    message,
    of_call,
    reply,
    seen,
    told,
)  # fmt: skip

STYLE = re.compile(r"\x1b\[[0-9;]*m")
HOSTILE = (
    "halo\x1b[2J\x1b]0;x\x07 [red]merah[/red] :smile: \u202emuka\u2066 \x9b2J\r\nbaris dua\u2028tiga " + "a\u0300" * 50
)


def shown(view, width=100, height=30):
    lines = [STYLE.sub("", line) for line in frame(view, width, height)]
    assert len(lines) == height
    assert all(cell_len(line) <= width for line in lines)
    return "\n".join(lines)


def view(**values):
    return View(desk="110-1", short="Polisi", now=NOW + 65, **values)


def row(case, number=1, section="waiting", wait=None, news=0):
    wait = wait or Wait("i1", "110", "110", 1, NOW, NOW, bound=30, raised=True)
    return Row(number, section, Listed(case, wait), news)


@pytest.mark.parametrize("width", [60, 100, 200])
@pytest.mark.parametrize("height", [12, 30])
def test_nothing_a_writer_sends_drives_the_terminal(width, height):
    case = seen("110", OPENED, message(text=HOSTILE), filed(why=[{"what": "violence", "words": HOSTILE, "rule": "x"}],
        place={"street": HOSTILE, "landmark": HOSTILE}))  # fmt: skip
    for screen in (view(case=case), view(rows=[row(case)]), view(typed=HOSTILE)):
        text = shown(screen, width, height)
        assert not [letter for letter in text if not letter.isprintable() and letter != "\n"]
    assert "[red]merah[/red] :smile: muka" in shown(view(case=case), 200, 30)


@given(st.text(max_size=300))
def test_any_text_becomes_one_line_of_printable_letters(text):
    line = harmless(text)
    assert line.isprintable()
    assert harmless(line) == line


def test_a_long_text_is_cut_where_one_sees_it():
    assert harmless("a" * 100, 10) == "aaaaaaaaa…"


def test_the_list_tells_who_waits_how_urgent_and_where():
    text = shown(view(rows=[row(seen("110"), number=7)]))
    for expected in ("7", "1:05", "kekerasan", "ancaman nyawa", "jangan ditelepon", "batas waktu", "jl. contoh"):
        assert expected in text


def test_a_case_that_may_go_on_and_a_text_that_came_late_are_told_of():
    text = shown(view(case=seen("110", *AGAIN)), 140)
    assert "kasus sebelumnya: kekerasan (i0), mungkin berlanjut" in text
    assert re.search(r"rumah kebakaran +\[ditulis \d\d/\d\d \d\d:\d\d, terlambat datang\]", text)
    other = shown(view(case=seen("113", *AGAIN)), 140)
    assert "sebelumnya" not in other
    assert "ppa" not in other


def test_a_discreet_case_shows_nothing_of_what_it_is():
    for screen in (view(rows=[row(seen("118"))]), view(case=seen("118"))):
        text = shown(screen)
        assert "terluka" in text or "ancaman nyawa" in text
        for betraying in ("kekerasan", "suami", "ppa", "+62"):
            assert betraying not in text


def test_an_open_case_shows_warnings_place_reasons_and_the_thread_with_its_deliveries():
    case = seen("110", *STABBED, told(Kind.MUTED, 3, why="opt_out"), reply())
    text = shown(view(case=case))
    for expected in (
        "JANGAN DITELEPON", "ANCAMAN NYAWA", "penulis minta berhenti", "+6281200000001", "lokasi tidak diketahui",
        "RT 5",
        "kekerasan “ditusuk suaminya”", "suamiku lagi mukul", "110-1     Halo  [antre]", "diberi tahu: 110, ppa",
    ):  # fmt: skip
        assert expected in text


def test_a_long_thread_shows_its_end_and_can_be_scrolled_back():
    case = seen("110", OPENED, *(message(f"m{number}", f"pesan ke {number}", at=number) for number in range(100)))
    assert "pesan ke 99" in shown(view(case=case))
    assert "pesan ke 0 " not in shown(view(case=case))
    assert "pesan ke 99" not in shown(view(case=case, scroll=40))
    assert re.search(r"pesan ke 0\s", shown(view(case=case, scroll=1000)))


def test_a_store_that_is_away_and_a_desk_opened_elsewhere_stand_on_top():
    assert "PENYIMPAN TIDAK TERJANGKAU" in shown(view(store_away=True))
    assert "dibuka di tempat lain" in shown(view(standing=Standing.TAKEN))


def test_everything_is_said_in_both_languages():
    assert LABELS["id"].keys() == LABELS["en"].keys()
    assert len(LANGUAGES) == 2
    assert set(OUTCOMES) == set(OUTCOME_WORDS)
    assert {"", *Delivery} == set(STATUSES)
    holes = re.compile(r"\{\w*\}")
    for name, words in LABELS["id"].items():
        assert sorted(holes.findall(words)) == sorted(holes.findall(LABELS["en"][name])), name
    for first, second in NOT_DONE.values():
        assert sorted(holes.findall(first)) == sorted(holes.findall(second))
    assert FAULTS["agency"] == ("menyebut instansi", "names an agency")


def test_english_is_shown_to_who_asks_for_it():
    assert "DO NOT CALL" in shown(view(case=seen("110"), language="en"))


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (65, "1:05"), (3725, "1:02:05"), (-3, "0:00")])
def test_a_wait_is_read_like_a_clock(seconds, text):
    assert clock(seconds) == text


def test_who_has_the_words_alone_sees_so_and_what_becomes_of_the_task():
    parted = told(Kind.PARTED, 2, **{"medium": "message", "from": "118", "queue": "110"})
    words = Wait("i1", "110", "110", 1, NOW, NOW, part="words")
    case = seen("110", *STABBED, parted)
    assert "pesannya saja" in shown(view(rows=[row(case, wait=words)]), 160)
    assert "tugas: 118, belum diterima" in shown(view(case=case, wait=words))
    about = {"medium": "message", "part": "task", "queue": "118", "desk": "118-1"}
    taken = seen("110", *STABBED, parted, told(Kind.ACCEPTED, 3, **about))
    assert "tugas: 118, pada meja 118-1" in shown(view(case=taken))
    done = seen("110", *STABBED, parted, told(Kind.DONE, 4, **about, outcome="helped"))
    assert "tugas: 118, selesai (tertangani)" in shown(view(case=done))


def test_who_has_the_task_alone_is_told_how_to_end_it_and_of_nobody_else():
    parted = told(Kind.PARTED, 2, **{"medium": "message", "from": "118", "queue": "110"})
    screen = shown(view(case=seen("118", *STABBED, parted)))
    assert "/tutup" in screen
    assert "110" not in screen.replace("110-1", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_screen_tells_who_may_not_know_of_violence_which_of_two_cases_is_one(language):
    violence, other = alike()
    whole = Wait("i1", "118", "118", 2, NOW, NOW, bound=30, raised=True)

    def screens(entries, wait):
        case = seen("118", *entries)
        views = (View("118-1", "AGD", language, NOW + 65, case=case, wait=wait),
                 View("118-1", "AGD", language, NOW + 65, rows=[row(case, wait=wait)]))  # fmt: skip
        return [shown(each, 120) for each in views], listed_plainly(Listed(case, wait))

    for moment in violence:
        assert screens(moment, replace(whole, part=TASK, violent=True)) == screens(other, whole)


@pytest.mark.parametrize(("language", "help_word"), [("id", "/bantuan"), ("en", "/help")])
def test_the_keys_fit_a_terminal_of_80_columns_and_help_is_always_there(language, help_word):
    discreet = seen("118", *STABBED, told(Kind.PARTED, 2, **{"medium": "message", "from": "118", "queue": "110"}))
    for name in ("list_keys", "case_keys", "look_keys"):
        assert len(LABELS[language][name]) < 80
    for case in (None, seen("110"), discreet):
        assert help_word in shown(view(case=case, language=language), 40)


def test_a_question_shows_what_was_said_before_it_and_what_is_typed_at_it():
    screen = shown(view(question="Kirim?", notice="DIBATALKAN", answer="y", typed="lain"), 80)
    assert screen.index("DIBATALKAN") < screen.index("Kirim?") < screen.index("> y")
    assert "lain" not in screen


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ([of_call(Kind.OPENED, 0, medium="call")], "menunggu"),
        (
            [of_call(Kind.OPENED, 0), of_call(Kind.ANSWERED, 5, desk="110-2"), of_call(Kind.ENDED, 9)],
            "dijawab meja 110-2",
        ),
        ([of_call(Kind.OPENED, 0), of_call(Kind.ABANDONED, 5)], "telepon sudah berakhir"),
    ],
)
def test_a_case_of_a_call_says_whether_it_waits_or_was_answered(entries, words):
    headline = next(line for line in shown(view(case=seen("110", *entries))).splitlines() if " P1 " in line)
    assert words in headline
    assert ("menunggu" in headline) == (words == "menunggu")
