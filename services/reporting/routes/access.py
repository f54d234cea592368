"""Who may ask, and what a question may hold."""

from datetime import date, datetime, time
from typing import Annotated, Any, Final, TypeVar

from fastapi import Depends, Query, Request

from services.reporting.domain.periods import LOCAL, Period, period_ending
from services.reporting.running import RunningService
from services.reporting.session import Staff
from shared.geodata import municipalities
from shared.problem import Problem

D = TypeVar("D", bound=date)
CSRF_HEADER: Final = "x-requested-with"
CSRF_VALUE: Final = "vardkase"
MAX_DAYS: Final = 366


def staff_reading(request: Request, service: RunningService) -> Staff:
    staff = service.sessions.staff(request.headers, request.cookies)
    if staff is None:
        raise Problem(
            401,
            "sign-in",
            "Sign in first",
            "Send the staff token as `Authorization: Bearer …`, or sign in at /sign-in.",
            headers={"WWW-Authenticate": 'Bearer realm="vardkase"'},
        )
    return staff


def staff_writing(request: Request, staff: Annotated[Staff, Depends(staff_reading)]) -> Staff:
    if staff.by_cookie and request.headers.get(CSRF_HEADER) != CSRF_VALUE:
        raise Problem(
            403,
            "forged-request",
            "The request did not come from our page",
            f"A browser's change must carry `X-Requested-With: {CSRF_VALUE}`.",
        )
    return staff


Reader = Annotated[Staff, Depends(staff_reading)]
Writer = Annotated[Staff, Depends(staff_writing)]


def known_municipality(code: str) -> str:
    if code not in municipalities():
        raise Problem(
            404,
            "unknown-municipality",
            "No such municipality",
            f"{code!r} is not a code of SCB's, such as 1983.",
        )
    return code


def asked_municipality(service: RunningService, municipality: Annotated[str | None, Query()] = None) -> str:
    return known_municipality(municipality or service.settings.municipality)


Municipality = Annotated[str, Depends(asked_municipality)]


def asked_period(
    service: RunningService,
    days: Annotated[int, Query(ge=1, le=MAX_DAYS, description="whole local days")] = 14,
    to: Annotated[
        datetime | date | None,
        Query(description="the period ends with this moment's day; a date is not itself in the period"),
    ] = None,
) -> Period:
    return period_ending(_moment(to, service.clock()), days)


AskedPeriod = Annotated[Period, Depends(asked_period)]


def _moment(to: datetime | date | None, now: datetime) -> datetime:
    if to is None:
        return now
    if not isinstance(to, datetime):
        return datetime.combine(within_our_time(to), time.min, LOCAL)
    return within_our_time(to if to.tzinfo else to.replace(tzinfo=LOCAL))


def within_our_time(to: D) -> D:
    if 2000 <= to.year <= 2200:
        return to
    raise Problem(
        422, "invalid-request", "The request does not fit", "`to` must lie in the years 2000 to 2200."
    )


def written(value: Any) -> Any:
    """A number is no time, though it could be read as seconds of some clock."""
    if isinstance(value, str | None):
        return value
    raise ValueError("must be a time such as 2026-11-23T14:05:00Z")
