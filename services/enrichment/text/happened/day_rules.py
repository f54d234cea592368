"""Days and parts of them: "igår kväll", "i fredags", "natten mot söndag", "den 14 november", "last weekend"."""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from services.enrichment.text.happened.items import Ahead, Days, Item, Part, PartOfDay
from services.enrichment.text.happened.words import MONTHS, WEEKDAYS

_DAY: Final = timedelta(days=1)
_WEEK: Final = timedelta(days=7)
_NAMES: Final = "|".join(sorted(WEEKDAYS, key=len, reverse=True))
_MONTHS: Final = "|".join(sorted(MONTHS, key=len, reverse=True))

NIGHT_BEFORE_LAST: Final = re.compile(r"the night before last\b")
RELATIVE: Final = re.compile(
    r"(?P<before>(?:i |in )?forr ?gar|the day before yesterday)|(?P<yesterday>(?:i |in )gar\b|igar|yesterday)|(?P<today>i ?dag\b|today)"
)
WEEKDAY: Final = re.compile(
    rf"(?P<early>tidigt (?=pa |i ))?(?P<lead>(?:i|forra|sista|senaste|last|past|pa|nasta|kommande|next|this|coming|on|den) )?(?P<day>{_NAMES})(?P<end>s|ens?)?"
    r"(?P<glued>kv[ae]ll?(?:en)?|natt(?:en)?|morgon(?:en)?|eftermiddag(?:en)?|formiddag(?:en)?)?(?![a-z])"
)
ISO: Final = re.compile(r"(?P<y>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d)(?!\d)t?")
_ORDINAL: Final = r"(?::?[ea]|st|nd|rd|th)?"
_YEAR: Final = r"(?:,? (?P<y>20\d\d)\b)?"
DATE: Final = re.compile(rf"(?:den |the )?(?P<d>[0-3]?\d){_ORDINAL}(?: of)? (?P<m>{_MONTHS})\b\.?{_YEAR}")
DATE_SPAN: Final = re.compile(
    rf"(?:den |the )?(?P<d>[0-3]?\d){_ORDINAL} ?(?:-|och|till|and|to) ?(?:den |the )?(?P<d2>[0-3]?\d){_ORDINAL}(?: of)? (?P<m>{_MONTHS})\b{_YEAR}"
)
MONTH_FIRST: Final = re.compile(
    rf"(?P<m>{_MONTHS})\.? (?:the )?(?P<d>[0-3]?\d)(?:st|nd|rd|th)?(?!\d|[:.]\d| ?(?:kl|ar\b)){_YEAR}"
)
FIGURES: Final = re.compile(
    r"(?P<den>den )?(?P<d>[0-3]?\d)/(?P<m>1[0-2]|0?[1-9])(?![\d/])(?:[- ]*(?P<y>20\d\d)| ?-(?P<yy>\d\d)(?!\d))?(?! ?(?:av|of|delar)\b)"
)
DAY_OF_MONTH: Final = re.compile(
    r"(?:den (?P<d>[0-3]?\d):?[ea]|the (?P<d2>[0-3]?\d)(?:st|nd|rd|th))\b(?! [a-z]*(?:gang|time|floor|vaning|brand|fire|street))"
)
MONTH: Final = re.compile(
    rf"(?:i|in) (?:(?:the )?(?P<third>borjan|mitten|slutet|early|mid|late) (?:av |of )?)?(?P<m>{_MONTHS})\b(?! ?\d)"
)
PART: Final = re.compile(
    r"(?P<mod>(?:sent|sen(?= kv)|tidigt|tidig|late|early)(?: pa| in the)? )?"
    r"(?P<lead>(?:i ?|in ?|under |hela |this |last |during the |all |over |pa |at |in the |foregaende |den gangna |den senaste |to(?=night))?)(?P<part>"
    r"morse|morgonen|morgon|bitti|formiddags?|formiddagen|lunch(?:tid|en|dags|rasten|time)?|eftermiddags?|eftermiddagen|kv[ae]ll?(?:en|s)?|"
    rf"natt(?:en)?|dagen|(?:(?<=dag )|(?<=dags )|(?<=gar )|(?<=pa ))[ef]m|morning|afternoon|evening|night|overnight)(?P<mot> (?:mot|till)(?= (?:i |den |pa )?(?:{_NAMES}|\d|i ?gar|i ?dag)))?(?![a-z])"
)
MIDDAY: Final = re.compile(r"(?:mitt pa dagen|vid lunch(?:tid)?|at lunch(?:time)?|vid middagstid)\b")
AHEAD: Final = re.compile(
    r"i ?mor(?:gon|ron|on|rn|n)(?: bitti| kvall)?(?![a-z])|i ?over ?morgon|tomorrow|(?:nasta|kommande|next) (?:vecka|helg|manad|ar|week|weekend|month|year)\w*"
    r"|om (?:nagra|ett par|\d+|\w+) (?:min\w*|tim\w*|dag\w*|veck\w*|manad\w*)(?! sed[ae]n)|in (?:a few|\d+|\w+) (?:minutes|hours?|days|weeks)(?= )"
)
WEEK: Final = re.compile(
    r"(?P<past>forra veckan|last week\b)|(?P<now>i veckan|under veckan|den har veckan|this week\b)|(?P<month>forra manaden|last month)"
    r"|(?P<year>i fjol\b|forra aret|last year)|(?P<other>haromdagen|haromkvallen|haromnatten|the other (?:day|night))"
    r"|(?:i (?P<season>somras|vintras|varas|hostas)|forra (?P<season2>sommaren|vintern|hosten|varen)|last (?P<season3>summer|winter|spring|autumn))\b"
)
_PARTS: Final = (
    ("morse", PartOfDay.MORNING), ("morgon", PartOfDay.MORNING), ("bitti", PartOfDay.MORNING), ("morning", PartOfDay.MORNING),
    ("formiddag", PartOfDay.FORENOON), ("lunch", PartOfDay.MIDDAY), ("eftermiddag", PartOfDay.AFTERNOON),
    ("afternoon", PartOfDay.AFTERNOON), ("em", PartOfDay.AFTERNOON), ("fm", PartOfDay.FORENOON), ("kv", PartOfDay.EVENING), ("evening", PartOfDay.EVENING), ("natt", PartOfDay.NIGHT),
    ("night", PartOfDay.EVENING_AND_NIGHT), ("overnight", PartOfDay.NIGHT), ("dagen", PartOfDay.DAYTIME),
)  # fmt: skip
_MODIFIED: Final = {("s", PartOfDay.EVENING): PartOfDay.LATE_EVENING, ("l", PartOfDay.EVENING): PartOfDay.LATE_EVENING,
                    ("t", PartOfDay.MORNING): PartOfDay.EARLY_MORNING, ("e", PartOfDay.MORNING): PartOfDay.EARLY_MORNING}  # fmt: skip
