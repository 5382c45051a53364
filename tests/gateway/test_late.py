"""Evidence that comes after a hand-off: one answer a change, proposals for a person, and nothing else."""

import threading
import time
from urllib.parse import quote

import pytest

from gateway.contact import IncomingCall
from gateway.evidence.words import words
from gateway.gazetteer import gazetteer
from gateway.hand_off import MOST_CLAIMS, evidence_of
from gateway.incident.evidence import Evidence
from gateway.incident.location import fuse
from gateway.incident.report import Caller, Nature, Report
from gateway.incident.shape import Area, Circle
from gateway.incident.summary import Incident
from gateway.incident.timeline import Entry, Kind
from gateway.intake import LATE_EVIDENCE_S, Intake
from gateway.locator.late import Late
from gateway.proposals import certain_area, proposable_area
from gateway.rules import load
from gateway.store import StoreAway
from gateway.surroundings import Surroundings
from tests.gateway.test_rules import GOOD
from tests.live.wait import until
from tests.notebook import Notebook

NOW = 1_750_000_000.0
MONAS, CIPINANG, BEKASI, FAR = (-6.1754, 106.8272), (-6.2475, 106.8910), (-6.2350, 107.0000), (-7.25, 112.75)

EAST = """\
  - name: fire_east
    when: {nature: fire, area: [31.75]}
    queue: 110
    priority: 3
    wait_at_most: 60
    proof: {nature: fire, area: 31.75}
  - name: rest
"""
NEIGHBOURS = 'neighbours:\n  32.75: {say: "+62 21 0000 0001, hanya contoh"}\n'


class Shop:
    """A store whose timelines are a notebook's, with a feed; it can be away."""

    def __init__(self):
        self.notes = Notebook()
        self.away = False
        self.asked = 0
        self.broken = set()

    def timeline(self, incident):
        if self.away:
            raise StoreAway("Redis: gone")
        self.asked += 1
        if incident in self.broken:
            raise ValueError("of another version")
        return self.notes.timeline(incident) or []

    def feed(self, after, wait=1.0):
        if self.away:
            raise StoreAway("Redis: gone")
        read = int(after) if after.isdigit() else 0
        found = [(str(place), entry) for place, entry in enumerate(self.notes.entries, 1)][read:]
        if not found:
            time.sleep(min(wait, 0.01))
        return found

    def last_feed_id(self):
        return str(len(self.notes.entries))


class Night:
    """An incident, and the one who follows it."""

    def __init__(self, tmp_path, text=GOOD):
        file = tmp_path / "rules.yaml"
        file.write_text(text)
        self.book = load(file)
        self.store, self.clock = Shop(), NOW
        self.notes = self.store.notes
        self.late = Late(self.store, self.notes, lambda: self.book, gazetteer(), lambda: self.clock)
        self.claims = []
        self.keyed = 0

    def opens(self, incident="i1", nature="fire"):
        opened = Entry(
            incident, Kind.OPENED, self.clock, {"medium": "call", "trunk": "contoh"}, f"sip:{incident}:opened"
        )
        self.add(opened, Entry(incident, Kind.FILED, self.clock, {"nature": nature}))

    def is_handed_off(self, incident="i1", queue="112", **data):
        location = fuse(self.claims, self.clock, known={"trunk": "contoh"}, names=gazetteer())
        told = {"queue": queue, "rule": "rest", "priority": 3, "location": location.as_dict(), "area": "", **data}
        self.add(Entry(incident, Kind.HANDED_OFF, self.clock, told, f"sip:{incident}:handed_off"))

    def learns(self, place, radius=50.0, source="aml", incident="i1", at=None, key=None, **fields):
        self.keyed += 1
        at = self.clock if at is None else at
        claim = Evidence(source, Circle(*place, radius), at, at, **fields)
        self.claims.append(claim)
        self.add(Entry(incident, Kind.EVIDENCE, at, claim.as_dict(), key or f"e{self.keyed}"))

    def add(self, *entries):
        self.notes.add(entries)
        for entry in entries:
            self.late.seen(entry)

    def looks(self, after=1.0):
        self.clock += after
        self.late.look()

    def of(self, kind, incident="i1"):
        return [entry for entry in self.notes.of_kind(kind) if entry.incident == incident]


