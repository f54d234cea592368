"""The sea and the large lakes in and around Sweden, to draw maps on. shapely is loaded at the first question, not at import."""

import json
from typing import Any, Final

from shared.geodata.municipalities import FOLDER

WATER_GEOJSON: Final = FOLDER / "water.geojson"
"""FeatureCollection of Polygons in WGS 84, shores within about 100 m."""


def water_within(west: float, south: float, east: float, north: float) -> list[Any]:
    """Coordinates of a MultiPolygon: the water in that box, cut off at its sides."""
    from shapely import clip_by_rect
    from shapely.geometry import mapping, shape

    found: list[Any] = []
    for feature in json.loads(WATER_GEOJSON.read_bytes())["features"]:
        here = clip_by_rect(shape(feature["geometry"]), west, south, east, north)
        parts = getattr(here, "geoms", [here])
        found += [
            mapping(part)["coordinates"]
            for part in parts
            if part.geom_type == "Polygon" and not part.is_empty
        ]
    return found
