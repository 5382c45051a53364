"""Our own location as a PIDF-LO document (RFC 4119, 5139, 5491, 7459), and as the fields Asterisk makes one from."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, indent, register_namespace, tostring

from gateway.evidence.civic import address_of
from gateway.evidence.words import plain, words
from gateway.incident.location import Location
from gateway.incident.shape import Area, Circle, Polygon

PIDF = "urn:ietf:params:xml:ns:pidf"
GEOPRIV = "urn:ietf:params:xml:ns:pidf:geopriv10"
POLICY = "urn:ietf:params:xml:ns:pidf:geopriv10:basicPolicy"
CIVIC = "urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr"
CONFIDENCE = "urn:ietf:params:xml:ns:geopriv:conf"
GML = "http://www.opengis.net/gml"
SHAPES = "http://www.opengis.net/pidflo/1.0"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"

WGS84_2D = "urn:ogc:def:crs:EPSG::4326"
METRE = "urn:ogc:def:uom:EPSG::9001"

MEDIA_TYPE = "application/pidf+xml"

PREFIXES = {"": PIDF, "gp": GEOPRIV, "gbp": POLICY, "ca": CIVIC, "con": CONFIDENCE, "gml": GML, "gs": SHAPES}
for _prefix, _namespace in PREFIXES.items():
    register_namespace(_prefix, _namespace)


def document(location: Location, incident: str, now: float) -> bytes:
    """The location as XML; without a known place only a note that says so and what is known instead."""
    presence = Element(f"{{{PIDF}}}presence", {"entity": f"pres:{plain(incident)}@gateway112.invalid"})
    if location.is_known:
        _tuple(presence, location)
    note = SubElement(presence, f"{{{PIDF}}}note", {LANGUAGE: "id"})
    note.text = words(location, "id", now)
    indent(presence)
    text: bytes = tostring(presence, encoding="utf-8", xml_declaration=True)
    return text


def _tuple(presence: Element, location: Location) -> None:
    holder = SubElement(presence, f"{{{PIDF}}}tuple", {"id": "caller"})
    geopriv = SubElement(SubElement(holder, f"{{{PIDF}}}status"), f"{{{GEOPRIV}}}geopriv")
    info = SubElement(geopriv, f"{{{GEOPRIV}}}location-info")
    _shape(info, location)
    # A name that may be the neighbour's is told in the note with "about", never as an address.
    address = address_of(location.place) if location.place else {}
    if address:
        civic = SubElement(info, f"{{{CIVIC}}}civicAddress", {LANGUAGE: "id"})
        for name, text in address.items():
            SubElement(civic, f"{{{CIVIC}}}{name}").text = plain(text)
    if not isinstance(location.shape, Area):
        SubElement(info, f"{{{CONFIDENCE}}}confidence", {"pdf": "unknown"}).text = f"{location.confidence:g}"
    rules = SubElement(geopriv, f"{{{GEOPRIV}}}usage-rules")
    SubElement(rules, f"{{{POLICY}}}retransmission-allowed").text = "false"
    if location.method:
        SubElement(geopriv, f"{{{GEOPRIV}}}method").text = plain(location.method)
    if location.observed_at is not None:
        SubElement(holder, f"{{{PIDF}}}timestamp").text = _iso(location.observed_at)


def _shape(info: Element, location: Location) -> None:
    shape = location.shape
    if isinstance(shape, Area):
        return
    if isinstance(shape, Polygon):
        polygon = SubElement(info, f"{{{GML}}}Polygon", {"srsName": WGS84_2D})
        ring = SubElement(SubElement(polygon, f"{{{GML}}}exterior"), f"{{{GML}}}LinearRing")
        corners = (*shape.corners, shape.corners[0])
        SubElement(ring, f"{{{GML}}}posList").text = " ".join(f"{lat:.7f} {lon:.7f}" for lat, lon in corners)
        return
    kind = f"{{{SHAPES}}}Circle" if isinstance(shape, Circle) else f"{{{GML}}}Point"
    element = SubElement(info, kind, {"srsName": WGS84_2D})
    SubElement(element, f"{{{GML}}}pos").text = f"{location.lat:.7f} {location.lon:.7f}"
    if isinstance(shape, Circle):
        SubElement(element, f"{{{SHAPES}}}radius", {"uom": METRE}).text = f"{shape.radius_m:g}"


def asterisk_fields(location: Location) -> str:
    """``lat lon radius_m confidence observed``, for the dialplan to make a PIDF-LO by value of.

    Empty unless a position is known; ``-`` for a radius or time that is unknown.
    """
    if not location.is_known or location.lat is None or location.lon is None:
        return ""
    radius = "-" if location.radius_m is None else f"{location.radius_m:.1f}"
    observed = "-" if location.observed_at is None else _iso(location.observed_at)
    return f"{location.lat:.7f} {location.lon:.7f} {radius} {location.confidence:g} {observed}"


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
