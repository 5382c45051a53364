"""A hang-up that was told while the timeline could not be read: what follows is decided by a worker, once it can."""

from __future__ import annotations

from gateway.assembly import build_intake
from gateway.channels.twilio_call import CHANNEL, left_at
from gateway.contact import Contact, IncomingCall
from gateway.incident.report import Caller
from gateway.incident.summary import add_up
from gateway.incident.timeline import Entry, Kind
from gateway.jobs.follow_up import NotYet
from gateway.settings import Settings
from gateway.store import Store


def abandon(settings: Settings, store: Store, incident: str, call_sid: str) -> None:
    """Abandon a call of Twilio's if its caller left at a question; done twice it is done once.

    Raises:
        NotYet: to be tried again.
    """
    told = store.timeline(incident)
    opened = next((e for e in told if e.kind is Kind.OPENED and e.channel_id == call_sid), None)
    if opened is None:
        raise NotYet("the call is not in the store yet")
    if left := left_at(told, call_sid):
        step, report = left
        ended = next((e.at for e in told if e.kind is Kind.ENDED and e.channel_id == call_sid), opened.at)
        contact = Contact(incident, _call(opened), earlier=add_up(incident, told))
        build_intake(settings, "worker")[0].abandon(contact, report, step, ended)


def _call(opened: Entry) -> IncomingCall:
    number = opened.data.get("number")
    caller = Caller(str(number) if number else None, str(opened.data.get("trunk", "")))
    return IncomingCall(CHANNEL, opened.channel_id, caller, opened.at)
