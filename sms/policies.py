"""What is answered of itself, and how often: policy, from the routing rules."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Occasions:
    """The phrase for each occasion; empty: nothing is answered.

    Attributes:
        first: the first message of a thread leaves nothing to be asked.
        waiting: no desk has accepted it for ``MessagePolicies.waiting_after`` seconds.
        accepted: a desk has.
        closed: the incident is closed.
    """

    first: str = "hello"
    waiting: str = ""
    accepted: str = ""
    closed: str = ""


@dataclass(frozen=True, slots=True)
class MessagePolicies:
    """Times are seconds.

    Attributes:
        usual, violence: what is answered on each occasion, in general and in a case of violence.
        waiting_after: a thread waits so long before its ``waiting`` phrase.
        pause: what comes sooner after a question was written before it was there, and answers nothing.
        late: a text that was under way for longer is answered by desks alone.
        valid: a reply that the gateway made is not sent later than this after it was made.
        desk_valid: the same for what a desk wrote.
        without_person: replies of the gateway in a row; then a person must act, or two machines may be talking.
        most, within: replies of the gateway to one thread in so many seconds.
        location_link: where it is known that it is no violence and where it is not, a link may be sent by which the
            telephone tells its place.
        location_link_after: to a caller, so long after the hand-off: the network may tell the place by itself.
    """

    usual: Occasions = Occasions()
    violence: Occasions = Occasions()
    waiting_after: int = 60
    pause: int = 5
    late: int = 600
    valid: int = 300
    desk_valid: int = 1800
    without_person: int = 3
    most: int = 6
    within: int = 3600
    location_link: bool = False
    location_link_after: int = 40
