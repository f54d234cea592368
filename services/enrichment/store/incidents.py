"""Incidents, and who may work on them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from services.enrichment.linking import Incident
from services.enrichment.store.shapes import incident_json, incident_of
from shared.inbox import Connection

# One process at a time works on a municipality, also when a partition has just moved and the old owner is not done.
# Everybody locks in the same order.
_LOCK: Final = """
SELECT pg_advisory_xact_lock(hashtextextended('vardkase-enrichment-' || municipality, 0))
FROM (SELECT unnest($1::text[]) AS municipality ORDER BY 1) AS sorted
"""
_COUNT: Final = """
INSERT INTO board AS known (municipality, edition) SELECT municipality, 1 FROM unnest($1::text[]) AS municipality
ON CONFLICT (municipality) DO UPDATE SET edition = known.edition + 1
RETURNING municipality, edition
"""
_BETWEEN: Final = """
SELECT state FROM incident
WHERE municipality = $1 AND last_occurred_at >= $2 AND first_occurred_at <= $3
"""
_ENDED_BETWEEN: Final = """
SELECT state FROM incident
WHERE municipality = $1 AND last_occurred_at >= $2 AND last_occurred_at < $3 AND first_occurred_at <= $4
"""
_BEGAN_BETWEEN: Final = """
SELECT state FROM incident
WHERE municipality = $1 AND first_occurred_at > $2 AND first_occurred_at <= $3
"""
_NAMED: Final = "SELECT state FROM incident WHERE id = ANY($1::uuid[]) ORDER BY id"
_ONE: Final = "SELECT state FROM incident WHERE id = $1"
_UPSERT: Final = """
INSERT INTO incident (id, municipality, revision, category, severity, first_occurred_at, last_occurred_at, state, changed_at)
SELECT *, $9 FROM unnest(
    $1::uuid[], $2::text[], $3::integer[], $4::text[], $5::smallint[], $6::timestamptz[], $7::timestamptz[], $8::jsonb[])
ON CONFLICT (id) DO UPDATE SET
    revision = excluded.revision, category = excluded.category, severity = excluded.severity,
    first_occurred_at = excluded.first_occurred_at, last_occurred_at = excluded.last_occurred_at,
    state = excluded.state, changed_at = excluded.changed_at
"""

Span = tuple[datetime, datetime]


async def lock_municipalities(connection: Connection, municipalities: Iterable[str]) -> dict[str, int]:
    """Until the end of the transaction. Returns the edition each municipality's incidents get by it."""
    wanted = sorted(set(municipalities))
    await connection.execute(_LOCK, wanted)
    rows = await connection.fetch(_COUNT, wanted)
    return {row["municipality"]: row["edition"] for row in rows}


async def incidents_between(
    connection: Connection, municipality: str, wanted: Span, *, known: Span | None = None
) -> list[Incident]:
    """Those that last into `wanted`, but for those that last into `known`, which lies inside it."""
    if known is None:
        rows = await connection.fetch(_BETWEEN, municipality, *wanted)
        return [incident_of(row["state"]) for row in rows]
    (earliest, latest), (known_from, known_to) = wanted, known
    rows = []
    if earliest < known_from:
        rows += await connection.fetch(_ENDED_BETWEEN, municipality, earliest, known_from, latest)
    if latest > known_to:
        rows += await connection.fetch(_BEGAN_BETWEEN, municipality, known_to, latest)
    return [incident_of(row["state"]) for row in rows]


async def incident(connection: Connection, incident_id: UUID) -> Incident | None:
    state = await connection.fetchval(_ONE, incident_id)
    return None if state is None else incident_of(state)


async def incidents_named(connection: Connection, incident_ids: Sequence[UUID]) -> list[Incident]:
    rows = await connection.fetch(_NAMED, incident_ids)
    return [incident_of(row["state"]) for row in rows]


async def upsert_incidents(connection: Connection, changed: Sequence[Incident], at: datetime) -> None:
    await connection.execute(
        _UPSERT,
        [each.incident_id for each in changed],
        [each.municipality for each in changed],
        [each.revision for each in changed],
        [each.category.value for each in changed],
        [int(each.severity) for each in changed],
        [each.first_occurred_at for each in changed],
        [each.last_occurred_at for each in changed],
        [incident_json(each) for each in changed],
        at,
    )
