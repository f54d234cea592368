"""Which reports are kept long enough. Their kind: as last assessed, else as their reporter chose."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from services.intake.domain.retention import Retention
from shared.categories import CategoryCode
from shared.inbox import Connection

# Identifiers are made in order of time, so the oldest reports are the first of the table.
_DUE: Final = """
SELECT report.id FROM report
LEFT JOIN report_category AS kind ON kind.report_id = report.id
LEFT JOIN unnest($1::text[], $2::timestamptz[]) AS own (category, before)
    ON own.category = coalesce(kind.category, report.category_hint)
WHERE report.id > $4 AND report.id < $5 AND report.received_at < coalesce(own.before, $3)
ORDER BY report.id LIMIT $6 FOR UPDATE OF report SKIP LOCKED
"""
_KEPT: Final = """
SELECT report.municipality, coalesce(kind.category, report.category_hint) AS category, count(*) AS reports,
    count(*) FILTER (WHERE report.received_at < coalesce(own.before, $3)) AS due,
    count(*) FILTER (WHERE report.received_at < coalesce(own.before, $3) + $4::interval) AS soon,
    min(report.received_at) AS oldest
FROM report
LEFT JOIN report_category AS kind ON kind.report_id = report.id
LEFT JOIN unnest($1::text[], $2::timestamptz[]) AS own (category, before)
    ON own.category = coalesce(kind.category, report.category_hint)
GROUP BY 1, 2 ORDER BY 1, 2 NULLS LAST
"""
_FIRST: Final = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Kept:
    """`category` None: nothing is known of the kind. `due`: kept long enough by now; `soon`: those and what will be by then."""

    municipality: str
    category: CategoryCode | None
    reports: int
    due: int
    soon: int
    oldest: datetime


async def due(
    connection: Connection, retention: Retention, now: datetime, most: int, after: UUID = _FIRST
) -> list[UUID]:
    """The oldest that come after that one, held until the transaction ends."""
    others = retention.others_before(now)
    latest = max([*retention.before(now).values(), *([] if others is None else [others])])
    rows = await connection.fetch(_DUE, *_times(retention, now), after, _first_id_of(latest), most)
    return [row["id"] for row in rows]


async def kept(connection: Connection, retention: Retention, now: datetime, soon: timedelta) -> list[Kept]:
    """All that there is, by municipality and kind."""
    rows = await connection.fetch(_KEPT, *_times(retention, now), soon)
    return [
        Kept(
            row["municipality"],
            None if row["category"] is None else CategoryCode(row["category"]),
            row["reports"],
            row["due"],
            row["soon"],
            row["oldest"],
        )
        for row in rows
    ]


def _times(retention: Retention, now: datetime) -> tuple[Sequence[str], Sequence[datetime], datetime | None]:
    before = retention.before(now)
    return [code.value for code in before], list(before.values()), retention.others_before(now)


def _first_id_of(at: datetime) -> UUID:
    """Version 7 begins with the milliseconds since 1970. A minute more, should two clocks have differed."""
    return UUID(int=(int(at.timestamp() * 1000) + 60_000) << 80)
