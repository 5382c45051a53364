"""A case as one agency's desk may see it."""

from dataclasses import asdict

import pytest

from gateway.desk.calls import Call
from gateway.desk.case import Found, case
from gateway.desk.rights import may_open, may_read, may_write
from gateway.incident.evidence import Evidence
from gateway.incident.shape import Circle
from gateway.incident.summary import Before, add_up
from gateway.incident.timeline import Entry, Kind
from gateway.rules import load
from gateway.settings import ROOT
from gateway.store.waiting import Wait
from sms.thread import Author

NOW = 1_750_000_000.0
NUMBER = "+6281200000001"
AGENCIES = load(ROOT / "routing_rules.yaml").agencies
WHY = [
    {"what": "violence", "words": "ditusuk suaminya", "rule": "attack"},
    {"what": "injured", "words": "berdarah dari suami", "rule": "bleeding"},
    {"what": "life_threat", "words": "sekarat gara2 suami", "rule": "dying"},
    {"what": "child", "words": "anakku", "rule": "child"},
]
PLACE = {"street": "jl. contoh", "rt": "5", "rw": "2", "landmark": "", "kelurahan": None}


def told(kind, at=0.0, **data):
    return Entry("i1", kind, NOW + at, data, channel_id="kannel:a:1")


def message(name="m1", text="suamiku lagi mukul", at=0.0, missing=()):
    return told(
        Kind.MESSAGE, at, message=name, channel="kannel", connector="a", text=text, parts=1, missing=list(missing)
    )


def filed(nature="violence", at=1.0, **data):
    return told(Kind.FILED, at, **{"medium": "message", "nature": nature, "why": WHY, "place": PLACE, **data})


OPENED = told(Kind.OPENED, medium="message", channel="kannel", number=NUMBER, trunk="a", as_given=NUMBER, dialled="112")
HANDED_OFF = told(Kind.HANDED_OFF, 1.0, medium="message", queue="118", priority=1, inform=["110", "ppa"])
STABBED = [OPENED, message(), filed(injured=True, life_threat=True, silent=True), HANDED_OFF]


def accepted(desk="118-1", at=2.0):
    return told(Kind.ACCEPTED, at, medium="message", queue=desk[:3], desk=desk)


def seen(agency, *entries):
    return case("i1", list(entries or STABBED), AGENCIES[agency], None, NOW + 60)


def test_who_may_know_of_violence_sees_all_of_it():
    whole = seen("110")
    assert (whole.nature, whole.number, whole.priority, whole.discreet) == ("violence", NUMBER, 1, False)
    assert [line.text for line in whole.lines] == ["suamiku lagi mukul"]
    assert whole.found[0] == Found("violence", "ditusuk suaminya", "attack")
    assert whole.informed == ("110", "ppa")
    assert whole.reachable


def test_who_need_not_know_sees_need_and_place_and_nothing_that_tells_more():
    discreet = seen("118")
    assert (discreet.nature, discreet.number, discreet.lines, discreet.informed) == ("medical", None, (), ())
    assert (discreet.life_threat, discreet.silent) == (True, True)
    assert discreet.found == (Found("injured"), Found("life_threat"))
    assert discreet.named == {"street": "jl. contoh", "rt": "5", "rw": "2"}
    assert discreet.warnings == ("discreet", "life_threat", "silent")
    for betraying in ("suami", "violence", "ppa", NUMBER):
        assert betraying not in str(asdict(discreet))


@pytest.mark.parametrize(
    ("street", "shown"),
    [
        ("gang suamiku jahat", ""), ("jl melati dipukul", ""), ("rumah istri", ""), ("jl. kalimantan no 5", "same"),
        ("jl distrik 2", "same"), ("jalan wilayah hitam", "same"), ("jl anggrek white", "same"),
    ],
)  # fmt: skip
def test_of_what_was_read_of_a_place_it_sees_no_landmark_and_no_street_that_tells_more(street, shown):
    place = {"street": street, "rt": "5", "landmark": "rumah suami"}
    named = seen("118", OPENED, message(), filed(place=place), HANDED_OFF).named
    assert named == {"rt": "5", **({"street": street} if shown else {})}
    assert seen("110", OPENED, message(), filed(place=place), HANDED_OFF).named == place


