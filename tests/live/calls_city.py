"""A city whose desks do more with calls than answer them; a browser's audio is what the tests' telephones speak."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.live.caller import Caller
from tests.live.city import HERE, City
from tests.live.desk import Desk
from tests.live.stand_in import StandIn
from tests.live.wait import until

RULES = HERE / "rules_of_calls.yaml"

RTP_TIMEOUT = """
[{desk}](+)
rtp_timeout = 8
"""

PLAIN_BROWSER = """
; A browser desk as the dialplan knows it, whose audio a telephone of the tests can speak.
[{desk}](+)
webrtc = no
use_avpf = no
media_encryption = no
ice_support = no
rtcp_mux = no
bundle = no
"""


@contextmanager
def calls_city(
    folder: Path, more: str = "", rules: Path = RULES, endless_rounds: bool = False, **settings: str
) -> Iterator[City]:
    """
    Args:
        endless_rounds: a desk that is rung rings on longer than any test is patient, so that a call which leaves it was
            taken from it.
    """
    city = City(folder, rules, **settings)
    city.asterisk.bounds["ACCEPT_SECONDS"] = 8
    if endless_rounds:
        city.asterisk.bounds["ROUND_SECONDS"] = 300
    local = Path(city.settings.state, "asterisk", "local")
    local.mkdir(parents=True)
    text = "".join(PLAIN_BROWSER.format(desk=desk) for desk in ("110-2", "118-2"))
    text += "".join(RTP_TIMEOUT.format(desk=desk) for desk in ("110-1", "110-2", "110-3", "118-1", "118-2"))
    (local / "pjsip.conf").write_text(text + more, encoding="utf-8")
    try:
        city.asterisk.start()
        yield city
    finally:
        city.asterisk.stop()


def on_duty(city: City, name: str, answers_after: float | None = 0.0) -> Desk:
    """A desk that calls come to."""
    desk = city.desk(name, answers_after)
    city.asterisk.console(f"queue unpause member PJSIP/{name}")
    return desk


def talking(city: City, stand_in: StandIn, desk: Desk, **order: str) -> Caller:
    """A caller who talks with this desk."""
    stand_in.hand_off(desk.name.partition("-")[0], **order)
    caller = city.call().answered()
    until(lambda: desk.talks)
    heard(desk)
    return caller


def heard(*desks: Desk) -> None:
    """Each of them hears the caller from now on."""
    for desk in desks:
        voice = desk.call.voice
        assert voice
        before = len(voice.heard)
        until(lambda: len(voice.heard) > before + 4000, what=f"{desk.name} hears the caller")  # noqa: B023 at once