@pytest.fixture
def night(tmp_path):
    return Night(tmp_path)


def started(night, *places):
    night.opens()
    for place in places:
        night.learns(place, 800.0, "network_cell")
    night.is_handed_off()
    night.looks()
    return night


def test_what_comes_after_the_hand_off_is_announced_once_with_place_and_radius(night):
    started(night, CIPINANG)
    assert not night.of(Kind.LOCATED), "the hand-off had it all"
    night.learns(CIPINANG, 20.0)
    night.looks()
    [told] = night.of(Kind.LOCATED)
    assert "radius 20 m" in told.data["place"]
    assert told.data["location"]["source"] == "aml"
    assert told.data["evidence"] == "e2"
    night.looks()
    night.late.seen(night.notes.entries[-2])
    night.looks()
    assert len(night.of(Kind.LOCATED)) == 1


def test_a_call_of_which_nobody_told_a_place_costs_no_reading_of_its_timeline(night):
    started(night)
    assert night.store.asked == 0
    night.learns(CIPINANG, 20.0)
    night.looks()
    assert len(night.of(Kind.LOCATED)) == 1, "and the first claim is announced"
    night.is_handed_off()
    night.looks()
    assert night.store.asked == 2


def test_a_hand_off_without_a_place_after_which_one_is_known_is_looked_at(night):
    night.opens()
    night.learns(CIPINANG, 20.0)
    night.claims.clear()
    night.is_handed_off()
    night.looks()
    assert len(night.of(Kind.LOCATED)) == 1


def test_what_changes_nothing_that_a_desk_sees_is_not_announced(night):
    started(night, CIPINANG)
    night.learns(CIPINANG, 20.0)
    night.looks()
    night.learns(CIPINANG, 5000.0, "network_cell", at=night.clock - 20)
    night.learns(CIPINANG, 100.0, "aml_unmatched", confidence=20.0)
    night.looks()
    assert len(night.of(Kind.LOCATED)) == 1


def test_the_same_place_once_more_at_an_unknown_time_is_no_news(night):
    started(night)
    for _ in range(3):
        claim = Evidence("pidf_lo", Circle(*CIPINANG, 20.0), night.clock)
        night.add(Entry("i1", Kind.EVIDENCE, night.clock, claim.as_dict(), f"p{night.clock}"))
        night.looks()
    assert len(night.of(Kind.LOCATED)) == 1


def test_what_is_too_old_when_it_comes_is_announced_as_the_last_known_place_and_proposes_nothing(night):
    started(night)
    stale = Evidence("aml", Circle(*CIPINANG, 20.0), night.clock, night.clock - 1200)
    night.add(Entry("i1", Kind.EVIDENCE, night.clock, stale.as_dict(), "p1"))
    night.looks()
    night.looks(60)
    [told] = night.of(Kind.LOCATED)
    assert "SUDAH LAMA" in told.data["place"]
    assert (told.data["location"]["is_known"], told.data["location"]["lat"]) == (False, None)
    assert told.data["location"]["last"]["lat"] == CIPINANG[0]
    assert not night.of(Kind.PROPOSED)


def test_a_contradiction_is_announced_as_a_doubt(night):
    started(night, CIPINANG)
    night.learns(MONAS, 900.0, "network_cell")
    night.looks()
    [told] = night.of(Kind.LOCATED)
    assert told.data["doubts"]
    assert "DIRAGUKAN" in told.data["place"]


def test_evidence_with_an_earlier_time_than_what_is_known_is_announced_too(night):
    started(night, CIPINANG)
    night.learns(CIPINANG, 60.0)
    night.looks()
    night.learns(CIPINANG, 10.0, at=night.clock - 1.5)
    night.looks()
    assert ["radius 60 m" in told.data["place"] for told in night.of(Kind.LOCATED)] == [True, False]


def test_a_call_in_the_dialogue_or_closed_is_left_alone(night):
    night.opens()
    night.learns(CIPINANG)
    night.looks()
    assert not night.of(Kind.LOCATED)
    night.is_handed_off()
    night.add(Entry("i1", Kind.CLOSED, night.clock, {"by": "desk:112-1"}))
    night.learns(MONAS, 10.0)
    night.looks()
    assert not night.of(Kind.LOCATED)


