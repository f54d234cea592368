"""Honouring disposal: one event after the other, in the transaction and under the lock of the batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.enrichment import store
from services.enrichment.correcting import rederived
from services.enrichment.forgetting import left_of, still_counts, withdrawn
from services.enrichment.linking import Incident, in_force
from services.enrichment.publishing import incident_changed
from shared.envelope import Envelope, Outgoing
from shared.events import IncidentChange, ReportDisposed
from shared.inbox import Connection
from shared.topics import REPORT_ENRICHED


@dataclass(frozen=True, slots=True)
class Forgotten:
    """The incidents that lost words, as they are now, and what is to be told of them."""

    incidents: Sequence[Incident]
    events: Sequence[Outgoing]


async def forget(
    connection: Connection, disposed: Sequence[Envelope[ReportDisposed]], at: datetime
) -> Forgotten:
    """Keeps a tombstone of each, so that a report that comes later or again is not taken in."""
    report_ids = [each.event.report_id for each in disposed]
    await store.keep_tombstones(connection, [each.event for each in disposed])
    incident_ids = await store.incidents_that_lose(connection, report_ids)
    trace = disposed[0].traceparent
    incidents = [await _without(connection, incident_id) for incident_id in incident_ids]
    await store.upsert_incidents(connection, incidents, at)
    await store.forget_unsent(connection, report_ids, incident_ids, REPORT_ENRICHED.name)
    events = [incident_changed(each, IncidentChange.DISPOSED, at, trace) for each in incidents]
    return Forgotten(incidents, events)


async def _without(connection: Connection, incident_id: UUID) -> Incident:
    """The incident made anew from what its reports still say."""
    before = await store.incident(connection, incident_id)
    assert before is not None, "an incident is never taken away"
    gone = await store.disposed_of(connection, incident_id)
    for each in await store.reports_of(connection, incident_id):
        reason = gone.get(each.report.report_id)
        if reason is not None and each.disposed is None:
            left = left_of(each.understood, each.report.municipality, reason)
            await store.forget_report(connection, each.report.report_id, left, reason)
    reports = await store.reports_of(connection, incident_id)
    if not any(still_counts(each.disposed) for each in reports):
        await store.forget_rulings(connection, incident_id)
        return withdrawn(before, len(gone))
    holding = in_force(await store.corrections_of(connection, incident_id))
    return rederived(reports, holding, revision=before.revision + 1)
