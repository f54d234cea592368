"""What a client asks to see: which requests, of what time, how many."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from services.intake.domain.open311.faults import UNKNOWN, Fault, Faults
from services.intake.domain.open311.parameters import Parameters, UnreadableError, read_positive, read_time
from services.intake.domain.open311.services import service_of

LONGEST_SPAN: Final = timedelta(days=90)
MOST: Final = 1000
_MOST_PAGES: Final = 100_000
_MOST_IDS: Final = 1000
_STATUSES: Final = frozenset({"open", "closed"})
# So that a time of the last second, rounded up by a client, is not the future.
_SLACK: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Both ends belong to it; None is no end."""

    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    limit: int = MOST
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """`closed` None is either. Identifiers override everything else."""

    ids: tuple[UUID, ...] | None = None
    service_codes: tuple[str, ...] | None = None
    requested: Span = Span()
    updated: Span = Span()
    closed: bool | None = None
    page: Page = Page()


def read_asked(parameters: Parameters, now: datetime) -> Asked:
    """Raises `Faults` with all that is wrong."""
    if ids := parameters.listed("service_request_id"):
        return Asked(ids=tuple(found for each in ids[:_MOST_IDS] if (found := read_id(each))))
    faults: list[Fault] = []
    updated = _given(parameters, "updated_after", "updated_before", faults)
    requested = _given(parameters, "start_date", "end_date", faults)
    by_update = updated != Span()
    asked = Asked(
        service_codes=_service_codes(parameters, faults),
        requested=requested if by_update and requested == Span() else _spanned(requested, now, faults),
        updated=_spanned(updated, now, faults) if by_update else updated,
        closed=_closed(parameters, faults),
        page=_page(parameters, faults),
    )
    if faults:
        raise Faults(faults)
    return asked


def read_asked_updates(parameters: Parameters, now: datetime) -> tuple[Span, Page]:
    """Raises `Faults`."""
    faults: list[Fault] = []
    span = _spanned(_given(parameters, "start_date", "end_date", faults), now, faults)
    page = _page(parameters, faults)
    if faults:
        raise Faults(faults)
    return span, page


def read_id(text: str) -> UUID | None:
    """None when nothing of ours is called so."""
    try:
        return UUID(text) if len(text) == 36 else None
    except ValueError:
        return None


def _given(parameters: Parameters, start: str, end: str, faults: list[Fault]) -> Span:
    return Span(_time(parameters, start, faults), _time(parameters, end, faults))


def _time(parameters: Parameters, name: str, faults: list[Fault]) -> datetime | None:
    value = parameters.first(name)
    try:
        return None if value is None else read_time(value, name)
    except UnreadableError as error:
        faults.append(Fault(str(error)))
        return None


def _spanned(given: Span, now: datetime, faults: list[Fault]) -> Span:
    """At most 90 days: those before the end, or those after the start, or the last ones."""
    start, end = given.start, given.end
    if start is None:
        end = end or now + _SLACK
        return Span(end - LONGEST_SPAN, end)
    end = end or start + LONGEST_SPAN
    if start > end:
        faults.append(Fault("The start must not come after the end."))
    elif end - start > LONGEST_SPAN:
        faults.append(Fault(f"The time may span {LONGEST_SPAN.days} days at most."))
    return Span(start, end)


def _service_codes(parameters: Parameters, faults: list[Fault]) -> tuple[str, ...] | None:
    codes = parameters.listed("service_code")
    if any(service_of(code) is None for code in codes):
        faults.append(Fault("service_code was not found.", UNKNOWN))
    return tuple(dict.fromkeys(codes)) or None


def _closed(parameters: Parameters, faults: list[Fault]) -> bool | None:
    asked = {status.lower() for status in parameters.listed("status")}
    if not asked <= _STATUSES:
        faults.append(Fault("status must be open, closed, or both with a comma between."))
    return "closed" in asked if len(asked) == 1 else None


def _page(parameters: Parameters, faults: list[Fault]) -> Page:
    try:
        limit = read_positive(parameters.first("page_size"), "page_size", default=MOST, most=MOST)
        number = read_positive(parameters.first("page"), "page", default=1, most=_MOST_PAGES)
    except UnreadableError as error:
        faults.append(Fault(str(error)))
        return Page()
    return Page(limit, (number - 1) * limit)
