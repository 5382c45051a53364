"""The lexicon's files, and `gateway112 read`."""

import io
import json
import shutil
from argparse import Namespace

import pytest

from gateway.incident.errors import Refused
from gateway.reading import command, knowledge
from gateway.reading.lexicon import FOLDER, lexicon
from gateway.settings import read as settings
from gateway.yaml_file import read as yaml

KEYS = {
    "id", "nature", "queue", "priority", "life_threat", "child", "silent", "place", "coordinates", "why",
}  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(FOLDER, tmp_path / "lexicon")


def run(capsys, text=None, jsonl=None):
    code = command.run(Namespace(text=text, jsonl=jsonl), settings())
    out, err = capsys.readouterr()
    return code, [json.loads(line) for line in out.splitlines()], err


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.name)
def test_each_entry_says_what_it_means(path):
    if path.stem not in ("shorthand", "language", "plain"):
        for name, node in yaml(path).value.items():
            assert node.value.get("means"), f"{path.name}:{node.line}: {name} has no `means`"


def test_no_short_word_is_read_as_two():
    seen = {}
    for word, node in yaml(FOLDER / "shorthand.yaml").value.items():
        for short in (part.strip() for part in node.value.split(",")):
            assert seen.setdefault(short, word) == word, f"{short} is {seen[short]} and {word}"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("  sgin: 2", "sgin"),
        ("  nature: violins", "violins"),
        ("  weight: much", "much"),
        ("  flags: rescued", "rescued"),
        ("  act: unkind", "unkind"),
    ],
)
def test_a_fault_in_the_lexicon_is_refused_with_its_line(folder, line, why):
    file = folder / "body.yaml"
    file.write_text(f"body:\n  means: parts\n{line}\n  words: kepala\n", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        lexicon(folder)
    assert refused.value.where.startswith("body.yaml:")
    assert why in refused.value.why


def test_the_lexicon_is_loaded_once():
    assert knowledge() is knowledge()


def test_a_text_is_read_with_queue_and_priority_by_the_rules(capsys):
    code, (answer,), _ = run(capsys, "saya dipukul suami di cipinang mlayu")
    assert code == 0
    assert answer.keys() == KEYS
    assert (answer["nature"], answer["queue"], answer["priority"]) == ("violence", "110", 1)
    assert answer["place"] == {"kelurahan": "Cipinang Melayu", "kecamatan": "Makasar", "city": "Jakarta Timur"}
    assert answer["coordinates"] is None


@pytest.mark.parametrize(
    ("text", "queue"),
    [
        ("dipukul suami, kepala saya berdarah", "118"),
        ("bapak serangan jantung", "118"),
        ("rumah kebakaran", "113"),
        ("gas bocor bau banget", "113"),
        ("motor dibegal", "110"),
        ("tabrakan motor, kakinya patah", "118"),
        ("tabrakan mobil, ga ada yang luka", "110"),
        ("banjir, kami terjebak di atap", "113"),
        ("ular masuk rumah", "113"),
        ("tolong", "112"),
    ],
)
def test_who_comes_first(capsys, text, queue):
    assert run(capsys, text)[1][0]["queue"] == queue


def test_lines_of_a_file_are_read_and_a_bad_one_is_named_while_the_others_are_read(capsys, tmp_path):
    file = tmp_path / "texts.jsonl"
    file.write_bytes(
        b'{"id": 1, "text": "rumah kebakaran"}\nno json\n[]\n{"id": 2}\n\n{"id": "x", "text": 5}\n'
        b'{"id": "b", "text": ""}\n\xff\n'
    )
    code, answers, err = run(capsys, jsonl=str(file))
    assert code == 1
    assert [answer["id"] for answer in answers] == [1, "b"]
    for line in (2, 3, 4, 6, 8):
        assert f"{file}:{line}: " in err
    assert "2 texts read, 5 lines refused" in err


def test_standard_input_is_read(capsys, monkeypatch):
    lines = io.TextIOWrapper(io.BytesIO(b'{"id": 1, "text": "tulung, omahku kobong"}\n'))
    monkeypatch.setattr("sys.stdin", lines)
    code, (answer,), _ = run(capsys, jsonl="-")
    assert (code, answer["nature"]) == (0, "fire")


def test_a_file_that_is_not_there_is_named(capsys):
    with pytest.raises(Refused, match=r"nowhere\.jsonl"):
        run(capsys, jsonl="nowhere.jsonl")


def test_it_must_be_asked_for_one_thing(capsys):
    assert run(capsys)[0] == 2
    assert run(capsys, "a", "b")[0] == 2


def test_a_lone_surrogate_is_printed(capsys):
    assert run(capsys, "tolong \ud800 kebakaran")[1][0]["nature"] == "fire"
