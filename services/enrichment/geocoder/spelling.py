"""What a misspelt place name was meant to be. Only words that look like a place name are tried."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
    _names: dict[str | None, Mapping[str, str]] = field(default_factory=dict)
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
            name = self._meant(tokens[first:last], role, municipality, is_place_text=is_place_text)
            if name:
                shown = text[tokens[first].start : tokens[last - 1].end]
                found.append(Mention(first, last, self.gazetteer.names[name], role, shown, Spelling.MISSPELT))
        return found

    def _meant(
        self, span: Sequence[Token], role: Role, municipality: str | None, *, is_place_text: bool
    ) -> str:
        """The name, or "" when these words do not look like one."""
        written = "".join(token.word for token in span)
        if len(written) < SHORTEST or written.isdigit():
            return _NOTHING
        if len(span) > 1 and (not _SMALL.isdisjoint(token.word for token in span) or len(span[0].word) < 3):
            return _NOTHING
        if len(span) > 1 and municipality and (split := self._own(municipality).get(written)):
            return split
        if all(_is_word(token.word) for token in span) or _is_person(span, role):
            return _NOTHING
        if is_place_text or role is not Role.NAMED or (span[0].is_capital and not span[0].starts_sentence):
            return self._guess(written, municipality, len(span))
        return self._guess_own(written, municipality, len(span)) if municipality else _NOTHING

    def _guess(self, written: str, municipality: str | None, count: int) -> str:
        """Any name around the municipality, then any larger town's."""
        around = (self._near(municipality),) if municipality else ()
        towns = (self._near(None),) if len(written) > SHORTEST else ()
        return self._remembered(written, municipality, count, (*around, *towns))

    def _guess_own(self, written: str, municipality: str, count: int) -> str:
        """Without a sign that a place is meant: only names of the municipality itself."""
        return self._remembered(written, f"own {municipality}", count, (self._own(municipality),))

    def _remembered(
        self, written: str, where: str | None, count: int, lists: Sequence[Mapping[str, str]]
    ) -> str:
        key = (written, where)
        guess = self._guesses.get(key)
        if guess is None:
            if len(self._guesses) >= _CACHED:
                self._guesses.clear()
            edits = 2 if len(written) >= TWO_EDITS_FROM + 4 * (count - 1) else 1
            guess = next(filter(None, (_closest(written, names, edits) for names in lists)), _NOTHING)
            self._guesses[key] = guess
        return guess

    def _own(self, municipality: str) -> Mapping[str, str]:
        return self._listed(f"own {municipality}", lambda place: place.municipality == municipality)

    def _near(self, municipality: str | None) -> Mapping[str, str]:
        """Names around a municipality; None: the larger towns of Sweden."""
        if municipality is None:
            return self._listed(None, lambda place: place.population >= TOWN_POPULATION)
        home = municipalities()[municipality]
        return self._listed(
            municipality,
            lambda place: (
                place.municipality == municipality
                or (
                    place.population > 0
                    and distance_m(place.lat, place.lon, home.lat, home.lon) < NEIGHBOUR_M
                )
            ),
        )

    def _listed(self, where: str | None, belongs: Callable[[Place], bool]) -> Mapping[str, str]:
        """Names without spaces → names as the gazetteer has them."""
        if where not in self._names:
            self._names[where] = {
                joined: name
                for name, places in self.gazetteer.names.items()
                if len(joined := name.replace(" ", "")) >= SHORTEST and any(map(belongs, places))
            }
        return self._names[where]


def _closest(written: str, names: Mapping[str, str], edits: int) -> str:
    for form in (written, written.removesuffix("s")):
        best = process.extractOne(
            form, names.keys(), scorer=OSA.distance, score_cutoff=edits if form == written else 1
        )
        if best and _begins_alike(written, best[0]):
            return names[best[0]]
    return _NOTHING


def _spans(count: int, used: Iterable[int]) -> Iterator[tuple[int, int]]:
    taken = set(used)
    for first in range(count):
        for last in (first + 2, first + 1):
            if last <= count and taken.isdisjoint(range(first, last)):
                yield first, last


def _is_person(span: Sequence[Token], role: Role) -> bool:
    return len(span) > 1 and role is Role.NAMED and all(token.is_capital for token in span)


def _is_word(word: str) -> bool:
    return word in words.ordinary_words() or word in words.NEVER_MISSPELT or word.isdigit()


def _begins_alike(written: str, name: str) -> bool:
    return fold(written[0]).replace("c", "k") == fold(name[0]).replace("c", "k")


_SMALL: Final = (
    words.AT | words.NEAR | words.TOWARDS | words.FROM | words.BETWEEN | words.AND | words.NOT | words.BUT
)
