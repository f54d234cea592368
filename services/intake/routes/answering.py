"""Answering what staff ask about a report. Each question is answered once, however often an answer is sent."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from uuid import UUID

from pydantic import BaseModel
from starlette.types import Scope

from services.intake import staff_question_store, store
from services.intake.domain.emergency import Number, number_to_ring
from services.intake.domain.staff_question import FilledAnswer, StaffQuestion
from services.intake.domain.telling import Told
from services.intake.form_store import First
from services.intake.metrics import QUESTIONS_ANSWERED
from services.intake.routes.accept_reports import REPORTS_PATH
from services.intake.routes.adding import store_addition, tell_addition
from services.intake.routes.api import away, find_report
from services.intake.routes.first_report import first_report
from services.intake.running import Running
from services.intake.store import Claim
from shared.postgres import TRANSIENT_ERRORS
from shared.problem import Problem

_SCOPE: Final = "answer"


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
    addition = tell_addition(running, first, filled, language, Told(question_id=question.question_id))
    claim = Claim(_SCOPE, str(question.question_id), sha256(addition.text.encode()).digest())
    taken = TakenAnswer(question_id=question.question_id, replayed=True, call=number_to_ring(filled.text))
    if question.answered_at is not None:
        await _require_the_same(running, claim)
        return taken
    if not question.is_open:
        raise _withdrawn()
    try:
        stored = await store_addition(running, scope, first, addition, claim)
    except Problem as fault:
        raise (_answered() if fault.kind == "idempotency-key-reused" else fault) from None
    if not stored.replayed:
        QUESTIONS_ANSWERED.labels(way).inc()
    return taken.model_copy(update={"replayed": stored.replayed})


async def _asked(running: Running, tracking_code: str, question_id: UUID | None) -> _Asked:
    first = await first_report(running, tracking_code, "Nothing can be answered right now")
    try:
        async with running.pool.acquire(timeout=5) as connection:
            asked = await staff_question_store.questions_to(connection, tracking_code)
    except TRANSIENT_ERRORS:
        raise away("Nothing can be answered right now") from None
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
