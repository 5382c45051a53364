"""The search of the desk's page, on a real Redis."""

import json
import time

import pytest

from gateway.desk.catalogue import KEPT_SECONDS
from gateway.incident.timeline import Entry, Kind
from gateway.web.pages.finding import A_SECOND, AT_ONCE, finding_of
from tests.live.pages_desk import Followed, answered, at_desk, call, ended, written
from tests.pages_in_process import Clock

VICTIM = "+6281277778888"
SECRETS = ("0812-7777-8888", "8888", "kanari", "cipinang melayu", "violence", "kekerasan", "a1b2c3d4e5f6a1b2c3d4e5f6")


@pytest.fixture
def clock():
    return Clock()


def search(person, term):
    answer = person.post("/api/find", {"term": term})
    assert answer.status_code == 200, answer.get_json()
    return answer.get_json()


def find(person, term):
    return [row["incident"] for row in search(person, term)["rows"]]


def closed(incident="c1", desk="110-1"):
    return Entry(incident, Kind.CLOSED, time.time(), {"by": f"desk:{desk}", "outcome": "helped"}, f"{incident}:closed")


def victim(queue="110", nature="violence", incident="a1b2c3d4e5f6a1b2c3d4e5f6", inform=("118",), **more):
    text = "suami saya Kanari memukul di Cipinang Melayu"
    given = {"number": VICTIM, "priority": 1, "inform": inform, "text": text, **more}
    return written(incident, queue=queue, nature=nature, **given)


def test_a_colleagues_case_that_is_over_is_found_and_opened(pages):
    joko = at_desk(pages, "joko", "110-2")
    pages.store.add([*call(), answered("110-1"), ended(), closed()])
    [row] = search(joko, "0812 0000 0001")["rows"]
    assert (row["incident"], row["nature"], row["state"], row["medium"]) == ("c1", "crime", "closed", "call")
    case = joko.get("/api/cases/c1").get_json()
    assert (case["number"], case["closed"], case["rights"]["write"]) == ("+6281200000001", True, False)
    feed = Followed(pages, joko, "open=c1")
    assert feed.has("case")["incident"] == "c1"
    feed.close()


def test_what_is_found_tells_who_has_it_and_changes_with_the_case(pages):
    joko = at_desk(pages, "joko", "110-2")
    pages.store.add(written())
    assert search(joko, "begal")["rows"][0]["state"] == "waiting"
    siti = at_desk(pages, "siti", "110-1")
    assert siti.post("/api/cases/m1/accept").status_code == 200
    row = search(joko, "begal")["rows"][0]
    assert (row["state"], row["desk"]) == ("held", "110-1")
    assert find(joko, "kebakaran") == []
    pages.store.add([Entry("m1", Kind.NATURE, time.time(), {"nature": "fire", "by": "desk:110-1"})])
    assert find(joko, "kebakaran") == ["m1"]


def test_what_was_found_is_renewed_without_a_search_and_only_for_who_may_find_it(pages):
    joko, siti = at_desk(pages, "joko", "110-2"), at_desk(pages, "siti", "110-1")
    medic = at_desk(pages, "rina", "118-1")
    pages.store.add([*written(), *victim()])
    path = "/api/found?of=m1,a1b2c3d4e5f6a1b2c3d4e5f6,nobody"
    rows = joko.get(path).get_json()["rows"]
    assert [(row["incident"], row["state"]) for row in rows] == [("m1", "waiting"), (victim()[0].incident, "waiting")]
    assert siti.post("/api/cases/m1/accept").status_code == 200
    row = joko.get(path).get_json()["rows"][0]
    assert (row["state"], row["desk"]) == ("held", "110-1")
    assert medic.get(path).get_json() == {"rows": []}
    assert joko.get("/api/found?of=m1%23x").status_code == 400


