"""The web application with a journal in memory, and a Twilio number that leads to it. No server, no network."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from gateway.channels.twilio import write_fallback
from gateway.incident.location import Evidence, EvidenceRefused, Location, Names
from gateway.incident.shape import Circle
from gateway.incident.timeline import Entry, Kind
from gateway.intake import Intake, Surroundings
from gateway.rules import load
from gateway.settings import ROOT, SETTINGS, Settings
from gateway.web import create_app, fallback
from gateway.web.application import Parts
from tests.notebook import Notebook
from tests.twilio_network import InProcess
from tests.twilio_stand_in import Number, Twilio
from tests.twiml import Leg

PUBLIC = "https://gateway.test"
FALLBACK = "https://fallback.test"
TOKEN = "a-token-for-tests"
OPERATORS = "+622100000113"
RULEBOOK = load(ROOT / "routing_rules.yaml")
CELL = Circle(-6.25, 106.9, 300.0)
CODE, STOP = "47112", Circle(-6.2, 106.8, 20.0)
PLACE = "Kelurahan Cipinang Melayu, radius 300 meter"


Describe = Callable[[Location, float], tuple[str, Sequence[str]]]


def describe(location: Location, _now: float) -> tuple[str, Sequence[str]]:
    return (PLACE if location.is_known else "tidak diketahui"), ()


def code_place(code: str, at: float) -> Evidence | EvidenceRefused:
    if code != CODE:
        return EvidenceRefused("keyed code", f"no post or stop has the code {code}", "keyed_code")
    return Evidence("keyed_code", STOP, received_at=at, method="Manual", label="Halte Contoh", original=code.encode())


def made_up_settings(folder: Path, **others: str | int | bool) -> Settings:
    values: dict[str, str | int | bool] = {setting.name: setting.default for setting in SETTINGS}
    values |= {
        "state": str(folder), "public_url": PUBLIC, "signing_key": "a signing key for tests",
        "number_key": "a number key for tests", "twilio_account_sid": "AC" + "0" * 32, "twilio_auth_tokens": TOKEN,
        "twilio_sip_target": "sip.gateway.test:5061;transport=tls", "twilio_operators_number": OPERATORS,
    }  # fmt: skip
    return Settings(values | others)


class GatewayInProcess:
    """Everything in one place; ``twilio.call(…)`` is a caller."""

    def __init__(
        self, folder: Path, *, sounds: bool = True, describe: Describe = describe, cell: Circle = CELL,
        names: Names | None = None, **others: str | int | bool,
    ):  # fmt: skip
        self.settings = made_up_settings(folder, **others)
        self.journal = Notebook()
        self.rulebook = RULEBOOK
        surroundings = Surroundings(
            journal=self.journal,
            rulebook=lambda: self.rulebook,
            gather=lambda call: [Evidence("network_cell", cell, received_at=call.at, method="Cell", original=b"cell")],
            names=names,
            describe=describe,
            reference=lambda incident, now: f"{PUBLIC}/location/{incident}",
            code_place=code_place,
        )
        if sounds:
            self.record_prompts()
        self.intake = Intake(surroundings)
        self.app = create_app(self.settings, Parts(self.intake, self.journal, lambda: self.rulebook))
        number = Number(
            f"{PUBLIC}/twilio/voice", TOKEN, f"{FALLBACK}/voice.xml", f"{PUBLIC}/twilio/voice/status", seconds=10
        )
        self.network = InProcess({PUBLIC: self.app, FALLBACK: self.fallback})
        self.twilio = Twilio(number, self.network)
        self.fallback_file = write_fallback(self.settings)

    def desk_answers(self, leg: Leg) -> str:
        """Asterisk takes the leg, a desk speaks with the caller and hangs up; the timeline is told so."""
        incident = leg.headers["X-Incident-ID"]
        self.journal.add([Entry(incident, Kind.ANSWERED, time.time(), {"queue": "110", "desk": "110-1"})])
        return "completed"

    def record_prompts(self) -> None:
        for language in ("id", "en"):
            folder = self.settings.state / "sounds" / language
            folder.mkdir(parents=True, exist_ok=True)
            for name in ("menu", "can_you_talk", "connecting"):
                (folder / f"{name}.wav").write_bytes(b"RIFF\x00\x00\x00\x00WAVE")

    def fallback(self, environ: dict[str, Any], start_response: Any) -> Any:
        """The fallback process's application, on our file."""
        body = fallback.document(self.fallback_file)
        start_response("200 OK", [("Content-Type", "text/xml")])
        return [body]
