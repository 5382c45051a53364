"""``gateway112 train``: makes the model's weights from the corpus. Run it by ``make train``, which brings scikit-learn.

The running gateway needs the weights' file alone. What is set aside in the corpus is never read here.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gateway.incident.errors import Refused
from gateway.incident.report import Nature
from gateway.reading import knowledge
from gateway.reading.weights import WEIGHTS, write
from gateway.settings import ROOT, Settings
from sms.marks import features
from sms.model import Model, lanes, lead
from sms.reader import texts_of
from sms.sample import Sample, read_sample

CORPUS = ROOT / "sms" / "corpus" / "training.txt"

LABELS = (*(nature.value for nature in Nature), "life_threat", "injured", "rescue", "child", "silent")

VIOLENCE = Nature.VIOLENCE.value

LEAST_TEXTS = 2
"""A feature of fewer texts tells of a writer, not of a situation."""

LEAST_WEIGHT = 0.02
"""What weighs less for every label is left out of the file."""

STRENGTH = 20.0
"""Inverse of the regularisation (scikit-learn's C), chosen by cross-validation over the training part."""

FOLDS, BLOCK = 5, 8
"""Each text is scored by weights made without it and its neighbours: who writes a corpus writes in contrasts."""

FALSE_AT_MOST = {
    "violence": 0.055,
    "life_threat": 0.22,
    "injured": 0.08,
    "rescue": 0.03,
    "child": 0.03,
    "silent": 0.005,
}
"""Per label the share of texts without it that may be taken for it; what raises a life is allowed to err more often."""

FALSE_AT_MOST_OTHERS = 0.03


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="lines nature|flags|place|text")


def run(arguments: argparse.Namespace, _settings: Settings) -> int:
    samples = read_corpus(arguments.corpus)
    model = trained(samples)
    write(model, WEIGHTS)
    print(f"{len(samples)} texts, {len(model.weights)} features, {WEIGHTS.stat().st_size:,} bytes")
    return 0


def read_corpus(file: Path) -> list[Sample]:
    """The samples of a file.

    Raises:
        Refused: a line is malformed; the error names it.
    """
    samples = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if line and not line.startswith("#"):
            try:
                samples.append(read_sample(line))
            except ValueError as fault:
                raise Refused(f"{file}:{number}", str(fault)) from None
    return samples


def trained(samples: Sequence[Sample]) -> Model:
    """The model of these samples; tells on the way how well each label is found in texts it was not made from."""
    vectorizer, matrix = _matrix(samples)
    names = vectorizer.get_feature_names_out()
    answers = {label: _answers(samples, label) for label in LABELS}
    unseen = {label: _unseen_scores(matrix, wanted) for label, wanted in answers.items()}
    unseen[VIOLENCE] = _leads(unseen)
    likely_from = {label: _likely_from(label, unseen[label], wanted) for label, wanted in answers.items()}
    columns = [_regression().fit(matrix, wanted) for wanted in answers.values()]
    coefficients = [column.coef_[0] for column in columns]
    weights = {}
    for index, name in enumerate(names):
        row = [float(each[index]) for each in coefficients]
        if max(map(abs, row)) >= LEAST_WEIGHT:
            weights[str(name)] = lanes(row)
    return Model(LABELS, tuple(float(column.intercept_[0]) for column in columns), likely_from, weights)


def _leads(unseen: Mapping[str, Sequence[float]]) -> list[float]:
    """By how much violence leads in each text."""
    natures = [nature.value for nature in Nature]
    rows = (dict(zip(natures, row, strict=True)) for row in zip(*(unseen[name] for name in natures), strict=True))
    return [lead(row, VIOLENCE, [name for name in natures if name != VIOLENCE]) for row in rows]


def _unseen_scores(matrix: Any, wanted: Sequence[bool]) -> list[float]:
    from sklearn.model_selection import GroupKFold, cross_val_predict

    blocks = [number // BLOCK for number in range(len(wanted))]
    scores = cross_val_predict(
        _regression(), matrix, wanted, cv=GroupKFold(FOLDS), groups=blocks, method="predict_proba"
    )
    return [float(score) for score in scores[:, 1]]


def _likely_from(label: str, scores: Sequence[float], wanted: Sequence[bool]) -> float:
    """The lowest score from which no more than the allowed share of others is taken for it."""
    others = sorted((score for score, want in zip(scores, wanted, strict=True) if not want), reverse=True)
    allowed = int(len(others) * FALSE_AT_MOST.get(label, FALSE_AT_MOST_OTHERS))
    from_score = round(others[allowed] + 1e-4, 4) if allowed < len(others) else 0.5
    found = sum(score >= from_score for score, want in zip(scores, wanted, strict=True) if want)
    print(f"  {label:<14} from {from_score:.2f}: {found} of {sum(wanted)}, and {allowed} of {len(others)} others")
    return from_score


def _matrix(samples: Sequence[Sample]) -> tuple[Any, Any]:
    try:
        from sklearn.feature_extraction.text import CountVectorizer
        from sklearn.preprocessing import normalize
    except ImportError:
        raise Refused("train", "scikit-learn is not here: run `make train`") from None
    known = knowledge()
    vectorizer = CountVectorizer(analyzer=features, binary=True, min_df=LEAST_TEXTS)
    texts = [texts_of((sample.text,), known)[1][0] for sample in samples]
    return vectorizer, normalize(vectorizer.fit_transform(texts).astype(float))


def _regression() -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=2000, solver="liblinear")


def _answers(samples: Sequence[Sample], label: str) -> list[bool]:
    return [label == sample.nature.value or label in sample.flags for sample in samples]
