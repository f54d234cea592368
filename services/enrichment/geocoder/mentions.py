"""Find the place names in a text and what the words around them say about each."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from services.enrichment.geocoder import words
from services.enrichment.geocoder.compounds import DWELLER, DWELLERS, town_in
from services.enrichment.geocoder.gazetteer import Gazetteer
from services.enrichment.geocoder.house_number import house_number_at
from services.enrichment.geocoder.persons import is_somebodys_name, is_surname
from services.enrichment.geocoder.place import Place, Scope
from services.enrichment.geocoder.roles import Role, role_of
from services.enrichment.geocoder.streets import HouseNumber
from services.enrichment.geocoder.tokens import Token

_CLEAR_LENGTH: Final = 5
_APART_LENGTH: Final = 9
_SPOKEN_TO: Final = 3
_TOWN_POPULATION: Final = 3_000


_SURNAME: Final = re.compile(r"^\w{1,5}(?:berg|lund|holm|ström|gren|kvist|mark|stedt)$")


class Spelling(StrEnum):
    EXACT = "exact"
    FOLDED = "folded"
    MISSPELT = "misspelt"


@dataclass(frozen=True, slots=True)
class Mention:
    """Tokens `first` to `last` (exclusive) name one of `places`."""

    first: int
    last: int
    places: tuple[Place, ...]
    role: Role
    written: str
    spelling: Spelling = Spelling.EXACT
    number: HouseNumber | None = None


def find_mentions(
    text: str,
    tokens: Sequence[Token],
    gazetteer: Gazetteer,
    home: str | None = None,
    *,
    is_place_text: bool = False,
) -> list[Mention]:
    """Every name of the gazetteer in the text, longest first, that is meant as a place. `home`: the reporter's municipality."""
    found: list[Mention] = []
    position = 0
    while position < len(tokens):
        if tokens[position].word in gazetteer.longest:
            mention = _longest_at(text, tokens, position, gazetteer, home, found, is_place_text=is_place_text)
        else:
            mention = _in_compound(text, tokens, position, gazetteer, home, found)
        if mention:
            found.append(mention)
        position = mention.last if mention else position + 1
    return found


def _longest_at(
    text: str,
    tokens: Sequence[Token],
    first: int,
    gazetteer: Gazetteer,
    home: str | None,
    before: Sequence[Mention],
    *,
    is_place_text: bool,
) -> Mention | None:
    if apart := _written_apart(text, tokens, first, gazetteer, before):
        return apart
    for last in range(min(len(tokens), first + gazetteer.longest[tokens[first].word]), first, -1):
        written = " ".join([token.word for token in tokens[first:last]])
        name = written if written in gazetteer.names else gazetteer.folded.get(written)
        if name is None and last == first + 1 and _has_number(tokens, last):
            name = gazetteer.short.get(written)
        if name is None:
            continue
        role = role_of(tokens, first, before)
        places = gazetteer.names[name]
        is_own = any(place.municipality == home for place in places)
        is_short = written in gazetteer.short
        is_meant = (
            is_place_text
            or is_short
            or _is_meant(text, tokens, first, last, written, role, places, is_own=is_own)
        )
        is_rejected = _names_an_institution(tokens, last) or (
            not is_own and _is_half_a_name(text, tokens, first, before)
        )
        if is_meant and not is_rejected:
            spelling = Spelling.EXACT if name == written else Spelling.FOLDED
            return mention_of(text, tokens, first, last, places, role, spelling, is_short=is_short)
    return None


def _in_compound(
    text: str,
    tokens: Sequence[Token],
    at: int,
    gazetteer: Gazetteer,
    home: str | None,
    before: Sequence[Mention],
) -> Mention | None:
    word = tokens[at].word
    towns = town_in(word, gazetteer.names, home)
    if not towns:
        return None
    role = role_of(tokens, at, before)
    if word.endswith((*DWELLERS, *DWELLER)):
        role = Role.LIVES if word.endswith(DWELLERS) else Role.ORIGIN
    return mention_of(text, tokens, at, at + 1, towns, role, Spelling.EXACT)


