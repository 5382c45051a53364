"""YAML from outside: each value with its line, nothing executed, no bomb, no guess."""

import pytest

from gateway.incident.errors import Refused
from gateway.yaml_file import LARGEST_BYTES, parse, read


def refusal(text):
    with pytest.raises(Refused) as refused:
        parse(text, "x.yaml")
    return refused.value


def test_every_value_knows_its_line():
    root = parse("a: 1\nb:\n  - x\n  - y\n", "x.yaml")
    assert root.value["a"].where == "x.yaml:1"
    assert [item.where for item in root.value["b"].value] == ["x.yaml:3", "x.yaml:4"]


@pytest.mark.parametrize("text", ["0110", "1:30", "1e3", "yes", "2024-01-01", "0x1f", ".inf"])
def test_a_value_stays_as_it_is_written(text):
    assert parse(f"a: {text}", "x.yaml").value["a"].value == text


@pytest.mark.parametrize("text", ["", "~", "null"])
def test_nothing_is_none_but_in_quotes_it_is_text(text):
    assert parse(f"a: {text}", "x.yaml").value["a"].value is None
    assert parse(f"a: '{text}'", "x.yaml").value["a"].value == text


def test_an_empty_file_is_an_empty_mapping():
    assert parse("# nothing yet\n", "x.yaml").value == {}


def test_malformed_text_is_refused_with_its_line():
    assert refusal("a: 1\nb: [1, 2\nc: 3\n").where == "x.yaml:3"
    assert refusal("a: 1\n\tb: 2\n").where == "x.yaml:2"


def test_a_key_said_twice_is_refused_with_both_lines():
    fault = refusal("a: 1\nb: 2\na: 3\n")
    assert (fault.where, "first in line 1" in fault.why) == ("x.yaml:3", True)


def test_a_tag_that_would_make_an_object_is_refused():
    fault = refusal("a: !!python/object/apply:os.system ['touch /tmp/pwned']\n")
    assert fault.where == "x.yaml:1"
    assert "tag" in fault.why


@pytest.mark.parametrize("text", ["a: &x [1]\nb: *x\n", "a: &x {b: 1}\nc: {<<: *x}\n", "a: 1\nb: *nobody\n"])
def test_anchors_and_aliases_are_refused(text):
    assert "anchor" in refusal(text).why


def test_a_bomb_of_aliases_is_refused_before_it_grows():
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    assert refusal("\n".join(lines)).where == "x.yaml:1"


def test_endless_nesting_is_refused_and_does_not_exhaust_the_stack():
    assert "nested" in refusal("[" * 50_000).why


def test_a_second_document_is_refused():
    assert refusal("a: 1\n---\na: 2\n").where == "x.yaml:2"


def test_a_list_as_a_key_is_refused():
    assert refusal("? [a, b]\n: 1\n").where == "x.yaml:1"


def test_control_characters_are_refused():
    assert "x.yaml" in refusal("a: \x00\n").where


def test_a_file_that_is_too_large_is_refused_unread(tmp_path):
    file = tmp_path / "big.yaml"
    file.write_bytes(b"a: " + b"x" * LARGEST_BYTES)
    with pytest.raises(Refused, match="larger than"):
        read(file)


def test_a_file_in_another_encoding_is_refused_with_its_line(tmp_path):
    file = tmp_path / "latin.yaml"
    file.write_bytes("a: 1\nb: café\n".encode("latin-1"))
    with pytest.raises(Refused, match=r"latin\.yaml:2: is not UTF-8"):
        read(file)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(Refused, match="cannot be read"):
        read(tmp_path / "none.yaml")
