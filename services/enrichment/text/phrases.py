"""Patterns of words that are tried only where one of their first words stands: a text holds few of the many we know."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Self

_WORD: Final = re.compile(r"\w+")
_CHOICE: Final = re.compile(r"\(\?:([^()]*)\)(?!\?)(.*)")
_LETTERS: Final = re.compile(r"[^\W\d_]+(?![?*{])")
_DIGIT: Final = re.compile(r"\\d|\[\d-\d\]|\d")
_DIGITS: Final = tuple("0123456789")
_WORD_ENDS: Final = (" ", "'")
_REMEMBERED: Final = 16_384
_FOLDED: Final = (("å", "a"), ("ä", "a"), ("ö", "o"), ("é", "e"), ("ü", "u"))


def without_marks(text: str) -> str:
    """Letter for letter without dots, rings and accents; replacing one by one takes a fifth of `str.translate`'s time."""
    if not text.isascii():
        for letter, plain in _FOLDED:
            text = text.replace(letter, plain)
    return text


@dataclass(frozen=True, slots=True)
class Plain:
    """A text to look for phrases in. `words`: small letters and single spaces; `folded`: besides, no dots and rings."""

    words: str
    folded: str

    @classmethod
    def of(cls, text: str) -> Self:
        words = " ".join(text.casefold().split())
        return cls(words, without_marks(words))

    def quote(self, match: re.Match[str]) -> str:
        """As it was written, but for capitals."""
        return self.words[match.start() : match.end()]


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


@dataclass(frozen=True, slots=True)
class Phrases:
    """What one thing may be said with, to be looked for in a folded text: many write without å, ä and ö. Of two that stand
    at one place the first one listed counts.
    """

    pattern: re.Pattern[str]
    openings: Openings

    @classmethod
    def of(cls, *alternatives: str) -> Self:
        folded = [without_marks(alternative) for alternative in alternatives]
        return cls(re.compile(rf"\b(?:{'|'.join(folded)})\b"), Openings.of(folded))

    def found_in(self, words: str, starts: Iterable[int]) -> Iterator[re.Match[str]]:
        """What `pattern.finditer(words)` finds, when `starts` holds every place where it may begin."""
        end = 0
        for start in starts:
            match = self.pattern.match(words, start) if start >= end else None
            if match:
                yield match
                end = match.end()


@dataclass(frozen=True)
class Phrasebook:
    """Many phrases by name."""

    phrases: Mapping[str, Phrases]
    _begun_by: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False)

    def starts_in(self, words: str) -> dict[str, list[int]]:
        """Where each may begin, by name; what is left out cannot stand in the text."""
        if len(self._begun_by) > _REMEMBERED:
            self._begun_by.clear()
        starts: dict[str, list[int]] = {}
        for match in _WORD.finditer(words):
            word = match.group()
            if word not in self._begun_by:
                self._begun_by[word] = tuple(
                    name for name, phrases in self.phrases.items() if phrases.openings.fit(word)
                )
            for name in self._begun_by[word]:
                starts.setdefault(name, []).append(match.start())
        return starts
