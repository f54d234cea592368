"""Find the spot on a street that a text speaks of: a house, a crossing, the stretch by a place or between two."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from services.enrichment.geocoder import sentences, words
from services.enrichment.geocoder.place import Place
from services.enrichment.geocoder.resolve import Resolved
from services.enrichment.geocoder.roles import Role, bearing_before
from services.enrichment.geocoder.streets import HouseNumber, Spot, Streets
from services.enrichment.geocoder.tokens import Token
from shared.events import Precision

_LONG_M: Final = 300.0
_BY_A_TOWN_M: Final = 2_000.0
_BY_A_PLACE_M: Final = 200.0
_BESIDE_A_TOWN_M: Final = 3_000.0
_BESIDE_A_PLACE_M: Final = 500.0
_SIDE_OF_A_TOWN_M: Final = 6_000.0
_STREET_UP_TO_M: Final = 2_000.0
_WORDS_BEFORE: Final = 4


def on_streets(
    text: str, tokens: Sequence[Token], found: Sequence[Resolved], streets: Streets
) -> list[Resolved]:
    """The same places with houses and crossings found, and the stretches of roads that the text tells."""
    if not any(each.place.is_street or each.place.is_road for each in found):
        return list(found)
    joined = [_housed(each, streets) for each in _crossings(text, tokens, found, streets)]
    return [*joined, *_stretches(tokens, joined, streets)]


def _housed(each: Resolved, streets: Streets) -> Resolved:
    place, house = each.place, each.mention.number
    if place.street is None:
        is_listed = place.is_street and place in each.mention.places
        return replace(each, note=sentences.street_not_placed(place)) if is_listed else each
    if house is None or place.is_road:
        return each
    each = _with_the_house(each, house, streets)
    place = each.place
    assert place.street is not None
    if door := streets.door(place.street, house):
        known, spot = door
        note = "" if known == house else sentences.letter_unknown(str(house), str(known))
        return _at(each, spot, Precision.ADDRESS, _numbered(place, known), note)
    if between := streets.neighbours(place.street, house):
        low, high, spot = between
        note = sentences.number_between(str(house), str(low), str(high))
        return _at(each, spot, Precision.STREET, place.name, note)
    return replace(each, note=sentences.number_unknown(str(house)))


def _with_the_house(each: Resolved, house: HouseNumber, streets: Streets) -> Resolved:
    """Of streets of one name in a municipality, the one that has the number, when it is the only one."""
    own = [other for other in each.others if other.municipality == each.place.municipality]
    having = [
        place
        for place in (each.place, *own)
        if place.street is not None and streets.door(place.street, house) is not None
    ]
    if len(having) != 1 or not own:
        return each
    others = tuple(place for place in (each.place, *each.others) if place is not having[0])
    return replace(each, place=having[0], others=others, is_certain=True)


def _numbered(place: Place, house: HouseNumber) -> str:
    return f"{place.short_name} {house}{place.name.removeprefix(place.short_name)}"


def _at(each: Resolved, spot: Spot, precision: Precision, name: str, note: str = "") -> Resolved:
    place = replace(
        each.place,
        name=name,
        lat=spot.lat,
        lon=spot.lon,
        uncertainty_m=spot.uncertainty_m,
        precision=precision,
    )
    return replace(each, place=place, note=note)


def _crossings(
    text: str, tokens: Sequence[Token], found: Sequence[Resolved], streets: Streets
) -> Iterator[Resolved]:
    """Two streets that are told to cross become the place where they do."""
    taken = False
    for one, other in pairwise([*found, None]):
        if one is None or taken:
            taken = False
            continue
        crossing = (
            _crossing(one, other, streets) if other and _tells_crossing(text, tokens, one, other) else None
        )
        taken = crossing is not None
        yield crossing or one


def _tells_crossing(text: str, tokens: Sequence[Token], one: Resolved, other: Resolved) -> bool:
    if not all(each.place.street is not None or each.place.is_street for each in (one, other)):
        return False
    first, last = one.mention, other.mention
    joining = [token.word for token in tokens[first.last : last.first]]
    if len(joining) > 3 or not words.CROSSES.issuperset(joining):
        return False
    before = {token.word for token in tokens[max(0, first.first - _WORDS_BEFORE) : first.first]}
    gap = text[tokens[first.last - 1].end : tokens[last.first].start].strip()
    return not words.CROSSING.isdisjoint(before) or gap in {"/", "-", "x", "×", "korsar", "crosses"}


def _crossing(one: Resolved, other: Resolved, streets: Streets) -> Resolved | None:
    for here in (one.place, *one.others):
        for there in (other.place, *other.others):
            if here.street is None or there.street is None or here.municipality != there.municipality:
                continue
            if spot := streets.crossing(here.street, there.street):
                return _crossed(one, other, here, there, spot)
    return None


def _crossed(one: Resolved, other: Resolved, here: Place, there: Place, spot: Spot) -> Resolved:
    written = f"{one.mention.written}/{other.mention.written}"
    mention = replace(one.mention, last=other.mention.last, written=written, role=_role(one, other))
    street = here if there.is_road else there
    names = "/".join(place.short_name for place in (here, there))
    town = f", {street.within}" if street.within else ""
    place = replace(street, street=None, is_road=False)
    crossed = Resolved(mention, place, (), is_certain=True)
    return _at(crossed, spot, Precision.PLACE, f"korsningen {names}{town}")


def _role(one: Resolved, other: Resolved) -> Role:
    """A crossing is a place where something is, however its streets are joined; a denial or a home stays one."""
    weakest = min(one.role, other.role)
    return Role.AT if weakest >= Role.NAMED else weakest


def _stretches(tokens: Sequence[Token], found: Sequence[Resolved], streets: Streets) -> Iterator[Resolved]:
    """As in "E18 vid Köping", "väg 250 norr om Kolsva", "E18 mellan Köping och Arboga", "Nygatan i höjd med torget"."""
    others = [each for each in found if each.place.street is None and each.role >= Role.NAMED]
    ends = [each for each in others if each.role is Role.BETWEEN][:2]
    for line in found:
        is_line = line.place.street is not None and line.place.precision is Precision.STREET
        if not is_line or line.role < Role.NAMED or line.place.uncertainty_m <= _LONG_M:
            continue
        if len(ends) == 2:
            yield from _between(line, ends, streets)
            continue
        for near in others:
            if _tells_more(near.place, line.place):
                yield from _by(line, near, bearing_before(tokens, near.mention.first), streets)


def _tells_more(place: Place, line: Place) -> bool:
    """A town tells nothing about a street that lies in it; it does about a road, and so does a smaller place."""
    if place.precision is Precision.MUNICIPALITY:
        return False
    return line.is_road or place.uncertainty_m < line.uncertainty_m


def _between(line: Resolved, ends: Sequence[Resolved], streets: Streets) -> Iterator[Resolved]:
    one, other = (each.place for each in ends)
    if spot := streets.between(_pieces(line), one, other):
        yield _stretch(line, spot, f"mellan {one.short_name} och {other.short_name}", streets)


def _by(line: Resolved, near: Resolved, bearing: int | None, streets: Streets) -> Iterator[Resolved]:
    place, pieces = near.place, _pieces(line)
    is_town = place.precision is Precision.LOCALITY
    reach_m = place.uncertainty_m + (_BY_A_TOWN_M if is_town else _BY_A_PLACE_M)
    if bearing is not None:
        reach_m += _SIDE_OF_A_TOWN_M if is_town else _BY_A_PLACE_M
    spot = streets.stretch(pieces, place, reach_m, bearing)
    if spot is None and (nearest := streets.nearest(pieces, place)):
        spot, away_m = nearest
        if away_m > reach_m + (_BESIDE_A_TOWN_M if is_town else _BESIDE_A_PLACE_M):
            return
        spot = spot._replace(uncertainty_m=float(round(max(place.uncertainty_m, away_m))))
    if spot and spot.uncertainty_m < line.place.uncertainty_m:
        yield _stretch(line, spot, f"vid {place.short_name}", streets)


def _pieces(line: Resolved) -> list[int]:
    """Of a road all, through whichever municipality."""
    places = line.mention.places if line.place.is_road else (line.place,)
    return [each.street for each in places if each.street is not None]


def _stretch(line: Resolved, spot: Spot, where: str, streets: Streets) -> Resolved:
    """In the municipality whose piece of the road it lies on."""
    here = replace(line.place, lat=spot.lat, lon=spot.lon)
    places = [each for each in line.mention.places if each.street is not None and each.is_road] or [
        line.place
    ]
    piece = min(places, key=lambda each: _away_m(streets, each, here))
    name = line.place.short_name
    stretch = replace(line, place=replace(piece, street=None), others=(), is_certain=True, is_part=True)
    precision = Precision.STREET if spot.uncertainty_m <= _STREET_UP_TO_M else Precision.LOCALITY
    return _at(stretch, spot, precision, f"{name} {where}")


def _away_m(streets: Streets, piece: Place, here: Place) -> float:
    nearest = streets.nearest([piece.street], here) if piece.street is not None else None
    return nearest[1] if nearest else float("inf")
