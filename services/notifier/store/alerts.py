"""What each agency was told, word for word."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from shared.events import Agency, Alert, ReceiptStatus
from shared.inbox import Connection

_LAST: Final = """
SELECT DISTINCT ON (incident_id, agency) body::text FROM alert
WHERE incident_id = ANY($1::uuid[]) ORDER BY incident_id, agency, revision DESC
"""
_INSERT: Final = """
INSERT INTO alert (alert_id, incident_id, agency, revision, municipality, kind, issued_at, body, traceparent)
SELECT alert_id, incident_id, agency, revision, municipality, kind, issued_at, body::jsonb, traceparent
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::integer[], $5::text[], $6::text[], $7::timestamptz[],
            $8::text[], $9::text[])
     AS news (alert_id, incident_id, agency, revision, municipality, kind, issued_at, body, traceparent)
"""
_OF_AGENCY: Final = """
SELECT position, body, receipt_status, receipt_at FROM alert
WHERE agency = $1 AND position < $2
  AND ($3::text IS NULL OR coalesce(receipt_status, 'unanswered') = $3)
ORDER BY position DESC LIMIT $4
"""
_MUNICIPALITY: Final = "SELECT municipality FROM alert WHERE alert_id = $1 AND agency = $2"


@dataclass(frozen=True, slots=True)
class ListedAlert:
    position: int
    alert: Alert
    receipt_status: ReceiptStatus | None
    receipt_at: datetime | None


async def last_alerts(
    connection: Connection, incident_ids: Sequence[UUID]
) -> Mapping[UUID, Mapping[Agency, Alert]]:
    """The last alert to each agency, by incident."""
    found: dict[UUID, dict[Agency, Alert]] = defaultdict(dict)
    for row in await connection.fetch(_LAST, incident_ids):
        alert = Alert.model_validate_json(row["body"])
        found[alert.incident_id][alert.agency] = alert
    return found


async def insert(connection: Connection, alerts: Sequence[tuple[Alert, str]]) -> None:
    """Pairs of alert and traceparent. The table refuses a second alert of the same revision to one agency."""
    columns: list[list[Any]] = [
        [alert.alert_id for alert, _ in alerts],
        [alert.incident_id for alert, _ in alerts],
        [alert.agency for alert, _ in alerts],
        [alert.revision for alert, _ in alerts],
        [alert.municipality for alert, _ in alerts],
        [alert.kind for alert, _ in alerts],
        [alert.issued_at for alert, _ in alerts],
        [alert.model_dump_json() for alert, _ in alerts],
        [traceparent for _, traceparent in alerts],
    ]
    await connection.execute(_INSERT, *columns)


async def of_agency(
    connection: Connection, agency: Agency, status: str | None, before: int, limit: int
) -> list[ListedAlert]:
    """Newest first, from below position `before`. `status`: a receipt's, or `unanswered`."""
    rows = await connection.fetch(_OF_AGENCY, agency, before, status, limit)
    return [
        ListedAlert(
            row["position"],
            Alert.model_validate(row["body"]),
            ReceiptStatus(row["receipt_status"]) if row["receipt_status"] else None,
            row["receipt_at"],
        )
        for row in rows
    ]


async def municipality_of(connection: Connection, alert_id: UUID, agency: Agency) -> str | None:
    """None when the agency has no such alert."""
    municipality: str | None = await connection.fetchval(_MUNICIPALITY, alert_id, agency)
    return municipality