_AHEAD_LEADS: Final = frozenset({"nasta", "kommande", "next", "this", "coming"})
_STRICTLY_PAST: Final = frozenset({"i", "forra", "sista", "senaste", "last", "past"})
_THIRDS: Final[dict[str | None, tuple[int, int]]] = {
    None: (1, 31), "borjan": (1, 10), "early": (1, 10), "mitten": (11, 20), "mid": (11, 20), "slutet": (21, 31), "late": (21, 31),
}  # fmt: skip
_SEASONS: Final = {"s": (6, 8), "v": (12, 2), "h": (9, 11), "a": (9, 11), "w": (12, 2)}


def relative(match: re.Match[str]) -> Item:
    back = 2 if match["before"] else 1 if match["yesterday"] else 0
    return _back(back)


def night_before_last(_: re.Match[str]) -> list[Item]:
    return [_back(2), Part(PartOfDay.EVENING_AND_NIGHT)]


def _back(days: int) -> Days:
    def of(today: date) -> tuple[date, date]:
        day = today - days * _DAY
        return day, day

    return Days(of)


def weekday(match: re.Match[str]) -> list[Item] | Item:
    number = WEEKDAYS[match["day"]]
    lead, end = (match["lead"] or "").strip(), match["end"] or ""
    glued = _part_of(match["glued"]) if match["glued"] else None
    if match["early"] and glued:
        glued = _MODIFIED.get(("t", glued), glued)
    definite = end.startswith("en") or (match["glued"] or "").endswith("en")
    if lead in _AHEAD_LEADS or (lead == "pa" and not definite):
        return Ahead()
    passed = 1 if lead in _STRICTLY_PAST or (end == "s" and glued is None) else 0
    if match["day"].endswith("day"):
        passed = max(passed, 1)  # the English say "today" of today; the police write "under måndagen"
    if lead in {"forra", "last"}:
        passed = 2  # of yesterday one says "yesterday"
    day = Days(lambda today: _latest_weekday(today, number, passed), may_come=passed == 0)
    return [day, Part(glued)] if glued else day


def _latest_weekday(today: date, number: int, passed: int) -> tuple[date, date]:
    back = (today.weekday() - number) % 7
    day = today - timedelta(days=back if back >= passed else back + 7)
    return day, day


def dated(match: re.Match[str]) -> Item | None:
    groups = match.groupdict()
    month = MONTHS.get(groups["m"]) or int(groups["m"])
    year = int(groups.get("y") or 0) or (2000 + int(groups["yy"]) if groups.get("yy") else 0)
    days = int(groups["d"]), int(groups.get("d2") or groups["d"])
    if not 1 <= days[0] <= days[1] <= monthrange(year or 2000, month)[1]:
        return None
    return Days(lambda today: _date_span(today, year, month, days), may_come=not year, dated=True)


