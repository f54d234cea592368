"""What staff say was done about incidents, and which report was told of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.reporting.store import Connection
from shared.events import ClosingReason, FollowStatus

_INCIDENT: Final = "SELECT municipality, revision, withdrawn FROM incident WHERE incident_id = $1"
_REPORTS: Final = "SELECT report_id FROM report WHERE incident_id = $1 ORDER BY report_id"
_SAVE: Final = """
INSERT INTO incident_step (step_id, municipality, incident_id, status, reason, text, text_en, recorded_by, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
_ONE: Final = "SELECT * FROM incident_step WHERE step_id = $1"
# With a closing all that close the same incident: it is open again, or it is not.
_TAKE_BACK: Final = """
UPDATE incident_step AS step SET taken_back_by = $2, taken_back_at = $3
FROM incident_step AS meant
WHERE meant.step_id = $1 AND meant.taken_back_at IS NULL AND step.taken_back_at IS NULL
  AND (step.step_id = meant.step_id
       OR (step.incident_id = meant.incident_id AND step.status = 'closed' AND meant.status = 'closed'))
RETURNING step.step_id
"""
# What a report was told of an incident that it belongs to no more. If nothing belongs to that one any more, the two were made
# one, and what was done is still done; whether it is closed is then for the other to say.
_NO_LONGER: Final = """
UPDATE told_step AS told SET is_taken_back = true
FROM incident_step AS step, report
WHERE told.report_id = ANY($1::uuid[]) AND NOT told.is_taken_back
  AND step.step_id = told.step_id AND report.report_id = told.report_id AND report.disposed IS NULL
  AND (step.taken_back_at IS NOT NULL
       OR (step.incident_id <> report.incident_id
           AND (step.status = 'closed'
                OR EXISTS (SELECT FROM report AS left_there WHERE left_there.incident_id = step.incident_id))))
RETURNING told.report_id, told.step_id, told.times, step.status AS step_status, step.at AS step_at, report.municipality,
    report.traceparent, report.category, report.enriched_at AS category_at
"""
_HOLDING: Final = """
SELECT report_id, CASE
    WHEN bool_or(status = 'closed') THEN 'closed'
    WHEN bool_or(status = 'measure_taken') THEN 'measure_taken'
    WHEN bool_or(status = 'passed_on') THEN 'passed_on'
    ELSE 'assessed' END AS status
FROM (
    SELECT report_id, status FROM report_status WHERE report_id = ANY($1::uuid[])
    UNION ALL
    SELECT told.report_id, step.status FROM told_step AS told JOIN incident_step AS step USING (step_id)
    WHERE told.report_id = ANY($1::uuid[]) AND NOT told.is_taken_back
) AS holding GROUP BY report_id
"""
# Two incidents are made one report by report, and whoever moved while others were left behind was told that the measure holds no
# longer. Once nobody is left there, and who keeps it is where they are, it was done about the same thing all along.
_MADE_ONE: Final = """
SELECT DISTINCT before.report_id, before.step_id
FROM told_step AS last JOIN told_step AS before USING (step_id) JOIN incident_step AS step USING (step_id)
    JOIN report AS lies ON lies.report_id = last.report_id
    JOIN report AS lay ON lay.report_id = before.report_id AND lay.incident_id = lies.incident_id
        AND step.status = 'measure_taken' AND step.taken_back_at IS NULL AND step.incident_id <> lies.incident_id
        AND before.is_taken_back AND NOT last.is_taken_back
        AND NOT EXISTS (SELECT FROM report AS left_there WHERE left_there.incident_id = step.incident_id)
WHERE last.report_id = ANY($1::uuid[])
"""
# Told again, after it was taken back, it is told as of now. A measure is for what happened before it, a closing for what was known
# when it was closed: what is seen afterwards may be something new.
_NOW_DUE: Final = """
WITH about AS MATERIALIZED (
    SELECT report.report_id, report.incident_id, report.municipality, report.traceparent, report.category, report.enriched_at,
        report.occurred_at, coalesce(assessed.at, report.received_at) AS assessed_at,
        coalesce(assessed.known_at, assessed.at, report.received_at) AS known_at
    FROM report JOIN report_status AS assessed ON assessed.report_id = report.report_id AND assessed.status = 'assessed'
    WHERE report.report_id = ANY($1::uuid[]) AND report.disposed IS NULL
        AND (EXISTS (SELECT FROM incident_step AS step WHERE step.incident_id = report.incident_id)
             OR report.report_id = ANY($3::uuid[]))
), due AS (
    SELECT about.report_id, step.step_id
    FROM about JOIN incident_step AS step ON step.incident_id = about.incident_id
    WHERE step.status = 'measure_taken' AND step.taken_back_at IS NULL AND about.occurred_at <= step.at
    UNION ALL (
        SELECT DISTINCT ON (about.report_id) about.report_id, step.step_id
        FROM about JOIN incident_step AS step ON step.incident_id = about.incident_id
        WHERE step.status = 'closed' AND step.taken_back_at IS NULL AND about.known_at <= step.at
        ORDER BY about.report_id, step.at, step.step_id)
    UNION ALL
    SELECT report_id, again.step_id FROM about JOIN unnest($3::uuid[], $4::uuid[]) AS again (report_id, step_id) USING (report_id)
), told AS (
    INSERT INTO told_step AS known (report_id, step_id) SELECT report_id, step_id FROM due
    ON CONFLICT (report_id, step_id) DO UPDATE SET times = known.times + 1, is_taken_back = false
        WHERE known.is_taken_back
    RETURNING report_id, step_id, times
)
SELECT told.report_id, told.step_id, told.times, about.municipality, about.traceparent, about.category,
    about.enriched_at AS category_at, step.status, step.reason, nullif(step.text, '') AS text, step.text_en,
    CASE WHEN told.times = 1 THEN greatest(step.at, about.assessed_at) ELSE $2 END AS at
FROM told JOIN about USING (report_id) JOIN incident_step AS step USING (step_id)
ORDER BY told.report_id, at, step.at, step.step_id
"""
_TOLD: Final = """
SELECT DISTINCT told.report_id FROM told_step AS told JOIN incident_step AS step USING (step_id)
WHERE step.incident_id = $1 AND NOT told.is_taken_back ORDER BY told.report_id
"""
_OF_INCIDENT: Final = """
SELECT step.*, (SELECT count(*) FROM told_step AS told WHERE told.step_id = step.step_id AND NOT told.is_taken_back) AS told
FROM incident_step AS step
WHERE step.incident_id = $1
   OR (step.status = 'measure_taken' AND EXISTS (
        SELECT FROM told_step AS told JOIN report USING (report_id)
        WHERE told.step_id = step.step_id AND NOT told.is_taken_back AND report.incident_id = $1))
ORDER BY step.at DESC, step.step_id DESC
"""
_SINCE_CLOSED: Final = """
SELECT count(*) FROM report
WHERE incident_id = $1 AND disposed IS NULL AND NOT EXISTS (
    SELECT FROM told_step AS told JOIN incident_step AS step USING (step_id)
    WHERE told.report_id = report.report_id AND NOT told.is_taken_back AND step.status = 'closed')
"""
_FORGET: Final = """
UPDATE incident_step SET text = '', text_en = NULL
WHERE incident_id IN (SELECT incident_id FROM incident WHERE incident_id = ANY($1::uuid[]) AND withdrawn)
"""


@dataclass(frozen=True, slots=True)
class NewStep:
    step_id: UUID
    municipality: str
    incident_id: UUID
    status: FollowStatus
    reason: ClosingReason | None
    text: str | None
    text_en: str | None
    recorded_by: str
    at: datetime


async def incident_of_step(connection: Connection, incident_id: UUID) -> Any | None:
    """municipality, revision and withdrawn; None for an unknown incident."""
    return await connection.fetchrow(_INCIDENT, incident_id)


async def reports_of_incident(connection: Connection, incident_id: UUID) -> list[UUID]:
    return [row["report_id"] for row in await connection.fetch(_REPORTS, incident_id)]


async def reports_told(connection: Connection, incident_id: UUID) -> list[UUID]:
    """Of anything that was done about this incident, wherever they belong by now."""
    return [row["report_id"] for row in await connection.fetch(_TOLD, incident_id)]


async def save_step(connection: Connection, new: NewStep) -> None:
    await connection.execute(
        _SAVE,
        *(
            new.step_id,
            new.municipality,
            new.incident_id,
            new.status,
            new.reason,
            new.text or "",
            new.text_en,
        ),
        *(new.recorded_by, new.at),
    )


async def one_step(connection: Connection, step_id: UUID) -> Any | None:
    return await connection.fetchrow(_ONE, step_id)


async def take_back(connection: Connection, step_id: UUID, by: str, at: datetime) -> bool:
    """False when it was taken back before."""
    return bool(await connection.fetch(_TAKE_BACK, step_id, by, at))


async def no_longer_told(connection: Connection, report_ids: Sequence[UUID]) -> Sequence[Any]:
    """What these reports were told and holds for them no more, each once."""
    return await connection.fetch(_NO_LONGER, list(report_ids))


async def holding(connection: Connection, report_ids: Sequence[UUID]) -> dict[UUID, FollowStatus]:
    rows = await connection.fetch(_HOLDING, list(report_ids))
    return {row["report_id"]: FollowStatus(row["status"]) for row in rows}


async def made_one(connection: Connection, report_ids: Sequence[UUID]) -> list[tuple[UUID, UUID]]:
    """Report and step of what holds again, because these reports have come after others from where it was done."""
    return [(row["report_id"], row["step_id"]) for row in await connection.fetch(_MADE_ONE, list(report_ids))]


async def now_due(
    connection: Connection, report_ids: Sequence[UUID], now: datetime, again: Sequence[tuple[UUID, UUID]] = ()
) -> Sequence[Any]:
    """What these reports have not been told yet, each once, and what holds `again` for these or others."""
    others = [report_id for report_id, _ in again]
    steps = [step_id for _, step_id in again]
    return await connection.fetch(_NOW_DUE, [*report_ids, *others], now, others, steps)


async def steps_of(connection: Connection, incident_id: UUID) -> Sequence[Any]:
    """Newest first, with how many reports are told; also what was done about what its reports were of before."""
    return await connection.fetch(_OF_INCIDENT, incident_id)


async def reports_not_closed(connection: Connection, incident_id: UUID) -> int:
    return int(await connection.fetchval(_SINCE_CLOSED, incident_id))


async def forget_steps(connection: Connection, incident_ids: Sequence[UUID]) -> None:
    """What was written about those of them that are withdrawn: nobody is left to be told."""
    if incident_ids:
        await connection.execute(_FORGET, list(incident_ids))
