"""The review queue: reports that the machine was not sure of."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from services.reporting.domain.published import Published
from services.reporting.routes.access import Municipality, Reader
from services.reporting.routes.answers import conditional, json_bytes
from services.reporting.routes.asked_questions import QuestionOfReport, shown_question
from services.reporting.routes.problems import UNCHANGED, UNKNOWN_MUNICIPALITY
from services.reporting.routes.reports import AssessedReport, CorrectionOfIncident, assessed
from services.reporting.running import RunningService
from services.reporting.store import reviews as store
from services.reporting.store.questions import questions_of_reports

router = APIRouter(prefix="/api/v1", tags=["review"])


class ReportToReview(AssessedReport):
    """`pending`: the correction that enrichment has not answered yet. `questions`: to its reporter, newest first."""

    incident_id: UUID
    pending: CorrectionOfIncident | None
    questions: tuple[QuestionOfReport, ...] = ()


class ReviewQueue(Published):
    """`count`: all of the municipality; `waiting`: those among them whose correction is not answered yet.

    `next`: give it as `after` for those that follow; null at the end.
    """

    municipality: str
    count: int
    waiting: int
    reports: tuple[ReportToReview, ...]
    next: UUID | None


@router.get("/review", response_model=ReviewQueue, responses={**UNCHANGED, **UNKNOWN_MUNICIPALITY})
async def review_queue(
    request: Request,
    service: RunningService,
    _: Reader,
    municipality: Municipality,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    after: Annotated[UUID | None, Query(description="a report's id: those that follow on it")] = None,
) -> Response:
    """The gravest first, of equally grave ones the oldest."""
    async with (
        service.pool.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        count, waiting = await store.count_to_review(connection, municipality)
        rows = await store.reports_to_review(connection, municipality, after, limit + 1)
        asked = await questions_of_reports(connection, [row["report_id"] for row in rows[:limit]])
    questions = [shown_question(row) for row in asked]
    reports = tuple(_to_review(row, questions) for row in rows[:limit])
    queue = ReviewQueue(
        municipality=municipality,
        count=count,
        waiting=waiting,
        reports=reports,
        next=reports[-1].report_id if len(rows) > limit else None,
    )
    return conditional(request, json_bytes(queue))


def _to_review(row: Any, questions: Sequence[QuestionOfReport]) -> ReportToReview:
    about = [each for each in questions if each.report_id == row["report_id"]]
    return ReportToReview.model_validate({**assessed(row), "questions": about})
