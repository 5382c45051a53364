"""What a text says of the place, beside what networks say of it."""

from gateway.evidence import describe
from gateway.evidence.message_place import claims
from gateway.gazetteer import gazetteer
from gateway.gazetteer.place_names import place_names
from gateway.incident.location import Evidence, Location, fuse
from gateway.incident.shape import Area, Circle, Point
from sms.places import read_places

NOW = 1_800_000_000.0
HALIM = (-6.2475, 106.8910)  # in Kebon Pala, Makasar, Jakarta Timur


def claimed(*thread: str, at: float = NOW) -> list[Evidence]:
    return claims(read_places(thread, place_names())[0], at)


def located(*evidence: Evidence, now: float = NOW) -> Location:
    return fuse(evidence, now, names=gazetteer())


def test_a_named_kelurahan_is_a_claim_with_the_words_it_rests_on():
    (claim,) = claimed("tolong, jl. contoh no 5 rt 05/02 kel. kbn pala dpn masjid")
    assert (claim.source, claim.shape) == ("named_place", Area("31.75.08.1003", "Kebon Pala"))
    assert claim.original == b"kel. kbn pala"
    assert claim.label == "jl. contoh no 5, RT 5 RW 2, dpn masjid"


def test_a_position_is_a_claim_of_unstated_accuracy():
    (claim,) = claimed("di sini https://maps.google.com/?q=-6.2475,106.8910")
    assert (claim.source, claim.shape) == ("message_link", Point(*HALIM))
    assert located(claim).radius_m is None


def test_two_positions_in_a_text_are_two_claims_and_a_doubt():
    bandung, monas = Point(-6.9147, 107.6098), Point(-6.1754, 106.8272)
    claims = claimed("dari -6.9147,107.6098 ke -6.1754,106.8272")
    assert [(claim.shape, claim.original) for claim in claims] == [
        (bandung, b"-6.9147,107.6098"),
        (monas, b"-6.1754,106.8272"),
    ]
    location = located(*claims)
    assert location.shape in (bandung, monas)
    assert [doubt.source for doubt in location.doubts] == ["message_link"]


def test_a_position_that_is_repeated_is_one_claim_and_a_later_one_corrects_it():
    assert len(claimed("-6.2475,106.8910 https://maps.google.com/?q=-6.2475,106.8910")) == 1
    (claim,) = claimed("saya di -6.9147,107.6098", "maaf -6.2475,106.8910", "cepat")
    assert claim.shape == Point(*HALIM)


def test_what_was_put_right_in_a_position_is_said():
    (claim,) = claimed("rt 3, 106.8910, 6.2475")
    assert claim.label.startswith("RT 3; lintang dan bujur tertukar")
    assert "tanda minus" in claim.label


def test_a_text_without_a_place_claims_nothing():
    assert claimed("tolong") == []
    assert claimed("di jl. contoh no 5") == []


def test_a_named_kelurahan_is_believed_before_the_area_of_a_trunk_and_contradiction_is_told():
    trunk = Evidence("trunk_area", Area("31.72", "Jakarta Utara"), NOW, confidence=80)
    location = located(*claimed("kami di kel kebon pala"), trunk)
    assert location.shape == Area("31.75.08.1003", "Kebon Pala")
    assert [str(doubt) for doubt in location.doubts] == ["trunk_area: Jakarta Utara"]


def test_a_position_that_somebody_sends_is_believed_before_a_cell():
    cell = Evidence("network_cell", Circle(*HALIM, 300.0), NOW)
    assert located(*claimed("-6.2480, 106.8920"), cell).source == "message_link"


def test_a_cell_is_finer_than_a_named_kelurahan_and_doubted_where_it_lies_elsewhere():
    near = Evidence("network_cell", Circle(*HALIM, 300.0), NOW)
    assert located(*claimed("kel kebon pala"), near).source == "network_cell"
    assert not located(*claimed("kel kebon pala"), near).doubts
    assert located(*claimed("kel kapuk muara"), near).doubts


def test_where_it_happens_does_not_wander_with_time():
    later = NOW + 6 * 3600
    assert located(*claimed("kel kebon pala"), now=later).shape == Area("31.75.08.1003", "Kebon Pala")


def test_a_desk_is_told_that_a_message_named_it():
    told, _ = describe(located(*claimed("kel kebon pala rt 3")), NOW)
    assert told.startswith("Kel. Kebon Pala, Kec. Makasar, Jakarta Timur; RT 3; ")
    assert "sumber: disebut dalam pesan" in told
