"""What a sign in a text is: words that mean one thing, and where they do not count."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from services.enrichment.text.phrases import Phrases, Plain
from shared.categories import CategoryCode as C

_NEGATED: Final = re.compile(
    r"\b(?:ingen|inga|inget|inte|int|utan|aldrig|ej|varken|no|not|nobody|without|never|didn't|wasn't|isn't)(?: (?!(?:och|men|så|but|and)\b)[\w']+){0,3} ?$"
)
_LONGEST_NEGATION: Final = 60


@dataclass(frozen=True, slots=True)
class Sign:
    """`step`: how many levels; `only`, `never`: categories it concerns or not; `negatable`: "ingen kniv" takes it back;
    `cancels`: where it stands, what would raise does not count.
    """

    means: str
    phrases: Phrases
    step: int = 1
    only: frozenset[C] = frozenset()
    never: frozenset[C] = frozenset()
    negatable: bool = True
    cancels: bool = False

    def concerns(self, category: C) -> bool:
        return category not in self.never and (not self.only or category in self.only)

    def found_in(self, text: Plain, starts: Iterable[int]) -> str | None:
        """The words that say it. `starts`: where it may begin."""
        match = next(self.all_in(text, starts), None)
        return match and text.quote(match)

    def all_in(self, text: Plain, starts: Iterable[int]) -> Iterator[re.Match[str]]:
        for match in self.phrases.found_in(text.folded, starts):
            first = max(0, match.start() - _LONGEST_NEGATION)
            if not (self.negatable and _NEGATED.search(text.folded, first, match.start())):
                yield match
