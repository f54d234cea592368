"""Questions about the kind that a report was taken for, put once on the page that follows it. All of it works without script."""

from datetime import UTC, datetime

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from services.intake import standing_store
from services.intake.domain.refusal import Refused
from services.intake.domain.standing import FilledQuestions
from services.intake.domain.telling import Told
from services.intake.routes.adding import store_addition, tell_addition
from services.intake.routes.api import away, find_report
from services.intake.routes.first_report import first_report
from services.intake.routes.follow_page import FAILURES, draw_follow
from services.intake.routes.html import PAGE_HEADERS, Page, page_for
from services.intake.routes.pages import looked_up, own_form
from services.intake.routes.sent_form import form_claim
from services.intake.running import Running
from services.intake.store import Claim
from services.intake.texts import texts
from shared.categories import CategoryCode
from shared.postgres import TRANSIENT_ERRORS
from shared.problem import Problem


def sorted_questions_router(running: Running) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    municipality = running.settings.municipality

    @router.post("/follow/{code}/questions")
    async def answer(request: Request, code: str) -> Response:
        page = page_for(request, municipality, f"/follow/{code[:40]}/questions")
        try:
            body = await own_form(request, running)
            return await _take(running, page, request, code, FilledQuestions.read(body))
        except (Problem, Refused) as fault:
            return looked_up(page, code, fault)

    return router


async def _take(
    running: Running, page: Page, request: Request, code: str, filled: FilledQuestions
) -> Response:
    """Back to the report's page. Raises `Problem` 404, 410 or 503, `Refused` without a kind."""
    report = await find_report(running.pool, code)
    if filled.category is None:
        raise Refused([], readable=False)
    if filled.answers:
        first = await first_report(running, report.tracking_code, "Nothing can be answered right now")
        try:
            said = Told(category=filled.category, answers=filled.answers)
            addition = tell_addition(running, first, filled, page.language, said)
            await store_addition(
                running, request.scope, first, addition, _claim(report.tracking_code, filled)
            )
        except Problem as fault:
            if fault.status == 410:
                raise
            error = texts(page.language)["follow"]["sorted"][FAILURES.get(fault.status, "not_stored")]
            return await draw_follow(
                running,
                page,
                code,
                sorted_fault=error,
                sorted_given=filled.answers,
                token=filled.token,
                status=fault.status,
            )
    await _mark_asked(running, report.tracking_code, filled.category)
    added = "added=questions&" if filled.answers else ""
    return RedirectResponse(
        f"/follow/{report.tracking_code}?{added}lang={page.language}", status_code=303, headers=PAGE_HEADERS
    )


def _claim(tracking_code: str, filled: FilledQuestions) -> Claim:
    return form_claim(filled.token, tracking_code, filled.category, sorted(filled.answers.items()))


async def _mark_asked(running: Running, tracking_code: str, category: CategoryCode) -> None:
    try:
        async with running.pool.acquire(timeout=5) as connection:
            await standing_store.mark_asked(connection, tracking_code, category, datetime.now(UTC))
    except TRANSIENT_ERRORS:
        raise away("Nothing can be answered right now") from None
