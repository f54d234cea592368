"""The places a report names, each with what became of it and why."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from services.enrichment.geocoder import sentences
from services.enrichment.geocoder.choose import describe
from services.enrichment.geocoder.located import MOST_CONSIDERED, Considered
from services.enrichment.geocoder.place import Place
from services.enrichment.geocoder.resolve import Resolved
from services.enrichment.geocoder.roles import Role
from shared.events import PlaceRole, Precision
from shared.geodata.plane import distance_m

_SET_ASIDE: Final = frozenset({Role.NEGATED, Role.ORIGIN, Role.LIVES, Role.TOWARDS})
_ORDER: Final = tuple(PlaceRole)


def weighed(
    found: Sequence[Resolved], unlisted: Iterable[str], best: Resolved | None
) -> tuple[Considered, ...]:
    """Every place of one text. `best`: the one chosen; None when the text decides for none."""
    chosen = _considered(best, best.place, PlaceRole.CHOSEN, sentences.chosen(best)) if best else None
    return ordered([*([chosen] if chosen else []), *_others(found, best), *map(_unlisted, unlisted)])


def ordered(places: Iterable[Considered]) -> tuple[Considered, ...]:
    """The chosen one first, then what is also named, then what was set aside; one of each, at most five."""
    distinct: dict[tuple[str, str | None], Considered] = {}
    for each in sorted(places, key=lambda each: _ORDER.index(each.role)):
        distinct.setdefault((each.name, each.municipality), each)
    return tuple(distinct.values())[:MOST_CONSIDERED]


def set_aside(places: Iterable[Considered], why: str) -> Iterator[Considered]:
    """The same places after something stronger than words has decided."""
    for each in places:
        if each.role is PlaceRole.SET_ASIDE:
            yield each
        else:
            yield replace(each, role=PlaceRole.SET_ASIDE, why=why)


def _others(found: Sequence[Resolved], best: Resolved | None) -> Iterator[Considered]:
    for each in found:
        if each.is_part or (best and _is_of(each, best)):
            continue
        if best is None or each.place != best.place:
            role = PlaceRole.SET_ASIDE if each.role in _SET_ASIDE else PlaceRole.ALSO_NAMED
            is_around = best is not None and lies_in(best.place, each.place)
            why = sentences.contains() if is_around else sentences.not_chosen(each)
            yield _considered(each, each.place, role, why)
    if best:
        for other in best.others:
            yield _considered(best, other, PlaceRole.SET_ASIDE, sentences.namesake(best))


def _is_of(each: Resolved, best: Resolved) -> bool:
    """The road of which the chosen place is a stretch."""
    return best.is_part and each.place.is_road and each.mention.first == best.mention.first


def lies_in(place: Place, other: Place) -> bool:
    away_m = distance_m(place.lat, place.lon, other.lat, other.lon)
    return other.uncertainty_m > place.uncertainty_m and away_m <= other.uncertainty_m


def undecided(best: Resolved) -> tuple[Considered, ...]:
    """The places of one name that nothing decides between."""
    places = (best.place, *best.others)
    why = sentences.ambiguous(best.place.name, len(places))
    return ordered(_considered(best, place, PlaceRole.SET_ASIDE, why) for place in places)


def _considered(each: Resolved, place: Place, role: PlaceRole, why: str) -> Considered:
    return Considered(
        words=each.mention.written,
        name=describe(place),
        lat=place.lat,
        lon=place.lon,
        uncertainty_m=place.uncertainty_m,
        precision=place.precision,
        municipality=place.municipality,
        role=role,
        why=why,
    )


def _unlisted(name: str) -> Considered:
    return Considered(
        words=name,
        name=name,
        lat=None,
        lon=None,
        uncertainty_m=None,
        precision=Precision.UNKNOWN,
        municipality=None,
        role=PlaceRole.ALSO_NAMED,
        why=sentences.unlisted(name),
    )