def test_the_priority_of_violence_alone_does_not_tell_it_either():
    medical = [OPENED, message(), filed("medical"), HANDED_OFF]
    assert (seen("118").priority, seen("118", *medical).priority) == (2, 2)
    assert seen("118", *medical, accepted()).priority == 1


def test_violence_once_reported_stays_hidden_whatever_is_read_later():
    assert seen("118", *STABBED, filed("medical", at=30.0)).discreet


def test_other_cases_are_open_to_who_answers_them():
    ill = [OPENED, message(text="sesak napas"), filed("medical")]
    assert (seen("118", *ill).nature, seen("118", *ill).lines, seen("118", *ill).number) == ("medical", (), None)
    for answer in (accepted(), of_call(Kind.ANSWERED, 2, desk="118-2"), [accepted(), told(Kind.RELEASED, 3)]):
        whole = seen("118", *ill, *(answer if isinstance(answer, list) else [answer]))
        assert (whole.discreet, whole.number, len(whole.lines)) == (False, NUMBER, 1)
    assert seen("118", *ill, accepted("110-1")).discreet, "another agency has it"


def alike():
    """A case of violence at each moment, and another one with the same need and place."""
    claim = told(Kind.EVIDENCE, **Evidence("aml", Circle(-6.2455, 106.9015, 18.0), NOW, confidence=68).as_dict())
    need = [{"what": "injured", "words": "berdarah", "rule": "bleeding"}]
    why = [{"what": "violence", "words": "dipukul", "rule": "attack"}, *need, WHY[3]]
    begin, elsewhere = [OPENED, message(), claim], {"medium": "message", "queue": "110", "desk": "110-1"}
    handed_off = told(Kind.HANDED_OFF, 1.0, medium="message", queue="118", priority=2, inform=[])
    other = [*begin, filed("medical", why=need, injured=True), handed_off]
    violence = [
        *begin, filed(why=why, injured=True, place={**PLACE, "landmark": "rumah suami"}), HANDED_OFF,
        told(Kind.PARTED, 1.0, **{**elsewhere, "from": "118"}), told(Kind.INFORMED, 1.5, agency="ppa"),
        told(Kind.ACCEPTED, 2.0, **{**elsewhere, "part": "words"}), told(Kind.MUTED, 3.0, why="silent_wish"),
        told(Kind.REPLY, 4.0, reply="r1", text="Aman?", by="desk:110-1", valid_until=NOW + 9999),
        told(Kind.PROPOSED, 5.0, what="reroute", to="110", why="the place", area="31.75"),
    ]  # fmt: skip
    return [violence[:moment] for moment in range(5, len(violence) + 1)], other


def test_a_case_of_violence_is_for_who_may_not_know_of_it_as_any_other_with_the_same_need_and_place():
    violence, other = alike()
    for moment in violence:
        assert asdict(seen("118", *moment)) == asdict(seen("118", *other))
    assert seen("118", *other).discreet


def test_violence_in_which_nobody_is_known_to_be_injured_is_some_need_to_who_may_not_know_of_it():
    unhurt = [OPENED, message(), filed(why=[WHY[0], WHY[3]]), HANDED_OFF]
    assert (seen("118", *unhurt).nature, seen("113", *STABBED).nature) == ("other", "medical")


BEFORE = Before("i0", "violence", agencies=("110", "ppa"))
AGAIN = [
    told(Kind.OPENED, **{**OPENED.data, "before": BEFORE.as_dict()}),
    told(Kind.MESSAGE, message="m1", channel="kannel", connector="a", text="rumah kebakaran", late=72_000),
    filed("fire", why=[]),
    told(Kind.HANDED_OFF, 1.0, medium="message", queue="113", priority=2, inform=["112", "110", "ppa"]),
]


def test_a_case_that_may_go_on_is_told_of_to_who_may_know_of_violence_alone():
    assert (seen("110", *AGAIN).before, seen("110", *AGAIN).informed) == (BEFORE, ("112", "110", "ppa"))
    other = seen("113", *AGAIN, accepted("113-1"))
    assert (other.discreet, other.before, other.informed, len(other.lines)) == (False, None, ("112",), 1)
    for betraying in ("violence", "ppa", "i0"):
        assert betraying not in str(asdict(other))


