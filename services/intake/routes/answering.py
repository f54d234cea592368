"""Answering what staff ask about a report: on its page, also without script, and by the API. Each question is answered once."""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.responses import RedirectResponse
from starlette.types import Scope

from services.intake import form_store, staff_question_store, store
from services.intake.domain.acceptance import accept
from services.intake.domain.addition import FilledAddition
from services.intake.domain.credentials import FORM
from services.intake.domain.emergency import Number, number_to_ring
from services.intake.domain.refusal import Refused
from services.intake.domain.staff_question import FilledAnswer, StaffQuestion
from services.intake.domain.submission import MAX_TEXT, refused
from services.intake.domain.telling import Told, tell
from services.intake.form_store import First
from services.intake.metrics import QUESTIONS_ANSWERED
from services.intake.routes.accept_reports import (
    REPORTS_PATH,
    refusal_problem,
    stored_or_problem,
    traceparent,
)
from services.intake.routes.api import away, find_report
from services.intake.routes.asked_questions import SentBack
from services.intake.routes.body import read_body, require_content_type
from services.intake.routes.follow_page import draw_follow
from services.intake.routes.html import PAGE_HEADERS, Page, page_for
from services.intake.routes.openapi import AWAY, GONE, NOT_FOUND, problem
from services.intake.routes.pages import looked_up, require_own_page
from services.intake.running import Running
from services.intake.store import Claim
from services.intake.texts import texts
from shared.events import Relation
from shared.postgres import TRANSIENT_ERRORS
from shared.problem import Problem

_SCOPE: Final = "answer"
_EXAMPLE: Final = {
    "question_id": "01939f00-0000-7000-8000-0000000000aa",
    "text": "Ja, det brinner fortfarande i containern.",
}


class GivenAnswer(BaseModel):
    """`language`: BCP 47 tag of the language the reporter reads."""

    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", json_schema_extra={"examples": [_EXAMPLE]}
    )

    question_id: UUID
    text: str = Field(min_length=1, max_length=MAX_TEXT)
    language: str | None = Field(default=None, pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$")


class TakenAnswer(BaseModel):
    """`call`: the number to ring first, when what was written sounds urgent; the answer is stored all the same."""

    question_id: UUID
    replayed: bool
    call: Number | None


@dataclass(frozen=True, slots=True)
class _Asked:
    first: First
    question: StaffQuestion


async def store_answer(
    running: Running, scope: Scope, code: str, filled: FilledAnswer, language: str | None, way: str
) -> TakenAnswer:
    """Waits for the commit. The very same answer sent again is the same one.

    Raises `Problem` 404, 409, 410, 429 or 503, and `Refused` when nothing or too much is said.
    """
    report = await find_report(running.pool, code)
    asked = await _asked(running, report.tracking_code, filled.question_id)
    first, question = asked.first, asked.question
    words = running.vault.open_words(first.report_id, first.key, first.sealed)
    submission = filled.submission(
        language, first.municipality, first.point, words.place_text, first.category
    )
    accepted = accept(submission, FORM.source, first.municipality, datetime.now(UTC))
    told = tell(
        accepted,
        Told(
            follows=first.report_id,
            relation=Relation.ADDITION,
            earlier_words=words.text,
            question_id=question.question_id,
        ),
    )
    claim = Claim(_SCOPE, str(question.question_id), sha256(submission.text.encode()).digest())
    taken = TakenAnswer(question_id=question.question_id, replayed=True, call=number_to_ring(filled.text))
    if question.answered_at is not None:
        await _require_the_same(running, claim)
        return taken
    if not question.is_open:
        raise _withdrawn()
    told = await running.gate.admit_addition(scope, told)
    try:
        stored = await stored_or_problem(running.commits, told, claim, traceparent(scope))
    except Problem as fault:
        raise (_answered() if fault.kind == "idempotency-key-reused" else fault) from None
    if not stored.replayed:
        QUESTIONS_ANSWERED.labels(way).inc()
    return taken.model_copy(update={"replayed": stored.replayed})


async def _asked(running: Running, tracking_code: str, question_id: UUID | None) -> _Asked:
    try:
        async with running.pool.acquire(timeout=5) as connection:
            first = await form_store.first_of(connection, tracking_code)
            asked = await staff_question_store.questions_to(connection, tracking_code)
    except TRANSIENT_ERRORS:
        raise away("Nothing can be answered right now") from None
    if first is None:  # from before reports were sealed, or disposed of this moment
        raise away("Nothing can be added to this report right now")
    question = next((each for each in asked if each.question_id == question_id), None)
    if question is None:
        raise Problem(
            404,
            "unknown-question",
            "There is no such question about this report",
            f"Get {REPORTS_PATH}/{tracking_code} for the questions that are open.",
        )
    return _Asked(first, question)


async def _require_the_same(running: Running, claim: Claim) -> None:
    try:
        async with running.pool.acquire(timeout=5) as connection:
            before = await store.claimed_before(connection, [claim])
    except TRANSIENT_ERRORS:
        raise away("Nothing can be answered right now") from None
    known = before.get((claim.scope, claim.key))
    if known is None or known.fingerprint != claim.fingerprint:
        raise _answered()


def _answered() -> Problem:
    return Problem(
        409,
        "question-answered",
        "The question is answered already",
        "An answer is not changed. What is to be added to it goes to the report's page.",
    )


def _withdrawn() -> Problem:
    return Problem(
        409,
        "question-withdrawn",
        "The question was taken back",
        "Nothing was stored. What you want to tell all the same can be added on the report's page.",
    )


def answering_router(running: Running) -> APIRouter:
    router = APIRouter()
    _add_api(router, running)
    _add_page(router, running)
    return router


_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    400: problem(
        "The body is not JSON in UTF-8.", "unreadable-body", "The body can't be read", 400,
        "body: the body is not JSON in UTF-8",
    ),
    404: NOT_FOUND,
    409: problem(
        "The question was answered otherwise (`question-answered`) or taken back (`question-withdrawn`).",
        "question-answered", "The question is answered already", 409,
        "An answer is not changed. What is to be added to it goes to the report's page.",
    ),
    410: GONE,
    413: problem(
        "The body is too large.", "body-too-large", "The body is too large", 413,
        "At most 65536 bytes are read. Shorten the text.",
    ),
    415: problem(
        "The body is not declared as JSON.", "unsupported-media-type", "This kind of body is not read", 415,
        "Send Content-Type: application/json.",
    ),
    422: problem(
        "The answer does not fit.", "invalid-report", "The report does not fit", 422, "text: must say something",
    ),
    429: problem(
        "Too many from this address or network.", "too-many-reports", "Too many reports from here in a short time",
        429, "Nothing was stored. Send it again in 10 s; 120 at once and then one each 10 s are taken. In danger call 112.",
    ),
    503: AWAY,
}  # fmt: skip
_BODY: Final = {
    "required": True,
    "description": "At most 64 KiB.",
    "content": {"application/json": {"schema": GivenAnswer.model_json_schema()}},
}


