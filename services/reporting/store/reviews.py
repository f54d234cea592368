"""The review queue: the gravest first, of equally grave ones the oldest."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from services.reporting.store import Connection

_COUNT: Final = """
SELECT count(*) AS reports, count(*) FILTER (WHERE EXISTS (
    SELECT FROM correction_with_state AS waiting
    WHERE waiting.report_id = report.report_id AND waiting.state = 'pending')) AS waiting
FROM report_to_review AS report WHERE municipality = $1
"""
_QUEUE: Final = """
SELECT report.*, report.body AS text, to_jsonb(pending) AS pending
FROM report_to_review AS report
LEFT JOIN LATERAL (
    SELECT * FROM correction_with_state
    WHERE correction_with_state.report_id = report.report_id AND state = 'pending'
    ORDER BY at DESC, correction_id LIMIT 1
) AS pending ON true
WHERE report.municipality = $1 AND ($2::uuid IS NULL OR (-report.severity, report.received_at, report.report_id) > (
    SELECT -after.severity, after.received_at, after.report_id FROM report AS after WHERE after.report_id = $2))
ORDER BY report.severity DESC, report.received_at, report.report_id LIMIT $3
"""


async def count_to_review(connection: Connection, municipality: str) -> tuple[int, int]:
    """How many reports, and how many of them wait for enrichment's answer to a correction."""
    row = await connection.fetchrow(_COUNT, municipality)
    assert row is not None
    return row["reports"], row["waiting"]


async def reports_to_review(
    connection: Connection, municipality: str, after: UUID | None, limit: int
) -> Sequence[Any]:
    """Those after the report `after`, from the first when it is None; none when it is unknown."""
    return await connection.fetch(_QUEUE, municipality, after, limit)