def test_evidence_that_came_between_the_reading_and_the_hand_off_is_announced(night):
    night.opens()
    night.learns(CIPINANG)
    night.claims.clear()
    night.is_handed_off()
    night.looks()
    assert len(night.of(Kind.LOCATED)) == 1


def test_who_was_handed_off_without_us_is_located_all_the_same(night):
    night.opens()
    data = {"rule": "", "queue": "112", "priority": 2, "why": "handed off by the dialplan"}
    night.add(Entry("i1", Kind.HANDED_OFF, night.clock, data, "sip:i1:handed_off"))
    night.looks()
    assert not night.of(Kind.LOCATED)
    night.learns(CIPINANG)
    night.looks()
    assert len(night.of(Kind.LOCATED)) == 1


def test_a_flood_on_one_incident_is_looked_at_a_few_times_and_its_end_is_seen(night):
    started(night)
    asked = night.store.asked
    for number in range(1000):
        night.learns(CIPINANG, 900.0 - number / 2)
        night.looks(after=0.001)
    night.looks()
    assert night.store.asked - asked <= 5
    assert night.of(Kind.LOCATED)[-1].data["location"]["radius_m"] == pytest.approx(400.5)


def test_the_first_of_a_flood_is_seen_at_once(night):
    started(night)
    night.clock += 5
    night.learns(CIPINANG)
    night.looks(after=0.0)
    assert len(night.of(Kind.LOCATED)) == 1


def test_who_is_handed_off_once_more_without_us_is_located_anew_though_nothing_new_is_known(night):
    started(night)
    night.learns(CIPINANG)
    night.looks()
    data = {"rule": "", "queue": "112", "priority": 2, "why": "handed off by the dialplan"}
    night.add(Entry("i1", Kind.HANDED_OFF, night.clock, data, "sip:i1:again"))
    night.looks()
    assert len(night.of(Kind.LOCATED)) == 2


def test_of_a_flood_the_first_the_latest_and_what_desks_said_are_fused():
    incident = Incident("i1")
    sources = ["trunk_area", *["aml"] * 500, "desk", *["aml"] * 1000]
    for number, source in enumerate(sources):
        incident.evidence.append(Evidence(source, Circle(*CIPINANG, 1.0 + number), NOW).as_dict())
    kept = evidence_of(incident)
    assert len(kept) == MOST_CLAIMS + 1
    assert [kept[0].source, kept[50].source, kept[-1].shape.radius_m] == ["trunk_area", "desk", 1502.0]
    assert len(evidence_of(incident, most=len(sources))) == len(sources)


def test_an_incident_that_cannot_be_read_holds_up_no_other(night):
    started(night)
    night.store.broken.add("i0")
    night.learns(CIPINANG, incident="i0")
    night.learns(CIPINANG)
    night.looks()
    assert len(night.of(Kind.LOCATED)) == 1


def test_while_the_store_is_away_nothing_is_forgotten(night):
    started(night)
    night.learns(CIPINANG)
    night.store.away = True
    with pytest.raises(StoreAway):
        night.looks()
    night.store.away = False
    night.looks()
    assert len(night.of(Kind.LOCATED)) == 1


def test_two_who_follow_the_same_feed_write_one_answer(night):
    started(night)
    night.learns(CIPINANG)
    other = Late(night.store, night.notes, lambda: night.book, gazetteer(), lambda: night.clock)
    told = night.notes.timeline("i1")
    night.clock += 1
    # Both read before either writes.
    for one in (night.late, other):
        one.store = type("Frozen", (), {"timeline": lambda _self, _incident: list(told)})()
        one.seen(told[-1])
    night.late.look()
    other.look()
    assert len(night.of(Kind.LOCATED)) == 1


def test_it_follows_the_feed_from_before_it_began_until_it_is_told_to_stop(night):
    night.clock = time.time()
    night.opens()
    night.is_handed_off()
    night.learns(CIPINANG)
    night.late = Late(night.store, night.notes, lambda: night.book, gazetteer())
    stop = threading.Event()
    follower = threading.Thread(target=night.late.follow, args=(stop,))
    follower.start()
    try:
        until(lambda: night.of(Kind.LOCATED), what="the place is announced")
        night.store.away = True
        night.store.away = False
        night.learns(MONAS, 5.0)
        until(lambda: len(night.of(Kind.LOCATED)) == 2, what="the next place is announced")
    finally:
        stop.set()
        follower.join(5)
    assert not follower.is_alive()


