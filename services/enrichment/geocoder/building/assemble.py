"""Put the pieces of streets together: one street for each name and town, with its course, houses and crossings."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.enrichment.geocoder.building.cells import Cell, Cells
from services.enrichment.geocoder.building.sources import HIGHEST_NUMBER, Course, Door, Way
from services.enrichment.geocoder.gazetteer import Entry
from services.enrichment.geocoder.place import Place, Scope, key
from services.enrichment.geocoder.streets import ADDRESS, CROSSING, DEGREE, POINT, Streets
from shared.events import Precision
from shared.geodata.plane import distance_m

MunicipalityAt = Callable[[float, float], str | None]

_STEP_M: Final = 60.0
_OUTSKIRTS_M: Final = 3_000.0
_EUROPEAN: Final = "E"


@dataclass
class _Street:
    name: str
    municipality: str
    is_road: bool
    ways: list[Way] = field(default_factory=list)
    doors: list[Door] = field(default_factory=list)
    town: Place | None = None

    def course(self) -> Course:
        """The points it runs through, or those of its houses."""
        drawn = [point for way in self.ways for point in _dense(way.course)]
        return list(dict.fromkeys(drawn or [(door.lat, door.lon) for door in self.doors]))


class TownsOf:
    """Which town of a municipality a point lies in or close to."""

    def __init__(self, towns: Iterable[Place]) -> None:
        self._towns: dict[str, list[Place]] = defaultdict(list)
        for town in towns:
            self._towns[town.municipality].append(town)

    def at(self, municipality: str, lat: float, lon: float) -> Place | None:
        def outside_m(town: Place) -> float:
            return distance_m(lat, lon, town.lat, town.lon) - town.uncertainty_m

        nearest = min(self._towns.get(municipality, ()), key=outside_m, default=None)
        return nearest if nearest and outside_m(nearest) <= _OUTSKIRTS_M else None


def streets(
    ways: Sequence[Way],
    doors: Sequence[Door],
    municipality_at: MunicipalityAt,
    towns: TownsOf,
    skipped: Counter[str],
) -> tuple[list[Entry], Streets]:
    """The streets' names, and what is known of each by its number."""
    pieces: dict[tuple[str, str, bool], _Street] = {}
    for way in ways:
        _sort_way(way, pieces, municipality_at, skipped)
    for door in doors:
        code = door.municipality or municipality_at(door.lat, door.lon)
        if code is None or not 0 < door.house.number <= HIGHEST_NUMBER or not key(door.street):
            skipped["addresses: outside the municipalities, or no house number"] += 1
            continue
        found = _street_of(door.street, code, pieces, is_road=False)
        found.doors.append(door)
    drawn = [(part, part.course()) for piece in pieces.values() for part in _parts(piece, towns)]
    drawn.sort(key=lambda each: (each[0].municipality, each[0].is_road, key(each[0].name), each[1]))
    whole = [street for street, _ in drawn]
    entries = [
        entry for number, (street, course) in enumerate(drawn) for entry in _named(street, course, number)
    ]
    return entries, Streets(_points(drawn), _addresses(whole, skipped), _crossings(whole))


