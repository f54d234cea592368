"""Writing what events tell to the read tables. Whatever the order of arrival, the same events leave the same rows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.reporting.store import Connection
from shared.envelope import Envelope
from shared.events import DeliveryChanged, DeliveryStatus, IncidentChanged, ReportEnriched

# One after the other in the caller's transaction: what two processes know of one municipality never crosses.
_LOCK: Final = """
SELECT pg_advisory_xact_lock(hashtext('reporting'), hashtext(municipality))
FROM unnest($1::text[]) AS municipality
"""
_SAVE_REPORTS: Final = """
INSERT INTO report AS known (
    report_id, incident_id, municipality, source, body, language, category, category_confidence, severity, hearsay,
    needs_review, occurred_at, received_at, assessment, traceparent, enriched_at, event_id, correction_id)
SELECT * FROM unnest(
    $1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::float8[], $9::smallint[],
    $10::boolean[], $11::boolean[], $12::timestamptz[], $13::timestamptz[], $14::jsonb[], $15::text[],
    $16::timestamptz[], $17::uuid[], $18::uuid[])
ON CONFLICT (report_id) DO UPDATE SET
    incident_id = excluded.incident_id, municipality = excluded.municipality, source = excluded.source,
    body = excluded.body, language = excluded.language, category = excluded.category,
    category_confidence = excluded.category_confidence, severity = excluded.severity, hearsay = excluded.hearsay,
    needs_review = excluded.needs_review, occurred_at = excluded.occurred_at, received_at = excluded.received_at,
    assessment = excluded.assessment, traceparent = excluded.traceparent, enriched_at = excluded.enriched_at,
    event_id = excluded.event_id, correction_id = excluded.correction_id
WHERE (known.enriched_at, known.event_id) < (excluded.enriched_at, excluded.event_id)
"""
_SAVE_INCIDENTS: Final = """
INSERT INTO incident AS known (
    incident_id, revision, municipality, category, severity, summary, location, first_occurred_at, last_occurred_at,
    report_count, distinct_texts, reports_by_source, hearsay_only, ongoing, involves_minor, needs_review, assessment,
    changed_at, disposed_reports, withdrawn)
SELECT * FROM unnest(
    $1::uuid[], $2::integer[], $3::text[], $4::text[], $5::smallint[], $6::text[], $7::jsonb[], $8::timestamptz[],
    $9::timestamptz[], $10::integer[], $11::integer[], $12::jsonb[], $13::boolean[], $14::boolean[], $15::boolean[],
    $16::boolean[], $17::jsonb[], $18::timestamptz[], $19::integer[], $20::boolean[])
ON CONFLICT (incident_id) DO UPDATE SET
    revision = excluded.revision, municipality = excluded.municipality, category = excluded.category,
    severity = excluded.severity, summary = excluded.summary, location = excluded.location,
    first_occurred_at = excluded.first_occurred_at, last_occurred_at = excluded.last_occurred_at,
    report_count = excluded.report_count, distinct_texts = excluded.distinct_texts,
    reports_by_source = excluded.reports_by_source, hearsay_only = excluded.hearsay_only,
    ongoing = excluded.ongoing, involves_minor = excluded.involves_minor, needs_review = excluded.needs_review,
    assessment = excluded.assessment, changed_at = excluded.changed_at,
    disposed_reports = excluded.disposed_reports, withdrawn = excluded.withdrawn
WHERE known.revision < excluded.revision
"""
_SAVE_INCIDENT_HISTORY: Final = """
INSERT INTO incident_history (incident_id, revision, change, severity, category, report_count, at)
SELECT * FROM unnest(
    $1::uuid[], $2::integer[], $3::text[], $4::smallint[], $5::text[], $6::integer[], $7::timestamptz[])
ON CONFLICT (incident_id, revision) DO NOTHING
"""
_SAVE_DELIVERIES: Final = """
INSERT INTO delivery AS known (
    delivery_id, alert_id, incident_id, agency, channel, kind, status, standing, attempts, reason, at)
SELECT * FROM unnest(
    $1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::smallint[], $9::integer[],
    $10::text[], $11::timestamptz[])
