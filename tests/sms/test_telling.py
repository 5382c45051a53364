"""Which words the model went by."""

from gateway.reading import knowledge
from sms.marks import STEM
from sms.model import Model, lanes
from sms.morphology import stem
from sms.reader import texts_of
from sms.reading import Finding
from sms.telling import telling


def model(**weights):
    return Model(("a", "b"), (0.0, 0.0), {"a": 0.5, "b": 0.5}, {name: lanes(row) for name, row in weights.items()})


def text(written):
    return texts_of((written,), knowledge())[1][0]


def test_the_words_that_count_are_told_as_written_and_in_their_order():
    found = telling(model(suami=[2.0, 0.0], pintu=[1.0, 0.0], di=[9.0, 0.0]), "a", text("Suami di depan PINTU, itu"))
    assert found == "Suami … PINTU"


def test_words_against_a_label_are_not_told():
    assert telling(model(suami=[-2.0, 1.0]), "a", text("suami")) == ""
    assert telling(model(suami=[-2.0, 1.0]), "b", text("suami")) == "suami"


def test_neighbours_are_told_as_one():
    assert telling(model(mulai=[1.0, 0.0], lagi=[1.0, 0.0]), "a", text("dia mulai lagi")) == "mulai lagi"


def test_a_word_counts_by_its_stem_too():
    assert telling(model(**{STEM + stem("memukul"): [1.0, 0.0]}), "a", text("dia memukul")) == "memukul"


def test_a_text_of_nothing_tells_nothing():
    assert telling(model(x=[1.0, 0.0]), "a", text("")) == ""


def test_a_likeness_is_told_from_what_was_said():
    assert Finding("silent", "dia … kamar", "model 0.71").is_likeness
    assert not Finding("silent", "jangan telpon", "silent_wish").is_likeness
