"""Which municipality a point lies in. shapely is loaded at the first question, not at import."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from shared.geodata.municipalities import MUNICIPALITIES_GEOJSON
from shared.geodata.plane import to_plane

if TYPE_CHECKING:
    from shapely import STRtree

COAST_SLACK_M: Final = 4_000
"""The polygons are coarse: a harbour may lie outside every one of them. The nearest within this distance counts."""

_FARTHEST: Final = (54.5, 70.0, 10.0, 25.5)


@dataclass(frozen=True)
class Polygons:
    codes: tuple[str, ...]
    tree: "STRtree"

    def at(self, lat: float, lon: float) -> str | None:
        """Code of the municipality at (or nearest within a few km of) a point; None outside Sweden."""
        from shapely import Point

        south, north, west, east = _FARTHEST
        if not (south <= lat <= north and west <= lon <= east):
            return None
        point = Point(to_plane(lat, lon))
        inside = self.tree.query(point, predicate="intersects")
        if len(inside):
            return self.codes[int(inside[0])]
        nearest, distances = self.tree.query_nearest(point, max_distance=COAST_SLACK_M, return_distance=True)
        return self.codes[int(nearest[distances.argmin()])] if len(nearest) else None


def municipality_at(lat: float, lon: float) -> str | None:
    """Code of the municipality at (or nearest within a few km of) a point; None outside Sweden."""
    return _polygons().at(lat, lon)


def in_sweden(lat: float, lon: float) -> bool:
    """Whether a point lies in Sweden or within a few km of its land."""
    return municipality_at(lat, lon) is not None


@cache
def _polygons() -> Polygons:
    return load_polygons()


def load_polygons(path: Path = MUNICIPALITIES_GEOJSON) -> Polygons:
    """From GeoJSON in WGS 84, features with a property `code` or `kommun_kod`. Raises OSError, ValueError, KeyError."""
    from shapely import STRtree
    from shapely.geometry import shape

    features = json.loads(path.read_bytes())["features"]
    flat = [shape({"type": "MultiPolygon", "coordinates": _flattened(each["geometry"])}) for each in features]
    codes = (each["properties"].get("code") or each["properties"]["kommun_kod"] for each in features)
    return Polygons(tuple(codes), STRtree(flat))


def _flattened(geometry: dict[str, Any]) -> list[list[list[tuple[float, float]]]]:
    parts = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return [[[to_plane(lat, lon) for lon, lat in ring] for ring in polygon] for polygon in parts]
