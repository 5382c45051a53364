"""What reading a text takes, loaded once: the lexicon, the names of places, the model.

lexicon.py   the words, from the files in sms/lexicon/
weights.py   the file of the model's weights
training.py  how they are made from the corpus (``gateway112 train``)
command.py   ``gateway112 read``
"""

from __future__ import annotations

from functools import cache, partial

from gateway.gazetteer.place_names import place_names
from gateway.incident.errors import Refused
from gateway.log import get_logger
from gateway.reading.lexicon import FOLDER, lexicon
from gateway.reading.weights import read_model
from sms.knowledge import Knowledge
from sms.model import Model
from sms.places import read_places

log = get_logger("reading")


@cache
def knowledge() -> Knowledge:
    """All that is needed to read texts; takes about a second the first time.

    Raises:
        Refused: a file of the lexicon has a fault, with its line.
    """
    names = place_names()
    return Knowledge(lexicon(FOLDER), partial(read_places, names=names), _model())


def _model() -> Model | None:
    """The model; without its file, as before it is first made, the rules decide alone, and it is told."""
    try:
        return read_model()
    except Refused as refused:
        log.exception("texts are read without the model", why=str(refused))
        return None
