"""The gateway as Twilio meets it: web application and fallback document under gunicorn, FastAGI and the watch over the
queues, Redis; and a Twilio that dials into the city's Asterisk with a real SIP call.
"""

from __future__ import annotations

from dataclasses import replace

from gateway import settings as table
from gateway.channels.twilio import write_fallback
from gateway.store import Store
from tests.live.caller import Caller
from tests.live.city import City
from tests.live.desk import Desk
from tests.live.parts import Parts
from tests.live.rtp import strength
from tests.live.wait import until
from tests.twilio_network import Failed, OverHttp
from tests.twilio_stand_in import HANG_UP, Number, Told, Twilio
from tests.twiml import Leg

PUBLIC, FALLBACK, TOKEN = "https://gateway.test", "https://fallback.test", "a-token-for-tests"
OPERATORS = "+622100000113"
TRUNK = "127.0.0.4"
"""The address that the trunk ``twilio`` of the test's rules calls from."""


class TwilioDoor:
    """The gateway with Twilio set up; ``twilio.call(…, [door.asterisk])`` is a caller whose leg our Asterisk gets."""

    def __init__(self, city: City):
        self.city = city
        own = {
            "public_url": PUBLIC, "twilio_auth_tokens": TOKEN, "twilio_account_sid": "AC" + "0" * 32,
            "twilio_operators_number": OPERATORS,
        }  # fmt: skip
        environ = city.environ | {f"GATEWAY112_{name.upper()}": value for name, value in own.items()}
        self.settings = table.read(environ)
        self.parts = Parts(self.settings, environ, city.redis)
        self.store = Store(self.settings)
        places = {
            origin: f"http://127.0.0.1:{self.settings.number(port)}"
            for origin, port in ((PUBLIC, "web_port"), (FALLBACK, "fallback_port"))
        }
        number = Number(
            f"{PUBLIC}/twilio/voice", TOKEN, f"{FALLBACK}/voice.xml", f"{PUBLIC}/twilio/voice/status", seconds=5
        )
        self.twilio = Twilio(number, OverHttp(places))

    def start(self) -> None:
        write_fallback(self.settings)
        self.parts.start("redis", "agi", "ami", "web", "fallback")
        until(self._fallback_is_served, what="the fallback document is served")

    def call_unheard(self) -> Told:
        """A call of which the application hears nothing, not even its end."""
        number = self.twilio.number
        self.twilio.number = replace(number, status_url="")
        try:
            return self.twilio.call([], [self.asterisk, HANG_UP], caller="")
        finally:
            self.twilio.number = number

    def asterisk(self, leg: Leg) -> str:
        """Twilio's leg into our Asterisk: a desk speaks with the caller and hangs up."""
        caller = self.dial(leg)
        desk = until(
            lambda: next((desk for desk in self.city.desks if _hears_the_caller(desk)), None), what="they talk"
        )
        # What Twilio is told next depends on what the watch over the queues has seen.
        incident = leg.headers.get("X-Incident-ID", "")
        if self.city.redis.process and self.kinds(incident):
            until(lambda: "answered" in self.kinds(incident), what="the timeline says who answered")
        desk.hang_up()
        until(lambda: not caller.there, what="the desk's hang-up reaches Twilio")
        return "completed"

    def dial(self, leg: Leg) -> Caller:
        """A real call from Twilio's address, taken by our Asterisk."""
        assert leg.to == f"sip:112@127.0.0.1:{self.settings.number('sip_port')}"
        headers = tuple(f"{name}: {value}" for name, value in leg.headers.items())
        return self.city.call(address=TRUNK, headers=headers).answered()

    def kinds(self, incident: str) -> list[str]:
        [entries] = until(lambda: [self.store.timeline(incident)], what="the store answers")
        return [entry.kind.value for entry in entries]

    def _fallback_is_served(self) -> bool:
        try:
            return self.twilio.network.request("GET", FALLBACK, {}, b"", 5).status == 200
        except Failed:
            return False


def _hears_the_caller(desk: Desk) -> bool:
    voice = desk.call.voice if desk.invitations else None
    return voice is not None and len(voice.heard) > 1600 and strength(bytes(voice.heard[-1600:]), 440) > 0.8
