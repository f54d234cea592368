"""Answering a question on the report's own page, without script too."""

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Scope

from services.intake.domain.addition import FilledAddition
from services.intake.domain.following import spelled_out
from services.intake.domain.refusal import Refused
from services.intake.domain.staff_question import FilledAnswer
from services.intake.routes.answering import store_answer
from services.intake.routes.asked_questions import SentBack
from services.intake.routes.follow_page import FAILURES, draw_follow
from services.intake.routes.html import PAGE_HEADERS, Page, page_for
from services.intake.routes.pages import looked_up, own_form
from services.intake.running import Running
from services.intake.texts import texts
from shared.problem import Problem

_OPEN_NO_MORE: Final = {
    "question-answered": "answered",
    "question-withdrawn": "withdrawn",
    "unknown-question": "withdrawn",
}


def answer_page_router(running: Running) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    municipality = running.settings.municipality

    @router.post("/follow/{code}/answer")
    async def answer(request: Request, code: str) -> Response:
        page = page_for(request, municipality, f"/follow/{code[:40]}/answer")
        try:
            filled = FilledAnswer.read(await own_form(request, running))
            return await _answer(running, page, request.scope, code, filled)
        except (Problem, Refused) as fault:
            return looked_up(page, code, fault)

    return router


async def _answer(running: Running, page: Page, scope: Scope, code: str, filled: FilledAnswer) -> Response:
    """Back to the report's page: with thanks, or with what was written and why it was not taken."""
    wording = texts(page.language)["follow"]
    try:
        taken = await store_answer(running, scope, code, filled, page.language, "page")
    except Refused as fault:
        known = wording["asked"] | {key: wording["add"][key] for key in ("too_long", "unreadable")}
        sent_back = SentBack(filled.question_id, filled.text, known[fault.errors[0].code])
        return await draw_follow(running, page, code, sent_back=sent_back, status=422)
    except Problem as fault:
        if fault.status in FAILURES:
            sent_back = SentBack(filled.question_id, filled.text, wording["add"][FAILURES[fault.status]])
            return await draw_follow(running, page, code, sent_back=sent_back, status=fault.status)
        if fault.kind == "not-storable":
            sent_back = SentBack(filled.question_id, filled.text, wording["add"]["unreadable"])
            return await draw_follow(running, page, code, sent_back=sent_back, status=422)
        if fault.kind not in _OPEN_NO_MORE:
            raise
        # What was written is not lost: it stands where something can be added all the same.
        sent_back = SentBack(None, filled.text, wording["asked"][_OPEN_NO_MORE[fault.kind]])
        kept = FilledAddition({**FilledAddition.empty().values, "text": filled.text}, {})
        return await draw_follow(running, page, code, kept, sent_back=sent_back, status=409)
    call = f"&call={taken.call}" if taken.call else ""
    return RedirectResponse(
        f"/follow/{spelled_out(code)}?added=answer&lang={page.language}{call}",
        status_code=303,
        headers=PAGE_HEADERS,
    )
