"""What a desk does with a case in its page, and what nobody else can do with it, on a real Redis."""

import pytest

from gateway.accounts.account import Role
from gateway.incident.timeline import Kind
from gateway.web.pages.acts import ACTS
from tests.live.pages_desk import NUMBER, answered, at_desk, call, ended, sit, written


def last(pages, kind, incident="c1"):
    return [entry.data for entry in pages.store.timeline(incident) if entry.kind is kind][-1]


def count(pages, kind, incident="c1"):
    return sum(entry.kind is kind for entry in pages.store.timeline(incident))


def refused(answer):
    assert answer.status_code == 409, answer.get_data(as_text=True)
    return answer.get_json()["error"]["why"]


def act(person, doing, incident="c1", tab="t1", **values):
    return person.post(f"/api/cases/{incident}/{doing}", {"tab": tab, **values})


@pytest.fixture
def siti(pages):
    return at_desk(pages, "siti", "110-1")


@pytest.fixture
def talked(pages, siti):
    """A call that 110-1 has answered and that is over."""
    pages.store.add([*call(), answered(), ended()])
    return siti


def test_who_answered_a_call_closes_its_case_once_the_caller_is_gone(pages, siti):
    pages.store.add([*call(), answered()])
    assert refused(act(siti, "close", outcome="helped")) == "still_calling"
    pages.store.add([ended()])
    assert refused(act(siti, "close", outcome="nonsense")) == "no_outcome"
    assert act(siti, "close", outcome="helped", note="diantar").get_json() == {"done": True}
    assert last(pages, Kind.CLOSED) == {"by": "desk:110-1", "outcome": "helped", "note": "diantar"}
    assert refused(act(siti, "close", outcome="helped")) == "over"
    assert count(pages, Kind.CLOSED) == 1


def test_what_an_ambulance_ends_of_violence_is_its_task_alone(pages):
    budi = at_desk(pages, "budi", "118-1")
    pages.store.add([*call(queue="118", nature="violence", inform=("110", "ppa")), answered("118-1"), ended()])
    assert act(budi, "close", outcome="helped").status_code == 200
    assert count(pages, Kind.CLOSED) == 0
    assert last(pages, Kind.DONE)["queue"] == "118"


def test_whose_texts_another_desk_has_is_closed_by_that_one(pages, talked):
    pages.store.add(written("c1"))
    assert refused(act(talked, "close", outcome="helped")) == "words_wait"


def test_a_corrected_nature_is_kept_and_violence_is_never_taken_back(pages, talked):
    assert refused(act(talked, "nature", nature="unknown")) == "no_nature"
    assert act(talked, "nature", nature="medical").status_code == 200
    assert last(pages, Kind.NATURE) == {"nature": "medical", "before": "crime", "by": "desk:110-1"}
    assert act(talked, "nature", nature="violence").status_code == 200
    assert refused(act(talked, "nature", nature="fire")) == "stays_violence"
    assert pages.store.incident("c1").nature == "violence"


def test_what_an_ambulance_says_of_violence_is_taken_in_silence_and_changes_nothing(pages):
    budi = at_desk(pages, "budi", "118-1")
    pages.store.add([*call(queue="118", nature="violence"), answered("118-1")])
    assert act(budi, "nature", nature="medical").status_code == 200
    assert pages.store.incident("c1").nature == "violence"


def test_texts_that_turn_out_to_be_violence_are_parted_from_the_ambulances_task(pages):
    budi = at_desk(pages, "budi", "118-1")
    pages.store.add(written(queue="118", nature="medical"))
    assert act(budi, "accept", "m1").status_code == 200
    assert act(budi, "nature", "m1", nature="violence").status_code == 200
    assert last(pages, Kind.PARTED, "m1")["queue"] == "110"
    siti = at_desk(pages, "siti", "110-1")
    assert act(siti, "accept", "m1").status_code == 200


def test_consent_and_time_limits_are_kept_by_who_may_know(pages, siti):
    pages.store.add([*call(nature="violence"), answered(), ended()])
    assert refused(act(siti, "consent", safe_to_call="perhaps", share="no")) == "no_consent"
    assert act(siti, "consent", safe_to_call="yes", share="no", note="siang saja").status_code == 200
    assert pages.store.incident("c1").safe_to_call == "yes"
    assert refused(act(siti, "timer", what="holiday")) == "no_timer"
    for _ in range(2):
        assert act(siti, "timer", what="protection").status_code == 200
    assert count(pages, Kind.TIMER) == 1
    care = siti.get("/api/cases/c1").get_json()["care"]
    assert (care["safe_to_call"], care["share"], care["note"]) == ("yes", "no", "siang saja")


