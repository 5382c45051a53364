"""The linear model: its sums are right, and its file says the same as it."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.incident.errors import Refused
from gateway.reading.weights import read_model, write
from sms.model import SCALE, Model, lanes, runs

WEIGHTS = st.lists(st.floats(-30, 30), min_size=3, max_size=3)
FEATURES = ("pukul", " puku", "ul ", "dia", "dia pukul", "§rules violence")


@given(st.dictionaries(st.sampled_from(FEATURES), WEIGHTS), st.sets(st.sampled_from([*FEATURES, "unknown"])))
def test_the_sum_in_lanes_is_the_sum_of_weights(weights, seen):
    likely_from = dict.fromkeys("abc", 0.5)
    model = Model(("a", "b", "c"), (0.5, -1.0, 0.0), likely_from, {name: lanes(row) for name, row in weights.items()})
    found = [row for name, row in weights.items() if name in seen]
    for label, (name, intercept) in enumerate(zip(model.labels, model.intercepts, strict=True)):
        logit = intercept + sum(row[label] for row in found) / math.sqrt(len(found) or 1)
        allowed = 0.5 / SCALE * math.sqrt(len(found)) + 1e-3
        score = min(max(model.score(seen)[name], 1e-12), 1 - 1e-12)
        assert abs(math.log(score / (1 - score)) - logit) <= allowed or abs(logit) > 20


def test_the_runs_of_a_word_are_four_letters_long():
    assert sorted(runs(" asap ")) == [" asa", "asap", "sap "]


def test_a_model_is_the_same_after_it_was_written(tmp_path):
    weights = {"x": lanes([1.0, -2.5]), "é 🌊": lanes([0.0, 0.1])}
    model = Model(("a", "b"), (0.25, -3.0), {"a": 0.5, "b": 0.25}, weights)
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
