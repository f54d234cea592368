"""Read one text: the place it is about, and what else it names."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from services.enrichment.geocoder import sentences
from services.enrichment.geocoder.gazetteer import Gazetteer
from services.enrichment.geocoder.located import Considered, Located
from services.enrichment.geocoder.mentions import Mention, Role, Spelling, find_mentions, tokens_of
from services.enrichment.geocoder.resolve import (
    NEAR_UNCERTAINTY_M,
    Resolved,
    choose,
    resolve,
)
from services.enrichment.geocoder.spelling import Speller
from services.enrichment.geocoder.weighing import ordered, undecided, weighed
from shared.events import Precision
from shared.geodata import municipalities

_ROAD: Final = re.compile(
    r"\b(?:e\s?(\d{1,2})|(?:rv|lv|road|väg(?:en)?|riksväg(?:en)?|länsväg(?:en)?)\.?\s(\d{2,4}))\b"
)
_STREET_ENDINGS: Final = ("gatan", "vägen", "gränd", "stigen", "leden", "allén")
_STREET: Final = re.compile(
    rf"\b(?:(?:Stora|Lilla|Norra|Södra|Östra|Västra)\s)?[A-ZÅÄÖ][a-zåäöé]+(?:{'|'.join(_STREET_ENDINGS)})\b"
)
_CONFIDENCE: Final = {Precision.PLACE: 0.9, Precision.LOCALITY: 0.85, Precision.MUNICIPALITY: 0.6}
_SPELLING: Final = {Spelling.EXACT: 1.0, Spelling.FOLDED: 0.9, Spelling.MISSPELT: 0.75}
_ROLE: Final = {Role.FROM: 0.8, Role.NEAR: 0.9, Role.TOWARDS: 0.45, Role.LIVES: 0.45, Role.BETWEEN: 0.9}
_ONLY_HOME: Final = 0.3
_SEVERAL: Final = 0.8
_HOMONYM: Final = 0.7


def read(
    text: str, gazetteer: Gazetteer, speller: Speller, home: str | None, *, is_place_text: bool = False
) -> Located:
    """`home`: code of the reporter's municipality."""
    tokens = tokens_of(text)
    mentions = find_mentions(text, tokens, gazetteer, home, is_place_text=is_place_text)
    found = resolve(mentions, home)
    best = choose(found, home)
    if best is None or best.place.precision is not Precision.PLACE:
        near = home or (best.place.municipality if best else None)
        misspelt = speller.find_misspelt(text, tokens, mentions, near, is_place_text=is_place_text)
        if misspelt:
            mentions = sorted([*mentions, *misspelt], key=lambda each: each.first)
            found = resolve(mentions, home)
            best = choose(found, home)
    unlisted = _unlisted(text, mentions)
    denied = [sentences.negated(each) for each in mentions if each.role is Role.NEGATED]
    if best is None:
        reasons = (*denied, *map(sentences.unlisted, unlisted))
        return _without_place(home, reasons, weighed(found, unlisted, None))
    if not best.is_certain:
        others = [each for each in found if each is not best]
        return _ambiguous(best, home, ordered([*undecided(best), *weighed(others, unlisted, None)]))
    located = _at(best, found, (*denied, *map(sentences.unlisted, unlisted)), unlisted)
    is_guess = home is None and bool(best.others)
    return replace(located, confidence=round(located.confidence * _HOMONYM, 3)) if is_guess else located


def _unlisted(text: str, mentions: Sequence[Mention]) -> tuple[str, ...]:
    """Roads, and streets that no list has."""
    roads = (f"E{e}" if e else f"väg {number}" for e, number in _ROAD.findall(text.casefold()))
    if not any(ending in text for ending in _STREET_ENDINGS):
        return tuple(dict.fromkeys(roads))
    known = {each.written.casefold().removesuffix("s") for each in mentions}
    streets = (street for street in _STREET.findall(text) if street.casefold() not in known)
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
    if place.precision is Precision.MUNICIPALITY:
        why = (sentences.named_municipality(place.municipality), *reasons)
        level = municipality_level(place.municipality, why, _CONFIDENCE[place.precision])
        return replace(level, considered=considered)
    confidence = _CONFIDENCE[place.precision] * _SPELLING[best.mention.spelling] * _ROLE.get(best.role, 1.0)
    rivals = {each.place for each in found if each.role is not Role.NEGATED and each.place.name != place.name}
    return Located(
        lat=place.lat,
        lon=place.lon,
        uncertainty_m=place.uncertainty_m + (NEAR_UNCERTAINTY_M if best.role is Role.NEAR else 0),
        precision=place.precision,
        name=place.name,
        municipality=place.municipality,
        confidence=round(confidence * (_SEVERAL if rivals else 1.0), 3),
        reasons=(
            sentences.chosen(best),
            *([sentences.same_name(best)] if best.others else []),
            *([sentences.several(len(rivals))] if rivals else []),
            *reasons,
        ),
        considered=considered,
    )
