"""What is reached on texts of writers who saw neither the reader nor its corpus: a change must not lose it."""

import pytest

from gateway.reading.training import read_corpus
from tests.bench.reading import CONTRASTS, EXAMINATION, measure

SHARES = ("violence found", "  of that without any keyword", "others taken for violence", "life threat found",
          "first agency right", "kelurahan right where one is given", "kelurahan given where one is named")  # fmt: skip


@pytest.fixture(scope="module")
def examined():
    return {share.what: share for share in measure(read_corpus(EXAMINATION)).shares()}


@pytest.mark.parametrize("what", SHARES)
def test_every_aim_is_reached_in_the_examination(examined, what):
    assert examined[what].reached, str(examined[what])


def test_nothing_of_the_examination_or_of_what_was_set_aside_is_trained_on():
    trained = {sample.text.lower() for sample in read_corpus(EXAMINATION.parent / "training.txt")}
    aside = [sample.text.lower() for file in (EXAMINATION, CONTRASTS) for sample in read_corpus(file)]
    assert not trained.intersection(aside)
    assert len(aside) >= (len(trained) + len(aside)) * 0.19
