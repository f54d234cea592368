"""Distances on the ground, and a flat map of Sweden in metres."""

import math
from typing import Final

EARTH_RADIUS_M: Final = 6_371_009.0
_CENTRAL_MERIDIAN: Final = math.radians(15.0)


def distance_m(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Great-circle distance in metres (haversine)."""
    north, other_north = math.radians(lat), math.radians(other_lat)
    half_height = math.sin((other_north - north) / 2) ** 2
    half_width = math.sin(math.radians(other_lon - lon) / 2) ** 2
    chord = half_height + math.cos(north) * math.cos(other_north) * half_width
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(chord)))


def to_plane(lat: float, lon: float) -> tuple[float, float]:
    """East and north in metres by the spherical transverse Mercator about 15° E: within 1 % of true distances in Sweden."""
    from_meridian = math.radians(lon) - _CENTRAL_MERIDIAN
    across = math.cos(math.radians(lat)) * math.sin(from_meridian)
    up = math.atan2(math.tan(math.radians(lat)), math.cos(from_meridian))
    return EARTH_RADIUS_M * math.atanh(across), EARTH_RADIUS_M * up