@pytest.mark.parametrize(("queue", "nature", "status"), [("110", "violence", 200), ("118", "medical", 409)])
def test_an_open_case_that_a_colleague_takes_stays_to_be_read_where_violence_may_be_known(pages, queue, nature, status):
    first, second = (at_desk(pages, name, f"{queue}-{number}") for number, name in enumerate(("siti", "joko"), 1))
    pages.store.add(written(queue=queue, nature=nature))
    assert second.get("/api/cases/m1").status_code == 200
    assert first.post("/api/cases/m1/accept").status_code == 200
    assert second.get("/api/cases/m1").status_code == status
    assert second.post("/api/cases/m1/write", {"text": "Halo"}).status_code == 409


def test_open_cases_come_first_then_the_latest(pages):
    joko = at_desk(pages, "joko", "110-2")
    for name, age in (("c1", 50), ("c2", 40), ("c3", 30)):
        pages.store.add(call(name, at=time.time() - age))
    pages.store.add([closed("c3")])
    assert find(joko, "kejahatan") == ["c2", "c1", "c3"]


def test_a_case_of_long_ago_is_found_only_while_somebody_waits_in_it(pages):
    joko = at_desk(pages, "joko", "110-2")
    long_ago = time.time() - KEPT_SECONDS - 60
    pages.store.add([*call("c1", at=long_ago), *written("m1", at=long_ago)])
    assert find(joko, "0001") == ["m1"]


def test_another_agencys_cases_are_not_found_nor_opened(pages):
    ani = at_desk(pages, "ani", "112-1")
    pages.store.add(written())
    assert find(ani, "begal") == []
    assert ani.get("/api/cases/m1").status_code == 409


def accepted(desk):
    data = {"medium": "message", "queue": "118", "desk": desk, "waited": 1.0}
    return Entry("a1b2c3d4e5f6a1b2c3d4e5f6", Kind.ACCEPTED, time.time(), data)


WAYS = {
    "it is told of it": victim("110"),
    "the task waits there": victim("118"),
    "a colleague has it": [*victim("118"), accepted("118-2")],
    "it has it itself": [*victim("118"), accepted("118-1")],
    "it was asked to join": [
        *victim("110"),
        Entry("a1b2c3d4e5f6a1b2c3d4e5f6", Kind.JOINED, time.time(), {"queue": "118", "desk": "118-1"}),
    ],
}


@pytest.mark.parametrize("way", WAYS)
def test_who_may_not_know_of_violence_gets_the_answer_of_what_is_not_there(pages, way):
    """A canary in number, name, place and text, whatever the desk has to do with the case."""
    ani = at_desk(pages, "ani", "118-1")
    unknown = [ani.post("/api/find", {"term": term}) for term in SECRETS]
    assert all(pages.store.add(WAYS[way]))
    for term, before in zip(SECRETS, unknown, strict=True):
        found = ani.post("/api/find", {"term": term})
        assert (found.status_code, found.data) == (before.status_code, before.data)
        assert [name for name, _ in found.headers] == [name for name, _ in before.headers]


def test_what_becomes_violence_is_found_no_more(pages):
    ani = at_desk(pages, "ani", "118-1")
    pages.store.add(victim("118", nature="medical"))
    assert ani.post("/api/cases/a1b2c3d4e5f6a1b2c3d4e5f6/accept").status_code == 200
    assert find(ani, "kanari") == ["a1b2c3d4e5f6a1b2c3d4e5f6"]
    pages.store.add(
        [Entry("a1b2c3d4e5f6a1b2c3d4e5f6", Kind.FILED, time.time(), {"medium": "message", "nature": "violence"})]
    )
    assert find(ani, "kanari") == []


def test_the_police_find_violence_by_all_of_it(pages):
    siti = at_desk(pages, "siti", "110-1")
    pages.store.add(victim())
    assert all(find(siti, term) for term in SECRETS if term != "cipinang melayu")


