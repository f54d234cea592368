"""Where a text speaks of time, and what it says."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

from services.enrichment.text.happened import clock_rules, day_rules, span_rules
from services.enrichment.text.happened.items import Found, Item
from services.enrichment.text.happened.words import MONTHS, NUMBERS, WEEKDAYS, mended

_Build: TypeAlias = Callable[[re.Match[str]], Item | Sequence[Item] | None]


class _Rule(NamedTuple):
    """`openings`: what the word that a match begins with begins with."""

    pattern: re.Pattern[str]
    build: _Build
    openings: tuple[str, ...]


_DIGITS: Final = tuple("0123456789")
_HOURS: Final = tuple(word for word, number in NUMBERS.items() if number <= 12 and len(word) > 1)
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
    _Rule(day_rules.RELATIVE, day_rules.relative, ("i", "forr", "the", "yesterday", "today", "gar")),
    _Rule(day_rules.WEEKDAY, day_rules.weekday, ("i", "forra", "sista", "senaste", "last", "past", "pa", "nasta", "kommande", "next", "this", "coming", "on", "den", *_DAYS)),
    _Rule(day_rules.PART, day_rules.part, ("sen", "tidig", "late", "early", "foregaende", "den", "i", "under", "hela", "this", "last", "during", "all", "over", "pa", "at", "to", "morse", "morg", "bitti", "for", "lunch", "efterm", "kv", "natt", "afternoon", "evening", "night", "noon", "morning")),
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
# In front of a time: what it happens each time, or what takes it back.
_SET_ASIDE: Final = re.compile(
    r"\b(?:varje|varannan|every|each|black|inte|not|god|trevlig|good|ej|forsta|first|pa en|on a)(?: pa)? $"
)
_BEFORE: Final = 14
_SURELY_TIME: Final = (
    "igar", "idag", "imorse", "inatt", "ikvall", "gar", "dag", "nyss", "nu", "now", "yesterday", "today", "tonight",
    "tomorrow", "morse", "kvall", "natt", "night", "morning", "morgon", "imorgon", "imorron", "morron", "afternoon", "evening", "eftermiddag", "formiddag",
    "midnatt", "midnight", "midday", "noon", "overnight", "lunch", "sedan", "sen", "tillbaka", "ago", "since", "helg", "weekend", "veck", "week", "manad", "month",
    "fjol", "aret", "year", "somras", "vintras", "varas", "hostas", "sommaren", "vintern", "summer", "winter", "spring", "autumn",
    "senaste", "sista", "past", "timm", "tim", "minut", "min", "hour", "minute", "haromdagen", "haromkvallen", "haromnatten", "forrgar", "forr", "kl", "klockan", "overmorgon",
    "tiden", "other", "happened", "moment", "speak", "stund", "skrivande", "dagen", "days", "dagarna", "dygn", *_DAYS, *MONTHS,
)  # fmt: skip
_TELLING: Final = tuple(word for word in _SURELY_TIME if word not in {"mar", "jul"})


_FIGURES: Final = re.compile(
    r"\d[:/-]\d|\d\.\d\d|\d ?[ap]\.?m\b|\d:?[ae]\b|\d(?:st|nd|rd|th)\b|\d-? ?tiden"
    r"|\b(?:vid|at|mellan|between|fran|from|runt|kring|omkring|ungefar|ca|around|about) (?:\w+ )?\d"
)


@lru_cache(maxsize=16_384)
def _tells_of_time(word: str) -> bool:
    right = mended(word)
    return right.startswith(_TELLING) or right.endswith(("tiden", "kvall", "kvallen", "natt"))


def may_tell_of_time(text: str) -> bool:
    """Quick, for a folded text; where it says no there is no time in it."""
    return any(map(_tells_of_time, _LETTERS.findall(text))) or _FIGURES.search(text) is not None


@lru_cache(maxsize=16_384)
def _rules_for(word: str) -> tuple[_Rule, ...]:
    return tuple(rule for rule in _RULES if word.startswith(rule.openings))


def find(text: str) -> list[Found]:
    """In the order of a folded text, none within another."""
    found = list[Found]()
    end = 0
    for word in _WORD.finditer(text):
        start = word.start()
        if start < end or (start and text[start - 1] in "abcdefghijklmnopqrstuvwxyz0123456789"):
            continue
        for rule in _rules_for(word.group()):
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
