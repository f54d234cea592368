"""Signing in with a token, and out again."""

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from services.intake.routes.pages import own_form
from services.intake.routes.staff.look import (
    QUARANTINE_PAGE,
    STAFF_PATH,
    StaffPage,
    leading_to,
    or_problem,
    remove_cookie,
    secret_in,
    set_cookie,
    staff_page,
    words,
)
from services.intake.routes.staff.visiting import own_page
from services.intake.running import Running
from services.intake.staff.choosing import Form
from services.intake.staff.door import SignedIn, TooMany, is_own_form
from shared.problem import Problem

_LONGEST_TOKEN: Final = 500
_STATUS: Final = {"wrong": 401, "too_many": 429, "missing": 422}


def signing_in_router(running: Running) -> APIRouter:
    router = APIRouter()
    municipality = running.settings.municipality

    @router.api_route(STAFF_PATH, methods=["GET", "HEAD"])
    async def show(request: Request, ended: str = "", out: str = "", to: str = "") -> Response:
        page = staff_page(request, municipality, STAFF_PATH, {"to": own_page(to)})
        told = "ended" if ended else "signed_out" if out else None
        return await or_problem(page, _show(running, page, request, told))

    @router.post(STAFF_PATH)
    async def sign_in(request: Request, to: str = "") -> Response:
        page = staff_page(request, municipality, STAFF_PATH, {"to": own_page(to)})
        return await or_problem(page, _sign_in(running, page, request))

    @router.post(f"{STAFF_PATH}/sign-out")
    async def sign_out(request: Request) -> Response:
        page = staff_page(request, municipality, STAFF_PATH)
        return await or_problem(page, _sign_out(running, page, request))

    return router


async def _show(running: Running, page: StaffPage, request: Request, told: str | None) -> Response:
    if await running.staff_door.staff(secret_in(request, running.settings.staff), page.now):
        return leading_to(_first_page(page))
    return _draw(page, told=told)


async def _sign_in(running: Running, page: StaffPage, request: Request) -> Response:
    token = (await read_own_form(request, running)).one("token").strip()[:_LONGEST_TOKEN]
    if not token:
        return _draw(page, fault="missing")
    found = await running.staff_door.sign_in(token, running.gate.address_of(request.scope), page.now)
    if isinstance(found, SignedIn):
        answer = leading_to(_first_page(page))
        set_cookie(answer, running.settings.staff, found.secret)
        return answer
    if isinstance(found, TooMany):
        return _draw(page, fault="too_many", retry_after_s=found.retry_after_s)
    return _draw(page, fault="wrong")


async def _sign_out(running: Running, page: StaffPage, request: Request) -> Response:
    settings = running.settings.staff
    secret = secret_in(request, settings)
    require_form_of(secret, await read_own_form(request, running))
    await running.staff_door.sign_out(secret)
    answer = leading_to(page.link(out="1"))
    remove_cookie(answer, settings)
    return answer


async def read_own_form(request: Request, running: Running) -> Form:
    """Raises `Problem` when another site's page sent it, `Refused` when it is no form."""
    return Form.read(await own_form(request, running))


def require_form_of(secret: str, form: Form) -> None:
    """Raises `Problem` unless the form was drawn in the session that sends it."""
    if not is_own_form(secret, form.one("form")):
        raise Problem(403, "other-site", "Sent from elsewhere", "Open the page here and send it again.")


def _first_page(page: StaffPage) -> str:
    """The one that somebody came for."""
    return page.link(page.query.get("to") or QUARANTINE_PAGE, to="")


def _draw(
    page: StaffPage, *, fault: str | None = None, told: str | None = None, retry_after_s: int = 0
) -> HTMLResponse:
    wording = words(page.language)["sign_in"]
    response = page.draw(
        "staff_sign_in.html",
        status=200 if fault is None else _STATUS[fault],
        fault=None if fault is None else wording["faults"][fault].format(seconds=retry_after_s),
        told_first=None if told is None else wording[told],
        action=page.link(),
    )
    if retry_after_s:
        response.headers["Retry-After"] = str(retry_after_s)
    return response
