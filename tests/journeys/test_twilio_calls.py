"""Whole calls over TwiML: a stand-in for Twilio performs our documents against our application, in one process."""

import re
import threading
import time
from dataclasses import replace

import pytest

from gateway import tokens
from gateway.gazetteer import gazetteer
from gateway.incident.shape import Circle
from gateway.incident.timeline import Kind
from gateway.sounds.prompts import load_languages
from ivr.steps import Position
from tests.dialogue import walked, ways
from tests.gateway_in_process import OPERATORS, PLACE, PUBLIC, GatewayInProcess
from tests.twilio_stand_in import HANG_UP, LEAVES
from tests.twiml import parse, read_leg


@pytest.fixture
def gateway(tmp_path):
    return GatewayInProcess(tmp_path)


def test_every_path_of_the_table_ends_as_the_table_says(tmp_path):
    gateway = GatewayInProcess(tmp_path)
    every = list(ways(Position()))
    assert len(every) > 250
    for number, keys in enumerate(every):
        walk = walked(keys)
        told = gateway.twilio.call(keys, [gateway.desk_answers], caller=f"+62812{number:08d}")
        filed = gateway.journal.of_kind(Kind.FILED)[-1].data
        rule = gateway.rulebook.rules.choose(walk.report)
        assert filed == {
            "nature": walk.report.nature, "silent": walk.report.silent, "language": walk.report.language,
            "steps": walk.steps,
        }, keys  # fmt: skip
        assert gateway.journal.of_kind(Kind.HANDED_OFF)[-1].data["queue"] == rule.route.queue, keys
        assert told.legs[0].to == "sip:112@sip.gateway.test:5061;transport=tls", keys
        assert told.fell_back == 0
    assert gateway.journal.alarms == []


def abandoned(gateway: GatewayInProcess) -> list[tuple[object, object]]:
    return [(entry.data["step"], entry.data["follow_up"]) for entry in gateway.journal.of_kind(Kind.ABANDONED)]


def test_a_silent_caller_reaches_an_operator_and_hears_nothing_but_the_menu_once(gateway):
    told = gateway.twilio.call([None], [gateway.desk_answers])
    assert told.heard == ["/sounds/id/menu.wav"]
    assert [leg.kind for leg in told.legs] == ["sip"]
    assert gateway.journal.of_kind(Kind.FILED)[0].data["silent"] is True
    assert told.end == "the document hangs up"


@pytest.mark.parametrize("then", ["*", "#", None])
def test_who_presses_a_key_that_means_nothing_hears_the_menu_once_more_and_reaches_an_operator(gateway, then):
    told = gateway.twilio.call(["*", then], [gateway.desk_answers])
    assert told.heard == ["/sounds/id/menu.wav"] * 2
    assert [leg.kind for leg in told.legs] == ["sip"]
    steps = ["start", *(["code"] if then == "#" else []), "unclear"]
    assert gateway.journal.of_kind(Kind.FILED)[0].data["steps"] == steps


def test_a_code_is_kept_as_evidence_and_the_caller_goes_on_where_the_question_was(tmp_path):
    gateway = GatewayInProcess(tmp_path)
    told = gateway.twilio.call(["#", "47112", "2"], [gateway.desk_answers])
    assert told.heard == ["/sounds/id/menu.wav"] * 2
    assert [entry.data["source"] for entry in gateway.journal.of_kind(Kind.EVIDENCE)][-1] == "keyed_code"
    filed = gateway.journal.of_kind(Kind.FILED)[0].data
    assert (filed["nature"], filed["steps"]) == ("medical", ["start", "code", "start", "medical"])


def test_an_unknown_code_costs_the_caller_nothing(tmp_path):
    gateway = GatewayInProcess(tmp_path)
    gateway.twilio.call(["#", "99999", "1", "2"], [gateway.desk_answers])
    assert gateway.journal.of_kind(Kind.EVIDENCE_REFUSED)[0].data["why"] == "no post or stop has the code 99999"
    assert gateway.journal.of_kind(Kind.FILED)[0].data["nature"] == "violence"


