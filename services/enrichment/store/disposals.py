"""Reports that are gone, and what is left of them."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from services.enrichment.domain import Understood
from services.enrichment.store.shapes import understood_json
from shared.events import DisposalReason, ReportDisposed
from shared.inbox import Connection

_KEEP: Final = """
INSERT INTO disposal (report_id, municipality, reason, at)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[])
ON CONFLICT (report_id) DO NOTHING
"""
_INCIDENTS: Final = """
SELECT DISTINCT link.incident_id
FROM disposal JOIN report ON report.id = disposal.report_id JOIN link ON link.report_id = report.id
WHERE disposal.report_id = ANY($1::uuid[]) AND report.disposed IS NULL
ORDER BY link.incident_id
"""
_OF_INCIDENT: Final = """
SELECT disposal.report_id, disposal.reason
FROM link JOIN disposal ON disposal.report_id = link.report_id WHERE link.incident_id = $1
"""
_FORGET: Final = """
UPDATE report SET text = '', place_text = NULL, point = NULL, understood = $2, disposed = $3,
    follows = NULL, relation = NULL WHERE id = $1
"""
_FORGET_LINK: Final = "UPDATE link SET reason = '' WHERE report_id = $1"
_FORGET_CORRECTIONS: Final = """
UPDATE correction SET made = made || '{"note": null, "location": null}' WHERE report_id = $1
"""
_FORGET_RULINGS: Final = """
UPDATE correction SET made = made || '{"note": null, "location": null}' WHERE incident_id = $1
"""
# What waits for the broker, and what it refused.
_FORGET_UNSENT: Final = """
WITH unsent AS (
    DELETE FROM outbox WHERE topic = $2 AND headers ->> 'ce_subject' = ANY($1::text[])
)
DELETE FROM outbox_refused WHERE headers ->> 'ce_subject' = ANY($1::text[] || $3::text[])
"""


async def keep_tombstones(connection: Connection, disposed: Sequence[ReportDisposed]) -> None:
    await connection.execute(
        _KEEP,
        [each.report_id for each in disposed],
        [each.municipality for each in disposed],
        [each.reason.value for each in disposed],
        [each.at for each in disposed],
    )


async def incidents_that_lose(connection: Connection, report_ids: Sequence[UUID]) -> list[UUID]:
    """Those that still hold the words of one of these reports."""
    return [row["incident_id"] for row in await connection.fetch(_INCIDENTS, list(report_ids))]


async def disposed_of(connection: Connection, incident_id: UUID) -> dict[UUID, DisposalReason]:
    """The incident's reports that are to hold no words, and why."""
    rows = await connection.fetch(_OF_INCIDENT, incident_id)
    return {row["report_id"]: DisposalReason(row["reason"]) for row in rows}


async def forget_report(
    connection: Connection, report_id: UUID, left: Understood, reason: DisposalReason
) -> None:
    """`left`: what is still known of it."""
    await connection.execute(_FORGET, report_id, understood_json(left), reason.value)
    await connection.execute(_FORGET_LINK, report_id)
    await connection.execute(_FORGET_CORRECTIONS, report_id)


async def forget_rulings(connection: Connection, incident_id: UUID) -> None:
    """What persons wrote of an incident of which nothing is left."""
    await connection.execute(_FORGET_RULINGS, incident_id)


async def forget_unsent(
    connection: Connection, report_ids: Sequence[UUID], incident_ids: Sequence[UUID], topic: str
) -> None:
    """`topic`: where reports are told of; what an incident is now is told anew anyway."""
    await connection.execute(
        _FORGET_UNSENT, [str(each) for each in report_ids], topic, [str(each) for each in incident_ids]
    )
