"""What a misspelt place name was meant to be. Only words that look like a place name are tried."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from services.enrichment.geocoder import words
from services.enrichment.geocoder.gazetteer import Gazetteer, Place, fold
from services.enrichment.geocoder.mentions import Mention, Role, Spelling, Token, role_of
from shared.geodata import municipalities
from shared.geodata.plane import distance_m

SHORTEST: Final = 5
TWO_EDITS_FROM: Final = 8
NEIGHBOUR_M: Final = 60_000
TOWN_POPULATION: Final = 5_000
_CACHED: Final = 50_000
_NOTHING: Final = ""


@dataclass
class Speller:
    """Guesses names of one municipality's surroundings first, then those of Sweden's towns."""

    gazetteer: Gazetteer
    _names: dict[str | None, dict[str, str]] = field(default_factory=dict)
    _guesses: dict[tuple[str, str | None], str] = field(default_factory=dict)

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
        found: list[Mention] = []
        for first, last in _spans(len(tokens), used):
            if found and first < found[-1].last:
                continue
            before = [mention for mention in (*taken, *found) if mention.last <= first]
            role = role_of(tokens, first, sorted(before, key=lambda mention: mention.last))
            if not (is_place_text or _looks_like_a_place(tokens, first, last, role)):
                continue
            name = self._guess("".join(token.word for token in tokens[first:last]), municipality)
            if name:
                shown = text[tokens[first].start : tokens[last - 1].end]
                found.append(Mention(first, last, self.gazetteer.names[name], role, shown, Spelling.MISSPELT))
        return found

    def _guess(self, written: str, municipality: str | None) -> str:
        key = (written, municipality)
        guess = self._guesses.get(key)
        if guess is None:
            if len(self._guesses) >= _CACHED:
                self._guesses.clear()
            guess = self._closest(written, self._near(municipality)) or self._closest(
                written, self._near(None)
            )
            self._guesses[key] = guess
        return guess

    def _closest(self, written: str, names: dict[str, str]) -> str:
        edits = 2 if len(written) >= TWO_EDITS_FROM else 1
        for form in (written, written.removesuffix("s")):
            allowed = edits if form == written else 1
            best = process.extractOne(form, names.keys(), scorer=OSA.distance, score_cutoff=allowed)
            if best and _begins_alike(written, best[0]):
                return names[best[0]]
        return _NOTHING

    def _near(self, municipality: str | None) -> dict[str, str]:
        """Names without spaces → names as the gazetteer has them."""
        if municipality not in self._names:
            self._names[municipality] = {
                joined: name
                for name, places in self.gazetteer.names.items()
                if len(joined := name.replace(" ", "")) >= SHORTEST
                and any(_is_likely(place, municipality) for place in places)
            }
        return self._names[municipality]


def _is_likely(place: Place, municipality: str | None) -> bool:
    if municipality is None:
        return place.population >= TOWN_POPULATION
    home = municipalities()[municipality]
    return place.municipality == municipality or (
        place.population > 0 and distance_m(place.lat, place.lon, home.lat, home.lon) < NEIGHBOUR_M
    )


def _spans(count: int, used: Iterable[int]) -> Iterator[tuple[int, int]]:
    taken = set(used)
    for first in range(count):
        for last in (first + 2, first + 1):
            if last <= count and taken.isdisjoint(range(first, last)):
                yield first, last


def _looks_like_a_place(tokens: Sequence[Token], first: int, last: int, role: Role) -> bool:
    span = tokens[first:last]
    written = "".join(token.word for token in span)
    if len(written) < SHORTEST or all(_is_word(token.word) for token in span) or written.isdigit():
        return False
    if len(span) > 1 and (len(span[0].word) < 3 or span[0].word in _SMALL or span[1].word in _SMALL):
        return False
    is_name = span[0].is_capital and not span[0].starts_sentence
    return is_name or role is not Role.NAMED


def _is_word(word: str) -> bool:
    return word in words.ordinary_words() or word in words.NEVER_MISSPELT or word.isdigit()


def _begins_alike(written: str, name: str) -> bool:
    return fold(written[0]).replace("c", "k") == fold(name[0]).replace("c", "k")


_SMALL: Final = (
    words.AT | words.NEAR | words.TOWARDS | words.FROM | words.BETWEEN | words.AND | words.NOT | words.BUT
)