def test_an_english_key_brings_english_prompts(gateway):
    told = gateway.twilio.call(["9", "1", "1"], [gateway.desk_answers])
    assert told.heard == ["/sounds/id/menu.wav", "/sounds/en/menu.wav", "/sounds/en/can_you_talk.wav"]
    assert gateway.journal.of_kind(Kind.FILED)[0].data["language"] == "en"


def test_where_a_sound_is_missing_twilio_speaks_the_words(tmp_path):
    gateway = GatewayInProcess(tmp_path, sounds=False)
    told = gateway.twilio.call(["9", "1", "2"])
    words = load_languages()
    assert told.heard == [words["id"].text("menu"), words["en"].text("menu"), words["en"].text("can_you_talk")]


def test_the_incident_is_kept_before_the_first_document_is_sent(gateway):
    gateway.twilio.call([HANG_UP])
    assert [entry.kind for entry in gateway.journal.entries[:3]] == [Kind.OPENED, Kind.EVIDENCE, Kind.ASKED]


def test_the_hand_off_carries_incident_place_and_a_token_that_asterisk_resumes_by(gateway):
    leg = gateway.twilio.call(["1", "2"], [gateway.desk_answers]).legs[0]
    incident = gateway.journal.of_kind(Kind.OPENED)[0].incident
    assert (leg.headers["X-Incident-ID"], leg.headers["X-Location"]) == (incident, PLACE)
    packed = tokens.read(gateway.settings, "handoff", leg.headers["X-Handoff"], time.time())
    order = gateway.intake.resume(packed, time.time())
    assert (order.incident, order.queue, order.need, order.silent) == (incident, "110", "violence", True)


def test_where_the_place_is_another_city_s_the_leg_says_what_to_do(tmp_path):
    gateway = GatewayInProcess(tmp_path, cell=Circle(-6.2349, 106.9896, 50.0), names=gazetteer())
    told = gateway.twilio.call(["2"], [gateway.desk_answers]).legs[0].headers["X-Location"]
    assert told.startswith("USUL: serahkan ke 112 Kota Bekasi")
    assert told.endswith(f"jangan minta penelepon menelepon ulang; {PLACE}")


def test_a_caller_who_has_spoken_with_a_desk_is_let_go(gateway):
    told = gateway.twilio.call(["2"], [gateway.desk_answers, "completed"])
    assert (len(told.legs), told.end) == (1, "the document hangs up")


def test_a_leg_that_asterisk_took_but_no_desk_answered_goes_to_the_operators_telephone(gateway):
    told = gateway.twilio.call(["2"], ["completed", "completed"])
    assert [leg.to for leg in told.legs] == ["sip:112@sip.gateway.test:5061;transport=tls", OPERATORS]
    assert gateway.journal.of_kind(Kind.ANSWERED)[0].data["desk"] == "telephone"
    assert told.end == "the document hangs up"


@pytest.mark.parametrize("outcome", ["busy", "failed", "no-answer", "canceled", "what-twilio-may-invent"])
def test_whatever_keeps_asterisk_from_answering_the_operators_are_telephoned(gateway, outcome):
    told = gateway.twilio.call(["3"], [outcome, "completed"])
    assert [leg.to for leg in told.legs][1:] == [OPERATORS]


def test_targets_are_tried_in_their_order(tmp_path):
    gateway = GatewayInProcess(tmp_path, twilio_sip_target="one.gateway.test, two.gateway.test:5070")
    told = gateway.twilio.call(["3"], ["failed", "failed", "completed"])
    assert [leg.to for leg in told.legs] == ["sip:112@one.gateway.test", "sip:112@two.gateway.test:5070", OPERATORS]


def test_a_caller_whom_nobody_answers_is_asked_to_wait_and_never_hung_up_on(gateway):
    told = gateway.twilio.call(["2"], ["busy"] * 10)
    assert (len(told.legs), told.end) == (11, HANG_UP)
    assert told.heard[1:] == ["/sounds/id/connecting.wav"] * 5
    assert set(gateway.journal.alarms) == {
        "Twilio could not connect a caller to sip.gateway.test:5061;transport=tls",
        "Twilio could not connect a caller to the operators by telephone",
        "a caller through Twilio reaches nobody and is kept on the line",
    }


