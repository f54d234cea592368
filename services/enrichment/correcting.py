"""Taking in what persons said: one correction after the other, in the transaction and under the lock of the batch."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.enrichment import store
from services.enrichment.forgetting import DISPOSED_SUMMARY, still_counts
from services.enrichment.linking import Heard, Incident, Judged, in_force, judge, made_anew, ruling_of
from services.enrichment.publishing import incident_changed, report_enriched
from services.enrichment.store import Stored
from shared.envelope import Envelope, Outgoing
from shared.errors import Reject
from shared.events import CorrectionMade, IncidentChange
from shared.inbox import Connection

_ONE_AFTER_THE_OTHER = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Corrected:
    """An incident after a correction, when that was, and what is to be told of it."""

    incident: Incident
    at: datetime
    events: Sequence[Outgoing]


async def correct(
    connection: Connection, envelope: Envelope[CorrectionMade], after: datetime
) -> Corrected | None:
    """Applied just after `after`. None when the correction was known; raises `Reject` when nothing we know is meant by it.

    Everything that corrections can change is worked out anew from the reports as they were understood and from the
    corrections in force: what is taken back leaves no trace, and the order in which they come does not matter.
    """
    correction, at = envelope.event, after + _ONE_AFTER_THE_OTHER
    before = await _meant(connection, correction)
    reports = await store.reports_of(connection, before.incident_id)
    if correction.report_id not in {
        None,
        *(each.report.report_id for each in reports if each.disposed is None),
    }:
        raise Reject(f"correction of a report that is none of its incident's: {correction.report_id}")
    earlier = in_force(await store.corrections_of(connection, before.incident_id))
    if not await store.insert_correction(connection, correction, at):
        return None
    holding = in_force(await store.corrections_of(connection, before.incident_id))
    incident = rederived(reports, holding, revision=before.revision + 1)
    await store.upsert_incidents(connection, [incident], at)
    events = [
        report_enriched(
            each.report,
            now.understood,
            each.link,
            each.versions,
            at,
            envelope.traceparent,
            correction.correction_id,
        )
        for each, was, now in zip(
            reports, judged_of(reports, earlier), judged_of(reports, holding), strict=True
        )
        if was != now or each.report.report_id == correction.report_id
    ]
    events.append(
        incident_changed(
            incident, IncidentChange.CORRECTED, at, envelope.traceparent, correction.correction_id
        )
    )
    return Corrected(incident, at, events)


def rederived(reports: Sequence[Stored], holding: Sequence[CorrectionMade], revision: int) -> Incident:
    """The incident that its reports and the corrections in force make. What was said of the whole is laid above it, and is
    not also counted as said of each report. What was taken back makes no incident; what was kept long enough is counted.
    """
    disposed = sum(each.disposed is not None for each in reports)
    incident_id = reports[0].link.incident_id
    reports = [each for each in reports if still_counts(each.disposed)]
    of_reports = [each for each in holding if each.report_id is not None]
    linked = [
        (_heard(each, judged), each.is_repeat, each.link.reason)
        for each, judged in zip(reports, judged_of(reports, of_reports), strict=True)
    ]
    incident = made_anew(linked, ruling_of(holding), revision)
    return replace(
        incident,
        incident_id=incident_id,
        summary=incident.summary or DISPOSED_SUMMARY,
        disposed_reports=disposed,
    )


async def _meant(connection: Connection, correction: CorrectionMade) -> Incident:
    incident = await store.incident(connection, correction.incident_id)
    if incident is None:
        raise Reject(f"correction of an unknown incident: {correction.incident_id}")
    if incident.is_withdrawn:
        raise Reject(f"correction of an incident that was taken back: {correction.incident_id}")
    if incident.municipality != correction.municipality:
        raise Reject(f"correction of an incident of another municipality than {correction.municipality}")
    return incident


def judged_of(reports: Sequence[Stored], holding: Sequence[CorrectionMade]) -> list[Judged]:
    return [
        judge(each.report.report_id, each.report.received_at, each.understood, holding) for each in reports
    ]


def _heard(stored: Stored, judged: Judged) -> Heard:
    report = stored.report
    return Heard(
        report.report_id,
        report.municipality,
        report.source,
        report.text,
        report.occurred_at,
        judged.understood,
        is_judged=judged.by is not None,
        is_category_decided=judged.is_category_decided,
        is_place_decided=judged.is_place_decided,
        tie=stored.tie,
    )
