"""Where somebody is, as a desk sees it and as a desk says it."""

from dataclasses import replace

from gateway.desk.place import whereabouts
from gateway.desk.placing import choices
from gateway.desk.rights import has_answered, may_place
from gateway.gazetteer import gazetteer
from gateway.incident.evidence import Evidence
from gateway.incident.location import fuse
from gateway.incident.shape import Circle
from gateway.incident.summary import add_up
from gateway.incident.timeline import Entry, Kind
from gateway.rules import load
from gateway.settings import ROOT
from gateway.store.waiting import Wait

NOW = 1_750_000_000.0
CIPINANG, BEKASI = (-6.2475, 106.8910), (-6.2350, 107.0000)
AGENCIES = load(ROOT / "routing_rules.yaml").agencies


def told(kind, **data):
    return Entry("i1", kind, NOW, data)


def claim(place, radius=20.0, source="aml", **fields):
    return told(Kind.EVIDENCE, **Evidence(source, Circle(*place, radius), NOW, NOW, **fields).as_dict())


def seen(*entries, nature="violence", discreet=False, language="id"):
    filed = [told(Kind.OPENED, medium="call", trunk="contoh"), told(Kind.FILED, nature=nature)]
    incident = add_up("i1", [*filed, *entries])
    return whereabouts(incident, gazetteer(), NOW + 5, language, discreet=discreet)


def test_a_desk_sees_one_answer_with_its_radius_source_age_and_doubts():
    place = seen(claim(CIPINANG), claim(BEKASI, 300.0, "network_cell"))
    assert (place.position, place.radius_m, place.source) == (CIPINANG, 20.0, "aml")
    for word in ("radius 20 m", "5 detik lalu", "AML", "DIRAGUKAN"):
        assert word in place.words
    assert place.doubts[0].startswith("network_cell")


def test_telephones_near_by_are_offered_and_never_believed():
    place = seen(claim(CIPINANG, 500.0), claim(BEKASI, 10.0, "aml_unmatched", confidence=20.0))
    assert place.source == "aml"
    assert [(offer.lat, offer.radius_m) for offer in place.offers] == [(BEKASI[0], 10.0)]
    assert "±10 m" in str(place.offers[0])


def test_the_telephone_that_told_it_when_a_callers_own_does_is_offered_first():
    came = [claim(BEKASI, after, "aml_unmatched", confidence=20.0) for after in (1.0, 2.0, 3.0, 22.0, 90.0, 95.0)]
    told_then = [replace_at(entry, NOW + entry.data["shape"]["radius_m"]) for entry in came]
    assert [offer.radius_m for offer in seen(*told_then).offers] == [22.0, 3.0, 2.0]


def replace_at(entry, at):
    return replace(entry, at=at, data={**entry.data, "received_at": at, "observed_at": at})


def test_what_is_too_old_is_told_and_is_no_place_to_send_anybody():
    stale = Evidence("aml", Circle(*CIPINANG, 60.0), NOW, NOW - 1200)
    place = seen(told(Kind.EVIDENCE, **stale.as_dict()))
    assert (place.is_placed, place.position, place.source) == (False, None, "")
    assert place.last.shape == stale.shape
    assert "SUDAH LAMA" in place.words


def test_no_word_that_a_person_wrote_of_the_last_known_place_is_told_discreetly():
    stale = Evidence("pidf_lo", Circle(*CIPINANG, 60.0), NOW, NOW - 1200, label="rumah suami")
    open_to_all, discreet = (seen(told(Kind.EVIDENCE, **stale.as_dict()), discreet=each) for each in (False, True))
    assert ("rumah suami" in open_to_all.words, "rumah suami" in discreet.words) == (True, False)
    assert (discreet.last.shape, discreet.last.label) == (stale.shape, "")


def test_without_evidence_the_line_that_a_call_came_by_is_told_for_no_place():
    place = seen()
    assert (place.is_placed, place.source, place.position) == (False, "", None)
    assert place.words == "lokasi tidak diketahui"


PROPOSED = (
    told(Kind.PROPOSED, what="reroute", to="ppa", rule="violence_east"),
    told(Kind.PROPOSED, what="neighbour", to="32.75", name="Kota Bekasi", say="021 x"),
)


def test_who_may_not_know_of_violence_sees_the_neighbour_and_no_other_agency():
    assert len(seen(*PROPOSED).proposals) == 2
    [one] = seen(*PROPOSED, discreet=True).proposals
    assert "112 Kota Bekasi (021 x)" in one
    assert "hand over to the 112 of Kota Bekasi" in seen(*PROPOSED, language="en").proposals[1]


def test_a_proposal_is_shown_while_the_place_is_as_it_was_for_it():
    neighbour = PROPOSED[1]
    east = told(Kind.PROPOSED, what="reroute", to="113", rule="fire_east", area="31.75")
    assert len(seen(claim(BEKASI), neighbour).proposals) == 1
    assert not seen(claim(CIPINANG), neighbour).proposals
    assert len(seen(claim(CIPINANG), east).proposals) == 1
    assert not seen(claim((-6.1754, 106.8272)), east).proposals
    assert len(seen(claim((-6.1754, 106.8272), confidence=60.0), east).proposals) == 1, (
        "an uncertain place takes nothing back"
    )


def test_the_word_of_a_desk_goes_before_every_measurement():
    [one] = choices("-6.2350,107.0000,2000")
    said = one.evidence("112-1", NOW)
    assert (said.source, said.method, said.provided_by) == ("desk", "Manual", "desk:112-1")
    fix = Evidence("aml", Circle(*CIPINANG, 5.0), NOW, NOW)
    assert fuse([fix, said], NOW + 1).source == "desk"
    later = choices("-6.2475,106.8910,3000")[0].evidence("112-1", NOW + 60)
    assert fuse([fix, said, later], NOW + 61).lat == -6.2475
    assert Evidence.from_dict(said.as_dict()) == said


def test_who_may_say_where_somebody_is():
    answered = [told(Kind.ANSWERED, desk="110-1")]
    incident = add_up("i1", [told(Kind.FILED, nature="violence"), told(Kind.HANDED_OFF, queue="110", inform=["ppa"])])
    held = [Wait("i1", "118", "118", 2, NOW, NOW, desk="118-1", at=NOW)]
    waiting = [Wait("i1", "110", "110", 2, NOW, NOW)]

    def may(agency, desk, waits=(), entries=()):
        return may_place(AGENCIES[agency], desk, incident, waits, entries)

    assert may("110", "110-1", entries=answered)
    assert not may("110", "110-2", entries=answered)
    assert may("118", "118-1", held), "who has the task, too"
    assert not may("110", "110-1", waiting), "who has not accepted it"
    assert may("ppa", "ppa-1"), "who was informed, and may read"
    assert has_answered("110-1", answered)
    assert not has_answered("110-1", [told(Kind.RANG, desk="110-1")])
