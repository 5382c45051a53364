"""The file of the model's weights: written by training, read by whoever reads texts."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from gateway.incident.errors import Refused
from gateway.settings import ROOT
from sms.model import Model

WEIGHTS = ROOT / "sms" / "weights" / "weights.json.gz"


def write(model: Model, file: Path) -> None:
    """Write a model's file, the same bytes for the same model."""
    # In hexadecimal the lanes stand in columns, which compresses well.
    weights = {feature: f"{weight:x}" for feature, weight in sorted(model.weights.items())}
    values = {"labels": model.labels, "intercepts": model.intercepts, "likely_from": model.likely_from}
    values["weights"] = weights
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
        return Model(tuple(values["labels"]), tuple(values["intercepts"]), dict(values["likely_from"]), weights)
    except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError) as fault:
        raise Refused(str(file), f"{type(fault).__name__}: make it anew with `make train`") from None
