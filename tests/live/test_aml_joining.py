"""Whose a telephone's own location is: joined to its contact by number, IMEI and time, on a real Redis."""

import json

import pytest

from gateway.evidence import aml_form
from gateway.evidence.network_cell import FILE as CELLS
from gateway.evidence.table import replace
from gateway.incident.evidence import LEAST_CONFIDENCE, Evidence
from gateway.incident.location import fuse
from gateway.incident.standing import standing
from gateway.incident.timeline import Entry, Kind
from gateway.messages.filing import Filing
from gateway.messages.intake import MessageIntake
from gateway.messages.ledger import Ledger
from gateway.messages.locating import HOLD_SECONDS, Locating
from gateway.messages.part import Part, received
from gateway.rules import load
from gateway.rules.rulebook import Trunk
from gateway.settings import ROOT
from gateway.store import GATEWAY, Store, connect
from gateway.surroundings import Surroundings
from sms.reading import Reading

NOW = 1_750_000_000.0
CALLER, OTHER = "+6281200000001", "+6281200000002"
IMEI = "350000000000006"
EAST, NORTH = "31.75", "31.72"
RULEBOOK = load(ROOT / "routing_rules.yaml")
TRUNKS = {name: Trunk(name, area=area, area_name=name) for name, area in (("east", EAST), ("north", NORTH))}


def aml(lat=-6.2437, lon=106.8925, radius="18", more=""):
    return f'A"ML=1;lt={lat:+.5f};lg={lon:+.5f};rd={radius};lc=68;pm=G;ei={IMEI};mcc=510;mnc=10;{more}ml=9'


NULL = f'A"ML=1;lt=+00.00000;lg=+000.00000;rd=N;lc=0;pm=N;ei={IMEI};mcc=510;mnc=10;ml=99'


@pytest.fixture
def city(server):
    connect(server.settings()).flushall()
    return City(server.settings())


class Rules:
    """The rules in force, with two trunks that serve an area each."""

    trunks = TRUNKS


class City:
    """Calls that are open, and the process that files what telephones send, stepped by hand."""

    def __init__(self, settings):
        self.settings = settings
        self.store = Store(settings)
        self.now = NOW
        self._sent = 0
        around = Surroundings(
            journal=None, rulebook=lambda: RULEBOOK, gather=lambda call: [], names=None,
            describe=lambda location, now: ("", []), reference=lambda incident, now: "",
            read=lambda texts: Reading(),
        )  # fmt: skip
        ledger = Ledger(self.store, settings)
        self.filing = Filing(
            self.store, ledger, MessageIntake(around, ledger), Locating(self.store, settings, Rules), self,
            lambda: RULEBOOK.policies, lambda filed: None, lambda: self.now,
        )  # fmt: skip

    def alarm(self, what, incident=""):
        raise AssertionError(what)

    def call(self, incident, number=CALLER, at=None, **more):
        data = {"medium": "call", "channel": "sip", "number": number, "trunk": "", "dialled": "112", **more}
        at = self.now if at is None else at
        self.store.add([Entry(incident, Kind.OPENED, at, data, f"{incident}:{at}:opened", f"{incident}.{at}")])

    def end(self, incident):
        self.store.add([Entry(incident, Kind.CLOSED, self.now, {"by": "110-1"}, f"{incident}:{self.now}:closed")])

    def part(self, text, source=CALLER, channel="kannel", after=0.0):
        self._sent += 1
        at = self.now + after
        part = Part(channel, "a", str(self._sent), source, "112", text.encode(), "utf-8", at=at)
        self.store.add([received(part)])

    def sms(self, text, source=CALLER, after=0.0):
        self.part(text, source, after=after)
        self.look()

    def https(self, source="", **fields):
        base = {"location_latitude": -6.2437, "location_longitude": 106.8925, "location_accuracy": 18}
        self.part(json.dumps({**base, "device_number": source, **fields}), source, channel="aml")
        self.look()

    def look(self, after=0.0):
        self.now += after
        while self.filing.look():
            pass

    def claims(self, incident):
        return [Evidence.from_dict(entry.data) for entry in self.told(incident, Kind.EVIDENCE)]

    def sources(self, incident):
        return [claim.source for claim in self.claims(incident)]

    def told(self, incident, kind):
        return [entry for entry in self.store.timeline(incident) if entry.kind is kind]

    def left(self):
        return len(self.store.messages.incoming())