# proposals


def test_a_place_that_rules_give_to_another_queue_is_proposed_once_and_moves_nobody(tmp_path):
    night = started(Night(tmp_path, GOOD.replace("  - name: rest\n", EAST)))
    night.learns(CIPINANG, 20.0)
    night.looks()
    night.learns(CIPINANG, 15.0)
    night.looks()
    [proposed] = night.of(Kind.PROPOSED)
    assert (proposed.data["what"], proposed.data["to"], proposed.data["rule"]) == ("reroute", "110", "fire_east")
    assert len(night.of(Kind.HANDED_OFF)) == 1


def test_no_reroute_is_proposed_to_where_the_case_is_or_for_a_doubtful_place(tmp_path):
    text = GOOD.replace("  - name: rest\n", EAST)
    there = Night(tmp_path, text)
    there.opens()
    there.is_handed_off(queue="110", area="31.75")
    there.learns(CIPINANG, 20.0)
    there.looks()
    assert not there.of(Kind.PROPOSED)
    doubtful = started(Night(tmp_path, text))
    doubtful.learns(MONAS, 20.0, "browser")
    doubtful.learns(CIPINANG, 20.0)
    doubtful.looks()
    assert doubtful.of(Kind.LOCATED)[0].data["doubts"]
    assert not doubtful.of(Kind.PROPOSED)


@pytest.mark.parametrize("coarse", ["network_cell", "registered_number", "trunk_area"])
def test_a_fix_outside_is_proposed_to_the_neighbour_whatever_a_cell_or_a_register_say(night, coarse):
    night.opens()
    night.learns(MONAS, 800.0, coarse)
    night.is_handed_off()
    night.learns(BEKASI, 20.0)
    night.looks()
    assert night.of(Kind.LOCATED)[-1].data["doubts"]
    assert [entry.data["to"] for entry in night.of(Kind.PROPOSED)] == ["32.75"]


def test_a_cell_alone_proposes_nothing_against_the_register(night):
    started(night)
    night.learns(MONAS, 30.0, "registered_number")
    night.learns(BEKASI, 800.0, "network_cell")
    night.looks()
    assert night.of(Kind.LOCATED)[-1].data["doubts"]
    assert not night.of(Kind.PROPOSED)


def test_a_desk_s_last_word_is_proposed_whatever_its_older_one_says_and_not_against_a_fix(night):
    started(night, MONAS)
    night.learns(MONAS, 100.0, "desk")
    night.looks()
    night.learns(BEKASI, 100.0, "desk")
    night.looks()
    assert len(night.of(Kind.LOCATED)[-1].data["doubts"]) == 2
    assert [entry.data["to"] for entry in night.of(Kind.PROPOSED)] == ["32.75"]
    night.opens("i2")
    night.claims.clear()
    night.is_handed_off("i2")
    night.learns(MONAS, 20.0, incident="i2")
    night.learns(BEKASI, 100.0, "desk", incident="i2")
    night.looks()
    assert night.of(Kind.LOCATED, "i2")[-1].data["doubts"] == ["aml: 20219 m away"]
    assert not night.of(Kind.PROPOSED, "i2")


def test_nobody_is_led_to_another_queue_by_a_place_in_doubt(tmp_path):
    night = Night(tmp_path, GOOD.replace("  - name: rest\n", EAST))
    night.opens()
    night.learns(MONAS, 800.0, "network_cell")
    night.learns(CIPINANG, 20.0)
    doubted = fuse(night.claims, night.clock, names=gazetteer())
    assert (certain_area(doubted), proposable_area(doubted)[:5]) == ("", "31.75")


# a desk's word


def says(night, area):
    said = Evidence("desk", area, night.clock, night.clock, method="Manual")
    night.add(Entry("i1", Kind.EVIDENCE, night.clock, said.as_dict(), f"said{night.clock}"))


