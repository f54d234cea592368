"""Honouring disposal: nothing of a disposed report is left in what is read, whatever the order in which it is told."""

from collections.abc import Sequence

from services.reporting.publishing import claim_event
from services.reporting.store import Connection
from services.reporting.store import claims as claim_store
from services.reporting.store import disposals as store
from services.reporting.store import questions as question_store
from services.reporting.store import steps as step_store
from shared.envelope import Envelope, Outgoing
from shared.events import IncidentChanged, ReportDisposed, ReportEnriched


async def forget(
    connection: Connection,
    disposed: Sequence[Envelope[ReportDisposed]],
    reports: Sequence[Envelope[ReportEnriched]],
    incidents: Sequence[Envelope[IncidentChanged]],
) -> list[Outgoing]:
    """After the batch is saved; what is to be published of it."""
    await store.keep_tombstones(connection, [each.event for each in disposed])
    report_ids = [each.event.report_id for each in disposed] + [each.event.report_id for each in reports]
    incident_ids = [each.event.incident_id for each in incidents]
    if report_ids:
        await store.forget_reports(connection, report_ids)
        await question_store.forget_questions(connection, report_ids)
    if report_ids or incident_ids:
        await store.forget_corrections(connection, report_ids, incident_ids)
        await step_store.forget_steps(connection, incident_ids)
    restated = await store.restate_claims(connection, incident_ids) if incident_ids else []
    if disposed or incident_ids:
        await store.forget_unsent(connection, report_ids, incident_ids, restated)
    claims = [await claim_store.one_claim(connection, claim_id) for claim_id in restated]
    return [claim_event(claim) for claim in claims if claim is not None]


async def still_true(
    connection: Connection, incidents: Sequence[Envelope[IncidentChanged]]
) -> list[Envelope[IncidentChanged]]:
    """Those that quote nothing that is gone by now."""
    gone = await store.disposed_reports(connection, [each.event.incident_id for each in incidents])
    return [each for each in incidents if each.event.disposed_reports >= gone.get(each.event.incident_id, 0)]