ON CONFLICT (delivery_id) DO UPDATE SET
    status = excluded.status, standing = excluded.standing, attempts = excluded.attempts,
    reason = excluded.reason, at = excluded.at
WHERE (known.at, known.attempts, known.standing) < (excluded.at, excluded.attempts, excluded.standing)
"""
_SAVE_TOLD: Final = """
INSERT INTO told AS known (incident_id, agency, first_at)
SELECT incident_id, agency, min(at)
FROM unnest($1::uuid[], $2::text[], $3::timestamptz[]) AS reached (incident_id, agency, at)
GROUP BY incident_id, agency
ON CONFLICT (incident_id, agency) DO UPDATE SET first_at = excluded.first_at
WHERE known.first_at > excluded.first_at
"""
_MARK_ASSESSED: Final = """
WITH assessed AS (
    INSERT INTO report_status (report_id, status, at, category, known_at)
    SELECT report_id, 'assessed', enriched_at, category, $2 FROM report WHERE report_id = ANY($1::uuid[])
    ON CONFLICT DO NOTHING
    RETURNING report_id
)
SELECT report_id, municipality, traceparent, enriched_at AS at, category, enriched_at AS category_at, assessment->'location' AS location
FROM assessed JOIN report USING (report_id)
"""
# A status from before its time was kept is not told again.
_MARK_RECATEGORISED: Final = """
UPDATE report_status AS told SET category = report.category
FROM report
WHERE told.report_id = report.report_id AND told.status = 'assessed' AND report.report_id = ANY($1::uuid[])
  AND told.category <> report.category AND report.disposed IS NULL
RETURNING report.report_id, report.municipality, report.traceparent, told.at, report.category,
    report.enriched_at AS category_at, report.assessment->'location' AS location
"""
_MARK_PASSED_ON: Final = """
WITH passed_on AS (
    INSERT INTO report_status (report_id, status)
    SELECT report_id, 'passed_on' FROM report
    WHERE incident_id = ANY($1::uuid[])
        AND EXISTS (SELECT FROM told WHERE told.incident_id = report.incident_id)
        AND NOT EXISTS (
            SELECT FROM report_status AS done WHERE done.report_id = report.report_id AND done.status = 'passed_on')
    ON CONFLICT DO NOTHING
    RETURNING report_id
)
SELECT report_id, municipality, traceparent,
    (SELECT min(first_at) FROM told WHERE told.incident_id = report.incident_id) AS at,
    category, enriched_at AS category_at, assessment->'location' AS location
