"""Corrections, and whether enrichment has answered them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.reporting.store import Connection
from shared.events import CorrectionMade

_REPORT: Final = (
    "SELECT report_id, incident_id, municipality FROM report WHERE report_id = $1 AND disposed IS NULL"
)
_INCIDENT: Final = "SELECT NULL::uuid AS report_id, incident_id, municipality FROM incident WHERE incident_id = $1 AND NOT withdrawn"
_ONE: Final = """
SELECT correction_id, report_id, municipality, undoes,
    coalesce((SELECT report.incident_id FROM report WHERE report.report_id = correction.report_id), incident_id)
        AS incident_id
FROM correction WHERE correction_id = $1
"""
# A correction is undone once: whoever comes second inserts nothing.
_SAVE: Final = """
INSERT INTO correction
    (correction_id, municipality, incident_id, report_id, category, severity, location, note, undoes, corrected_by, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (undoes) DO NOTHING
RETURNING correction_id
"""
# One about a report is answered by that report, one about an incident by either.
_ANSWERED: Final = """
UPDATE correction SET applied_at = least(applied_at, answer.at)
FROM unnest($1::uuid[], $2::timestamptz[]) AS answer (correction_id, at)
WHERE correction.correction_id = answer.correction_id AND (correction.report_id IS NULL OR $3)
"""
_OF_INCIDENT: Final = """
SELECT * FROM correction_with_state
WHERE incident_id = $1 OR report_id IN (SELECT report.report_id FROM report WHERE report.incident_id = $1)
ORDER BY at DESC, correction_id
"""


async def report_to_correct(connection: Connection, report_id: UUID) -> Any | None:
    """report_id, incident_id and municipality; None for an unknown report."""
    return await connection.fetchrow(_REPORT, report_id)


async def incident_to_correct(connection: Connection, incident_id: UUID) -> Any | None:
    """As `report_to_correct`, with report_id None."""
    return await connection.fetchrow(_INCIDENT, incident_id)


async def one_correction(connection: Connection, correction_id: UUID) -> Any | None:
    """correction_id, report_id, municipality, undoes, and the incident that it is about by now."""
    return await connection.fetchrow(_ONE, correction_id)


async def save_correction(connection: Connection, made: CorrectionMade) -> bool:
    """False when it undoes what is undone already."""
    saved = await connection.fetchval(
        _SAVE,
        made.correction_id,
        made.municipality,
        made.incident_id,
        made.report_id,
        made.category,
        made.severity,
        None if made.location is None else made.location.model_dump(mode="json"),
        made.note,
        made.undoes,
        made.corrected_by,
        made.at,
    )
    return saved is not None


async def mark_answered(connection: Connection, answers: Mapping[UUID, datetime], *, by_report: bool) -> None:
    """`answers`: correction id → when enrichment published its answer to it."""
    if answers:
        await connection.execute(_ANSWERED, list(answers), list(answers.values()), by_report)


async def corrections_of(connection: Connection, incident_id: UUID) -> Sequence[Any]:
    """Those about the incident or one of its reports, with their state; newest first."""
    return await connection.fetch(_OF_INCIDENT, incident_id)
