"""What a text may say of time, before it is known when it was written."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final, TypeAlias

from services.enrichment.text.happened.local_time import Interval

_HOUR: Final = 60


class PartOfDay(StrEnum):
    MORNING = "morning"
    EARLY_MORNING = "early morning"
    FORENOON = "forenoon"
    MIDDAY = "midday"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    LATE_EVENING = "late evening"
    NIGHT = "night"
    EVENING_AND_NIGHT = "evening and night"
    NIGHT_BEFORE = "night before"
    LATE_EVENING_AND_NIGHT = "late evening and night"
    DAYTIME = "daytime"


# fmt: off
HOURS: Final[dict[PartOfDay, tuple[int, int]]] = {
    PartOfDay.MORNING: (5, 10),
    PartOfDay.EARLY_MORNING: (4, 7),
    PartOfDay.FORENOON: (9, 12),
    PartOfDay.MIDDAY: (11, 13),
    PartOfDay.AFTERNOON: (12, 17),
    PartOfDay.EVENING: (18, 24),
    PartOfDay.LATE_EVENING: (21, 24),
    PartOfDay.NIGHT: (22, 30),
    PartOfDay.EVENING_AND_NIGHT: (18, 30),
    PartOfDay.NIGHT_BEFORE: (-2, 6),
    PartOfDay.LATE_EVENING_AND_NIGHT: (21, 30),
    PartOfDay.DAYTIME: (6, 18),
}
"""Local hours counted from the midnight that begins the day; below 0 the evening before, above 24 the day after."""
# fmt: on


@dataclass(frozen=True, slots=True)
class Days:
    """`of`: the first and last day meant, counted from the day of the report. `dated`: by a date, which beats a weekday."""

    of: Callable[[date], tuple[date, date]]
    may_come: bool = False
    dated: bool = False
    vague: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """`alone`: says enough without a day ("i natt"), where "på natten" does not. `today`: of no other day ("ikväll")."""

    part: PartOfDay
    alone: bool = False
    may_come: bool = False
    today: bool = False


@dataclass(frozen=True, slots=True)
class ClockTime:
    """Minutes from midnight, `until` being the end of a span. `twelve`: may be an hour of the afternoon as well.
    `loose`: tells nothing without a day ("efter kl 18").
    """

    minutes: int
    until: int | None = None
    before: int = 0
    after: int = 0
    twelve: bool = False
    loose: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """`of`: what is meant, as instants, counted from the instant of the report. `now`: it goes on as the report is written.
    `vague`: counts only when nothing closer is told.
    """

    of: Callable[[datetime], Interval]
    now: bool = False
    may_come: bool = False
    vague: bool = False


@dataclass(frozen=True, slots=True)
class Ahead:
    """Something that has not happened yet."""


Item: TypeAlias = Days | Part | ClockTime | Span | Ahead


@dataclass(frozen=True, slots=True)
class Found:
    """An item and where its words stand in the folded text."""

    item: Item
    start: int
    end: int