def _sort_way(
    way: Way, pieces: dict[tuple[str, str, bool], _Street], at: MunicipalityAt, skipped: Counter[str]
) -> None:
    code = at(*way.course[len(way.course) // 2])
    if code is None:
        skipped["streets: outside the municipalities"] += 1
        return
    for name, is_road in ((way.name, False), *((ref, True) for ref in way.refs)):
        if name and key(name):
            _street_of(name, code, pieces, is_road=is_road).ways.append(way)


def _street_of(
    name: str, code: str, pieces: dict[tuple[str, str, bool], _Street], *, is_road: bool
) -> _Street:
    return pieces.setdefault((key(name), code, is_road), _Street(name, code, is_road))


def _parts(street: _Street, towns: TownsOf) -> Iterator[_Street]:
    """The streets of one name in one municipality, each town's apart. A road is one, however long."""
    if street.is_road:
        yield street
        return
    by_town: dict[str | None, _Street] = {}
    for part in _clusters(street):
        lats, lons = zip(*part.course(), strict=True)
        part.town = towns.at(street.municipality, sum(lats) / len(lats), sum(lons) / len(lons))
        if part.town is None:
            yield part
            continue
        same = by_town.setdefault(part.town.name, part)
        if same is not part:
            same.ways.extend(part.ways)
            same.doors.extend(part.doors)
    yield from by_town.values()


def _clusters(street: _Street) -> Iterator[_Street]:
    items: list[tuple[Way | Door, Course]] = [(way, list(_dense(way.course))) for way in street.ways]
    items += [(door, [(door.lat, door.lon)]) for door in street.doors]
    cells = Cells()
    for _, course in items:
        cells.add(course)
    cells.join_neighbours()
    parts: dict[Cell, _Street] = {}
    for item, course in items:
        empty = _Street(street.name, street.municipality, is_road=False)
        part = parts.setdefault(cells.root(*course[0]), empty)
        if isinstance(item, Way):
            part.ways.append(item)
        else:
            part.doors.append(item)
    yield from parts.values()


def _dense(course: Course) -> Iterator[tuple[float, float]]:
    """The same line with a point at least every 60 m."""
    for (lat, lon), (next_lat, next_lon) in pairwise(course):
        steps = max(1, math.ceil(distance_m(lat, lon, next_lat, next_lon) / _STEP_M))
        for step in range(steps):
            share = step / steps
            yield round(lat + share * (next_lat - lat), 6), round(lon + share * (next_lon - lon), 6)
    yield course[-1]


def _named(street: _Street, course: Course, number: int) -> Iterator[Entry]:
    lat, lon, reach_m = _reach(course)
    town = street.town.name if street.town else None
    shown = _road_name(street.name) if street.is_road else street.name
    place = Place(
        name=shown if town is None or town in shown else f"{shown}, {town}",
        lat=lat,
        lon=lon,
        uncertainty_m=reach_m,
        precision=Precision.STREET,
        municipality=street.municipality,
        population=street.town.population if street.town else 0,
        scope=Scope.MUNICIPALITY,
        within=town,
        street=number,
        is_road=street.is_road,
    )
    written = road_forms(street.name) if street.is_road else (street.name,)
    yield from ((form, place) for form in written)


def _road_name(ref: str) -> str:
    return ref if ref.startswith(_EUROPEAN) else f"väg {ref}"


def road_forms(ref: str) -> tuple[str, ...]:
    """The ways a road with a number is written: "E18", "E 18", "väg 250", "riksväg 250", …"""
    if ref.startswith(_EUROPEAN):
        number = ref.removeprefix(_EUROPEAN)
        return ref, f"E {number}", f"{ref}an", f"{ref} an", f"europaväg {number}", f"europavägen {number}"
    kinds = ("väg", "vägen", "riksväg", "riksvägen", "länsväg", "länsvägen", "rv", "lv", "road", "route")
    return *(f"{kind} {ref}" for kind in kinds), f"rv{ref}", f"lv{ref}", f"{ref}an"


def _reach(course: Course) -> tuple[float, float, float]:
    """The point of the course nearest to the middle of what it spans, and how far it is to the farthest one."""
    lats, lons = zip(*course, strict=True)
    middle_lat, middle_lon = (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2
    lat, lon = min(course, key=lambda each: distance_m(each[0], each[1], middle_lat, middle_lon))
    reach_m = max(distance_m(lat, lon, each[0], each[1]) for each in course)
    return lat, lon, float(max(50, math.ceil(reach_m)))


def _points(drawn: Sequence[tuple[_Street, Course]]) -> NDArray[np.void]:
    rows = [
        (number, _micro(lat), _micro(lon))
        for number, (street, course) in enumerate(drawn)
        if street.ways
        for lat, lon in course
    ]
    return np.array(rows, POINT)


def _addresses(whole: Sequence[_Street], skipped: Counter[str]) -> NDArray[np.void]:
    """One row for each house. Of two positions of one address the first read is kept."""
    rows: dict[tuple[int, int, int], tuple[int, int]] = {}
    for number, each in enumerate(whole):
        for door in each.doors:
            spot = _micro(door.lat), _micro(door.lon)
            if rows.setdefault((number, *door.house), spot) != spot:
                skipped["addresses: given twice"] += 1
    return np.array(sorted((*house, *spot) for house, spot in rows.items()), ADDRESS)


def _crossings(whole: Sequence[_Street]) -> NDArray[np.void]:
    """Where a way of one street and a way of another share a node; a way that is both is no crossing."""
    owners: dict[int, list[int]] = defaultdict(list)
    at_node: dict[int, dict[int, Way]] = defaultdict(dict)
    for number, each in enumerate(whole):
        for way in each.ways:
            owners[id(way)].append(number)
            for node in way.nodes:
                at_node[node][id(way)] = way
    rows = set()
    for node, ways in at_node.items():
        for one, other in combinations(ways, 2):
            first, second = set(owners[one]), set(owners[other])
            position = ways[one].course[ways[one].nodes.index(node)]
            for pair in ((a, b) for a in first - second for b in second - first):
                rows.add((*sorted(pair), *map(_micro, position)))
    return np.array(sorted(rows), CROSSING)


def _micro(degrees: float) -> int:
    return round(degrees * DEGREE)
