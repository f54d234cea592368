"""Questions to reporters, and what was answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.reporting.domain.questions import QuestionState
from services.reporting.store import Connection
from shared.envelope import Envelope
from shared.events import QuestionChanged, ReportEnriched

# Held until the transaction ends, so that a disposal of the report comes wholly before the question or wholly after it.
_REPORT: Final = """
SELECT report_id, municipality, source, disposed FROM report WHERE report_id = $1 FOR NO KEY UPDATE
"""
_COUNT_OPEN: Final = "SELECT count(*) FROM question_with_state WHERE report_id = $1 AND state = 'open'"
_SAVE: Final = """
INSERT INTO question (question_id, municipality, report_id, text, text_en, asked_by, at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
_ONE: Final = """
SELECT question_id, municipality, report_id, state FROM question_with_state WHERE question_id = $1
"""
_LOCK: Final = "SELECT question_id FROM question WHERE question_id = $1 FOR UPDATE"
_WITHDRAW: Final = "UPDATE question SET withdrawn_by = $2, withdrawn_at = $3 WHERE question_id = $1"
# The first answer is the answer.
_SAVE_ANSWERS: Final = """
INSERT INTO question_answer (question_id, report_id) SELECT * FROM unnest($1::uuid[], $2::uuid[])
ON CONFLICT (question_id) DO NOTHING
"""
_FORGET: Final = """
UPDATE question SET text = '', text_en = NULL
WHERE report_id IN (SELECT report_id FROM disposal WHERE report_id = ANY($1::uuid[]))
"""
_OF_INCIDENT: Final = """
SELECT * FROM question_with_state
WHERE report_id IN (SELECT report.report_id FROM report WHERE report.incident_id = $1)
ORDER BY at DESC, question_id
"""

_OF_REPORTS: Final = """
SELECT * FROM question_with_state WHERE report_id = ANY($1::uuid[]) ORDER BY at DESC, question_id
"""


@dataclass(frozen=True, slots=True)
class Question:
    question_id: UUID
    municipality: str
    report_id: UUID
    state: QuestionState


async def report_to_ask(connection: Connection, report_id: UUID) -> Any | None:
    """report_id, municipality, source and disposed; None for an unknown report."""
    return await connection.fetchrow(_REPORT, report_id)


async def count_open(connection: Connection, report_id: UUID) -> int:
    return int(await connection.fetchval(_COUNT_OPEN, report_id))


async def save_question(connection: Connection, asked: QuestionChanged, asked_by: str) -> None:
    await connection.execute(
        _SAVE,
        asked.question_id,
        asked.municipality,
        asked.report_id,
        asked.text,
        asked.text_en,
        asked_by,
        asked.at,
    )


async def locked_question(connection: Connection, question_id: UUID) -> Question | None:
    """As it stands once whoever else changes it is done."""
    await connection.execute(_LOCK, question_id)
    row = await connection.fetchrow(_ONE, question_id)
    if row is None:
        return None
    return Question(row["question_id"], row["municipality"], row["report_id"], QuestionState(row["state"]))


async def withdraw_question(connection: Connection, question_id: UUID, by: str, at: datetime) -> None:
    await connection.execute(_WITHDRAW, question_id, by, at)


async def save_answers(connection: Connection, reports: Sequence[Envelope[ReportEnriched]]) -> None:
    answers = {
        each.event.answers: each.event.report_id
        for each in reversed(reports)
        if each.event.answers is not None
    }
    if answers:
        await connection.execute(_SAVE_ANSWERS, list(answers), list(answers.values()))


async def forget_questions(connection: Connection, report_ids: Sequence[UUID]) -> None:
    """What was asked about those that are disposed of, and about nothing else."""
    await connection.execute(_FORGET, list(report_ids))


async def questions_of(connection: Connection, incident_id: UUID) -> Sequence[Any]:
    """Those about its reports, with their state and answer; newest first."""
    return await connection.fetch(_OF_INCIDENT, incident_id)


async def questions_of_reports(connection: Connection, report_ids: Sequence[UUID]) -> Sequence[Any]:
    """As `questions_of`."""
    return await connection.fetch(_OF_REPORTS, list(report_ids))
