"""Messages on their way from the stream of parts to the agencies' queues, on a real Redis."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.contact import IncomingMessage
from gateway.evidence.table import Table
from gateway.incident.location import Evidence
from gateway.incident.report import Caller, Nature
from gateway.incident.timeline import Entry, Kind
from gateway.jobs import Queues
from gateway.locator.capture import Capture
from gateway.locator.reading import read as read_request
from gateway.locator.telling import Named, entries, mark
from gateway.messages import locating
from gateway.messages.filed import reading_of
from gateway.messages.filing import Filing
from gateway.messages.intake import MessageIntake
from gateway.messages.ledger import Ledger
from gateway.messages.locating import Locating
from gateway.messages.part import Part, received
from gateway.rules import load
from gateway.settings import ROOT
from gateway.store import Store, connect
from gateway.surroundings import Surroundings
from sms.reading import Reading

NOW = 1_750_000_000.0
WRITER = "+6281200000001"
OTHER = "+6281200000002"
RULEBOOK = load(ROOT / "routing_rules.yaml")
AML = 'A"ML=1;lt=-6.24370;lg=+106.89250;rd=18;top=20250615150640;lc=68;pm=G;si=510101234567890;ml=128'


@pytest.fixture
def city(server):
    connect(server.settings()).flushall()
    return City(server.settings())


def read(texts):
    """A reader that knows each nature by its name, and takes the last one for true; it cannot bear some words."""
    words = " ".join(texts).split()
    if "poison" in words:
        raise RecursionError(texts)
    natures = [Nature(word) for word in words if word in set(Nature)]
    return Reading(nature=natures[-1] if natures else Nature.UNKNOWN, injured="injured" in words)


class City:
    """The process that files messages, stepped by hand."""

    def __init__(self, settings):
        self.store = Store(settings)
        self.alarms, self.answered = [], []
        self.now = NOW
        self._sent = 0
        surroundings = Surroundings(
            journal=None,
            rulebook=lambda: RULEBOOK,
            gather=lambda call: [],
            names=None,
            describe=lambda location, now: ("di dekat situ" if location.is_known else "di suatu tempat", []),
            reference=lambda incident, now: "",
            read=read,
        )
        ledger = Ledger(self.store, settings)
        intake = MessageIntake(surroundings, ledger)
        locations = Locating(self.store, settings)
        policies = lambda: RULEBOOK.policies  # noqa: E731 - one word for one value
        self.filing = Filing(self.store, ledger, intake, locations, self, policies, self.answer, lambda: self.now)

    def answer(self, filed):
        if "speechless" in filed.message.text:
            raise RuntimeError(filed.message.text)
        self.answered.append(filed)

    def alarm(self, what, incident=""):
        self.alarms.append(what)

    def part(self, text="", source=WRITER, after=0.0, identifier="", **more):
        self._sent += 1
        body = more.pop("body", text.encode())
        where = {"channel": "kannel", "connector": "a", "destination": "112", **more}
        where = {"charset": "utf-8", **where}
        part = Part(id=identifier or str(self._sent), source=source, body=body, at=self.now + after, **where)
        self.store.add([received(part)])

    def write(self, *texts, **how):
        for text in texts:
            self.part(text, **how)
            self.now += 1
        self.look()

    def look(self):
        while self.filing.look():
            pass

    def restart(self):
        self.filing.begin_anew()

    def line(self, queue):
        return [wait.incident for wait in self.store.waits.line(queue)]

    def told(self, incident, kind=None):
        return [entry for entry in self.store.timeline(incident) if kind in (None, entry.kind)]

    def texts(self, incident):
        return [entry.data["text"] for entry in self.told(incident, Kind.MESSAGE)]

    def incidents(self):
        return [incident.id for incident in reversed(self.store.recent(1000))]

    def informed(self):
        jobs = [job.args for queue in Queues(self.store.redis) for job in queue.jobs]
        return sorted((incident, agency) for _, incident, agency in jobs)

    def left(self):
        return len(self.store.messages.incoming())


def test_a_message_opens_an_incident_and_waits_at_the_agency(city):
    city.write("violence suami")
    (incident,) = city.line("110")
    kinds = [entry.kind for entry in city.told(incident)]
    assert kinds == [Kind.OPENED, Kind.MESSAGE, Kind.FILED, Kind.HANDED_OFF]
    opened, message, filed, handed_off = city.told(incident)
    assert (opened.data["medium"], opened.data["number"], opened.data["trunk"]) == ("message", WRITER, "a")
    assert (message.data["text"], message.data["missing"], message.channel_id) == ("violence suami", [], "kannel:a:1")
    assert (filed.data["nature"], filed.data["medium"]) == ("violence", "message")
    assert (handed_off.data["queue"], handed_off.data["priority"], handed_off.data["inform"]) == ("110", 1, ["ppa"])
    assert city.left() == 0


PIDF = b"""<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:gp="urn:ietf:params:xml:ns:pidf:geopriv10"
 xmlns:gml="http://www.opengis.net/gml" xmlns:gs="http://www.opengis.net/pidflo/1.0" entity="pres:x@y.invalid"><tuple
 id="a"><status><gp:geopriv><gp:location-info><gs:Circle srsName="urn:ogc:def:crs:EPSG::4326"><gml:pos>-6.25 106.9