def test_each_search_is_audited_by_its_kind_and_never_by_its_words(pages, caplog):
    siti = at_desk(pages, "siti", "110-1")
    pages.store.add(victim())
    for term in ("0812-7777-8888", "kanari", "a1b2c3d4e5f6"):
        search(siti, term)
    audit = [dict(fields) for _, fields in pages.store.redis.xrange("audit")]
    lines = [{name.decode(): value.decode() for name, value in each.items()} for each in audit]
    searches = [(line["agency"], line["about"], line["outcome"]) for line in lines if line["act"] == "find"]
    assert searches == [("110", kind, "done") for kind in ("number", "words", "case")]
    told = json.dumps(lines) + caplog.text
    assert not any(canary in told for canary in ("7777", "8888", "kanari", "a1b2c3"))


def test_an_account_may_search_so_often_and_no_more(pages):
    siti, joko = at_desk(pages, "siti", "110-1"), at_desk(pages, "joko", "110-2")
    answers = [siti.post("/api/find", {"term": f"{n:04}"}).status_code for n in range(AT_ONCE + 5)]
    assert answers == [200] * AT_ONCE + [429] * 5
    assert siti.post("/api/find", {"term": "0001"}).headers["Retry-After"]
    assert find(joko, "0001") == []
    pages.parts.clock.now += 1 / A_SECOND
    assert find(siti, "0001") == []


@pytest.mark.parametrize(
    ("term", "status"),
    [
        ("(a+)+$", 400), ("<script>alert(1)</script>", 200), ("begal\0", 200), ("\u202ebegal\u2066", 200),
        ("\ud800", 400),
        ("x" * 10_000, 200), ("ab", 400), ("", 400), (None, 400), (["begal"], 400), ({"$ne": ""}, 400), (7, 400),
    ],
)  # fmt: skip
def test_hostile_terms_are_answered(pages, term, status):
    siti = at_desk(pages, "siti", "110-1")
    pages.store.add(written())
    assert siti.post("/api/find", {"term": term}).status_code == status
    assert find(siti, "begal") == ["m1"]


def test_who_is_at_no_desk_finds_nothing(pages):
    siti = pages.person("siti", "call_taker", "110")
    pages.store.add(written())
    answer = siti.post("/api/find", {"term": "begal"})
    assert (answer.status_code, answer.get_json()["error"]["name"]) == (409, "not_on_duty")


def test_a_feed_that_was_cut_short_or_a_store_that_is_another_one_leaves_nothing_old(pages):
    siti = at_desk(pages, "siti", "110-1")
    pages.store.add(written())
    assert find(siti, "begal") == ["m1"]
    pages.store.add([Entry("m1", Kind.NATURE, time.time(), {"nature": "fire", "by": "desk:110-1"})])
    pages.store.add(written("m2"))
    pages.store.redis.xtrim("feed", maxlen=1, approximate=False)
    assert find(siti, "kebakaran") == ["m1"]
    pages.store.redis.delete("feed", "incidents", "waits", "timeline:m1", "timeline:m2")
    assert find(siti, "begal") == []


def test_a_timeline_that_cannot_be_read_takes_nobody_the_others(pages):
    siti = at_desk(pages, "siti", "110-1")
    pages.store.add([*written(), *written("m2")])
    pages.store.add([Entry("m2", Kind.FILED, time.time(), {"medium": "message", "nature": ["odd"], "place": 7})])
    assert "m1" in find(siti, "begal")


def test_the_last_look_is_brought_up_by_what_came_since_alone(pages):
    catalogue = finding_of(pages.parts).catalogue
    pages.store.add([*written(), *written("m2")])
    before = {each.incident.id: each for each in catalogue.look()}
    pages.store.add([Entry("m2", Kind.NATURE, time.time(), {"nature": "fire", "by": "desk:110-1"})])
    after = {each.incident.id: each for each in catalogue.look()}
    assert after["m1"] is before["m1"]
    assert after["m2"] is not before["m2"]
