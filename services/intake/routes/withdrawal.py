"""Taking a report back, by who holds its code: in the API, and on pages with a question first. None of it needs script."""

from datetime import datetime

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse

from services.intake.disposal_store import Tombstone
from services.intake.domain.following import spelled_out
from services.intake.routes.accept_reports import REPORTS_PATH
from services.intake.routes.api import away, find_report, unknown_code
from services.intake.routes.html import PAGE_HEADERS, Page, page_for
from services.intake.routes.openapi import AWAY, NOT_FOUND
from services.intake.routes.pages import looked_up, require_own_page
from services.intake.running import Running
from shared.events import DisposalReason
from shared.postgres import TRANSIENT_ERRORS
from shared.problem import Problem


class WithdrawnReport(BaseModel):
    """All that is left of it."""

    municipality: str
    reason: DisposalReason
    at: datetime


async def withdrawn(running: Running, code: str) -> Tombstone:
    """Raises `Problem` 404 or 503."""
    tracking_code = spelled_out(code)
    if tracking_code is None:
        raise unknown_code()
    try:
        withdrawal = await running.withdraw(tracking_code)
    except TRANSIENT_ERRORS:
        raise away("The report can't be taken back right now") from None
    if withdrawal.tombstone is None:
        raise unknown_code()
    return withdrawal.tombstone


def withdrawal_router(running: Running) -> APIRouter:
    router = APIRouter()
    municipality = running.settings.municipality

    @router.delete(
        REPORTS_PATH + "/{tracking_code}",
        summary="Take a report back",
        description="What was said, who said it and where are erased here at once, and in the other services within a minute "
        "while they run. The second time nothing more happens. It can't be undone.",
        operation_id="withdraw_report",
        responses={404: NOT_FOUND, 503: AWAY},
    )
    async def withdraw_report(tracking_code: str, response: Response) -> WithdrawnReport:
        tombstone = await withdrawn(running, tracking_code)
        response.headers["Cache-Control"] = "no-store"
        return WithdrawnReport(municipality=tombstone.municipality, reason=tombstone.reason, at=tombstone.at)

    @router.get("/follow/{code}/withdraw", include_in_schema=False)
    async def ask(request: Request, code: str) -> HTMLResponse:
        page = _page(request, municipality, code)
        try:
            report = await find_report(running.pool, code)
        except Problem as problem:
            return looked_up(page, code, problem)
        return page.draw("withdraw.html", report=report)

    @router.post("/follow/{code}/withdraw", include_in_schema=False)
    async def withdraw(request: Request, code: str) -> Response:
        page = _page(request, municipality, code)
        try:
            require_own_page(request, running.settings.public_url)
            await withdrawn(running, code)
        except Problem as problem:
            return looked_up(page, code, problem)
        return RedirectResponse(
            f"/follow/{code[:40]}?lang={page.language}", status_code=303, headers=PAGE_HEADERS
        )

    return router


def _page(request: Request, municipality: str, code: str) -> Page:
    return page_for(request, municipality, f"/follow/{code[:40]}/withdraw")
