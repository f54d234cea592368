"""Which of the named places is where it happened. Pure rules."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from services.enrichment.geocoder.place import Place, Scope
from services.enrichment.geocoder.resolve import FINE, NEIGHBOUR_M, SPECIFIC, Resolved, distance_to
from services.enrichment.geocoder.roles import Role
from shared.events import Precision
from shared.geodata import municipality_name
from shared.geodata.plane import distance_m

TOWARDS_UNCERTAINTY_M: Final = 5_000
WIDEST_STREET_M: Final = 5_000
"""A street or road that reaches farther says no more than its municipality."""
_EXACT_M: Final = 150
_EXACT: Final = 0.3
_TOO_WIDE: Final = 1.5
_PART: Final = 0.7
_PART_OF_A_ROAD: Final = 0.8


def choose(found: Sequence[Resolved], municipality: str | None) -> Resolved | None:
    """Where it happened: the most specific place the text puts it at; None when the text names none."""
    half_way, ends = _between(found)
    left = [each for each in found if each not in ends]
    strong = [each for each in [*half_way, *left] if _says_where(each, municipality)]
    if strong:
        return max(
            enumerate(strong),
            key=lambda item: (
                *_weight(item[1], strong),
                item[1].place.municipality == municipality,
                -item[0],
            ),
        )[1]
    weak = [
        each
        for each in found
        if each.role in {Role.TOWARDS, Role.LIVES} and each.place.municipality == municipality
        and each.place.scope is not Scope.GENERIC
    ]  # fmt: skip
    return _widened(weak[0], TOWARDS_UNCERTAINTY_M) if weak else None


def _says_where(each: Resolved, municipality: str | None) -> bool:
    if each.role is Role.FROM and municipality:
        return (
            distance_to(each.place, municipality) < NEIGHBOUR_M
        )  # farther away it says where somebody is from
    if each.role is Role.OFFICE and municipality:
        return each.place.municipality == municipality  # elsewhere it is who did not answer the telephone
    return each.role >= Role.FROM


def _weight(each: Resolved, strong: Sequence[Resolved]) -> tuple[float, int]:
    specific = _specific(each.place)
    if each.is_part:
        specific += _PART_OF_A_ROAD if each.place.is_road else _PART
    elif each.place.within and each.place.precision is Precision.LOCALITY:
        specific += 0.5
    has_village = any(
        other.place.municipality == each.place.municipality and other.place.name != each.place.name
        for other in strong
    )
    if each.place.is_seat and has_village:
        specific -= 0.5
    return specific, int(each.role)


def is_too_wide(place: Place) -> bool:
    """A road or street that tells no more than its municipality."""
    return place.street is not None and place.uncertainty_m > WIDEST_STREET_M


def _specific(place: Place) -> float:
    if is_too_wide(place):
        return _TOO_WIDE
    is_exact = place.precision is Precision.PLACE and place.uncertainty_m <= _EXACT_M
    return SPECIFIC[place.precision] + (_EXACT if is_exact else 0.0)


def _between(found: Sequence[Resolved]) -> tuple[list[Resolved], list[Resolved]]:
    """A place half-way for "mellan A och B", uncertain by half their distance, or A and B, when the text says where between."""
    half_way: list[Resolved] = []
    ends: list[Resolved] = []
    for one, other in pairwise(found):
        if not _are_ends(one, other):
            continue
        middle = _half_way(one, other)
        further = (each for each in found if each.place not in (one.place, other.place))
        if any(_tells_where(each, middle.place) for each in further):
            ends += (one, other)
        else:
            half_way.append(middle)
    return half_way, ends


def _are_ends(one: Resolved, other: Resolved) -> bool:
    return (
        one.role is Role.BETWEEN
        and other.role is Role.BETWEEN
        and not (one.place.is_road or other.place.is_road)
        and distance_m(one.place.lat, one.place.lon, other.place.lat, other.place.lon) < NEIGHBOUR_M
    )


def _tells_where(each: Resolved, half_way: Place) -> bool:
    """The Munktorp of "mellan Västerås och Köping, i Munktorp"."""
    place = each.place
    is_closer = place.uncertainty_m < half_way.uncertainty_m and place.precision is not Precision.MUNICIPALITY
    away_m = distance_m(place.lat, place.lon, half_way.lat, half_way.lon)
    return each.role in {Role.AT, Role.NEAR} and is_closer and away_m <= half_way.uncertainty_m


def _half_way(one: Resolved, other: Resolved) -> Resolved:
    half_m = distance_m(one.place.lat, one.place.lon, other.place.lat, other.place.lon) / 2
    are_fine = {one.place.precision, other.place.precision} <= FINE
    place = Place(
        name=f"mellan {one.place.short_name} och {other.place.short_name}",
        lat=round((one.place.lat + other.place.lat) / 2, 5),
        lon=round((one.place.lon + other.place.lon) / 2, 5),
        uncertainty_m=round(half_m + _widest_m(one, other)) if are_fine else round(max(half_m, 500.0)),
        precision=Precision.PLACE if are_fine else Precision.LOCALITY,
        municipality=one.place.municipality,
        within=one.place.within or one.place.name,
    )
    return Resolved(one.mention, place, (), is_certain=one.is_certain and other.is_certain, is_part=True)


def _widest_m(one: Resolved, other: Resolved) -> float:
    return max(one.place.uncertainty_m, other.place.uncertainty_m)


def _widened(each: Resolved, least_m: float) -> Resolved:
    return replace(each, place=replace(each.place, uncertainty_m=max(each.place.uncertainty_m, least_m)))


def describe(place: Place) -> str:
    """Its name, with the municipality where the name alone does not say it."""
    town = municipality_name(place.municipality)
    return place.name if town in place.name else f"{place.name}, {town}"
