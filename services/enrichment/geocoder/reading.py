"""Read one text: the place it is about, and what else it names."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from services.enrichment.geocoder import sentences
from services.enrichment.geocoder.choose import choose, is_too_wide
from services.enrichment.geocoder.gazetteer import Gazetteer
from services.enrichment.geocoder.located import Considered, Located
from services.enrichment.geocoder.mentions import Mention, Spelling, find_mentions
from services.enrichment.geocoder.on_streets import on_streets
from services.enrichment.geocoder.place import Place, Scope
from services.enrichment.geocoder.resolve import FINE, Resolved, resolve
from services.enrichment.geocoder.roles import Role
from services.enrichment.geocoder.spelling import Speller
from services.enrichment.geocoder.tokens import tokens_of
from services.enrichment.geocoder.weighing import ordered, undecided, weighed
from shared.events import PlaceRole, Precision
from shared.geodata import municipalities

_ROAD: Final = re.compile(
    r"\b(?:e\s?(\d{1,2})|(?:rv|lv|road|väg(?:en)?|riksväg(?:en)?|länsväg(?:en)?)\.?\s(\d{2,4}))\b"
)
_STREET_ENDINGS: Final = ("gatan", "vägen", "gränd", "stigen", "leden", "allén")
_STREET: Final = re.compile(
    rf"\b(?:(?:Stora|Lilla|Norra|Södra|Östra|Västra)\s)?[A-ZÅÄÖ][a-zåäöé]+(?:{'|'.join(_STREET_ENDINGS)})\b"
)
_CONFIDENCE: Final = {
    Precision.ADDRESS: 0.95,
    Precision.STREET: 0.9,
    Precision.PLACE: 0.9,
    Precision.LOCALITY: 0.85,
    Precision.MUNICIPALITY: 0.6,
}
_SPELLING: Final = {Spelling.EXACT: 1.0, Spelling.FOLDED: 0.9, Spelling.MISSPELT: 0.75}
_ROLE: Final = {Role.FROM: 0.8, Role.NEAR: 0.9, Role.TOWARDS: 0.45, Role.LIVES: 0.45, Role.BETWEEN: 0.9}
_ONLY_HOME: Final = 0.3
_NEAR_A_TOWN_M: Final = 2_000
_NEAR_A_PLACE_M: Final = 200
_SEVERAL: Final = 0.8
_HOMONYM: Final = 0.7


def read(
    text: str, gazetteer: Gazetteer, speller: Speller, home: str | None, *, is_place_text: bool = False
) -> Located:
    """`home`: code of the reporter's municipality."""
    tokens = tokens_of(text)
    mentions = find_mentions(text, tokens, gazetteer, home, is_place_text=is_place_text)
    found = on_streets(text, tokens, resolve(mentions, home), gazetteer.streets)
    best = choose(found, home)
    if best is None or best.place.precision not in FINE or best.place.scope is Scope.GENERIC:
        near = home or (best.place.municipality if best else None)
        misspelt = speller.find_misspelt(text, tokens, mentions, near, is_place_text=is_place_text)
        if misspelt:
            mentions = sorted([*mentions, *misspelt], key=lambda each: each.first)
            found = on_streets(text, tokens, resolve(mentions, home), gazetteer.streets)
            best = choose(found, home)
    roads = {place.name for each in mentions for place in each.places if place.is_road}
    unlisted = [name for name in _unlisted(text, mentions) if name not in roads]
    denied = [sentences.negated(each) for each in mentions if each.role is Role.NEGATED]
    if best is None:
        reasons = (*denied, *map(sentences.unlisted, unlisted))
        return _without_place(home, reasons, weighed(found, unlisted, None))
    if not best.is_certain:
        others = [each for each in found if each is not best]
        return _ambiguous(best, home, ordered([*undecided(best), *weighed(others, unlisted, None)]))
    located = _at(best, found, (*denied, *map(sentences.unlisted, unlisted)), unlisted)
    is_guess = bool(best.others) and (home is None or any(map(_is_rival_of(best), best.others)))
    return replace(located, confidence=round(located.confidence * _HOMONYM, 3)) if is_guess else located


def _is_rival_of(best: Resolved) -> Callable[[Place], bool]:
    """Another street or place of that name in the same municipality: only the size of its town told them apart."""
    return lambda other: (
        other.precision in FINE and not other.is_road and other.municipality == best.place.municipality
    )


