"""Clock times: "kl 14.30", "vid 23-tiden", "halv nio", "mellan 22 och 23", "around 10 pm", "23:15"."""

import re
from typing import Final

from services.enrichment.text.happened.items import ClockTime, Item
from services.enrichment.text.happened.words import HOUR_WORDS, NUMBERS

_HOUR: Final = 60
_DAY: Final = 24 * _HOUR
_HALF_DAY: Final = 12 * _HOUR
_ABOUT: Final = 30
_WORDS: Final = "|".join(HOUR_WORDS)
_NUMERALS: Final = rf"(?:[01]?\d|2[0-4])|(?:{_WORDS})"
_EXACT: Final = r"kl(?:ockan)?\.? ?|at "
_VAGUE: Final = (
    r"(?:vid|kring|runt|omkring|ungefar|cirka|ca|around|about|approximately|by|approx)\.? (?:kl(?:ockan)?\.? ?|at )?"
    r"|kl(?:ockan)?\.? ?(?:ca|cirka|ungefar|runt|omkring|kring|typ)\.? ?"
)
_AFTER: Final = r"(?:strax|precis|just|nagot|lite) (?:efter|after|over|past) (?:kl(?:ockan)?\.? ?)?"
_BEFORE: Final = r"(?:strax|precis|just|nagot|lite) (?:fore|innan|before) (?:kl(?:ockan)?\.? ?)?"
_SINCE: Final = r"(?:efter|after|fran|from) (?:kl(?:ockan)?\.? ?)"
# A bare number after "vid" is an hour only where no thing is counted or numbered by it.
_ENDS: Final = (
    r"(?= ?(?:$|[.,;:!?)\n]|i\b|pa\b|igar|idag|ikvall|imorse|inatt|sag\b|horde|hordes|kom\b|var\b|stod|stog|hande|sked|borja|small|brann|"
    r"brot|nar\b|och\b(?! \d)|da\b|sa\b|forsvann|stals|gick\b|slog|this|last|yesterday|today|tonight|in the|on\b|when|"
    r"and\b(?! \d)|we\b|i |a\b|the\b|there|someone|mandag|tisdag|onsdag|torsdag|fredag|lordag|sondag|natten|den \d))"
)
_PM: Final = r" ?(?P<half>[ap]\.?m\b\.?)"
_MINUTES: Final = r"(?:[:.] ?(?P<m>[0-5]\d))(?![.:]?\d)"

AT: Final = re.compile(
    rf"(?:(?P<after>{_AFTER})|(?P<before>{_BEFORE})|(?P<since>{_SINCE})|(?P<vague>{_VAGUE})|(?P<exact>{_EXACT}))"
    rf"(?:(?P<midnight>midnatt|midnight|noon)|(?P<to>halv|kvart i|kvart over|tio i|tio over|tjugo i|tjugo over|fem i|fem over|"
    rf"half past|quarter to|quarter past) (?P<words>{_NUMERALS})\b"
    rf"|(?P<four>(?:[01]\d|2[0-3])[0-5]\d)(?!\d| ?kr)|(?P<h>{_NUMERALS})(?:{_MINUTES}|(?![\d:]|[.]\d))"
    rf"(?:(?P<around>-? ?tiden)|{_PM}|(?P<oclock> ?o'?clock)|(?= ?-? ?(?:[01]?\d|2[0-4])\b)|(?P<ends>{_ENDS})|(?P<open>)))"
)
SPOKEN: Final = re.compile(
    rf"(?P<to>halv|kvart i|kvart over|tio i|tio over|tjugo i|tjugo over|fem i|fem over|half past|quarter to|quarter past) "
    rf"(?P<words>{_WORDS}|1[0-2]|[1-9])\b(?! ?(?:ar|manad|min|tim|kr|procent|pers|person|km|meter))"
)
AROUND: Final = re.compile(
    rf"(?P<h>{_WORDS}|[01]?\d|2[0-4])(?:[:.](?P<m>[0-5]\d))?-?(?:(?<=[a-z])| ?)(?:och en halv)?(?:tiden|snaret)\b"
)
FIGURES: Final = re.compile(r"(?P<h>[01]?\d|2[0-3]):(?P<m>[0-5]\d)(?![:.]?\d)(?: ?(?P<half>[ap]\.?m\b\.?))?")
DOTTED: Final = re.compile(
    r"(?P<h>[01]?\d|2[0-3])\.(?P<m>[0-5]\d)(?![.:]?\d| ?(?:kr|:-|sek|km|m\b|meter|%|procent|kg|l\b|liter|grader|miljon|tusen|ar\b))"
)
HALF_DAY: Final = re.compile(r"(?P<h>1[0-2]|[1-9])(?:[:.](?P<m>[0-5]\d))?" + _PM)
_LEADS: Final = rf"(?P<lead>(?:mellan|between|fran|from) (?:{_EXACT})?|{_EXACT}|vid )"
SPAN: Final = re.compile(
    rf"{_LEADS}?(?P<h>[01]?\d|2[0-4])(?:[:.](?P<m>[0-5]\d))?(?P<half>(?: ?[ap]\.?m\b\.?)?)(?:-tiden)? ?"
    rf"(?:-|och|till|and|to|until) ?(?:kl(?:ockan)?\.? ?)?"
    rf"(?P<h2>[01]?\d|2[0-4])(?:[:.](?P<m2>[0-5]\d))?(?P<half2>(?: ?[ap]\.?m\b\.?)?)(?P<around>-? ?tiden)?(?![\d:]|[.]\d)(?P<ends>{_ENDS})?"
)
_SPOKEN_TO: Final = "halv|kvart i|kvart over|tio i|tio over|tjugo i|tjugo over|fem i|fem over|half past|quarter to|quarter past"
SPOKEN_SPAN: Final = re.compile(
    rf"(?:mellan|between|fran|from) (?:klockan )?(?:(?P<to>{_SPOKEN_TO}) )?(?P<words>{_WORDS}|1[0-2]|[1-9]) (?:och|till|and|to) "
    rf"(?:(?P<to2>{_SPOKEN_TO}) )?(?P<words2>{_WORDS}|1[0-2]|[1-9])(?P<ends>{_ENDS})"
)
MIDNIGHT: Final = re.compile(
    r"(?P<kind>efter|after|fore|innan|before) (?:midnatt|midnight)|(?:at )?(?P<noon>noon)\b|(?:midnatt|midnight)"
)
_STEPS: Final = {
    "halv": -30, "half past": 30, "kvart i": -15, "quarter to": -15, "kvart over": 15, "quarter past": 15, "tio i": -10,
    "tio over": 10, "tjugo i": -20, "tjugo over": 20, "fem i": -5, "fem over": 5,
}  # fmt: skip


