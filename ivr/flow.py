"""The call as a table. Data only: a step that needs something new is a new kind of step in steps.py.

A key at the menu means the same in every language. Violence is two keys from a person, silence ends at a person.
"""

from __future__ import annotations

from collections.abc import Mapping

from gateway.incident.report import Nature, Report
from ivr.steps import Ask, Code, Flow, HandOff, Speak

KEYS: Mapping[str, str] = {
    "1": "can_you_talk",
    "2": "medical",
    "3": "fire",
    "4": "crime",
    "5": "accident",
    "6": "disaster",
    "7": "other",
    "8": "not_emergency",
    "9": "english",
    "0": "operator",
    "#": "code",
}

CALL: Flow = {
    "start": Ask("menu", silence="silent_call", otherwise="unclear", keys=KEYS),
    "english": Speak("en", then="start"),
    # The police are called for violence too, and by who must not be heard: until a key says that it is not that, a
    # hang-up here is one of unknown nature, and nobody is called back.
    "police": Ask(
        "police",
        silence="crime_silent",
        otherwise="crime_silent",
        keys={**KEYS, "9": "police_english", "0": "crime"},
    ),
    "police_english": Speak("en", then="police"),
    # Not at the next question: whoever got there is one key from a person.
    "code": Code(),
    "can_you_talk": Ask(
        "can_you_talk",
        silence="violence_silent",
        otherwise="violence_silent",
        repeats=0,
        nature=Nature.VIOLENCE,
        keys={"1": "violence", "2": "violence_silent"},
    ),
    "violence": HandOff(Nature.VIOLENCE, prompt="connecting"),
    "violence_silent": HandOff(Nature.VIOLENCE, silent=True),
    "medical": HandOff(Nature.MEDICAL, prompt="connecting"),
    "fire": HandOff(Nature.FIRE, prompt="connecting"),
    "crime": HandOff(Nature.CRIME, prompt="connecting"),
    "accident": HandOff(Nature.ACCIDENT, prompt="connecting"),
    "disaster": HandOff(Nature.DISASTER, prompt="connecting"),
    "crime_silent": HandOff(Nature.CRIME, silent=True),
    "crash": HandOff(Nature.ACCIDENT, silent=True),
    "rescue": HandOff(Nature.DISASTER, prompt="connecting", rescue=True),
    "animal": HandOff(Nature.OTHER, prompt="connecting", rescue=True),
    "other": HandOff(Nature.OTHER, prompt="connecting"),
    "not_emergency": HandOff(Nature.NOT_EMERGENCY, prompt="connecting"),
    "operator": HandOff(Nature.UNKNOWN, prompt="connecting"),
    "unclear": HandOff(Nature.UNKNOWN, silent=True),
    "silent_call": HandOff(Nature.UNKNOWN, silent=True),
}

ENTRIES: Mapping[Report, str] = {
    Report(Nature.MEDICAL): "medical",
    Report(Nature.FIRE): "fire",
    Report(Nature.CRIME): "police",
    Report(Nature.DISASTER, rescue=True): "rescue",
    Report(Nature.OTHER, rescue=True): "animal",
}
"""Where a call begins whose service (gateway/incident/service_urn.py) says as much; every other one at ``start``."""

CARS: Mapping[str, str] = {"sos.ecall.automatic": "crash", "sos.ecall.manual": "operator"}
"""Where a car's own call begins: it has no keys, and after a crash perhaps nobody who speaks."""
