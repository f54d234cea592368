"""Dates and times of day as people and spreadsheets write them. A time without a zone is Swedish time."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Final

from services.intake.domain.submission import LOCAL_ZONE
from services.intake.imports.faults import BadValue
from services.intake.imports.table import Cell

# Told of a date without a time of day, so that the report stands on its day wherever days begin.
NOON: Final = time(12)
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        ("jan january januari", "feb february februari", "mar march mars", "apr april", "may maj", "jun june juni",
         "jul july juli", "aug august augusti", "sep sept september", "oct october okt oktober", "nov november",
         "dec december"), 1)
    for name in names.split()
}  # fmt: skip
_DATES: Final = (
    re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"),
    re.compile(r"(?P<y>\d{4})[/.](?P<m>\d{1,2})[/.](?P<d>\d{1,2})"),
    re.compile(r"(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})(?!\d)"),
    re.compile(r"(?P<d>\d{1,2})[/.-](?P<m>\d{1,2})[/. -]\s*(?P<y>\d{4})"),
    re.compile(r"(?:den )?(?P<d>\d{1,2})(?::?e|\.|st|nd|rd|th)?\s+(?P<m>[a-z]{3,9})\.?,?\s+(?P<y>\d{4})"),
)
_TIME: Final = re.compile(
    r"(?:(?:kl\.?|klockan|at)\s*)?(?P<h>\d{1,2})(?:[:.](?P<m>\d{2})(?:[:.](?P<s>\d{2})(?:[.,]\d{1,9})?)?|(?P<m4>\d{2}))"
    r"\s*(?P<half>am|pm)?\s*(?P<zone>z|utc|[+-]\d{2}:?\d{2})?"
)
_HOUR: Final = re.compile(r"(?:kl\.?|klockan|at)\s*(?P<h>\d{1,2})")
# A spreadsheet's number for a day, and for a time of day, where a CSV file has kept it as it was counted.
_SERIAL: Final = re.compile(r"\d{5}(?:[.,]\d{1,12})?")
_FRACTION: Final = re.compile(r"0?[.,]\d{3,12}")
_REMEDY: Final = "write it as 2026-11-23 14:05"
# Day 0 of a spreadsheet's calendar; it counts a 29 February 1900 that never was, so this holds from March 1900 on.
_DAY_ZERO: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's cell has no zone


@dataclass(frozen=True, slots=True)
class Told:
    """`clock` None: only the day is told."""

    day: date
    clock: time | None
    zone: timezone | None = None


def read_moment(cell: Cell) -> Told:
    """A date with or without a time. Raises `BadValue`."""
    if isinstance(cell, datetime):
        zone = timezone(cell.utcoffset() or timedelta()) if cell.tzinfo else None
        return Told(cell.date(), cell.time(), zone)
    if isinstance(cell, date):
        return Told(cell, None)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _from_serial(cell)
    return _from_text(str(cell))


def read_clock(cell: Cell) -> time:
    """A time of day. Raises `BadValue`."""
    if isinstance(cell, time):
        return cell.replace(tzinfo=None)
    if isinstance(cell, datetime):
        return cell.time()
    if isinstance(cell, timedelta) and timedelta() <= cell < timedelta(days=1):
        return (_DAY_ZERO + cell).time()
    if isinstance(cell, str) and _FRACTION.fullmatch(cell.strip()):
        cell = float(cell.strip().replace(",", "."))
    if isinstance(cell, float) and 0 <= cell < 1:
        return (_DAY_ZERO + timedelta(seconds=round(cell * 86400) % 86400)).time()
    text = f"{cell:04d}" if isinstance(cell, int) and not isinstance(cell, bool) else str(cell)
    clock, _ = _clock(text.strip().casefold())
    return clock


def moment(day: Told, clock: time | None) -> datetime:
    """The moment in UTC. `clock` is that of a column of its own. Raises `BadValue` for an hour that never was."""
    if not 1900 <= day.day.year <= 2200:
        raise BadValue("there is no such year here", "correct the date")
    at = datetime.combine(day.day, clock or day.clock or NOON)
    if day.zone is not None:
        return at.replace(tzinfo=day.zone).astimezone(UTC)
    local = at.replace(tzinfo=LOCAL_ZONE)
    if local.astimezone(UTC).astimezone(LOCAL_ZONE).replace(tzinfo=None) != at:
        raise BadValue("this hour was left out when the clocks went forward", "correct the time")
    return local.astimezone(UTC)


def _from_serial(number: float) -> Told:
    if not 20_000 <= number < 80_000:
        raise BadValue("it is a number and no date", _REMEDY)
    at = _DAY_ZERO + timedelta(days=int(number), seconds=round((number % 1) * 86400))
    return Told(at.date(), None if at.time() == time(0) else at.time())


def _from_text(text: str) -> Told:
    text = " ".join(text.casefold().split())
    if _SERIAL.fullmatch(text):
        return _from_serial(float(text.replace(",", ".")))
    text = re.sub(r"^(?:må|ti|on|to|fr|lö|sö|mon|tue|wed|thu|fri|sat|sun)\w*[., ]+(?=\d)", "", text)
    found = next((found for pattern in _DATES if (found := pattern.match(text))), None)
    if found is None:
        is_clock = _TIME.fullmatch(text) is not None
        raise BadValue(
            "it is a time of day and no date" if is_clock else "it is no date that is understood", _REMEDY
        )
    rest = text[found.end() :].lstrip(" ,t")
    day = _day(found["y"], found["m"], found["d"])
    if not rest:
        return Told(day, None)
    clock, zone = _clock(rest)
    return Told(day, clock, zone)


def _day(year: str, month: str, day: str) -> date:
    number = int(month) if month.isdigit() else _MONTHS.get(month)
    if number is None:
        raise BadValue("its month is not known", _REMEDY)
    if number > 12 >= int(day):
        raise BadValue(f"there is no month {number}", f"the day comes before the month; {_REMEDY}")
    try:
        return date(int(year), number, int(day))
    except ValueError:
        raise BadValue("there is no such day", "correct the date") from None


def _clock(text: str) -> tuple[time, timezone | None]:
    hour = _HOUR.fullmatch(text)
    found = hour or _TIME.fullmatch(text)
    if found is None:
        raise BadValue("its time of day is not understood", "write it as 14:05")
    told = found.groupdict()
    hours = int(told["h"])
    if told.get("half"):
        if not 1 <= hours <= 12:
            raise BadValue("there is no such time of day", "write it as 14:05")
        hours = hours % 12 + 12 * (told["half"] == "pm")
    minutes = told.get("m") or told.get("m4") or "0"
    try:
        clock = time(hours, int(minutes), int(told.get("s") or 0))
    except ValueError:
        raise BadValue("there is no such time of day", "write it as 14:05") from None
    return clock, _zone(told.get("zone"))


def _zone(text: str | None) -> timezone | None:
    if text is None:
        return None
    if text in {"z", "utc"}:
        return UTC
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    if offset >= timedelta(hours=15):
        raise BadValue("its time zone is not one", "write it as +01:00")
    return timezone(-offset if text[0] == "-" else offset)
