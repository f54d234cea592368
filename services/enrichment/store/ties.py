"""Which reports are tied to each other by what their reporters said."""

from collections.abc import Sequence
from typing import Final

from services.enrichment.linking import Follower, Ties
from shared.events import Relation, ReportReceived
from shared.inbox import Connection

# What was taken back ties nothing any more.
_NAMED: Final = """
SELECT report.id, link.incident_id
FROM report JOIN link ON link.report_id = report.id
WHERE report.id = ANY($1::uuid[]) AND (report.disposed IS NULL OR report.disposed = 'retention')
"""
_FOLLOWERS: Final = """
SELECT report.follows, report.relation, link.incident_id
FROM report JOIN link ON link.report_id = report.id
WHERE report.follows = ANY($1::uuid[]) ORDER BY link.position
"""


async def ties_among(connection: Connection, reports: Sequence[ReportReceived]) -> Ties:
    """What is known before these reports of those that they name, and of those that name them."""
    named = [each.follows for each in reports if each.follows is not None]
    rows = await connection.fetch(_NAMED, named) if named else []
    followers = await connection.fetch(_FOLLOWERS, [*named, *(each.report_id for each in reports)])
    return Ties.known(
        {row["id"]: row["incident_id"] for row in rows},
        [
            Follower(row["follows"], Relation(row["relation"] or Relation.SAME), row["incident_id"])
            for row in followers
        ],
    )
