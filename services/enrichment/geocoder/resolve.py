"""Which of the places that a name could mean is meant. Pure rules."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from services.enrichment.geocoder.mentions import Mention
from services.enrichment.geocoder.place import Place, Scope
from services.enrichment.geocoder.roles import Role
from shared.events import Precision
from shared.geodata import municipalities
from shared.geodata.plane import distance_m

NEIGHBOUR_M: Final = 60_000
FAR_M: Final = 100_000
CLEARLY_LARGER: Final = 3
TOWN_POPULATION: Final = 3_000
OUTSKIRTS_M: Final = 15_000
SAME_PLACE_M: Final = 5_000
SPECIFIC: Final = {
    Precision.ADDRESS: 4.0,
    Precision.STREET: 3.1,
    Precision.PLACE: 3.0,
    Precision.LOCALITY: 2.0,
    Precision.MUNICIPALITY: 1.0,
}
FINE: Final = frozenset({Precision.ADDRESS, Precision.STREET, Precision.PLACE})
_TOGETHER_M: Final = 5_000


@dataclass(frozen=True, slots=True)
class Resolved:
    """A mention with the place it means. `others`: further places of that name; `is_certain`: False when one of those is as likely.

    `note`: what is to be said about the position; `is_part`: a stretch of a road, or the middle between two places.
    """

    mention: Mention
    place: Place
    others: tuple[Place, ...]
    is_certain: bool = True
    note: str = ""
    is_part: bool = False

    @property
    def role(self) -> Role:
        return self.mention.role


@dataclass(frozen=True, slots=True)
class Context:
    """What is known before a name is read: the reporter's municipality, and the towns the text names beyond doubt."""

    municipality: str | None
    towns: tuple[Place, ...]

    @property
    def municipalities(self) -> frozenset[str]:
        named = {town.municipality for town in self.towns}
        return frozenset({*named, *([self.municipality] if self.municipality else [])})


def resolve(mentions: Sequence[Mention], municipality: str | None) -> list[Resolved]:
    """Each mention with its likeliest place; mentions whose places cannot be meant here are left out."""
    context = Context(municipality, tuple(_clear_towns(mentions, municipality)))
    containing = [_containing(mentions, index) for index in range(len(mentions))]
    said = {id(mention.places): towns for mention, towns in zip(mentions, containing, strict=True) if towns}
    likeliest = (
        _likeliest(mention, context, towns or said.get(id(mention.places), ()))
        for mention, towns in zip(mentions, containing, strict=True)
    )
    return [resolved for resolved in likeliest if resolved]


def _clear_towns(mentions: Iterable[Mention], municipality: str | None) -> Iterable[Place]:
    alone = Context(municipality, ())
    for mention in mentions:
        if any(place.municipality == municipality and not _is_town(place) for place in mention.places):
            continue  # the reporter's own "Gamla stan" comes before Stockholm's
        towns = sorted(filter(_is_town, mention.places), key=lambda place: _rank(place, alone, ()))
        if towns and mention.role >= Role.NAMED and not _has_rival(towns[0], tuple(towns[1:]), alone, ()):
            yield towns[0]


def _is_town(place: Place) -> bool:
    is_inside_a_town = place.within is not None
    return place.scope is Scope.ANYWHERE and not is_inside_a_town


def _containing(mentions: Sequence[Mention], index: int) -> tuple[Place, ...]:
    """The towns that the words right after a mention put it in: "torget i Kolsva", "Nygatan, Arboga", "Bro utanför Kolsva"."""
    mention = mentions[index]
    for other in (*mentions[index + 1 : index + 2], *mentions[max(0, index - 1) : index]):
        is_after = other.first >= mention.last
        gap = other.first - mention.last if is_after else mention.first - other.last
        is_told = other.role in {Role.AT, Role.NAMED} or (is_after and other.role is Role.NEAR)
        if is_told and gap <= int(is_after):
            towns = tuple(place for place in other.places if _is_town(place))
            if towns:
                return towns
    return ()


