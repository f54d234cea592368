"""A municipality's outline, from the geographic base data."""

import json
from functools import cache
from typing import Any

from shared.geodata import MUNICIPALITIES_GEOJSON

Ring = tuple[tuple[float, float], ...]


@cache
def municipalities_geojson() -> bytes:
    return MUNICIPALITIES_GEOJSON.read_bytes()


@cache
def municipality_rings(code: str) -> tuple[Ring, ...]:
    """Its outer rings as (longitude, latitude). Raises `KeyError` for a code that no municipality has."""
    for feature in json.loads(municipalities_geojson())["features"]:
        if feature["properties"]["code"] == code:
            return tuple(_ring(polygon[0]) for polygon in feature["geometry"]["coordinates"])
    raise KeyError(code)


def municipality_bounds(code: str) -> tuple[float, float, float, float]:
    """West, south, east, north."""
    points = [point for ring in municipality_rings(code) for point in ring]
    lons, lats = [lon for lon, _ in points], [lat for _, lat in points]
    return min(lons), min(lats), max(lons), max(lats)


def _ring(positions: Any) -> Ring:
    return tuple((lon, lat) for lon, lat in positions)
