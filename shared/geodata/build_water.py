"""Rebuild `water.geojson`: `python -m shared.geodata.build_water FOLDER`, where FOLDER holds the shorelines named in docs/data.md.

The shorelines are GSHHG's, as two files: `gshhsmeta_f.dat` with one line for each ring (kind, area, number of points, southernmost and
northernmost degree, where it begins and how many bytes it is) and `gshhs_f.dat` with the rings' points, longitude and latitude, as
little-endian 32-bit floats.
"""

import json
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from shapely import MultiPolygon, Polygon, unary_union
from shapely.affinity import scale
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from shared.geodata.municipalities import MUNICIPALITIES_GEOJSON
from shared.geodata.water import WATER_GEOJSON

LAND, LAKE, ISLAND = 1, 2, 3
# A degree of longitude is about half one of latitude here; in that shape distances are alike both ways.
_SQUEEZE: Final = 0.5
_METRES: Final = 111_000
_AROUND_M: Final = 45_000
_CORNERS_M: Final = 80
_LEAST_M2: Final = 100_000
_DECIMALS: Final = 4


def main(source: Path) -> None:
    outlines = json.loads(MUNICIPALITIES_GEOJSON.read_bytes())["features"]
    sweden = unary_union([_even(shape(each["geometry"])).buffer(0) for each in outlines])
    around = sweden.buffer(_AROUND_M / _METRES).simplify(_AROUND_M / _METRES / 8)
    write_water(water_of(source, around))


def water_of(source: Path, around: BaseGeometry) -> list[Polygon]:
    """The sea and the lakes within `around`, without their islands, corners within 80 m of where they were; in even degrees."""
    kinds: dict[int, list[BaseGeometry]] = {LAND: [], LAKE: [], ISLAND: []}
    for kind, ring in rings(source):
        shore = _even(Polygon(ring)).buffer(0)
        if kind in kinds and shore.intersects(around):
            kinds[kind].append(shore.intersection(around))
    sea = around.difference(unary_union(kinds[LAND]))
    water = unary_union([sea, *kinds[LAKE]]).difference(unary_union(kinds[ISLAND]))
    parts: list[Polygon] = list(getattr(water, "geoms", [water]))
    return [_thinned(part) for part in parts if _is_seen(part)]


def rings(source: Path) -> Iterator[tuple[int, list[tuple[float, float]]]]:
    with (source / "gshhs_f.dat").open("rb") as points, (source / "gshhsmeta_f.dat").open() as told:
        for line in told:
            kind, _, count, south, north, begins, size = line.split()[:7]
            if float(north) < 54 or float(south) > 70:
                continue
            points.seek(int(begins))
            read = struct.unpack(f"<{2 * int(count)}f", points.read(int(size)))
            ring = list(zip(read[::2], read[1::2], strict=True))
            if len(ring) > 3 and max(lon for lon, _ in ring) > 10 and min(lon for lon, _ in ring) < 25:
                yield int(kind), ring


def write_water(parts: list[Polygon]) -> None:
    """One polygon a line."""
    lines = [
        json.dumps(
            {
                "type": "Feature",
                "properties": {},
                "geometry": {"type": "Polygon", "coordinates": _corners(part)},
            },
            separators=(",", ":"),
        )
        for part in sorted(parts, key=lambda part: -part.area)
    ]
    told = ",\n".join(lines)
    WATER_GEOJSON.write_text(f'{{"type":"FeatureCollection","features":[\n{told}\n]}}\n', encoding="utf-8")


def _corners(part: Polygon) -> list[list[list[float]]]:
    back = scale(part, 1 / _SQUEEZE, 1, origin=(0, 0))
    return [
        [[round(lon, _DECIMALS), round(lat, _DECIMALS)] for lon, lat in ring.coords]
        for ring in (back.exterior, *back.interiors)
    ]


def _thinned(part: Polygon) -> Polygon:
    islands = [ring for ring in part.interiors if _is_seen(Polygon(ring))]
    thinned = Polygon(part.exterior, islands).simplify(_CORNERS_M / _METRES)
    return max(thinned.geoms, key=lambda each: each.area) if isinstance(thinned, MultiPolygon) else thinned


def _is_seen(part: Polygon) -> bool:
    return bool(part.area * _METRES**2 > _LEAST_M2)


def _even(geometry: BaseGeometry) -> BaseGeometry:
    return scale(geometry, _SQUEEZE, 1, origin=(0, 0))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