</gml:pos><gs:radius uom="urn:ogc:def:uom:EPSG::9001">25</gs:radius></gs:Circle></gp:location-info></gp:geopriv>
</status></tuple></presence>"""


def sip(call_id, text, *headers):
    """A SIP MESSAGE with a text and a place."""
    lines = ("MESSAGE urn:service:sos SIP/2.0", "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx", f"Call-ID: {call_id}",
             f"From: <sip:{WRITER}@x.invalid>;tag=a1", "To: <urn:service:sos>", "CSeq: 1 MESSAGE", *headers,
             "Content-Type: multipart/mixed;boundary=b")  # fmt: skip
    parts = (b"Content-Type: text/plain\r\n\r\n" + text.encode(), b"Content-Type: application/pidf+xml\r\n\r\n" + PIDF)
    body = b"".join(b"--b\r\n" + part + b"\r\n" for part in parts) + b"--b--\r\n"
    return "\r\n".join((*lines, f"Content-Length: {len(body)}", "", "")).encode() + body


def test_the_place_that_comes_with_a_message_is_known_when_it_is_handed_off(city):
    how = {"channel": "sip_message", "connector": "neighbour", "identifier": "c1-1"}
    city.write("violence suami", request=sip("c1", "violence suami"), **how)
    (incident,) = city.line("110")
    (claim,) = city.told(incident, Kind.EVIDENCE)
    assert (claim.data["source"], claim.data["shape"]["radius_m"]) == ("pidf_lo", 25.0)
    (handed_off,) = city.told(incident, Kind.HANDED_OFF)
    assert handed_off.data["place"] == "di dekat situ"
    assert handed_off.data["location"]["radius_m"] == 25.0
    assert reading_of(city.told(incident)).place.coordinates == (-6.25, 106.9)
    # The edge's copy of the same request comes by the locator.
    said = read_request(Capture("192.0.2.1", city.now, sip("c1", "violence suami")), Table(Path("/nonexistent")))
    call = Named(incident, claim.channel_id, said.call_id, mark(said.from_tag))
    city.store.add(entries(call, said.found, city.now, {}, city.told(incident)))
    assert len(city.told(incident, Kind.EVIDENCE)) == 1


@pytest.mark.parametrize("request_", [b"\xff", b"", b"MESSAGE x SIP/2.0\r\nContent-Type: multipart/mixed\r\n\r\n--"])
def test_a_message_is_filed_whatever_came_with_it(city, request_):
    city.write("violence suami", request=request_, channel="sip_message", connector="neighbour")
    assert len(city.line("110")) == 1


def test_what_was_filed_before_a_crash_is_not_filed_again(city):
    city.part("fire")
    entry = city.store.messages.incoming()[0][1]
    city.look()
    before = city.told(city.incidents()[0])
    stream = Entry(entry.incident, entry.kind, entry.at, entry.data, key="another key")
    city.store.add([stream])
    city.restart()
    city.look()
    assert (city.told(city.incidents()[0]), len(city.incidents()), city.left()) == (before, 1, 0)


def test_what_was_filed_stays_in_its_incident_though_that_was_closed_before_its_parts_left_the_stream(city):
    city.write("halo")
    city.write("satu fire ", number=1, reference=7, total=2)
    (incident,) = city.incidents()
    city.store.add([Entry(incident, Kind.CLOSED, city.now, {"by": "113-1"})])
    city.restart()
    city.write("dua", number=2, reference=7, total=2)
    assert (city.incidents(), city.texts(incident)[-1]) == ([incident], "satu fire dua")


def test_two_processes_at_the_same_message_make_one_incident_of_it(city, server):
    message = IncomingMessage("kannel:a:1", "kannel", "a", "", Caller(), "112", "tolong", NOW)
    found = [list(Ledger(city.store, server.settings()).open([message], 3600.0)) for _ in range(2)]
    assert found[0] == found[1]


def test_messages_that_reach_one_look_out_of_order_are_a_thread_in_their_order(city):
    city.part("dua", after=5, identifier="second")
    city.part("satu", identifier="first")
    city.look()
    (incident,) = city.incidents()
    assert city.texts(incident) == ["satu", "dua"]
    assert {entry.channel_id for entry in city.told(incident)} == {"kannel:a:first"}


def test_one_number_on_two_lines_is_one_incident_with_a_thread_for_each(city):
    city.write("tolong")
    city.write("fire", connector="b")
    (incident,) = city.incidents()
    opened = city.told(incident, Kind.OPENED)
    assert [(entry.data["trunk"], entry.data["repeat"]) for entry in opened] == [("a", False), ("b", True)]
    assert [entry.channel_id for entry in city.told(incident, Kind.MESSAGE)] == [e.channel_id for e in opened]
    assert city.line("113") == [incident]


def test_parts_that_come_together_are_filed_as_one(city):
    city.part("satu ", number=1, reference=7, total=2)
    city.part("dua", number=2, reference=7, total=2)
    city.look()
    assert [city.texts(incident) for incident in city.incidents()] == [["satu dua"]]
    assert city.left() == 0


def test_messages_of_one_writer_are_one_thread_read_together(city):
    city.write("tolong", "rumah saya")
    city.write("fire di sini")
    (incident,) = city.incidents()
    assert city.texts(incident) == ["tolong", "rumah saya", "fire di sini"]
    assert city.told(incident, Kind.FILED)[-1].data["nature"] == "fire"
    assert (city.line("112"), city.line("113")) == ([], [incident])
    assert len(city.told(incident, Kind.HANDED_OFF)) == 2
    assert len({entry.channel_id for entry in city.told(incident)}) == 1


def test_more_words_of_the_same_hand_nothing_off_again(city):
    city.write("fire", "fire besar", "tolong")
    assert len(city.told(city.incidents()[0], Kind.HANDED_OFF)) == 1


def test_nothing_takes_violence_back(city):
    city.write("violence")
    city.write("sudah not_emergency salah nomor")
    (incident,) = city.line("110")
    assert [entry.data["nature"] for entry in city.told(incident, Kind.FILED)] == ["violence", "violence"]


def test_who_is_concerned_besides_is_told_and_the_message_stays_where_it_is(city):
    city.write("medical")
    city.write("crime")
    (incident,) = city.line("118")
    assert len(city.told(incident, Kind.HANDED_OFF)) == 1
    assert city.informed() == [(incident, "110")]


def test_a_wound_that_was_told_of_is_not_forgotten(city):
    city.write("violence injured")
    city.write(*(f"tolong {number}" for number in range(40)))
    (incident,) = city.line("118")
    assert city.told(incident, Kind.FILED)[-1].data["injured"] is True


def test_who_floods_us_is_read_once_a_look_and_answered_no_more(city):
    city.write(*(f"tolong {number}" for number in range(90)))
    assert (len(city.told(city.incidents()[0], Kind.FILED)), len(city.answered)) == (1, 1)
    for number in range(12):
        city.write(*(f"lagi {number}.{each}" for each in range(80)))
    answered = len(city.answered)
    city.write("halo")
    assert len(city.answered) == answered
    assert len(city.texts(city.incidents()[0])) == 90 + 960 + 1


def test_a_message_that_a_desk_has_stays_there_whatever_is_written_next(city):
    city.write("crime")
    (incident,) = city.line("110")
    city.store.add([Entry(incident, Kind.ACCEPTED, city.now, {"medium": "message", "queue": "110", "desk": "110-1"})])
    city.write("violence injured")
    assert city.store.waits.everybody() == []
    assert len(city.told(incident, Kind.HANDED_OFF)) == 1
    assert city.told(incident, Kind.FILED)[-1].data["nature"] == "violence"
    assert city.informed() == [(incident, "118"), (incident, "ppa")]


def test_a_text_under_a_new_name_within_seconds_is_one_message_and_a_minute_later_urgency(city):
    city.write("tolong")
    city.write("tolong", after=3.0)
    city.write("tolong", after=60.0)
    assert city.texts(city.incidents()[0]) == ["tolong", "tolong"]
    assert city.left() == 0


def test_a_closed_incident_is_not_joined(city):
    city.write("fire")
    city.store.add([Entry(city.incidents()[0], Kind.CLOSED, city.now, {"by": "113-1"})])
    city.write("fire lagi")
    assert len(city.incidents()) == 2


def closed_violence(city):
    city.write("violence")
    (incident,) = city.incidents()
    city.store.add([Entry(incident, Kind.CLOSED, city.now, {"by": "desk:110-1"})])
    return incident


def test_the_case_after_one_of_violence_knows_of_it_however_often_it_is_filed(city):
    before = closed_violence(city)
    city.part("not_emergency halo", after=6)
    message = city.store.messages.incoming()[0][1]
    key = f"kannel:a:{message.data['id']}"
    city.look()
    (incident,) = city.line("112")
    (opened,) = city.told(incident, Kind.OPENED)
    assert (opened.data["before"]["incident"], opened.data["before"]["nature"]) == (before, "violence")
    handed_off = city.told(incident, Kind.HANDED_OFF)[-1].data
    assert (handed_off["priority"], handed_off["wait_at_most"], handed_off["inform"]) == (2, 30, ["110", "ppa"])
    assert city.told(incident, Kind.FILED)[-1].data["nature"] == "unknown"
    assert [found.what for found in city.answered[-1].reading.findings] == ["violence"]
    assert "violence" not in repr(city.told(incident, Kind.FILED)[-1].data["why"])
    assert key in opened.key


def test_what_was_claimed_before_a_crash_still_knows_of_the_case_before(city, server):
    before = closed_violence(city)
    number = "+6281200000001"
    message = IncomingMessage("kannel:a:9", "kannel", "a", number, Caller(number), "112", "halo", NOW + 60)
    for _ in range(2):
        ledger = Ledger(city.store, server.settings())
        (incident,) = ledger.open([message], 3600.0, 43_200.0)
        assert ledger.before(incident).id == before


def test_after_so_long_as_policy_has_it_a_case_is_no_longer_remembered(city):
    closed_violence(city)
    city.now += RULEBOOK.policies.repeats_remember + 60
    city.write("not_emergency halo")
    assert "before" not in city.told(city.incidents()[-1], Kind.OPENED)[0].data


def test_a_case_that_is_still_open_and_no_longer_joined_is_remembered_too(city):
    city.write("violence")
    city.now += RULEBOOK.policies.repeats_join_within + 60
    city.write("not_emergency halo")
    first, second = city.incidents()
    assert city.told(second, Kind.OPENED)[0].data["before"]["incident"] == first


def test_a_senders_case_that_was_none_of_violence_is_not_remembered(city):
    city.write("fire")
    city.store.add([Entry(city.incidents()[0], Kind.CLOSED, city.now, {"by": "113-1"})])
    city.write("not_emergency halo")
    incident = city.incidents()[-1]
    assert "before" not in city.told(incident, Kind.OPENED)[0].data
    assert city.told(incident, Kind.HANDED_OFF)[0].data["priority"] == 5


@pytest.mark.parametrize(("minutes", "texts"), [(0, 1), (30, 2)])
def test_the_same_text_at_once_is_a_double_only_if_it_was_sent_at_once(city, minutes, texts):
    city.part("tolong", sent_at=NOW - 3600)
    city.part("tolong", sent_at=NOW - 3600 + 60 * minutes)
    city.look()
    assert len(city.texts(city.incidents()[0])) == texts
    assert city.told(city.incidents()[0], Kind.MESSAGE)[0].data["late"] == 3600


@pytest.mark.parametrize(
    ("called", "written", "queue"),
    [
        ("violence", "tolong", "110"),
        ("violence", "not_emergency", "110"),
        ("medical", "salah not_emergency", "118"),
        ("medical", "fire", "113"),
    ],
)
def test_a_message_joins_the_incident_of_a_call_of_its_number_and_denies_nothing(city, called, written, queue):
    opened = Entry("call-1", Kind.OPENED, NOW - 60, {"number": WRITER, "medium": "call"}, "sip:1:opened", "1")
    filed = Entry("call-1", Kind.FILED, NOW - 50, {"nature": called}, "sip:1:filed", "1")
    handed_off = Entry("call-1", Kind.HANDED_OFF, NOW - 50, {"queue": "110", "priority": 2}, "sip:1:handed_off", "1")
    city.store.add([opened, filed, handed_off])
    city.write(written)
    assert city.line(queue) == ["call-1"]
    assert city.told("call-1", Kind.OPENED)[1].data["repeat"] is True


def test_senders_without_a_number_are_joined_by_name_and_without_a_name_never(city):
    city.write("satu", source="BANK-X")
    city.write("dua", source="BANK-X")
    city.write("tiga", source="BANK-X", connector="b")
    city.write("empat", source="")
    city.write("lima", source="")
    assert [city.texts(incident) for incident in city.incidents()] == [["satu", "dua"], ["tiga"], ["empat"], ["lima"]]
    assert city.told(city.incidents()[0], Kind.OPENED)[0].data["number"] is None


@pytest.mark.parametrize("text", ["", "   ", "\n", "\0\0", "ا", "👍", "." * 5000])
def test_a_text_that_says_nothing_reaches_the_operators(city, text):
    city.write(text)
    assert city.line("112") == city.incidents()
    assert len(city.incidents()) == 1


def test_parts_are_read_at_once_and_completed_when_the_rest_comes(city):
    whole = {"reference": 7, "total": 3}
    city.write("satu ", number=1, **whole)
    (incident,) = city.incidents()
    assert city.told(incident, Kind.MESSAGE)[-1].data["missing"] == [2, 3]
    assert city.told(incident, Kind.MESSAGE)[-1].data["awaited"] is True
    assert city.answered == []
    city.write("tiga fire", number=3, **whole)
    assert city.left() == 2
    city.restart()
    city.look()
    city.write("dua ", number=2, **whole)
    assert [text.strip() for text in city.texts(incident)] == ["satu  […]", "satu dua tiga fire"]
    assert (city.line("113"), city.left()) == ([incident], 0)
    assert [filed.message.text for filed in city.answered] == ["satu dua tiga fire"]


def test_a_part_that_stays_away_is_marked_missing_and_still_put_in_its_place(city):
    whole = {"reference": 7, "total": 2}
    city.write("dua violence", number=2, **whole)
    assert city.incidents() == []
    city.now += 6
    city.look()
    (incident,) = city.line("110")
    message = city.told(incident, Kind.MESSAGE)[-1]
    assert (message.data["text"], message.data["missing"], message.data["awaited"]) == (" […] dua violence", [1], False)
    city.now += 60
    city.write("satu ", number=1, **whole)
    assert city.texts(incident)[-1] == "satu dua violence"
    assert city.left() == 0


def test_a_part_that_never_comes_is_given_up(city):
    city.write("satu", number=1, reference=7, total=2)
    city.now += 3600
    city.look()
    assert city.left() == 0


def test_a_message_that_our_code_cannot_bear_is_with_the_operators_as_it_came_and_holds_nobody_up(city):
    city.part("poison apel")
    city.part("fire", source=OTHER)
    city.look()
    (incident,) = city.line("112")
    assert city.texts(incident) == ["poison apel"]
    assert len(city.line("113")) == 1
    assert any("could not be read" in alarm for alarm in city.alarms)
    assert city.left() == 0
    city.write("poison lagi")
    assert city.texts(incident) == ["poison apel", "poison lagi"]


def test_a_message_that_we_cannot_answer_is_filed_all_the_same(city):
    city.write("speechless fire")
    assert (len(city.line("113")), city.left(), len(city.alarms)) == (1, 0, 1)


@pytest.mark.parametrize(("nature", "queue"), [("violence", "110"), ("medical", "118")])
def test_what_our_code_cannot_bear_takes_no_case_from_its_agency(city, nature, queue):
    city.write(nature)
    city.write("poison")
    (incident,) = city.line(queue)
    assert city.texts(incident) == [nature, "poison"]
    assert len(city.told(incident, Kind.OPENED)) == 1


@pytest.mark.parametrize("odd", [{"at": None}, {"source": None}, {"charset": 7}, {"total": "x"}, {"body": "?"}])
def test_an_entry_that_is_no_part_holds_nobody_up(city, odd):
    data = Part("kannel", "a", "odd", WRITER, "112", b"tolong", "utf-8", NOW).as_dict()
    city.store.add([Entry("incoming", Kind.RECEIVED, NOW, data | odd, "odd")])
    city.write("fire")
    assert len(city.line("113")) == 1
    assert city.alarms


def test_what_the_store_refuses_for_one_holds_nobody_else_up_and_is_tried_again(city):
    city.write("tolong")
    (incident,) = city.incidents()
    city.store.redis.rename(f"timeline:{incident}", "elsewhere")
    city.store.redis.set(f"timeline:{incident}", "no stream")
    for number in range(5):
        city.part(f"fire {number}", source=f"+628120000100{number}")
    city.part("crime")
    city.look()
    assert (len(city.line("113")), city.left(), len(city.alarms)) == (5, 1, 1)
    city.store.redis.rename("elsewhere", f"timeline:{incident}")
    city.now += 31
    city.look()
    assert (city.line("110"), city.left()) == ([incident], 0)


def test_a_telephone_s_own_location_feeds_the_incident_of_its_number_and_is_no_text(city):
    city.write("fire")
    city.write(AML)
    (incident,) = city.incidents()
    (claim,) = [Evidence.from_dict(entry.data) for entry in city.told(incident, Kind.EVIDENCE)]
    assert (claim.source, claim.shape.lat, claim.shape.radius_m, claim.method) == ("aml", -6.2437, 18.0, "GPS")
    assert (city.texts(incident), len(city.answered), city.left()) == (["fire"], 1, 0)


def test_a_location_that_comes_first_waits_for_its_incident(city):
    city.write(AML)
    assert (city.incidents(), city.left()) == ([], 1)
    city.now += 20
    city.restart()
    city.write("fire")
    (incident,) = city.incidents()
    assert len(city.told(incident, Kind.EVIDENCE)) == 1
    assert city.left() == 0


def test_a_location_that_came_first_is_in_the_hand_off_and_before_the_answer(city):
    city.write(AML)
    city.write("fire")
    (incident,) = city.incidents()
    kinds = [entry.kind for entry in city.told(incident)]
    assert kinds == [Kind.EVIDENCE, Kind.OPENED, Kind.MESSAGE, Kind.FILED, Kind.HANDED_OFF]
    assert city.told(incident, Kind.HANDED_OFF)[0].data["place"] == "di dekat situ"
    assert (city.told(incident, Kind.OPENED)[0].data["repeat"], city.left()) == (False, 0)


def test_a_location_of_another_number_is_not_taken_for_the_writer_s(city):
    city.write(AML, source=OTHER)
    city.write("fire")
    (incident,) = city.incidents()
    assert city.told(incident, Kind.HANDED_OFF)[0].data["place"] == "di suatu tempat"


def test_a_location_that_comes_after_its_incident_was_closed_is_that_one_s(city):
    city.write("fire")
    (incident,) = city.incidents()
    city.store.add([Entry(incident, Kind.CLOSED, city.now, {"by": "113-1"})])
    city.write(AML)
    assert (city.told(incident, Kind.EVIDENCE), city.left()) == ([], 1)
    city.now += 31
    city.look()
    assert len(city.told(incident, Kind.EVIDENCE)) == 1
    assert (city.told("gateway"), city.left()) == ([], 0)


def test_a_location_that_belongs_to_nothing_is_kept_without_whose_it_is(city):
    city.write(AML)
    city.now += 31
    city.look()
    (entry,) = city.told("gateway")
    assert (entry.kind, entry.data["shape"]["lat"], city.left()) == (Kind.EVIDENCE, -6.2437, 0)
    assert WRITER.removeprefix("+") not in repr(entry)
    assert entry.data["original"] == ""


def test_of_a_flood_of_locations_the_oldest_are_let_go(city, monkeypatch):
    monkeypatch.setattr(locating, "HELD_MOST", 3)
    for number in range(5):
        city.part(AML, source=f"+628120000100{number}")
    city.look()
    assert (city.left(), len(city.told("gateway"))) == (3, 2)


@pytest.mark.parametrize("text", ['A"ML=2;en=+6281200000001;et=1;lo=x', 'A"ML=1;lt=+00.00000;lg=+000.00000;rd=N'])
def test_a_location_that_is_none_is_kept_as_refused_and_is_no_text(city, text):
    city.write("fire", text)
    (incident,) = city.incidents()
    assert len(city.told(incident, Kind.EVIDENCE_REFUSED)) == 1
    assert city.texts(incident) == ["fire"]


@pytest.mark.parametrize("before", ["", "fire"])
def test_what_is_written_behind_a_telephones_own_location_is_a_message_and_the_location_its_evidence(city, before):
    if before:
        city.write(before)
    city.write(f"{AML} violence suami; alamat = jahat")
    (incident,) = city.incidents()
    assert city.texts(incident)[-1] == "violence suami; alamat = jahat"
    (claim,) = [Evidence.from_dict(entry.data) for entry in city.told(incident, Kind.EVIDENCE)]
    assert (claim.source, claim.shape.lat, claim.shape.radius_m) == ("aml", -6.2437, 18.0)
    assert (city.line("110"), city.left()) == ([incident], 0)


def test_words_behind_a_location_are_filed_whoever_wrote_them_and_once(city):
    city.write(f"{AML} violence", source="")
    city.restart()
    city.look()
    assert [city.texts(incident) for incident in city.incidents()] == [["violence"]]
    city.now += 31
    city.look()
    (incident,) = city.incidents()
    assert [entry.data["source"] for entry in city.told(incident, Kind.EVIDENCE)] == ["aml"]
    assert (city.told("gateway"), city.left()) == ([], 0)


def test_a_delivery_receipt_that_came_as_a_message_opens_nothing_and_rings_the_bell(city):
    city.write("id:0123456789 sub:001 dlvrd:001 submit date:2506151506 done date:2506151506 stat:DELIVRD err:000 text:")
    assert (city.incidents(), city.left(), len(city.alarms)) == ([], 0, 1)


def test_messages_that_reach_the_stream_late_stand_where_they_were_written(city):
    city.write("dua", after=10)
    city.write("satu", after=5)
    assert city.texts(city.incidents()[0]) == ["satu", "dua"]


any_part = st.fixed_dictionaries(
    {
        "source": st.sampled_from([WRITER, OTHER, "BANK-X", "", "\u202e\0'\"", "sip:x@y", "112"]),
        "body": st.one_of(st.binary(max_size=60), st.sampled_from([AML.encode(), b"tolong", "😀".encode("utf-16-be")])),
        "charset": st.sampled_from(["utf-8", "utf-16-be", "latin-1", "gsm-7", "binary", "none"]),
        "reference": st.sampled_from([None, 0, 1, 65_535]),
        "total": st.integers(-1, 4),
        "number": st.integers(-1, 4),
        "after": st.floats(-600, 600),
        "destination": st.sampled_from(["112", "", "\ud83d"]),
    }
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(any_part, max_size=25))
def test_whatever_comes_is_filed_and_the_stream_is_empty_in_the_end(city, parts):
    for part in parts:
        city.part(**part)
    city.look()
    city.restart()
    for _ in range(4):
        city.look()
        city.now += 700
    assert (city.left(), city.alarms) == (0, [])
    assert len(city.line("112")) == len(city.incidents())
