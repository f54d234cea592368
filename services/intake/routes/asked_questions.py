"""What staff ask about a report, as its page and the API show it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg
from pydantic import BaseModel

from services.intake import staff_question_store
from services.intake.domain.staff_question import StaffQuestion
from shared.postgres import TRANSIENT_ERRORS
from shared.problem import Problem


class OpenQuestion(BaseModel):
    """`text`: mostly in Swedish. `text_en`: the same in English, where it was chosen from those that are ready."""

    question_id: UUID
    text: str
    text_en: str | None
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class SentBack:
    """An answer that could not be taken, and why, in the reader's language. `question_id` is None when it is open no more."""

    question_id: UUID | None
    text: str
    error: str


NOTHING_SENT_BACK: Final = SentBack(None, "", "")


async def open_questions(pool: "asyncpg.Pool[asyncpg.Record]", tracking_code: str) -> list[StaffQuestion]:
    """The oldest first. Raises `Problem` 503."""
    try:
        async with pool.acquire(timeout=5) as connection:
            asked = await staff_question_store.questions_to(connection, tracking_code)
    except TRANSIENT_ERRORS:
        raise Problem(
            503,
            "try-again-later",
            "The report can't be looked up right now",
            "The database can't be reached. Ask again in a moment.",
            headers={"Retry-After": "5"},
        ) from None
    return [question for question in asked if question.is_open]


def shown(question: StaffQuestion) -> OpenQuestion:
    return OpenQuestion(
        question_id=question.question_id,
        text=question.text or "",
        text_en=question.text_en,
        asked_at=question.asked_at,
    )
