"""Who answers a service at a place: the rules in force, the gazetteer's areas, and the cities around."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from gateway.gazetteer import PROVINCE
from gateway.incident import service_urn
from gateway.incident.location import Names
from gateway.incident.routing import lies_in
from gateway.lost import GEODETIC, LostFault
from gateway.lost.request import Place
from gateway.lost.validation import COUNTRY, code_of
from gateway.rules.rulebook import OPERATORS, Neighbour, Rulebook

INTERNATIONAL_PREFIX = "+62"


@dataclass(frozen=True, slots=True)
class Where:
    """Where a query's place lies.

    Attributes:
        code: official code of the finest area that surely holds it; empty where none does.
        outside: code of the city around in which it lies rather than in the province.
        sure: False where it may as well lie on the other side of the province's border, or nothing of it is known.
    """

    code: str = ""
    outside: str = ""
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Mapping:
    """Who answers (RFC 5222 §5).

    Attributes:
        service: the name of the service that is answered, which may be one above the one asked for.
        names: what people see, by language.
        number: what a telephone dials.
        uris: the best first.
        area: code of the area throughout which this holds; empty: nothing is known but this place.
        warnings: elements of RFC 5222 §13.2 and why.
    """

    service: str
    names: tuple[tuple[str, str], ...]
    number: str
    uris: tuple[str, ...]
    area: str = ""
    warnings: tuple[tuple[str, str], ...] = ()


def locate(place: Place, names: Names) -> Where:
    """Where a place lies.

    Raises:
        LostFault: nobody here knows that part of the world.
    """
    return _position(place, names) if place.profile == GEODETIC else _address(place)


def _position(place: Place, names: Names) -> Where:
    named = names.name(place.shape) if place.shape else None
    if named is None or (named.city is None and not named.meets):
        raise LostFault("notFound", "no area is known at that place")
    certain = named.certain.code if named.certain and lies_in(named.certain.code, PROVINCE) else ""
    if named.is_inside or named.city is None:
        return Where(certain, sure=bool(certain))
    return Where(certain, named.city.code, sure=named.is_certainly_outside)


def _address(place: Place) -> Where:
    if place.address.get("country", COUNTRY).upper() != COUNTRY:
        raise LostFault("notFound", "the address lies in another country")
    code = code_of(place.address)
    if lies_in(code, PROVINCE):
        return Where(code)
    if code:
        return Where("", code)
    if any(name in place.address for name in ("A1", "A2", "A3", "A4")):
        raise LostFault("notFound", "the areas of the address are not known here")
    return Where(sure=False)


def find(service: str, where: Where, book: Rulebook, address: str) -> Mapping:
    """Who answers a service there.

    Args:
        address: host and port by which networks reach us.

    Raises:
        LostFault: nobody answers it, or it is another city's and no way leads there.
    """
    known = service_urn.known(service)
    if not service_urn.is_emergency(known):
        raise LostFault("serviceNotImplemented", "only urn:service:sos and what is below it are answered here")
    if where.outside:
        neighbour = neighbour_of(where.outside, book)
        if neighbour and (mapping := _theirs(neighbour, book)):
            return replace(mapping, warnings=tuple(_warnings(service, mapping.service, sure=where.sure)))
        if where.sure:
            raise LostFault("notFound", _not_ours(neighbour, where.outside))
    mapping = _ours(known, where, book, address)
    return replace(mapping, warnings=tuple(_warnings(service, known, sure=where.sure and not where.outside)))


def neighbour_of(code: str, book: Rulebook) -> Neighbour | None:
    """The city around that holds an area: the finest that the rules name."""
    holding = [known for known in book.neighbours if lies_in(code, known)]
    return book.neighbours[max(holding, key=len)] if holding else None


def _ours(service: str, where: Where, book: Rulebook, address: str) -> Mapping:
    queue = OPERATORS
    if service != service_urn.EMERGENCY:
        queue = book.rules.choose(replace(service_urn.report(service), area=where.code)).route.queue
    agency = book.agencies[queue]
    number = queue if queue.isascii() and queue.isdigit() else OPERATORS
    return Mapping(
        service=service,
        names=(("id", agency.name_id), ("en", agency.name_en)),
        number=number,
        uris=(f"sip:{number}@{address}", f"tel:{number};phone-context={INTERNATIONAL_PREFIX}"),
        area=PROVINCE if service == service_urn.EMERGENCY else _holds_in(where, book),
    )


def _holds_in(where: Where, book: Rulebook) -> str:
    """The widest area throughout which the rules decide as they do here."""
    finest = max((len(code) for rule in book.rules.rules for code in rule.when.areas), default=0)
    if not finest:
        return PROVINCE
    return where.code[: max(finest, len(PROVINCE))] if len(where.code) >= finest else ""


def _theirs(neighbour: Neighbour, book: Rulebook) -> Mapping | None:
    """The neighbour's 112, where a trunk leads to it. Which of its services are apart, nobody here knows."""
    trunk = book.trunks.get(neighbour.trunk or "")
    if trunk is None or not trunk.outgoing or not neighbour.number:
        return None
    scheme, host = "sip", trunk.outgoing
    if host.startswith(("sip:", "sips:")):
        scheme, _, host = host.partition(":")
    name = f"112 {neighbour.name}"
    return Mapping(
        service=service_urn.EMERGENCY,
        names=(("id", name), ("en", name)),
        number=OPERATORS,
        uris=(f"{scheme}:{neighbour.number}@{host}",),
        area=neighbour.code,
    )


def _not_ours(neighbour: Neighbour | None, code: str) -> str:
    if neighbour is None:
        return f"the place lies in area {code}, which is not served here: ask the LoST server of that area"
    way = f"reach it at {neighbour.say}" if neighbour.say else "route the call to that city's own 112 switch"
    return f"the place lies in {neighbour.name}, to whose 112 no trunk leads from here: {way}"


def _warnings(asked: str, service: str, *, sure: bool) -> Iterator[tuple[str, str]]:
    if service != asked:
        yield (
            "serviceSubstitution",
            f"{service_urn.urn(asked)} is not told apart here: {service_urn.urn(service)} answers",
        )
    if not sure:
        yield "defaultMappingReturned", "whether the place lies in the area served is not sure"
