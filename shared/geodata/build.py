"""Rebuild this folder's files: `python -m shared.geodata.build FOLDER`, where FOLDER holds the sources named in docs/data.md."""

import csv
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from shapely import Point, Polygon
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from shared.geodata.localities import LOCALITIES_TSV, Locality
from shared.geodata.municipalities import FOLDER, MUNICIPALITIES_GEOJSON
from shared.geodata.plane import distance_m

ALTERNATES = {
    "Göteborg": ("Gothenburg", "Gbg"),
    "Stockholm": ("Sthlm",),
    "Haparanda": ("Haaparanta",),
    "Kiruna": ("Giron",),
    "Jokkmokk": ("Jåhkåmåhkke",),
    "Gällivare": ("Jiellevárri", "Gellivare"),
    "Pajala": ("Pajala kirkonkylä",),
    "Norrköping": ("Norrkpg",),
    "Jönköping": ("Jkpg",),
}
SEPARATE_PLACE_M = 12_000
ALIKE = 1.6


class Place(NamedTuple):
    name: str
    lat: float
    lon: float
    municipality: str
    population: int


def main(source: Path) -> None:
    polygons = write_municipalities(json.loads((source / "municipalities.geojson").read_bytes())["features"])
    places, postal = source / "geonames_cities500_full_SE.tsv", source / "geonames_postal_SE.txt"
    write_localities(places_of(places, postal, polygons))


def localities_of(places: Path, postal: Path, outlines: Path = MUNICIPALITIES_GEOJSON) -> list[Locality]:
    """GeoNames' populated places and postal codes as localities. Raises OSError, ValueError, IndexError, KeyError."""
    features = json.loads(outlines.read_bytes())["features"]
    polygons = {
        each["properties"].get("code") or each["properties"]["kommun_kod"]: shape(each["geometry"])
        for each in features
    }
    found = sorted(places_of(places, postal, polygons), key=_order)
    return [
        Locality(
            each.name, ALTERNATES.get(each.name, ()), each.lat, each.lon, each.municipality, each.population
        )
        for each in found
    ]


def places_of(places: Path, postal: Path, polygons: dict[str, BaseGeometry]) -> list[Place]:
    rows, postal_rows = list(_rows(places)), list(_rows(postal))
    towns = [_town(row, polygons) for row in rows]
    posts = {(row[2], float(row[9]), float(row[10])) for row in postal_rows}
    further = postal_places(postal_rows, polygons, towns)
    return [*without_borrowed_population(towns, rows, posts), *further]


def _order(place: Place) -> tuple[int, str, str]:
    return -place.population, place.name, place.municipality


