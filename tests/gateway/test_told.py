"""What a timeline tells whoever files the next message."""

from gateway.incident.timeline import Entry, Kind
from gateway.messages.told import with_flags
from sms.reading import Finding, Reading

LOOKS_SO = Finding("silent", "dia lagi tidur", "model 0.81")


def filed(reading):
    return Entry("i1", Kind.FILED, 1.0, {"medium": "message", **reading.as_dict()})


def test_what_was_told_stays_told_with_what_it_rests_on():
    before = Reading(injured=True, silent=True, findings=(LOOKS_SO, Finding("injured", "darah")))
    found = with_flags(Reading(), [filed(before)])
    assert (found.injured, found.silent, found.findings) == (True, True, (LOOKS_SO,))


def test_what_is_told_again_rests_on_the_new_words():
    said = Finding("silent", "jangan telpon", "silent_wish")
    found = with_flags(Reading(silent=True, findings=(said,)), [filed(Reading(silent=True, findings=(LOOKS_SO,)))])
    assert found.findings == (said,)
