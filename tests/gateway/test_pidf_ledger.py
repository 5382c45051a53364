"""A ledger written as PIDF-LO is read back as it was: shapes, digits, times, methods, providers, addresses."""

from xml.etree.ElementTree import tostring

from hypothesis import given
from hypothesis import strategies as st

from gateway.evidence import gml, rfc3339
from gateway.evidence.civic import shape_of
from gateway.evidence.pidf_document import ledger
from gateway.evidence.pidf_lo import parse
from gateway.gazetteer import gazetteer
from gateway.incident.evidence import Evidence
from gateway.incident.shape import (
    ArcBand,
    Area,
    Circle,
    Civic,
    Ellipse,
    Ellipsoid,
    Point,
    Polygon,
    Prism,
    Sphere,
    is_null,
)

NOW = 1_750_000_000.0

lats, lons = st.floats(-89.9, 89.9), st.floats(-179.9, 179.9)
metres = st.floats(0, 1e6) | st.integers(1, 9000)
angles = st.floats(-360, 360)
heights = st.floats(-500, 9000)
altitudes = st.none() | heights
corners = st.lists(st.tuples(lats, lons), min_size=3, max_size=7, unique=True).map(tuple)
rings = st.one_of(
    corners.map(Polygon),
    corners.flatmap(lambda c: st.builds(Polygon, st.just(c), st.tuples(*[heights] * len(c)))),
    corners.flatmap(lambda c: st.builds(Prism, st.just(c), st.tuples(*[heights] * len(c)), metres)),
    corners.flatmap(lambda c: st.builds(Prism, st.just(c), st.just(()), metres)),
)
measured = st.one_of(
    st.builds(Point, lats, lons, altitudes),
    st.builds(Circle, lats, lons, metres, altitudes),
    st.builds(Ellipse, lats, lons, metres, metres, angles, altitudes),
    st.builds(
        lambda lat, lon, inner, more, start, opening, up: ArcBand(lat, lon, inner, inner + more, start, opening, up),
        *(lats, lons, st.floats(0, 1e5), st.floats(1, 1e5), angles, st.floats(0.1, 360), altitudes),
    ),
    st.builds(Sphere, lats, lons, heights, metres),
    st.builds(Ellipsoid, lats, lons, heights, metres, metres, metres, angles),
    rings,
).filter(lambda shape: not is_null(shape))

letters = st.characters(exclude_categories=("C", "Z"), exclude_characters="\ufffe\uffff")
texts = st.lists(st.text(letters, min_size=1, max_size=8), min_size=1, max_size=3).map(" ".join)
names = st.sampled_from(
    ["NAM", "LOC", "FLR", "RD", "HNO", "A1", "A6", "PC", "STP", "{urn:contoh:lain}TIANG", "country"]
)
addresses = st.lists(st.tuples(names, texts), min_size=1, max_size=6).map(tuple)
times = st.none() | st.floats(1, 4e9) | st.integers(0, 4_000_000_000).map(float)
holders = st.builds("{} {}".format, st.sampled_from(["tuple", "device", "person"]), st.from_regex(r"\A[a-z]\w{0,8}\Z"))
common = {
    "received_at": st.just(NOW),
    "observed_at": times,
    "confidence": st.floats(1, 100),
    "method": st.sampled_from(["", "GPS", "Cell", "802.11", "GPS Cell"]),
    "holder": holders,
    "provided_by": st.just("") | texts,
    "pdf": st.sampled_from(["", "normal", "rectangular", "unknown"]),
}
positioned = st.builds(Evidence, source=st.just("pidf_lo"), shape=measured, civic=st.just(()) | addresses, **common)
addressed = addresses.flatmap(
    lambda address: st.builds(
        Evidence,
        source=st.just("pidf_lo"),
        shape=st.just(shape_of(address)),
        civic=st.just(address),
        **{**common, "confidence": st.just(95.0), "pdf": st.just("")},
    )
)


def told(claim):
    data = claim.as_dict()
    return {name: data[name] for name in data if name not in ("original", "label")}


@given(st.lists(positioned | addressed, min_size=1, max_size=4))
def test_every_claim_is_read_back_from_a_ledger_as_it_was(claims):
    found = parse(ledger(claims, "abc"), NOW)
    assert [told(claim) for claim in found] == [told(claim) for claim in claims]


@given(measured)
def test_a_shape_is_read_back_from_its_element_as_it_was(shape):
    assert gml.shape_of_element(gml.element_of(shape)) == shape
    assert parse(tostring(gml.element_of(shape)), NOW)[0].shape == shape


@given(times)
def test_a_time_is_read_back_to_the_last_digit(at):
    assert at is None or rfc3339.read(rfc3339.written(at)) == at


def test_claims_of_other_sources_are_in_the_ledger_too():
    claims = [
        Evidence("aml", Circle(-6.2437, 106.8925, 18.0), NOW, NOW - 20, method="GPS"),
        Evidence("trunk_area", Area("31.75.08", "Makasar"), NOW),
        Evidence("desk", Civic("rumah hijau dekat pasar"), NOW, NOW),
        Evidence("named_place", Area("31.75.08.1005", "Cipinang Melayu"), NOW, confidence=90.0),
    ]
    found = parse(ledger(claims, "abc"), NOW)
    assert [claim.shape for claim in found] == [claim.shape for claim in claims]
    assert [claim.observed_at for claim in found] == [NOW - 20, None, NOW, None]
    assert all(name.encode() in ledger(claims, "abc") for name in ("aml", "trunk_area", "desk", "named_place"))


def test_a_ledger_of_nothing_and_of_hostile_texts_is_still_xml():
    assert parse(ledger([], "abc"), NOW)[0].why == "it has no geopriv element"
    hostile = Evidence(
        "x]]>", Point(-6.2, 106.8), NOW, 1e300, method="<a> \x00", provided_by="\ud800&<", holder="\x01 \x02"
    )
    assert parse(ledger([hostile], '"><a'), NOW)[0].shape == Point(-6.2, 106.8)


def test_areas_of_every_level_are_read_back():
    for code, name in gazetteer().names.items():
        [claim] = parse(ledger([Evidence("named_place", Area(code, name), NOW)], "abc"), NOW)
        assert claim.shape == Area(code, name)
