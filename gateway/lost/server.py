"""One LoST query answered. Never raises: what is wrong is told in the answer (RFC 5222 §13)."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from xml.etree.ElementTree import Element

from gateway.gazetteer import FILE as GAZETTEER
from gateway.gazetteer import boundary_file
from gateway.gazetteer.borders import Borders
from gateway.incident import service_urn
from gateway.incident.location import Names
from gateway.log import get_logger
from gateway.lost import CIVIC, LostFault, boundary, request, response
from gateway.lost.mapping import Mapping, find, locate
from gateway.lost.request import Place, Query
from gateway.lost.validation import code_of, validate
from gateway.rules.rulebook import Rulebook
from gateway.settings import Settings

log = get_logger("lost")


class Lost:
    """The server, as the settings call it and the rules in force decide.

    Args:
        names: the gazetteer.
        clock: seconds since the epoch.
    """

    def __init__(self, settings: Settings, rulebook: Callable[[], Rulebook], names: Names, clock: Callable[[], float]):
        self._settings = settings
        self._rulebook = rulebook
        self._names = names
        self._clock = clock
        self._borders = Borders(settings)
        self.source = settings.domain

    def answer(self, document: bytes) -> bytes:
        """The answer to a query, each as XML."""
        try:
            return self._answer(request.read(document))
        except LostFault as fault:
            return self.error(fault)
        except Exception as fault:
            log.exception("a LoST query failed", fault=fault)
            return self.error(LostFault("internalError", "a fault of ours"))

    def error(self, fault: LostFault) -> bytes:
        return response.errors(fault, self.source)

    def _answer(self, query: Query) -> bytes:
        if self.source in query.path:
            raise LostFault("loop", "the query has passed this server before")
        match query:
            case Query(kind=request.FIND, place=Place() as place):
                return self._find(query, place)
            case Query(kind=request.LIST_BY_LOCATION, place=Place() as place):
                return self._by_location(query, place)
            case Query(kind=request.BOUNDARY):
                return self._boundary(query)
            case _:
                return self._services(query, self._below(query.service))

    def _find(self, query: Query, place: Place) -> bytes:
        found = find(query.service, locate(place, self._names), self._rulebook(), self._address)
        answer = response.Answer("findServiceResponse", self.source)
        answer.mapping(found, self._clock(), self._updated(), self._told(found, query))
        warnings = list(found.warnings)
        if query.validate and place.profile == CIVIC:
            answer.validation(validate(place.address, code_of(place.address)))
        elif query.validate:
            warnings.append(("locationValidationUnavailable", "only civic addresses are validated"))
        answer.warnings(warnings)
        answer.path(query.path)
        answer.location_used(place.id)
        return answer.written()

    def _told(self, found: Mapping, query: Query) -> Element | None:
        if not found.area:
            return None
        if query.by_value:
            return response.value(found.area, self._borders)
        return response.reference(found.area, self._borders, self.source)

    def _below(self, service: str) -> list[str]:
        """The services directly below one, or below none, that are answered here."""
        below = [service_urn.EMERGENCY] if not service else service_urn.below(service)
        return [name for name in below if service_urn.is_emergency(name)]

    def _services(self, query: Query, names: list[str]) -> bytes:
        answer = response.Answer(f"{query.kind}Response", self.source)
        answer.services(names)
        answer.path(query.path)
        if query.place is not None:
            answer.location_used(query.place.id)
        return answer.written()

    def _by_location(self, query: Query, place: Place) -> bytes:
        """What is answered at a place: a city around has its own 112, and what is below it nobody here knows."""
        where = locate(place, self._names)
        names = self._below(query.service)
        answered = []
        for name in names:
            with contextlib.suppress(LostFault):
                if find(name, where, self._rulebook(), self._address).service == service_urn.known(name):
                    answered.append(name)
        return self._services(query, answered)

    def _boundary(self, query: Query) -> bytes:
        code = boundary.code_of(query.key, self._borders)
        if not code:
            raise LostFault("notFound", "no boundary has this key, or it has changed since")
        answer = response.Answer("getServiceBoundaryResponse", self.source)
        answer.boundary(code, self._borders)
        answer.path(query.path)
        return answer.written()

    @property
    def _address(self) -> str:
        host = self._settings.text("sip_address")
        return f"{f'[{host}]' if ':' in host else host}:{self._settings.number('sip_port')}"

    def _updated(self) -> float:
        """When what decides was changed last."""
        times = [0.0]
        for file in (self._settings.rules, GAZETTEER, self._settings.state / boundary_file.FILE):
            with contextlib.suppress(OSError):
                times.append(file.stat().st_mtime)
        return min(max(times), self._clock())
