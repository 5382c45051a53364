"""Shapes and positions in GML: forms that the fixtures do not have, and what is refused."""

from xml.etree.ElementTree import fromstring

import pytest

from gateway.evidence import gml
from gateway.incident.errors import EvidenceRefused
from gateway.incident.shape import Circle, Ellipse, Point, Polygon

RING = ((-6.2, 106.8), (-6.2, 106.9), (-6.1, 106.9))


def read(text):
    return gml.shape_of_element(fromstring(text))


def point(inside, **attributes):
    stated = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f"<Point{stated}>{inside}</Point>"


@pytest.mark.parametrize(
    "text",
    [
        point("<pos>-6.2 106.8</pos>"),
        point("<pos>-6.20,106.8</pos>"),
        point("<pos>-6.2 , 106.8</pos>"),
        point("<pos>-62e-1 1068E-1</pos>"),
        point("<pos>-6.2 106.8</pos>", srsName="  urn:ogc:def:crs:EPSG::4326 "),
        point("<pos>-6.2 106.8</pos>", srsName="WGS84"),
        point("<pos>-6.2 106.8</pos>", srsName="urn:ogc:def:crs:EPSG::4979"),
        point("<pos>106.8 -6.2</pos>", srsName="http://www.opengis.net/def/crs/OGC/1.3/CRS84"),
        point("<coordinates>106.8E 6.2S</coordinates>", srsName="epsg:4326"),
        point("<coordinates>6:12S 106:48E</coordinates>"),
        f"<centerOf>{point('<pos>-6.2 106.8</pos>')}</centerOf>",
        f"<location>{point('<pos>-6.2 106.8</pos>')}</location>",
    ],
)
def test_a_point_is_read_in_every_form(text):
    assert read(text) == Point(-6.2, 106.8)


def test_what_a_wrapper_says_of_its_coordinates_holds_within():
    wrapped = f'<location srsName="urn:ogc:def:crs:OGC:1.3:CRS84">{point("<pos>-6.2 56.8</pos>")}</location>'
    assert read(wrapped) == Point(56.8, -6.2)
    nearer = wrapped.replace("<pos>", '<pos srsName="EPSG:4326">')
    assert read(nearer) == Point(-6.2, 56.8)


@pytest.mark.parametrize(
    ("numbers", "altitudes"),
    [
        ("-6.2 106.8 -6.2 106.9 -6.1 106.9", ()),
        ("-6.2 106.8 -6.2 106.9 -6.1 106.9 -6.2 106.8", ()),
        ("-6.2 106.8 5 -6.2 106.9 5 -6.1 106.9 5", (5.0, 5.0, 5.0)),
        ("-6.2 106.8 5 -6.2 106.9 6 -6.1 106.9 7 -6.2 106.8 5", (5.0, 6.0, 7.0)),
        ("-6.2,106.8 -6.2,106.9 -6.1,106.9", ()),
    ],
)
def test_a_list_of_positions_has_two_or_three_numbers_each(numbers, altitudes):
    text = f"<Polygon><exterior><LinearRing><posList>{numbers}</posList></LinearRing></exterior></Polygon>"
    assert read(text) == Polygon(RING, altitudes)


def test_a_stated_number_of_dimensions_decides_where_the_numbers_do_not():
    numbers = "-6.2 106.8 5 -6.2 106.9 5 -6.1 106.9 5 -6.1 106.8 5"
    ring = f'<LinearRing><posList srsDimension="3">{numbers}</posList></LinearRing>'
    by_system = ring.replace('srsDimension="3"', 'srsName="EPSG:4979"')
    for each in (ring, by_system):
        assert read(f"<Polygon><exterior>{each}</exterior></Polygon>") == Polygon((*RING, (-6.1, 106.8)), (5.0,) * 4)


def test_an_ellipsoid_of_unknown_altitude_is_what_it_covers_on_the_ground():
    axes = "<semiMajorAxis>9</semiMajorAxis><semiMinorAxis>5</semiMinorAxis><verticalAxis>3</verticalAxis>"
    text = f"<Ellipsoid><pos>-6.2 106.8</pos>{axes}<orientation>42</orientation></Ellipsoid>"
    assert read(text) == Ellipse(-6.2, 106.8, 9.0, 5.0, 42.0)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (point("<pos>-6,2 106,8</pos>"), "decimal mark must be a point"),
        (point("<pos>-6,106</pos>"), "decimal mark must be a point"),
        (point("<pos>-6.2 106.8 1 2</pos>"), "latitude and longitude"),
        (point("<pos/>"), "latitude and longitude"),
        (point(""), "no position"),
        (point("<pos>-6.2 106.8</pos><pos>-6.3 106.8</pos>"), "2 positions instead of one"),
        (point("<pos>NaN 106.8</pos>"), "no number"),
        (point("<pos>1_0 106.8</pos>"), "no number"),
        (point("<pos>٦ 106.8</pos>"), "no number"),
        (point("<pos>1e400 106.8</pos>"), "no number"),
        (point("<pos>95 106.8</pos>"), "no place"),
        (point("<coordinates>6S 6N</coordinates>"), "no number"),
        (point("<pos>-6.2 106.8</pos>", srsName="urn:ogc:def:crs:EPSG::14326"), "coordinate system"),
        (point("<pos>-6.2 106.8</pos>", srsName="urn:ietf:params:geopriv:relative:2d"), "coordinate system"),
        (point("<pos>1.0 2.0 3.0</pos>" * 1, srsName="EPSG:32748"), "coordinate system"),
        (f"<Polygon><posList>{'-6.2 106.8 ' * 6000}</posList></Polygon>", "more than 5000 positions"),
        ("<Blob/>", "unknown"),
        ("<location/>", "unknown"),
    ],
)
def test_what_is_no_shape_is_refused_with_the_reason(text, why):
    with pytest.raises(EvidenceRefused) as refused:
        read(text)
    assert why in refused.value.why


def test_lengths_in_feet_and_kilometres_are_converted_and_an_unknown_unit_leaves_the_position():
    circle = "<Circle><pos>-6.2 106.8</pos><radius uom='{}'>3</radius></Circle>"
    assert read(circle.format("foot")).radius_m == pytest.approx(0.9144)
    assert read(circle.format("urn:ogc:def:uom:EPSG::9003")).radius_m == pytest.approx(0.9144, abs=1e-5)
    assert read(circle.format("km")) == Circle(-6.2, 106.8, 3000.0)
    assert read(circle.format("hasta")) == Point(-6.2, 106.8)
    assert "metre" in gml.read(fromstring(circle.format("hasta"))).flaw.why
