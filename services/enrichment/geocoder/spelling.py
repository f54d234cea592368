"""Find misspelt place names. Only words that look like a place name are tried, and never one that is a name already."""

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from services.enrichment.geocoder import words
from services.enrichment.geocoder.gazetteer import Gazetteer
from services.enrichment.geocoder.likeness import NameList
from services.enrichment.geocoder.mentions import Mention, Spelling, mention_of
from services.enrichment.geocoder.persons import is_somebodys_name
from services.enrichment.geocoder.place import Place
from services.enrichment.geocoder.roles import Role, role_of
from services.enrichment.geocoder.tokens import Token
from shared.events import Precision
from shared.geodata import municipalities
from shared.geodata.plane import distance_m

SHORTEST: Final = 5
SHORTEST_FAR: Final = 7
NEIGHBOUR_M: Final = 60_000
_NEIGHBOUR_DEGREES: Final = NEIGHBOUR_M / 110_000
TOWN_POPULATION: Final = 10_000
_LONG_PAIR: Final = 14
_LONG_NAME: Final = 8
_SHORTEST_UNHINTED: Final = 6
_CACHED: Final = 50_000
_SMALL: Final = (
    words.AT | words.NEAR | words.TOWARDS | words.FROM | words.BETWEEN | words.AND | words.NOT | words.BUT
)
_NOT_SECOND: Final = _SMALL | {"kommun", "kommunhus", "län", "landskap"}


@dataclass
class Speller:
    """Guesses names of one municipality's surroundings first, then those of Sweden's larger towns."""

    gazetteer: Gazetteer
    _lists: dict[tuple[str, str | None], NameList] = field(default_factory=dict)
    _guesses: dict[tuple[str, str | None, bool], str | None] = field(default_factory=dict)

    def find_misspelt(
        self,
        text: str,
        tokens: Sequence[Token],
        taken: Sequence[Mention],
        municipality: str | None,
        *,
        is_place_text: bool = False,
    ) -> list[Mention]:
        """Mentions among the tokens that no exact name has taken."""
        used = {at for mention in taken for at in range(mention.first, mention.last)}
        own = self._own(municipality).joined if municipality else {}
        found: list[Mention] = []
        for first, last in _spans(tokens, used, own):
            span = tokens[first:last]
            written = "".join([token.word for token in span])
            is_split = last > first + 1 and written in own
            if (found and first < found[-1].last) or not (is_split or len(written) >= SHORTEST):
                continue
            before = [mention for mention in (*taken, *found) if mention.last <= first]
            role = role_of(tokens, first, sorted(before, key=lambda mention: mention.last))
            if role is Role.NAMED and is_somebodys_name(tokens, first):
                continue
            is_hinted = is_place_text or _is_hinted(span[0], role) or _is_heading(text, tokens, first, last)
            if not (is_hinted or span[0].is_capital or len(written) >= _SHORTEST_UNHINTED):
                continue
            name = (
                own[written]
                if is_split
                else self._meant(span, written, role, municipality, is_hinted=is_hinted)
            )
            if name:
                places = self.gazetteer.names[name]
                found.append(mention_of(text, tokens, first, last, places, role, Spelling.MISSPELT))
        return found

    def _meant(
        self, span: Sequence[Token], written: str, role: Role, municipality: str | None, *, is_hinted: bool
    ) -> str | None:
        """The name; None when these words do not look like one."""
        if " ".join(token.word for token in span) in self.gazetteer.names or _is_person(span, role):
            return None
        most_slips = 2 if len(span) == 1 or len(written) >= _LONG_PAIR else 1
        return self._guess(written, municipality, most_slips, is_anywhere=is_hinted)

    def _guess(
        self, written: str, municipality: str | None, most_slips: int, *, is_anywhere: bool
    ) -> str | None:
        key = (written, municipality, is_anywhere)
        if key not in self._guesses:
            if len(self._guesses) >= _CACHED:
                self._guesses.clear()
            lists = self._to_try(written, municipality, is_anywhere=is_anywhere)
            self._guesses[key] = next(
                filter(None, (names.closest(written, most_slips) for names in lists)), None
            )
        return self._guesses[key]

    def _to_try(self, written: str, municipality: str | None, *, is_anywhere: bool) -> Iterator[NameList]:
        """Without a sign that a place is meant, only names of the municipality itself."""
        if municipality:
            yield self._own(municipality)
        if municipality and is_anywhere:
            yield self._around(municipality)
        if is_anywhere and len(written) >= SHORTEST_FAR:
            yield self._listed("towns", None, lambda place: place.population >= TOWN_POPULATION)

    def _own(self, municipality: str) -> NameList:
        return self._listed("own", municipality, lambda place: place.municipality == municipality)

    def _around(self, municipality: str) -> NameList:
        home = municipalities()[municipality]
        return self._listed(
            "around",
            municipality,
            lambda place: (
                place.population > 0
                and place.precision is not Precision.STREET
                and abs(place.lat - home.lat) < _NEIGHBOUR_DEGREES  # spares most of 600,000 distances
                and distance_m(place.lat, place.lon, home.lat, home.lon) < NEIGHBOUR_M
            ),
        )

    def _listed(self, kind: str, municipality: str | None, belongs: Callable[[Place], bool]) -> NameList:
        key = (kind, municipality)
        if key not in self._lists:
            names = self.gazetteer.names.items()
            self._lists[key] = NameList.of(
                name for name, places in names if any(map(belongs, places)) and _is_telling(name)
            )
        return self._lists[key]


def _spans(tokens: Sequence[Token], used: Container[int], own: Container[str]) -> Iterator[tuple[int, int]]:
    """Every free word that may be a name, and every two that stand together and may be one, the pairs first.

    Two ordinary words may only be one of `own`, written apart.
    """
    are_words = [_is_word(token.word) for token in tokens]
    for first, token in enumerate(tokens):
        if first in used or token.word.isdigit():
            continue
        second = tokens[first + 1] if first + 1 < len(tokens) and first + 1 not in used else None
        if second and len(token.word) > 2:
            is_possible = not (are_words[first] and are_words[first + 1]) or token.word + second.word in own
            if is_possible and _are_joined(token, second):
                yield first, first + 2
        if not are_words[first]:
            yield first, first + 1


def _is_telling(name: str) -> bool:
    """Short names that are ordinary words too ("stan", "Malma") are too near other words to be guessed."""
    return len(name) >= _LONG_NAME or not words.is_short_or_ordinary(name)


def _is_hinted(first: Token, role: Role) -> bool:
    return role is not Role.NAMED or (first.is_capital and not first.starts_sentence)


def _is_heading(text: str, tokens: Sequence[Token], first: int, last: int) -> bool:
    """The first word of a text that reads "vesterås, centralen: …"."""
    return first == 0 and text[tokens[last - 1].end : tokens[last - 1].end + 1] in {",", ":"}


def _are_joined(token: Token, second: Token) -> bool:
    is_one_name = token.end + 1 == second.start and not second.starts_sentence
    return is_one_name and token.word not in _SMALL and second.word not in _NOT_SECOND


def _is_person(span: Sequence[Token], role: Role) -> bool:
    return len(span) > 1 and role is Role.NAMED and all(token.is_capital for token in span)


def _is_word(word: str) -> bool:
    return word in words.never_misspelt() or word.isdigit()