def test_a_silent_caller_whom_nobody_answers_hears_no_word(gateway):
    told = gateway.twilio.call(["1", "2"], ["busy"] * 10)
    assert told.heard == ["/sounds/id/menu.wav", "/sounds/id/can_you_talk.wav"]


def test_without_an_operators_number_asterisk_is_tried_for_ever(tmp_path):
    gateway = GatewayInProcess(tmp_path, twilio_operators_number="")
    told = gateway.twilio.call(["2"], ["failed"] * 4)
    assert ({leg.kind for leg in told.legs}, told.end) == ({"sip"}, HANG_UP)


def test_a_caller_without_a_number_is_shown_as_ours_to_the_target(gateway):
    told = gateway.twilio.call(["2"], ["failed"], caller="+266696687")
    assert [leg.caller_id for leg in told.legs] == ["+622100000112"] * 2
    told = gateway.twilio.call(["2"], ["failed"])
    assert [leg.caller_id for leg in told.legs] == ["", ""]


@pytest.mark.parametrize(
    ("keys", "step", "what"),
    [
        ([HANG_UP], "start", "sms"),
        (["*", HANG_UP], "start", "sms"),
        (["9", HANG_UP], "start", "sms"),
        (["1", HANG_UP], "can_you_talk", "nothing"),
    ],
)
def test_a_caller_who_hangs_up_at_a_question_leaves_an_entry_and_what_policy_says(gateway, keys, step, what):
    told = gateway.twilio.call(keys)
    assert (told.end, abandoned(gateway)) == (HANG_UP, [(step, what)])
    assert [job.arguments[2] for job in gateway.journal.jobs] == [what] * (what != "nothing")
    assert len(gateway.journal.of_kind(Kind.ENDED)) == 1


@pytest.mark.parametrize("keys", [[HANG_UP], ["1", HANG_UP]])
def test_a_hang_up_that_is_told_while_the_store_is_away_is_decided_later(gateway, keys):
    gateway.journal.away = True
    told = gateway.twilio.call(keys, [gateway.desk_answers])
    assert abandoned(gateway) == []
    later = [job for job in gateway.journal.jobs if job.name == "abandon"]
    assert [job.arguments for job in later] == [(gateway.journal.entries[0].incident, told.sid)]
    assert later[0].after > 0


def test_a_caller_who_leaves_before_asterisk_took_the_leg_is_abandoned_once(gateway):
    gateway.twilio.call(["2"], [HANG_UP])
    assert [step for step, _ in abandoned(gateway)] == ["hand_off"]


def test_a_caller_who_leaves_while_a_leg_of_asterisk_is_up_is_asterisks_to_tell_of(gateway):
    told = gateway.twilio.call(["2"], [LEAVES])
    assert (told.end, abandoned(gateway)) == (HANG_UP, [])


def test_an_operator_who_answered_by_telephone_is_told_of_whoever_hangs_up_first(gateway):
    gateway.twilio.call(["2"], ["failed", LEAVES])
    assert [entry.data["desk"] for entry in gateway.journal.of_kind(Kind.ANSWERED)] == ["telephone"]
    assert abandoned(gateway) == []


def test_what_twilio_says_of_the_end_twice_or_out_of_order_is_kept_once(gateway):
    form = gateway.twilio.form("CA" + "1" * 32, "+6281200000001", "completed") | {"CallDuration": "7"}
    status = f"{PUBLIC}/twilio/voice/status"
    for late in ("completed", "completed", "in-progress", "ringing", "initiated", "completed"):
        assert gateway.twilio.post(status, form | {"CallStatus": late}).status == 204
    assert [entry.data for entry in gateway.journal.of_kind(Kind.ENDED)] == [{"seconds": 7, "cause": "completed"}]


