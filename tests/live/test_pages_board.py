"""Supervision's pages with Flask's client, over a real Redis: roles, what is shown, moving, dead letters, alarms."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from gateway.accounts.account import Role
from gateway.incident.evidence import Evidence
from gateway.incident.shape import Circle
from gateway.incident.timeline import Kind
from gateway.queues.snapshot import Snapshots
from gateway.queues.state import DeskState, QueueState, Readiness, TalkingCall, WaitingCall
from gateway.store.duty import Seat, Seats
from tests.live.board_scene import (
    FIRE,
    NUMBER,
    SECRET,
    TALKS,
    VIOLENT,
    Switch,
    at_desk,
    case,
    dead_job,
    keep,
    tell,
    waiting,
    writes,
)
from tests.live.redis_server import RedisServer
from tests.live.wait import until
from tests.pages_in_process import PAGES, Pages, Person


@pytest.fixture
def switch() -> Switch:
    return Switch()


@pytest.fixture
def pages(server: RedisServer, switch: Switch, tmp_path: Any) -> Pages:
    pages = Pages(server.settings(**PAGES, state=str(tmp_path)))
    pages.store.redis.flushdb()
    pages.parts.manager = switch
    return pages


def board(person: Person) -> dict[str, Any]:
    answer = person.get("/api/board")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    found: dict[str, Any] = answer.get_json()
    return found


def line(person: Person, queue: str) -> dict[str, Any]:
    return next(each for each in board(person)["queues"] if each["queue"] == queue)


def error(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["error"]["name"]


ROUTES = [
    ("GET", "/api/board"), ("GET", "/api/board/contacts"), ("POST", "/api/listen"),
    ("POST", "/api/listen/stop"), ("POST", "/api/move"),
    ("GET", "/api/dead"), ("POST", "/api/dead/x/again"), ("GET", "/api/alarms"), ("POST", "/api/alarms/x/seen"),
]  # fmt: skip


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SUPERVISOR])
def test_nobody_but_a_supervisor_supervises(pages: Pages, role: Role) -> None:
    person = pages.person("rina", role, "110")
    for method, path in (*ROUTES, ("GET", "/board")):
        answer = person.get(path) if method == "GET" else person.post(path)
        assert answer.status_code == 403, path


def test_a_stranger_supervises_nothing(pages: Pages) -> None:
    for method, path in ROUTES:
        answer = pages.browser().open(path, method=method, headers={"Origin": "http://evil.example"})
        assert answer.status_code in (401, 403), path


def test_a_supervisor_sees_the_own_queue_and_no_other(pages: Pages) -> None:
    queues = [
        QueueState(name, (waiting(FIRE, name),), (DeskState(f"{name}-1", Readiness.AVAILABLE),))
        for name in ("110", "118")
    ]
    keep(pages, *queues)
    dewi = pages.person("dewi", Role.SUPERVISOR, "118")
    seen = board(dewi)
    assert [each["queue"] for each in seen["queues"]] == ["118"]
    assert [each["queue"] for each in seen["contacts"]] == ["118"]
    assert (seen["old"], seen["store_away"], seen["queues"][0]["waiting"]) == (False, False, 1)
    every = board(pages.person("agus", Role.SUPERVISOR, "*"))
    assert [each["queue"] for each in every["queues"]][:4] == ["112", "110", "118", "113"]


def test_a_board_tells_no_nature_place_number_or_priority(pages: Pages) -> None:
    case(pages, VIOLENT, "violence", "110")
    talking = TalkingCall("1.1", VIOLENT, "110-1", time.time() - 60)
    keep(
        pages, QueueState("110", (waiting(VIOLENT, "110", prio=50),), (DeskState("110-1", Readiness.BUSY),), (talking,))
    )
    agus = pages.person("agus", Role.SUPERVISOR, "*")
    for path in ("/api/board", "/api/dead", "/api/alarms"):
        text = agus.get(path).get_data(as_text=True)
        for word in ("violence", "silent", "prio", "rule", SECRET, NUMBER, NUMBER[3:]):
            assert word not in text, (path, word)


def contacts(person: Person) -> dict[str, tuple[str, int, str]]:
    found = person.get("/api/board/contacts").get_json()["contacts"]
    return {each["incident"]: (each["nature"], each["priority"], each["area"]) for each in found}


def somewhere(pages: Pages, incident: str) -> None:
    """A telephone tells a place in Kecamatan Makasar."""
    place = Evidence("aml", Circle(-6.2475, 106.891, 12.0), time.time(), time.time())
    tell(pages, incident, Kind.EVIDENCE, **place.as_dict())


def test_a_contact_is_told_to_whom_the_account_may_know_by_nature_priority_and_kecamatan(pages: Pages) -> None:
    for incident, nature, queue in ((VIOLENT, "violence", "110"), (FIRE, "fire", "113"), (TALKS, "violence", "118")):
        case(pages, incident, nature, queue)
        somewhere(pages, incident)
    tell(pages, TALKS, Kind.INFORMED, agency="110")
    keep(
        pages,
        QueueState("110", (waiting(VIOLENT, "110"),), ()),
        QueueState("113", (waiting(FIRE, "113"),), ()),
        QueueState("118", (waiting(TALKS, "118"),), ()),
    )
    police = contacts(pages.person("agus", Role.SUPERVISOR, "110"))
    assert police == {VIOLENT: ("violence", 1, "Kec. Makasar")}
    assert contacts(pages.person("dewi", Role.SUPERVISOR, "118")) == {TALKS: ("other", 2, "Kec. Makasar")}
    assert contacts(pages.person("rina", Role.SUPERVISOR, "113")) == {FIRE: ("fire", 2, "Kec. Makasar")}
    both = contacts(pages.person("budi", Role.SUPERVISOR, "110", "118", "113"))
    assert both == police | {TALKS: ("violence", 1, "Kec. Makasar"), FIRE: ("fire", 2, "Kec. Makasar")}


def test_of_two_that_a_desk_of_an_agency_took_that_may_not_know_neither_is_told_in_full(pages: Pages) -> None:
    for incident, nature in ((VIOLENT, "violence"), (FIRE, "other")):
        case(pages, incident, nature, "118")
        tell(pages, incident, Kind.ANSWERED, queue="118", desk="118-1", waited=1.0)
    talking = tuple(TalkingCall("1.1", each, "118-1", time.time() - 60) for each in (VIOLENT, FIRE))
    keep(pages, QueueState("118", (), (DeskState("118-1", Readiness.BUSY),), talking))
    found = contacts(pages.person("dewi", Role.SUPERVISOR, "118"))
    assert found[VIOLENT] == found[FIRE] == ("other", 2, "")


def test_what_a_contact_is_follows_what_happens_to_it(pages: Pages) -> None:
    case(pages, FIRE, "crime", "110")
    keep(pages, QueueState("110", (waiting(FIRE, "110"),), ()))
    agus = pages.person("agus", Role.SUPERVISOR, "110")
    assert contacts(agus)[FIRE][0] == "crime"
    tell(pages, FIRE, Kind.NATURE, nature="fire", by="desk:110-1")
    until(lambda: contacts(agus)[FIRE][0] == "fire")


def test_two_callers_of_an_agency_that_may_not_know_look_alike(pages: Pages) -> None:
    case(pages, VIOLENT, "violence", "118")
    case(pages, FIRE, "medical", "118")
    now = time.time()
    calls = [
        WaitingCall("PJSIP/x", "2", each, "118", 1, prio, now - 9, silent=prio > 9)
        for each, prio in ((VIOLENT, 50), (FIRE, 5))
    ]
    keep(pages, QueueState("118", tuple(calls)))
    seen = board(pages.person("dewi", Role.SUPERVISOR, "118"))["contacts"]
    assert len(seen) == 2
    first, second = ({**each, "incident": ""} for each in seen)
    assert first == second


def test_desks_are_shown_as_they_are(pages: Pages) -> None:
    keep(pages, QueueState("110", (), (DeskState("110-1", Readiness.AVAILABLE), DeskState("110-2", Readiness.PAUSED))))
    Seats(pages.store.redis).put(Seat("110-2", "siti", "pause", "meal", 100.0))
    desks = line(pages.person("agus", Role.SUPERVISOR, "110"), "110")["desks"]
    assert [(desk["id"], desk["state"], desk["reason"]) for desk in desks] == [
        ("110-1", "free", ""), ("110-2", "paused", "meal"),
    ]  # fmt: skip


def test_answers_are_shown_by_their_wait_and_drills_apart(pages: Pages) -> None:
    Snapshots(pages.store).keep([], time.time())  # counting begins
    for number, waited in enumerate((5.0, 12.0, 30.0)):
        tell(pages, f"real{number}", Kind.OPENED, medium="call", trunk="exchange")
        tell(pages, f"real{number}", Kind.ANSWERED, queue="110", desk="110-1", waited=waited)
    tell(pages, "drill", Kind.OPENED, medium="call", trunk="trial")
    tell(pages, "drill", Kind.ANSWERED, queue="110", desk="110-1", waited=99.0)
    keep(pages, QueueState("110", (waiting("drill", "110"),)))
    agus = pages.person("agus", Role.SUPERVISOR, "110")
    assert line(agus, "110")["hour"] == {"answered": 3, "within": {"10": 1, "15": 2, "20": 2}, "abandoned": 0}
    seen = board(agus)
    assert (seen["drills"], [each["drill"] for each in seen["contacts"]]) == (1, [True])


def test_a_board_says_that_what_it_shows_is_old(pages: Pages, switch: Switch) -> None:
    Snapshots(pages.store).keep([QueueState("110", (waiting(FIRE, "110"),))], time.time() - 60)
    switch.away = True
    seen = board(pages.person("agus", Role.SUPERVISOR, "110"))
    assert (seen["old"], seen["queues"][0]["waiting"]) == (True, 1)


def test_asterisk_itself_is_asked_when_nobody_watches(pages: Pages, switch: Switch) -> None:
    switch.wait(FIRE, "110")
    seen = board(pages.person("agus", Role.SUPERVISOR, "110"))
    assert (seen["old"], seen["queues"][0]["waiting"], seen["contacts"][0]["incident"]) == (False, 1, FIRE)


def test_a_board_goes_on_while_the_store_is_away(pages: Pages, switch: Switch, server: RedisServer) -> None:
    agus = pages.person("agus", Role.SUPERVISOR, "110")
    assert not board(agus)["store_away"]
    switch.wait(FIRE, "110")
    server.kill()
    try:
        # What was seen a moment ago is shown once more.
        until(lambda: board(agus)["queues"][0]["waiting"])
        seen = board(agus)
        assert (seen["store_away"], seen["old"], seen["queues"][0]["waiting"]) == (True, False, 1)
        assert seen["queues"][0]["messages"] is None
    finally:
        server.start()


def test_a_waiting_call_is_moved_and_the_timeline_tells(pages: Pages, switch: Switch) -> None:
    case(pages, FIRE, "fire", "110")
    keep(pages, QueueState("110", (waiting(FIRE, "110"),)))
    switch.wait(FIRE, "110")
    agus = pages.person("agus", Role.SUPERVISOR, "110")
    assert agus.post("/api/move", {"incident": FIRE, "queue": "113"}).status_code == 200
    (redirect,) = switch.asked("Redirect")
    assert (redirect["Context"], redirect["Exten"]) == ("g112-move", "113")
    entry = pages.store.timeline(FIRE)[-1]
    assert (entry.kind, dict(entry.data)) == (
        Kind.MOVED, {"medium": "call", "queue": "110", "to": "113", "by": "supervisor"},
    )  # fmt: skip
    assert audit(pages, "move") == [("agus", FIRE, "110", "done", "113")]


def test_a_call_of_another_agency_is_moved_by_nobody_else(pages: Pages, switch: Switch) -> None:
    case(pages, FIRE, "fire", "110")
    keep(pages, QueueState("110", (waiting(FIRE, "110"),)))
    switch.wait(FIRE, "110")
    dewi = pages.person("dewi", Role.SUPERVISOR, "118")
    assert error(dewi.post("/api/move", {"incident": FIRE, "queue": "118"})) == (409, "not_waiting")
    assert not switch.sent


def test_violence_is_moved_to_nobody_who_may_not_know(pages: Pages, switch: Switch) -> None:
    case(pages, VIOLENT, "violence", "110")
    keep(pages, QueueState("110", (waiting(VIOLENT, "110"),)))
    switch.wait(VIOLENT, "110")
    agus = pages.person("agus", Role.SUPERVISOR, "110")
    assert error(agus.post("/api/move", {"incident": VIOLENT, "queue": "118"})) == (409, "not_there")
    assert agus.post("/api/move", {"incident": VIOLENT, "queue": "112"}).status_code == 200


@pytest.mark.parametrize("nature", ["violence", "medical"])
def test_who_may_not_know_learns_nothing_from_a_move(pages: Pages, switch: Switch, nature: str) -> None:
    case(pages, VIOLENT, nature, "118")
    keep(pages, QueueState("118", (waiting(VIOLENT, "118"),)))
    switch.wait(VIOLENT, "118")
    dewi = pages.person("dewi", Role.SUPERVISOR, "118")
    assert dewi.post("/api/move", {"incident": VIOLENT, "queue": "113"}).status_code == 200


def test_a_waiting_message_is_moved_once(pages: Pages) -> None:
    writes(pages, FIRE, "fire", "110")
    agus = pages.person("agus", Role.SUPERVISOR, "110")
    (shown,) = board(agus)["contacts"]
    assert (shown["incident"], shown["medium"], shown["desk"]) == (FIRE, "message", "")
    asked = {"incident": FIRE, "queue": "113", "medium": "message"}
    assert agus.post("/api/move", asked).status_code == 200
    assert [wait.queue for wait in pages.store.waits.everybody()] == ["113"]
    assert error(agus.post("/api/move", asked)) == (409, "not_waiting")
    assert [entry.kind for entry in pages.store.timeline(FIRE)].count(Kind.MOVED) == 1


def test_words_of_violence_are_moved_to_nobody_who_may_not_read_them(pages: Pages) -> None:
    writes(pages, VIOLENT, "violence", "110")
    agus = pages.person("agus", Role.SUPERVISOR, "110")
    asked = {"incident": VIOLENT, "queue": "113", "medium": "message"}
    assert error(agus.post("/api/move", asked)) == (409, "not_there")
    assert [wait.queue for wait in pages.store.waits.everybody()] == ["110"]


@pytest.mark.parametrize(
    "sent", [{}, {"incident": FIRE}, {"incident": 3, "queue": "113"}, {"incident": "", "queue": "113"}]
)
def test_what_is_no_move_is_refused(pages: Pages, sent: dict[str, Any]) -> None:
    agus = pages.person("agus", Role.SUPERVISOR, "110")
    assert error(agus.post("/api/move", sent)) == (400, "malformed")


def test_there_is_no_moving_to_where_nobody_is(pages: Pages) -> None:
    agus = pages.person("agus", Role.SUPERVISOR, "110")
    assert error(agus.post("/api/move", {"incident": FIRE, "queue": "999"})) == (404, "no_queue")


def talks(pages: Pages, switch: Switch, incident: str, nature: str, desk: str) -> None:
    queue = desk.partition("-")[0]
    case(pages, incident, nature, queue)
    tell(pages, incident, Kind.ANSWERED, queue=queue, desk=desk, waited=3.0)
    keep(
        pages,
        QueueState(queue, (), (DeskState(desk, Readiness.BUSY),), (TalkingCall("1.1", incident, desk, time.time()),)),
    )
    switch.talk(incident, desk)


def audit(pages: Pages, act: str) -> list[tuple[str, ...]]:
    names = ("account", "incident", "agency", "outcome", "about")
    return [tuple(fields[name] for name in names) for _, fields in pages.parts.stream.newest() if fields["act"] == act]


def test_a_supervisor_listens_and_the_audit_tells_its_beginning_and_its_end(pages: Pages, switch: Switch) -> None:
    talks(pages, switch, TALKS, "fire", "110-1")
    agus = pages.person("agus", Role.SUPERVISOR, "110")
    at_desk(pages, "agus", "110-2")
    name = agus.post("/api/listen", {"incident": TALKS}).get_json()["name"]
    (rung,) = switch.asked("Originate")
    assert (rung["Channel"], rung["Context"], rung["ChannelId"]) == ("PJSIP/110-2", "g112-listen", name)
    assert rung["Variable"] == ["G112_LISTEN=PJSIP/110-1-00000002"]
    assert audit(pages, "listen") == [("agus", TALKS, "110", "done", "110-2")]
    assert [each["incident"] for each in board(agus)["listening"]] == [TALKS]
    assert error(agus.post("/api/listen", {"incident": TALKS})) == (409, "listening_already")
    assert until(lambda: audit(pages, "listen_end")) == [("agus", TALKS, "110", "done", "110-2")]
    assert not board(agus)["listening"]


def test_who_is_at_no_desk_has_nothing_to_listen_with(pages: Pages, switch: Switch) -> None:
    talks(pages, switch, TALKS, "fire", "110-1")
    agus = pages.person("agus", Role.SUPERVISOR, "110")
    at_desk(pages, "agus", "110-2", "off")
    assert error(agus.post("/api/listen", {"incident": TALKS})) == (409, "at_no_desk")
    assert audit(pages, "listen")[0][3] == "refused:409"


def test_violence_is_heard_by_nobody_who_may_not_know_and_no_refusal_tells_it(pages: Pages, switch: Switch) -> None:
    dewi = pages.person("dewi", Role.SUPERVISOR, "118")
    at_desk(pages, "dewi", "118-2")
    talks(pages, switch, VIOLENT, "violence", "118-1")
    refused = dewi.post("/api/listen", {"incident": VIOLENT})
    assert error(refused) == (409, "not_heard")
    unknown = dewi.post("/api/listen", {"incident": "d" * 24})
    assert (refused.get_data(), refused.headers.get("Content-Length")) == (
        unknown.get_data(),
        unknown.headers.get("Content-Length"),
    )
    assert not switch.asked("Originate")


def test_violence_is_heard_by_a_supervisor_who_may_know(pages: Pages, switch: Switch) -> None:
    talks(pages, switch, VIOLENT, "violence", "110-1")
    agus = pages.person("agus", Role.SUPERVISOR, "110")
    at_desk(pages, "agus", "110-2")
    assert agus.post("/api/listen", {"incident": VIOLENT}).status_code == 200


def test_a_call_of_another_agency_is_heard_by_nobody_else(pages: Pages, switch: Switch) -> None:
    talks(pages, switch, TALKS, "fire", "110-1")
    dewi = pages.person("dewi", Role.SUPERVISOR, "118")
    at_desk(pages, "dewi", "118-2")
    assert error(dewi.post("/api/listen", {"incident": TALKS})) == (409, "not_heard")


def test_a_listening_ends_when_the_call_becomes_one_of_violence(pages: Pages, switch: Switch) -> None:
    talks(pages, switch, TALKS, "medical", "118-1")
    dewi = pages.person("dewi", Role.SUPERVISOR, "118")
    at_desk(pages, "dewi", "118-2")
    name = dewi.post("/api/listen", {"incident": TALKS}).get_json()["name"]
    switch.channels.append({"Channel": "PJSIP/118-2-00000009", "Uniqueid": name, "Linkedid": name})
    tell(pages, TALKS, Kind.NATURE, nature="violence", by="desk:118-1")
    assert until(lambda: switch.asked("Hangup"))[0]["Channel"] == "PJSIP/118-2-00000009"


def test_a_listening_ends_with_the_right_to_it(pages: Pages, switch: Switch) -> None:
    talks(pages, switch, TALKS, "fire", "110-1")
    agus = pages.person("agus", Role.SUPERVISOR, "110")
    at_desk(pages, "agus", "110-2")
    name = agus.post("/api/listen", {"incident": TALKS}).get_json()["name"]
    switch.channels.append({"Channel": "PJSIP/110-2-00000009", "Uniqueid": name, "Linkedid": name})
    pages.account("agus", Role.SUPERVISOR, "113")
    until(lambda: switch.asked("Hangup"))


def letters(person: Person) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = person.get("/api/dead").get_json()["letters"]
    return found


def test_a_dead_job_is_listed_with_its_reason_and_tried_again_once(pages: Pages) -> None:
    case(pages, FIRE, "fire", "110")
    identifier = dead_job(pages, "follow_up", FIRE, "c1", "call_back")
    agus = pages.person("agus", Role.SUPERVISOR, "110")
    (letter,) = letters(agus)
    assert (letter["id"], letter["name"], letter["incident"], letter["again"]) == (identifier, "follow_up", FIRE, True)
    assert letter["why"].startswith("JobFailed: follow_up: NotYet")
    assert NUMBER[3:] not in json.dumps(letter)
    assert agus.post(f"/api/dead/{identifier}/again").status_code == 200
    assert not letters(agus)
    assert error(agus.post(f"/api/dead/{identifier}/again")) == (404, "no_letter")
    assert audit(pages, "try_again")[-1] == ("agus", FIRE, "110", "done", identifier)


def test_dead_letters_of_others_are_neither_shown_nor_tried(pages: Pages) -> None:
    case(pages, FIRE, "fire", "110")
    case(pages, VIOLENT, "violence", "118")
    identifiers = [dead_job(pages, "follow_up", FIRE, "c1", "sms"), dead_job(pages, "abandon", VIOLENT, "c1")]
    own = dead_job(pages, "webhook", VIOLENT, "118", "opened")
    dewi = pages.person("dewi", Role.SUPERVISOR, "118")
    assert [letter["id"] for letter in letters(dewi)] == [own]
    for identifier in identifiers:
        assert error(dewi.post(f"/api/dead/{identifier}/again")) == (404, "no_letter")
    operators = pages.person("agus", Role.SUPERVISOR, "112")
    assert {letter["id"] for letter in letters(operators)} == {*identifiers, own}


def test_what_was_refused_or_not_sent_is_listed_for_the_operators(pages: Pages) -> None:
    folder = pages.settings.state / "quarantine"
    folder.mkdir()
    kept = {
        "at": 5.0,
        "status": 403,
        "why": "the signature is wrong",
        "path": f"/hooks/twilio/x?From={NUMBER}",
        "body": SECRET,
    }
    (folder / "1.json").write_text(json.dumps(kept), encoding="utf-8")
    (folder / "2.json").write_text("{", encoding="utf-8")
    tell(pages, FIRE, Kind.DELIVERY, reply="r1", status="failed", why=f"to {NUMBER}")
    tell(pages, FIRE, Kind.DELIVERY, reply="r2", status="failed")
    tell(pages, FIRE, Kind.DELIVERY, reply="r2", status="delivered")
    agus = pages.person("agus", Role.SUPERVISOR, "112")
    found = letters(agus)
    assert [(letter["kind"], letter["name"], letter["why"]) for letter in found] == [
        ("message", "failed", ""), ("request", "/hooks/twilio", "403: the signature is wrong"),
    ]  # fmt: skip
    assert not any(word in json.dumps(found) for word in (SECRET, NUMBER[3:]))
    assert not letters(pages.person("dewi", Role.SUPERVISOR, "118"))


def alarms(person: Person) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = person.get("/api/alarms").get_json()["alarms"]
    return found


def test_an_alarm_is_told_once_and_acknowledged_until_it_comes_again(pages: Pages) -> None:
    for _ in range(3):
        tell(pages, "gateway", Kind.ALARM, what=f"the queues cannot be watched {NUMBER}", process="ami")
    agus = pages.person("agus", Role.SUPERVISOR, "110")
    board(agus)
    (alarm,) = alarms(agus)
    assert (alarm["count"], alarm["process"], alarm["acknowledged"]) == (3, "ami", None)
    assert NUMBER[3:] not in json.dumps(alarm)
    assert board(agus)["alarms"] == 1
    assert agus.post(f"/api/alarms/{alarm['id']}/seen").status_code == 200
    assert board(agus)["alarms"] == 0
    assert alarms(agus)[0]["acknowledged"]["by"] == "agus"
    assert audit(pages, "alarm_seen")[0][::4] == ("agus", alarm["id"])
    tell(pages, "gateway", Kind.ALARM, what=f"the queues cannot be watched {NUMBER}", process="ami")
    until(lambda: board(agus)["alarms"])
    assert (alarms(agus)[0]["count"], alarms(agus)[0]["acknowledged"]) == (4, None)


def test_an_alarm_of_a_case_is_for_who_may_know_of_it(pages: Pages) -> None:
    case(pages, VIOLENT, "violence", "118")
    tell(pages, VIOLENT, Kind.ALARM, what="a message could not be read")
    dewi, agus = pages.person("dewi", Role.SUPERVISOR, "118"), pages.person("agus", Role.SUPERVISOR, "112")
    assert (board(dewi)["alarms"], alarms(dewi)) == (0, [])
    assert board(agus)["alarms"] == 1
    (alarm,) = alarms(agus)
    assert error(dewi.post(f"/api/alarms/{alarm['id']}/seen")) == (404, "no_alarm")
