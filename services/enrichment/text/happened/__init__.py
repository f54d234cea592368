"""When something happened: the words of time in a report, resolved against the time it was written. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final

from services.enrichment.text.happened.find import find, may_tell_of_time
from services.enrichment.text.happened.local_time import ZONE, Interval
from services.enrichment.text.happened.resolve import Group, groups_of, intervals, with_refinements
from services.enrichment.text.happened.words import Mended, folded
from shared.events import TimeSpan

_LONGEST: Final = 500
_PLANS: Final = re.compile(
    r"\b(?:ska(?:ll)?(?! (?:\w+ ){0,2}ha\b)|kommer (?:det )?att|planera[rts]\w*|tanker|will|going to|gonna|planning|planned)\b"
)


@dataclass(frozen=True, slots=True)
class Planned:
    """The text speaks of something ahead; there is no interval to tell."""

    words: str


def when(text: str, at: datetime) -> TimeSpan | Planned | None:
    """When the text says that it happened, if it does. `at`: when it was written. The interval ends at `at` at the latest."""
    plain = folded(text)
    if not may_tell_of_time(plain):
        return None
    at = at.astimezone(UTC)  # in a zone with summer time an hour added may be none, or two
    read = Mended(plain)
    groups = with_refinements(groups_of(read.text, find(read.text)))
    plans = _PLANS.search(read.text) is not None
    told = [
        (group, interval)
        for group, interval in intervals(read.text, groups, at)
        if not (plans and group.may_come)
    ]
    quoted = text if len(plain) == len(text) else plain
    if told:
        group, interval = _told_best(told)
        return TimeSpan(start=interval.start, end=interval.end, words=_words(quoted, read, group))
    ahead = next(
        (group for group in groups if group.ahead or group.is_today or (plans and group.may_come)), None
    )
    return Planned(_words(quoted, read, ahead)) if ahead else None


def told_as(happened: TimeSpan | Planned) -> str:
    """A Swedish reason: the words, and what they were taken to mean."""
    if isinstance(happened, Planned):
        return f'planerat, har inte hänt än: "{happened.words}"'
    start, end = (each.astimezone(ZONE) for each in (happened.start, happened.end))
    until = "24:00" if end.time() == time.min and end > start else f"{end:%H:%M}"
    last_day = (end - timedelta(seconds=1)).date() if until == "24:00" else end.date()
    span = f"–{until}" if last_day == start.date() else f" – {last_day:%Y-%m-%d} {until}"
    return f"när: {happened.words} ({start:%Y-%m-%d %H:%M}{span if end > start else ''})"


def _told_best(told: Sequence[tuple[Group, Interval]]) -> tuple[Group, Interval]:
    """What goes on now; else what is told first, or a closer word on it; what is vague only when there is nothing else."""
    now = next((each for each in told if each[0].is_now), None)
    if now:
        return now
    best = next((each for each in told if not each[0].is_vague), told[0])
    for each in told:
        if best[1].start <= each[1].start and each[1].end <= best[1].end and not each[0].is_vague:
            best = each
    return best


def _words(text: str, read: Mended, group: Group) -> str:
    return " ".join(text[read.original(group.start) : read.original(group.end)].split())[:_LONGEST]


__all__ = ["Planned", "told_as", "when"]
