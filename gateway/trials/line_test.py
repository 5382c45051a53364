"""A test call (urn:service:test.sos): whether it is answered and sent back, and leaves nothing behind."""

from __future__ import annotations

import time
from collections.abc import Callable

from gateway.channels.sip_telephone import SipTelephone
from gateway.settings import Settings
from gateway.store import Store
from gateway.trials.desk import Follower
from gateway.trials.told import Told

ANSWER_SECONDS = 15.0
SPEAK_SECONDS = 2.0
STORE_SECONDS = 1.0
"""Within this an incident, were one opened, would be in the store."""

MANY = 10
"""Packets of 20 ms that come back are enough to call it sound."""


def perform(settings: Settings, number: str, network: Told) -> bool:
    """Whether the line works as a test call should find it, told step by step.

    Raises:
        TelephoneRefused: no SIP is spoken there.
    """
    began = time.monotonic()

    def say(what: str, words: str) -> None:
        print(f"{time.monotonic() - began:6.1f} s  {what:<16}  {words}", flush=True)

    follower = Follower(Store(settings), number)
    server = ("127.0.0.1", settings.number("sip_port"))
    with SipTelephone(server, number, network.headers, network.parts) as telephone:
        say("dialling", f"{network.dialled} over the trunk trial: a test, no desk rings")
        telephone.dial(network.dialled)
        telephone.wait_for(("CALL_ESTABLISHED", "CALL_CLOSED", "EXIT"), ANSWER_SECONDS)
        if not telephone.has("CALL_ESTABLISHED"):
            say("refused", "not answered: too many tests at once (try again in 10 s), or see `gateway112 check`")
            return False
        say("answered", f"speaking for {SPEAK_SECONDS:.0f} s")
        telephone.wait_for(("CALL_CLOSED", "EXIT"), SPEAK_SECONDS)
        heard = telephone.sent_back
    is_sent_back = heard >= MANY
    say("sent back" if is_sent_back else "not sent back", f"{heard * 0.02:.1f} s of what was said came back")
    return _is_nothing_kept(follower, say) and is_sent_back


def _is_nothing_kept(follower: Follower, say: Callable[[str, str], None]) -> bool:
    time.sleep(STORE_SECONDS)
    if follower.away:
        say("no sight", f"{follower.away}: whether an incident was opened is not known")
    elif follower.incident:
        say("incident", f"{follower.incident} was opened, which a test call must not")
    else:
        say("no incident", "none was opened: the gateway only counts it (gateway112_test_calls in /metrics)")
    return not follower.incident
