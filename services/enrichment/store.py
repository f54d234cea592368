"""All SQL of enrichment, a named function for each statement."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeAlias
from uuid import UUID

import orjson
from pydantic import TypeAdapter

from services.enrichment.domain import Understood
from services.enrichment.linking import Existing, Incident, Linked
from shared.events import ReportReceived
from shared.inbox import Connection

# One process at a time works on a municipality, also when a partition has just moved and the old owner is not done.
# Everybody locks in the same order.
_LOCK: Final = """
SELECT pg_advisory_xact_lock(hashtextextended('vardkase-enrichment-' || municipality, 0))
FROM (SELECT unnest($1::text[]) AS municipality ORDER BY 1) AS sorted
"""
_KNOWN: Final = "SELECT id FROM report WHERE id = ANY($1::uuid[])"
_OPEN: Final = """
SELECT incident.id, incident.municipality, incident.revision, incident.changed_at
FROM unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) AS wanted (municipality, earliest, latest)
CROSS JOIN LATERAL (
    SELECT id, municipality, revision, changed_at, first_occurred_at FROM incident
    WHERE incident.municipality = wanted.municipality
      AND incident.last_occurred_at >= wanted.earliest AND incident.first_occurred_at <= wanted.latest
    ORDER BY incident.last_occurred_at DESC LIMIT $4
) AS incident
ORDER BY incident.municipality, incident.first_occurred_at, incident.id
"""
_STATES: Final = "SELECT revision, changed_at, state FROM incident WHERE id = ANY($1::uuid[]) ORDER BY id"
_INSERT_REPORTS: Final = """
INSERT INTO report (id, municipality, source, text, language, category, category_confidence, severity, hearsay,
                    understood, occurred_at, received_at, model_version, gazetteer_version, enriched_at)
SELECT *, $13, $14, $15 FROM unnest(
    $1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::float8[], $8::smallint[], $9::boolean[],
    $10::jsonb[], $11::timestamptz[], $12::timestamptz[])
"""
_UPSERT_INCIDENTS: Final = """
INSERT INTO incident (id, municipality, revision, category, severity, first_occurred_at, last_occurred_at, state, changed_at)
SELECT *, $9 FROM unnest(
    $1::uuid[], $2::text[], $3::integer[], $4::text[], $5::smallint[], $6::timestamptz[], $7::timestamptz[], $8::jsonb[])
ON CONFLICT (id) DO UPDATE SET
    revision = excluded.revision, category = excluded.category, severity = excluded.severity,
    first_occurred_at = excluded.first_occurred_at, last_occurred_at = excluded.last_occurred_at,
    state = excluded.state, changed_at = excluded.changed_at
"""
_INSERT_LINKS: Final = """
INSERT INTO link (report_id, incident_id, is_new, is_repeat, confidence, reason, linked_at)
SELECT *, $7 FROM unnest($1::uuid[], $2::uuid[], $3::boolean[], $4::boolean[], $5::float8[], $6::text[])
"""
_MOST_OPEN: Final = 2_000
"""Incidents read for one municipality; a flood above that meets the latest ones only."""

Edition: TypeAlias = tuple[int, datetime]
"""Revision and time of an incident's last change; the same edition has the same content."""

_INCIDENT: Final = TypeAdapter(Incident)
_UNDERSTOOD: Final = TypeAdapter(Understood)


@dataclass(frozen=True, slots=True)
class Versions:
    """What understood the reports, and when."""

    model: str
    gazetteer: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Enriched:
    """A report, what it was understood to say, and the incident it was linked to."""

    report: ReportReceived
    linked: Linked


async def lock_municipalities(connection: Connection, municipalities: Iterable[str]) -> None:
    """Until the end of the transaction."""
    await connection.execute(_LOCK, list(set(municipalities)))


async def known_reports(connection: Connection, report_ids: Sequence[UUID]) -> set[UUID]:
    rows = await connection.fetch(_KNOWN, report_ids)
    return {row["id"] for row in rows}


async def open_incidents(
    connection: Connection, spans: Mapping[str, tuple[datetime, datetime]], margin: timedelta
) -> dict[str, dict[UUID, Edition]]:
    """Each municipality's incidents within `margin` of the given first and last time."""
    rows = await connection.fetch(
        _OPEN,
        list(spans),
        [earliest - margin for earliest, _ in spans.values()],
        [latest + margin for _, latest in spans.values()],
        _MOST_OPEN,
    )
    found: dict[str, dict[UUID, Edition]] = {}
    for row in rows:
        found.setdefault(row["municipality"], {})[row["id"]] = row["revision"], row["changed_at"]
    return found


async def incidents(connection: Connection, incident_ids: Sequence[UUID]) -> list[tuple[Incident, Edition]]:
    rows = await connection.fetch(_STATES, incident_ids)
    return [(_INCIDENT.validate_python(row["state"]), (row["revision"], row["changed_at"])) for row in rows]


async def insert_reports(connection: Connection, enriched: Sequence[Enriched], versions: Versions) -> None:
    reports = [each.report for each in enriched]
    understood = [each.linked.report.understood for each in enriched]
    await connection.execute(
        _INSERT_REPORTS,
        [report.report_id for report in reports],
        [report.municipality for report in reports],
        [report.source.value for report in reports],
        [report.text for report in reports],
        [what.language for what in understood],
        [what.category.value for what in understood],
        [what.confidence for what in understood],
        [int(what.severity) for what in understood],
        [what.hearsay for what in understood],
        [orjson.Fragment(_UNDERSTOOD.dump_json(what)) for what in understood],
        [report.occurred_at for report in reports],
        [report.received_at for report in reports],
        versions.model,
        versions.gazetteer,
        versions.at,
    )


async def upsert_incidents(connection: Connection, changed: Sequence[Incident], at: datetime) -> None:
    await connection.execute(
        _UPSERT_INCIDENTS,
        [incident.incident_id for incident in changed],
        [incident.municipality for incident in changed],
        [incident.revision for incident in changed],
        [incident.category.value for incident in changed],
        [int(incident.severity) for incident in changed],
        [incident.first_occurred_at for incident in changed],
        [incident.last_occurred_at for incident in changed],
        [orjson.Fragment(_INCIDENT.dump_json(incident, exclude={"words"})) for incident in changed],
        at,
    )


async def insert_links(connection: Connection, enriched: Sequence[Enriched], at: datetime) -> None:
    links = [each.linked for each in enriched]
    await connection.execute(
        _INSERT_LINKS,
        [link.report.report_id for link in links],
        [link.incident.incident_id for link in links],
        [link.is_new for link in links],
        [isinstance(link.decision, Existing) and link.decision.is_repeat for link in links],
        [link.decision.confidence for link in links],
        [link.decision.reason for link in links],
        at,
    )
