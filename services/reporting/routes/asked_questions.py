"""Questions to reporters as staff see them, with how they stand and what was answered."""

from typing import Any
from uuid import UUID

from pydantic import AwareDatetime

from services.reporting.domain.published import Published
from services.reporting.domain.questions import QuestionState
from shared.events import DisposalReason
from shared.relation_notes import own_words


class AnswerToQuestion(Published):
    """`report_id`: the report that came of it. `text`: the reporter's words, redacted; empty with the reason in `disposed`."""

    report_id: UUID
    text: str
    language: str
    at: AwareDatetime
    disposed: DisposalReason | None


class QuestionOfReport(Published):
    """`text` is empty when the report is disposed of."""

    question_id: UUID
    report_id: UUID
    text: str
    text_en: str | None
    asked_by: str
    at: AwareDatetime
    state: QuestionState
    withdrawn_at: AwareDatetime | None
    answer: AnswerToQuestion | None


def shown_question(row: Any) -> QuestionOfReport:
    """A row of `questions_of`."""
    answer = None
    if row["answer_id"] is not None:
        answer = AnswerToQuestion(
            report_id=row["answer_id"],
            text=own_words(row["answer_text"]),
            language=row["answer_language"],
            at=row["answered_at"],
            disposed=row["answer_disposed"],
        )
    return QuestionOfReport.model_validate({**dict(row), "answer": answer})