def test_a_call_that_went_by_the_fallback_document_leaves_a_trace(gateway):
    gateway.network.applications[PUBLIC] = broken
    gateway.twilio.number = replace(gateway.twilio.number, status_url="")
    told = gateway.twilio.call([], ["completed"])
    gateway.network.applications[PUBLIC] = gateway.app
    form = gateway.twilio.form(told.sid, "+6281200000001", "completed")
    gateway.twilio.post(f"{PUBLIC}/twilio/voice/status", form)
    assert [entry.kind for entry in gateway.journal.entries] == [Kind.OPENED, Kind.EVIDENCE, Kind.ENDED]
    assert abandoned(gateway) == []


def broken(_environ, start_response):
    start_response("502 Bad Gateway", [("Content-Type", "text/html")])
    return [b"<html>no upstream</html>"]


def hung(_environ, start_response):
    threading.Event().wait(20)
    start_response("200 OK", [])
    return []


@pytest.mark.parametrize("fault", [broken, hung, None])
def test_with_the_application_away_the_fallback_document_connects_the_caller(gateway, fault):
    gateway.network.applications[PUBLIC] = fault
    gateway.twilio.number = replace(gateway.twilio.number, seconds=0.3, status_url="")
    told = gateway.twilio.call([], ["failed", "busy", "completed"])
    assert told.fell_back >= 1
    assert [leg.to for leg in told.legs][:3] == [
        "sip:112@sip.gateway.test:5061;transport=tls", OPERATORS, "sip:112@sip.gateway.test:5061;transport=tls",
    ]  # fmt: skip
    assert told.end == HANG_UP


def test_an_application_that_dies_in_the_middle_of_a_dialogue_costs_no_caller(gateway):
    def dies_after_the_first(environ, start_response):
        working = environ["PATH_INFO"] == "/twilio/voice"
        return (gateway.app if working or environ["REQUEST_METHOD"] == "GET" else broken)(environ, start_response)

    gateway.network.applications[PUBLIC] = dies_after_the_first
    told = gateway.twilio.call(["1"], ["failed", "completed"])
    assert (told.fell_back, [leg.kind for leg in told.legs][:2]) == (1, ["sip", "number"])


def test_a_short_fault_is_overcome_by_trying_again_where_the_url_says_so(gateway):
    faults = [broken, broken]

    def recovers(environ, start_response):
        return (faults.pop() if faults else gateway.app)(environ, start_response)

    gateway.network.applications[PUBLIC] = recovers
    gateway.twilio.number = replace(gateway.twilio.number, voice_url=f"{PUBLIC}/twilio/voice#rc=2&rp=all")
    told = gateway.twilio.call(["2"], [gateway.desk_answers])
    assert (told.fell_back, told.end) == (0, "the document hangs up")


def test_a_fault_of_ours_in_a_call_is_a_hand_off_to_the_operators(tmp_path, capfd):
    def no_words(_location, _now):
        raise ZeroDivisionError("+6281200000001 is in Kelurahan Cipinang Melayu")

    gateway = GatewayInProcess(tmp_path, describe=no_words)
    told = gateway.twilio.call(["1", "1"], ["failed", "busy", "completed"])
    assert (told.fell_back, [leg.kind for leg in told.legs]) == (0, ["sip", "number", "sip", "number"])
    log = capfd.readouterr().err
    assert "ZeroDivisionError" in log
    assert set(gateway.journal.alarms) == {
        "a fault of ours in a call through Twilio: the caller was given to the operators"
    }
    assert "6281200000001" not in log
    assert "Cipinang" not in log


def test_with_the_store_away_the_call_is_handed_off_with_its_place(gateway):
    gateway.journal.away = True
    told = gateway.twilio.call(["2"], ["failed", "completed"])
    assert [leg.kind for leg in told.legs] == ["sip", "number"]
    assert told.legs[0].headers["X-Location"] == PLACE
    assert len(gateway.journal.of_kind(Kind.OPENED)) == 1


