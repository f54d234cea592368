"""All SQL of the citizen's form and of following a report, beside accepting one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.intake.abuse.judging import Reason
from services.intake.domain.following import Addition
from services.intake.domain.similar import COARSEST_M, REACH_LAT, REACH_LON, SHOWABLE, Nearby
from services.intake.vault import Wrapped
from shared.categories import CategoryCode
from shared.events import Point, Relation
from shared.inbox import Connection

# By what a report is taken for and where; before that is told, by what its reporter chose. The reporter's own pin always counts.
# What its reporter takes for a kind that isn't shown to anybody is not shown, whatever the machine makes of it.
# What was added to another report is not shown beside it, and what is held back is shown to nobody.
_NEARBY: Final = """
WITH candidate AS (
    SELECT report.id, kind.category, coalesce(report.lat, kind.lat) AS lat, coalesce(report.lon, kind.lon) AS lon, occurred_at
    FROM report_category AS kind JOIN report ON report.id = kind.report_id
    WHERE kind.category = ANY($2::text[]) AND kind.at > $3 AND (report.lat IS NOT NULL OR kind.accuracy_m <= $8)
      AND municipality = $1 AND source = 'citizen' AND (category_hint IS NULL OR category_hint = ANY($9::text[]))
    UNION ALL
    SELECT id, category_hint, lat, lon, occurred_at FROM report
    WHERE municipality = $1 AND category_hint = ANY($2::text[]) AND source = 'citizen' AND lat IS NOT NULL
      AND NOT EXISTS (SELECT FROM report_category WHERE report_id = report.id)
)
SELECT candidate.* FROM candidate LEFT JOIN form_report ON form_report.report_id = candidate.id
WHERE occurred_at > $3 AND abs(lat - $4) <= $5 AND abs(lon - $6) <= $7 AND form_report.follows IS NULL
  AND NOT EXISTS (SELECT FROM quarantine WHERE report_id = candidate.id AND state IN ('held', 'rejected'))
ORDER BY occurred_at DESC LIMIT 100
"""
_FIRST: Final = """
SELECT report.id, municipality, lat, lon, accuracy_m, category_hint, sealed, master_key, wrapped,
    quarantine.state = 'held' AND release_at IS NOT NULL AS is_held,
    quarantine.state = 'rejected' OR (quarantine.state = 'held' AND release_at IS NULL) AS is_doubted
FROM report JOIN report_key ON report_key.report_id = report.id
LEFT JOIN quarantine ON quarantine.report_id = report.id AND state IN ('held', 'rejected')
WHERE tracking_code = $1
"""
_NEWEST_CATEGORY: Final = """
SELECT category_hint FROM form_report JOIN report ON report.id = form_report.report_id
WHERE form_report.follows = $1 AND relation <> 'same' AND category_hint IS NOT NULL
ORDER BY received_at DESC LIMIT 1
"""
_ADDITIONS: Final = """
SELECT said.relation, added.received_at, said.question_id IS NOT NULL AS is_answer
FROM report JOIN form_report AS said ON said.follows = report.id JOIN report AS added ON added.id = said.report_id
WHERE report.tracking_code = $1 AND said.relation <> 'same'
ORDER BY added.received_at
"""


@dataclass(frozen=True, slots=True)
class First:
    """The report that something is added to. `category`: the reporter's own newest word on it; `sealed`: what was said.
    `held_back`: what is said against what is added, as long as this one is held back itself.
    """

    report_id: UUID
    tracking_code: str
    municipality: str
    point: Point | None
    category: CategoryCode | None
    key: Wrapped
    sealed: bytes
    held_back: Reason | None


async def nearby(
    connection: Connection,
    municipality: str,
    categories: Sequence[CategoryCode],
    lat: float,
    lon: float,
    since: datetime,
) -> list[Nearby]:
    """Citizens' reports with a position in a box about the point, the newest first."""
    rows = await connection.fetch(
        _NEARBY, municipality, categories, since, lat, REACH_LAT, lon, REACH_LON, COARSEST_M, SHOWABLE
    )
    return [
        Nearby(row["id"], CategoryCode(row["category"]), row["lat"], row["lon"], row["occurred_at"])
        for row in rows
    ]


async def first_of(connection: Connection, tracking_code: str) -> First | None:
    row = await connection.fetchrow(_FIRST, tracking_code)
    if row is None:
        return None
    category = await connection.fetchval(_NEWEST_CATEGORY, row["id"]) or row["category_hint"]
    return First(
        row["id"],
        tracking_code,
        row["municipality"],
        None if row["lat"] is None else Point(lat=row["lat"], lon=row["lon"], accuracy_m=row["accuracy_m"]),
        CategoryCode(category) if category else None,
        Wrapped(row["master_key"], row["wrapped"]),
        row["sealed"],
        Reason.FOLLOWS_HELD if row["is_held"] else Reason.FOLLOWS_DOUBTED if row["is_doubted"] else None,
    )


async def additions_to(connection: Connection, tracking_code: str) -> list[Addition]:
    rows = await connection.fetch(_ADDITIONS, tracking_code)
    return [Addition(Relation(row["relation"]), row["received_at"], row["is_answer"]) for row in rows]
