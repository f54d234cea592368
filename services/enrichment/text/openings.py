"""How the alternatives of a pattern begin, to know from a text's words alone which patterns cannot stand in it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Self

_CHOICE: Final = re.compile(r"\(\?:([^()]*)\)(?!\?)(.*)")
_LETTERS: Final = re.compile(r"[^\W\d_]+(?![?*{])")
_DIGIT: Final = re.compile(r"\\d|\[\d-\d\]|\d")
_DIGITS: Final = tuple("0123456789")
_WORD_ENDS: Final = (" ", "'")


@dataclass(frozen=True, slots=True)
class Openings:
    """`words`: whole first words; `starts`: what other first words start with."""

    words: frozenset[str]
    starts: tuple[str, ...]

    @classmethod
    def of(cls, alternatives: Iterable[str]) -> Self:
        """ValueError for an alternative that does not begin with a letter or a digit for certain."""
        words, starts = set[str](), set[str]()
        for alternative in alternatives:
            for first, rest in _beginnings(alternative):
                letters = _LETTERS.match(first)
                if letters is None and not _DIGIT.match(first):
                    raise ValueError(f"{alternative!r} does not begin with a certain letter or digit")
                if letters is None:
                    starts.update(_DIGITS)
                elif not (after := first[letters.end() :] + rest) or after.startswith(_WORD_ENDS):
                    words.add(letters.group())
                else:
                    starts.add(letters.group())
        return cls(frozenset(words), tuple(sorted(starts)))

    def fit(self, word: str) -> bool:
        """Whether an alternative may begin with this word."""
        return word in self.words or word.startswith(self.starts)


def _beginnings(alternative: str) -> Iterator[tuple[str, str]]:
    """What it begins with and what follows: "(?:min|vår) son" begins with "min" and with "vår"."""
    choice = _CHOICE.fullmatch(alternative)
    if choice is None:
        yield alternative, ""
    else:
        yield from ((first, choice.group(2)) for first in choice.group(1).split("|"))
