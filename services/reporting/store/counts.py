"""Counting in the database: reports a day, and incidents in earlier periods."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from services.reporting.domain.periods import Period
from services.reporting.domain.picture import ReportCount
from services.reporting.store import Connection
from shared.categories import CategoryCode
from shared.events import Source

_REPORTS_A_DAY: Final = """
SELECT (occurred_at AT TIME ZONE 'Europe/Stockholm')::date AS day, source, count(*) AS reports
FROM report WHERE municipality = $1 AND occurred_at >= $2 AND occurred_at < $3
    AND (disposed IS NULL OR disposed = 'retention')
GROUP BY day, source ORDER BY day, source
"""
_INCIDENTS_A_PERIOD: Final = """
SELECT category, width_bucket(first_occurred_at, $2::timestamptz[]) AS bucket, count(*) AS incidents
FROM incident
WHERE municipality = $1 AND first_occurred_at >= $3 AND first_occurred_at < $4 AND NOT withdrawn
GROUP BY category, bucket
"""


async def reports_a_day(
    connection: Connection, municipality: str, start: datetime, end: datetime
) -> list[ReportCount]:
    rows = await connection.fetch(_REPORTS_A_DAY, municipality, start, end)
    return [ReportCount(row["day"], Source(row["source"]), row["reports"]) for row in rows]


async def incidents_a_period(
    connection: Connection, municipality: str, periods: Sequence[Period]
) -> Mapping[CategoryCode, list[int]]:
    """Counts of each category in `periods`, which follow on each other, oldest first."""
    starts = [period.starts_at for period in periods]
    rows = await connection.fetch(_INCIDENTS_A_PERIOD, municipality, starts, starts[0], periods[-1].ends_at)
    counts: defaultdict[CategoryCode, list[int]] = defaultdict(lambda: [0] * len(periods))
    for row in rows:
        counts[CategoryCode(row["category"])][row["bucket"] - 1] = row["incidents"]
    return dict(counts)