def test_a_fix_that_agrees_with_a_desk_s_rough_word_is_announced_with_it(night):
    started(night)
    says(night, Area("31.75", "Jakarta Timur"))
    night.looks()
    night.learns(CIPINANG, 15.0)
    night.looks()
    told = night.of(Kind.LOCATED)[-1].data
    assert (told["location"]["source"], told["location"]["radius_m"], told["doubts"]) == ("aml", 15.0, [])
    assert "sesuai kata petugas: Jakarta Timur" in told["place"]
    assert told["location"]["word"]["shape"]["code"] == "31.75"


def test_a_fix_that_contradicts_a_desk_s_word_is_announced_as_a_doubt(night):
    started(night)
    says(night, Area("31.75", "Jakarta Timur"))
    night.looks()
    night.learns(MONAS, 15.0)
    night.looks()
    told = night.of(Kind.LOCATED)[-1].data
    assert (told["location"]["source"], told["location"]["trust"], told["doubts"]) == ("desk", 95, ["aml: elsewhere"])


def test_a_word_that_agrees_with_the_place_is_announced(night):
    started(night)
    night.learns(CIPINANG, 15.0)
    night.looks()
    says(night, Area("31.75.08", "Makasar"))
    night.looks()
    assert "sesuai kata petugas: Makasar" in night.of(Kind.LOCATED)[-1].data["place"]


def test_a_place_certainly_outside_is_proposed_to_the_neighbours_112_as_the_rules_say(tmp_path):
    night = started(Night(tmp_path, GOOD + NEIGHBOURS))
    night.learns(BEKASI, 20.0)
    night.looks()
    [proposed] = night.of(Kind.PROPOSED)
    assert (proposed.data["what"], proposed.data["to"], proposed.data["name"]) == ("neighbour", "32.75", "Kota Bekasi")
    assert proposed.data["say"] == "+62 21 0000 0001, hanya contoh"


def test_a_neighbour_of_whom_the_rules_say_nothing_and_a_place_far_away_are_told_honestly(night):
    started(night)
    night.learns(BEKASI, 20.0)
    night.looks()
    assert (night.of(Kind.PROPOSED)[0].data["to"], night.of(Kind.PROPOSED)[0].data["say"]) == ("32.75", "")
    night.opens("i2")
    night.claims.clear()
    night.is_handed_off("i2")
    night.learns(FAR, 20.0, incident="i2")
    night.looks()
    assert night.of(Kind.PROPOSED, "i2")[0].data["to"] == ""


def test_a_place_that_its_own_source_half_believes_proposes_nothing(night):
    started(night)
    night.learns(BEKASI, 20.0, confidence=60.0)
    night.looks()
    assert night.of(Kind.LOCATED)
    assert not night.of(Kind.PROPOSED)


def test_the_finest_of_the_neighbours_that_hold_a_place_is_the_one(tmp_path):
    wide = "neighbours:\n  32: {name: Jawa Barat, say: provinsi}\n  32.75: {say: kota}\n"
    night = started(Night(tmp_path, GOOD + wide))
    night.learns(BEKASI, 20.0)
    night.looks()
    assert night.of(Kind.PROPOSED)[0].data["say"] == "kota"


def test_a_call_from_outside_that_was_handed_off_so_is_proposed_to_the_neighbour_at_once(night):
    started(night, BEKASI)
    assert [entry.data["to"] for entry in night.of(Kind.PROPOSED)] == ["32.75"]
    assert not night.of(Kind.LOCATED)


# the hand-off itself


@pytest.fixture
def intake(night):
    def describe(location, now):
        return words(location, "id", now), ()

    return Intake(
        Surroundings(
            night.notes,
            lambda: night.book,
            gather=lambda call: [Evidence("trunk_area", Area("31.75", "Jakarta Timur"), call.at)],
            names=gazetteer(),
            describe=describe,
            reference=lambda incident, _now: f"https://desk.example/location/{incident}",
            discreet_reference=lambda incident, _now: f"https://desk.example/location/{incident}-d",
        )
    )


def call(captured=False):
    return IncomingCall("sip", "1.1", Caller(None, "contoh"), NOW, call_id="c1", captured=captured)


