"""Periods of whole local days, half-open, right over the change to and from summer time."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

LOCAL: Final = ZoneInfo("Europe/Stockholm")


@dataclass(frozen=True, slots=True)
class Period:
    """From local midnight of `first` up to, not including, local midnight of `end`."""

    first: date
    end: date

    def __post_init__(self) -> None:
        if self.end <= self.first:
            raise ValueError("a period has at least one day")

    @property
    def days(self) -> int:
        return (self.end - self.first).days

    @property
    def starts_at(self) -> datetime:
        return local_midnight(self.first)

    @property
    def ends_at(self) -> datetime:
        return local_midnight(self.end)

    def __contains__(self, at: datetime) -> bool:
        return self.starts_at <= at < self.ends_at

    def before(self, steps: int = 1) -> "Period":
        """The period of as many days that ends `steps - 1` periods before this one begins."""
        shift = timedelta(days=self.days * steps)
        return Period(self.first - shift, self.end - shift)

    def dates(self) -> list[date]:
        return [self.first + timedelta(days=day) for day in range(self.days)]

    def elapsed(self, now: datetime) -> float:
        """How much of the period has passed: 0 to 1, measured in real time."""
        whole = (self.ends_at.astimezone(_UTC) - self.starts_at.astimezone(_UTC)).total_seconds()
        passed = (now.astimezone(_UTC) - self.starts_at.astimezone(_UTC)).total_seconds()
        return min(1.0, max(0.0, passed / whole))


_UTC: Final = ZoneInfo("UTC")


def local_midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, LOCAL)


def local_date(at: datetime) -> date:
    return at.astimezone(LOCAL).date()


def period_ending(to: datetime, days: int) -> Period:
    """The `days` local days that end with the day `to` lies in; when `to` is a midnight, with the day before it."""
    local = to.astimezone(LOCAL)
    end = local.date() if local.time() == time.min else local.date() + timedelta(days=1)
    return Period(end - timedelta(days=days), end)
