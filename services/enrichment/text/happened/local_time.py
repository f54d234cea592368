"""Swedish local time and back. Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

ZONE: Final = ZoneInfo("Europe/Stockholm")


@dataclass(frozen=True, slots=True)
class Interval:
    """Two instants, or two naive local times; `end` is never before `start`."""

    start: datetime
    end: datetime


def midnight(day: date) -> datetime:
    return datetime.combine(day, time.min)


def instants(local: Interval) -> Interval:
    """Naive local times as instants. An hour that comes twice, when summer time ends, is taken whole: from its first
    coming to its second. One that never comes is read as on a clock not yet put forward.
    """
    return Interval(_instant(local.start, 0), _instant(local.end, 1))


def first_instant(local: datetime) -> datetime:
    return _instant(local, 0)


def _instant(local: datetime, fold: int) -> datetime:
    instant = local.replace(tzinfo=ZONE, fold=fold).astimezone(UTC)
    if fold and instant.astimezone(ZONE).replace(tzinfo=None, fold=0) != local:
        return _instant(local, 0)
    return instant


def shifted(interval: Interval, before: timedelta, after: timedelta) -> Interval:
    return Interval(interval.start - before, interval.end + after)


def not_after(interval: Interval, at: datetime) -> Interval:
    """What a report tells of lies before it."""
    return Interval(min(interval.start, at), min(interval.end, at))