@pytest.mark.parametrize("seconds", [0, 22, 599, 600])
def test_a_location_is_the_call_s_of_its_number_in_the_ten_minutes_after_it(city, seconds):
    city.call("i1")
    city.now += seconds
    city.sms(aml())
    assert (city.sources("i1"), city.left()) == (["aml"], 0)


@pytest.mark.parametrize(("seconds", "joined"), [(29.0, True), (31.0, False)])
def test_a_location_that_comes_before_its_call_waits_for_it(city, seconds, joined):
    city.sms(aml())
    for _ in range(int(seconds)):
        city.look(after=1.0)
    city.call("i1")
    city.look(after=1.0)
    assert city.sources("i1") == (["aml"] if joined else [])
    assert city.sources(GATEWAY) == ([] if joined else ["aml"])


def test_after_ten_minutes_it_is_nobody_s_though_the_incident_is_open(city):
    city.call("i1")
    city.now += 601
    city.sms(aml())
    city.look(after=HOLD_SECONDS)
    assert (city.sources("i1"), city.sources(GATEWAY), city.left()) == ([], ["aml"], 0)


def test_the_window_is_that_of_each_contact_not_of_the_incident(city):
    city.call("i1")
    city.call("i1", at=NOW + 900, repeat=True)
    city.now += 922
    city.sms(aml())
    assert city.sources("i1") == ["aml"]


def test_what_lay_in_the_stream_for_long_is_joined_by_when_it_came(city):
    city.call("i1")
    city.call("i1", at=NOW + 3000)
    city.part(aml(), after=22)
    city.now += 3100
    city.look()
    assert city.sources("i1") == ["aml"]


def test_of_two_cases_of_one_number_the_open_one_has_it_and_a_closed_one_only_if_no_other_opens(city):
    city.call("i1")
    city.end("i1")
    city.now += 60
    city.sms(aml())
    assert (city.sources("i1"), city.left()) == ([], 1)
    city.look(after=5)
    city.call("i2")
    city.look(after=1)
    assert (city.sources("i1"), city.sources("i2"), city.left()) == ([], ["aml"], 0)


def test_a_call_that_was_closed_meanwhile_still_gets_what_its_telephone_sent(city):
    city.call("i1")
    city.now += 15
    city.end("i1")
    city.now += 7
    city.sms(aml())
    city.look(after=HOLD_SECONDS)
    assert (city.sources("i1"), city.sources(GATEWAY)) == (["aml"], [])


def test_the_case_before_the_last_one_is_found_too(city):
    city.call("i1")
    city.part(aml(), after=22)
    city.end("i1")
    city.call("i2", at=NOW + 300)
    city.now += 310
    city.look()
    assert (city.sources("i1"), city.sources("i2")) == (["aml"], [])


def test_where_the_network_hides_the_number_the_imei_joins(city):
    city.call("i1", number=None)
    city.store.joins.put_device(IMEI[:14] + "07", "i1", city.now)
    city.now += 22
    city.sms(aml(), source="")
    city.https(device_imei=IMEI)
    assert (city.sources("i1"), city.left()) == (["aml", "aml"], 0)
    names = city.store.redis.scan_iter()
    assert not [key for key in names if IMEI[:14].encode() in key]


def test_a_stranger_who_names_the_caller_s_imei_says_nothing_of_the_caller(city):
    city.call("i1")
    city.store.joins.put_device(IMEI, "i1", city.now)
    city.now += 22
    city.sms(aml(radius="20"))
    city.sms(aml(lat=-6.1, lon=106.7, radius="5"), source=OTHER)
    city.https(source=OTHER, device_imei=IMEI, location_latitude=-6.1)
    city.look(after=HOLD_SECONDS)
    assert [claim.shape.radius_m for claim in city.claims("i1")] == [20.0]
    assert (city.sources(GATEWAY), city.left()) == (["aml", "aml"], 0)
    assert fuse(city.claims("i1"), city.now).radius_m == 20.0