def test_a_late_part_completes_a_text_where_it_stood():
    entries = [
        OPENED,
        message("m1", "awal", missing=[2]),
        message("m2", "lain", at=2),
        message("m1", "awal akhir", at=5),
    ]
    lines = seen("110", *entries).lines
    assert [(line.text, line.missing, line.at) for line in lines] == [("awal akhir", 0, NOW), ("lain", 0, NOW + 2)]
    assert seen("110", *entries[:3]).lines[0].missing == 1
    assert seen("110", *entries).messages == 2


def reply(name="r1", by="desk:110-1", at=10.0, phrase=""):
    return told(Kind.REPLY, at, reply=name, text="Halo", by=by, phrase=phrase, valid_until=NOW + 9999)


def delivery(status, name="r1", at=11.0):
    return told(Kind.DELIVERY, at, reply=name, status=status)


def test_a_reply_stands_in_the_thread_with_its_writer_and_what_became_of_it():
    entries = [*STABBED, reply(), reply("r2", by="gateway", phrase="hello"), delivery("sending"), delivery("delivered")]
    desk, gateway = seen("110", *entries).lines[1:]
    assert (desk.author, desk.who, desk.status) == (Author.DESK, "110-1", "delivered")
    assert (gateway.author, gateway.who, gateway.phrase, gateway.status) == (Author.GATEWAY, "", "hello", "")


def test_receipts_out_of_order_take_nothing_back():
    assert seen("110", *STABBED, reply(), delivery("delivered"), delivery("sent")).lines[1].status == "delivered"


@pytest.mark.parametrize(
    ("entries", "warning"),
    [
        ([filed(takeover=True)], "takeover"),
        ([filed(silent=True)], "silent"),
        ([told(Kind.MUTED, 2, why="opt_out")], "muted_opt_out"),
        ([reply(), delivery("uncertain")], "uncertain"),
        ([told(Kind.CLOSED, 2, by="desk:110-1")], "closed"),
    ],
)
def test_what_could_do_harm_stands_on_top(entries, warning):
    assert warning in seen("110", OPENED, message(), *entries).warnings
    assert warning not in seen("110", OPENED, message()).warnings


def test_what_was_unmuted_warns_no_longer():
    muted = [told(Kind.MUTED, 2, why="opt_out"), told(Kind.UNMUTED, 3, by="desk:110-1")]
    assert seen("110", OPENED, message(), *muted).warnings == ()


def test_the_place_comes_with_how_sure_it_is():
    claim = Evidence("network_cell", Circle(-6.2455, 106.9015, 450.0), NOW, observed_at=NOW, confidence=67)
    placed = seen("118", *STABBED, told(Kind.EVIDENCE, **claim.as_dict()))
    assert "radius 450 m" in placed.place
    assert (placed.position, placed.is_placed) == ((-6.2455, 106.9015), True)
    assert not seen("118").is_placed


def of_call(kind, at, number="1", **data):
    return Entry("i1", kind, NOW + at, data, channel_id=f"sip:{number}")


def test_calls_of_the_incident_are_told_with_who_answered_and_who_is_on_the_line():
    opened = [of_call(Kind.OPENED, at, number, medium="call") for at, number in ((-60, "1"), (-30, "2"), (5, "3"))]
    ends = [of_call(Kind.ANSWERED, -50, desk="118-1"), of_call(Kind.ENDED, -40), of_call(Kind.ABANDONED, -20, "2")]
    calls = [Call(NOW - 60, "118-1", over=True), Call(NOW - 30, over=True), Call(NOW + 5)]
    whole = seen("110", *opened, *ends, *STABBED)
    assert (list(whole.calls), "calling" in whole.warnings) == (calls, True)
    assert seen("118", *opened, *ends, *STABBED).calls[0].desk == ""
    assert "calling" not in seen("110", *STABBED).warnings


