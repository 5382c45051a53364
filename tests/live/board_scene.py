"""What a board is shown of: queues, cases and troubles made up in a real Redis, and an Asterisk made of lists."""

from __future__ import annotations

import time
from typing import Any

from rq.results import Result

from gateway import jobs
from gateway.channels.ami_actions import ActionRefused, Actions, AmiAway, Event
from gateway.incident.timeline import Entry, Job, Kind
from gateway.queues.snapshot import Snapshots
from gateway.queues.state import QueueState, WaitingCall
from gateway.store.duty import Seat, Seats
from tests.pages_in_process import Pages

SECRET = "Jalan Mawar 7"
NUMBER = "+6281200000001"
VIOLENT, FIRE, TALKS = "a" * 24, "b" * 24, "c" * 24


class Switch(Actions):
    """Asterisk as its manager tells it: which channels there are, and what was asked for."""

    def __init__(self) -> None:
        self.away = False
        self.channels: list[dict[str, str]] = []
        self.queued: list[dict[str, str]] = []
        self.sent: list[dict[str, Any]] = []

    def send(self, fields: Any) -> Event:
        self._refuse()
        self.sent.append(dict(fields))
        return {"Response": "Success"}

    def send_for_list(self, fields: Any) -> list[Event]:
        self._refuse()
        if fields["Action"] == "CoreShowChannels":
            return list(self.channels)
        if fields["Action"] == "QueueStatus":
            return [{"Event": "QueueParams", "Queue": queue} for queue in ("110", "118")] + list(self.queued)
        raise ActionRefused(str(fields["Action"]))

    def _refuse(self) -> None:
        if self.away:
            raise AmiAway("AMI is not connected")

    def asked(self, action: str) -> list[dict[str, Any]]:
        return [fields for fields in self.sent if fields["Action"] == action]

    def talk(self, incident: str, desk: str) -> None:
        """A caller of an incident talks with a desk."""
        of = {"ChanVariable(G112_INCIDENT)": incident, "ChanVariable(G112_ROOM)": "1.1", "BridgeId": "b"}
        self.channels = [
            {"Channel": "PJSIP/trial-00000001", "Uniqueid": "1.1", "Linkedid": "1.1", **of},
            {"Channel": f"PJSIP/{desk}-00000002", "Uniqueid": "1.2", "Linkedid": "1.1", **of},
        ]

    def wait(self, incident: str, queue: str) -> None:
        """A caller of an incident waits."""
        self.channels = [{"Channel": "PJSIP/x-01", "Uniqueid": "2.1", "ChanVariable(G112_INCIDENT)": incident}]
        entry = {"Event": "QueueEntry", "Queue": queue, "Channel": "PJSIP/x-01", "Uniqueid": "2.1", "Position": "1"}
        self.queued = [entry | {"Priority": "5", "Wait": "3"}]


def waiting(incident: str, queue: str, ago: float = 30.0, prio: int = 5) -> WaitingCall:
    return WaitingCall("PJSIP/x-01", "2.1", incident, queue, 1, prio, time.time() - ago, silent=True)


def keep(pages: Pages, *states: QueueState) -> None:
    Snapshots(pages.store).keep(list(states), time.time())


def tell(pages: Pages, incident: str, kind: Kind, **data: object) -> None:
    pages.store.add([Entry(incident, kind, time.time(), data, channel_id="" if kind is Kind.ALARM else "c1")])


def case(pages: Pages, incident: str, nature: str, queue: str, **opened: object) -> None:
    told = {"medium": "call", "channel": "sip", "number": NUMBER, "trunk": "exchange", **opened}
    tell(pages, incident, Kind.OPENED, **told)
    tell(pages, incident, Kind.FILED, nature=nature, silent=True)
    tell(pages, incident, Kind.HANDED_OFF, queue=queue, priority=1, place=SECRET, inform=[])


def writes(pages: Pages, incident: str, nature: str, queue: str) -> None:
    """Somebody who wrote waits for a desk."""
    tell(pages, incident, Kind.FILED, nature=nature)
    tell(pages, incident, Kind.HANDED_OFF, medium="message", queue=queue, priority=2)


def dead_job(pages: Pages, name: str, *arguments: str) -> str:
    """A job that failed for good."""
    job = Job(name, arguments, key=f"{name}:{arguments}")
    pages.store.add([], [job])
    queues = jobs.Queues(pages.store.redis)
    identifier = jobs.job_id(job)
    queue = next(each for each in queues if identifier in each.get_job_ids())
    found = queue.fetch_job(identifier)
    assert found is not None
    queue.remove(identifier)
    text = f"JobFailed: {name}: NotYet at gateway/jobs/x.py:3 {NUMBER}"
    queue.failed_job_registry.add(found, ttl=-1)
    Result.create_failure(found, ttl=-1, exc_string=text)
    return identifier


def at_desk(pages: Pages, account: str, desk: str, state: str = "pause") -> None:
    Seats(pages.store.redis).put(Seat(desk, account, state, "", time.time()))
