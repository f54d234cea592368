"""The newest state of each incident, and when to look at it again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from shared.events import IncidentChanged, NotAlertedReason
from shared.inbox import Connection

# A correction that was not seen itself (the topic keeps the newest state of each incident) is known by its id.
_ADVANCE: Final = """
INSERT INTO incident (incident_id, revision, state, traceparent, corrected_revision)
SELECT incident_id, revision, state::jsonb, traceparent, corrected_revision
FROM unnest($1::uuid[], $2::integer[], $3::text[], $4::text[], $5::integer[])
     AS news (incident_id, revision, state, traceparent, corrected_revision)
ON CONFLICT (incident_id) DO UPDATE
SET revision = excluded.revision, state = excluded.state, traceparent = excluded.traceparent, look_again_at = NULL,
    corrected_revision = greatest(incident.corrected_revision, excluded.corrected_revision, CASE
        WHEN excluded.state ->> 'correction_id' <> coalesce(incident.state ->> 'correction_id', '')
        THEN excluded.revision ELSE 0 END)
WHERE incident.revision < excluded.revision
RETURNING incident_id
"""
_LOOK_AGAIN: Final = """
UPDATE incident SET look_again_at = news.at
FROM unnest($1::uuid[], $2::timestamptz[]) AS news (incident_id, at)
WHERE incident.incident_id = news.incident_id
"""
# What was told of late grows older with time, and that is no new reason.
_KEEP_REASONS: Final = """
UPDATE incident SET not_alerted = news.reason
FROM unnest($1::uuid[], $2::text[]) AS news (incident_id, reason)
WHERE incident.incident_id = news.incident_id AND incident.not_alerted IS DISTINCT FROM news.reason
    AND (incident.not_alerted, news.reason) IS DISTINCT FROM ('told_late', 'history')
RETURNING incident.incident_id
"""
_TAKE_DUE: Final = """
WITH due AS (
    SELECT incident_id FROM incident WHERE look_again_at <= $1
    ORDER BY look_again_at LIMIT $2 FOR UPDATE SKIP LOCKED
)
UPDATE incident SET look_again_at = NULL FROM due WHERE incident.incident_id = due.incident_id
RETURNING incident.state, incident.traceparent
"""


@dataclass(frozen=True, slots=True)
class IncidentState:
    """`corrected_revision`: the newest revision known to bring a person's correction; 0 when none."""

    incident: IncidentChanged
    traceparent: str
    corrected_revision: int = 0


async def advance(connection: Connection, states: Sequence[IncidentState]) -> set[UUID]:
    """Store those that are newer than what is known; which they were. Each incident at most once in `states`."""
    ordered = sorted(states, key=lambda state: state.incident.incident_id)  # one order of locks for all
    rows = await connection.fetch(
        _ADVANCE,
        [state.incident.incident_id for state in ordered],
        [state.incident.revision for state in ordered],
        [state.incident.model_dump_json() for state in ordered],
        [state.traceparent for state in ordered],
        [state.corrected_revision for state in ordered],
    )
    return {row["incident_id"] for row in rows}


async def look_again(connection: Connection, times: Mapping[UUID, datetime]) -> None:
    if times:
        await connection.execute(_LOOK_AGAIN, list(times.keys()), list(times.values()))


async def keep_reasons(connection: Connection, reasons: Mapping[UUID, NotAlertedReason | None]) -> set[UUID]:
    """Keep why nobody is alerted of an incident, None where somebody is; those of which it was not known."""
    rows = await connection.fetch(_KEEP_REASONS, list(reasons.keys()), list(reasons.values()))
    return {row["incident_id"] for row in rows}


async def take_due(connection: Connection, now: datetime, limit: int) -> list[IncidentState]:
    """Incidents whose quiet time is over, locked until the transaction ends."""
    rows = await connection.fetch(_TAKE_DUE, now, limit)
    return [IncidentState(IncidentChanged.model_validate(row["state"]), row["traceparent"]) for row in rows]