def at(match: re.Match[str]) -> Item | None:
    around = _ABOUT if match["vague"] or match["around"] else 0
    before = _ABOUT if match["before"] else around
    after = _ABOUT if match["after"] else 4 * _ABOUT if match["since"] else around
    loose = match["since"] is not None
    if match["midnight"]:
        return ClockTime(_HALF_DAY if match["midnight"] == "noon" else 0, None, before, after)
    if match["to"]:
        return ClockTime(_spoken(match), None, before, after, twelve=True, loose=loose)
    if match["four"]:
        minutes = int(match["four"][:2]) * _HOUR + int(match["four"][2:])
        return ClockTime(minutes, None, before, after, loose=loose)
    named = match["exact"] and not match["exact"].startswith("at")
    vouched = match["m"] or match["around"] or match["half"] or match["oclock"] or match["ends"] is not None
    if not (vouched or named or _names_clock(match)):
        return None
    minutes, twelve = _hour(match["h"], match["m"], match["half"])
    return ClockTime(minutes, None, before, after, twelve, loose)


def _names_clock(match: re.Match[str]) -> bool:
    lead = match["after"] or match["before"] or match["since"] or match["vague"] or ""
    return lead.rstrip(". ").endswith(("kl", "klockan", "at"))


def spoken(match: re.Match[str]) -> Item:
    return ClockTime(_spoken(match), twelve=True)


def around(match: re.Match[str]) -> Item:
    minutes, twelve = _hour(match["h"], match["m"], None)
    return ClockTime(minutes, None, _ABOUT, _ABOUT, twelve)


def figures(match: re.Match[str]) -> Item:
    minutes, twelve = _hour(match["h"], match["m"], match.groupdict().get("half"))
    return ClockTime(minutes, twelve=twelve)


def dotted(match: re.Match[str]) -> Item:
    """A time beside a day only: a room may have the number 14.30."""
    return ClockTime(_hour(match["h"], match["m"], None)[0], loose=True)


def span(match: re.Match[str]) -> Item | None:
    """Two bare numbers are hours only behind a word for it, and where nothing is counted by them."""
    clear = (match["m"] and match["m2"]) or match["half2"] or match["around"] or "kl" in (match["lead"] or "")
    if not clear and (match["lead"] is None or match["ends"] is None):
        return None
    start, twelve = _hour(match["h"], match["m"], (match["half"] or match["half2"]).strip())
    until, _ = _hour(match["h2"], match["m2"], match["half2"].strip())
    spread = _ABOUT if match["around"] else 0
    return ClockTime(start, until if until > start else until + _DAY, spread, spread, twelve)


def spoken_span(match: re.Match[str]) -> Item | None:
    """None for two bare figures, which `span` reads."""
    if match["words"].isdecimal() and match["words2"].isdecimal() and not (match["to"] or match["to2"]):
        return None
    start, until = (
        (_hour(hour, None, None)[0] + _STEPS.get(to or "", 0)) % _DAY
        for to, hour in ((match["to"], match["words"]), (match["to2"], match["words2"]))
    )
    return ClockTime(start, until if until > start else until + _HALF_DAY, twelve=True)


def midnight(match: re.Match[str]) -> Item:
    kind = match["kind"]
    if match["noon"]:
        return ClockTime(_HALF_DAY)
    after = {None: _ABOUT, "efter": 6 * _ABOUT, "after": 6 * _ABOUT}.get(kind, 0)
    return ClockTime(0, None, 0 if after > _ABOUT else _ABOUT, after)


def _spoken(match: re.Match[str]) -> int:
    hour, _ = _hour(match["words"], None, None)
    return (hour + _STEPS[match["to"]]) % _DAY


def _hour(hour: str, minutes: str | None, half: str | None) -> tuple[int, bool]:
    """Minutes from midnight, and whether it may as well be twelve hours later: a lone small figure, or a word."""
    number = int(hour) if hour.isdecimal() else NUMBERS[hour]
    total = number % 24 * _HOUR + int(minutes or 0)
    if half:
        return total % _HALF_DAY + (_HALF_DAY if half.startswith("p") else 0), False
    return total, number <= 12 and minutes is None and not (hour.isdecimal() and len(hour) == 2)
