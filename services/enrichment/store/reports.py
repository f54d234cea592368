"""Reports as they were understood, and which incident each belongs to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.enrichment.domain import Understood
from services.enrichment.linking import Existing, Linked, Tie
from services.enrichment.store.shapes import point_json, understood_json, understood_of
from shared.events import DisposalReason, Link, ReportReceived
from shared.inbox import Connection

# What was disposed of is known too: it is not taken in, neither again nor, when its disposal came first, at all.
_KNOWN: Final = """
SELECT id FROM report WHERE id = ANY($1::uuid[])
UNION ALL SELECT report_id FROM disposal WHERE report_id = ANY($1::uuid[])
"""
_INSERT: Final = """
INSERT INTO report (id, municipality, source, text, language, category, category_confidence, severity, hearsay,
                    understood, occurred_at, received_at, place_text, point, category_hint,
                    follows, relation, model_version, gazetteer_version, enriched_at)
SELECT *, $18, $19, $20 FROM unnest(
    $1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::float8[], $8::smallint[], $9::boolean[],
    $10::jsonb[], $11::timestamptz[], $12::timestamptz[], $13::text[], $14::jsonb[], $15::text[],
    $16::uuid[], $17::text[])
"""
_UPDATE: Final = """
UPDATE report SET
    language = news.language, category = news.category, category_confidence = news.category_confidence,
    severity = news.severity, hearsay = news.hearsay, understood = news.understood,
    model_version = $8, gazetteer_version = $9, enriched_at = $10
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::float8[], $5::smallint[], $6::boolean[], $7::jsonb[])
    AS news (id, language, category, category_confidence, severity, hearsay, understood)
WHERE report.id = news.id
"""
_INSERT_LINKS: Final = """
INSERT INTO link (report_id, incident_id, is_new, is_repeat, confidence, reason, tie, linked_at)
SELECT *, $8 FROM unnest($1::uuid[], $2::uuid[], $3::boolean[], $4::boolean[], $5::float8[], $6::text[], $7::text[])
"""
_OF: Final = """
SELECT report.*, link.incident_id, link.is_new, link.is_repeat, link.confidence AS link_confidence, link.reason,
    link.tie
FROM link JOIN report ON report.id = link.report_id
WHERE link.incident_id = $1 ORDER BY link.position
"""


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


@dataclass(frozen=True, slots=True)
class Stored:
    """A report as it was received and last understood, persons' words not counted, with its link. `disposed`: why its own
    words are gone; `tie`: what its reporter said, where that decided its incident.
    """

    report: ReportReceived
    understood: Understood
    versions: Versions
    link: Link
    is_repeat: bool
    disposed: DisposalReason | None = None
    tie: Tie | None = None


async def known_reports(connection: Connection, report_ids: Sequence[UUID]) -> set[UUID]:
    rows = await connection.fetch(_KNOWN, report_ids)
    return {row["id"] for row in rows}


async def insert_reports(connection: Connection, enriched: Sequence[Enriched], versions: Versions) -> None:
    reports = [each.report for each in enriched]
    understood = [each.linked.report.understood for each in enriched]
    await connection.execute(
        _INSERT,
        [report.report_id for report in reports],
        [report.municipality for report in reports],
        [report.source.value for report in reports],
        [report.text for report in reports],
        [what.language for what in understood],
        [what.category.value for what in understood],
        [what.confidence for what in understood],
        [int(what.severity) for what in understood],
        [what.hearsay for what in understood],
        [understood_json(what) for what in understood],
        [report.occurred_at for report in reports],
        [report.received_at for report in reports],
        [report.place_text for report in reports],
        [point_json(report.point) for report in reports],
        [None if report.category_hint is None else report.category_hint.value for report in reports],
        [report.follows for report in reports],
        [None if report.relation is None else report.relation.value for report in reports],
        versions.model,
        versions.gazetteer,
        versions.at,
    )


async def insert_links(connection: Connection, links: Sequence[Linked], at: datetime) -> None:
    await connection.execute(
        _INSERT_LINKS,
        [link.report.report_id for link in links],
        [link.incident.incident_id for link in links],
        [link.is_new for link in links],
        [isinstance(link.decision, Existing) and link.decision.is_repeat for link in links],
        [link.decision.confidence for link in links],
        [link.decision.reason for link in links],
        [link.report.tie for link in links],
        at,
    )


async def update_reports(
    connection: Connection, read: Sequence[tuple[UUID, Understood]], versions: Versions
) -> None:
    """What each was understood to say when it was read again."""
    understood = [what for _, what in read]
    await connection.execute(
        _UPDATE,
        [report_id for report_id, _ in read],
        [what.language for what in understood],
        [what.category.value for what in understood],
        [what.confidence for what in understood],
        [int(what.severity) for what in understood],
        [what.hearsay for what in understood],
        [understood_json(what) for what in understood],
        versions.model,
        versions.gazetteer,
        versions.at,
    )


async def reports_of(connection: Connection, incident_id: UUID) -> list[Stored]:
    """In the order they were linked."""
    return [_stored(row) for row in await connection.fetch(_OF, incident_id)]


def _stored(row: Any) -> Stored:
    report = ReportReceived(
        municipality=row["municipality"],
        report_id=row["id"],
        source=row["source"],
        text=row["text"],
        place_text=row["place_text"],
        point=row["point"],
        occurred_at=row["occurred_at"],
        received_at=row["received_at"],
        category_hint=row["category_hint"],
        follows=row["follows"],
        relation=row["relation"],
    )
    link = Link(
        incident_id=row["incident_id"],
        is_new=row["is_new"],
        confidence=row["link_confidence"],
        reason=row["reason"][:500],
    )
    versions = Versions(row["model_version"], row["gazetteer_version"], row["enriched_at"])
    disposed = None if row["disposed"] is None else DisposalReason(row["disposed"])
    return Stored(
        report,
        understood_of(row["understood"]),
        versions,
        link,
        row["is_repeat"],
        disposed,
        row["tie"] and Tie(row["tie"]),
    )
