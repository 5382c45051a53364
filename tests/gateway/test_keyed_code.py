"""The table of codes on posts and stops: imported strictly, looked up without ever costing a caller anything."""

import json
import sqlite3

import pytest

from gateway.__main__ import main
from gateway.evidence import Sources
from gateway.evidence.keyed_code import FILE, KINDS, entry, find, has_check_digit, near_misses
from gateway.evidence.table import Table, replace
from gateway.incident.errors import EvidenceRefused, Refused
from gateway.incident.evidence import Evidence
from gateway.incident.shape import Area, Circle
from tests.gateway_in_process import made_up_settings

NOW = 1_750_000_000.0
STOP = {"code": "47-1 1", "kind": "stop", "label": "Halte Contoh", "lat": "-6.2", "lon": "106.8", "radius_m": "20"}
LINE = "4711,stop,Halte Contoh,-6.2,106.8,20,"
HEAD = "code,kind,label,lat,lon,radius_m,area\n"


@pytest.fixture
def state(tmp_path, monkeypatch):
    monkeypatch.setenv("GATEWAY112_STATE", str(tmp_path / "state"))
    return tmp_path / "state"


def file(tmp_path, *lines):
    path = tmp_path / "codes.csv"
    path.write_text(HEAD + "\n".join(lines) + "\n")
    return str(path)


def test_a_code_is_the_digits_on_the_post_and_names_its_place(tmp_path):
    code, content = entry(STOP)
    assert code == "4711"
    replace(tmp_path / FILE, [(code, content)])
    found = find("4711", NOW, Table(tmp_path / FILE))
    assert isinstance(found, Evidence)
    assert (found.source, found.shape, found.observed_at) == ("keyed_code", Circle(-6.2, 106.8, 20.0), NOW)
    assert (found.label, found.original) == ("Halte Contoh (stop, 4711)", b"4711")


def test_a_code_may_name_an_area(tmp_path):
    code, content = entry({"code": "4711", "kind": "park", "label": "Taman Contoh", "area": "31.75.08.1003"})
    replace(tmp_path / FILE, [(code, content)])
    found = find("4711", NOW, Table(tmp_path / FILE))
    assert isinstance(found, Evidence)
    assert isinstance(found.shape, Area)


def test_an_unknown_code_is_refused_by_its_name_and_goes_by_no_other(tmp_path):
    replace(tmp_path / FILE, [entry(STOP)])
    found = find("4712", NOW, Table(tmp_path / FILE))
    assert isinstance(found, EvidenceRefused)
    assert (found.source, found.original) == ("keyed_code", b"4712")
    assert "4712" in found.why


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "{}", '{"label": 1}', json.dumps({"label": "x", "kind": "stop", "shape": 7})]
)
def test_a_damaged_table_is_a_refusal(tmp_path, content):
    replace(tmp_path / FILE, [("4711", content)])
    assert isinstance(find("4711", NOW, Table(tmp_path / FILE)), EvidenceRefused)


def test_a_file_that_is_no_table_is_a_refusal(tmp_path):
    (tmp_path / FILE).write_bytes(b"no table at all" * 100)
    assert isinstance(find("4711", NOW, Table(tmp_path / FILE)), EvidenceRefused)


def test_without_a_table_a_code_is_refused_and_nothing_else_happens(tmp_path):
    found = Sources(made_up_settings(tmp_path), lambda: None).keyed("4711", NOW)
    assert isinstance(found, EvidenceRefused)
    assert "codes import" in found.why


def test_a_fault_of_ours_is_a_refusal(tmp_path, monkeypatch):
    sources = Sources(made_up_settings(tmp_path), lambda: None)
    monkeypatch.setattr(sources, "_codes", None)
    assert isinstance(sources.keyed("4711", NOW), EvidenceRefused)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"code": "12"}, "code"), ({"code": "12345678901"}, "code"), ({"code": "JKT-4711"}, "code"),
        ({"code": "\u0661\u0662\u0663"}, "code"), ({"code": ""}, "code"), ({"kind": "house"}, "kind"),
        ({"label": ""}, "label"), ({"label": "Rumah Aman Contoh"}, "label"), ({"lat": "106.8", "lon": "-6.2"}, "lat"),
        ({"lat": "", "lon": "", "radius_m": ""}, "lat"), ({"radius_m": "0"}, "radius_m"),
    ],
)  # fmt: skip
def test_a_line_at_fault_is_refused_by_its_column(change, where):
    with pytest.raises(Refused) as refused:
        entry(STOP | change)
    assert refused.value.where == where


def test_only_a_post_of_the_police_may_bear_the_name_that_they_give_their_posts():
    named = {"label": "Pos Polisi Rumah Aman Contoh"}
    assert entry(STOP | named | {"kind": "police_post"})
    with pytest.raises(Refused):
        entry(STOP | named)


@pytest.mark.parametrize(
    ("code", "good"), [("79927398713", True), ("79927398710", False), ("47117", False), ("00000", True)]
)
def test_a_check_digit_is_luhns(code, good):
    assert has_check_digit(code) is good


def test_a_check_digit_finds_every_single_wrong_digit():
    good = next(f"47112{digit}" for digit in "0123456789" if has_check_digit(f"47112{digit}"))
    wrong = [good[:at] + digit + good[at + 1 :] for at in range(6) for digit in "0123456789" if good[at] != digit]
    assert not any(map(has_check_digit, wrong))


def test_codes_that_one_wrong_digit_makes_of_each_other_are_found():
    assert list(near_misses(["4711", "4712", "5820", "47110"])) == [("4711", "4712")]


def test_import_puts_the_whole_table_in_use_and_list_prints_it(tmp_path, state, capsys):
    assert main(["codes", "list"]) == 0
    assert main(["codes", "import", file(tmp_path, LINE)]) == 0
    assert main(["codes", "list"]) == 0
    assert "4711 stop | Halte Contoh" in capsys.readouterr().out
    assert (state / FILE).stat().st_mode & 0o077 == 0


def test_check_changes_nothing_and_tells_of_codes_that_a_wrong_key_makes_another(tmp_path, state, capsys):
    assert main(["codes", "check", file(tmp_path, LINE, LINE.replace("4711", "4712"))]) == 0
    told = capsys.readouterr()
    assert "4711 and 4712" in told.err
    assert "check digit" in told.err
    assert not (state / FILE).exists()


def test_a_file_with_one_bad_line_is_refused_as_a_whole(tmp_path, state, capsys):
    assert main(["codes", "import", file(tmp_path, LINE, "12,stop,x,-6,106,20,")]) == 2
    assert "line 3" in capsys.readouterr().err
    assert not (state / FILE).exists()


def test_a_new_table_is_seen_without_a_restart(tmp_path):
    settings = made_up_settings(tmp_path)
    sources = Sources(settings, lambda: None)
    assert isinstance(sources.keyed("4711", NOW), EvidenceRefused)
    replace(settings.state / FILE, [entry(STOP)])
    assert isinstance(sources.keyed("4711", NOW), Evidence)


def test_every_kind_is_a_word_without_people():
    assert not {"house", "home", "shelter", "person"} & set(KINDS)


def test_the_table_opens_no_file_for_writing(tmp_path):
    replace(tmp_path / FILE, [entry(STOP)])
    table = Table(tmp_path / FILE)
    find("4711", NOW, table)
    with pytest.raises(sqlite3.OperationalError):
        table._current().execute("DELETE FROM entries")
