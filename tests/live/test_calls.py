"""Every path of the menu, with the real gateway, to the right queue's desk.

Keys are RTP events (RFC 4733), as telephones press them, with the caller's voice before, between and after.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from gateway.incident.timeline import Kind
from gateway.rules import load
from gateway.store import Store
from gateway.trials.rehearsal import walk
from tests.live.city import City
from tests.live.desk import Desk, Invitation
from tests.live.parts import Parts
from tests.live.rtp import strength
from tests.live.sounds import NEED_HZ, SECONDS, SILENT_HZ
from tests.live.wait import until

# What differs from call to call whoever calls.
OF_EACH_CALL = ("Via", "From", "P-Asserted-Identity", "To", "Call-ID", "CSeq", "Contact", "Content-Length")

# Keys as they are pressed; "_" is none in time. Each ends another way, or comes there in another language.
PATHS = (
    *("11", "12", "1_", "2", "3", "4", "5", "6", "7", "8", "0", "92", "911", "91_", "_", "**", "*_"),
    *("####", "#_", "#47118#2", "#9#11"),
)


@dataclass
class Expected:
    """What a path's desk must be told."""

    queue: str
    need: str
    silent: str
    language: str


def expected(city: City, path: str) -> Expected:
    report = walk([None if key == "_" else key for key in path])[0].report
    route = load(city.settings.rules).rules.choose(report).route
    sees = city.asterisk.rulebook.agencies[route.queue].sees_violence
    need = report.nature.value if sees or report.nature != "violence" else "other"
    return Expected(route.queue, need, "yes" if report.silent else "no", report.language)


def desks_for_all(city: City) -> list[Desk]:
    """A desk or two in every queue, each of which takes a call, listens shortly, and hangs up."""
    desks = [city.desk(name) for name in ("112-1", "110-1", "110-2", "118-1", "113-1", "ppa-1")]
    for desk in desks:
        desk.hangs_up_after = 0.6
    return desks


def heard_by(desks: list[Desk], number: str) -> list[tuple[Desk, Invitation]]:
    return [
        (desk, call)
        for desk in desks
        for call in desk.invitations
        if number in call.header("From") and call.answered_at
    ]


def test_every_path_of_the_menu_pressed_as_rtp_events_reaches_the_right_desk(city: City, parts: Parts) -> None:
    desks = desks_for_all(city)
    for index, path in enumerate(PATHS):
        city.call(number=f"+6281200001{index:03}").answered().voice.press(path.replace("_", ""))
    store = Store(city.settings)
    for index, path in enumerate(PATHS):
        [(desk, call), *_] = until(
            lambda index=index: heard_by(desks, f"+6281200001{index:03}"), what=f"path {path!r} is answered"
        )
        want = expected(city, path)
        assert (path, desk.name.partition("-")[0]) == (path, want.queue)
        told = [call.header(f"X-{name}") for name in ("Need", "Silent", "Language")]
        assert (path, *told) == (path, want.need, want.silent, want.language)
        kinds = [entry.kind for entry in store.timeline(call.header("X-Incident-ID"))]
        assert {Kind.OPENED, Kind.FILED, Kind.HANDED_OFF} <= set(kinds), path


def test_violence_is_two_keys_and_one_desk_away(city: City, parts: Parts) -> None:
    desk = city.desk("110-1")
    caller = city.call(number="+628120000901").answered()
    caller.voice.press("11")
    until(lambda: desk.invitations and desk.call.answered_at)
    until(lambda: len(caller.voice.arrivals) > 50 and desk.call.voice and len(desk.call.voice.arrivals) > 50)
    assert desk.call.header("X-Priority") == "1"


def test_who_need_not_know_of_violence_learns_nothing_of_it_from_a_later_call(city: City, parts: Parts) -> None:
    """The same telephone, first for violence and then for an ambulance: its desk is told what it is told of anybody."""
    store = Store(city.settings)
    of_violence, of_another = "+628120000921", "+628120000922"
    first = city.call(number=of_violence).answered()
    first.voice.press("11")
    until(lambda: any(each.number == of_violence and each.nature == "violence" for each in store.recent(200)))
    first.hang_up()
    desk = city.desk("118-1", None)
    told = {}
    for number in (of_violence, of_another):
        caller = city.call(number=number).answered()
        caller.voice.press("2")
        until(lambda number=number: desk.invitations and number in desk.call.header("From"), what="the desk rings")  # type: ignore[misc]
        headers = desk.call.invite.headers
        assert "violence" not in str(headers).lower()
        # What a URL opens is told apart by its token alone.
        kept = [
            (name, re.sub(r"/(eido|location)/[^>]+", r"/\1/", value))
            for name, value in headers
            if name not in ("X-Incident-ID", *OF_EACH_CALL)
        ]
        told[number] = [name for name, _ in headers], kept
        caller.hang_up()
        until(lambda: desk.call.ended_at)
    assert told[of_violence] == told[of_another]
    assert ("X-Priority", "2") in told[of_violence][1]
    assert ("X-Need", "medical") in told[of_violence][1]
    calls = [desk.invitations[0].header("X-Incident-ID"), desk.call.header("X-Incident-ID")]
    assert [store.incident(each).nature for each in calls] == ["violence", "medical"]


@pytest.mark.parametrize(("keys", "silent"), [("", True), ("0", False)], ids=["silent", "spoken to"])
def test_a_telephone_is_told_that_its_caller_is_silent(city: City, parts: Parts, keys: str, silent: bool) -> None:
    desk = city.desk("112-1")
    city.call(number="+62812000093" + keys.ljust(2, "1")).answered().voice.press(keys)
    length = int(SECONDS * 8000)
    until(lambda: desk.invitations and desk.call.voice and len(desk.call.voice.heard) > 3 * length, what="a whisper")
    assert desk.call.voice
    heard = bytes(desk.call.voice.heard)
    assert strength(heard[480:length], NEED_HZ) > 0.8
    assert (strength(heard[length + 480 : 2 * length], SILENT_HZ) > 0.8) == silent
    assert desk.call.header("X-Silent") == ("yes" if silent else "no")


def test_a_caller_without_a_number_is_served_like_any_other(city: City, parts: Parts) -> None:
    desk = city.desk("118-1", None)
    caller = city.call(sender='"Anonymous" <sip:anonymous@anonymous.invalid>').answered()
    caller.voice.press("2")
    until(lambda: desk.invitations)
    assert desk.call.header("X-Incident-ID")


def test_a_caller_who_hangs_up_at_any_step_leaves_an_entry(city: City, parts: Parts) -> None:
    store = Store(city.settings)
    seen = {incident.id for incident in store.recent(200)}
    for number, keys in {"+628120000911": "", "+628120000912": "1", "+628120000913": "9"}.items():
        caller = city.call(number=number).answered()
        caller.voice.press(keys)
        until(lambda keys=keys, caller=caller: len(caller.voice.arrivals) > 15 * (len(keys) + 1))
        caller.hang_up()
    left = until(
        lambda: [i for i in store.recent(200) if i.id not in seen and Kind.ABANDONED in kinds_of(store, i.id)][2:]
    )
    assert left, "all three are in the store, with their end"


def kinds_of(store: Store, incident: str) -> list[Kind]:
    return [entry.kind for entry in store.timeline(incident)]
