"""Alerts that quote what is gone."""

from collections.abc import Collection, Sequence
from typing import Final

from shared.events import IncidentChanged
from shared.inbox import Connection

_FORGET: Final = """
UPDATE alert SET disposed_reports = news.disposed_reports, body = alert.body || jsonb_build_object(
    'summary', CASE WHEN alert.body ->> 'summary' = ANY($4::text[]) THEN alert.body ->> 'summary' ELSE $5 END,
    'reasons', '[]'::jsonb, 'location', news.location::jsonb)
FROM unnest($1::uuid[], $2::integer[], $3::text[]) AS news (incident_id, disposed_reports, location)
WHERE alert.incident_id = news.incident_id AND alert.disposed_reports < news.disposed_reports
RETURNING alert.alert_id
"""
# Those that still wait for the broker, and those that it refused.
_FORGET_UNSENT: Final = """
WITH news AS MATERIALIZED (
    SELECT alert_id::text AS subject, convert_to(body::text, 'UTF8') AS body FROM alert WHERE alert_id = ANY($1::uuid[])
), unsent AS (
    UPDATE outbox SET body = news.body FROM news WHERE headers ->> 'ce_subject' = news.subject
)
UPDATE outbox_refused SET body = news.body FROM news WHERE headers ->> 'ce_subject' = news.subject
"""


async def forget_quotations(
    connection: Connection,
    incidents: Sequence[IncidentChanged],
    quoting_nothing: Collection[str],
    instead: str,
) -> int:
    """In the alerts about these incidents that were written before the last disposal: how many. `quoting_nothing`: summaries
    of our own, which stay.
    """
    rows = await connection.fetch(
        _FORGET,
        [each.incident_id for each in incidents],
        [each.disposed_reports for each in incidents],
        [each.location.model_dump_json() for each in incidents],
        list(quoting_nothing),
        instead,
    )
    if rows:
        await connection.execute(_FORGET_UNSENT, [row["alert_id"] for row in rows])
    return len(rows)
