"""A case as a page gets it: complete for who may know, and of one form for who may not know of violence."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.desk.earlier import Earlier
from gateway.desk.near import near
from gateway.desk.shown import Surroundings, for_agency, for_desk, told
from gateway.gazetteer import gazetteer
from gateway.gazetteer.facilities import Facilities
from gateway.incident.evidence import Evidence
from gateway.incident.shape import Area, Circle
from gateway.incident.timeline import Entry, Kind
from gateway.rules import load
from gateway.settings import ROOT
from gateway.store.lines import Line
from gateway.store.waiting import Wait

NOW = 1_750_000_000.0
NUMBER = "+6281200000001"
AGENCIES = load(ROOT / "routing_rules.yaml").agencies
AROUND = Surroundings(gazetteer(), near(Facilities(Path("no table"), gazetteer())))
CANARIES = ("suamiku", NUMBER, "violence", "kekerasan", "ppa", "110", "rumah suami", "+6281", "pesan", "prioritas 1")
"""What no desk may be told of that may not know of violence."""


def entry(kind, at=0.0, channel="a:1", **data):
    return Entry("i1", kind, NOW + at, data, f"{kind}{at}", channel)


def lines(*entries):
    found = [Line(f"L{number}", (each.at, number), each) for number, each in enumerate(entries)]
    return told("i1", sorted(found, key=lambda line: line.order))


def claim(at, source="aml", radius=40.0, lat=-6.2475, label="", shape=None):
    shape = shape or Circle(lat, 106.891, radius)
    return entry(Kind.EVIDENCE, at, **Evidence(source, shape, NOW + at, NOW + at, label=label).as_dict())


def contact(nature, queue="118", text="tolong", inform=()):
    """The same contact, but for what it is."""
    return [
        entry(Kind.OPENED, medium="message", channel="kannel", number=NUMBER, trunk="a"),
        entry(Kind.MESSAGE, 0.1, message="m1", channel="kannel", connector="a", text=text, parts=1, missing=[]),
        entry(Kind.FILED, 1.0, medium="message", nature=nature, injured=True, language="id", place={},
              why=[{"what": "injured", "words": text, "rule": "bleeding"}]),
        entry(Kind.HANDED_OFF, 1.0, medium="message", queue=queue, priority=1 if inform else 2, inform=list(inform)),
        claim(2.0),
    ]  # fmt: skip


VIOLENT = [
    *contact("violence", text="suamiku", inform=("110", "ppa")),
    entry(Kind.PARTED, 1.5, **{"medium": "message", "from": "118", "queue": "110", "priority": 1}),
    entry(Kind.INFORMED, 1.6, agency="110"),
    entry(Kind.INFORMED, 1.6, agency="ppa"),
    entry(Kind.MUTED, 1.7, why="takeover"),
    entry(Kind.CONSENT, 1.8, safe_to_call="no", share="no", by="desk:110-1", note="suamiku"),
    entry(Kind.TIMER, 1.9, what="protection", by="desk:ppa-1"),
    entry(Kind.ACCEPTED, 1.9, medium="message", queue="110", desk="110-1", part="words"),
    entry(Kind.REPLY, 2.1, reply="r1", text="Lagi sendirian?", by="desk:110-1", phrase="alone"),
]
ILL = contact("medical")
WAITING = Wait("i1", "118", "118", 1, NOW, NOW)
EARLIER = [Earlier("i0", NOW - 900, "violence", "call", "helped", closed=True)]


def seen(agency, entries, desk="", waits=(WAITING,), earlier=EARLIER):
    known = lines(*entries)
    shared = for_agency(known, AGENCIES[agency], AROUND, NOW + 60, "id", earlier)
    return {**shared, **for_desk(known, AGENCIES[agency], desk or f"{agency}-1", list(waits))}


def without_names(value):
    """Without the names of lines, which are drawn from their content."""
    if isinstance(value, dict):
        return {name: without_names(item) for name, item in value.items() if name != "id"}
    return [without_names(item) for item in value] if isinstance(value, list | tuple) else value


def test_of_two_cases_that_wait_nothing_tells_an_ambulance_which_one_is_violence():
    parted = replace(WAITING, part="task", violent=True)
    violent, ill = seen("118", VIOLENT, waits=[parted]), seen("118", ILL)
    assert without_names(violent) == without_names(ill)


def test_what_an_ambulance_has_of_violence_tells_nothing_that_its_crew_need_not_know():
    accepted = entry(Kind.ACCEPTED, 3.0, medium="message", queue="118", desk="118-1", part="task")
    held = replace(WAITING, desk="118-1", part="task", violent=True)
    shown = json.dumps(seen("118", [*VIOLENT, accepted], waits=[held]))
    assert [canary for canary in CANARIES if canary in shown] == []


def test_what_is_in_it_besides_the_case_has_one_form_also_for_what_an_ambulance_has():
    accepted = entry(Kind.ACCEPTED, 3.0, medium="message", queue="118", desk="118-1")
    held = replace(WAITING, desk="118-1")
    both = [seen("118", [*entries, accepted], waits=[held]) for entries in (VIOLENT, ILL)]
    besides = ("map", "timeline", "earlier", "keys", "care", "call", "medium")
    violent, ill = ({name: without_names(each[name]) for name in besides} for each in both)
    assert violent == ill
    assert (ill["earlier"], ill["keys"], ill["care"]) == ([], [], None)


def test_an_act_that_is_offered_tells_nothing_either():
    accepted = entry(Kind.ACCEPTED, 3.0, medium="message", queue="118", desk="118-1")
    held = replace(WAITING, desk="118-1")
    violent, ill = (seen("118", [*entries, accepted], waits=[held])["rights"] for entries in (VIOLENT, ILL))
    # Who writes with a patient may; with a victim others do.
    assert {name for name in ill if ill[name] != violent[name]} <= {"write", "link", "call_back"}


def test_the_police_see_who_claims_a_place_with_which_words_and_an_ambulance_where_it_is_alone():
    spoken = claim(3.0, "named_place", label="rumah suami", shape=Area("31.75.08", "Makasar"))
    told_to = {agency: seen(agency, [*VIOLENT, spoken])["map"]["claims"] for agency in ("110", "118")}
    police = [(each["source"], each["label"]) for each in told_to["110"]]
    assert police == [("aml", ""), ("named_place", "rumah suami")]
    assert [(each["source"], each["label"], each["code"]) for each in told_to["118"]] == [
        ("", "", ""),
        ("", "", "31.75.08"),
    ]


def test_a_map_has_every_claim_with_its_radius_age_doubt_and_what_all_amount_to():
    far = claim(1.0, "network_cell", radius=300.0, lat=-6.30)
    shown = seen("110", [*VIOLENT, far])["map"]
    assert (shown["fused"]["source"], shown["fused"]["radius_m"], shown["fused"]["age_s"]) == ("aml", 40.0, 58)
    assert shown["fused"]["geometry"]["type"] == "Polygon"
    assert shown["area"]["kelurahan"]["name"] == "Kebon Pala"
    cell = next(each for each in shown["claims"] if each["source"] == "network_cell")
    assert (cell["doubt"], cell["stale"], cell["radius_m"]) == ("5.9 km", False, 300.0)


def test_who_may_know_sees_consent_first_the_laws_time_limits_and_earlier_contacts():
    shown = seen("ppa", VIOLENT)
    assert (shown["care"]["safe_to_call"], shown["care"]["call_back_allowed"], shown["care"]["takeover"]) == (
        "no",
        False,
        True,
    )
    timers = {timer["what"]: (timer["due_at"] - NOW, timer["done_at"]) for timer in shown["care"]["timers"]}
    assert timers == {"protection": (86401.0, NOW + 1.9), "police_report": (3 * 86400 + 1.0, None)}
    assert shown["earlier"][0]["incident"] == "i0"


def test_who_only_may_be_in_danger_has_consent_and_no_time_limits():
    silent = [entry(Kind.OPENED, medium="call"), entry(Kind.FILED, 1.0, nature="unknown", silent=True)]
    care = seen("110", silent)["care"]
    assert (care["call_back_allowed"], care["timers"]) == (False, ())
    assert seen("110", contact("fire"))["care"] is None


@pytest.mark.parametrize(("safe", "allowed"), [("yes", True), ("no", False), ("unknown", False)])
def test_a_victim_may_be_called_back_only_after_saying_that_a_call_is_safe(safe, allowed):
    call = [entry(Kind.OPENED, medium="call", number=NUMBER), entry(Kind.FILED, 1.0, nature="violence"),
            entry(Kind.ANSWERED, 2.0, queue="110", desk="110-1"), entry(Kind.ENDED, 3.0),
            entry(Kind.CONSENT, 4.0, safe_to_call=safe, share="unknown")]  # fmt: skip
    assert seen("110", call, waits=[])["rights"]["call_back"] is allowed


def test_whom_nothing_endangers_may_be_called_back_unless_the_caller_said_no():
    call = [entry(Kind.OPENED, medium="call", number=NUMBER), entry(Kind.FILED, 1.0, nature="fire"),
            entry(Kind.ANSWERED, 2.0, queue="113", desk="113-1")]  # fmt: skip
    rights = lambda *more: seen("113", [*call, *more], waits=[])["rights"]["call_back"]  # noqa: E731
    assert not rights()
    assert rights(entry(Kind.ENDED, 3.0))
    assert not rights(entry(Kind.ENDED, 3.0), entry(Kind.CONSENT, 4.0, safe_to_call="no"))
    assert not rights(entry(Kind.ENDED, 3.0), entry(Kind.CLOSED, 4.0))


def test_a_case_as_json_is_json():
    json.dumps(seen("110", VIOLENT))
    json.dumps(seen("118", VIOLENT))


def test_the_keys_of_who_cannot_speak_are_told_as_they_are_pressed():
    pressed = [entry(Kind.KEYED, 5.0, key="1"), entry(Kind.KEYED, 6.0, key="2"), entry(Kind.KEYED, 7.0, key="#")]
    shown = seen("110", [*VIOLENT, *pressed])["keys"]
    assert [(each["key"], each["means"]) for each in shown] == [("1", "yes"), ("2", "no"), ("#", "")]


def test_a_transfer_is_seen_from_both_sides_of_it():
    call = [entry(Kind.OPENED, medium="call"), entry(Kind.FILED, 1.0, nature="fire"),
            entry(Kind.RANG, 2.0, queue="112", desk="112-1"), entry(Kind.ANSWERED, 3.0, queue="112", desk="112-1"),
            entry(Kind.INVITED, 4.0, queue="110", desk="112-1", why="transfer")]  # fmt: skip
    joined, departed = entry(Kind.JOINED, 5.0, queue="110", desk="110-1"), entry(Kind.DEPARTED, 6.0, desk="112-1")

    def line(agency, *more):
        shown = seen(agency, [*call, *more], waits=[])["call"]
        return (shown["state"], [(each["agency"], each["desk"], each["state"]) for each in shown["peers"]])

    assert line("112") == ("talking", [("110", "", "invited")])
    declined = entry(Kind.DECLINED, 5.0, queue="110", why="no_answer")
    assert line("112", declined) == ("talking", [("110", "", "declined")])
    assert line("112", joined) == ("talking", [("110", "110-1", "joined")])
    assert line("110", joined) == ("talking", [("112", "112-1", "joined")])
    assert line("110", joined, departed) == ("talking", [("112", "112-1", "left")])
    assert line("112", joined, departed)[0] == "ended"
    assert line("110", joined, departed, entry(Kind.RETURNED, 7.0, queue="110", why="page_lost")) == ("ended", [])
    assert seen("110", [*call, joined], waits=[])["rights"]["place"]


def test_who_is_asked_to_come_sees_the_case_while_it_rings_and_no_longer():
    call = [entry(Kind.OPENED, medium="call"), entry(Kind.FILED, 1.0, nature="violence"),
            entry(Kind.ANSWERED, 3.0, queue="112", desk="112-1"),
            entry(Kind.INVITED, 4.0, queue="118", desk="112-1", why="conference"),
            entry(Kind.RANG, 5.0, queue="118", desk="118-1")]  # fmt: skip
    shown = seen("118", call, waits=[])
    assert (shown["call"]["state"], shown["call"]["together"], shown["call"]["peers"]) == ("ringing", True, [])
    assert shown["discreet"]
    assert not any(shown["rights"].values())
    for over in (
        entry(Kind.DECLINED, 6.0, queue="118", why="cancelled"),
        entry(Kind.JOINED, 6.0, queue="118", desk="118-2"),
        entry(Kind.RETURNED, 6.0, queue="112", why="left"),
    ):
        assert seen("118", [*call, over], waits=[])["call"]["state"] == "ended", over.kind
    other = entry(Kind.DECLINED, 6.0, queue="ppa", why="no_answer")
    assert seen("118", [*call, other], waits=[])["call"]["state"] == "ringing"
