"""All SQL about what staff ask whoever follows a report."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.intake.domain.staff_question import StaffQuestion
from shared.events import QuestionChanged
from shared.inbox import Connection

_ASK: Final = """
INSERT INTO staff_question (question_id, report_id, text, text_en, asked_at)
SELECT news.question_id, news.report_id, news.text, news.text_en, news.at
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::timestamptz[])
    AS news (question_id, report_id, text, text_en, at)
JOIN report ON report.id = news.report_id
ON CONFLICT (question_id) DO NOTHING
RETURNING question_id, asked_at, coalesce(
    (SELECT follows FROM form_report WHERE form_report.report_id = staff_question.report_id AND relation <> 'same'),
    report_id) AS followed_id
"""
# Also one that was never heard of: should it be told late, it stays taken back.
_WITHDRAW: Final = """
INSERT INTO staff_question AS known (question_id, report_id, asked_at, withdrawn_at)
SELECT news.question_id, news.report_id, news.at, news.at
FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) AS news (question_id, report_id, at)
JOIN report ON report.id = news.report_id
ON CONFLICT (question_id) DO UPDATE SET text = NULL, text_en = NULL, withdrawn_at = excluded.withdrawn_at
WHERE known.withdrawn_at IS NULL
"""
# About the report itself, or about what its own reporter added to it: that has no page of its own.
_OF_REPORT: Final = """
SELECT question_id, asked.text, text_en, asked_at, answer.received_at AS answered_at
FROM report AS first
JOIN LATERAL (
    SELECT first.id AS report_id
    UNION ALL
    SELECT report_id FROM form_report WHERE follows = first.id AND relation <> 'same'
) AS told ON true
JOIN staff_question AS asked USING (report_id)
LEFT JOIN (form_report AS said JOIN report AS answer ON answer.id = said.report_id) USING (question_id)
WHERE first.tracking_code = $1
ORDER BY asked_at, question_id
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """A question with the report on whose page it is shown: the one asked about, or the one that this was added to."""

    question_id: UUID
    followed_id: UUID
    at: datetime


async def keep_asked(connection: Connection, asked: Sequence[QuestionChanged]) -> list[Shown]:
    """Those that are asked now; what is asked about a report that is not (or no longer) here is not among them."""
    rows = await connection.fetch(
        _ASK,
        [each.question_id for each in asked],
        [each.report_id for each in asked],
        [each.text or "" for each in asked],
        [each.text_en for each in asked],
        [each.at for each in asked],
    )
    return [Shown(row["question_id"], row["followed_id"], row["asked_at"]) for row in rows]


async def keep_withdrawn(connection: Connection, withdrawn: Sequence[QuestionChanged]) -> None:
    once = {each.question_id: each for each in withdrawn}.values()
    await connection.execute(
        _WITHDRAW,
        [each.question_id for each in once],
        [each.report_id for each in once],
        [each.at for each in once],
    )


async def questions_to(connection: Connection, tracking_code: str) -> list[StaffQuestion]:
    """All that was ever asked about the report and is not forgotten, the oldest first."""
    rows = await connection.fetch(_OF_REPORT, tracking_code)
    return [
        StaffQuestion(row["question_id"], row["text"], row["text_en"], row["asked_at"], row["answered_at"])
        for row in rows
    ]