FROM passed_on JOIN report USING (report_id)
"""
STANDINGS: Final = {status: place for place, status in enumerate(DeliveryStatus)}
REACHED: Final = frozenset(DeliveryStatus) - {DeliveryStatus.PENDING, DeliveryStatus.GAVE_UP}


async def lock_municipalities(connection: Connection, municipalities: Sequence[str]) -> None:
    """Hold what is known of these municipalities until the transaction ends."""
    await connection.execute(_LOCK, sorted(set(municipalities)))


async def save_reports(connection: Connection, reports: Sequence[Envelope[ReportEnriched]]) -> None:
    latest: dict[UUID, Envelope[ReportEnriched]] = {}
    for envelope in reports:
        known = latest.get(envelope.event.report_id)
        if known is None or (known.time, known.event_id) < (envelope.time, envelope.event_id):
            latest[envelope.event.report_id] = envelope
    await _execute(connection, _SAVE_REPORTS, [_report_row(envelope) for envelope in latest.values()])


async def save_incidents(connection: Connection, incidents: Sequence[IncidentChanged]) -> None:
    """The highest revision becomes the incident; every revision its history."""
    latest: dict[UUID, IncidentChanged] = {}
    history: dict[tuple[UUID, int], IncidentChanged] = {}
    for incident in incidents:
        known = latest.get(incident.incident_id)
        if known is None or known.revision < incident.revision:
            latest[incident.incident_id] = incident
        history.setdefault((incident.incident_id, incident.revision), incident)
    await _execute(connection, _SAVE_INCIDENTS, [_incident_row(incident) for incident in latest.values()])
    await _execute(connection, _SAVE_INCIDENT_HISTORY, [_history_row(each) for each in history.values()])


async def save_deliveries(connection: Connection, deliveries: Sequence[DeliveryChanged]) -> None:
    latest: dict[UUID, DeliveryChanged] = {}
    for delivery in sorted(deliveries, key=lambda each: (each.at, each.attempts, STANDINGS[each.status])):
        latest[delivery.delivery_id] = delivery
    await _execute(connection, _SAVE_DELIVERIES, [_delivery_row(delivery) for delivery in latest.values()])
    reached = [
        (delivery.incident_id, delivery.agency, delivery.at)
        for delivery in deliveries
        if delivery.status in REACHED
    ]
    await _execute(connection, _SAVE_TOLD, reached)


async def mark_assessed(connection: Connection, report_ids: Sequence[UUID], now: datetime) -> Sequence[Any]:
    """Reports that have not been told of as assessed before: report_id, municipality, traceparent, at, category, category_at, location."""
    return await connection.fetch(_MARK_ASSESSED, report_ids, now)


async def mark_recategorised(connection: Connection, report_ids: Sequence[UUID]) -> Sequence[Any]:
    """Those of them that were told of as assessed and are of another category now; as `mark_assessed`, `at` as it was told."""
    return await connection.fetch(_MARK_RECATEGORISED, report_ids)


async def mark_passed_on(connection: Connection, incident_ids: Sequence[UUID]) -> Sequence[Any]:
    """Reports of these incidents that an agency has been reached about, not told of before; as `mark_assessed`."""
    return await connection.fetch(_MARK_PASSED_ON, incident_ids)


async def _execute(connection: Connection, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        await connection.execute(statement, *(list(column) for column in zip(*rows, strict=True)))


def _report_row(envelope: Envelope[ReportEnriched]) -> tuple[Any, ...]:
    report = envelope.event
    return (
        report.report_id,
        report.link.incident_id,
        report.municipality,
        report.source,
        report.text,
        report.language,
        report.category,
        report.category_confidence,
        report.severity,
        report.hearsay,
        report.needs_review,
        report.occurred_at,
        report.received_at,
        _assessment(report),
        envelope.traceparent,
        envelope.time,
        envelope.event_id,
        report.correction_id,
    )


def _assessment(report: ReportEnriched) -> dict[str, Any]:
    told = report.model_dump(
        mode="json",
        include={
            "reasons",
            "location",
            "category_alternatives",
            "places",
            "happened",
            "contradicts_pin",
            "outside_municipality",
            "ongoing",
            "involves_minor",
        },
    )
    return {**told, "link_reason": report.link.reason, "link_confidence": report.link.confidence}


def _incident_row(incident: IncidentChanged) -> tuple[Any, ...]:
    return (
        incident.incident_id,
        incident.revision,
        incident.municipality,
        incident.category,
        incident.severity,
        incident.summary,
        incident.location.model_dump(mode="json"),
        incident.first_occurred_at,
        incident.last_occurred_at,
        incident.report_count,
        incident.distinct_texts,
        incident.reports_by_source,
        incident.hearsay_only,
        incident.ongoing,
        incident.involves_minor,
        incident.needs_review,
        {"reasons": incident.reasons},
        incident.changed_at,
        incident.disposed_reports,
        incident.withdrawn,
    )


def _history_row(incident: IncidentChanged) -> tuple[Any, ...]:
    return (
        incident.incident_id,
        incident.revision,
        incident.change,
        incident.severity,
        incident.category,
        incident.report_count,
        incident.changed_at,
    )


def _delivery_row(delivery: DeliveryChanged) -> tuple[Any, ...]:
    return (
        delivery.delivery_id,
        delivery.alert_id,
        delivery.incident_id,
        delivery.agency,
        delivery.channel,
        delivery.kind,
        delivery.status,
        STANDINGS[delivery.status],
        delivery.attempts,
        delivery.reason,
        delivery.at,
    )
