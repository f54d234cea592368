"""Who visits one of staff's pages, and the way to sign in for who is a stranger."""

import re
from typing import Final

from fastapi import Request
from starlette.responses import Response

from services.intake.routes.staff.look import (
    STAFF_PATH,
    StaffPage,
    leading_to,
    remove_cookie,
    require_scope,
    secret_in,
    staff_page,
)
from services.intake.running import Running
from services.intake.staff.sessions_store import Staff

# One of our own pages about one thing, so that no link can lead a person elsewhere after signing in.
_AFTERWARDS: Final = re.compile(r"/staff/[a-z]+/[0-9a-f-]{36}")


async def visitor(running: Running, request: Request, page: StaffPage, scope: str) -> Staff | None:
    """None for a stranger. Raises `Problem` 403 for who may not see this page."""
    staff = await running.staff_door.staff(secret_in(request, running.settings.staff), page.now)
    if staff is not None:
        require_scope(staff, scope)
    return staff


def to_sign_in(running: Running, request: Request, afterwards: str = "") -> Response:
    """`afterwards`: the page to come back to."""
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
