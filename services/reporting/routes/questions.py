"""Putting a question to the reporter of a report, and taking it back."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, StringConstraints

from services.reporting.domain.published import Published
from services.reporting.domain.questions import (
    FOLLOWED,
    MOST_UNANSWERED,
    QUESTION_LENGTH,
    READY,
    QuestionState,
    Wording,
    worded,
)
from services.reporting.domain.ready_sentence import ReadySentence
from services.reporting.metrics import QUESTIONS_ASKED, QUESTIONS_REFUSED, QUESTIONS_WITHDRAWN
from services.reporting.publishing import question_event
from services.reporting.routes.access import Reader, Writer
from services.reporting.running import RunningService
from services.reporting.store import Connection
from services.reporting.store import questions as store
from shared.events import QuestionChanged, QuestionStatus
from shared.identity import new_id
from shared.outbox import store_outgoing
from shared.plain_text import PLAIN
from shared.problem import Problem

router = APIRouter(prefix="/api/v1", tags=["questions"])
Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=QUESTION_LENGTH, pattern=PLAIN)
]
_ASKED_EXAMPLE: Final[dict[str, Any]] = {"text": "Pågår det fortfarande?"}


class NewQuestion(BaseModel):
    """The reporter reads it as it stands. Nothing about anybody else belongs there."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_ASKED_EXAMPLE]})

    text: Words


class AcceptedQuestion(Published):
    """It is shown to the reporter when intake has heard of it: within seconds while it runs."""

    question_id: UUID


class PreviewedQuestion(Published):
    """`text_en`: only where the question is one of those that are ready. `personal_details`: the kinds that must go before it
    can be asked, as `phone_number`; each is marked in `text`.
    """

    text: str
    text_en: str | None
    personal_details: tuple[str, ...]


@router.get("/questions/ready")
async def ready_questions(_: Reader) -> tuple[ReadySentence, ...]:
    """The reporter reads these in their own language."""
    return READY


@router.post("/questions/preview")
async def preview_question(_: Writer, new: NewQuestion) -> PreviewedQuestion:
    """What the reporter would read. Nothing is asked."""
    wording = worded(new.text)
    return PreviewedQuestion(
        text=wording.text, text_en=wording.text_en, personal_details=wording.personal_details
    )


@router.post(
    "/reports/{report_id}/questions",
    status_code=202,
    responses={
        404: {"description": "There is no such report."},
        409: {
            "description": "It can't be delivered: `report-disposed`, `nobody-follows` or `too-many-open-questions`."
        },
        422: {"description": "It holds personal details (`personal-details`), or does not fit."},
    },
)
async def ask(service: RunningService, staff: Writer, report_id: UUID, new: NewQuestion) -> AcceptedQuestion:
    wording = worded(new.text)
    _require_nothing_personal(wording)
    async with service.pool.acquire() as connection, connection.transaction():
        report = await _report_that_can_be_asked(connection, report_id)
        asked = QuestionChanged(
            municipality=report["municipality"],
            question_id=new_id(),
            report_id=report_id,
            status=QuestionStatus.ASKED,
            text=wording.text,
            text_en=wording.text_en,
            at=service.clock(),
        )
        await store.save_question(connection, asked, staff.name)
        await store_outgoing(connection, [question_event(asked)])
    service.relay.wake()
    QUESTIONS_ASKED.inc()
    return AcceptedQuestion(question_id=asked.question_id)


@router.post(
    "/questions/{question_id}/withdraw",
    status_code=202,
    responses={
        404: {"description": "There is no such question."},
        409: {"description": "It is answered, taken back or undeliverable already."},
    },
)
async def withdraw(service: RunningService, staff: Writer, question_id: UUID) -> AcceptedQuestion:
    """As long as it is not answered. A reporter who has read it meanwhile may still answer; then the answer is shown."""
    async with service.pool.acquire() as connection, connection.transaction():
        question = await store.locked_question(connection, question_id)
        if question is None:
            raise Problem(
                404, "unknown-question", "No such question", f"No question has the id {question_id}."
            )
        if question.state is not QuestionState.OPEN:
            raise Problem(
                409, "not-open", "It is not open any more", f"The question is {question.state} already."
            )
        withdrawn = QuestionChanged(
            municipality=question.municipality,
            question_id=question_id,
            report_id=question.report_id,
            status=QuestionStatus.WITHDRAWN,
            at=service.clock(),
        )
        await store.withdraw_question(connection, question_id, staff.name, withdrawn.at)
        await store_outgoing(connection, [question_event(withdrawn)])
    service.relay.wake()
    QUESTIONS_WITHDRAWN.inc()
    return AcceptedQuestion(question_id=question_id)


async def _report_that_can_be_asked(connection: Connection, report_id: UUID) -> Any:
    report = await store.report_to_ask(connection, report_id)
    if report is None:
        raise _refused(404, "unknown-report", "No such report", f"No report has the id {report_id}.")
    if report["disposed"] is not None:
        raise _refused(
            409,
            "report-disposed",
            "The report is gone",
            "The question can't be delivered: the report was taken back or is no longer kept.",
            disposed=report["disposed"],
        )
    if report["source"] not in FOLLOWED:
        raise _refused(
            409,
            "nobody-follows",
            "Nobody follows this report",
            f"The question can't be delivered: what comes from {report['source']} has no reporter with a code.",
        )
    if await store.count_open(connection, report_id) >= MOST_UNANSWERED:
        raise _refused(
            409,
            "too-many-open-questions",
            "Enough is asked",
            f"{MOST_UNANSWERED} questions about this report are not answered yet. Take one back first.",
        )
    return report


def _require_nothing_personal(wording: Wording) -> None:
    if wording.personal_details:
        raise _refused(
            422,
            "personal-details",
            "The question holds personal details",
            f"Take out what is marked: {wording.text}",
            personal_details=list(wording.personal_details),
        )


def _refused(status: int, kind: str, title: str, detail: str, **more: Any) -> Problem:
    QUESTIONS_REFUSED.labels(kind).inc()
    return Problem(status, kind, title, detail, **more)