def test_a_caller_who_calls_again_joins_the_open_incident(gateway):
    first = gateway.twilio.call(["1", "1"], [gateway.desk_answers]).legs[0]
    again = gateway.twilio.call([None, None], [gateway.desk_answers]).legs[0]
    assert first.headers["X-Incident-ID"] == again.headers["X-Incident-ID"]
    assert gateway.journal.of_kind(Kind.HANDED_OFF)[-1].data["queue"] == "110"


def test_asterisk_resumes_as_urgent_as_the_call_was_handed_off(gateway):
    gateway.twilio.call(["1", "1"], [gateway.desk_answers])
    leg = gateway.twilio.call(["3"], [gateway.desk_answers]).legs[0]
    packed = tokens.read(gateway.settings, "handoff", leg.headers["X-Handoff"], time.time())
    order, decided = gateway.intake.resume(packed, time.time()), gateway.journal.of_kind(Kind.HANDED_OFF)[-1].data
    assert (order.queue, order.priority, list(order.inform)) == ("113", 1, decided["inform"])
    assert decided["priority"] == 1


def test_a_second_call_is_not_over_because_a_desk_answered_the_first(gateway):
    gateway.twilio.call(["1", "1"], [gateway.desk_answers])
    for number, entry in enumerate(gateway.journal.entries):
        gateway.journal.entries[number] = replace(entry, at=entry.at - 60)
    again = gateway.twilio.call(["1", "1"], ["completed", "completed"])
    assert [leg.kind for leg in again.legs] == ["sip", "number"]


def test_a_second_call_is_abandoned_although_the_first_was_handed_off(gateway):
    gateway.twilio.call(["2"], [gateway.desk_answers])
    gateway.twilio.call([HANG_UP])
    assert [step for step, _ in abandoned(gateway)] == ["start"]


def test_a_hang_up_after_a_case_of_violence_is_treated_as_one(gateway):
    gateway.twilio.call(["1", "1"], [gateway.desk_answers])
    gateway.twilio.call([HANG_UP])
    assert abandoned(gateway) == [("start", "nothing")]


@pytest.mark.parametrize("away", [False, True])
def test_a_repeated_first_request_of_a_caller_without_a_number_opens_one_incident(gateway, away):
    gateway.journal.away = away
    form = gateway.twilio.form("CA" + "2" * 32, "anonymous")
    questions = [parse(gateway.twilio.post(f"{PUBLIC}/twilio/voice", form))[0].get("action") for _ in range(2)]
    dials = [parse(gateway.twilio.post(url, form | {"Digits": "2"}))[0] for url in questions]
    opened = {entry.incident for entry in gateway.journal.entries}
    assert {read_leg(dial).headers["X-Incident-ID"] for dial in dials} == opened
    assert len(opened) == 1


def test_callers_without_a_number_are_not_joined(gateway):
    # What Twilio gives for a number that is none: words as keys of a telephone, such as 266696687 for ANONYMOUS.
    withheld = ["+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253", "anonymous", ""]
    calls = [gateway.twilio.call(["1", "1"], caller=caller) for caller in withheld + withheld]
    assert len({call.legs[0].headers["X-Incident-ID"] for call in calls}) == 2 * len(withheld)
    assert {entry.data["number"] for entry in gateway.journal.of_kind(Kind.OPENED)} == {None}


@pytest.mark.parametrize("away", [False, True])
def test_a_repeated_request_changes_nothing(gateway, away):
    gateway.journal.away = away
    plain = gateway.twilio.call(["1", "1"], ["failed", "completed"])
    entries, jobs = len(gateway.journal.entries), len(gateway.journal.jobs)
    for url, form in plain.requests:
        answers = [gateway.twilio.post(url, form) for _ in range(3)]
        assert {answer.status for answer in answers} == {200}
        assert len({without_tokens(answer.body) for answer in answers}) == 1
    assert (len(gateway.journal.entries), len(gateway.journal.jobs)) == (entries, jobs)


def without_tokens(document: bytes) -> str:
    return re.sub(r"(at=|X-Handoff=)[A-Za-z0-9_-]+", r"\1", document.decode())