def _date_span(today: date, year: int, month: int, days: tuple[int, int]) -> tuple[date, date]:
    """Without a year the latest such day that is not to come."""
    years = (year,) if year else tuple(range(today.year, today.year - 9, -1))
    for each in years:
        if days[1] <= monthrange(each, month)[1] and (year or date(each, month, days[0]) <= today):
            return date(each, month, days[0]), date(each, month, days[1])
    return today, today


def figures(match: re.Match[str]) -> Item | None:
    """None for what is no date: a fraction, "24/7"."""
    fraction = (match["d"], match["m"]) in {
        ("1", "2"),
        ("1", "3"),
        ("2", "3"),
        ("1", "4"),
        ("3", "4"),
        ("24", "7"),
    }
    if fraction and not (match["den"] or match["y"]):
        return None
    return dated(match)


def day_of_month(match: re.Match[str]) -> Item | None:
    number = int(match["d"] or match["d2"])
    if not 1 <= number <= 31:
        return None

    def of(today: date) -> tuple[date, date]:
        first = today.replace(day=1)
        while number > monthrange(first.year, first.month)[1] or first.replace(day=number) > today:
            first = (first - _DAY).replace(day=1)
        return first.replace(day=number), first.replace(day=number)

    return Days(of, may_come=True, dated=True)


def month(match: re.Match[str]) -> Item:
    number = MONTHS[match["m"]]

    def of(today: date) -> tuple[date, date]:
        year = today.year if number <= today.month else today.year - 1
        first, last = _THIRDS[match["third"]]
        return date(year, number, first), date(year, number, min(last, monthrange(year, number)[1]))

    return Days(of, may_come=True)


def part(match: re.Match[str]) -> list[Item] | Item | None:
    kind, lead, word = _part_of(match["part"]), match["lead"].strip(), match["part"]
    if match["mod"]:
        kind = _MODIFIED.get((match["mod"][0], kind), kind)
    if match["mot"]:
        return Part(PartOfDay.NIGHT_BEFORE)
    if lead == "last":
        late = kind is PartOfDay.EVENING_AND_NIGHT and (match["mod"] or "").startswith("l")
        return [_back(1), Part(PartOfDay.LATE_EVENING_AND_NIGHT if late else kind)]
    if word == "dagen":
        return Part(kind, alone=True) if lead in {"hela", "under"} else None
    if lead == "during the" and kind is PartOfDay.EVENING_AND_NIGHT:
        kind = PartOfDay.NIGHT
    if word in {"em", "fm"}:
        return Part(kind)
    is_alone = lead in _ALONE and not (lead == "i" and word.endswith("en"))  # "mitt i natten" is any night
    is_today = lead in {"this", "to"} or (lead == "i" and kind is PartOfDay.EVENING)
    return Part(kind, is_alone or word in {"overnight", "morse"}, kind in _MAY_COME or is_today, is_today)


_ALONE: Final = frozenset(
    {"i", "in", "under", "hela", "this", "during the", "all", "to", "foregaende", "den gangna", "den senaste"}
)
_MAY_COME: Final = frozenset(
    {PartOfDay.EVENING, PartOfDay.LATE_EVENING, PartOfDay.NIGHT, PartOfDay.EVENING_AND_NIGHT}
)


def _part_of(word: str) -> PartOfDay:
    return next(found for stem, found in _PARTS if word.startswith(stem))


def midday(_: re.Match[str]) -> Item:
    return Part(PartOfDay.MIDDAY)


def ahead(_: re.Match[str]) -> Item:
    return Ahead()


def week(match: re.Match[str]) -> Item:
    """Calendar weeks, months and years; "häromdagen" is two to five days ago, yesterday among them."""
    if season := match["season"] or match["season2"] or match["season3"]:
        return _season_item(season)
    kinds: tuple[tuple[str, Callable[[date], tuple[date, date]]], ...] = (
        ("past", lambda today: _week_of(today - _WEEK)),
        ("now", lambda today: (_week_of(today)[0], today)),
        ("month", lambda today: _month_of(today.replace(day=1) - _DAY)),
        ("year", lambda today: (date(today.year - 1, 1, 1), date(today.year - 1, 12, 31))),
        ("other", lambda today: (today - 5 * _DAY, today - _DAY)),
    )
    return Days(next(of for name, of in kinds if match[name]), vague=True)


def _week_of(day: date) -> tuple[date, date]:
    monday = day - timedelta(days=day.weekday())
    return monday, monday + 6 * _DAY


def _month_of(day: date) -> tuple[date, date]:
    return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])


def _season_item(word: str) -> Days:
    first, last = (3, 5) if word in {"varas", "varen", "spring"} else _SEASONS[word[0]]

    def of(today: date) -> tuple[date, date]:
        """The latest season that has begun."""
        year = today.year if date(today.year, first, 1) <= today else today.year - 1
        until = year if last >= first else year + 1
        return date(year, first, 1), date(until, last, monthrange(until, last)[1])

    return Days(of, vague=True)
