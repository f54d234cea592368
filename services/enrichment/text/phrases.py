"""Patterns of words that are tried only where one of their first words stands: a text holds few of the many we know."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Self

_WORD: Final = re.compile(r"\w+")
_CHOICE: Final = re.compile(r"\(\?:([^()]*)\)(?![?*{])(.*)")
_LETTERS: Final = re.compile(r"[^\W\d_]+(?![?*{])")
_DIGIT: Final = re.compile(r"\\d|\[\d-\d\]|\d")
_DIGITS: Final = tuple("0123456789")
_WORD_ENDS: Final = (" ", "'")
_PAIR: Final = re.compile(r"[^\W\d]+ [^\W\d]*")
_MANY: Final = 2
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
    """`words`: whole first words, each with what the second may start with ("" for any, or none); `starts`: what other first
    words start with.
    """

    words: Mapping[str, tuple[str, ...]]
    starts: tuple[str, ...]

    @classmethod
    def of(cls, alternatives: Iterable[str]) -> Self:
        """ValueError for an alternative that does not begin with a letter or a digit for certain."""
        words, starts = dict[str, set[str]](), set[str]()
        for alternative in alternatives:
            for first, rest in _beginnings(alternative):
                letters = _LETTERS.match(first)
                if letters is None and not _DIGIT.match(first):
                    raise ValueError(f"{alternative!r} does not begin with a certain letter or digit")
                if letters is None:
                    starts.update(_DIGITS)
                elif not (after := first[letters.end() :] + rest) or after.startswith(_WORD_ENDS):
                    words.setdefault(letters.group(), set()).update(_second_starts(after))
                else:
                    starts.add(letters.group())
        return cls({word: tuple(sorted(seconds)) for word, seconds in words.items()}, tuple(sorted(starts)))

    def fit(self, word: str, second: str | None = None) -> bool:
        """Whether an alternative may begin with this word; with `second`, whether it may go on so."""
        if word.startswith(self.starts):
            return True
        seconds = self.words.get(word)
        return seconds is not None and (second is None or second.startswith(seconds))


def _second_starts(after: str) -> Iterator[str]:
    """After a whole first word: what the next one starts with for certain, else ""."""
    if not after.startswith(" "):
        yield ""
        return
    for second, _ in _beginnings(after[1:]):
        letters = _LETTERS.match(second)
        yield letters.group() if letters else ""


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


class _BegunBy(dict[str, tuple[str, ...]]):
    """Which phrases a word, or a word and the next, may begin, by name; found out once, as nearly all words return."""

    def __init__(self, phrases: Mapping[str, Phrases]) -> None:
        super().__init__()
        self._phrases: Final = phrases

    def __missing__(self, words: str) -> tuple[str, ...]:
        if len(self) >= _REMEMBERED:
            self.clear()
        first, space, second = words.partition(" ")
        begun = tuple(
            name
            for name, phrases in self._phrases.items()
            if phrases.openings.fit(first, second if space else None)
        )
        self[words] = begun
        return begun


class Phrasebook:
    """Many phrases by name."""

    def __init__(self, phrases: Mapping[str, Phrases]) -> None:
        self.phrases: Final = phrases
        self._begun_by: Final = _BegunBy(phrases)

    def starts_in(self, words: str) -> dict[str, list[int]]:
        """Where each may begin, by name; what is left out cannot stand in the text."""
        begun_by = self._begun_by
        starts: dict[str, list[int]] = {}
        for match in _WORD.finditer(words):
            names = begun_by[match[0]]
            if not names:
                continue
            at = match.start()
            if len(names) > _MANY and (pair := _PAIR.match(words, at)):
                names = begun_by[pair[0]]
            for name in names:
                if name in starts:
                    starts[name].append(at)
                else:
                    starts[name] = [at]
        return starts
