"""Answering a question about a report by the API."""

from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.intake.domain.refusal import Refused
from services.intake.domain.staff_question import FilledAnswer
from services.intake.domain.submission import MAX_TEXT, refused
from services.intake.routes.accept_reports import REPORTS_PATH, refusal_problem
from services.intake.routes.answering import TakenAnswer, store_answer
from services.intake.routes.body import read_body, require_content_type
from services.intake.routes.openapi import AWAY, GONE, JSON_BODY, NOT_FOUND, problem
from services.intake.running import Running

_EXAMPLE: Final[dict[str, Any]] = {
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


_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    **JSON_BODY,
    404: NOT_FOUND,
    409: problem(
        "The question was answered otherwise (`question-answered`) or taken back (`question-withdrawn`).",
        "question-answered", "The question is answered already", 409,
        "An answer is not changed. What is to be added to it goes to the report's page.",
    ),
    410: GONE,
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


def answers_router(running: Running) -> APIRouter:
    router = APIRouter()

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

    return router
