"""The circle around a sector antenna's area: a sector said as a position with a radius."""

from __future__ import annotations

import math

from gateway.incident.shape import offset


def enclosing_circle(
    lat: float, lon: float, reach_m: float, azimuth: float, opening: float
) -> tuple[float, float, float]:
    """The smallest circle (lat, lon, radius in metres) that holds a sector.

    Args:
        lat, lon: the mast.
        reach_m: how far the sector reaches.
        azimuth: its middle, degrees clockwise from north.
        opening: its width in degrees.
    """
    half = math.radians(opening / 2)
    if opening >= 180:
        return lat, lon, reach_m
    if opening <= 90:
        # The circle through the mast and both far corners.
        radius = reach_m / (2 * math.cos(half))
        forward = radius
    else:
        # The far corners are its diameter; mast and front lie within.
        radius = reach_m * math.sin(half)
        forward = reach_m * math.cos(half)
    return *offset(lat, lon, azimuth, forward), radius
