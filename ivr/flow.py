"""The call as a table. Data only: a step that needs something new is a new kind of step in steps.py.

A key at the menu means the same in every language. Violence is two keys from a person, silence ends at a person.
"""

from __future__ import annotations

from gateway.incident.report import Nature
from ivr.steps import Ask, Flow, HandOff, Speak

CALL: Flow = {
    "start": Ask(
        "menu",
        silence="silent_call",
        otherwise="unclear",
        keys={
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
        },
    ),
    "english": Speak("en", then="start"),
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
    "other": HandOff(Nature.OTHER, prompt="connecting"),
    "not_emergency": HandOff(Nature.NOT_EMERGENCY, prompt="connecting"),
    "operator": HandOff(Nature.UNKNOWN, prompt="connecting"),
    "unclear": HandOff(Nature.UNKNOWN, silent=True),
    "silent_call": HandOff(Nature.UNKNOWN, silent=True),
}