def _likeliest(mention: Mention, context: Context, containing: tuple[Place, ...]) -> Resolved | None:
    possible = [place for place in mention.places if _is_possible(place, context, containing)]
    if not possible:
        return None
    ranked = sorted(possible, key=lambda place: _rank(place, context, containing))
    best, others = ranked[0], tuple(ranked[1:])
    together = [other for other in others if _are_together(best, other)]
    if together and mention.number is None:
        return Resolved(mention, _covering(best, together), others, is_certain=True)
    return Resolved(mention, best, others, is_certain=not _has_rival(best, others, context, containing))


def _are_together(one: Place, other: Place) -> bool:
    """Two of one name in or about one town, such as two petrol stations: neither is surely meant."""
    return (
        {one.precision, other.precision} <= FINE
        and one.municipality == other.municipality
        and not one.is_road
        and distance_m(one.lat, one.lon, other.lat, other.lon) <= _TOGETHER_M
    )


def _covering(best: Place, others: Sequence[Place]) -> Place:
    reach_m = max(distance_m(best.lat, best.lon, each.lat, each.lon) + each.uncertainty_m for each in others)
    return replace(best, uncertainty_m=round(max(reach_m, best.uncertainty_m)), precision=Precision.LOCALITY)


def _is_possible(place: Place, context: Context, containing: tuple[Place, ...]) -> bool:
    if place.scope is Scope.ANYWHERE:
        return _is_near_by(place, context) and _agrees(place, containing)
    if place.municipality not in context.municipalities:
        return False
    towns = containing if place.scope is Scope.MUNICIPALITY else (*containing, *context.towns)
    return not towns or any(_contains(town, place) for town in towns)


def _is_near_by(place: Place, context: Context) -> bool:
    """A small place far from everything else the report speaks of is another one than the one meant."""
    if place.population >= TOWN_POPULATION or place.is_seat or place.precision is Precision.MUNICIPALITY:
        return True
    if context.municipality:
        is_own = place.municipality == context.municipality
        return is_own or distance_to(place, context.municipality) <= FAR_M
    others = [town for town in context.towns if town.is_seat and town is not place]
    return not others or any(distance_m(place.lat, place.lon, town.lat, town.lon) <= FAR_M for town in others)


def _agrees(place: Place, containing: tuple[Place, ...]) -> bool:
    """Whether a village named "X i Y" can be the X of Y."""
    larger = [town for town in containing if town.population > place.population or town.is_seat]
    return (
        not larger
        or place.is_seat
        or any(
            town.municipality == place.municipality
            or distance_m(place.lat, place.lon, town.lat, town.lon) <= OUTSKIRTS_M
            for town in larger
        )
    )


def _contains(town: Place, place: Place) -> bool:
    if town.precision is Precision.MUNICIPALITY:
        return town.municipality == place.municipality
    return place.within in {town.name, None} and town.municipality == place.municipality


def _rank(
    place: Place, context: Context, containing: tuple[Place, ...]
) -> tuple[bool, bool, bool, float, float, int]:
    home = context.municipality
    away_m = distance_to(place, home) if home and place.municipality != home else 0.0
    return (
        bool(containing) and not any(town.municipality == place.municipality for town in containing),
        home is not None and place.municipality != home,
        place.municipality not in context.municipalities,
        min(away_m, NEIGHBOUR_M),
        -max(SPECIFIC[place.precision], 2.0 if place.population else 0.0),
        -place.population,
    )


def _has_rival(
    best: Place, others: tuple[Place, ...], context: Context, containing: tuple[Place, ...]
) -> bool:
    rank = _rank(best, context, containing)[:4]
    return any(
        _rank(other, context, containing)[:4] == rank
        and other.population * CLEARLY_LARGER >= best.population
        and distance_m(best.lat, best.lon, other.lat, other.lon) > SAME_PLACE_M
        for other in others
    )


def distance_to(place: Place, municipality: str) -> float:
    home = municipalities()[municipality]
    return distance_m(place.lat, place.lon, home.lat, home.lon)
