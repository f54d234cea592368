"""From what a text says of time, and when it was written, to an interval."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import zip_longest
from typing import Final

from services.enrichment.text.happened.items import (
    HOURS,
    Ahead,
    ClockTime,
    Days,
    Found,
    Item,
    Part,
    PartOfDay,
    Span,
)
from services.enrichment.text.happened.local_time import (
    ZONE,
    Interval,
    first_instant,
    instants,
    midnight,
    not_after,
    shifted,
)

_DAY: Final = timedelta(days=1)
_NONE: Final = timedelta(0)
_HALF_DAY: Final = 12 * 60
_AHEAD_OF_REPORT: Final = timedelta(minutes=10)
_AROUND_PART: Final = timedelta(hours=6)
_NIGHT_ENDS: Final = 5
_EVENINGS: Final = (PartOfDay.EVENING, PartOfDay.EVENING_AND_NIGHT)
_EVENING_NEARS: Final = 16
_JOINS: Final = re.compile(
    r"[\s,.:;()-]*(?:(?:pa|i|vid|den|kl|klockan|omkring|runt|kring|ca|cirka|nagon gang|nan gang|ungefar|strax|the|at|in|on|of|around|about|"
    r"om|under|sent|sen|tidigt|redan|och det var|det var|var det|typ|efter|mellan)\b[\s,.:;()-]*)*"
)
_UNTIL: Final = re.compile(r"\s*(?:och|till|-|and|to|until|fram till)\s*(?:pa |the |den |kl )?")
_FROM: Final = re.compile(r"\b(?:mellan|fran|between|from)(?: (?:pa|den|the|on))? $")
_SINCE: Final = re.compile(r"\b(?:sedan|sen|alltsedan|since|anda fran|fran och med)(?: (?:pa|den|the|on))? $")
_TILL: Final = re.compile(r"\b(?:till|tills|until|till)(?: kl(?:ockan)?\.?)? $")
_BACK: Final = 24


@dataclass(frozen=True, slots=True)
class Group:
    """Words of time that stand together and mean one time."""

    start: int
    end: int
    days: Days | None = None
    part: Part | None = None
    clock: ClockTime | None = None
    span: Span | None = None
    ahead: bool = False

    def takes(self, item: Item) -> "Group | None":
        """With one more item; None when it already says that."""
        empty = not (self.days or self.part or self.clock)
        taken: Group | None = None
        if self.span:
            taken = None
        elif self.ahead:
            taken = self if isinstance(item, Part | ClockTime) else None
        elif isinstance(item, Days) and (self.days is None or (item.dated and not self.days.dated)):
            taken = replace(self, days=item)
        elif isinstance(item, Part) and self.part is None:
            taken = replace(self, part=item)
        elif isinstance(item, ClockTime) and self.clock is None:
            taken = replace(self, clock=item)
        elif isinstance(item, Span) and empty:
            taken = replace(self, span=item)
        elif isinstance(item, Ahead) and self.days is None:
            taken = replace(self, ahead=True)
        return taken

    @property
    def may_come(self) -> bool:
        """Whether the words may as well mean a time ahead: "i helgen", "kl 20", "den 28 november"."""
        if self.span:
            return self.span.may_come
        if self.days:
            return self.days.may_come
        return self.part is None or self.part.may_come

    @property
    def is_now(self) -> bool:
        return bool(self.span and self.span.now)

    @property
    def is_vague(self) -> bool:
        return bool((self.span and self.span.vague) or (self.days and self.days.vague))

    @property
    def is_today(self) -> bool:
        return bool(self.part and self.part.today)

    @property
    def stands_alone(self) -> bool:
        return bool(self.span or self.days or (self.part and (self.part.alone or self.clock)))


def groups_of(text: str, found: Sequence[Found]) -> list[Group]:
    groups = list[Group]()
    for each in found:
        last = groups[-1] if groups else None
        joined = (
            last.takes(each.item)
            if last and _JOINS.fullmatch(text, last.end, max(each.start, last.end))
            else None
        )
        if last and joined:
            groups[-1] = replace(joined, end=max(each.end, last.end))
        elif group := Group(each.start, each.end).takes(each.item):
            groups.append(group)
    return groups


def with_refinements(groups: Sequence[Group]) -> list[Group]:
    """A clock time or a part of the day that stands apart tells more of the first day named."""
    main = next((at for at, group in enumerate(groups) if group.stands_alone and not group.span), None)
    if main is None:
        return [group for group in groups if group.stands_alone or group.clock or group.ahead]
    refined, kept = groups[main], list[Group]()
    for at, group in enumerate(groups):
        loose = not (group.stands_alone or group.ahead or group.span)
        if at == main or not loose:
            kept.append(group)
        elif group.clock and refined.clock is None:
            refined = replace(refined, clock=group.clock, part=refined.part or group.part)
        elif group.part and refined.part is None and refined.clock is None:
            refined = replace(refined, part=group.part)
    return [refined if group is groups[main] else group for group in kept]


def intervals(text: str, groups: Sequence[Group], at: datetime) -> Iterator[tuple[Group, Interval]]:
    """Each with what it means, ranges put together, never later than the report. What cannot be is left out."""
    skip = False
    for here, following in zip_longest(groups, groups[1:]):
        if skip or here.ahead:
            skip = False
            continue
        begun = _FROM.search(text, max(0, here.start - _BACK), here.start)
        if following and begun and _UNTIL.fullmatch(text, here.end, following.start):
            both = _range(here, following, at)
            skip = both is not None
            if both:
                yield replace(here, start=begun.start(), end=following.end), both
                continue
        only_an_end = not here.stands_alone and _TILL.search(text, max(0, here.start - _BACK), here.start)
        interval = None if only_an_end else resolve(here, at)
        if interval is None:
            continue
        if since := _SINCE.search(text, max(0, here.start - _BACK), here.start):
            yield replace(here, start=since.start()), Interval(interval.start, at)
        else:
            yield here, interval


def _range(first: Group, last: Group, at: datetime) -> Interval | None:
    if first.ahead or last.ahead:
        return None
    last = last if last.days or last.span else replace(last, days=first.days)
    first = first if first.days or first.span else replace(first, days=last.days)
    start, end = resolve(first, at), resolve(last, at)
    if not start or not end:
        return None
    earlier = start.start if start.start <= end.end else start.start - 7 * _DAY
    return not_after(Interval(earlier, end.end), at) if earlier <= end.end else None


def resolve(group: Group, at: datetime) -> Interval | None:
    if group.span:
        return not_after(group.span.of(at), at)
    local = at.astimezone(ZONE).replace(tzinfo=None)
    if group.clock:
        return _clock(group.clock, _window(group, local), local.date(), at)
    window = _window(group, local)
    if window is None:
        return None
    meant = instants(window)
    return not_after(meant, at) if meant.start <= at else None


def _window(group: Group, local: datetime) -> Interval | None:
    """Naive local time; None when only a clock time is told."""
    if group.days:
        first, last = group.days.of(local.date())
        if group.part is None:
            return Interval(midnight(first), midnight(last) + _DAY)
        if group.part.part is PartOfDay.NIGHT and last - first == _DAY:  # the night between two dates
            return Interval(_hours(first, PartOfDay.NIGHT).start, _hours(last, PartOfDay.NIGHT_BEFORE).end)
        return Interval(_hours(first, group.part.part).start, _hours(last, group.part.part).end)
    if group.part is None:
        return None
    if group.part.today and _is_to_come(group.part.part, local):
        return _hours(local.date(), group.part.part)
    return _latest_part(group.part.part, local)


def _hours(day: date, part: PartOfDay) -> Interval:
    first, last = HOURS[part]
    return Interval(midnight(day) + timedelta(hours=first), midnight(day) + timedelta(hours=last))


def _is_to_come(part: PartOfDay, local: datetime) -> bool:
    """What is said of this evening by day. Deep in the night it is the evening before."""
    begins = _EVENING_NEARS if part in _EVENINGS else HOURS[part][0]
    return _NIGHT_ENDS <= local.hour < begins


def _latest_part(part: PartOfDay, local: datetime) -> Interval:
    """The latest that has begun. Deep in the night "ikväll" is the evening before; in the late afternoon it has all but begun."""
    today = local.date()
    if part in _EVENINGS and _EVENING_NEARS <= local.hour < HOURS[part][0]:
        return Interval(
            local.replace(hour=_EVENING_NEARS, minute=0, second=0, microsecond=0), _hours(today, part).end
        )
    window = _hours(today, part)
    return window if window.start <= local else _hours(today - _DAY, part)


def _clock(clock: ClockTime, window: Interval | None, today: date, at: datetime) -> Interval | None:
    """The latest such time within the window, or near it, that the report may tell of."""
    if window is None:
        if clock.loose:
            return None
        around = Interval(midnight(today) - _DAY, midnight(today) + _DAY)
        variants = {clock.minutes, clock.minutes + _HALF_DAY} if clock.twelve else {clock.minutes}
        fits = [start for start in _starts(around, variants) if _is_past(start, clock, at)]
        return _spread(max(fits), clock, at) if fits else None
    whole_days = window.start == midnight(window.start.date()) and window.end == midnight(window.end.date())
    variants = {clock.minutes}
    if clock.minutes <= _HALF_DAY + 59 and (not whole_days or clock.twelve):
        variants.add((clock.minutes + _HALF_DAY) % (2 * _HALF_DAY))
    for near in (_NONE, _AROUND_PART):
        wider = shifted(window, _NONE if whole_days else near, _NONE if whole_days else near)
        for some in ({clock.minutes}, variants):
            fits = [start for start in _starts(wider, some) if _is_past(start, clock, at)]
            if fits:
                return _spread(max(fits), clock, at)
    return None


def _starts(window: Interval, minutes: set[int]) -> Iterator[datetime]:
    day = midnight(window.start.date())
    while day <= window.end:
        for each in minutes:
            start = day + timedelta(minutes=each)
            if window.start <= start <= window.end:
                yield start
        day += _DAY


def _is_past(start: datetime, clock: ClockTime, at: datetime) -> bool:
    return first_instant(start) - timedelta(minutes=clock.before) <= at + _AHEAD_OF_REPORT


def _spread(start: datetime, clock: ClockTime, at: datetime) -> Interval:
    length = timedelta(minutes=(clock.until - clock.minutes) if clock.until is not None else 0)
    meant = instants(Interval(start, start + length))
    return not_after(shifted(meant, timedelta(minutes=clock.before), timedelta(minutes=clock.after)), at)