def _unlisted(text: str, mentions: Sequence[Mention]) -> tuple[str, ...]:
    """Roads, and streets that no list has."""
    roads = (f"E{e}" if e else f"väg {number}" for e, number in _ROAD.findall(text.casefold()))
    if not any(ending in text for ending in _STREET_ENDINGS):
        return tuple(dict.fromkeys(roads))
    known = [each.written.casefold() for each in mentions]
    streets = (
        street
        for street in _STREET.findall(text)
        if not any(written.startswith(street.casefold()) for written in known)
    )
    return tuple(dict.fromkeys([*roads, *streets]))


def municipality_level(code: str, reasons: tuple[str, ...], confidence: float) -> Located:
    """Only the municipality is known: a spot for a label, as uncertain as the municipality is wide."""
    area = municipalities()[code]
    return Located(
        lat=area.lat,
        lon=area.lon,
        uncertainty_m=float(area.radius_m),
        precision=Precision.MUNICIPALITY,
        name=area.name,
        municipality=code,
        confidence=confidence,
        reasons=reasons,
    )


def _without_place(home: str | None, reasons: tuple[str, ...], considered: tuple[Considered, ...]) -> Located:
    if home:
        base = municipality_level(home, (sentences.only_municipality(home), *reasons), _ONLY_HOME)
    else:
        base = Located(None, None, None, Precision.UNKNOWN, None, None, 0.0, (sentences.nothing(), *reasons))
    return replace(base, considered=considered)


def _ambiguous(best: Resolved, home: str | None, considered: tuple[Considered, ...]) -> Located:
    reason = sentences.ambiguous(best.place.name, 1 + len(best.others))
    only = (sentences.only_municipality(home),) if home else ()
    return replace(_without_place(home, (), considered), reasons=(reason, *only))


def _at(
    best: Resolved, found: Sequence[Resolved], reasons: tuple[str, ...], unlisted: Sequence[str]
) -> Located:
    place = best.place
    considered = weighed(found, unlisted, best)
    if is_too_wide(place):
        return _too_wide(best, found, reasons, unlisted)
    if place.precision is Precision.MUNICIPALITY:
        why = (sentences.named_municipality(place.municipality), *reasons)
        level = municipality_level(place.municipality, why, _CONFIDENCE[place.precision])
        return replace(level, considered=considered)
    confidence = _CONFIDENCE[place.precision] * _SPELLING[best.mention.spelling] * _ROLE.get(best.role, 1.0)
    rivals = [
        each
        for each in considered
        if each.role is PlaceRole.ALSO_NAMED and each.lat is not None and each.why != sentences.contains()
        if not best.is_part
    ]
    return Located(
        lat=place.lat,
        lon=place.lon,
        uncertainty_m=place.uncertainty_m + _nearness_m(best),
        precision=place.precision,
        name=place.name,
        municipality=place.municipality,
        confidence=round(confidence * (_SEVERAL if rivals else 1.0), 3),
        reasons=(
            sentences.chosen(best),
            *([best.note] if best.note else []),
            *_namesakes(best),
            *([sentences.several(len(rivals))] if rivals else []),
            *reasons,
        ),
        considered=considered,
    )


def _too_wide(
    best: Resolved, found: Sequence[Resolved], reasons: tuple[str, ...], unlisted: Sequence[str]
) -> Located:
    """A road through the whole municipality: where on it is not told."""
    place = best.place
    why = (sentences.chosen(best), sentences.too_long(place), *reasons)
    level = municipality_level(place.municipality, why, _CONFIDENCE[Precision.MUNICIPALITY])
    area = municipalities()[place.municipality]
    anywhere = replace(
        place, lat=area.lat, lon=area.lon, uncertainty_m=area.radius_m, precision=Precision.MUNICIPALITY
    )
    return replace(level, considered=weighed(found, unlisted, replace(best, place=anywhere)))


def _namesakes(best: Resolved) -> list[str]:
    if not best.others:
        return []
    is_covering = best.place.precision is Precision.LOCALITY and best.others[0].precision in FINE
    return [sentences.together(1 + len(best.others)) if is_covering else sentences.same_name(best)]


def _nearness_m(best: Resolved) -> float:
    """How much farther off it may be because the text says near, outside, north of."""
    if best.role is not Role.NEAR:
        return 0.0
    return _NEAR_A_TOWN_M if best.place.precision is Precision.LOCALITY else _NEAR_A_PLACE_M