def test_a_case_without_danger_says_that_it_needs_no_consent_and_only_to_who_may_know_of_danger(pages, siti):
    medic = at_desk(pages, "medic", "118-1")
    pages.store.add([*call(), answered(), ended(), *call("c2", queue="118", nature="fire"), answered("118-1", "c2")])
    assert refused(act(siti, "consent", safe_to_call="yes", share="no")) == "no_danger"
    assert refused(act(medic, "consent", "c2", safe_to_call="yes", share="no")) == "not_for_you"


def test_where_no_contact_is_safe_nothing_is_answered_of_itself_and_a_desk_is_asked_first(pages, siti):
    pages.store.add(written("m1", "tolong suami saya mukul saya", nature="violence"))
    act(siti, "accept", "m1")
    for safe in ("no", "no", "unknown"):
        assert act(siti, "consent", "m1", safe_to_call=safe, share="no").status_code == 200
    assert [count(pages, kind, "m1") for kind in (Kind.CONSENT, Kind.MUTED)] == [3, 1]
    assert pages.store.incident("m1").muted == "not_safe"
    assert "muted_not_safe" in siti.get("/api/cases/m1").get_json()["warnings"]
    assert act(siti, "write", "m1", text="Masih di sana?").get_json()["warned"]["muted"] == "not_safe"
    assert act(siti, "unmute", "m1").status_code == 200
    assert pages.store.incident("m1").muted == ""


def test_a_call_back_asks_first_and_never_rings_a_victim_who_has_not_said_that_it_is_safe(pages, siti):
    pages.store.add([*call(nature="violence"), answered(), ended()])
    assert refused(act(siti, "call_back", confirm=True)) == "no_consent_to_call"
    act(siti, "consent", safe_to_call="yes", share="unknown")
    # The rules as shipped name no trunk for it.
    assert refused(act(siti, "call_back")) == "no_trunk"
    assert refused(act(siti, "call_back", confirm=True)) == "no_trunk"
    told = siti.get("/api/cases/c1").get_json()
    assert (told["rights"]["call_back"], told["no_trunk"]) == (False, True)
    assert count(pages, Kind.FOLLOW_UP) == 0


def test_another_agency_is_informed_once_and_may_open_the_case(pages, talked):
    ani = at_desk(pages, "ani", "ppa-1")
    assert refused(act(ani, "release")) == "not_for_you"
    for _ in range(2):
        assert act(talked, "inform", agency="ppa").status_code == 200
    assert refused(act(talked, "inform", agency="110")) == "no_agency"
    assert refused(act(talked, "inform", agency="nobody")) == "no_agency"
    assert count(pages, Kind.INFORMED) == 1
    assert ani.get("/api/cases/c1").get_json()["nature"] == "crime"


def test_what_had_better_not_be_sent_is_asked_about_and_only_its_own_tab_can_say_yes(pages, siti):
    pages.store.add(written())
    act(siti, "accept", "m1")
    warned = act(siti, "write", "m1", tab="t1", text="Polisi segera datang ke rumah Anda")
    assert {fault["what"] for fault in warned.get_json()["warned"]["faults"]} >= {"agency"}
    assert refused(act(siti, "confirm", "m1", tab="t2")) == "no_draft"
    assert refused(act(siti, "confirm", "m1", tab="")) == "no_draft"
    assert refused(act(siti, "confirm", "m1", tab="t1", draft="another")) == "no_draft"
    assert act(siti, "confirm", "m1", tab="t1", draft=warned.get_json()["warned"]["draft"]).status_code == 200
    assert refused(act(siti, "confirm", "m1", tab="t1")) == "no_draft"
    replies = [entry.data["by"] for entry in pages.store.timeline("m1") if entry.kind is Kind.REPLY]
    assert replies.count("desk:110-1") == 1


def test_another_act_takes_back_what_waited_for_a_yes(pages, siti):
    pages.store.add(written())
    act(siti, "accept", "m1")
    act(siti, "write", "m1", text="Polisi segera datang")
    act(siti, "unmute", "m1")
    assert refused(act(siti, "confirm", "m1")) == "no_draft"


