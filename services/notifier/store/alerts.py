"""What each agency was told, word for word."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from shared.events import Agency, Alert, ReceiptStatus
from shared.inbox import Connection

_LAST: Final = """
SELECT DISTINCT ON (alert.incident_id, alert.agency)
    alert.body::text, alert.incident_revision < incident.corrected_revision AS corrected
FROM alert JOIN incident USING (incident_id)
WHERE alert.incident_id = ANY($1::uuid[]) ORDER BY alert.incident_id, alert.agency, alert.revision DESC
"""
_INSERT: Final = """
INSERT INTO alert
    (alert_id, incident_id, agency, revision, municipality, kind, issued_at, body, traceparent, incident_revision,
     disposed_reports)
SELECT alert_id, incident_id, agency, revision, municipality, kind, issued_at, body::jsonb, traceparent,
    incident_revision, disposed_reports
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::integer[], $5::text[], $6::text[], $7::timestamptz[],
            $8::text[], $9::text[], $10::integer[], $11::integer[])
     AS news (alert_id, incident_id, agency, revision, municipality, kind, issued_at, body, traceparent,
              incident_revision, disposed_reports)
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


@dataclass(slots=True)
class Told:
    """`last`: the last alert to each agency. `corrected`: those whose last one a person's correction came after."""

    last: dict[Agency, Alert] = field(default_factory=dict)
    corrected: set[Agency] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class NewAlert:
    """`incident_revision`: which state of the incident it tells of; `disposed_reports`: how many had lost their words by then."""

    alert: Alert
    traceparent: str
    incident_revision: int
    disposed_reports: int = 0


async def last_alerts(connection: Connection, incident_ids: Sequence[UUID]) -> Mapping[UUID, Told]:
    """What was told of each incident; no entry for one that nobody was told of."""
    found: dict[UUID, Told] = defaultdict(Told)
    for row in await connection.fetch(_LAST, incident_ids):
        alert = Alert.model_validate_json(row["body"])
        found[alert.incident_id].last[alert.agency] = alert
        if row["corrected"]:
            found[alert.incident_id].corrected.add(alert.agency)
    return found


async def insert(connection: Connection, alerts: Sequence[NewAlert]) -> None:
    """The table refuses a second alert of the same revision to one agency."""
    columns: list[list[Any]] = [
        [new.alert.alert_id for new in alerts],
        [new.alert.incident_id for new in alerts],
        [new.alert.agency for new in alerts],
        [new.alert.revision for new in alerts],
        [new.alert.municipality for new in alerts],
        [new.alert.kind for new in alerts],
        [new.alert.issued_at for new in alerts],
        [new.alert.model_dump_json() for new in alerts],
        [new.traceparent for new in alerts],
        [new.incident_revision for new in alerts],
        [new.disposed_reports for new in alerts],
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