def _rows(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


def write_municipalities(features: Iterable[dict[str, Any]]) -> dict[str, BaseGeometry]:
    polygons: dict[str, BaseGeometry] = {}
    written, rows = [], []
    for feature in sorted(features, key=lambda each: str(each["properties"]["kommun_kod"])):
        code, name = feature["properties"]["kommun_kod"], feature["properties"]["kommun"]
        polygons[code] = shape(feature["geometry"])
        rows.append((code, name, *_middle(polygons[code])))
        geometry = {
            "type": "MultiPolygon",
            "coordinates": [
                [[[round(lon, 5), round(lat, 5)] for lon, lat in ring] for ring in polygon]
                for polygon in feature["geometry"]["coordinates"]
            ],
        }
        written.append(
            {"type": "Feature", "id": code, "properties": {"code": code, "name": name}, "geometry": geometry}
        )
    lines = ",\n".join(json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in written)
    MUNICIPALITIES_GEOJSON.write_text(
        f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n', encoding="utf-8"
    )
    _write(FOLDER / "municipalities.tsv", ("code", "name", "lat", "lon", "radius_m"), rows)
    return polygons


def _middle(polygon: BaseGeometry) -> tuple[float, float, int]:
    """The centroid of the largest part, or a point surely inside; with the distance to the farthest corner, to 100 m."""
    parts: list[Polygon] = list(getattr(polygon, "geoms", [polygon]))
    largest = max(parts, key=lambda part: part.area)
    middle = largest.centroid if largest.contains(largest.centroid) else largest.representative_point()
    corners = (corner for part in parts for corner in part.exterior.coords)
    reach = max(distance_m(middle.y, middle.x, lat, lon) for lon, lat in corners)
    return round(middle.y, 4), round(middle.x, 4), round(reach / 100) * 100


def _town(row: list[str], polygons: dict[str, BaseGeometry]) -> Place:
    lat, lon = float(row[4]), float(row[5])
    return Place(row[1], lat, lon, row[11] or _nearest(polygons, lat, lon), int(row[14]))


def without_borrowed_population(
    towns: list[Place], rows: list[list[str]], posts: set[tuple[str, float, float]]
) -> list[Place]:
    """GeoNames gives some hamlets the population of a town of the same name: of two alike, the better attested keeps it.

    Attested: a municipality's seat, a postal place, or checked in GeoNames' revision of Swedish towns in spring 2017.
    """
    by_name: dict[str, list[tuple[tuple[bool, bool, bool], Place]]] = {}
    for town, row in zip(towns, rows, strict=True):
        has_post = any(
            name == town.name and distance_m(town.lat, town.lon, lat, lon) < SEPARATE_PLACE_M
            for name, lat, lon in posts
        )
        attested = (row[7].startswith("PPLA"), has_post, row[18].startswith(("2017-03", "2017-04")))
        by_name.setdefault(town.name, []).append((attested, town))
    return [
        town._replace(population=0) if _is_borrowed(attested, town, named) else town
        for named in by_name.values()
        for attested, town in named
    ]


def _is_borrowed(
    attested: tuple[bool, bool, bool], town: Place, named: list[tuple[tuple[bool, bool, bool], Place]]
) -> bool:
    return any(
        better > attested
        and max(other.population, town.population) <= ALIKE * min(other.population, town.population)
        for better, other in named
        if other is not town
    )


def postal_places(
    rows: list[list[str]], polygons: dict[str, BaseGeometry], towns: list[Place]
) -> Iterator[Place]:
    """One row for each postal place that no town names yet; rows whose point was only borrowed are left out."""
    found: dict[tuple[str, str], list[tuple[int, float, float]]] = {}
    for row in rows:
        lat, lon = float(row[9]), float(row[10])
        name = row[2].title() if row[2].isupper() else row[2]
        key = (name.strip(), row[6] or _nearest(polygons, lat, lon))
        found.setdefault(key, []).append((int(row[11] or 0), lat, lon))
    best = {key: [each for each in points if each[0] == max(points)[0]] for key, points in found.items()}
    owned = {(lat, lon) for points in best.values() for accuracy, lat, lon in points if accuracy}
    for (name, municipality), points in sorted(best.items()):
        kept = [each for each in points if each[0] or (each[1], each[2]) not in owned]
        if not kept or len(name) < 2 or municipality not in polygons:
            continue
        lat, lon = median(each[1] for each in kept), median(each[2] for each in kept)
        if polygons[municipality].distance(Point(lon, lat)) > 0.1:
            continue
        place = Place(name, lat, lon, municipality, 0)
        if not any(_is_same(place, town) for town in towns):
            yield place


def _is_same(place: Place, town: Place) -> bool:
    near = distance_m(place.lat, place.lon, town.lat, town.lon) < SEPARATE_PLACE_M
    return place.name == town.name and (near or place.municipality == town.municipality)


def _nearest(polygons: dict[str, BaseGeometry], lat: float, lon: float) -> str:
    point = Point(lon, lat)
    return min(polygons, key=lambda code: float(polygons[code].distance(point)))


def write_localities(places: list[Place]) -> None:
    ordered = sorted(places, key=_order)
    rows = [
        (
            each.name,
            "|".join(ALTERNATES.get(each.name, ())),
            each.lat,
            each.lon,
            each.municipality,
            each.population,
        )
        for each in ordered
    ]
    _write(LOCALITIES_TSV, ("name", "alternates", "lat", "lon", "municipality", "population"), rows)


def _write(path: Path, header: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
