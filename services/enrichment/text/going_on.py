"""Whether what is told goes on as it is told, or its danger is still there: words for it, verbs in the present tense, a person
who is missing. What is past, usual, supposed or over takes it back.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from services.enrichment.text.going_on_words import (
    ACTING,
    ALARM,
    BEFORE_NOW,
    DEPARTED,
    DOING,
    HABIT,
    IS_OVER,
    LOOSE,
    LYING,
    NOW,
    OBSTACLE,
    SIGNS,
    SOMEBODY_THERE,
    TOLD_AS_PAST,
)
from services.enrichment.text.lowering import FOUND, PUT_OUT
from services.enrichment.text.phrases import Plain
from services.enrichment.text.signs import Sign
from shared.categories import CategoryCode as C

_NEVER: Final = frozenset({C.RUMOUR, C.OTHER})
_NOT_OF_DOINGS: Final = frozenset({C.UNSAFE_PLACE, C.FRAUD, C.DEATH})
_DOINGS: Final = (DOING, ACTING, LYING, OBSTACLE, LOOSE)
_SENTENCE_ENDS: Final = re.compile(r"[.!?](?= |$)")
_CLAUSE_ENDS: Final = re.compile(r"[.!?,;:](?= |$)")
# "Om det brinner igen", "if they come back": not "larm om en man som", nor "som om".
_SUPPOSED: Final = re.compile(
    r"(?<!som )(?<!as )\b(?:(?:om|ifall|tank om) (?:det|de|dom|han|hon|den|nan|nagon|ni|man|jag|vi|du|inget|ingen)"
    r"|(?:if|unless|in case) (?:it|they|he|she|some\w+|any\w+|there|you|we|i))\b[^.,!?]*$"
)
# "Blev instängd", "was on fire", "I saw somebody kicking a dog", "annars skjuter vi", "jag skakar fortfarande".
_NOT_SO: Final = re.compile(
    r"\b(?:(?:blev|blivit|var|hade|was|were|been|got|had|saw|heard|watched|noticed) (?:[\w']+ ){0,2}"
    r"|(?:under|annars|otherwise) |jag (?!hor|ser|ar\b|har\b)\w+ )$"
)
_WEAK_PAST: Final = re.compile(
    r"\b(?!omrade|skadade|maskerade|bevapnade|berusade|paverkade)\w{3,}ade[s]?\b|\b(?!masked|armed|injured|trapped)\w{3,}ed\b"
)
_BEFORE_ALARM: Final = re.compile(
    r"\W*(?:(?:hjalp|larm om|nu|det ar|there is|there's|a|help|stort?|blodigt|kraftigt?|tjock|svart|fullt|jattestort?|vilt|big|huge|large|thick|black)\W+){0,3}"
)
_WEAK_NOW: Final = frozenset({"nu", "now"})
_LONGEST_QUOTE: Final = 60


def going_on(
    text: Plain, category: C, starts: Mapping[str, Sequence[int]], *, second_hand: bool
) -> str | None:
    """The words that say that it goes on. A verb alone says it only of what one sees oneself, and of no habit."""
    said = _Said(text, category, starts)
    if category in _NEVER:
        return None
    if now := _now(said):
        return None if _is_over(said) else text.quote(now)
    if second_hand or category in _NOT_OF_DOINGS:
        return None
    if category is C.MISSING_PERSON:
        return None if _is_over(said) else _opening(text)
    seen = _doing(said) or _alarm(said)
    return text.quote(seen) if seen and not (said.first(HABIT) or _is_over(said)) else None


@dataclass(frozen=True, slots=True)
class _Said:
    text: Plain
    category: C
    starts: Mapping[str, Sequence[int]]

    def all(self, sign: Sign) -> Iterator[re.Match[str]]:
        there = sign.means in self.starts and sign.concerns(self.category)
        return sign.all_in(self.text, self.starts[sign.means]) if there else iter(())

    def first(self, sign: Sign) -> re.Match[str] | None:
        return next(self.all(sign), None)


def _is_over(said: _Said) -> bool:
    return any(said.first(sign) is not None for sign in (IS_OVER, DEPARTED, FOUND, PUT_OUT))


def _now(said: _Said) -> re.Match[str] | None:
    """A word for it; "nu" beside what is told as past is when it was noticed."""
    words = said.text.folded
    for match in said.all(NOW):
        first, last = _around(_SENTENCE_ENDS, words, match)
        is_result = match[0] in _WEAK_NOW and (
            any(first <= past.start() < last for past in said.all(TOLD_AS_PAST))
            or _WEAK_PAST.search(words, first, last)
        )
        if not is_result and not _NOT_SO.search(words, first, match.start()):
            return match
    return None


def _doing(said: _Said) -> re.Match[str] | None:
    """What somebody does in the present tense, unless its clause tells of the past, or of what might be."""
    words, past = said.text.folded, None
    for match in (match for sign in _DOINGS for match in said.all(sign)):
        if past is None:
            past = [each.start() for each in said.all(BEFORE_NOW)]
        first, last = _around(_CLAUSE_ENDS, words, match)
        if (
            not any(first <= at < last for at in past)
            and not _SUPPOSED.search(words, first, match.end())
            and not _NOT_SO.search(words, first, match.start())
        ):
            return match
    return None


def _alarm(said: _Said) -> re.Match[str] | None:
    """What one calls out without a verb, when nothing in the text is told of as past."""
    alarm = said.first(ALARM) or said.first(SOMEBODY_THERE)
    if alarm is None or _WEAK_PAST.search(said.text.folded):
        return None
    first, _ = _around(_SENTENCE_ENDS, said.text.folded, alarm)
    called = _BEFORE_ALARM.fullmatch(said.text.folded, first, alarm.start())
    past = said.first(BEFORE_NOW) or said.first(TOLD_AS_PAST)
    return alarm if called and not past else None


def _around(ends: re.Pattern[str], words: str, match: re.Match[str]) -> tuple[int, int]:
    """Where the sentence, or the clause, that a match stands in begins and ends."""
    first, last = 0, len(words)
    for end in ends.finditer(words):
        if end.end() <= match.start():
            first = end.end()
        elif end.start() >= match.end():
            last = end.start()
            break
    return first, last


def _opening(text: Plain) -> str:
    """The first words of one who is missing: until found, that goes on."""
    end = _SENTENCE_ENDS.search(text.words)
    first = text.words[: end.start()] if end else text.words
    return first if len(first) <= _LONGEST_QUOTE else f"{first[:_LONGEST_QUOTE].rsplit(' ', 1)[0]} …"


__all__ = ["SIGNS", "going_on"]
