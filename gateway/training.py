"""``gateway112 train``: makes the model's weights from the corpus. Run it by ``make train``, which brings scikit-learn.

The running gateway needs the weights' file alone. What is set aside in the corpus is never read here.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from gateway.incident.errors import Refused
from gateway.incident.report import Nature
from gateway.settings import ROOT, Settings
from sms.model import Model, features, lanes
from sms.sample import Sample, read_sample

CORPUS = ROOT / "sms" / "corpus" / "training.txt"
WEIGHTS = ROOT / "sms" / "weights" / "weights.json.gz"

LABELS = (*(nature.value for nature in Nature), "life_threat", "injured", "rescue", "child", "silent")

LEAST_TEXTS = 2
"""A feature of fewer texts tells of a writer, not of a situation."""

LEAST_WEIGHT = 0.02
"""What weighs less for every label is left out of the file."""

STRENGTH = 12.0
"""Inverse of the regularisation (scikit-learn's C), chosen by cross-validation over the training part."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="lines nature|flags|place|text")
    parser.add_argument("--folds", type=int, default=0, help="only tell how well it does, in so many folds")


def run(arguments: argparse.Namespace, _settings: Settings) -> int:
    samples = read_corpus(arguments.corpus)
    if arguments.folds:
        for label, found, of, false, others in cross_validated(samples, arguments.folds):
            print(f"{label:<14} found {found} of {of}; taken for it {false} of {others}")
        return 0
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
    """The model of these samples."""
    vectorizer, matrix = _matrix(samples)
    names = vectorizer.get_feature_names_out()
    columns = [_regression().fit(matrix, _answers(samples, label)) for label in LABELS]
    coefficients = [column.coef_[0] for column in columns]
    weights = {}
    for index, name in enumerate(names):
        row = [float(each[index]) for each in coefficients]
        if max(map(abs, row)) >= LEAST_WEIGHT:
            weights[str(name)] = lanes(row)
    return Model(LABELS, tuple(float(column.intercept_[0]) for column in columns), weights)


def cross_validated(samples: Sequence[Sample], folds: int) -> Iterable[tuple[str, int, int, int, int]]:
    """For each label: found of how many, and falsely found of how many, at 0.5, each text scored by others' weights."""
    from sklearn.model_selection import cross_val_predict

    _, matrix = _matrix(samples)
    for label in LABELS:
        wanted = _answers(samples, label)
        scores = cross_val_predict(_regression(), matrix, wanted, cv=folds, method="predict_proba")[:, 1]
        hits = [score >= 0.5 for score in scores]
        found = sum(hit and want for hit, want in zip(hits, wanted, strict=True))
        false = sum(hit and not want for hit, want in zip(hits, wanted, strict=True))
        yield label, found, sum(wanted), false, len(wanted) - sum(wanted)


def _matrix(samples: Sequence[Sample]) -> tuple[Any, Any]:
    try:
        from sklearn.feature_extraction.text import CountVectorizer
        from sklearn.preprocessing import normalize
    except ImportError:
        raise Refused("train", "scikit-learn is not here: run `make train`") from None
    vectorizer = CountVectorizer(analyzer=features, binary=True, min_df=LEAST_TEXTS)
    return vectorizer, normalize(vectorizer.fit_transform(sample.text for sample in samples).astype(float))


def _regression() -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=2000, solver="liblinear")


def _answers(samples: Sequence[Sample], label: str) -> list[bool]:
    return [label == sample.nature.value or label in sample.flags for sample in samples]


def write(model: Model, file: Path) -> None:
    """Write a model's file, the same bytes for the same model."""
    # In hexadecimal the lanes stand in columns, which compresses well.
    weights = {feature: f"{weight:x}" for feature, weight in sorted(model.weights.items())}
    values = {"labels": model.labels, "intercepts": model.intercepts, "weights": weights}
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(gzip.compress(text.encode(), mtime=0))


def read_model(file: Path = WEIGHTS) -> Model:
    """The model in a file.

    Raises:
        Refused: the file is absent or malformed.
    """
    try:
        values = json.loads(gzip.decompress(file.read_bytes()))
        weights = {feature: int(weight, 16) for feature, weight in values["weights"].items()}
        return Model(tuple(values["labels"]), tuple(values["intercepts"]), weights)
    except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError) as fault:
        raise Refused(str(file), f"{type(fault).__name__}: make it anew with `make train`") from None
