"""The events that enrichment publishes. Their ids follow from what they tell, so a re-run publishes the same ones.

They are written as JSON straight from values that were checked when they came in: building and checking an event first
would take longer than all else that is done to publish it. A test holds them against the events' own models.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from services.enrichment.domain import Understood
from services.enrichment.json_values import dumped
from services.enrichment.linking import Incident
from services.enrichment.store import Versions
from shared.envelope import Outgoing, wrapped
from shared.events import IncidentChange, Link, ReportReceived
from shared.identity import derived_id
from shared.topics import INCIDENT_CHANGED, REPORT_ENRICHED, Service

_LONGEST: Final = 500


def report_enriched(
    report: ReportReceived,
    what: Understood,
    link: Link,
    versions: Versions,
    at: datetime,
    traceparent: str,
    correction_id: UUID | None = None,
    *,
    is_reread: bool = False,
) -> Outgoing:
    """`correction_id`: the person's word that this answers. What is read again may be read as it was before, by a model that
    is taken back into use; that is news too, so its id follows from the time as well.
    """
    told = {
        "municipality": report.municipality,
        "report_id": report.report_id,
        "source": report.source,
        "text": report.text,
        "language": what.language,
        "category": what.category,
        "category_confidence": what.confidence,
        "category_alternatives": what.alternatives,
        "severity": what.severity,
        "ongoing": what.ongoing,
        "involves_minor": what.involves_minor,
        "hearsay": what.hearsay,
        "location": what.location,
        "occurred_at": report.occurred_at,
        "received_at": report.received_at,
        "link": link,
        "needs_review": what.needs_review,
        "reasons": what.reasons,
        "model_version": versions.model,
        "gazetteer_version": versions.gazetteer,
        "places": what.places,
        "outside_municipality": what.outside_municipality,
        "contradicts_pin": what.contradicts_pin,
        "happened": what.happened,
        "correction_id": correction_id,
        "answers": report.answers,
    }
    told_by = [versions.model, versions.gazetteer]
    told_by += [str(correction_id)] if correction_id else []
    told_by += [at.isoformat()] if is_reread else []
    return wrapped(
        REPORT_ENRICHED,
        dumped(told),
        municipality=report.municipality,
        key=link.incident_id,
        subject=report.report_id,
        source=Service.ENRICHMENT,
        traceparent=traceparent,
        event_id=derived_id("enriched", report.report_id, *told_by),
        now=at,
    )


def incident_changed(
    incident: Incident,
    change: IncidentChange,
    at: datetime,
    traceparent: str,
    correction_id: UUID | None = None,
) -> Outgoing:
    told = {
        "municipality": incident.municipality,
        "incident_id": incident.incident_id,
        "revision": incident.revision,
        "change": change,
        "category": incident.category,
        "category_confidence": incident.category_confidence,
        "severity": incident.severity,
        "summary": incident.summary,
        "location": incident.location,
        "first_occurred_at": incident.first_occurred_at,
        "last_occurred_at": incident.last_occurred_at,
        "report_count": incident.report_count,
        "distinct_texts": incident.distinct_texts,
        "reports_by_source": incident.reports_by_source,
        "hearsay_only": incident.hearsay_only,
        "ongoing": incident.ongoing,
        "involves_minor": incident.involves_minor,
        "needs_review": incident.needs_review,
        "reasons": tuple(reason[:_LONGEST] for reason in incident.reasons),
        "changed_at": at,
        "correction_id": correction_id,
        "disposed_reports": incident.disposed_reports,
        "withdrawn": incident.is_withdrawn,
    }
    return wrapped(
        INCIDENT_CHANGED,
        dumped(told),
        municipality=incident.municipality,
        key=incident.incident_id,
        subject=incident.incident_id,
        source=Service.ENRICHMENT,
        traceparent=traceparent,
        event_id=derived_id("incident.changed", incident.incident_id, incident.revision),
        now=at,
    )
