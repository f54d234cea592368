"""Bring names from several sources together: what is surveyed corrects what was estimated, and nothing stands twice."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from services.enrichment.geocoder.building.assemble import MunicipalityAt, TownsOf
from services.enrichment.geocoder.building.sources import Spotted
from services.enrichment.geocoder.gazetteer import Entry
from services.enrichment.geocoder.place import Place, Scope, key
from services.enrichment.geocoder.streets import Streets
from shared.events import Precision
from shared.geodata.plane import distance_m

_SAME_M: Final = 300.0
_SAME_TOWN_M: Final = 10_000.0
_SLACK_M: Final = 1_000.0


class Merged:
    """Entries by municipality and name, in the order in which they were added."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries: list[Entry] = []
        self._known: dict[tuple[str, str], list[Place]] = defaultdict(list)
        for written, place in entries:
            self.add(written, place)

    def add(self, written: str, place: Place) -> None:
        self.entries.append((written, place))
        self._known[place.municipality, key(written)].append(place)

    def replace(self, place: Place, better: Place) -> None:
        self.entries = [(written, better if each == place else each) for written, each in self.entries]
        for each in self._known.values():
            each[:] = [better if one == place else one for one in each]

    def named(self, written: str, municipality: str) -> Sequence[Place]:
        return self._known.get((municipality, key(written)), ())


def villages(
    spotted: Iterable[Spotted], known: Merged, municipality_at: MunicipalityAt, skipped: Counter[str]
) -> None:
    """Add the populated places that are not known yet."""
    for each in spotted:
        code = municipality_at(each.lat, each.lon)
        if each.precision is not Precision.LOCALITY or code is None:
            continue
        if any(
            distance_m(each.lat, each.lon, place.lat, place.lon) < _SAME_TOWN_M
            for name in each.names
            for place in known.named(name, code)
        ):
            skipped["places: known already"] += 1
            continue
        place = Place(each.names[0], each.lat, each.lon, each.uncertainty_m, Precision.LOCALITY, code)
        for name in each.names:
            known.add(name, place)


def spots(
    spotted: Iterable[Spotted], municipality_at: MunicipalityAt, towns: TownsOf, skipped: Counter[str]
) -> Iterator[Entry]:
    """Named places inside and outside towns; what is drawn twice (a school and its yard) comes once, the wider one."""
    seen: dict[tuple[str, str], list[Place]] = defaultdict(list)
    places = (each for each in spotted if each.precision is Precision.PLACE)
    for each in sorted(places, key=lambda each: (-each.uncertainty_m, each)):
        code = municipality_at(each.lat, each.lon)
        if code is None or not key(each.names[0]):
            skipped["places: outside the municipalities, or without letters"] += 1
            continue
        same = seen[code, key(each.names[0])]
        if any(_is_same(each, other) for other in same):
            skipped["places: drawn twice"] += 1
            continue
        place = _spot(each, code, towns)
        same.append(place)
        yield from ((name, place) for name in each.names)


def _is_same(each: Spotted, place: Place) -> bool:
    return distance_m(each.lat, each.lon, place.lat, place.lon) <= _SAME_M + place.uncertainty_m


def _spot(each: Spotted, code: str, towns: TownsOf) -> Place:
    town = towns.at(code, each.lat, each.lon)
    name = each.names[0]
    return Place(
        name=name if town is None or town.name in name else f"{name}, {town.name}",
        lat=each.lat,
        lon=each.lon,
        uncertainty_m=each.uncertainty_m,
        precision=Precision.PLACE,
        municipality=code,
        population=town.population if town else 0,
        scope=Scope.MUNICIPALITY,
        within=town.name if town else None,
    )


def surveyed(listed: Sequence[Entry], found: Merged, drawn: Merged) -> tuple[list[Entry], set[Place]]:
    """A municipality's own list with the positions of the map where the map has the place, and what of the map that used.

    A listed street gives way to the drawn one.
    """
    forms: dict[Place, list[str]] = defaultdict(list)
    for written, place in listed:
        forms[replace(place, scope=Scope.ANYWHERE)].append(written)
    moved: dict[Place, Place] = {}
    used: set[Place] = set()
    for place, names in forms.items():
        near = [
            other
            for form in names
            for other in found.named(form, place.municipality)
            if place.precision is Precision.PLACE and _may_be(place, other)
        ]
        if near:
            moved[place] = min(near, key=lambda other: distance_m(place.lat, place.lon, other.lat, other.lon))
            used.update(near)
    kept = []
    for written, place in listed:
        if place.is_street and drawn.named(written, place.municipality):
            continue
        spot = moved.get(replace(place, scope=Scope.ANYWHERE))
        kept.append((written, _at(place, spot) if spot else place))
    return kept, used


def _may_be(place: Place, other: Place) -> bool:
    return distance_m(place.lat, place.lon, other.lat, other.lon) <= place.uncertainty_m + _SLACK_M


def _at(place: Place, spot: Place) -> Place:
    return replace(place, lat=spot.lat, lon=spot.lon, uncertainty_m=spot.uncertainty_m)


def with_addresses(known: Merged, streets: Sequence[Entry], tables: Streets) -> list[Entry]:
    """Addresses of the kind "Norra Sörby 4" belong to the village itself. Returns the streets that are left."""
    drawn = set(tables.points["street"].tolist())
    left = []
    for written, place in streets:
        village = next(iter(known.named(written, place.municipality)), None)
        if place.street in drawn or village is None or village.precision is not Precision.LOCALITY:
            left.append((written, place))
        elif village.street is None and village.within is None:
            known.replace(village, replace(village, street=place.street))
    return left