def _add_api(router: APIRouter, running: Running) -> None:
    @router.post(
        REPORTS_PATH + "/{tracking_code}/answers",
        status_code=202,
        summary="Answer a question about a report",
        description="By who holds the code. Answered after a durable commit: the answer is a report of its own that follows the "
        "first, and goes the same way. A question takes one answer; the very same one again gets the same response with "
        "`replayed`, for at least 48 hours.",
        operation_id="answer_question",
        responses=_RESPONSES,
        openapi_extra={"requestBody": _BODY},
    )
    async def answer_question(request: Request, response: Response, tracking_code: str) -> TakenAnswer:
        require_content_type(request.scope, b"application/json")
        body = await read_body(request.scope, request.receive)
        response.headers["Cache-Control"] = "no-store"
        try:
            given = GivenAnswer.model_validate_json(body)
            filled = FilledAnswer(given.question_id, given.text)
            return await store_answer(running, request.scope, tracking_code, filled, given.language, "api")
        except ValidationError as error:
            raise refusal_problem(refused(error)) from None
        except Refused as fault:
            raise refusal_problem(fault) from None


def _add_page(router: APIRouter, running: Running) -> None:
    municipality = running.settings.municipality

    @router.post("/follow/{code}/answer", include_in_schema=False)
    async def answer(request: Request, code: str) -> Response:
        page = page_for(request, municipality, f"/follow/{code[:40]}/answer")
        try:
            require_own_page(request, running.settings.public_url)
            require_content_type(request.scope, b"application/x-www-form-urlencoded")
            filled = FilledAnswer.read(await read_body(request.scope, request.receive))
            return await _answer(running, page, request.scope, code, filled)
        except Problem as fault:
            return looked_up(page, code, fault)
        except Refused:
            return looked_up(
                page, code, Problem(400, "unreadable-body", "The form can't be read", "Send it again.")
            )

    @router.get("/follow/{code}/answer", include_in_schema=False)
    async def answered(request: Request, code: str) -> Response:
        """Where the language switch leads from a page that was sent."""
        page = page_for(request, municipality, f"/follow/{code[:40]}")
        try:
            return await draw_follow(running, page, code)
        except Problem as fault:
            return looked_up(page, code, fault)


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
        if fault.status in {429, 503}:
            sent_back = SentBack(filled.question_id, filled.text, wording["add"]["not_stored"])
            return await draw_follow(running, page, code, sent_back=sent_back, status=fault.status)
        if fault.kind not in _OPEN_NO_MORE:
            raise
        # What was written is not lost: it stands where something can be added all the same.
        sent_back = SentBack(None, filled.text, wording["asked"][_OPEN_NO_MORE[fault.kind]])
        kept = FilledAddition({**FilledAddition.empty().values, "text": filled.text}, {})
        return await draw_follow(running, page, code, kept, sent_back=sent_back, status=409)
    call = f"&call={taken.call}" if taken.call else ""
    return RedirectResponse(
        f"/follow/{code[:40]}?added=answer&lang={page.language}{call}",
        status_code=303,
        headers=PAGE_HEADERS,
    )


_OPEN_NO_MORE: Final = {
    "question-answered": "answered",
    "question-withdrawn": "withdrawn",
    "unknown-question": "withdrawn",
}