LOST = [
    of_call(Kind.OPENED, -60, medium="call"), of_call(Kind.ANSWERED, -50, desk="110-1"),
    of_call(Kind.ENDED, -20, why="unseen: the gateway was not watching"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("then", "is_lost"),
    [
        ((), True),
        ((of_call(Kind.ANSWERED, -10, "callback-1", desk="110-1"),), False),
        ((of_call(Kind.OPENED, -10, "2", medium="call"),), False),
        ((told(Kind.CLOSED, 1, outcome="done", by="desk:110-1"),), False),
        ((told(Kind.OPENED, 1, medium="message"),), True),
    ],
)
def test_a_caller_who_was_lost_is_told_until_somebody_has_him_again(then, is_lost):
    for agency in ("110", "118"):
        assert ("lost" in seen(agency, *LOST, *STABBED, *then).warnings) == is_lost


def test_who_hung_up_or_had_nobody_yet_was_not_lost_at_a_desk():
    hung_up = of_call(Kind.ENDED, -20, cause="16")
    assert "lost" not in seen("110", *LOST[:2], hung_up).warnings
    assert "lost" not in seen("110", LOST[0], LOST[2]).warnings
    assert "lost" not in seen("110", *LOST[:2], of_call(Kind.RETURNED, -30, queue="110"), LOST[2]).warnings


def test_a_call_is_with_whoever_has_the_caller_now_or_waits_where_it_went():
    steps = [
        (of_call(Kind.OPENED, 0, medium="call"), Call(NOW)),
        (of_call(Kind.QUEUED, 1, queue="110"), Call(NOW, waits="110")),
        (of_call(Kind.ANSWERED, 2, queue="110", desk="110-1"), Call(NOW, "110-1")),
        (of_call(Kind.INVITED, 3, queue="118", desk="110-1"), Call(NOW, "110-1")),
        (of_call(Kind.JOINED, 4, queue="118", desk="118-1"), Call(NOW, "110-1")),
        (of_call(Kind.DEPARTED, 5, desk="110-1"), Call(NOW, "118-1")),
        (of_call(Kind.DEPARTED, 6, desk="118-1"), Call(NOW)),
        (of_call(Kind.RETURNED, 7, queue="118", why="left"), Call(NOW, waits="118")),
        (of_call(Kind.QUEUED, 8, queue="112"), Call(NOW, waits="112")),
        (of_call(Kind.ANSWERED, 9, queue="112", desk="112-1"), Call(NOW, "112-1")),
        (of_call(Kind.ENDED, 10), Call(NOW, "112-1", over=True)),
    ]
    told = []
    for entry, call in steps:
        told.append(entry)
        assert seen("110", *told).calls == (call,), entry.kind
        discreet = seen("118", *told, *STABBED).calls[0]
        assert (discreet.desk, discreet.waits) == ("", ""), entry.kind


def test_a_writer_without_a_number_cannot_be_answered():
    anonymous = told(Kind.OPENED, medium="message", channel="kannel", number=None, trunk="a")
    assert not seen("110", anonymous, message()).reachable


@pytest.mark.parametrize(
    ("agency", "desk", "opens", "reads", "writes"),
    [
        ("118", "118-1", True, False, False),  # it has the case, and need not know what was written
        ("110", "110-1", True, True, True),  # informed, and sees violence
        ("113", "113-1", False, False, False),  # not concerned
        ("112", "112-1", False, True, False),  # sees violence, and was not told of this case
    ],
)
def test_who_may_open_read_and_write_a_case_of_violence(agency, desk, opens, reads, writes):
    incident = add_up("i1", STABBED)
    wait = Wait("i1", "118", "118", 1, NOW, NOW, desk="118-1", at=NOW)
    assert may_open(AGENCIES[agency], desk, incident, [wait]) is opens
    assert may_read(AGENCIES[agency], incident) is reads
    assert may_write(AGENCIES[agency], desk, incident, [wait], []) is writes


def test_another_desk_of_the_agency_opens_what_waits_and_not_what_its_colleague_has():
    incident = add_up("i1", [OPENED, message(), filed("medical")])
    waits = Wait("i1", "118", "118", 2, NOW, NOW)
    held = Wait("i1", "118", "118", 2, NOW, NOW, desk="118-1", at=NOW)
    assert may_open(AGENCIES["118"], "118-2", incident, [waits])
    assert not may_write(AGENCIES["118"], "118-2", incident, [waits], [])
    assert not may_open(AGENCIES["118"], "118-2", incident, [held])
