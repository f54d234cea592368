"""Read an OpenStreetMap extract (.osm or .osm.pbf): streets, road numbers, addresses and named places.

Three passes, so that only the positions that are needed are held in memory.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import osmium

from services.enrichment.geocoder.building.sources import (
    BadSource,
    Course,
    Door,
    Sources,
    Spotted,
    Way,
    house_numbers,
)
from shared.events import Precision
from shared.geodata.plane import distance_m

_NOT_STREETS: Final = frozenset({"proposed", "construction", "platform", "bus_stop", "rest_area", "services"})
_SPOTS: Final = (
    "amenity", "shop", "leisure", "tourism", "historic", "healthcare", "office", "craft", "club", "emergency",
    "man_made", "aeroway", "public_transport", "railway", "building", "landuse", "natural", "harbour",
)  # fmt: skip
_NOT_SPOTS: Final = frozenset(
    {"rail", "stop_position", "signal", "switch", "level_crossing", "crossing", "tree"}
)
_NAMES: Final = (
    "name",
    "name:sv",
    "alt_name",
    "short_name",
    "official_name",
    "loc_name",
    "old_name",
    "name:en",
)
_POPULATED: Final = {
    "town": 1_500.0,
    "village": 1_000.0,
    "hamlet": 700.0,
    "isolated_dwelling": 500.0,
    "farm": 500.0,
}
_AREAS: Final = {
    "suburb": 1_000.0, "quarter": 700.0, "neighbourhood": 600.0, "square": 75.0, "island": 1_000.0,
    "islet": 400.0, "locality": 600.0, "allotments": 300.0,
}  # fmt: skip
_POINT_M: Final = 50.0
_WIDEST_M: Final = 4_000.0
_REF: Final = re.compile(r"E ?\d{1,2}|\d{2,4}")
_INTERESTING: Final = ("name", "ref", "addr:housenumber")

Tags = Mapping[str, str]


@dataclass
class _Drawn:
    """A thing with the nodes that draw it."""

    tags: Tags
    nodes: tuple[int, ...]


@dataclass
class _Map:
    drawn: list[_Drawn] = field(default_factory=list)
    positions: dict[int, tuple[float, float]] = field(default_factory=dict)


def read(path: Path, into: Sources) -> None:
    """Raises `BadSource`."""
    try:
        outlines, members = _relations(path)
        found = _Map([*_ways(path, members), *outlines])
        wanted = {node for each in found.drawn for node in each.nodes}
        found.positions.update(_positions(path, wanted))
        for each in found.drawn:
            _take(each, found.positions, into)
        for tags, lat, lon in _tagged_nodes(path):
            _take_point(tags, [(lat, lon)], into)
    except (RuntimeError, OSError) as error:
        raise BadSource(f"{path} is no OpenStreetMap file that can be read ({error}).") from error


def _objects(path: Path, kind: Any, *filters: Any) -> Iterator[Any]:
    objects = osmium.FileProcessor(str(path), kind)
    for each in filters:
        objects = objects.with_filter(each)
    yield from objects


def _relations(path: Path) -> tuple[list[_Drawn], dict[int, list[_Drawn]]]:
    """Areas drawn by several ways, and which ways belong to which."""
    outlines: list[_Drawn] = []
    members: dict[int, list[_Drawn]] = {}
    for relation in _objects(path, osmium.osm.RELATION, osmium.filter.KeyFilter(*_INTERESTING)):
        tags = _tags(relation)
        if tags.get("type") not in {"multipolygon", "site"}:
            continue
        outline = _Drawn(tags, ())
        outlines.append(outline)
        for member in relation.members:
            if member.type == "w":
                members.setdefault(member.ref, []).append(outline)
    return outlines, members


def _ways(path: Path, members: Mapping[int, list[_Drawn]]) -> Iterator[_Drawn]:
    for way in _objects(path, osmium.osm.WAY):
        outlines = members.get(way.id, ())
        tags = _tags(way) if any(key in way.tags for key in _INTERESTING) else {}
        if not (tags or outlines):
            continue
        nodes = tuple(node.ref for node in way.nodes)
        for outline in outlines:
            outline.nodes += nodes
        if tags:
            yield _Drawn(tags, nodes)


def _positions(path: Path, wanted: set[int]) -> Iterator[tuple[int, tuple[float, float]]]:
    if wanted:
        for node in _objects(path, osmium.osm.NODE, osmium.filter.IdFilter(wanted)):
            if node.location.valid():
                yield node.id, (node.lat, node.lon)


def _tagged_nodes(path: Path) -> Iterator[tuple[Tags, float, float]]:
    for node in _objects(path, osmium.osm.NODE, osmium.filter.KeyFilter("name", "addr:housenumber")):
        if node.location.valid():
            yield _tags(node), node.lat, node.lon


def _tags(thing: Any) -> Tags:
    return {tag.k: tag.v for tag in thing.tags}


def _take(drawn: _Drawn, positions: Mapping[int, tuple[float, float]], into: Sources) -> None:
    nodes = tuple(node for node in drawn.nodes if node in positions)
    course = [positions[node] for node in nodes]
    if not course:
        into.skipped["OpenStreetMap: drawn by nodes that the extract lacks"] += 1
        return
    highway = drawn.tags.get("highway")
    if highway is None:
        _take_point(drawn.tags, course, into)
    elif highway not in _NOT_STREETS and drawn.tags.get("area") != "yes":
        refs = tuple(_roads(drawn.tags.get("ref", "")))
        if drawn.tags.get("name") or refs:
            into.ways.append(Way(drawn.tags.get("name"), refs, course, nodes))


def _roads(refs: str) -> Iterator[str]:
    """The "E18" of "E 18;E 20"; exits and local numbers are none."""
    for ref in refs.split(";"):
        if _REF.fullmatch(ref.strip()):
            yield ref.replace(" ", "")


def _take_point(tags: Tags, course: Course, into: Sources) -> None:
    lat, lon, reach_m = _middle(course)
    if "addr:housenumber" in tags:
        _take_address(tags, lat, lon, into)
    if "name" not in tags:
        return
    size = _size(tags)
    if size is None:
        return
    precision, least_m = size
    if reach_m > _WIDEST_M:
        into.skipped["OpenStreetMap: area too wide to be one place"] += 1
        return
    names = tuple(_names(tags))
    if tags.get("railway") in {"station", "halt"}:
        names = tuple(name if "station" in name.casefold() else f"{name} station" for name in names)
    into.spotted.append(Spotted(names, lat, lon, round(max(least_m, reach_m)), precision))


def _take_address(tags: Tags, lat: float, lon: float, into: Sources) -> None:
    street = tags.get("addr:street") or tags.get("addr:place")
    if not street:
        into.skipped["OpenStreetMap: house number without a street"] += 1
        return
    houses = list(house_numbers(tags["addr:housenumber"]))
    if not houses:
        into.skipped["OpenStreetMap: house number that is none"] += 1
    into.doors.extend(Door(street, house, lat, lon) for house in houses)


def _size(tags: Tags) -> tuple[Precision, float] | None:
    """How a named thing is to be known, and how far off its point may be; None for what is no place."""
    kind = tags.get("place")
    if kind in _POPULATED:
        return Precision.LOCALITY, _POPULATED[kind]
    if kind in _AREAS:
        return Precision.PLACE, _AREAS[kind]
    is_stop = tags.get("highway") in {"bus_stop", "rest_area", "services"}
    is_spot = any(tags.get(key) not in {None, "no", *_NOT_SPOTS} for key in _SPOTS)
    return (Precision.PLACE, _POINT_M) if is_stop or is_spot else None


def _names(tags: Tags) -> Iterable[str]:
    """Each way it is called, the shown one first."""
    written = (part.strip() for key in _NAMES for part in tags.get(key, "").split(";"))
    return dict.fromkeys(name for name in written if name)


def _middle(course: Course) -> tuple[float, float, float]:
    """The middle of what it spans, and how far it reaches from there."""
    lats, lons = zip(*course, strict=True)
    lat, lon = (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2
    reach_m = max(distance_m(lat, lon, *point) for point in course)
    return round(lat, 6), round(lon, 6), float(math.ceil(reach_m))
