"""The linear model: what it sees of a text, and that its sums are right."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.incident.errors import Refused
from gateway.training import read_model, write
from sms.model import SCALE, Model, features, lanes

WEIGHTS = st.lists(st.floats(-30, 30), min_size=3, max_size=3)


@given(st.dictionaries(st.sampled_from(["pukul", " puku", "ul ", "dia", " dia ", "dia pukul"]), WEIGHTS), st.text())
def test_the_sum_in_lanes_is_the_sum_of_weights(weights, other):
    text = f"dia pukul {other}"
    model = Model(("a", "b", "c"), (0.5, -1.0, 0.0), {name: lanes(row) for name, row in weights.items()})
    found = [row for name, row in weights.items() if name in features(text)]
    for label, (name, intercept) in enumerate(zip(model.labels, model.intercepts, strict=True)):
        logit = intercept + sum(row[label] for row in found) / math.sqrt(len(found) or 1)
        allowed = 0.5 / SCALE * math.sqrt(len(found)) + 1e-6
        score = min(max(model.score(text)[name], 1e-12), 1 - 1e-12)
        assert abs(math.log(score / (1 - score)) - logit) <= allowed + 1e-3 or abs(logit) > 20


def test_how_a_word_is_drawn_out_or_shouted_makes_no_difference():
    assert features("TOLOOOONG paaak!") == features("tolong pak!")
    assert features("rt 12345") == features("rt 99999")


def test_neighbouring_words_are_seen_together():
    assert {"suami mulai", "mulai lagi"} <= features("suami mulai lagi")


@pytest.mark.parametrize("text", ["", "   ", "\x00", "🌊" * 70, "a" * 100_000, "\u202e" * 500, "a" * 7 + "é" * 9])
def test_any_text_has_a_score(text):
    model = Model(("a",), (0.0,), {"a": lanes([1.0])})
    assert 0.0 <= model.score(text)["a"] <= 1.0
    assert len(features(text)) < 20_000


@given(st.text(max_size=400))
def test_no_text_is_an_error(text):
    Model(("a",), (0.0,), {}).score(text)


def test_a_model_is_the_same_after_it_was_written(tmp_path):
    model = Model(("a", "b"), (0.25, -3.0), {"x": lanes([1.0, -2.5]), "é 🌊": lanes([0.0, 0.1])})
    write(model, tmp_path / "weights")
    assert read_model(tmp_path / "weights") == model
    before = (tmp_path / "weights").read_bytes()
    write(model, tmp_path / "weights")
    assert (tmp_path / "weights").read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"{}", b"\x1f\x8b", b"not a model"])
def test_a_garbled_file_says_how_to_make_it_anew(tmp_path, content):
    (tmp_path / "weights").write_bytes(content)
    with pytest.raises(Refused, match="make train"):
        read_model(tmp_path / "weights")