def test_a_location_is_its_number_s_whatever_contact_names_the_same_imei(city):
    city.call("i1")
    city.call("i2", number=OTHER, at=city.now + 2)
    city.call("i3", number=None, at=city.now + 3)
    for incident in ("i2", "i3"):
        city.store.joins.put_device(IMEI, incident, city.now + 3)
    city.now += 22
    city.https(source=CALLER, device_imei=IMEI)
    assert [city.sources(incident) for incident in ("i1", "i2", "i3")] == [["aml"], [], []]


def test_a_telephone_s_number_is_no_stranger_s_though_the_call_hid_it(city):
    city.call("i1", number=None)
    city.store.joins.put_device(IMEI, "i1", city.now)
    city.now += 22
    city.sms(aml())
    assert city.sources("i1") == ["aml"]


def test_a_telephone_renews_its_own_location_and_no_other_s(city):
    city.call("i1", number=None)
    city.store.joins.put_device(IMEI, "i1", city.now)
    city.now += 22
    city.sms(aml(radius="20"))
    city.sms(aml(radius="15"), after=5)
    city.sms(aml(lat=-6.1, radius="18"), source=OTHER, after=6)
    first, second, stranger = city.claims("i1")
    assert first.holder == second.holder != stranger.holder
    assert standing(city.claims("i1"), city.now) == [second, stranger]
    assert [doubt.source for doubt in fuse(city.claims("i1"), city.now).doubts] == ["aml"]


def test_what_names_a_telephone_tells_neither_its_number_nor_its_card_and_is_another_elsewhere(city):
    city.call("i1")
    city.call("i2", number=OTHER)
    city.sms(aml())
    city.sms(aml(), source=OTHER)
    city.call("i3", at=city.now + 900)
    city.now += 910
    city.sms(aml())
    holders = [city.claims(incident)[0].holder for incident in ("i1", "i2", "i3")]
    assert len(set(holders)) == 3
    assert not [holder for holder in holders if IMEI[:14] in holder or "8120000000" in holder]


def test_sms_and_https_of_one_fix_are_two_entries_and_a_redelivery_is_none(city):
    city.call("i1")
    city.sms(aml())
    city.https(source=CALLER)
    for _, entry in city.store.messages.incoming():
        city.store.add([entry])
    city.look()
    assert city.sources("i1") == ["aml", "aml"]


def test_what_matches_nobody_is_offered_to_calls_without_a_number_as_a_maybe_that_never_wins(city):
    city.call("withheld", number=None)
    city.call("known", number=OTHER)
    city.now += 22
    city.sms(aml())
    assert city.sources("withheld") == []
    city.look(after=2)
    (offer,) = city.claims("withheld")
    assert (offer.source, offer.original, offer.shape.radius_m) == ("aml_unmatched", b"", 18.0)
    assert offer.confidence < LEAST_CONFIDENCE
    assert not fuse([offer], city.now).is_known
    assert city.sources("known") == []
    city.look(after=HOLD_SECONDS)
    assert (city.sources("withheld"), city.sources(GATEWAY), city.left()) == (["aml_unmatched"], ["aml"], 0)
    assert city.claims(GATEWAY)[0].original == b""
    told = repr([city.store.timeline(incident) for incident in (GATEWAY, "withheld")])
    assert IMEI not in told
    assert CALLER.removeprefix("+") not in told


def test_it_is_offered_only_where_it_can_be_the_caller_s(city):
    city.call("closed", number=None)
    city.end("closed")
    city.call("too-old", number=None, at=NOW - 700)
    city.call("other-number", number=None, dialled="110")
    city.call("other-city", number=None, trunk="north")
    city.call("urn", number=None, trunk="east", dialled="urn:service:sos")
    city.call("message", number=None, medium="message")
    city.https(emergency_number="112")
    city.look(after=2)
    incidents = ("closed", "too-old", "other-number", "other-city", "urn", "message")
    assert [incident for incident in incidents if city.sources(incident)] == ["urn"]


def test_a_call_without_a_number_that_comes_after_it_is_told_too(city):
    city.sms(aml())
    city.look(after=5)
    city.call("withheld", number=None)
    city.look(after=HOLD_SECONDS)
    assert city.sources("withheld") == ["aml_unmatched"]


def test_the_more_calls_it_could_be_the_less_it_says_and_few_are_told(city):
    for number in range(8):
        city.call(f"i{number}", number=None, at=NOW - number)
    city.now += 25
    city.sms(aml(), source="")
    city.look(after=2)
    offers = [claim for number in range(8) for claim in city.claims(f"i{number}")]
    assert (len(offers), offers[0].confidence) == (5, 8.5)
    assert city.claims("i0")
    assert not city.claims("i7")


