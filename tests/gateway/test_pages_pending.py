"""What waits for a yes in a page."""

import pytest

from gateway.desk.draft import Draft
from gateway.desk.not_done import NotDone
from gateway.web.pages.pending import KEPT_SECONDS, MOST_OF_ONE, Pending, Place


def draft(name="d1"):
    return Draft("i1", name, "Halo", "", "id", 1, ())


def place(tab="t1", session="s1", incident="i1"):
    return Place(session, tab, incident)


@pytest.mark.parametrize("other", [place("t2"), place(session="s2"), place(incident="i2"), place("")])
def test_nobody_answers_what_another_page_or_case_was_asked(other):
    pending = Pending()
    pending.keep(place(), draft())
    with pytest.raises(NotDone):
        pending.draft(other, "")
    assert pending.draft(place(), "") == draft()


def test_who_asks_without_end_takes_nothing_from_others():
    pending = Pending()
    pending.keep(place(session="hers"), draft())
    for number in range(3000):
        pending.keep(place(f"t{number}", "his"), draft())
    assert pending.draft(place(session="hers"), "d1") == draft()
    assert pending.draft(place("t2999", "his"), "") == draft()
    with pytest.raises(NotDone):
        pending.draft(place(f"t{2999 - MOST_OF_ONE}", "his"), "")


def test_a_yes_that_comes_too_late_is_to_nothing():
    now = [0.0]
    pending = Pending(lambda: now[0])
    pending.keep(place(), draft())
    now[0] = KEPT_SECONDS + 1
    with pytest.raises(NotDone):
        pending.draft(place(), "")
