"""Times counted from the moment of writing: "för en timme sedan", "nyss", "senaste veckan", "i helgen"."""

import re
from datetime import datetime, timedelta
from math import ceil
from typing import Final

from services.enrichment.text.happened.items import Item, Span
from services.enrichment.text.happened.local_time import ZONE, Interval, instants, midnight
from services.enrichment.text.happened.words import NUMBERS, UNITS

_HOUR: Final = 60
_DAY: Final = 24 * _HOUR
_NUMBERS: Final = "|".join(sorted(NUMBERS, key=len, reverse=True))
_UNITS: Final = "|".join(sorted(UNITS, key=len, reverse=True))
_FEW: Final = "nagra|nagon|nan|ett par|flera|a few|few|a couple of|couple of|several|some"
_MANY: Final = (
    rf"(?P<n>\d{{1,2}}(?:[.,]\d)?|{_FEW}|half an|en och en halv|one and a half|en halv|halvannan|{_NUMBERS})"
)
_AMOUNT: Final = rf"{_MANY} ?(?P<u>{_UNITS})\b(?P<half> och en halv| and a half)?"

AGO: Final = re.compile(
    rf"(?:for )?(?:(?:ca|cirka|ungefar|typ|knappt|drygt|kanske|about|around|roughly|like|bara)\.? )*{_AMOUNT} (?:sedan|sen|se'n|tillbaka|ago)\b"
)
WHILE_AGO: Final = re.compile(
    r"(?:for )?(?:en (?:liten )?stund|a (?:little )?while|moments) (?:sedan|sen|ago)\b"
)
LAST: Final = re.compile(
    rf"(?:de |den |det |the |for the |during the |under )*(?:senaste|sista|past|last) (?:(?:{_MANY}) (?P<u>minuterna|minuter|timmarna|timmar|dagarna|dagar|dygnen|veckorna|veckor|manaderna|"
    r"manader|minutes|hours|days|weeks|months)|(?P<one>timmen|dygnet|dagarna|veckan|veckorna|manaden|manaderna|hour|days|weeks)|(?<=past )(?P<en>week|month|day))\b"
    r"|(?P<all>hela veckan|all week)\b"
)
LASTED: Final = re.compile(
    rf"(?:(?:pagatt|brunnit|varit borta|varit forsvunnen|statt(?: dar| har)?|saknats|borta|forsvunnen|hallit pa) i|(?:missing|burning|gone|going on) for)"
    rf" (?:(?:nu|over|mer an|ca|about|over|at least|minst) )*{_AMOUNT}"
    rf"|pa (?=(?:(?:{_NUMBERS}|\d+) (?:dagar|dygn|veckor|manader|timmar)|en vecka|en manad)\b){_AMOUNT.replace('<n>', '<n2>').replace('<u>', '<u2>').replace('<half>', '<half2>')}"
)
NOW: Final = re.compile(
    r"just nu\b|i detta nu|i skrivande stund|precis nu|nu pagar|right now|as we speak|just now"
)
RECENTLY: Final = re.compile(r"(?:alldeles |precis |helt )?nyss\b|precis hant|just happened|a moment ago")
WEEKEND: Final = re.compile(
    r"(?P<past>(?:i )?forra helgen|last weekend)|(?:hela|i|under|over|den har|this|the|all|during the|over the|sedan) (?:helgen|weekend)\b"
)
_LAST_UNITS: Final = {"minut": 1, "timm": _HOUR, "dag": _DAY, "dygn": _DAY, "veck": 7 * _DAY, "manad": 30 * _DAY,
                      "hour": _HOUR, "day": _DAY, "week": 7 * _DAY, "month": 30 * _DAY}  # fmt: skip
_SOME: Final = 3
_RECENT: Final = timedelta(minutes=30)
_AT_ONCE: Final = timedelta(minutes=15)
_FRIDAY_EVENING: Final = timedelta(hours=6)


def ago(match: re.Match[str]) -> Item:
    number, minutes = match["n"], UNITS[match["u"]]
    if number in {"nagon", "nan", "some"}:
        return _between(minutes / 2, 2 * minutes)
    if number in _FEW.split("|"):
        few = (0, 15) if minutes == 1 else (2 * minutes, 5 * minutes)
        return _between(*few) if minutes < _DAY else _days_ago(2 * minutes // _DAY, 5 * minutes // _DAY)
    amount = _amount(number) * minutes + (minutes / 2 if match["half"] else 0)
    if minutes < _DAY:
        slack = max(5, ceil(amount / 4))
        return _between(amount - slack, amount + slack)
    days = round(amount / _DAY)
    slack = 0 if minutes == _DAY else max(1, days // 7) if days < 7 * 5 else max(5, days // 6)
    return _days_ago(days - slack, days + slack)


def _amount(number: str) -> float:
    if number in {"half an", "en halv"}:
        return 0.5
    if number in {"halvannan", "en och en halv", "one and a half"}:
        return 1.5
    return NUMBERS[number] if number in NUMBERS else float(number.replace(",", "."))


def _between(least: float, most: float, *, vague: bool = False) -> Span:
    """Minutes back from the report."""
    return Span(
        lambda at: Interval(at - timedelta(minutes=most), at - timedelta(minutes=max(least, 0))), vague=vague
    )


def _days_ago(least: int, most: int) -> Span:
    """Whole days."""

    def of(at: datetime) -> Interval:
        today = midnight(at.astimezone(ZONE).date())
        return instants(Interval(today - timedelta(days=most), today - timedelta(days=least - 1)))

    return Span(of)


def while_ago(_: re.Match[str]) -> Item:
    return _between(10, 3 * _HOUR)


def last(match: re.Match[str]) -> Item:
    unit = match["u"] or match["one"] or match["en"] or "veckan"
    minutes = next(size for stem, size in _LAST_UNITS.items() if unit.startswith(stem))
    plural = match["one"] in {"dagarna", "veckorna", "manaderna", "days", "weeks"}
    number = match["n"]
    many = _SOME if plural or number in _FEW.split("|") else _amount(number) if number else 1
    return _between(0, many * minutes, vague=True)


def lasted(match: re.Match[str]) -> Item:
    number, unit = match["n"] or match["n2"], match["u"] or match["u2"]
    many = _SOME if number in _FEW.split("|") else _amount(number)
    return _between(0, many * UNITS[unit], vague=match.group().startswith("pa "))


def now(_: re.Match[str]) -> Item:
    return Span(lambda at: Interval(at - _AT_ONCE, at), now=True)


def recently(_: re.Match[str]) -> Item:
    return Span(lambda at: Interval(at - _RECENT, at))


def weekend(match: re.Match[str]) -> Item:
    """From Friday 18:00 to Sunday 24:00: the one that is on, else the latest."""
    earlier = timedelta(days=7 if match["past"] else 0)

    def of(at: datetime) -> Interval:
        local = at.astimezone(ZONE)
        saturday = midnight(local.date() - timedelta(days=(local.weekday() - 5) % 7))
        if local.weekday() >= 5:
            saturday -= earlier
        return instants(Interval(saturday - _FRIDAY_EVENING, saturday + timedelta(days=2)))

    return Span(of, may_come=not match["past"])