def meanwhile(night, incident, *places):
    for place in places:
        night.learns(place, 10.0, "pidf_lo", incident)
    for number, url in enumerate(
        ("https://lis.example/1", "https://lis.example/2>\r\nX-Need: x", "ftp://x", "sips:a@b")
    ):
        night.add(Entry(incident, Kind.REFERENCE, night.clock, {"url": url, "source": "geolocation"}, f"r{number}"))


def test_what_a_hand_off_told_is_no_news_afterwards(night, intake):
    contact = intake.open(call())
    intake.hand_off(contact, Report(Nature.FIRE), ["start"], NOW + 1)
    night.late.seen(night.of(Kind.HANDED_OFF, contact.incident)[0])
    night.looks(after=2.0)
    assert not night.of(Kind.LOCATED, contact.incident)


def test_the_very_first_hand_off_has_what_the_edge_captured_meanwhile(night, intake):
    contact = intake.open(call(captured=True))
    meanwhile(night, contact.incident, BEKASI)
    order = intake.hand_off(contact, Report(Nature.FIRE), ["start"], NOW + 1)
    assert (order.location.source, order.location.radius_m) == ("pidf_lo", 10.0)
    assert order.references == ("sips:a@b", "https://lis.example/1")
    assert "112 Kota Bekasi" in order.proposal
    assert (order.reference, order.discreet_reference) == (
        f"https://desk.example/location/{contact.incident}",
        f"https://desk.example/location/{contact.incident}-d",
    )


def test_references_have_room_in_one_command_to_asterisk(night, intake):
    contact = intake.open(call(captured=True))
    for number in range(6):
        url = f"https://lis.example/{number}?" + "=" * 380
        night.add(Entry(contact.incident, Kind.REFERENCE, night.clock, {"url": url}, f"long{number}"))
    night.add(
        Entry(contact.incident, Kind.REFERENCE, night.clock, {"url": "https://lis.example/" + "x" * 2000}, "long")
    )
    references = intake.hand_off(contact, Report(Nature.FIRE), ["start"], NOW + 1).references
    assert [url[:21] for url in references] == ["https://lis.example/5"]
    assert len(quote(" ".join(references), safe="")) < 1_300


def test_a_call_of_which_nothing_was_captured_asks_the_store_nothing_more_unless_it_took_long(night, intake):
    contact = intake.open(call())
    meanwhile(night, contact.incident, MONAS)
    assert intake.hand_off(contact, Report(Nature.FIRE), ["start"], NOW + 1).location.source == "trunk_area"
    assert intake.hand_off(contact, Report(Nature.FIRE), ["start"], NOW + LATE_EVIDENCE_S).location.source == "pidf_lo"


def test_with_the_store_away_the_hand_off_has_what_the_call_itself_told(night, intake):
    contact = intake.open(call(captured=True))
    meanwhile(night, contact.incident, MONAS)
    night.notes.away = True
    order = intake.hand_off(contact, Report(Nature.FIRE), ["start"], NOW + 1)
    assert (order.location.source, order.references) == ("trunk_area", ())


def test_a_rule_for_an_area_takes_who_is_certainly_there(tmp_path):
    """Cipinang Melayu is in East Jakarta."""
    book = Night(tmp_path, GOOD.replace("  - name: rest\n", EAST)).book
    assert book.rules.choose(Report(Nature.FIRE, area="31.75.08.1001")).name == "fire_east"
    assert book.rules.choose(Report(Nature.FIRE, area="31.75")).name == "fire_east"
    for elsewhere in ("", "31", "31.71", "31.7"):
        assert book.rules.choose(Report(Nature.FIRE, area=elsewhere)).name == "rest"


def test_the_hand_off_follows_a_rule_for_the_area(tmp_path):
    night = Night(tmp_path, GOOD.replace("  - name: rest\n", EAST))
    cell = Evidence("network_cell", Circle(*CIPINANG, 100.0), NOW, NOW)
    surroundings = Surroundings(
        night.notes, lambda: night.book, lambda _call: [cell], gazetteer(), lambda _l, _n: ("", ()), lambda _i, _n: ""
    )
    intake = Intake(surroundings)
    contact = intake.open(call())
    assert intake.hand_off(contact, Report(Nature.FIRE), ["start"], NOW + 1).queue == "110"
    assert night.of(Kind.HANDED_OFF, contact.incident)[0].data["area"].startswith("31.75")
