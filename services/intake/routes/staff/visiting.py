"""Who visits one of staff's pages, and the way to sign in for who is a stranger."""

import re
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from fastapi import Request
from starlette.responses import HTMLResponse, Response

from services.intake.routes.staff.look import (
    STAFF_PATH,
    StaffPage,
    leading_to,
    or_problem,
    remove_cookie,
    require_scope,
    secret_in,
    staff_page,
)
from services.intake.running import Running
from services.intake.staff.door import form_mark
from services.intake.staff.sessions_store import Staff

# One of our own pages about one thing, so that no link can lead a person elsewhere after signing in.
_AFTERWARDS: Final = re.compile(r"/staff/[a-z]+/[0-9a-f-]{36}")


class StrangerError(Exception):
    """Nobody is signed in."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Who looks at which page. `secret`: the session's."""

    page: StaffPage
    staff: Staff
    secret: str

    def draw(self, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        return self.page.draw(
            template,
            status=status,
            staff=self.staff,
            mark=form_mark(self.secret),
            sign_out=self.page.link(f"{STAFF_PATH}/sign-out"),
            **values,
        )


async def visit_of(running: Running, request: Request, page: StaffPage, scope: str) -> Visit:
    """Raises `StrangerError`, and `Problem` 403 for who may not see this page."""
    secret = secret_in(request, running.settings.staff)
    staff = await running.staff_door.staff(secret, page.now)
    if staff is None:
        raise StrangerError
    require_scope(staff, scope)
    return Visit(page, staff, secret)


def page_of_report(running: Running, request: Request, path: str, report_id: UUID) -> StaffPage:
    return staff_page(request, running.settings.municipality, f"{path}/{report_id}")


async def or_sign_in(
    running: Running, request: Request, page: StaffPage, answer: Awaitable[Response]
) -> Response:
    """The answer, the way to sign in for a stranger, or a page that says what went wrong."""
    try:
        return await or_problem(page, answer)
    except StrangerError:
        return _to_sign_in(running, request, page.path)


def _to_sign_in(running: Running, request: Request, afterwards: str) -> Response:
    """`afterwards`: the page to come back to, if it is about one thing."""
    settings = running.settings.staff
    had_one = bool(secret_in(request, settings))
    page = staff_page(request, running.settings.municipality, STAFF_PATH)
    answer = leading_to(page.link(ended="1" if had_one else "", to=own_page(afterwards)))
    if had_one:
        remove_cookie(answer, settings)
    return answer


def own_page(path: str) -> str:
    """The path, if it is one to come back to."""
    return path if _AFTERWARDS.fullmatch(path) else ""