def test_a_place_of_several_meanings_is_chosen_by_its_number_in_the_same_tab(pages, siti):
    pages.store.add(written())
    act(siti, "accept", "m1")
    found = act(siti, "place", "m1", tab="t1", text="Jatinegara").get_json()["choices"]
    assert len(found) > 1
    assert refused(act(siti, "place", "m1", tab="t2", choice=1)) == "no_draft"
    assert refused(act(siti, "place", "m1", tab="t1", choice=99)) == "no_draft"
    assert [found[0]["how"], found[0]["label"]] == ["name", "Kec. Jatinegara (Jakarta Timur)"]
    assert act(siti, "place", "m1", tab="t1", choice=2).status_code == 200
    assert last(pages, Kind.EVIDENCE, "m1")["source"] == "desk"


def test_a_place_is_set_on_the_map(pages, talked):
    assert act(talked, "place", lat=-6.2475, lon=106.891, radius=40).get_json()["done"]
    shown = talked.get("/api/cases/c1").get_json()["map"]["fused"]
    assert (shown["lat"], shown["lon"], shown["radius_m"], shown["source"]) == (-6.2475, 106.891, 40.0, "desk")
    for lat, lon in ((51.5, -0.12), (6.2475, 106.891), (106.891, -6.2475)):
        assert refused(act(talked, "place", lat=lat, lon=lon)) == "no_position"


def test_words_keep_nothing_before_it_was_told_what_would_be_kept(pages, talked):
    for text, how, unknown in (("benhil", "alias", False), ("monas", "guess", True), ("jl contoh 5", "words", True)):
        asked = act(talked, "place", text=text).get_json()
        assert (asked["choices"][0]["how"], asked["unknown"]) == (how, unknown)
        assert "done" not in asked
    assert not [entry for entry in pages.store.timeline("c1") if entry.kind is Kind.EVIDENCE]
    assert act(talked, "place", choice=1).get_json() == {"done": True, "words_kept": True}
    assert last(pages, Kind.EVIDENCE, "c1")["source"] == "desk_words"
    assert act(talked, "place", code="31.75.08.1005", text="cip mel").get_json()["done"]
    assert last(pages, Kind.EVIDENCE, "c1")["label"] == "cip mel"
    assert refused(act(talked, "place", code="31.75.08.9999")) == "no_place"


def test_of_two_desks_that_accept_the_later_one_is_told_who_has_it(pages, siti):
    joko = at_desk(pages, "joko", "110-2")
    pages.store.add(written())
    assert act(siti, "accept", "m1").status_code == 200
    answer = act(joko, "accept", "m1")
    assert refused(answer) == "taken"
    assert "110-1" in answer.get_json()["error"]["sentence"]


# what others cannot do

GIVEN = {"text": "Halo", "nature": "fire", "agency": "112", "outcome": "helped", "what": "protection", "name": "safe",
         "safe_to_call": "yes", "share": "yes", "why": "-", "confirm": True}  # fmt: skip


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize("incident", ["c1", "m1"])
def test_no_act_reaches_another_agencys_case_or_tells_that_there_is_one(pages, name, incident):
    pages.store.add([*call(queue="112", nature="violence"), answered("112-1"), *written(queue="112")])
    budi = at_desk(pages, "budi", "113-1")
    before = len(pages.store.timeline(incident))
    answers = [act(budi, name, each, **GIVEN) for each in (incident, "nothing")]
    assert [refused(answer) for answer in answers] == ["not_for_you"] * 2
    assert answers[0].get_json() == answers[1].get_json()
    assert len(pages.store.timeline(incident)) == before


@pytest.mark.parametrize(
    "name", ["*", "..", "a b", "%2e%2e", "x" * 200, "c1\x00", "timeline:c1", "c1%23words", "gateway", "-"]
)
def test_no_odd_name_is_a_case(pages, siti, name):
    pages.store.add(call())
    found = siti.get(f"/api/cases/{name}")
    assert found.status_code in (404, 409), found.get_data(as_text=True)
    assert found.status_code == 404 or found.get_json()["error"]["why"] == "not_for_you"


