"""News by e-mail on pages, all of it without script: asking, the code, stopping, and where a message's stop link leads."""

from math import ceil
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from starlette.responses import HTMLResponse, RedirectResponse

from services.intake.domain.form import read_fields
from services.intake.domain.refusal import Refused
from services.intake.email.acting import ask_for_code, enter_code, offered, stop_news
from services.intake.email.links import STOP_PATH
from services.intake.email.shown import email_shown
from services.intake.routes.api import away
from services.intake.routes.html import PAGE_HEADERS, Page, page_for
from services.intake.routes.pages import looked_up, own_form, require_own_page
from services.intake.running import Running
from services.intake.texts import texts
from shared.errors import Retry
from shared.postgres import TRANSIENT_ERRORS
from shared.problem import Problem

_READ: Final = ["GET", "HEAD"]
_STEP: Final = "/follow/{code}/email"
_WORDS_OF: Final = {"invalid-address": "address", "wrong-code": "wrong", "new-code-needed": "ended"}


def email_pages(running: Running) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    _add_reading(router, running)
    _add_acting(router, running)
    _add_stop_link(router, running)
    return router


def _add_reading(router: APIRouter, running: Running) -> None:
    @router.api_route(_STEP, methods=_READ)
    @router.api_route(_STEP + "/verify", methods=_READ)
    @router.api_route(_STEP + "/stop", methods=_READ)
    async def show(request: Request, code: str) -> Response:
        """The last two: where the language switch leads from a page that was sent."""
        page = _page(request, running, code)
        try:
            return await _draw(running, page, code)
        except Problem as fault:
            return looked_up(page, code, fault)


def _add_acting(router: APIRouter, running: Running) -> None:
    @router.post(_STEP)
    async def ask(request: Request, code: str) -> Response:
        page, typed = _page(request, running, code), ""
        try:
            sent = await _sent(request, running)
            typed = sent.get("email", "").strip()[:300]
            again = "again" in sent
            await ask_for_code(running, request.scope, code, None if again else typed, page.language)
        except Problem as fault:
            return await _again(running, page, code, fault, "email", typed)
        return _to(page, code, "/email")

    @router.post(_STEP + "/verify")
    async def verify(request: Request, code: str) -> Response:
        page = _page(request, running, code)
        try:
            sent = await _sent(request, running)
            await enter_code(running, code, sent.get("email_code", ""))
        except Problem as fault:
            return await _again(running, page, code, fault, "email_code", "")
        return _to(page, code, "", "&email=verified")

    @router.post(_STEP + "/stop")
    async def stop(request: Request, code: str) -> Response:
        page = _page(request, running, code)
        try:
            require_own_page(request, running.settings.public_url)
            await stop_news(running, code)
        except Problem as fault:
            return looked_up(page, code, fault)
        return _to(page, code, "", "&email=stopped")


def _add_stop_link(router: APIRouter, running: Running) -> None:
    """Who follows a link only looks: programs that read mail follow every link there is. A press on the button, or a mail
    program's own one-click request (RFC 8058), which comes from elsewhere, stops it.
    """
    municipality = running.settings.municipality

    @router.api_route(STOP_PATH + "/{token}", methods=_READ)
    async def show_stop(request: Request, token: str) -> HTMLResponse:
        return page_for(request, municipality, f"{STOP_PATH}/{token[:100]}").draw(
            "email_stop.html", token=token[:100], is_done=False
        )

    @router.post(STOP_PATH + "/{token}")
    async def stop(request: Request, token: str) -> HTMLResponse:
        """The same answer whatever the link is good for."""
        page = page_for(request, municipality, f"{STOP_PATH}/{token[:100]}")
        try:
            await running.email.stop_by_link(token)
        except (*TRANSIENT_ERRORS, Retry):
            return looked_up(page, "", away("The news can't be stopped right now"))
        return page.draw("email_stop.html", token=token[:100], is_done=True)


async def _sent(request: Request, running: Running) -> dict[str, str]:
    """Raises `Problem`."""
    try:
        return read_fields(await own_form(request, running))
    except Refused:
        raise Problem(400, "unreadable-body", "The form can't be read", "Send it again.") from None


async def _again(running: Running, page: Page, code: str, fault: Problem, field: str, typed: str) -> Response:
    """The page with what was wrong beside the field, or what is shown instead of a report."""
    wording: dict[str, Any] = texts(page.language)["email"]["errors"]
    if fault.kind in _WORDS_OF:
        error = wording[
            "missing" if field == "email" and not typed and fault.status == 422 else _WORDS_OF[fault.kind]
        ]
    elif fault.status == 429:
        wait_s = int((fault.headers or {}).get("Retry-After", "60"))
        error = wording["too_many"].format(minutes=ceil(wait_s / 60))
    else:
        return looked_up(page, code, fault)
    try:
        drawn = await _draw(running, page, code, field, error, typed, status=fault.status)
    except Problem as other:
        return looked_up(page, code, other)
    drawn.headers.update(fault.headers or {})
    return drawn


async def _draw(
    running: Running,
    page: Page,
    code: str,
    field: str = "",
    error: str = "",
    typed: str = "",
    *,
    status: int = 200,
) -> HTMLResponse:
    tracking_code = await offered(running, code)
    shown = await email_shown(running, tracking_code, field=field, error=error, typed=typed)
    return page.draw("email.html", status=status, tracking_code=tracking_code, **shown)


def _page(request: Request, running: Running, code: str) -> Page:
    return page_for(request, running.settings.municipality, f"/follow/{code[:40]}/email")


def _to(page: Page, code: str, step: str, done: str = "") -> RedirectResponse:
    return RedirectResponse(
        f"/follow/{code[:40]}{step}?lang={page.language}{done}", status_code=303, headers=PAGE_HEADERS
    )
