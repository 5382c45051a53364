"""What the pages of desks have in common: one live feed, one set of glances, and the acts of whoever is at a desk."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.desk.calling_back import CallingBack
from gateway.desk.duty import Duty
from gateway.desk.glance import Glance
from gateway.desk.linking import Linking
from gateway.desk.near import near
from gateway.desk.not_done import NotDone
from gateway.desk.shown import Surroundings
from gateway.gazetteer.close_by import close_by
from gateway.gazetteer.current import names
from gateway.gazetteer.facilities import facilities
from gateway.messages.replies import Answers
from gateway.store.duty import OFF, Seats
from gateway.web.pages.guard import Visitor
from gateway.web.pages.hub import Hub
from gateway.web.pages.parts import Parts
from gateway.web.pages.pending import Pending
from gateway.web.pages.stream import Whose
from gateway.web.pages.views import Views


@dataclass
class Floor:
    """Safe to share between threads.

    Attributes:
        pending: what waits for a yes in some page.
    """

    parts: Parts
    hub: Hub
    pending: Pending
    around: Surroundings

    def whose(self, who: Visitor) -> Whose:
        """The desk at which the visitor is on duty now.

        Raises:
            StoreAway: nobody can say.
        """
        found = self.hub.views.whose(who.account.name, self.desks().get(who.account.name, ""), who.language)
        return found if found.agency in who.agencies else Whose(who.account.name, "", "", who.language)

    def at_desk(self, who: Visitor) -> Whose:
        """
        Raises:
            NotDone: the visitor is on duty at no desk.
        """
        found = self.whose(who)
        if not found.desk:
            raise NotDone("not_on_duty")
        return found

    def desks(self) -> dict[str, str]:
        """The desk of each account on duty."""
        agencies = self.parts.rulebook().agencies.values()
        seats = Seats(self.parts.store.redis).of(desk.id for agency in agencies for desk in agency.desks)
        return {seat.account: seat.desk for seat in seats.values() if seat.state != OFF}

    def duty(self, whose: Whose) -> Duty:
        """The acts of a desk; made for one request, so that nothing of it is another page's."""
        parts = self.parts
        answers = Answers(parts.journal, lambda: parts.rulebook().policies, parts.settings)
        return Duty(
            whose.desk, parts.store, parts.rulebook, answers, self.around.names, whose.language, parts.clock,
            nearby=self.around.near, linking=Linking(parts.settings), calling_back=CallingBack(parts.settings),
        )  # fmt: skip


def floor_of(parts: Parts) -> Floor:
    """The one floor of these parts."""
    if parts.floor is None:
        settings = parts.settings
        around = Surroundings(names(settings), near(facilities(settings), close_by(settings)))
        floor = Floor(
            parts,
            Hub(Views(Glance(parts.store), parts.rulebook, around, parts.clock), lambda: floor.desks()),
            Pending(),
            around,
        )
        parts.floor = floor
    found: Floor = parts.floor
    return found
