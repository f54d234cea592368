"""What the form's map is drawn on: the municipality, its neighbours, the water, and the names of its towns and villages."""

import json
from collections.abc import Iterator
from typing import Any, Final

from services.intake.tiles import Tiles
from shared.geodata.localities import localities
from shared.geodata.municipalities import MUNICIPALITIES_GEOJSON, municipalities
from shared.geodata.water import water_within

_AROUND_DEGREES: Final = 0.35
_DECIMALS: Final = 4
Box = tuple[float, float, float, float]


def map_ground(municipality: str, tiles: Tiles | None = None) -> dict[str, Any]:
    """Outlines as GeoJSON in WGS 84, thinned to ten metres; `box`: west, south, east, north of the municipality itself."""
    features = json.loads(MUNICIPALITIES_GEOJSON.read_bytes())["features"]
    own = next(each for each in features if each["properties"]["code"] == municipality)
    box = _box(own)
    near = [each for each in features if _overlap(_box(each), _wider(box))]
    middle = municipalities()[municipality]
    return {
        "municipality": municipality,
        "tiles": None if tiles is None else tiles.as_json(),
        "middle": [middle.lat, middle.lon],
        "box": box,
        "outlines": {"type": "FeatureCollection", "features": [_rounded(each) for each in near]},
        "water": {"type": "MultiPolygon", "coordinates": _rounded_polygons(water_within(*_wider(box)))},
        "localities": [
            {
                "name": each.name,
                "lat": each.lat,
                "lon": each.lon,
                "population": each.population,
                "own": each.municipality == municipality,
            }
            for each in localities()
            if each.municipality in {near_by["properties"]["code"] for near_by in near}
        ],
    }


def _points(feature: dict[str, Any]) -> Iterator[tuple[float, float]]:
    for polygon in _polygons(feature):
        for ring in polygon:
            yield from (tuple(point[:2]) for point in ring)


def _polygons(feature: dict[str, Any]) -> list[Any]:
    geometry = feature["geometry"]
    found: list[Any] = geometry["coordinates"]
    return [found] if geometry["type"] == "Polygon" else found


def _box(feature: dict[str, Any]) -> Box:
    points = list(_points(feature))
    across, up = [point[0] for point in points], [point[1] for point in points]
    return min(across), min(up), max(across), max(up)


def _wider(box: Box) -> Box:
    west, south, east, north = box
    return (
        west - 2 * _AROUND_DEGREES,
        south - _AROUND_DEGREES,
        east + 2 * _AROUND_DEGREES,
        north + _AROUND_DEGREES,
    )


def _overlap(one: Box, other: Box) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def _rounded(feature: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": feature["properties"],
        "geometry": {"type": "MultiPolygon", "coordinates": _rounded_polygons(_polygons(feature))},
    }


def _rounded_polygons(polygons: list[Any]) -> list[Any]:
    return [
        [[[round(lon, _DECIMALS), round(lat, _DECIMALS)] for lon, lat in ring] for ring in polygon]
        for polygon in polygons
    ]