def _written_apart(
    text: str, tokens: Sequence[Token], first: int, gazetteer: Gazetteer, before: Sequence[Mention]
) -> Mention | None:
    """The "Hallstahammar" of "hallsta hammar"."""
    if first + 1 >= len(tokens) or tokens[first].end + 1 != tokens[first + 1].start:
        return None
    joined = tokens[first].word + tokens[first + 1].word
    if len(joined) < _APART_LENGTH or joined not in gazetteer.names:
        return None
    role = role_of(tokens, first, before)
    return mention_of(text, tokens, first, first + 2, gazetteer.names[joined], role, Spelling.MISSPELT)


def mention_of(
    text: str,
    tokens: Sequence[Token],
    first: int,
    last: int,
    places: tuple[Place, ...],
    role: Role,
    spelling: Spelling,
    *,
    is_short: bool = False,
) -> Mention:
    """The mention of these tokens, with the house number that follows the name of a street."""
    number = None
    if _has_number(tokens, last) and any(place.is_street for place in places):
        number, last = house_number_at(text, tokens, last, is_short=is_short)
    return Mention(
        first, last, places, role, text[tokens[first].start : tokens[last - 1].end], spelling, number
    )


def _is_meant(
    text: str,
    tokens: Sequence[Token],
    first: int,
    last: int,
    written: str,
    role: Role,
    places: tuple[Place, ...],
    *,
    is_own: bool,
) -> bool:
    has_preposition = role is not Role.NAMED
    if last - first > 1 or any(place.is_road for place in places):
        return True
    if role is Role.NAMED and is_somebodys_name(tokens, first):
        return False
    if words.is_short_or_ordinary(written):
        is_generic = any(place.scope is Scope.GENERIC for place in places)
        is_own_town = is_own and role in {Role.AT, Role.NEAR} and written not in words.lower_case_words()
        return (
            is_generic
            or is_own_town
            or (tokens[first].is_capital and (has_preposition or _opens(text, tokens, first, is_own=is_own)))
        )
    if not is_own and role is Role.NAMED and _SURNAME.search(written) and not _is_heading(tokens, last, text):
        return False
    is_small = all(place.population < _TOWN_POPULATION and place.within is None for place in places)
    if is_small and role is Role.NAMED and is_surname(tokens, first):
        return False
    return tokens[first].is_capital or has_preposition or len(written) >= _CLEAR_LENGTH


def _is_heading(tokens: Sequence[Token], last: int, text: str) -> bool:
    """As in "Norberg: …", "Norberg, vid torget …"."""
    return text[tokens[last - 1].end : tokens[last - 1].end + 1] in {",", ":", ".", ""}


def _opens(text: str, tokens: Sequence[Token], first: int, *, is_own: bool) -> bool:
    """As in "Sylta, vid sjön: …" of a place of the reporter's own; "Bro, …" is how somebody is spoken to."""
    follows = text[tokens[first].end : tokens[first].end + 1]
    return is_own and first == 0 and follows in {",", ":"} and len(tokens[first].word) > _SPOKEN_TO


def _has_number(tokens: Sequence[Token], at: int) -> bool:
    return at < len(tokens) and (tokens[at].word[0].isdigit() or tokens[at].word in words.NUMBERED)


def _is_half_a_name(text: str, tokens: Sequence[Token], first: int, before: Sequence[Mention]) -> bool:
    """The "Ljungby" of an unknown "Mnka-Ljungby"."""
    is_joined = first > 0 and text[tokens[first - 1].end : tokens[first].start] == "-"
    return is_joined and not (before and before[-1].last == first)


def _names_an_institution(tokens: Sequence[Token], last: int) -> bool:
    is_joined = last < len(tokens) and tokens[last - 1].end + 1 == tokens[last].start
    return is_joined and tokens[last].word in words.INSTITUTIONS and not tokens[last].starts_sentence
