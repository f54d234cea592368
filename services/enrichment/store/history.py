"""Which incidents hold reports that another model or gazetteer than today's has read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from shared.inbox import Connection

_STALE: Final = """
SELECT municipality, count(*) AS reports FROM report
WHERE (model_version <> $1 OR gazetteer_version <> $2) AND disposed IS NULL
  AND ($3::text IS NULL OR municipality = $3) AND ($4::timestamptz IS NULL OR received_at >= $4)
GROUP BY municipality ORDER BY municipality
"""
_STALE_INCIDENTS: Final = """
SELECT id FROM incident
WHERE municipality = $3 AND id > $5 AND EXISTS (
    SELECT FROM link JOIN report ON report.id = link.report_id
    WHERE link.incident_id = incident.id AND (report.model_version <> $1 OR report.gazetteer_version <> $2)
      AND report.disposed IS NULL AND ($4::timestamptz IS NULL OR report.received_at >= $4))
ORDER BY id LIMIT $6
"""


@dataclass(frozen=True, slots=True)
class History:
    """What is to be read again: what is not of these versions, of one municipality or all, received since then."""

    model: str
    gazetteer: str
    municipality: str | None = None
    since: datetime | None = None


async def stale_reports(connection: Connection, history: History) -> dict[str, int]:
    """How many in each municipality."""
    rows = await connection.fetch(
        _STALE, history.model, history.gazetteer, history.municipality, history.since
    )
    return {row["municipality"]: row["reports"] for row in rows}


async def stale_incidents(
    connection: Connection, history: History, municipality: str, *, after: UUID, most: int
) -> list[UUID]:
    """The next ones in order of id."""
    rows = await connection.fetch(
        _STALE_INCIDENTS, history.model, history.gazetteer, municipality, history.since, after, most
    )
    return [row["id"] for row in rows]
