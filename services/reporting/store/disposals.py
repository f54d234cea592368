"""Reports that are gone, and what was quoted of them."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from services.reporting.store import Connection
from shared.events import ReportDisposed

_KEEP: Final = """
INSERT INTO disposal (report_id, reason, at) SELECT * FROM unnest($1::uuid[], $2::text[], $3::timestamptz[])
ON CONFLICT (report_id) DO NOTHING
"""
# Whichever came first, the report or its disposal.
_FORGET: Final = """
UPDATE report SET body = '', needs_review = false, disposed = disposal.reason, assessment = jsonb_build_object(
    'reasons', '[]'::jsonb, 'link_reason', '', 'link_confidence', assessment -> 'link_confidence')
FROM disposal WHERE disposal.report_id = report.report_id AND report.report_id = ANY($1::uuid[])
"""
_FORGET_CORRECTIONS: Final = """
UPDATE correction SET note = NULL, location = CASE WHEN location IS NOT NULL THEN '{}'::jsonb END
WHERE report_id IN (SELECT report_id FROM disposal WHERE report_id = ANY($1::uuid[]))
   OR incident_id IN (SELECT incident_id FROM incident WHERE incident_id = ANY($2::uuid[]) AND withdrawn)
"""
_DISPOSED_REPORTS: Final = """
SELECT incident_id, disposed_reports FROM incident WHERE incident_id = ANY($1::uuid[]) AND disposed_reports > 0
"""
# What the machine set down as a claim says what the incident now says. No earlier revision overwrites revision 0.
_RESTATE: Final = """
UPDATE claim SET statement = incident.summary, opened_revision = 0
FROM claim_incident JOIN incident USING (incident_id)
WHERE claim_incident.claim_id = claim.claim_id AND claim.opened_revision IS NOT NULL
  AND incident.incident_id = ANY($1::uuid[]) AND incident.disposed_reports > 0
  AND (claim.statement <> incident.summary OR claim.opened_revision <> 0)
RETURNING claim.claim_id
"""
# What waits for the broker, and what it refused: what persons wrote of what is gone, and claims that quoted it.
_FORGET_UNSENT: Final = """
WITH gone AS (
    SELECT report_id::text AS subject FROM disposal WHERE report_id = ANY($1::uuid[])
    UNION SELECT incident_id::text FROM incident WHERE incident_id = ANY($2::uuid[]) AND withdrawn
    UNION SELECT unnest($3::uuid[])::text
), unsent AS (
    DELETE FROM outbox WHERE headers ->> 'ce_subject' IN (SELECT subject FROM gone)
)
DELETE FROM outbox_refused WHERE headers ->> 'ce_subject' IN (SELECT subject FROM gone)
"""


async def keep_tombstones(connection: Connection, disposed: Sequence[ReportDisposed]) -> None:
    await connection.execute(
        _KEEP,
        [each.report_id for each in disposed],
        [each.reason.value for each in disposed],
        [each.at for each in disposed],
    )


async def forget_reports(connection: Connection, report_ids: Sequence[UUID]) -> None:
    """The words of those that are disposed of, and of nothing else."""
    await connection.execute(_FORGET, list(report_ids))


async def forget_corrections(
    connection: Connection, report_ids: Sequence[UUID], incident_ids: Sequence[UUID]
) -> None:
    """What persons wrote of disposed reports and of withdrawn incidents among these."""
    await connection.execute(_FORGET_CORRECTIONS, list(report_ids), list(incident_ids))


async def disposed_reports(connection: Connection, incident_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Of how many of its reports the words are gone, for each incident of which some are."""
    rows = await connection.fetch(_DISPOSED_REPORTS, list(incident_ids))
    return {row["incident_id"]: row["disposed_reports"] for row in rows}


async def restate_claims(connection: Connection, incident_ids: Sequence[UUID]) -> list[UUID]:
    """The claims that no longer quote what is gone."""
    return [row["claim_id"] for row in await connection.fetch(_RESTATE, list(incident_ids))]


async def forget_unsent(
    connection: Connection,
    report_ids: Sequence[UUID],
    incident_ids: Sequence[UUID],
    claim_ids: Sequence[UUID],
) -> None:
    """Of the reports and incidents those that are gone; of the claims all."""
    await connection.execute(_FORGET_UNSENT, list(report_ids), list(incident_ids), list(claim_ids))