def test_who_is_on_duty_nowhere_sees_and_does_nothing(pages, siti):
    pages.store.add([*call(), answered()])
    sit(pages.store, "siti", "110-1", "off")
    assert refused(siti.get("/api/cases/c1")) == "not_on_duty"
    assert {refused(act(siti, name, **GIVEN)) for name in ACTS} == {"not_on_duty"}


def test_who_was_moved_to_another_agency_is_at_none_of_the_first_ones_desks(pages, siti):
    pages.store.add([*call(), answered()])
    pages.account("siti", Role.CALL_TAKER, "113")
    assert refused(siti.get("/api/cases/c1")) == "not_on_duty"


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
def test_who_keeps_accounts_or_reads_the_audit_sees_no_case(pages, role):
    pages.store.add([*call(), answered()])
    rudi = at_desk(pages, "rudi", "110-1", role=role)
    assert rudi.get("/api/cases/c1").status_code == 403
    assert rudi.get("/api/feed").status_code == 403
    assert {act(rudi, name, **GIVEN).status_code for name in ACTS} == {403}


def test_nobody_acts_without_the_pages_own_token(pages, siti):
    pages.store.add([*call(), answered(), ended()])
    siti.csrf = "another"
    assert {act(siti, name, **GIVEN).status_code for name in ACTS} == {403}
    assert count(pages, Kind.CLOSED) == 0


def test_each_view_and_each_act_is_a_line_of_the_audit_without_number_text_or_place(pages, talked):
    talked.get("/api/cases/c1")
    act(talked, "close", outcome="nonsense")
    act(talked, "close", outcome="helped", note="rahasia")
    lines = [line for _, line in pages.parts.stream.newest() if line["incident"] == "c1"]
    told = [(line["act"], line["account"], line["agency"], line["about"], line["outcome"]) for line in lines]
    assert told[::-1] == [
        ("view", "siti", "110", "110-1", "done"),
        ("close", "siti", "110", "110-1", "refused:409"),
        ("close", "siti", "110", "110-1", "done"),
    ]
    assert NUMBER not in str(lines)
    assert "rahasia" not in str(lines)


def test_an_ambulance_learns_by_no_refusal_whether_a_case_is_one_of_violence(pages):
    budi = at_desk(pages, "budi", "118-1")
    # What an ambulance has of a patient it also writes and calls; of a victim others do.
    same = [name for name in ACTS if name not in ("write", "phrase", "link", "call_back", "confirm", "unmute")]
    answers = {}
    for incident, nature in (("v1", "violence"), ("p1", "medical")):
        pages.store.add([*written(incident, queue="118", nature=nature)])
        told = [act(budi, "accept", incident)] + [
            act(budi, name, incident, **GIVEN) for name in same if name != "accept"
        ]
        answers[nature] = [(answer.status_code, answer.get_json()) for answer in told]
    assert answers["violence"] == answers["medical"]


@pytest.mark.parametrize("waiting", [True, False])
def test_no_act_tells_who_was_only_informed_or_waits_for_it_which_case_is_violence(pages, waiting):
    budi = at_desk(pages, "budi", "118-1")
    answers = {}
    for incident, nature in (("v1", "violence"), ("p1", "medical")):
        queue = "118" if waiting else "112"
        pages.store.add(written(incident, queue=queue, nature=nature, inform=() if waiting else ("118",)))
        told = [act(budi, name, incident, **GIVEN) for name in ACTS if name != "accept"]
        answers[nature] = [(answer.status_code, answer.get_json()) for answer in told]
    assert answers["violence"] == answers["medical"]


# places


def test_names_are_completed_while_they_are_typed(pages, siti):
    found = siti.get("/api/places?q=cipinang mel").get_json()
    assert (found[0]["name"], found[0]["kind"]) == ("Cipinang Melayu", "kelurahan")
    assert found[0]["lat"] == pytest.approx(-6.25, abs=0.02)
    assert siti.get("/api/places?q=").get_json() == []
    assert len(siti.get("/api/places?q=a").get_json()) <= 8


def test_the_map_comes_packed_and_is_not_sent_twice(pages, siti):
    plain = siti.get("/api/map/areas")
    packed = siti.get("/api/map/areas", headers={"Accept-Encoding": "gzip"})
    assert len(plain.get_json(force=True)["features"]) == 267
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) < 40_000
    again = siti.get("/api/map/areas", headers={"If-None-Match": plain.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert siti.get("/api/map/facilities").status_code == 200
