"""Reading incidents, with the agencies reached about them and the verdicts on claims that name them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.reporting.domain.incident import Incident
from services.reporting.store import Connection
from shared.categories import CategoryCode
from shared.events import Agency, Location, Source, Verdict
from shared.paging import Place

_INCIDENTS_BETWEEN: Final = """
SELECT * FROM known_incident WHERE municipality = $1 AND first_occurred_at >= $2 AND first_occurred_at < $3
    AND NOT withdrawn
"""
_PAGE: Final = """
SELECT * FROM known_incident WHERE municipality = $1 AND first_occurred_at >= $2 AND first_occurred_at < $3
    AND NOT withdrawn
    AND ($4::timestamptz IS NULL OR (first_occurred_at, incident_id) < ($4, $5::uuid))
ORDER BY first_occurred_at DESC, incident_id DESC LIMIT $6
"""
_SERIOUS_SINCE: Final = """
SELECT * FROM known_incident WHERE municipality = $1 AND last_occurred_at >= $2 AND severity >= $3
    AND NOT withdrawn
"""
_ONE: Final = "SELECT * FROM known_incident WHERE incident_id = $1"
_REPORTS_OF: Final = """
SELECT report_id, source, body AS text, language, category, category_confidence, severity, hearsay, occurred_at,
    received_at, needs_review, assessment, disposed
FROM report WHERE incident_id = $1 ORDER BY occurred_at, report_id LIMIT $2
"""
_DELIVERIES_OF: Final = """
SELECT agency, channel, kind, status, attempts, reason, at FROM delivery
WHERE incident_id = $1 ORDER BY at, delivery_id
"""
_HISTORY_OF: Final = """
SELECT revision, change, at FROM incident_history WHERE incident_id = $1 ORDER BY revision
"""
_REPORTS_SHOWN: Final = 500


async def incidents_between(
    connection: Connection, municipality: str, start: datetime, end: datetime
) -> list[Incident]:
    """Those that began at `start` or later and before `end`; what was taken back is not among them."""
    return [_incident(row) for row in await connection.fetch(_INCIDENTS_BETWEEN, municipality, start, end)]


async def page_of_incidents(
    connection: Connection,
    municipality: str,
    start: datetime,
    end: datetime,
    after: Place | None,
    limit: int | None,
) -> list[Incident]:
    """The newest first, from those that follow on `after`; all of them without a `limit`."""
    at, incident_id = after or (None, None)
    rows = await connection.fetch(_PAGE, municipality, start, end, at, incident_id, limit)
    return [_incident(row) for row in rows]


async def serious_since(
    connection: Connection, municipality: str, since: datetime, severity: int
) -> list[Incident]:
    rows = await connection.fetch(_SERIOUS_SINCE, municipality, since, severity)
    return [_incident(row) for row in rows]


async def one_incident(connection: Connection, incident_id: UUID) -> Incident | None:
    row = await connection.fetchrow(_ONE, incident_id)
    return None if row is None else _incident(row)


async def reports_of(connection: Connection, incident_id: UUID) -> Sequence[Any]:
    """Its reports, the first ones when they are very many."""
    return await connection.fetch(_REPORTS_OF, incident_id, _REPORTS_SHOWN)


async def deliveries_of(connection: Connection, incident_id: UUID) -> Sequence[Any]:
    return await connection.fetch(_DELIVERIES_OF, incident_id)


async def history_of(connection: Connection, incident_id: UUID) -> Sequence[Any]:
    return await connection.fetch(_HISTORY_OF, incident_id)


def _incident(row: Any) -> Incident:
    return Incident(
        incident_id=row["incident_id"],
        category=CategoryCode(row["category"]),
        severity=row["severity"],
        summary=row["summary"],
        location=Location.model_validate(row["location"]),
        first_occurred_at=row["first_occurred_at"],
        last_occurred_at=row["last_occurred_at"],
        report_count=row["report_count"],
        distinct_texts=row["distinct_texts"],
        reports_by_source={Source(name): count for name, count in row["reports_by_source"].items()},
        hearsay_only=row["hearsay_only"],
        ongoing=row["ongoing"],
        involves_minor=row["involves_minor"],
        needs_review=row["needs_review"],
        reasons=tuple(row["assessment"]["reasons"]),
        revision=row["revision"],
        withdrawn=row["withdrawn"],
        agencies=tuple(Agency(name) for name in row["agencies"]),
        verdicts=tuple(Verdict(name) for name in row["verdicts"]),
    )
