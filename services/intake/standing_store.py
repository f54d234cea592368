"""All SQL about how a report stands beside its statuses."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from services.intake.domain.standing import HeldBack, Holding, Standing
from shared.categories import CategoryCode
from shared.events import Point, ReportStatusChanged
from shared.inbox import Connection

_KEEP: Final = """
INSERT INTO report_category AS known (report_id, category, at, lat, lon, accuracy_m)
SELECT DISTINCT ON (news.report_id) news.*
FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::float8[], $5::float8[], $6::float8[])
    AS news (report_id, category, at, lat, lon, accuracy_m)
JOIN report ON report.id = news.report_id
ORDER BY news.report_id, news.at DESC, news.lat
ON CONFLICT (report_id) DO UPDATE SET category = excluded.category, at = excluded.at,
    lat = excluded.lat, lon = excluded.lon, accuracy_m = excluded.accuracy_m
WHERE known.at < excluded.at OR (known.at = excluded.at AND known.lat IS NULL)
"""
_STANDING: Final = """
SELECT kind.category, quarantine.state, coalesce(quarantine.decided_at, quarantine.received_at) AS since,
    quarantine.release_at,
    EXISTS (SELECT FROM report_asked AS asked
            WHERE asked.report_id = report.id AND asked.category = kind.category) AS was_asked,
    coalesce((SELECT added.category_hint FROM form_report AS said JOIN report AS added ON added.id = said.report_id
              WHERE said.follows = report.id AND said.relation <> 'same' AND added.category_hint IS NOT NULL
              ORDER BY added.received_at DESC LIMIT 1), report.category_hint) AS chosen,
    ARRAY(SELECT jsonb_object_keys(said.answers) FROM form_report AS said
          WHERE said.answers IS NOT NULL
            AND (said.report_id = report.id OR (said.follows = report.id AND said.relation <> 'same'))) AS answered
FROM report
LEFT JOIN report_category AS kind ON kind.report_id = report.id
LEFT JOIN quarantine ON quarantine.report_id = report.id AND quarantine.state IN ('held', 'rejected')
WHERE report.tracking_code = $1
"""
_ASKED: Final = """
INSERT INTO report_asked (report_id, category, at) SELECT id, $2, $3 FROM report WHERE tracking_code = $1
ON CONFLICT DO NOTHING
"""


async def keep_categories(connection: Connection, news: Sequence[ReportStatusChanged]) -> None:
    """What a report is taken for, and where, as newest told; of a report that is not (or no longer) here nothing is kept."""
    told = [
        (each.report_id, each.category.value, each.category_at or each.at, *_placed(each.place))
        for each in news
        if each.category is not None
    ]
    if told:
        await connection.execute(_KEEP, *(list(column) for column in zip(*told, strict=True)))


def _placed(place: Point | None) -> tuple[float | None, ...]:
    return (None, None, None) if place is None else (place.lat, place.lon, place.accuracy_m)


async def standing_of(connection: Connection, tracking_code: str) -> Standing:
    row = await connection.fetchrow(_STANDING, tracking_code)
    if row is None:
        return Standing()
    return Standing(
        category=_known(row["category"]),
        chosen=_known(row["chosen"]),
        was_asked=row["was_asked"],
        answered=frozenset(row["answered"]),
        held_back=None
        if row["state"] is None
        else HeldBack(Holding(row["state"]), row["since"], row["release_at"]),
    )


async def mark_asked(
    connection: Connection, tracking_code: str, category: CategoryCode, at: datetime
) -> None:
    await connection.execute(_ASKED, tracking_code, category.value, at)


def _known(code: str | None) -> CategoryCode | None:
    return None if code is None else CategoryCode(code)
