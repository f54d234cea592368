"""Where a text speaks of time, and what it says."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple, TypeAlias, TypeVar

from services.enrichment.text.happened import clock_rules, day_rules, span_rules
from services.enrichment.text.happened.items import Found, Item
from services.enrichment.text.happened.words import HOUR_WORDS, MONTHS, NUMBERS, WEEKDAYS, mended

_Of = TypeVar("_Of")
_MOST: Final = 16_384
_Build: TypeAlias = Callable[[re.Match[str]], Item | Sequence[Item] | None]


class _Rule(NamedTuple):
    """`openings`: what the word that a match begins with begins with."""

    pattern: re.Pattern[str]
    build: _Build
    openings: tuple[str, ...]


_DIGITS: Final = tuple("0123456789")
_HOURS: Final = tuple(HOUR_WORDS)
_AMOUNTS: Final = (
    *NUMBERS,
    "nagr",
    "nagon",
    "nan",
    "half",
    "halv",
    "flera",
    "few",
    "couple",
    "several",
    "some",
)
_DAYS: Final = tuple(WEEKDAYS)
# The first rule that fits a place counts.
_RULES: Final = (
    _Rule(span_rules.NOW, span_rules.now, ("just", "i", "precis", "nu", "right", "as")),
    _Rule(span_rules.RECENTLY, span_rules.recently, ("alldeles", "precis", "helt", "nyss", "just", "a")),
    _Rule(span_rules.AGO, span_rules.ago, ("for", "ca", "cirka", "ungefar", "typ", "knappt", "drygt", "kanske", "about", "around", "roughly", "like", "bara", *_AMOUNTS, *_DIGITS)),
    _Rule(span_rules.WHILE_AGO, span_rules.while_ago, ("for", "en", "a", "moments")),
    _Rule(span_rules.LAST, span_rules.last, ("de", "the", "for", "during", "under", "senaste", "sista", "past", "last", "hela", "all")),
    _Rule(span_rules.LASTED, span_rules.lasted, ("pagatt", "brunnit", "varit", "statt", "saknats", "borta", "forsvunnen", "hallit", "missing", "burning", "gone", "going", "pa")),
    _Rule(span_rules.WEEKEND, span_rules.weekend, ("forra", "last", "hela", "i", "under", "over", "den", "this", "the", "all", "during", "sedan")),
    _Rule(day_rules.AHEAD, day_rules.ahead, ("i", "over", "tomorrow", "nasta", "kommande", "next", "om", "in")),
    _Rule(day_rules.WEEK, day_rules.week, ("forra", "last", "hela", "i", "under", "den", "this", "harom", "the")),
    _Rule(day_rules.MIDDAY, day_rules.midday, ("mitt", "vid", "at")),
    _Rule(day_rules.ISO, day_rules.dated, ("20",)),
    _Rule(day_rules.DATE_SPAN, day_rules.dated, ("den", "the", *_DIGITS)),
    _Rule(day_rules.DATE, day_rules.dated, ("den", "the", *_DIGITS)),
    _Rule(day_rules.FIGURES, day_rules.figures, ("den", *_DIGITS)),
    _Rule(day_rules.MONTH_FIRST, day_rules.dated, tuple(MONTHS)),
    _Rule(day_rules.DAY_OF_MONTH, day_rules.day_of_month, ("den", "the")),
    _Rule(day_rules.MONTH, day_rules.month, ("i", "in")),
    _Rule(day_rules.NIGHT_BEFORE_LAST, day_rules.night_before_last, ("the",)),
    _Rule(day_rules.RELATIVE, day_rules.relative, ("i", "forr", "the", "yesterday", "today", "gar")),
    _Rule(day_rules.WEEKDAY, day_rules.weekday, ("i", "forra", "sista", "senaste", "last", "past", "pa", "nasta", "kommande", "next", "this", "coming", "on", "den", "tidig", *_DAYS)),
    _Rule(day_rules.PART, day_rules.part, ("sen", "tidig", "late", "early", "foregaende", "den", "i", "under", "hela", "this", "last", "during", "all", "over", "pa", "at", "to", "morse", "morg", "bitti", "for", "lunch", "efterm", "kv", "natt", "em", "fm", "afternoon", "evening", "night", "noon", "morning")),
    _Rule(clock_rules.SPOKEN_SPAN, clock_rules.spoken_span, ("mellan", "between", "fran", "from")),
    _Rule(clock_rules.SPAN, clock_rules.span, ("mellan", "between", "fran", "from", "kl", "at", "vid", *_DIGITS)),
    _Rule(clock_rules.AT, clock_rules.at, ("kl", "at", "vid", "kring", "runt", "omkring", "ungefar", "ca", "cirka", "around", "about", "approx", "by", "strax", "precis", "just", "nagot", "lite", "efter", "after", "from", "fran")),
    _Rule(clock_rules.MIDNIGHT, clock_rules.midnight, ("efter", "after", "fore", "innan", "before", "midn", "noon", "at")),
    _Rule(clock_rules.SPOKEN, clock_rules.spoken, ("halv", "kvart", "tio", "tjugo", "fem", "half", "quarter")),
    _Rule(clock_rules.AROUND, clock_rules.around, (*_HOURS, *_DIGITS)),
    _Rule(clock_rules.FIGURES, clock_rules.figures, _DIGITS),
    _Rule(clock_rules.HALF_DAY, clock_rules.figures, _DIGITS),
    _Rule(clock_rules.DOTTED, clock_rules.dotted, _DIGITS),
)  # fmt: skip
_WORD: Final = re.compile(r"[a-z]+|\d+")
_LETTERS: Final = re.compile(r"[a-z]+")
_DIGIT: Final = re.compile(r"\d")
# In front of a time: what it happens each time, or what takes it back.
_SET_ASIDE: Final = re.compile(
    r"\b(?:varje|varannan|every|each|black|inte|not|god|trevlig|good|ej|forsta|first|pa en|on a)(?: pa)? $"
)
_BEFORE: Final = 14
# Without one of these there is no time in a text.
_WHOLE_WORDS: Final = frozenset({
    "nyss", "yesterday", "today", "tonight", "tomorrow", "morse", "kvall", "kvallen", "kvell", "natt", "natten", "night", "morning", "afternoon", "evening",
    "morron", "imorron", "bitti", "noon", "midnight", "overnight", "sedan", "sen", "tillbaka", "ago", "since", "kl", "klockan", "tiden", "past", "last",
    "senaste", "sista", "fjol", "forra", "foregaende", "gangna", "somras", "vintras", "varas", "hostas", "week", "weekend", "year", "month", "hela", "all",
    "minuter", "timme", "timmar", "dagar", "dygn", "vecka", "veckan", "veckor", "manad", "manader", "minutes", "hour", "hours", "days", "weeks", "months",
    "halv", "kvart", "half", "quarter", *(month for month in MONTHS),
})  # fmt: skip
_STEMS: Final = (
    "lunch",
    "igar", "idag", "imor", "inatt", "ikv", "forrgar", "harom", "morgon", "eftermiddag", "formiddag", "midnatt", "helg", "overmorgon", "nasta", "kommande", "next",
    *WEEKDAYS,
)  # fmt: skip
_PAIRS: Final = (
    "i gar", "i dag", "in gar", "i forr", "just nu", "precis nu", "detta nu", "nu pagar", "right now", "just now", "moment", "skrivande", "we speak", "the other",
    "happened", "under dagen",
)  # fmt: skip
_HOUR_WORDS: Final = frozenset(_HOURS)
_BESIDE_HOUR: Final = re.compile(
    rf"\b(?:vid|at|runt|kring|omkring|around|about|fore|efter|innan|before|after) (?:{'|'.join(_HOURS)})\b"
)
_FIGURES: Final = re.compile(
    r"\d[:/-]\d|\d\.\d\d|\d ?[ap]\.?m\b|\d:?[ae]\b|\d(?:st|nd|rd|th)\b|\d-? ?tiden"
    r"|\b(?:vid|at|mellan|between|fran|from|runt|kring|omkring|ungefar|ca|around|about) (?:\w+ )?\d"
)


class _Remembered(dict[str, _Of]):
    """What holds of a word, found out once: nearly all words return."""

    def __init__(self, find_out: Callable[[str], _Of]) -> None:
        super().__init__()
        self._find_out: Final = find_out

    def __missing__(self, word: str) -> _Of:
        if len(self) >= _MOST:
            self.clear()
        self[word] = found = self._find_out(word)
        return found


def _tells_of_time(word: str) -> bool:
    right = mended(word)
    return (
        right in _WHOLE_WORDS
        or right.startswith(_STEMS)
        or right.endswith(("tiden", "snaret", "kvall", "kvallen"))
    )


_TELLS_OF_TIME: Final = _Remembered(_tells_of_time)


def may_tell_of_time(text: str) -> bool:
    """Quick, for a folded text; where it says no there is no time in it."""
    words = _LETTERS.findall(text)
    if any(map(_TELLS_OF_TIME.__getitem__, words)) or any(map(text.__contains__, _PAIRS)):
        return True
    if not _HOUR_WORDS.isdisjoint(words) and _BESIDE_HOUR.search(text):
        return True
    return _DIGIT.search(text) is not None and _FIGURES.search(text) is not None


def _rules_for(word: str) -> tuple[_Rule, ...]:
    return tuple(rule for rule in _RULES if word.startswith(rule.openings))


_RULES_FOR: Final = _Remembered(_rules_for)


def find(text: str) -> list[Found]:
    """In the order of a folded text, none within another."""
    found = list[Found]()
    end = 0
    for word in _WORD.finditer(text):
        rules = _RULES_FOR[word[0]]
        start = word.start()
        if not rules or start < end or (start and text[start - 1] in "abcdefghijklmnopqrstuvwxyz0123456789"):
            continue
        for rule in rules:
            match = rule.pattern.match(text, start)
            items = tuple(_items(rule, match)) if match else ()
            if match and items:
                end = match.end()
                if not _SET_ASIDE.search(text, max(0, start - _BEFORE), start):
                    found += (Found(item, start, end) for item in items)
                break
    return found


def _items(rule: _Rule, match: re.Match[str]) -> Iterator[Item]:
    built = rule.build(match)
    if isinstance(built, Sequence):
        yield from built
    elif built is not None:
        yield built