def test_a_call_is_told_of_few_telephones_however_many_there_are(city):
    city.call("withheld", number=None)
    for number in range(30):
        city.part(aml(), source=f"+628120001{number:04d}", after=number / 100)
    city.look(after=3)
    city.look(after=HOLD_SECONDS)
    assert city.sources("withheld") == ["aml_unmatched"] * 5
    assert city.sources(GATEWAY) == ["aml"] * 30


@pytest.mark.parametrize("strangers_at", [0.5, 3.0, 14.0, 19.0])
def test_the_caller_s_own_is_among_what_a_call_without_a_number_is_told_however_many_came_first(city, strangers_at):
    city.call("withheld", number=None)
    for number in range(15):
        city.part(aml(lat=-6.3, radius="20"), f"+628120001{number:04d}", after=strangers_at + number / 100)
    city.look(after=strangers_at + 3)
    city.part(aml(radius="11"), after=22 - strangers_at - 3)
    city.look(after=HOLD_SECONDS)
    city.look(after=HOLD_SECONDS)
    assert 11.0 in [claim.shape.radius_m for claim in city.claims("withheld")]
    assert len(city.claims("withheld")) <= 6


def test_one_telephone_cannot_take_the_places_of_others_however_often_it_tells_where_it_is(city):
    city.call("withheld", number=None)
    for second in range(40):
        city.part(aml(lat=-6.3), source=OTHER, after=second)
    city.part(aml(radius="11"), after=22.5)
    for _ in range(30):
        city.look(after=3)
    told = city.claims("withheld")
    assert [claim.shape.radius_m for claim in told].count(11.0) == 1
    assert len(told) == 3
    assert len({claim.holder for claim in told}) == 2


def test_no_fix_is_refused_and_takes_nothing_from_an_earlier_one(city):
    city.call("i1")
    city.sms(aml())
    city.sms(NULL)
    (refused,) = city.told("i1", Kind.EVIDENCE_REFUSED)
    assert refused.data["why"] == "the telephone had no fix (network 510-10)"
    assert fuse(city.claims("i1"), city.now).radius_m == 18.0


def test_the_cell_that_a_telephone_without_a_fix_names_is_a_claim_of_its_own(city):
    replace(city.settings.state / CELLS, [("E-UTRAN/510/10/1a2b/2b90135", "[-6.24, 106.89, 800.0, 95.0, 90, 120]")])
    city.call("i1")
    network = {"cell_network_mcc": "510", "cell_network_mnc": "10", "cell_id": "45678901"}
    city.https(source=CALLER, location_latitude="", location_longitude="", **network)
    (cell,) = city.claims("i1")
    assert (cell.source, cell.method, len(city.told("i1", Kind.EVIDENCE_REFUSED))) == ("network_cell", "Cell", 1)


def test_two_positions_in_one_message_are_two_claims(city):
    city.call("i1")
    city.sms(aml() + aml(lat=-6.25, radius="9"))
    assert [claim.shape.radius_m for claim in city.claims("i1")] == [18.0, 9.0]
    assert city.left() == 0


def test_what_came_by_https_and_is_no_aml_is_kept_as_refused(city):
    city.call("i1")
    city.part("tolong", source=CALLER, channel="aml")
    city.look()
    assert (len(city.told("i1", Kind.EVIDENCE_REFUSED)), city.left()) == (1, 0)


def test_a_person_s_text_that_looks_like_the_form_is_a_person_s(city):
    city.sms("location_latitude=-6.2437&location_longitude=106.8925")
    assert aml_form.read(b"location_latitude=-6.2437&location_longitude=106.8925", NOW)
    (incident,) = [found.id for found in city.store.recent()]
    assert len(city.told(incident, Kind.MESSAGE)) == 1


def test_a_restart_loses_nothing_and_doubles_nothing(city):
    city.sms(aml())
    city.filing.begin_anew()
    city.look(after=3)
    city.call("i1")
    city.look(after=1)
    city.filing.begin_anew()
    city.look()
    assert (city.sources("i1"), city.left()) == (["aml"], 0)
